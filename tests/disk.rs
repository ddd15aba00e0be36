//! A disk without room, and files and folders that may only be read: one clear error, and the program is as it was.
#![cfg(unix)]

use crate::crash::{base, copied};
use crate::harness::{Program, Run};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Mounts a small disk that only this command sees, copies the program onto it, fills all but some room, runs the command, and
/// copies what became of the program to where it can be looked at. 99 where nothing can be mounted.
const ON_A_SMALL_DISK: &str = r#"
program=$1 disk=$2 from=$3 to=$4 room=$5; shift 5
mount -t tmpfs -o size=8m tmpfs "$disk" 2>/dev/null && cd "$disk" || exit 99
cp "$from"/groundswell.db "$from"/more.csv . || exit 98
dd if=/dev/zero of=filler bs=4096 2>/dev/null
truncate -s "-$room" filler || exit 98
"$program" "$@"
code=$?
cp groundswell.db* "$to" || exit 98
ls -A > "$to/names"
exit $code
"#;

/// How a command ends with so many bytes of room, and the program it leaves; nothing where no disk can be mounted.
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn with_room(base: &Program, room: u64, args: &[&str]) -> Option<(Run, Program)> {
    let (left, disk) = (Program::none(), tempfile::tempdir().expect("a folder"));
    let mut shell = Command::new("unshare");
    // Root mounts; anyone else does where the system lets them be root of a namespace of their own.
    shell.args(["-rm", "sh", "-c", ON_A_SMALL_DISK, "sh", env!("CARGO_BIN_EXE_groundswell")]);
    shell.arg(disk.path()).arg(base.path()).arg(left.path()).arg(room.to_string()).args(args);
    let output = settled(&mut shell).output();
    match output.map(|output| run(&output)) {
        Ok(run) if run.code != 99 && !run.err.starts_with("unshare:") => Some((run, left)),
        _ => {
            eprintln!(
                "skipped: no disk can be mounted here (unshare -rm, mount -t tmpfs), so a full one was not tried"
            );
            None
        }
    }
}

fn settled(command: &mut Command) -> &mut Command {
    command.env("GROUNDSWELL_NOW", "2026-06-30T09:00:00Z").env_remove("GROUNDSWELL_DB").stdin(Stdio::null())
}

fn run(output: &Output) -> Run {
    Run {
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        code: output.status.code().expect("an exit code"),
    }
}

/// One error, short, that a person can act on.
#[track_caller]
fn one_error(run: &Run, says: &str) {
    assert!(run.err.contains(says), "{}", run.all());
    assert!(run.err.matches("Error").count() == 1 && run.err.len() < 600, "{}", run.all());
    assert!(!run.err.contains("/.tmp") && !run.err.contains("os error"), "{}", run.all());
}

#[test]
fn a_full_disk_changes_nothing_and_is_said() {
    let base = base();
    let before = base.dump();
    let there = base.path().join("north.db");
    let north = there.to_str().expect("a path");
    let works: [&[&str]; 8] = [
        &["import", "more.csv"],
        &["merge", north, "--yes"],
        &["imports", "undo", "3", "--yes"],
        &["backup"],
        &["backup", "kept.db"],
        &["export", "--all", "tables"],
        &["handoff", "warehouse", "--to", "duckdb"],
        &["report", "-o", "report.html"],
    ];
    for args in works {
        let Some((run, left)) = with_room(&base, 40960, args) else { return };
        assert_eq!(run.code, 1, "{args:?}: {}", run.all());
        one_error(&run, "the disk is full: make room, and run it again");
        assert!(left.dump() == before, "{args:?}: the program is as it was");
        left.run(&["check", "-q"]).code(0);
        let names = std::fs::read_to_string(left.path().join("names")).expect("reads");
        assert!(!names.contains("part") && !names.contains(".tmp"), "{args:?} left {names}");
    }
    // Without room for a journal the file is read as it stands.
    for room in [40960, 0] {
        let Some((run, left)) = with_room(&base, room, &["status"]) else { return };
        assert_eq!(run.code, 0, "{room}: {}", run.all());
        assert!(left.dump() == before);
    }
    let Some((run, _)) = with_room(&base, 40960, &["init", "--db", "second.db", "--yes"]) else { return };
    assert_eq!(run.code, 1, "{}", run.all());
    one_error(&run, "cannot make second.db: ");
    one_error(&run, "the disk is full: make room, and run it again");
    let Some((run, left)) = with_room(&base, 0, &["import", "more.csv"]) else { return };
    assert_eq!(run.code, 4, "{}", run.all());
    one_error(&run, "may not be written to: the disk has no room for its journal, or fails");
    assert!(left.dump() == before);
}

/// Whoever is erased is erased, and the certificate says what could not be done.
#[test]
fn an_erasure_without_room_to_write_the_file_anew_is_certified() {
    let base = base();
    let args = ["member", "erase", "5", "--yes", "-o", "certificate.md"];
    let Some((run, left)) = with_room(&base, 600_000, &args) else { return };
    assert_eq!(run.code, 0, "{}", run.all());
    assert!(run.out.contains("could not be written anew yet"), "{}", run.all());
    assert!(
        run.err.contains("Erased: the rows are gone, but the file could not be written anew"),
        "{}",
        run.all()
    );
    let bytes = std::fs::read(left.path().join("groundswell.db")).expect("reads");
    assert!(!String::from_utf8_lossy(&bytes).contains("p4@example.com"), "their rows are overwritten");
    left.run(&["check", "-q"]).code(0);
}

/// Runs a command as someone who is not root, whom modes bind; nothing where that cannot be done.
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn as_nobody(program: &Program, args: &[&str]) -> Option<Run> {
    let ours = env!("CARGO_BIN_EXE_groundswell");
    let probe = program.path().join("probe");
    let is_root = std::fs::write(&probe, "").and_then(|()| chown(&probe, Some(NOBODY), None)).is_ok();
    let mut command = if is_root { Command::new("setpriv") } else { Command::new(ours) };
    if is_root {
        let id = NOBODY.to_string();
        command.args(["--reuid", &id, "--regid", &id, "--clear-groups", ours]);
        own(program.path());
    }
    let output = settled(command.args(args).current_dir(program.path())).output();
    match output.map(|output| run(&output)) {
        Ok(run) if !run.err.starts_with("setpriv:") => Some(run),
        _ => {
            eprintln!(
                "skipped: nobody else can be made to run it (setpriv), and root may write to everything"
            );
            None
        }
    }
}

/// Who owns nothing else.
const NOBODY: u32 = 65534;

/// Gives a folder and the files in it to them.
fn own(folder: &Path) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        chown(entry.expect("an entry").path(), Some(NOBODY), Some(NOBODY)).expect("is given");
    }
    chown(folder, Some(NOBODY), Some(NOBODY)).expect("is given");
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("sets");
}

/// Commands that change the program.
const CHANGES: [&[&str]; 7] = [
    &["import", "more.csv"],
    &["merge", "north.db", "--yes"],
    &["member", "edit", "7", "--company", "Other"],
    &["member", "erase", "7", "--yes"],
    &["imports", "undo", "3", "--yes"],
    &["member", "stage", "7", "active"],
    &["restore", "north.db", "--yes"],
];

#[test]
fn a_file_that_may_only_be_read_is_read_and_never_changed() {
    let program = copied(&base());
    let file = program.path().join("groundswell.db");
    let bytes = || std::fs::read(&file).expect("reads");
    mode(&file, 0o400);
    let before = bytes();
    for args in
        [&["status"][..], &["member", "list"], &["check"], &["backup", "kept.db"], &["export", "--all", "t"]]
    {
        let Some(run) = as_nobody(&program, args) else { return };
        assert_eq!(run.code, 0, "{args:?}: {}", run.all());
    }
    for args in CHANGES {
        let Some(run) = as_nobody(&program, args) else { return };
        assert_eq!(run.code, 4, "{args:?}: {}", run.all());
        one_error(&run, "groundswell.db may not be written to: it is read-only");
        assert!(bytes() == before, "{args:?}");
    }
    let names =
        std::fs::read_dir(program.path()).expect("a folder").map(|one| one.expect("an entry").file_name());
    assert!(names.map(|name| name.to_string_lossy().into_owned()).all(|name| !name.contains("restore")));
}

#[test]
fn a_program_in_a_folder_that_may_only_be_read_is_read() {
    let program = copied(&base());
    mode(program.path(), 0o755);
    as_nobody(&program, &["status"]);
    let before = program.dump();
    mode(program.path(), 0o555);
    for args in [&["status"][..], &["member", "list"], &["check"]] {
        let Some(run) = as_nobody(&program, args) else { return };
        assert_eq!(run.code, 0, "{args:?}: {}", run.all());
    }
    for args in CHANGES {
        let Some(run) = as_nobody(&program, args) else { return };
        // A merge is rehearsed in a copy beside the program.
        let (code, says) = match args[0] {
            "merge" => (1, "cannot write groundswell.db: is . a folder you may write to?"),
            _ => (4, "groundswell.db may not be written to: its folder is read-only"),
        };
        assert_eq!(run.code, code, "{args:?}: {}", run.all());
        one_error(&run, says);
    }
    let Some(run) = as_nobody(&program, &["backup", "kept.db"]) else { return };
    assert_eq!(run.code, 1, "{}", run.all());
    one_error(&run, "cannot write kept.db");
    mode(program.path(), 0o755);
    assert!(program.dump() == before);
}

/// What is written for people says where it cannot be written.
#[test]
fn a_folder_that_may_only_be_read_is_named() {
    let program = copied(&base());
    let folder = program.path().join("shelf");
    std::fs::create_dir(&folder).expect("makes");
    mode(&folder, 0o555);
    let before = program.dump();
    for args in [
        &["backup", "shelf/kept.db"][..],
        &["backup", "shelf"],
        &["member", "list", "-o", "shelf/list.csv"],
        &["report", "-o", "shelf/report.html"],
        &["export", "--all", "shelf/tables"],
        &["init", "--db", "shelf/second.db", "--yes"],
    ] {
        let Some(run) = as_nobody(&program, args) else { return };
        assert_eq!(run.code, 1, "{args:?}: {}", run.all());
        one_error(&run, "shelf");
        assert!(run.err.contains("cannot "), "{args:?}: {}", run.err);
    }
    assert!(std::fs::read_dir(&folder).expect("a folder").next().is_none());
    assert!(program.dump() == before);
}
