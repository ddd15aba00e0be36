//! A program in a folder of its own, run as a user runs it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A folder with, usually, a program in it.
pub struct Program {
    folder: TempDir,
}

/// How a command ended.
pub struct Run {
    /// Data.
    pub out: String,
    /// Talk.
    pub err: String,
    /// The exit code.
    pub code: i32,
}

impl Run {
    /// Both streams and the code, as one text to compare.
    pub fn all(&self) -> String {
        let part = |name: &str, text: &str| {
            if text.is_empty() { String::new() } else { format!("--- {name}\n{text}") }
        };
        format!("{}{}--- exit {}\n", part("stdout", &self.out), part("stderr", &self.err), self.code)
    }

    /// The run, which must have ended with this code.
    #[track_caller]
    pub fn code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.all());
        self
    }

    /// Data as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.all()))
    }
}

impl Program {
    /// A folder without a program.
    pub fn none() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    /// A new program: UTC, EUR, the preset saas.
    pub fn new() -> Self {
        let program = Self::none();
        program.init("groundswell.db", "Circle");
        program
    }

    /// Makes a program in a file of the folder: UTC, EUR, the preset saas.
    pub fn init(&self, file: &str, name: &str) {
        let ways = ["--timezone", "UTC", "--currency", "EUR", "--preset", "saas", "-q"];
        self.run(&[&["init", "--db", file, "--name", name][..], &ways].concat()).code(0);
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file into the folder.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, bytes).expect("writes");
        path
    }

    /// Runs a command in the folder on 2026-06-30, without a terminal.
    pub fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, Stdio::null())
    }

    /// As [`Program::run`], at another moment.
    pub fn run_at(&self, now: &str, args: &[&str]) -> Run {
        self.run_when(now, args, Stdio::null())
    }

    /// As [`Program::run`], with a file as stdin.
    pub fn run_with(&self, args: &[&str], stdin: impl Into<Stdio>) -> Run {
        self.run_when("2026-06-30T09:00:00Z", args, stdin)
    }

    fn run_when(&self, now: &str, args: &[&str], stdin: impl Into<Stdio>) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_groundswell"))
            .args(args)
            .current_dir(self.path())
            .env("GROUNDSWELL_NOW", now)
            .env_remove("GROUNDSWELL_DB")
            .stdin(stdin)
            .output()
            .expect("runs");
        Run {
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
            code: output.status.code().expect("an exit code"),
        }
    }

    /// Runs a command with talk and data in one stream, as they stand on a screen.
    pub fn both(&self, args: &[&str]) -> Run {
        let screen = tempfile::tempfile().expect("a file");
        let twin = screen.try_clone().expect("a twin");
        let status = Command::new(env!("CARGO_BIN_EXE_groundswell"))
            .args(args)
            .current_dir(self.path())
            .env("GROUNDSWELL_NOW", "2026-06-30T09:00:00Z")
            .env_remove("GROUNDSWELL_DB")
            .stdin(Stdio::null())
            .stdout(screen.try_clone().expect("a twin"))
            .stderr(twin)
            .status()
            .expect("runs");
        let mut screen = screen;
        std::io::Seek::rewind(&mut screen).expect("rewinds");
        let out = std::io::read_to_string(screen).expect("UTF-8");
        Run { out, err: String::new(), code: status.code().expect("an exit code") }
    }

    /// Everything in the file but the log, in words: equal dumps are equal programs.
    pub fn dump(&self) -> String {
        let store = rusqlite::Connection::open(self.path().join("groundswell.db")).expect("opens");
        let mut tables = store
            .prepare(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('log') ORDER BY name",
            )
            .expect("reads");
        let names: Vec<String> =
            tables.query_map([], |row| row.get(0)).expect("reads").collect::<Result<_, _>>().expect("reads");
        let mut text = String::new();
        for name in names {
            let mut rows = store.prepare(&format!("SELECT * FROM {name}")).expect("reads");
            let width = rows.column_count();
            let mut lines: Vec<String> = rows
                .query_map([], |row| {
                    let cells: Result<Vec<rusqlite::types::Value>, _> =
                        (0..width).map(|index| row.get(index)).collect();
                    Ok(format!("{:?}", cells?))
                })
                .expect("reads")
                .collect::<Result<_, _>>()
                .expect("reads");
            lines.sort();
            text.push_str(&format!("{name}\n{}\n", lines.join("\n")));
        }
        text
    }
}

/// The words that write an open brief; whom it is for may follow.
pub fn brief<'a>(title: &'a str, body: &'a str, url: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let words = ["share", "brief", "new", "--kind", "open", "--title", title, "--body", body, "--url", url];
    [&words[..], more].concat()
}

/// The reference files beside the project, where they are present.
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
pub fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: ../shared is not here");
    None
}

/// Every file below a folder, by its path there, with its bytes.
pub fn tree(root: &Path) -> std::collections::BTreeMap<PathBuf, Vec<u8>> {
    let mut files = std::collections::BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path())
        {
            if entry.is_dir() {
                folders.push(entry);
            } else {
                let name = entry.strip_prefix(root).expect("inside").to_path_buf();
                files.insert(name, std::fs::read(&entry).expect("reads"));
            }
        }
    }
    files
}
