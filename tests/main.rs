//! The program from outside: one file per step, and what holds for all of them.
#![allow(clippy::disallowed_types, reason = "the tests look into the file past the program")]

mod amplify;
mod check;
mod demo;
mod effect;
mod equip;
mod erase;
mod errors;
mod export;

mod file;
mod harness;
mod help;
mod identify;
mod import;
mod layers;
mod levels;
mod lists;
mod measure;
mod members;
mod merges;
mod next;
mod outside;
mod reach;
mod readme;
mod redact;
mod screens;
mod segments;
mod sentiment;
mod share;
mod survey;
mod tables;
mod ten_weeks;
mod texts;
mod undo;
mod walk;
