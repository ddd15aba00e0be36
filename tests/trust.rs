//! What can be held against the program itself: bound values, private files, folders it stays in, no network, licences.

use crate::harness::{Program, tree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The statements of the store that are put together from parts, by file: what stands in them besides literal text.
fn holes() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, bytes) in tree(&root().join("src/store")) {
        let text = String::from_utf8(bytes).expect("UTF-8");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for call in code.split("format!(").skip(1) {
            let Some(text) = call.trim_start().strip_prefix('"') else { continue };
            let (text, rest) = text.split_once('"').unwrap_or((text, ""));
            let sql = [
                "SELECT ", "INSERT ", "UPDATE ", "DELETE ", "FROM ", "WHERE ", "PRAGMA ", " IN (", "ORDER BY",
            ];
            if !sql.iter().any(|word| text.contains(word)) {
                continue;
            }
            let place = found.entry(name.to_string_lossy().into_owned()).or_default();
            for hole in text.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
                let hole = hole.split(':').next().unwrap_or_default();
                if hole.is_empty() {
                    let args = rest
                        .split(';')
                        .next()
                        .unwrap_or_default()
                        .split_whitespace()
                        .collect::<Vec<_>>()
                        .join(" ");
                    place.insert(args.trim_start_matches(", ").chars().take(90).collect());
                } else {
                    place.insert(hole.into());
                }
            }
        }
    }
    found
}

/// `sql.txt` is read by a person before it grows: a name in it stands for a table, a column, a condition or a number of
/// the program's own, never for a text that came from outside.
#[test]
fn values_in_statements_are_bound() {
    let mut text = String::new();
    for (file, holes) in holes() {
        text.push_str(&format!("{file}\n    {}\n", holes.into_iter().collect::<Vec<_>>().join("\n    ")));
    }
    expect_test::expect_file!["sql.txt"].assert_eq(&text);
}

#[cfg(unix)]
#[test]
fn whatever_is_written_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let program = Program::none();
    program.run(&["demo", "."]).code(0);
    for args in [
        &["export", "--all", "tables"][..],
        &["backup"],
        &["man", "man1"],
        &["member", "export", "8", "-o", "theirs"],
        &["templates", "copy", "letter-invite"],
        &["share", "link", "8", "https://example.com/start", "--medium", "talk", "--qr", "slide.svg"],
        &["member", "consent", "8", "yes", "--for", "named", "--source", "mail"],
        &["amplify", "showcase", "--period", "all", "-o", "showcase.html"],
        &["identify", "page", "--form", "mailto:circle@example.com", "-o", "page"],
        &["share", "calendar", "-o", "share.ics"],
    ] {
        program.run(args).code(0);
    }
    program
        .file("bad.csv", "email,score,date\nana@example.com,99,2026-05-01\nben@example.com,9,2026-05-01\n");
    program.run(&["import", "bad.csv", "--as", "nps"]).code(3);
    let mut files = 0;
    for name in tree(program.path()).keys().filter(|name| !name.ends_with("bad.csv")) {
        let mode = std::fs::metadata(program.path().join(name)).expect("there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} has mode {:o}", name.display(), mode & 0o777);
        files += 1;
    }
    assert!(files > 150, "{files} files");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_or_read_through_a_link_in_a_folder() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().expect("a folder");
    let victim = outside.path().join("victim.txt");
    std::fs::write(&victim, "as it was").expect("writes");
    let program = Program::new();
    let names = ["../../up", "/etc/passwd", "..\\..\\win", "nul", "a/../../b", ".hidden"];
    for (at, name) in names.iter().enumerate() {
        let mail = format!("p{at}@example.com");
        program
            .run(&["member", "add", "--name", name, "--email", &mail, "--handle", &format!("x:p{at}"), "-q"])
            .code(0);
        program.run(&["member", "stage", &mail, "active", "-q"]).code(0);
    }
    // Where a file is to be, a link waits.
    let first = program.run(&["equip", "handbook", "--all", "-o", "one", "--format", "html"]).code(0);
    let made = tree(&program.path().join("one"));
    assert!(made.len() >= names.len(), "{}", first.all());
    std::fs::create_dir(program.path().join("two")).expect("makes");
    for name in made.keys().filter(|name| name.components().count() == 1) {
        symlink(&victim, program.path().join("two").join(name)).expect("links");
    }
    program.run(&["equip", "handbook", "--all", "-o", "two", "--format", "html"]).code(0);
    program
        .file("bad.csv", "email,score,date\nana@example.com,99,2026-05-01\nben@example.com,9,2026-05-01\n");
    symlink(&victim, program.path().join("bad.csv.rejected.csv")).expect("links");
    program.run(&["import", "bad.csv", "--as", "nps"]).code(3);
    assert_eq!(std::fs::read_to_string(&victim).expect("reads"), "as it was");
    // Nothing came to be outside of the folder that was named.
    let below: Vec<PathBuf> = tree(&program.path().join("two")).into_keys().collect();
    assert_eq!(below, made.into_keys().collect::<Vec<_>>());
    assert_eq!(std::fs::read_dir(outside.path()).expect("a folder").count(), 1);
    // What is handed on is inside the library's folder: not beside it, not through a link.
    symlink(&victim, program.path().join("logo.svg")).expect("links");
    for file in ["logo.svg", "../victim.txt", victim.to_str().expect("a path")] {
        let run = program.run(&["equip", "add", "asset", "--title", "Logo", "--file", file]).code(1);
        assert!(run.err.contains("Error: "), "{file}: {}", run.all());
    }
}

/// The names a 64-bit program of this system (ELF) leaves to its libraries.
#[cfg(target_os = "linux")]
fn taken(bytes: &[u8]) -> Vec<String> {
    let number = |at: usize, len: usize| {
        bytes[at..at + len].iter().rev().fold(0_usize, |number, byte| number << 8 | usize::from(*byte))
    };
    let (sections, size) = (number(0x28, 8), number(0x3a, 2));
    let section = |nth: usize| sections + nth * size;
    let dynamic = (0..number(0x3c, 2)).map(section).find(|at| number(at + 4, 4) == 11).expect("its symbols");
    let names = section(number(dynamic + 0x28, 4));
    let (from, len) = (number(names + 0x18, 8), number(names + 0x20, 8));
    let names = bytes[from..from + len].split(|byte| *byte == 0);
    names.map(|name| String::from_utf8_lossy(name).into_owned()).collect()
}

#[cfg(target_os = "linux")]
#[test]
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn there_is_no_way_to_a_network() {
    // What the program takes from the system stands by name in its file.
    let taken = taken(&std::fs::read(env!("CARGO_BIN_EXE_groundswell")).expect("reads"));
    assert!(taken.iter().any(|name| name.starts_with("open")), "the control: files are opened: {taken:?}");
    for name in ["socket", "connect", "getaddrinfo", "bind", "listen", "sendto"] {
        assert!(!taken.iter().any(|known| known == name), "the program can {name}");
    }
    let program = Program::none();
    let trace = program.path().join("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-e", "trace=network", "-o"]).arg(&trace).arg(env!("CARGO_BIN_EXE_groundswell"));
    match strace.args(["demo", "here"]).current_dir(program.path()).output() {
        Err(_) => eprintln!("skipped: strace is not here, so calls were not watched"),
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let calls = std::fs::read_to_string(trace).expect("a trace");
            let network: Vec<&str> =
                calls.lines().filter(|line| line.contains('(') && !line.contains("socketpair")).collect();
            assert!(network.is_empty(), "{network:?}");
        }
    }
}

/// Whether a licence's words (SPDX: OR binds weaker than AND, brackets) can be met with the licences of a list.
fn met(words: &str, allowed: &[String]) -> bool {
    let spaced =
        words.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ").replace(" WITH ", "_WITH_");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    either(&mut tokens.as_slice(), allowed)
}

fn either(tokens: &mut &[&str], allowed: &[String]) -> bool {
    let mut met = both(tokens, allowed);
    while let Some(("OR", rest)) = tokens.split_first().map(|(word, rest)| (*word, rest)) {
        *tokens = rest;
        met |= both(tokens, allowed);
    }
    met
}

fn both(tokens: &mut &[&str], allowed: &[String]) -> bool {
    let mut met = true;
    loop {
        let Some((word, rest)) = tokens.split_first() else { return false };
        *tokens = rest;
        if *word == "(" {
            met &= either(tokens, allowed);
            *tokens = tokens.get(1..).unwrap_or_default();
        } else {
            met &= allowed.iter().any(|name| name == word);
        }
        match tokens.split_first() {
            Some((&"AND", rest)) => *tokens = rest,
            _ => return met,
        }
    }
}

/// All packages that are built in, as cargo knows them without a network; or why it does not.
fn dependencies(more: &[&str]) -> Result<serde_json::Value, String> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .args(more)
        .current_dir(root())
        .output()
        .expect("cargo");
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).map_err(|_| said.lines().next().unwrap_or_default().to_string())
}

#[test]
fn every_dependency_may_be_used_and_comes_from_the_registry() {
    let deny: toml::Table =
        std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml").parse().expect("TOML");
    let allowed: Vec<String> = deny["licenses"]["allow"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|name| name.as_str().expect("a name").to_string())
        .collect();
    let metadata = dependencies(&[]).unwrap_or_else(|error| {
        // What other platforms need is there only after `cargo fetch`.
        eprintln!(
            "NOT CHECKED here: dependencies of other platforms, which are not on this machine ({error})"
        );
        let rustc = Command::new("rustc").arg("-vV").output().expect("rustc");
        let told = String::from_utf8(rustc.stdout).expect("text");
        let host = told.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
        dependencies(&["--filter-platform", host]).expect("what was built is there")
    });
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 100, "{}", packages.len());
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        if name == "groundswell" {
            continue;
        }
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(met(licence, &allowed), "{name}: '{licence}' is not in deny.toml");
        let source = package["source"].as_str().unwrap_or_default();
        assert!(
            source.starts_with("registry+https://github.com/rust-lang/crates.io-index"),
            "{name}: {source}"
        );
    }
    let mit = ["MIT".to_string()];
    assert!(met("MIT OR GPL-3.0", &mit) && met("GPL-3.0/MIT", &mit) && met("ISC AND ISC OR MIT", &mit));
    assert!(!met("MIT AND GPL-3.0", &mit) && !met("(MIT OR ISC) AND GPL-3.0", &mit) && !met("", &mit));
}
