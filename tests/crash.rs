//! Killed at any moment, out of room, or with a disk that fails: afterwards the file is sound, and as it was before or
//! as it is after. `CRASH_MOMENTS` says at how many moments, `CRASH_SEED` which ones.
#![cfg(unix)]

use crate::harness::{Program, tree};
use crate::migrations::as_of_version;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A piece of work that is interrupted.
struct Work {
    name: &'static str,
    /// The program it is done in.
    prepared: fn(&Program) -> Program,
    args: &'static [&'static str],
    /// Whether doing it again, once it was done, is done again too (and not an error).
    again: bool,
}

const WORKS: [Work; 10] = [
    Work { name: "the first import", prepared: empty, args: &["import", "members.csv"], again: true },
    Work { name: "an import", prepared: copied, args: &["import", "more.csv"], again: true },
    Work { name: "undo", prepared: copied, args: &["imports", "undo", "3", "--yes"], again: false },
    Work { name: "merge", prepared: copied, args: &["member", "merge", "1", "2", "--yes"], again: false },
    Work { name: "another program", prepared: copied, args: &["merge", "north.db", "--yes"], again: true },
    Work { name: "erase", prepared: copied, args: &["member", "erase", "5", "--yes"], again: false },
    Work { name: "migration", prepared: of_version_3, args: &["status"], again: true },
    Work { name: "backup", prepared: copied, args: &["backup"], again: true },
    Work { name: "restore", prepared: with_a_backup, args: &["restore", "kept.db", "--yes"], again: true },
    Work { name: "init", prepared: nothing, args: &["init", "--yes"], again: false },
];

/// A program with a thousand people and what they did.
pub fn base() -> Program {
    let program = Program::new();
    let path = |name: &str| program.path().join(name);
    std::fs::copy(path("groundswell.db"), path("empty.db")).expect("copies");
    program.file(
        "members.csv",
        rows("email,name,joined,tags", 900, |n| {
            format!("p{n}@example.com,Person {n},2025-0{}-1{},t{}", n % 9 + 1, n % 10, n % 7)
        }),
    );
    program.file(
        "nps.csv",
        rows("response_id,email,score,comment,date", 900, |n| {
            format!("r{n},p{}@example.com,{},comment number {n},2026-01-{:02}", n % 700, n % 11, n % 28 + 1)
        }),
    );
    let act = |n: usize| {
        format!(
            "p{}@example.com,forum,post,2026-0{}-{:02},https://forum.example/{n},Title {n},{},{}",
            n % 800,
            n % 6 + 1,
            n % 28 + 1,
            n % 900,
            n % 9
        )
    };
    let head = "email,platform,kind,date,url,title,reach,engagements";
    program.file("acts.csv", rows(head, 900, act));
    program.file("more.csv", rows(head, 1500, |n| act(n + 700)));
    for (file, kind) in [("members.csv", "members"), ("nps.csv", "nps"), ("acts.csv", "activity")] {
        program.run(&["import", file, "--as", kind, "-q"]).code(0);
    }
    let (north, more) = ("north.db", ["--db", "north.db", "-q"]);
    std::fs::copy(path("groundswell.db"), path(north)).expect("copies");
    program.run(&[&["import", "more.csv", "--as", "activity"][..], &more].concat()).code(0);
    program.run(&[&["member", "edit", "7", "--company", "Northern"][..], &more].concat()).code(0);
    // Who is erased first makes the key; without it two erasures would not be the same.
    program.run(&["member", "erase", "900", "--yes", "-q"]).code(0);
    program
}

fn rows(head: &str, count: usize, row: impl Fn(usize) -> String) -> String {
    std::iter::once(head.to_string()).chain((0..count).map(row)).collect::<Vec<_>>().join("\n") + "\n"
}

fn nothing(_: &Program) -> Program {
    Program::none()
}

pub fn copied(base: &Program) -> Program {
    let program = Program::none();
    for entry in std::fs::read_dir(base.path()).expect("a folder").map(|entry| entry.expect("an entry")) {
        std::fs::copy(entry.path(), program.path().join(entry.file_name())).expect("copies");
    }
    program
}

fn empty(base: &Program) -> Program {
    let program = copied(base);
    std::fs::copy(base.path().join("empty.db"), program.path().join("groundswell.db")).expect("copies");
    program
}

fn of_version_3(base: &Program) -> Program {
    let program = Program::none();
    as_of_version(&base.path().join("groundswell.db"), &program.path().join("groundswell.db"), 3);
    program
}

fn with_a_backup(base: &Program) -> Program {
    let program = copied(base);
    std::fs::copy(base.path().join("groundswell.db"), program.path().join("kept.db")).expect("copies");
    program.run(&["imports", "undo", "3", "--yes", "-q"]).code(0);
    program
}

/// All that the file holds, and how many changes the log knows; nothing where there is no file.
fn state(program: &Program) -> String {
    let path = program.path().join("groundswell.db");
    if !path.exists() {
        return String::new();
    }
    let store = rusqlite::Connection::open(&path).expect("opens");
    let changes: i64 = store.query_row("SELECT count(*) FROM log", [], |row| row.get(0)).expect("counts");
    drop(store);
    format!("{changes} changes\n{}", timeless(&program.dump()))
}

/// A dump without how long each import took, which is never the same.
fn timeless(dump: &str) -> String {
    let mut inside = false;
    let mut kept = Vec::new();
    for line in dump.lines() {
        inside = if line.starts_with('[') { inside } else { line == "receipts" };
        kept.push(if inside { line.split(',').next().unwrap_or_default() } else { line });
    }
    kept.join("\n")
}

fn command(program: &Program, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_groundswell"));
    command.args(args).current_dir(program.path()).env("GROUNDSWELL_NOW", "2026-06-30T09:00:00Z");
    command.env_remove("GROUNDSWELL_DB").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// How a piece of work ends that nothing interrupts.
struct Whole {
    before: String,
    after: String,
    long: Duration,
}

impl Whole {
    fn of(work: &Work, base: &Program) -> Self {
        let program = (work.prepared)(base);
        let before = state(&program);
        #[allow(clippy::disallowed_methods, reason = "how long it takes says when to interrupt it")]
        let start = Instant::now();
        let status = command(&program, work.args).status().expect("runs");
        let long = start.elapsed();
        assert!(status.success(), "{}: {status}", work.name);
        Self { before, after: state(&program), long }
    }

    /// Whether the file is sound and one of the two; whether it is the one after.
    #[track_caller]
    fn holds(&self, work: &Work, program: &Program, what: &str) -> bool {
        let name = work.name;
        let now = state(program);
        // `init` draws a key anew each time.
        let fresh = name == "init" && !now.is_empty();
        assert!(fresh || now == self.before || now == self.after, "{name} {what}: neither before nor after");
        if !now.is_empty() {
            let check = program.run(&["check", "-q"]);
            assert_eq!(check.code, 0, "{name} {what}: {}", check.all());
        }
        for copy in copies(program.path()) {
            let store = rusqlite::Connection::open(&copy).expect("opens");
            let sound: String =
                store.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("reads");
            assert_eq!(sound, "ok", "{name} {what}: {}", copy.display());
        }
        fresh || now == self.after
    }

    /// What was interrupted is done by doing it again; what was done is not done twice.
    #[track_caller]
    fn ends(&self, work: &Work, program: &Program, done: bool, what: &str) {
        if !done || work.again {
            let run = program.run(work.args);
            assert_eq!(run.code, 0, "{} again, {what}: {}", work.name, run.all());
        }
        if work.name != "init" && work.name != "backup" && work.name != "restore" {
            assert!(state(program) == self.after, "{} again, {what}: not as it was to be", work.name);
        }
    }
}

/// The copies that were finished.
fn copies(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.extension().is_some_and(|end| end == "backup")).collect()
}

/// A small generator of numbers.
struct Dice(u64);

impl Dice {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn killed_at_any_moment() {
    let base = base();
    let moments = (number("CRASH_MOMENTS", 54) as usize).div_ceil(WORKS.len());
    let seed = number("CRASH_SEED", 2026);
    let (mut shot, mut done_first, mut all) = (0, 0, 0);
    for (at, work) in WORKS.iter().enumerate() {
        let whole = Whole::of(work, &base);
        let mut dice = Dice(seed + 1000 * at as u64);
        for _ in 0..moments {
            let program = (work.prepared)(&base);
            let moment = whole.long.mul_f64(dice.share() * 1.02);
            let mut child = command(&program, work.args).spawn().expect("runs");
            std::thread::sleep(moment);
            let ended = child.try_wait().expect("waits").is_some();
            child.kill().expect("is killed");
            child.wait().expect("ends");
            let what = format!("killed after {moment:?} of {:?}", whole.long);
            let done = whole.holds(work, &program, &what);
            whole.ends(work, &program, done, &what);
            all += 1;
            shot += usize::from(!ended);
            done_first += usize::from(done && !ended);
        }
    }
    println!("{all} moments, {shot} of them while it ran, {done_first} of these after the change was final");
    assert!(shot * 2 > all, "only {shot} of {all} were killed while they ran");
}

/// A handoff only reads the program. Killed half way it leaves a folder that nothing can be loaded from, or a whole one;
/// and the next one makes it.
#[test]
fn a_handoff_killed_at_any_moment_is_made_by_the_next() {
    let base = base();
    let bytes = |program: &Program| std::fs::read(program.path().join("groundswell.db")).expect("reads");
    let (args, before) = (["handoff", "wh", "--to", "duckdb", "-q"], bytes(&base));
    let files = |program: &Program| tree(&program.path().join("wh"));
    #[allow(clippy::disallowed_methods, reason = "how long it takes says when to interrupt it")]
    let start = Instant::now();
    let whole = copied(&base);
    whole.run(&args).code(0);
    let (long, whole) = (start.elapsed(), files(&whole));
    let mut dice = Dice(number("CRASH_SEED", 2026));
    let moments = number("CRASH_MOMENTS", 54).div_ceil(WORKS.len() as u64) + 2;
    for moment in 0..moments {
        let program = copied(&base);
        let is_second = moment % 2 == 1;
        if is_second {
            program.run(&["handoff", "wh", "--to", "postgres", "-q"]).code(0);
        }
        let moment = long.mul_f64(dice.share() * 1.02);
        let mut child = command(&program, &args).spawn().expect("runs");
        std::thread::sleep(moment);
        child.kill().expect("is killed");
        child.wait().expect("ends");
        let what = format!("killed after {moment:?} of {long:?}, {is_second}");
        assert!(bytes(&program) == before, "{what}: the program is as it was");
        let loads = std::fs::read_to_string(program.path().join("wh/load.sql")).unwrap_or_default();
        if loads.starts_with("BEGIN TRANSACTION") {
            let mut left = files(&program);
            left.retain(|name, _| whole.contains_key(name));
            assert!(left == whole, "{what}: what can be loaded is whole");
        }
        program.run(&args).code(0);
        assert!(files(&program) == whole, "{what}: the next one makes it whole");
    }
}

/// Runs a command that may write no file longer than `blocks` of 512 bytes.
fn short_of_room(program: &Program, args: &[&str], blocks: u64) -> std::process::Output {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\""));
    shell.arg(env!("CARGO_BIN_EXE_groundswell")).args(args).current_dir(program.path());
    shell.env("GROUNDSWELL_NOW", "2026-06-30T09:00:00Z").env_remove("GROUNDSWELL_DB").stdin(Stdio::null());
    shell.output().expect("runs")
}

#[test]
fn without_room_nothing_changes_and_it_is_said() {
    let base = base();
    let (mut refused, mut dice) = (0, Dice(7));
    let size = std::fs::metadata(base.path().join("groundswell.db")).expect("there").len() / 512;
    for work in WORKS.iter().filter(|work| work.name != "merge") {
        let whole = Whole::of(work, &base);
        for _ in 0..3 {
            let program = (work.prepared)(&base);
            let blocks = (dice.share() * 1.2 * size as f64) as u64;
            let output = short_of_room(&program, work.args, blocks);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let what = format!("with room for {blocks} blocks ({said})");
            let done = whole.holds(work, &program, &what);
            match output.status.code() {
                Some(0) => {
                    assert!(done || work.name == "backup" || work.name == "restore", "{} {what}", work.name);
                }
                Some(1 | 4) => {
                    refused += 1;
                    assert!(said.contains("Error: ") && said.len() < 2000, "{} {what}", work.name);
                    assert!(
                        ["full", "large", "written", "write"].iter().any(|word| said.contains(word)),
                        "{} {what}",
                        work.name
                    );
                }
                code => panic!("{} ended with {code:?} {what}", work.name),
            }
            whole.ends(work, &program, done, &what);
        }
    }
    assert!(refused > 5, "only {refused} were refused");
}

/// The disk fails at one of the program's calls, once or from then on.
#[test]
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn a_disk_that_fails() {
    if Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_err() {
        eprintln!("skipped: strace is not here, so calls that fail were not tried");
        return;
    }
    let base = base();
    let mut dice = Dice(number("CRASH_SEED", 2026));
    let (mut tried, mut failed) = (0, 0);
    for work in WORKS.iter().filter(|work| {
        ["an import", "undo", "another program", "erase", "migration", "backup", "restore"]
            .contains(&work.name)
    }) {
        let whole = Whole::of(work, &base);
        for call in ["pwrite64", "fsync,fdatasync", "openat", "rename,renameat,renameat2,link"] {
            for error in ["EIO", "ENOSPC"] {
                let program = (work.prepared)(&base);
                let when = 1 + (dice.share() * if call == "pwrite64" { 400.0 } else { 12.0 }) as u64;
                let lasting = if dice.share() < 0.5 { "+" } else { "" };
                let mut strace = Command::new("strace");
                let inject = format!("inject={call}:error={error}:when={when}{lasting}");
                strace.args(["-f", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &inject]);
                strace.arg(env!("CARGO_BIN_EXE_groundswell")).args(work.args).current_dir(program.path());
                strace.env("GROUNDSWELL_NOW", "2026-06-30T09:00:00Z").env_remove("GROUNDSWELL_DB");
                let output = strace.stdin(Stdio::null()).output().expect("runs");
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                let what = format!("with {inject} ({said})");
                let done = whole.holds(work, &program, &what);
                let code = output.status.code();
                assert!(matches!(code, Some(0 | 1 | 4 | 127)), "{} ended with {code:?} {what}", work.name);
                if code == Some(0) {
                    assert!(done || ["backup", "restore"].contains(&work.name), "{} {what}", work.name);
                }
                whole.ends(work, &program, done, &what);
                tried += 1;
                failed += usize::from(code != Some(0));
            }
        }
    }
    println!("{tried} calls failed, {failed} of them ended the command");
    assert!(failed * 4 > tried, "only {failed} of {tried} were noticed");
}

/// Four windows load the same file: one brings it, the others find it known; and what each reads is whole.
#[test]
fn four_windows_at_once() {
    let base = base();
    let program = copied(&base);
    let codes: Vec<(i32, String)> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| program.run(&["import", "more.csv", "--format", "json"])))
            .collect();
        let readers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    (0..3).map(|_| program.run(&["member", "list", "--format", "ids"])).collect::<Vec<_>>()
                })
            })
            .collect();
        for run in readers.into_iter().flat_map(|reader| reader.join().expect("reads")) {
            assert_eq!(run.code, 0, "{}", run.all());
            assert_eq!(run.out.lines().count(), 899, "a reader sees all of it or nothing");
        }
        writers
            .into_iter()
            .map(|writer| writer.join().expect("writes"))
            .map(|run| (run.code, run.out))
            .collect()
    });
    let added: Vec<i64> = codes
        .iter()
        .map(|(code, out)| {
            assert_eq!(*code, 0, "{out}");
            let receipt: serde_json::Value = serde_json::from_str(out).expect("JSON");
            receipt["added"].as_i64().or_else(|| receipt[0]["added"].as_i64()).expect("a number")
        })
        .collect();
    assert_eq!(added.iter().filter(|added| **added > 0).count(), 1, "{added:?}");
    let whole = copied(&base);
    whole.run(&["import", "more.csv", "-q"]).code(0);
    assert!(
        timeless(&program.dump()) == timeless(&whole.dump()),
        "not what one window would have made of it"
    );
}

#[test]
fn output_that_cannot_be_written_is_said() {
    let program = copied(&base());
    let before = program.dump();
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").expect("opens");
    for args in
        [&["member", "list"][..], &["member", "list", "--format", "json"], &["log"], &["completions", "bash"]]
    {
        let output = command(&program, args).stdout(full()).stderr(Stdio::piped()).output().expect("runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {said}");
        assert!(said.contains("Error: ") && said.contains("No space left"), "{args:?}: {said}");
    }
    let run = program.run(&["member", "list", "-o", "/dev/full"]).code(1);
    assert!(run.err.contains("cannot write /dev/full"), "{}", run.err);
    assert_eq!(program.dump(), before);
}
