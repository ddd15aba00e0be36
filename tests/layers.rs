//! Which way imports run: every `crate::` path in src/ points down the house, never up.

use std::path::{Path, PathBuf};

/// What each room may use.
const ROOMS: [(&str, &[&str]); 12] = [
    ("main", &["cli"]),
    ("cli", &["steps", "import", "members", "file", "app", "output", "model"]),
    ("steps", &["members", "app", "store", "output", "stats", "model", "data"]),
    ("import", &["app", "store", "output", "stats", "model", "data"]),
    ("members", &["steps", "app", "store", "output", "model", "data"]),
    ("file", &["app", "store", "output", "model", "data"]),
    ("app", &["store", "output", "model", "data"]),
    ("store", &["model"]),
    ("output", &[]),
    ("stats", &[]),
    ("model", &[]),
    ("data", &[]),
];

/// The six steps: each may use the arithmetic of earlier ones only.
const STEPS: [&str; 6] = ["identify", "survey", "equip", "amplify", "share", "measure"];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path())
        {
            if entry.is_dir() {
                walk(&entry, found);
            } else if entry.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&entry).expect("a text");
                found.push((entry, text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found.sort();
    found
        .into_iter()
        .map(|(path, text)| (path.strip_prefix(&root).expect("inside").to_path_buf(), text))
        .collect()
}

fn room(path: &Path) -> String {
    let first = path.components().next().expect("a name").as_os_str().to_string_lossy().to_string();
    first.trim_end_matches(".rs").to_string()
}

/// The paths after `crate::` in a text, comments aside: `steps::survey::personas`, with `{a, b}` opened.
fn targets(text: &str) -> Vec<String> {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    for part in code.split("crate::").skip(1) {
        if let Some(list) = part.strip_prefix('{') {
            let list = list.split_once("};").map_or(list, |(list, _)| list);
            found.extend(
                list.split([',', '\n']).map(|item| item.trim().to_string()).filter(|item| !item.is_empty()),
            );
        } else {
            found.push(part.chars().take_while(|c| c.is_alphanumeric() || "_:".contains(*c)).collect());
        }
    }
    found
}

#[test]
fn imports_run_down() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let from = room(&path);
        let (_, allowed) = ROOMS
            .iter()
            .find(|(name, _)| *name == from)
            .unwrap_or_else(|| panic!("{} is in no room", path.display()));
        for target in targets(&text) {
            let to = target.split("::").next().unwrap_or_default().to_string();
            if ROOMS.iter().any(|(name, _)| *name == to) && to != from && !allowed.contains(&to.as_str()) {
                wrong.push(format!("{} uses {target}: {from} may use {allowed:?}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn steps_use_earlier_steps_only() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let mut parts = path.components().map(|part| part.as_os_str().to_string_lossy().to_string());
        if parts.next().as_deref() != Some("steps") {
            continue;
        }
        let Some(place) = parts.next().and_then(|step| STEPS.iter().position(|known| *known == step)) else {
            continue;
        };
        for target in targets(&text) {
            let mut names = target.split("::");
            if names.next() == Some("steps")
                && let Some(other) =
                    names.next().and_then(|step| STEPS.iter().position(|known| *known == step))
                && other > place
            {
                wrong.push(format!("{} uses {target}, a later step", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sql_printing_and_the_clock_keep_to_their_rooms() {
    let rules = [
        ("rusqlite", vec!["store"]),
        ("println!", vec!["output"]),
        ("eprintln!", vec!["output"]),
        ("Utc::now", vec!["app"]),
        ("SystemTime", vec!["app"]),
    ];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let of_tests = ["tests.rs", "traps.rs", "reference.rs", "fuzz.rs", "matrix.rs"];
        if of_tests.iter().any(|name| path.ends_with(name)) {
            continue;
        }
        let (code, _) = text.split_once("#[cfg(test)]").unwrap_or((&text, ""));
        for (word, rooms) in &rules {
            let used = code.lines().any(|line| line.contains(word) && !line.trim_start().starts_with("//"));
            if used && !rooms.contains(&room(&path).as_str()) && room(&path) != "stats" {
                wrong.push(format!("{} holds {word}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_readable() {
    let mut lengths = Vec::new();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let lines = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().lines().count();
        lengths.push(lines);
        if lines > 400 {
            wrong.push(format!("{} has {lines} lines without its tests", path.display()));
        }
        if !text.starts_with("//!") {
            wrong.push(format!("{} does not begin with what it is", path.display()));
        }
    }
    lengths.sort_unstable();
    assert!(lengths[lengths.len() / 2] <= 160, "the median file has {} lines", lengths[lengths.len() / 2]);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
