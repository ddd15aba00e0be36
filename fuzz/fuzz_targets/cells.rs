//! Texts on their way out: no control character on a screen, no formula in a spreadsheet, no path in a file name.
#![no_main]
#![allow(dead_code)]

#[path = "../../src/output/safe.rs"]
mod safe;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for shown in [safe::line(text), safe::cell(text)] {
        assert!(!shown.chars().any(char::is_control), "{shown:?}");
    }
    assert!(!safe::shown(text).chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
    let guarded = safe::guard(text);
    assert!(!guarded.starts_with(['=', '+', '-', '@', '\t', '\r']), "{guarded:?}");
    assert_eq!(safe::unguard(&guarded), text);
    let name = safe::slug(text);
    assert!(!name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0']), "{name:?}");
});
