//! The program from outside: one file per step, and what holds for all of them.

mod amplify;
mod equip;
mod file;
mod harness;
mod help;
mod identify;
mod import;
mod layers;
mod measure;
mod members;
mod share;
mod survey;
