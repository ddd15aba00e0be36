//! The program from outside: one file per step, and what holds for all of them.
mod measure;
