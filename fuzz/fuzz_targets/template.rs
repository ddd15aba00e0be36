//! The template engine: a broken template is an error with its name, and a text in a hole never becomes markup.
#![no_main]
#![allow(dead_code)]

#[path = "."]
mod output {
    #[path = "../../src/output/markdown.rs"]
    pub mod markdown;
    #[path = "../../src/output/safe.rs"]
    pub mod safe;
    #[path = "../../src/output/table.rs"]
    mod table;
    #[path = "../../src/output/template.rs"]
    pub mod template;

    pub use table::Table;
}

use libfuzzer_sys::fuzz_target;
use output::template::fill;
use serde_json::json;

fuzz_target!(|input: (&str, &str)| {
    let (template, name) = input;
    let values = json!({ "name": name, "n": 3, "list": [1, 2] });
    for file in ["own.html", "own.md", "own.txt"] {
        if let Err(error) = fill(file, template, &values) {
            assert!(format!("{error:#}").contains(file), "{error:#}");
        }
    }
    let page = fill("own.html", "<p title=\"{{ name }}\">{{ name }}</p>", &values).expect("a sound template");
    assert_eq!((page.matches('<').count(), page.matches('"').count()), (2, 2), "{page}");
});
