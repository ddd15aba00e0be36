//! The program file: made, private, refused when it is not ours.

use crate::harness::Program;

#[test]
fn without_a_program_the_way_to_one_is_named() {
    let program = Program::none();
    let run = program.run(&["status"]).code(4);
    assert!(run.err.contains("groundswell init"), "{}", run.err);
    assert!(!program.path().join("groundswell.db").exists());
}

#[test]
fn what_is_not_ours_is_left_as_it_is() {
    let program = Program::none();
    for (name, bytes) in
        [("text.db", b"email,name\n".to_vec()), ("empty.db", Vec::new()), ("noise.db", vec![7; 9000])]
    {
        let path = program.file(name, &bytes);
        let run = program.run(&["status", "--db", name]).code(4);
        assert!(run.err.contains(name), "{}", run.err);
        assert_eq!(std::fs::read(path).expect("reads"), bytes);
    }
    let other = rusqlite::Connection::open(program.path().join("other.db")).expect("opens");
    other.execute_batch("CREATE TABLE t (x)").expect("writes");
    drop(other);
    let run = program.run(&["status", "--db", "other.db"]).code(4);
    assert!(run.err.contains("another program"), "{}", run.err);
    let run = program.run(&["status", "--db", "."]).code(4);
    assert!(run.err.contains("is a folder"), "{}", run.err);
}

#[test]
fn a_newer_file_is_refused_and_an_older_one_is_backed_up() {
    let program = Program::new();
    let path = program.path().join("groundswell.db");
    let set = |version: i64| {
        let store = rusqlite::Connection::open(&path).expect("opens");
        store.pragma_update(None, "user_version", version).expect("writes");
    };
    set(99);
    let run = program.run(&["status"]).code(4);
    assert!(run.err.contains("newer groundswell"), "{}", run.err);

    std::fs::remove_file(&path).expect("goes");
    let old = rusqlite::Connection::open(&path).expect("opens");
    old.execute_batch(include_str!("../src/store/schema/001_people.sql")).expect("an old file");
    old.execute_batch(
        "INSERT INTO settings VALUES ('name', 'Old circle'), ('timezone', 'UTC'), ('currency', 'EUR');
         INSERT INTO members (id, person, day) VALUES (1, 1, 20000);
         PRAGMA application_id = 1735620460; PRAGMA user_version = 1;",
    )
    .expect("an old file");
    drop(old);
    let before = std::fs::read(&path).expect("reads");
    let run = program.run(&["status"]).code(0);
    assert!(run.err.contains("Old circle"), "{}", run.err);
    let backup = program.path().join("groundswell.db.v1.backup");
    let kept = rusqlite::Connection::open(&backup).expect("a backup");
    let version: i64 = kept.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a version");
    assert_eq!(version, 1);
    assert_ne!(before, std::fs::read(&path).expect("reads"), "upgraded");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&backup).expect("a file").permissions().mode() & 0o777, 0o600);
    }
}

/// A file of schema 3 in which a second export named an address again: undoing the first leaves it to the second.
#[test]
fn an_older_file_keeps_who_is_who_and_who_said_so() {
    let program = Program::none();
    let old = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    for step in [
        include_str!("../src/store/schema/001_people.sql"),
        include_str!("../src/store/schema/002_signals.sql"),
        include_str!("../src/store/schema/003_work.sql"),
    ] {
        old.execute_batch(step).expect("an old file");
    }
    old.execute_batch(
        "INSERT INTO settings VALUES ('name', 'Old circle'), ('timezone', 'UTC'), ('currency', 'EUR');
         INSERT INTO batches VALUES
           (1, 0, 20000, 'a.csv', 'aa', 'members', NULL, 'UTF-8', 'comma', 3, 3, 0, 0, 0, 0, 3),
           (2, 0, 20001, 'b.csv', 'bb', 'members', NULL, 'UTF-8', 'comma', 2, 0, 0, 2, 0, 0, 0);
         INSERT INTO members (id, person, day, batch) VALUES (1, 1, 20000, 1), (2, 2, 20000, 1), (3, 3, 20000, 1);
         INSERT INTO identities (member, platform, value, shown, batch) VALUES
           (1, 'email', 'ana@example.com', 'Ana@Example.com', 1), (2, 'email', 'bo@example.com', 'bo@example.com', 1),
           (3, 'x', 'cleo', '@Cleo', 1);
         INSERT INTO sightings VALUES (1, 2), (3, 2);
         PRAGMA application_id = 1735620460; PRAGMA user_version = 3;",
    )
    .expect("an old file");
    drop(old);
    let list = ["member", "list", "--format", "csv"];
    let before = program.run(&list).code(0).out;
    assert!(before.contains("Ana@Example.com") && before.contains("bo@example.com"), "{before}");
    assert!(before.contains("x:@Cleo"), "{before}");
    program.run(&["imports", "undo", "1", "--yes"]).code(0);
    let after = program.run(&list).code(0).out;
    assert!(after.contains("Ana@Example.com") && after.contains("x:@Cleo"), "{after}");
    assert!(!after.contains("bo@example.com"), "{after}");
}

/// The first load writes without a log of its own where it may; a window that reads keeps it from that, and
/// neither hurts the other.
#[test]
fn a_first_load_and_a_reading_window_do_not_hurt_each_other() {
    for reading in [false, true] {
        let program = Program::new();
        program.file("m.csv", "email,name\nana@example.com,Ana\n");
        let path = program.path().join("groundswell.db");
        let other = rusqlite::Connection::open(&path).expect("opens");
        let count = || other.query_row("SELECT count(*) FROM members", [], |row| row.get::<_, i64>(0));
        if reading {
            other.execute_batch("BEGIN").expect("reads");
            assert_eq!(count(), Ok(0));
        }
        program.run(&["import", "m.csv", "--as", "members"]).code(0);
        assert_eq!(count(), Ok(i64::from(!reading)), "as it was when the reading began");
        drop(other);
        program.run(&["status"]).code(0);
        let header = std::fs::read(&path).expect("reads");
        assert_eq!(header[18..20], [2, 2], "a write-ahead log again");
    }
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let program = Program::new();
    let mode = |name: &str| {
        std::fs::metadata(program.path().join(name)).expect("a file").permissions().mode() & 0o777
    };
    assert_eq!(mode("groundswell.db"), 0o600);
    program.run(&["member", "add", "--name", "Ana", "-q"]).code(0);
    program.run(&["member", "list", "--format", "csv", "-o", "list.csv"]).code(0);
    assert_eq!(mode("list.csv"), 0o600);
    assert!(!program.path().join("groundswell.db-wal").exists());
}

/// Another window that writes for so long.
fn another_window(program: &Program, seconds: u64) -> std::thread::JoinHandle<()> {
    let other = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("writes");
    std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_secs(seconds));
        other.execute_batch("ROLLBACK").expect("ends");
    })
}

#[test]
fn waiting_for_another_window_is_said() {
    let program = Program::new();
    let window = another_window(&program, 4);
    let run = program.run(&["status"]).code(0);
    assert!(!run.err.contains("Another window"), "who only reads does not wait: {}", run.err);
    let run = program.run(&["member", "add", "--name", "Ana"]).code(0);
    assert!(run.err.contains("Another window is using groundswell.db: waiting"), "{}", run.err);
    window.join().expect("ends");
    let run = program.run(&["member", "add", "--name", "Ben"]).code(0);
    assert!(!run.err.contains("Another window"), "{}", run.err);
}

#[test]
fn waiting_for_another_window_ends() {
    let program = Program::new();
    program.file("m.csv", "email,name\nana@example.com,Ana\n");
    let before = program.dump();
    let window = another_window(&program, 17);
    let run = program.run(&["import", "m.csv", "--as", "members"]).code(4);
    assert!(run.err.contains("for 15 seconds; nothing was changed"), "{}", run.err);
    window.join().expect("ends");
    assert_eq!(program.dump(), before);
}

#[test]
fn init_says_what_is_wrong() {
    let program = Program::none();
    for (args, says) in [
        (vec!["init", "--yes", "--currency", "Euro"], "EUR, USD or CNY"),
        (vec!["init", "--yes", "--timezone", "Berlin"], "Europe/Berlin"),
        (vec!["init", "--yes", "--preset", "bank"], "saas, consumer"),
    ] {
        let run = program.run(&args).code(2);
        assert!(run.err.contains(says), "{}", run.err);
        assert!(!program.path().join("groundswell.db").exists());
    }
    let run = program.run(&["init"]).code(0);
    assert!(run.err.contains("'Our program', EUR, UTC, preset saas"), "{}", run.err);
    assert!(run.err.contains("EUR and UTC decide what amounts and days mean"), "{}", run.err);
    let run = program.run(&["init"]).code(1);
    assert!(run.err.contains("is there already"), "{}", run.err);
}

#[test]
fn a_reader_that_stops_is_no_error() {
    let program = Program::new();
    for n in 0..3 {
        program.run(&["member", "add", "--name", &format!("N{n}"), "-q"]).code(0);
    }
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_groundswell"))
        .args(["member", "list"])
        .current_dir(program.path())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("runs");
    drop(child.stdout.take());
    assert!(child.wait().expect("ends").success());
}

#[test]
fn an_output_that_cannot_be_written_is_named_itself() {
    let program = Program::new();
    program.run(&["member", "add", "--name", "Ana", "-q"]).code(0);
    std::fs::create_dir(program.path().join("there")).expect("a folder");
    for target in ["nowhere/list.csv", "there"] {
        let run = program.run(&["member", "list", "--format", "csv", "-o", target]).code(1);
        assert!(run.err.contains(&format!("cannot write {target}")), "{}", run.err);
        assert!(!run.err.contains(".tmp") && !run.err.contains("temporary"), "{}", run.err);
    }
}
