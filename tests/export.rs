//! All that is held about one person, and nothing of anyone else.

use crate::erase::{THEIRS, filled};
use crate::harness::tree;

#[test]
fn all_that_is_held_is_written_out() {
    let program = filled();
    let before = program.dump();
    let run = program.run(&["member", "export", "王小明", "-o", "out"]).code(0);
    assert_eq!(program.dump(), before);
    expect_test::expect![[r"
        file         tables  rows
        member.html      35    77
        member.json      35    77
        README.md        35    77
    "]]
    .assert_eq(&run.out);
    let files = tree(&program.path().join("out"));
    let json = String::from_utf8(files[std::path::Path::new("member.json")].clone()).expect("UTF-8");
    let html = String::from_utf8(files[std::path::Path::new("member.html")].clone()).expect("UTF-8");
    for text in THEIRS {
        assert!(json.contains(text), "{text} is not in member.json:\n{json}");
        assert!(html.contains(text), "{text} is not in member.html");
    }
    for other in
        ["ben@example.com", "Okafor", "nps-ben", "so so", "forum.example/ben", "benlink", "likes tea"]
    {
        assert!(!json.contains(other) && !html.contains(other), "{other} is someone else's");
    }
    let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(value["format"], "groundswell member export 1");
    assert_eq!(value["tables"]["members"].as_array().map(Vec::len), Some(2), "the merged row too");
    assert_eq!(value["tables"]["responses"][0]["day"], "2026-05-01");
    assert_eq!(value["tables"]["link_clicks"][0]["clicks"], 3);
    assert_eq!(value["tables"]["code_orders"][0]["orders"], 1);
    assert_eq!(value["tables"]["sends"][0]["at"], "2026-06-30T09:00:00Z");
    let readme = String::from_utf8(files[std::path::Path::new("README.md")].clone()).expect("UTF-8");
    for key in value["tables"].as_object().expect("an object").keys() {
        let line = readme.lines().find(|line| line.starts_with(&format!("| {key} |")));
        let line = line.unwrap_or_else(|| panic!("README.md does not say what {key} is:\n{readme}"));
        assert!(
            line.split('|').nth(3).is_some_and(|what| what.trim().len() > 10),
            "{line}: add it to data/held.toml"
        );
    }
    #[cfg(unix)]
    for name in files.keys() {
        use std::os::unix::fs::PermissionsExt;
        let meta = std::fs::metadata(program.path().join("out").join(name)).expect("there");
        assert_eq!(meta.permissions().mode() & 0o777, 0o600, "{}", name.display());
    }
}

#[test]
fn every_table_that_names_a_member_is_explained() {
    let program = crate::harness::Program::new();
    let store = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    let mut query = store
        .prepare(
            "SELECT DISTINCT t.name FROM sqlite_master t, pragma_foreign_key_list(t.name) k
             WHERE t.type = 'table' AND k.\"table\" = 'members'",
        )
        .expect("reads");
    let words =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/data/held.toml")).expect("reads");
    for table in query.query_map([], |row| row.get::<_, String>(0)).expect("reads") {
        let table = table.expect("a name");
        assert!(words.contains(&format!("name = \"{table}\"")), "data/held.toml does not explain {table}");
    }
}

#[test]
fn it_is_written_in_chinese_too() {
    let program = filled();
    program.run(&["member", "export", "1", "-o", "out", "--lang", "zh"]).code(0);
    let html = std::fs::read_to_string(program.path().join("out/member.html")).expect("reads");
    assert!(html.contains("<h1>关于王小明的全部数据</h1>") && html.contains(">同意记录</h2>"), "{html}");
    let readme = std::fs::read_to_string(program.path().join("out/README.md")).expect("reads");
    assert!(readme.starts_with("# 说明"), "{readme}");
    let run = program.run(&["member", "export", "1"]).code(2);
    assert!(run.err.contains("-o DIR"), "{}", run.err);
}
