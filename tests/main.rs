//! The program from outside: one file per step, and what holds for all of them.

mod harness;
mod help;
mod import;
mod layers;
mod measure;
mod members;
