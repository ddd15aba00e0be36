//! Reads the reference cases that stand beside the repository, where they are present.
//!
//! They are kept apart for their licences' sake, so a test that needs one says it was skipped and passes.
use std::collections::HashMap;
use std::path::PathBuf;

/// One reference case: a folder with CSV inputs and `expected.json`.
pub struct Case {
    folder: PathBuf,
    /// The object under `expected`.
    pub expected: serde_json::Value,
}

impl Case {
    /// The rows of one of the case's CSV files, by header.
    pub fn rows(&self, file: &str) -> Vec<HashMap<String, String>> {
        let mut reader = csv::Reader::from_path(self.folder.join(file)).unwrap();
        reader.deserialize().map(Result::unwrap).collect()
    }
}

/// The case in `folder` (such as `01-nps-csat/nps-intervals`), or `None` and a line on stderr.
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
pub fn case(folder: &str) -> Option<Case> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/refs")).join(folder);
    let Ok(text) = std::fs::read_to_string(folder.join("expected.json")) else {
        eprintln!("skipped: ../shared/refs not present");
        return None;
    };
    let whole: serde_json::Value = serde_json::from_str(&text).unwrap();
    Some(Case { folder, expected: whole["expected"].clone() })
}

/// Fails unless both numbers agree within the tolerance.
#[track_caller]
pub fn near(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance, "got {got}, want {want} within {tolerance}");
}

/// Days since 1970-01-01 of `YYYY-MM-DD`.
pub fn day(text: &str) -> i32 {
    let date: chrono::NaiveDate = text.parse().unwrap();
    (date - chrono::NaiveDate::default()).num_days() as i32
}
