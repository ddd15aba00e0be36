//! One post under several spellings of its address: it counts once, whichever file names it, and however it was known before.

use crate::harness::Program;
use sha2::{Digest, Sha256};

const HEADER: &str = "email,kind,date,platform,url,reach,engagements\n";

const ONE: &str =
    "ana@example.com,video,2026-05-01,youtube,https://www.youtube.com/watch?v=abc123&utm_source=x,10,1
ana@example.com,post,2026-05-02,x,https://twitter.com/a/status/1,20,2
ana@example.com,article,2026-05-03,blog,http://www.blog.example/story/,30,3
ana@example.com,reply,2026-05-04,forum,https://forum.example/t/x/12/3,40,4
";

const OTHER: &str = "ana@example.com,video,2026-05-01,youtube,https://youtu.be/abc123,10,1
ana@example.com,post,2026-05-02,x,https://x.com/a/status/1?s=20,25,2
ana@example.com,article,2026-05-03,blog,https://m.blog.example/story,30,3
ana@example.com,reply,2026-05-04,forum,http://forum.example/t/x/12/3,40,4
";

const STUDIO: &str = "Content,Video title,Video publish time,Duration,Views,Watch time (hours),Subscribers\n\
    Total,,,,120,1,1\nabc123,Hello,\"May 1, 2026\",60,120,1,1\n";

/// Rows added, changed, unchanged, ignored.
fn import(program: &Program, file: &str, text: &str) -> [i64; 4] {
    program.file(file, text);
    let args = ["import", file, "--member", "ana@example.com", "--format", "json"];
    let receipt = program.run(&args).code(0).json();
    ["added", "changed", "unchanged", "ignored"].map(|fate| receipt[fate].as_i64().expect("a number"))
}

fn program() -> Program {
    let program = Program::new();
    program.run(&["member", "add", "--name", "Ana", "--email", "ana@example.com"]).code(0);
    program
}

#[test]
fn in_one_file_and_in_two() {
    let program = program();
    // Other numbers of the same post are a newer reading.
    assert_eq!(import(&program, "both.csv", &[HEADER, ONE, OTHER].concat()), [4, 1, 0, 3]);
    program.run(&["imports", "undo", "1", "--yes"]).code(0);
    assert_eq!(import(&program, "one.csv", &[HEADER, ONE].concat()), [4, 0, 0, 0]);
    assert_eq!(import(&program, "other.csv", &[HEADER, OTHER].concat()), [0, 1, 3, 0]);
    let before = program.dump();
    assert_eq!(import(&program, "other.csv", &[HEADER, OTHER].concat()), [0, 0, 4, 0]);
    assert_eq!(program.dump(), before);
    assert!(program.run(&["check"]).code(0).out.contains("keys                  ok"));
    // What two files said stays while one of them is in.
    program.run(&["imports", "undo", "2", "--yes"]).code(0);
    assert_eq!(import(&program, "other.csv", &[HEADER, OTHER].concat()), [0, 0, 4, 0]);
}

#[test]
fn a_like_and_another_moment_are_acts_of_their_own() {
    let program = program();
    let rows = "ana@example.com,reply,2026-05-01,forum,https://forum.example/t/x/12,,\n\
        ana@example.com,reply,2026-05-02,forum,http://forum.example/t/x/12,,\n\
        ana@example.com,like,2026-05-01,forum,https://forum.example/t/x/12,,\n";
    assert_eq!(import(&program, "acts.csv", &[HEADER, rows].concat()), [3, 0, 0, 0]);
}

/// Gives the first act of a program the key that versions before gave it.
fn key_of_before(program: &Program, parts: &[&str]) {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let store = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    let key = &hash.finalize()[..16];
    let sql = "UPDATE row_keys SET key = ?1 WHERE kind = 2 AND record = 1";
    assert_eq!(store.execute(sql, [key]).expect("writes"), 1);
}

#[test]
fn what_versions_before_imported_is_recognised() {
    let program = program();
    let sheet = [HEADER, ONE].concat();
    assert_eq!(import(&program, "one.csv", &sheet), [4, 0, 0, 0]);
    let address = "https://www.youtube.com/watch?v=abc123&utm_source=x";
    let at = "1777593600";
    key_of_before(&program, &["activity", "ana@example.com", "youtube", "video", at, address]);
    assert_eq!(import(&program, "one.csv", &sheet), [0, 0, 4, 0]);
    let longer = [&sheet, "ana@example.com,post,2026-05-05,x,https://x.com/a/status/2,,\n"].concat();
    assert_eq!(import(&program, "longer.csv", &longer), [1, 0, 4, 0]);
    // A platform's own list was known by the address without `www.`.
    let program = self::program();
    let list = "Post ID,Page ID,Page name,Title,Description,Duration (sec),Publish time,Caption type,Permalink,Is crosspost,\
        Is share,Post type,Languages,Custom labels,Funded content status,Data comment,Date,Views,Reach,Reactions\n\
        ,2,Ana,T,,0,05/13/2026 10:00,,https://www.facebook.com/ana/posts/77?ref_src=a,0,0,Photos,,,,,Lifetime,5,4,1\n";
    let (first, again) = (import(&program, "posts.csv", list), "facebook.com/ana/posts/77?ref_src=a");
    assert_eq!(first, [1, 0, 0, 0]);
    key_of_before(&program, &["activity", "facebook", "url", again]);
    assert_eq!(import(&program, "posts.csv", list), [0, 0, 1, 0]);
}

#[test]
fn what_was_logged_is_not_brought_twice() {
    let program = program();
    program.run(&["amplify", "log", "Ana", "https://youtu.be/abc123", "--reach", "5"]).code(0);
    program.file("links.txt", "https://x.com/a/status/1\n");
    program.run(&["amplify", "log", "Ana", "--file", "links.txt"]).code(0);
    let before = program.dump();
    assert_eq!(import(&program, "one.csv", &[HEADER, ONE].concat()), [2, 2, 0, 0]);
    assert_eq!(import(&program, "one.csv", &[HEADER, ONE].concat()), [0, 0, 4, 0]);
    assert!(program.run(&["check"]).code(0).out.contains("keys                  ok"));
    program.run(&["imports", "undo", "2", "--yes"]).code(0);
    assert_eq!(program.dump(), before);
    // A platform's own list may have the video's number only.
    assert_eq!(import(&program, "Table data.csv", STUDIO), [0, 1, 0, 1]);
    // One that was logged stands for one row: many replies may have one thread's address.
    program.run(&["amplify", "log", "Ana", "https://forum.example/t/y/7"]).code(0);
    let replies = "ana@example.com,reply,2026-05-01,forum,https://forum.example/t/y/7,,\n\
        ana@example.com,reply,2026-05-02,forum,https://forum.example/t/y/7,,\n";
    assert_eq!(import(&program, "replies.csv", &[HEADER, replies].concat()), [1, 0, 1, 0]);
    assert_eq!(import(&program, "replies.csv", &[HEADER, replies].concat()), [0, 0, 2, 0]);
}

#[test]
fn what_stays_after_its_import_is_taken_back_is_recognised() {
    let program = program();
    assert_eq!(import(&program, "one.csv", &[HEADER, ONE].concat()), [4, 0, 0, 0]);
    program.run(&["amplify", "react", "1"]).code(0);
    program.run(&["imports", "undo", "1", "--yes"]).code(0);
    assert_eq!(import(&program, "other.csv", &[HEADER, OTHER].concat()), [3, 0, 1, 0]);
}
