//! The filter language: whatever is typed is a filter that reads back as itself, or a problem with its place.
#![no_main]
#![allow(dead_code)]

#[path = "../../src/model/mod.rs"]
mod model;

use libfuzzer_sys::fuzz_target;
use model::segment::read;

fuzz_target!(|text: &str| {
    match read(text) {
        Ok(filter) => {
            assert!(!filter.said().is_empty());
            assert_eq!(read(&filter.to_string()), Ok(filter));
        }
        Err(problem) => assert!(problem.shown(text).lines().count() >= 3),
    }
});
