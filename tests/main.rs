//! The program from outside: one file per step, and what holds for all of them.

mod amplify;
mod equip;
mod harness;
mod help;
mod import;
mod layers;
mod members;
