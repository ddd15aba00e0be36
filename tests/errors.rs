//! The gallery of what can go wrong in an import: every error is provoked here, and `errors.txt` shows what the
//! user reads. `UPDATE_EXPECT=1 cargo test` rewrites it; read it as the user would before you commit it.

use crate::harness::Program;
use std::path::Path;

/// What goes wrong, the file's bytes, and the command's further words.
type Case = (&'static str, &'static [u8], &'static [&'static str]);

const NPS: &[u8] =
    b"email,score,comment,date\nana@example.com,9,good,2026-01-05\nben@example.com,3,bad,2026-01-06\n";

/// The file cannot be read.
const FILES: [Case; 17] = [
    ("an empty file", b"", &[]),
    ("a header and nothing else", b"email,score\n", &[]),
    ("no header", b"1,2\n3,4\n", &[]),
    ("an Excel workbook that is broken", b"PK\x03\x04broken", &[]),
    ("an old Excel workbook that is broken", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1broken", &[]),
    ("a database", b"SQLite format 3\0broken", &[]),
    ("a gzip file that is broken", b"\x1F\x8B\x08broken", &[]),
    ("a PDF", b"%PDF-1.7", &[]),
    ("an image", b"\x89PNG\r\n", &[]),
    ("a word processor's file", b"{\\rtf1}", &[]),
    ("a web page", b"<!doctype html><p>Sign in</p>", &[]),
    ("JSON", b"{\"email\": \"ana@example.com\"}", &[]),
    ("noise", b"\x00\x01\x02\x03\x00\x01\x02\x03\x04\x05\x06\x00", &[]),
    (
        "a quote that is never closed",
        b"email,score\nana@example.com,\"9\nben@example.com,8\n",
        &["--as", "nps"],
    ),
    ("an encoding nobody knows", NPS, &["--encoding", "klingon"]),
    ("a table of totals", b"month,nps\n2026-01,61\n2026-02,66\n", &[]),
    ("totals per day", b"date,visits,views\n2026-01-01,3,4\n2026-01-02,5,6\n", &[]),
];

/// A flag is wrong.
const FLAGS: [Case; 19] = [
    ("a kind nobody knows", NPS, &["--as", "surveys"]),
    ("a map without an equals sign", NPS, &["--map", "score"]),
    ("a map of a field nobody knows", NPS, &["--as", "nps", "--map", "scor=score"]),
    ("a map of a field of another kind", NPS, &["--as", "nps", "--map", "stage=score"]),
    ("a map of a column that is not there", NPS, &["--as", "nps", "--map", "score=scores"]),
    (
        "a map of a column that is there twice",
        b"email,score,score\na@example.com,9,8\n",
        &["--as", "nps", "--map", "score=score"],
    ),
    ("a column to leave out that is not there", NPS, &["--without", "Telephone"]),
    ("a date order nobody knows", NPS, &["--date-order", "ddmm"]),
    ("a decimal sign nobody knows", NPS, &["--decimal", "dash"]),
    ("a scale that is none", NPS, &["--scale", "ten"]),
    ("a scale with its highest answer first", NPS, &["--scale", "4-0"]),
    ("a scale that begins below zero", NPS, &["--scale=-2-2"]),
    ("a scale longer than any", NPS, &["--scale", "0-1000"]),
    ("a scale that does not hold the scores", NPS, &["--as", "csat", "--scale", "1-5"]),
    ("a year that is none", NPS, &["--year", "26"]),
    ("a member nobody knows", NPS, &["--member", "nobody@example.com"]),
    ("a delimiter nobody knows", NPS, &["--delimiter", "dash"]),
    ("a profile nobody knows", NPS, &["--profile", "hubspott"]),
    ("a profile of one's own that is broken", b"name = 3\n", &["--profile", "file.csv"]),
];

/// Something cannot be told from the file, and nobody is there to be asked.
const QUESTIONS: [Case; 10] = [
    ("what the rows are", b"a,b\nx,y\nz,w\n", &[]),
    (
        "which column is the score",
        b"email,first,second\nana@example.com,9,8\nben@example.com,3,7\n",
        &["--as", "nps"],
    ),
    (
        "day or month first",
        b"email,score,date\na@example.com,9,03/04/2026\nb@example.com,2,05/06/2026\n",
        &["--as", "nps"],
    ),
    (
        "a date order that the file contradicts",
        b"email,score,date\na@example.com,9,03/14/2026\nb@example.com,2,05/16/2026\n",
        &["--as", "nps", "--date-order", "dmy"],
    ),
    (
        "which year",
        b"platform,handle,date,followers\nx,ana,3 May,10\nx,ana,4 May,12\n",
        &["--as", "audience"],
    ),
    ("what was asked", b"email,score\na@example.com,5\nb@example.com,4\nc@example.com,1\n", &[]),
    ("whose account, and where", b"date,followers\n2026-01-01,10\n2026-01-02,12\n", &[]),
    ("whose handles", b"handle,name\nana,Ana\nben,Ben\n", &["--as", "members"]),
    (
        "thousands or decimals",
        b"order,date,amount\n1,2026-05-01,1.240\n2,2026-05-02,2.500\n",
        &["--as", "orders"],
    ),
    ("an amount that is not there", b"order,date\n1,2026-05-01\n2,2026-05-02\n", &["--as", "orders"]),
];

/// Rows are set aside.
const ROWS: [Case; 11] = [
    ("members", b"email,name,joined\nbroken@,Ben,\n,Cho,\nana@example.com,Ana,2026-01-05\ndan@example.com,Dan,31.31.2026\n", &["--as", "members"]),
    ("nps", b"email,score,date\na@example.com,11,2026-01-05\nb@example.com,great,2026-01-05\nc@example.com,9,someday\nd@example.com,8,2026-01-05\ne@example.com,8,2026-01-05\nf@example.com,8,2026-01-06,too,many\n", &["--as", "nps"]),
    ("activity", b"email,platform,kind,date,url,reach\na@example.com,forum,post,,https://forum.example/1,5\n,forum,post,2026-05-01,https://forum.example/2,5\na@example.com,,post,2026-05-01,,many\na@example.com,forum,post,2026-05-02,https://forum.example/3,7\n", &["--as", "activity"]),
    ("usage", b"email,date,metric,amount\na@example.com,2026-05-01,logins,\na@example.com,2026-05-02,logins,-3\na@example.com,2026-05-03,logins,4\n,2026-05-03,logins,4\n", &["--as", "usage"]),
    ("audience", b"email,platform,date,followers\na@example.com,x,,10\na@example.com,,2026-05-01,10\na@example.com,x,2026-05-01,12\n", &["--as", "audience"]),
    ("signups", b"email,name,date,message\n,,2026-05-01,hello\na@example.com,Ana,2026-05-01,hello\n", &["--as", "signups"]),
    ("survey", b"email,date,s1,s2\n,2026-05-01,4,5\na@example.com,2026-05-01,9,5\nb@example.com,2026-05-01,4,5\n", &["--as", "survey", "--map", "s1=s1", "--map", "s2=s2"]),
    ("clicks", b"link,date,clicks\n,2026-05-01,3\nnot a link,2026-05-01,3\nhttps://x.example/a,2026-05-01,3\n", &["--as", "clicks"]),
    ("orders", b"order,date,amount,currency,refunded\n1,,10.00,EUR,\n2,2026-05-01,,EUR,\n3,2026-05-01,-5.00,EUR,\n4,2026-05-01,5.00,EUR,9.00\n5,2026-05-01,5.00,GOLD,\n6,2026-05-01,5.00,EUR,\n", &["--as", "orders"]),
    ("deals", b"deal,created,stage,amount\n,2026-05-01,won,10\nD2,,won,10\nD3,2026-05-01,won,10\n", &["--as", "deals"]),
    ("members that are two people", b"email,handle,platform,name\nknown@example.com,other,forum,Both\n", &["--as", "members"]),
];

fn provoke(case: &Case) -> String {
    let (what, bytes, flags) = case;
    let program = Program::new();
    program.run(&["member", "add", "--name", "Known One", "--email", "known@example.com", "-q"]).code(0);
    program.run(&["member", "add", "--name", "Other One", "--handle", "forum:other", "-q"]).code(0);
    program.file("file.csv", bytes);
    let before = program.dump();
    let mut args = vec!["import", "file.csv"];
    args.extend(*flags);
    let run = program.run(&args);
    assert_ne!(run.code, 0, "{what}: {}", run.all());
    assert_ne!(run.code, 101, "{what}: {}", run.all());
    if run.code != 3 {
        assert_eq!(program.dump(), before, "{what}: nothing was to change");
        assert!(run.err.starts_with("Error: ") || run.err.starts_with("error: "), "{what}: {}", run.all());
    }
    let mut text = format!("## {what}\n$ groundswell {}\n", args.join(" "));
    if run.code == 3 {
        let rejected = program.path().join("file.csv.rejected.csv");
        text.push_str(&std::fs::read_to_string(rejected).expect("the rows"));
    } else {
        text.push_str(&run.err);
    }
    text.push_str(&format!("exit {}\n\n", run.code));
    text
}

#[test]
fn gallery() {
    let mut text = String::new();
    for (title, cases) in [
        ("The file cannot be read", &FILES[..]),
        ("A flag is wrong", &FLAGS[..]),
        ("It cannot be told, and nobody is there to be asked", &QUESTIONS[..]),
        ("Rows are set aside", &ROWS[..]),
    ] {
        text.push_str(&format!("# {title}\n\n"));
        for case in cases {
            text.push_str(&provoke(case));
        }
    }
    text.push_str(&others());
    text.push_str(&copies());
    text.push_str(&managers());
    text.push_str(&handbooks());
    text.push_str(&warehouse());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors.txt");
    expect_test::expect_file![file].assert_eq(&text);
}

/// What goes wrong around a file.
fn others() -> String {
    let program = Program::new();
    program.file("file.csv", "email,name\nana@example.com,Ana\nbroken@,Ben\n");
    let mut text = String::from("# Around the file\n\n");
    for (what, args, code) in [
        ("a file that is not there", vec!["import", "gone.csv"], 1),
        ("a file that is called otherwise", vec!["import", "flie.csv"], 1),
        ("a file in a folder that is not there", vec!["import", "may/file.csv"], 1),
        ("a folder", vec!["import", "."], 1),
        ("no file at all", vec!["import"], 2),
        (
            "a row that is set aside, with --strict",
            vec!["import", "file.csv", "--as", "members", "--strict"],
            1,
        ),
        ("no program", vec!["import", "file.csv", "--db", "gone.db"], 4),
        ("a batch that is not there", vec!["imports", "show", "7"], 1),
        ("taking back without saying yes", vec!["imports", "undo", "1"], 2),
    ] {
        if what.starts_with("taking") {
            program.run(&["import", "file.csv", "--as", "members"]).code(3);
        }
        let run = program.run(&args).code(code);
        text.push_str(&format!("## {what}\n$ groundswell {}\n{}exit {code}\n\n", args.join(" "), run.err));
    }
    text
}

/// What goes wrong with the program file and its copies.
fn copies() -> String {
    let program = Program::new();
    program.run(&["backup", "copy.db", "-q"]).code(0);
    let mut bytes = std::fs::read(program.path().join("copy.db")).expect("reads");
    bytes[40_000..44_000].fill(0x55);
    program.file("damaged.db", &bytes);
    program.file("notes.txt", "not a program");
    let mut text = String::from("# The program file and its copies\n\n");
    for (what, line, code) in [
        ("a program that is made twice", "init --yes", 1),
        ("a copy that is there", "backup copy.db", 1),
        ("a folder that is not there", "backup usb/copy.db", 1),
        ("the program as its own copy", "backup groundswell.db", 2),
        ("a backup that is not there", "restore gone.db", 4),
        ("a backup that is none", "restore notes.txt", 4),
        ("a backup that is damaged", "restore damaged.db", 4),
        ("a program that is none", "status --db notes.txt", 4),
        ("putting back without saying yes", "restore copy.db", 2),
        ("tables without a folder", "export", 2),
        ("manual pages without a folder", "man", 2),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let run = program.run(&words).code(code);
        text.push_str(&format!("## {what}\n$ groundswell {line}\n{}exit {code}\n\n", run.err));
    }
    text
}

/// What goes wrong with another manager's file.
#[allow(clippy::too_many_lines, reason = "a list")]
fn managers() -> String {
    let program = Program::new();
    let run = |args: &[&str]| program.run(args).code(0);
    program.file("people.csv", "email,name\nana@example.com,Ana\n");
    run(&["import", "people.csv", "--as", "members", "-q"]);
    run(&[
        "init",
        "--db",
        "tokyo.db",
        "--name",
        "Tokyo",
        "--timezone",
        "Asia/Tokyo",
        "--currency",
        "JPY",
        "--preset",
        "saas",
        "-q",
    ]);
    program.init("north.db", "North");
    let bytes = std::fs::read(program.path().join("north.db")).expect("reads");
    let mut damaged = bytes.clone();
    damaged[40_000..44_000].fill(0x55);
    program.file("damaged.db", &damaged);
    program.file("cut.db", &bytes[..bytes.len() / 2]);
    program.file("notes.txt", "not a program");
    program.file("empty.db", "");
    let other = rusqlite::Connection::open(program.path().join("photos.db")).expect("opens");
    other.execute_batch("CREATE TABLE photos (id INTEGER PRIMARY KEY)").expect("a table");
    drop(other);
    std::fs::copy(program.path().join("north.db"), program.path().join("newer.db")).expect("copies");
    let newer = rusqlite::Connection::open(program.path().join("newer.db")).expect("opens");
    newer.execute_batch("PRAGMA user_version = 999; PRAGMA wal_checkpoint(TRUNCATE)").expect("a version");
    drop(newer);
    let before = program.dump();
    let mut text = String::from("# Another manager's file\n\n");
    for (what, line, code) in [
        ("no file", "merge", 2),
        ("a file that is not there", "merge gone.db", 4),
        ("two members instead of a file", "merge ana@example.com x:ana", 2),
        ("a folder", "merge .", 4),
        ("the program itself", "merge ./groundswell.db", 2),
        ("what is no program", "merge notes.txt", 4),
        ("an empty file", "merge empty.db", 4),
        ("a database of something else", "merge photos.db", 4),
        ("a damaged file", "merge damaged.db", 4),
        ("a file that was cut off", "merge cut.db", 4),
        ("a file of a newer groundswell", "merge newer.db", 4),
        ("days of another time zone", "merge tokyo.db", 1),
        ("without saying yes", "merge north.db", 2),
        ("a batch that is no program", "imports show 1 --differences", 2),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let run = program.run(&words).code(code);
        assert_eq!(program.dump(), before, "{what}: nothing was to change");
        text.push_str(&format!("## {what}\n$ groundswell {line}\n{}exit {code}\n\n", run.err));
    }
    text
}

/// What goes wrong with the library, the handbooks and the desk.
fn handbooks() -> String {
    let program = Program::new();
    program.file("old.svg", "<svg/>");
    program.file("own.md", "---\nplatform: x\ntitle: Ours\n---\nSee [the rules](rules.md).\n");
    program.file("library.csv", "kind,title,url\nfollow,Ada,https://ada.example\nfollow,Ben,\n");
    let mut text = String::from("# Handbooks\n\n");
    for (what, line, code) in [
        ("", "member add --name Ana --handle x:ana --email ana@example.com", 0),
        ("nobody to hand one to", "equip handbook --all -o books", 1),
        ("", "member stage 1 active", 0),
        ("", "equip add asset --title Logo --file old.svg --expires 2026-05-31 --as-of 2026-05-01", 0),
        ("", "equip add playbook --file own.md", 0),
        ("what nobody should be handed", "equip handbook --all -o books", 1),
        ("a file from elsewhere", "equip add asset --title Passwords --file /etc/hosts", 1),
        ("a table with a row that lacks something", "equip load library.csv", 1),
        ("a shipped playbook cannot be changed", "equip edit linkedin-en --title T", 1),
        ("nothing to change", "equip edit 1", 2),
        ("something missing", "equip add follow --title Ada", 2),
        ("", "equip desk ask 1 'I, ana@example.com, ask: may I?'", 0),
        ("publishing what is not answered", "equip desk publish 1", 1),
        ("", "equip desk answer 1 Yes", 0),
        ("publishing who asked", "equip desk publish 1", 2),
        ("", "equip desk publish 1 --question 'May I?'", 0),
        ("publishing twice", "equip desk publish 1 --question 'May I?'", 1),
        ("an answer nobody published", "equip desk revise 7 --answer No", 1),
    ] {
        let words = shlex::split(line).expect("words");
        let run = program.run(&words.iter().map(String::as_str).collect::<Vec<_>>()).code(code);
        if !what.is_empty() {
            text.push_str(&format!("## {what}\n$ groundswell {line}\n{}exit {code}\n\n", run.err));
        }
    }
    text.trim_end().to_string() + "\n"
}

/// What goes wrong with the folder for a warehouse.
fn warehouse() -> String {
    let program = Program::new();
    program.file("notes.txt", "mine");
    std::fs::create_dir(program.path().join("full")).expect("a folder");
    program.file("full/notes.txt", "mine");
    #[cfg(unix)]
    std::os::unix::fs::symlink("full", program.path().join("link")).expect("a link");
    let mut text = String::from("# A folder for a warehouse\n\n");
    for (what, line, code) in [
        ("no engine", "handoff warehouse", 2),
        ("an engine nobody knows", "handoff warehouse --to oracle", 2),
        ("no folder", "handoff --to postgres", 2),
        ("a folder with something else in it", "handoff full --to postgres", 2),
        ("a file", "handoff notes.txt --to postgres", 2),
        ("a link", "handoff link --to postgres", 2),
        ("a folder where nothing may be made", "handoff /proc/warehouse --to postgres", 1),
        ("comparing and handing over at once", "handoff warehouse --to postgres --compare", 2),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let run = program.run(&words).code(code);
        text.push_str(&format!("## {what}\n$ groundswell {line}\n{}exit {code}\n\n", run.err));
    }
    assert_eq!(std::fs::read_to_string(program.path().join("full/notes.txt")).expect("there"), "mine");
    assert_eq!(std::fs::read_dir(program.path().join("full")).expect("a folder").count(), 1);
    text
}
