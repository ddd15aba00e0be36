//! Someone erased: nothing of them is left in any byte the program wrote, files do not bring them back, and what
//! was imported can still be taken back.

use crate::harness::{Program, brief};
use rusqlite::Connection;
use std::path::PathBuf;

/// Every text by which the person could be told, each only theirs.
pub const THEIRS: [&str; 30] = [
    "王小明",
    "xiaoming.wang@example.com",
    "Xiaoming.Wang@Example.com",
    "xm.wang@example.org",
    "wangxm_zhihu",
    "xmwangforum",
    "Wang Works Ltd",
    "客户的评论：非常好",
    "forum.example/wang-first-post",
    "My first post by wang",
    "order-wang-77",
    "A friend of wang told me",
    "deal-wang-5",
    "a message from wang",
    "note about wang mornings",
    "tagofwang",
    "consent source wang call",
    "stage reason wang kickoff",
    "ask text for wang walk-through",
    "answer text of wang gladly",
    "gift for wang a mug",
    "need of wang a seat",
    "question of wang about beta",
    "desk answer to wang from july",
    "reaction text to wang nice",
    "promotion place wang front page",
    "go.example.com/wanglink",
    "WANGCODE",
    "merge reason wang same phone",
    "visitor-wang-cookie",
];

fn store(program: &Program) -> Connection {
    Connection::open(program.path().join("groundswell.db")).expect("opens")
}

fn number(program: &Program, sql: &str) -> i64 {
    store(program).query_row(sql, [], |row| row.get(0)).expect("a number")
}

/// Files the program wrote of its own accord: itself, its journals, its backups, rows it set aside.
fn written(program: &Program) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(program.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            name.starts_with("groundswell.db") || name.ends_with(".rejected.csv")
        })
        .map(|path| (path.clone(), std::fs::read(&path).expect("reads")))
        .collect();
    files.sort();
    files
}

/// Where which of these texts stand, as UTF-8, in what the program wrote.
fn traces(program: &Program, texts: &[&str]) -> Vec<String> {
    let files = written(program);
    let mut found = Vec::new();
    for text in texts {
        for (path, bytes) in &files {
            if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
                found.push(format!("{text} in {}", path.file_name().expect("a name").to_string_lossy()));
            }
        }
    }
    found
}

const FILES: [(&str, &str, &str); 10] = [
    (
        "people.csv",
        "members",
        "email,handle,platform,name,company,country,value,currency,tags\nXiaoming.Wang@Example.com,wangxm_zhihu,zhihu,王小明,Wang Works Ltd,CN,50.00,EUR,tagofwang\nben@example.com,ben,forum,Ben Okafor,Okafor Ltd,NG,20.00,EUR,beta\n",
    ),
    ("more.csv", "members", "email,handle,platform,name\nxm.wang@example.org,xmwangforum,forum,王小明\n"),
    (
        "nps.csv",
        "nps",
        "response_id,email,score,comment,date\nnps-wang-1,xiaoming.wang@example.com,9,客户的评论：非常好,2026-05-01\nnps-ben-1,ben@example.com,4,so so,2026-05-01\nnps-wang-2,xiaoming.wang@example.com,99,broken by 王小明,2026-05-02\n",
    ),
    (
        "acts.csv",
        "activity",
        "email,platform,kind,date,url,title,reach,engagements\nxiaoming.wang@example.com,forum,post,2026-05-03,https://forum.example/wang-first-post,My first post by wang,100,7\nben@example.com,forum,post,2026-05-03,https://forum.example/ben,Post by Ben,10,1\n",
    ),
    (
        "use.csv",
        "usage",
        "email,date,metric,amount\nxiaoming.wang@example.com,2026-05-03,logins,4\nben@example.com,2026-05-03,logins,2\n",
    ),
    (
        "follow.csv",
        "audience",
        "email,platform,date,followers\nxiaoming.wang@example.com,zhihu,2026-05-03,1200\n",
    ),
    (
        "signups.csv",
        "signups",
        "email,name,date,message\nxiaoming.wang@example.com,王小明,2026-05-04,a message from wang\n",
    ),
    (
        "orders.csv",
        "orders",
        "order,date,amount,currency,code,customer,status,heard\norder-wang-77,2026-05-05,70.00,EUR,,xiaoming.wang@example.com,paid,A friend of wang told me\norder-ben-1,2026-05-06,30.00,EUR,WANGCODE,ben@example.com,paid,the forum\n",
    ),
    (
        "deals.csv",
        "deals",
        "deal,created,stage,amount,currency,customer\ndeal-wang-5,2026-05-05,closed won,500.00,EUR,xiaoming.wang@example.com\n",
    ),
    (
        "clicks.csv",
        "clicks",
        "link,date,clicks,visitor,customer\nhttps://go.example.com/wanglink,2026-05-06,3,,\nhttps://go.example.com/benlink,2026-05-06,2,visitor-wang-cookie,xiaoming.wang@example.com\nhttps://go.example.com/benlink,2026-05-07,4,,\n",
    ),
];

fn import(program: &Program, file: &str, kind: &str) -> serde_json::Value {
    let run = program.run(&["import", file, "--as", kind, "--format", "json"]);
    assert!(matches!(run.code, 0 | 3), "{}", run.all());
    run.json()
}

/// A program that knows the person in every way there is.
pub fn filled() -> Program {
    let program = Program::new();
    let run = |args: &[&str]| program.run(args).code(0);
    program.file("people.csv", FILES[0].2);
    import(&program, "people.csv", "members");
    run(&["share", "link", "1", "https://example.com/start", "--short", "https://go.example.com/wanglink"]);
    run(&["share", "code", "1", "WANGCODE", "--as-of", "2026-05-01"]);
    for (file, kind, text) in FILES {
        program.file(file, text);
        import(&program, file, kind);
    }
    let answers = "email,date,s1,s2\nxiaoming.wang@example.com,2026-05-07,4,5\n";
    program.file("survey.csv", answers);
    run(&["import", "survey.csv", "--as", "survey", "--map", "s1=s1", "--map", "s2=s2"]);
    run(&["member", "merge", "1", "xm.wang@example.org", "--yes", "--why", "merge reason wang same phone"]);
    run(&["member", "stage", "1", "active", "--why", "stage reason wang kickoff", "--as-of", "2026-05-02"]);
    run(&["member", "stage", "2", "active", "--as-of", "2026-05-02"]);
    run(&["member", "note", "1", "note about wang mornings"]);
    run(&["member", "note", "2", "introduced by 王小明, likes tea"]);
    run(&["member", "consent", "1", "yes", "--for", "exclusive", "--source", "consent source wang call"]);
    run(&["share", "ask", "1", "ask text for wang walk-through", "--kind", "talk"]);
    run(&["share", "ask", "answer", "1", "yes", "--text", "answer text of wang gladly"]);
    run(&["share", "give", "1", "gift for wang a mug", "--kind", "gift"]);
    run(&["share", "need", "1", "need of wang a seat"]);
    run(&["equip", "desk", "ask", "1", "question of wang about beta"]);
    run(&["equip", "desk", "answer", "1", "desk answer to wang from july"]);
    run(&["amplify", "react", "1", "--text", "reaction text to wang nice"]);
    run(&["amplify", "promote", "1", "--place", "promotion place wang front page"]);
    run(&["equip", "handbook", "1", "-o", "handbooks"]);
    run(&brief("News", "Text", "https://example.com/n", &["--for", "1"]));
    run(&["share", "send", "1", "--to", "1", "--to", "2", "-o", "messages", "--anyway"]);
    run(&["measure", "heard", "--decide", "A friend of wang told me=1"]);
    program
}

#[test]
fn nothing_of_them_is_left_in_any_byte() {
    let program = filled();
    // A window that has the file open keeps its journal there.
    let window = store(&program);
    let people: i64 = window.query_row("SELECT count(*) FROM members", [], |row| row.get(0)).expect("reads");
    assert_eq!(people, 3);
    let backup = program.path().join("groundswell.db.v3.backup");
    std::fs::copy(program.path().join("groundswell.db"), backup).expect("copies");
    let before = traces(&program, &THEIRS);
    for text in THEIRS {
        for file in ["groundswell.db", "groundswell.db.v3.backup"] {
            assert!(
                before.contains(&format!("{text} in {file}")),
                "the control misses {text} in {file}: {before:?}"
            );
        }
    }
    assert!(before.contains(&"王小明 in nps.csv.rejected.csv".to_string()), "{before:?}");
    let money = "SELECT sum(amount) FROM conversions WHERE replaced_by IS NULL";
    let (revenue, clicks) = (number(&program, money), number(&program, "SELECT sum(clicks) FROM clicks"));
    let run =
        program.run(&["member", "erase", "王小明", "--yes", "--blank", "--why", "asked by mail"]).code(0);
    assert_eq!(traces(&program, &THEIRS), Vec::<String>::new(), "{}", run.all());
    drop(window);
    assert_eq!(traces(&program, &THEIRS), Vec::<String>::new());
    assert!(!program.path().join("groundswell.db.v3.backup").exists());
    assert!(run.err.contains("handbooks"), "files of the user's are named: {}", run.err);
    assert_eq!(number(&program, money), revenue);
    // The clicks on their own link are gone, those they made on another's stay.
    assert_eq!(number(&program, "SELECT sum(clicks) FROM clicks"), clicks - 3);
    assert_eq!(number(&program, "SELECT count(*) FROM members"), 1);
    assert_eq!(number(&program, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    program.run(&["check", "-q"]).code(0);
    let log = program.run(&["log", "--format", "json"]).code(0).json();
    let last = log.as_array().expect("a list").last().expect("a line").clone();
    assert_eq!(last["what"], "member 1 erased: asked by mail");
    let notes = program.run(&["member", "show", "2"]).code(0).out;
    assert!(notes.contains("introduced by (erased), likes tea"), "{notes}");
    again(&program);
    taken_back(&program);
}

/// The same files again.
fn again(program: &Program) {
    let before = program.dump();
    for (file, kind, text) in FILES {
        program.file(file, text);
        let receipt = import(program, file, kind);
        assert_eq!(
            (receipt["added"].as_i64(), receipt["changed"].as_i64()),
            (Some(0), Some(0)),
            "{file}: {receipt}"
        );
        assert!(receipt["reasons"]["erased"].as_i64() >= Some(1), "{file}: {receipt}");
        assert_eq!(receipt["reasons"]["bad-score"], serde_json::Value::Null);
    }
    assert_eq!(program.dump(), before);
    assert_eq!(traces(program, &THEIRS), Vec::<String>::new());
    let run = program.run(&["member", "add", "--email", "XIAOMING.wang@example.com"]).code(1);
    assert!(
        run.err.contains("was erased on 2026-06-30") && run.err.contains("--though-erased"),
        "{}",
        run.err
    );
    let run = program.run(&["member", "edit", "2", "--add-handle", "zhihu:wangxm_zhihu"]).code(1);
    assert!(run.err.contains("--though-erased"), "{}", run.err);
}

/// Every import taken back; whatever order the batches came in.
fn taken_back(program: &Program) {
    let list = program.run(&["imports", "--format", "json"]).code(0).json();
    for batch in list.as_array().expect("a list") {
        program.run(&["imports", "undo", &batch["batch"].to_string(), "--yes"]).code(0);
    }
    for table in ["batches", "conversions", "clicks", "responses", "activities", "row_keys", "seen", "facts"]
    {
        let left = number(program, &format!("SELECT count(*) FROM {table} WHERE true"));
        let mine = i64::from(table == "facts");
        assert!(left <= mine, "{left} rows of {table}");
    }
    assert_eq!(traces(program, &THEIRS), Vec::<String>::new());
}

#[test]
fn a_certificate_names_nobody() {
    let program = filled();
    let run = program.run(&["member", "erase", "1", "--yes", "-o", "certificate.md"]).code(0);
    let text = std::fs::read_to_string(program.path().join("certificate.md")).expect("written");
    let table: String =
        text.lines().filter(|line| line.starts_with('|')).map(|line| format!("{line}\n")).collect();
    expect_test::expect![[r"
        | Table | Rows removed | Rows kept as bare numbers |
        | --- | ---: | ---: |
        | activities | 1 | 0 |
        | asks | 1 | 0 |
        | audiences | 1 | 0 |
        | clicks | 1 | 1 |
        | codes | 1 | 0 |
        | consents | 1 | 0 |
        | conversions | 0 | 2 |
        | facts | 6 | 0 |
        | gives | 1 | 0 |
        | handbook_items | 4 | 0 |
        | handbooks | 1 | 0 |
        | heard_decisions | 1 | 0 |
        | identities | 4 | 0 |
        | links | 2 | 0 |
        | members | 2 | 0 |
        | merged_members | 1 | 0 |
        | merges | 1 | 0 |
        | needs | 1 | 0 |
        | notes | 1 | 0 |
        | promotions | 1 | 0 |
        | questions | 1 | 0 |
        | reactions | 1 | 0 |
        | responses | 1 | 0 |
        | row_keys | 10 | 0 |
        | seen | 6 | 0 |
        | sends | 1 | 0 |
        | signups | 1 | 0 |
        | stages | 2 | 0 |
        | survey_answers | 2 | 0 |
        | survey_takes | 1 | 0 |
        | tags | 1 | 0 |
        | usage | 1 | 0 |
    "]]
    .assert_eq(&table);
    assert!(text.contains("Erased: 2026-06-30 09:00"), "{text}");
    for theirs in THEIRS {
        assert!(!text.contains(theirs), "{theirs}: {text}");
    }
    // What others wrote is reported, and left to the user.
    assert!(run.err.contains("1 text of others name them"), "{}", run.err);
    assert!(run.err.contains("notes (text): introduced by 王小明, likes tea"), "{}", run.err);
    let program = filled();
    let json =
        program.run(&["member", "erase", "1", "--yes", "--format", "json", "--lang", "zh"]).code(0).json();
    assert_eq!((json["member"].as_i64(), json["texts_left"].as_i64()), (Some(1), Some(1)));
    let program = filled();
    let zh = program.run(&["member", "erase", "1", "--yes", "--lang", "zh"]).code(0);
    assert!(zh.out.starts_with("# 个人数据删除证明"), "{}", zh.out);
    assert_eq!(program.run(&["member", "list", "--format", "ids"]).out, "2\n");
    program.run(&["member", "add", "--name", "New One", "-q"]).code(0);
    assert_eq!(program.run(&["member", "list", "--format", "ids"]).out, "2\n4\n", "no number is given twice");
}

#[test]
fn erasing_is_confirmed_and_says_what_it_is() {
    let program = filled();
    let before = program.dump();
    let run = program.run(&["member", "erase", "1"]).code(2);
    assert!(
        run.err.contains("cannot be undone") && run.err.contains("member export 1 -o DIR"),
        "{}",
        run.err
    );
    assert!(run.err.contains("add --yes"), "{}", run.err);
    let run = program.run(&["member", "erase", "1", "--yes", "--why", "王小明 asked"]).code(2);
    assert!(run.err.contains("without a name"), "{}", run.err);
    assert_eq!(program.dump(), before);
}

#[test]
fn who_asks_to_be_here_again_is() {
    let program = filled();
    program.run(&["member", "erase", "1", "--yes"]).code(0);
    program.run(&["member", "add", "--email", "xiaoming.wang@example.com", "--though-erased", "-q"]).code(0);
    program.file("new.csv", "email,score,date\nxiaoming.wang@example.com,8,2026-06-20\n");
    assert_eq!(import(&program, "new.csv", "nps")["added"], 1);
}

#[test]
fn a_name_without_an_address_stays_away_too() {
    let program = Program::new();
    let signups = "email,name,date,message\n,李小红没有邮箱,2026-05-04,hello\nben@example.com,Ben Okafor,2026-05-04,hi\n";
    program.file("signups.csv", signups);
    assert_eq!(import(&program, "signups.csv", "signups")["added"], 2);
    program.run(&["member", "erase", "李小红没有邮箱", "--yes"]).code(0);
    let receipt = import(&program, "signups.csv", "signups");
    assert_eq!(
        (receipt["added"].as_i64(), receipt["reasons"]["erased"].as_i64()),
        (Some(0), Some(1)),
        "{receipt}"
    );
    assert_eq!(traces(&program, &["李小红没有邮箱"]), Vec::<String>::new());
}

#[test]
fn every_table_that_names_a_member_is_emptied_of_them() {
    // The schema says which: a table that is added later is in it by itself.
    let program = filled();
    program.run(&["member", "erase", "1", "--yes"]).code(0);
    let store = store(&program);
    let mut query = store
        .prepare(
            "SELECT t.name, k.\"from\" FROM sqlite_master t, pragma_foreign_key_list(t.name) k
             WHERE t.type = 'table' AND k.\"table\" = 'members'",
        )
        .expect("reads");
    let places: Vec<(String, String)> = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("reads")
        .collect::<Result<_, _>>()
        .expect("reads");
    assert!(places.len() > 25, "{places:?}");
    for (table, column) in places {
        let sql = format!("SELECT count(*) FROM {table} WHERE {column} IN (1, 3)");
        let left: i64 = store.query_row(&sql, [], |row| row.get(0)).expect("counts");
        assert_eq!(left, 0, "{table}.{column}");
    }
}

#[test]
fn a_backup_that_cannot_be_deleted_is_said() {
    let program = filled();
    // No file can be deleted by this name.
    std::fs::create_dir(program.path().join("groundswell.db.v1.backup")).expect("makes");
    let run = program.run(&["member", "erase", "1", "--yes", "--format", "json"]).code(0);
    assert!(run.err.contains("groundswell.db.v1.backup may hold them and cannot be deleted"), "{}", run.err);
    assert_eq!(run.json()["backups_deleted"], 0);
}

#[test]
fn another_window_that_reads_is_said() {
    let program = filled();
    let window = store(&program);
    window.execute_batch("BEGIN; SELECT count(*) FROM members;").expect("reads");
    let run = program.run(&["member", "erase", "1", "--yes", "--blank"]).code(0);
    assert!(
        run.out.contains("could not be written anew yet"),
        "no certificate of what was not done: {}",
        run.out
    );
    assert!(run.err.contains("its journal still holds old pages"), "{}", run.err);
    drop(window);
    program.run(&["status"]).code(0);
    assert_eq!(traces(&program, &THEIRS[..4]), Vec::<String>::new());
}

/// Words that stand in what the program keeps of people's later doings, each only theirs.
const LATER: [&str; 11] = [
    "outcome of wang 120 in the room",
    "need of wang done by post",
    "code of wang on a voucher site",
    "link of wang is dead",
    "pair of wang are two",
    "second question of wang",
    "answer to the second of wang",
    "wang is on holiday until then",
    "stage of wang pauses",
    "no of wang by phone",
    "title of wang lifted",
];

#[test]
fn nothing_is_left_of_what_is_kept_of_them_later() {
    let program = filled();
    let run = |args: &[&str]| program.run(args).code(0);
    run(&["share", "ask", "outcome", "1", LATER[0]]);
    run(&["share", "need", "1", "another need of wang", "--due", "2026-07-02"]);
    let list = run(&["next", "--all", "--format", "json"]).json();
    let lines = list.as_array().expect("a list");
    let line = lines.iter().find(|line| line["member"] == 1).expect("a line about them");
    let command = line["command"].as_str().expect("a command");
    run(&["next", "--later", command, "--days", "5", "--why", LATER[7]]);
    run(&["share", "need", "done", "1", LATER[1]]);
    run(&["share", "code", "--retire", "WANGCODE", "--why", LATER[2]]);
    run(&["share", "link", "--retire", "1", "--why", LATER[3]]);
    run(&["member", "distinct", "1", "2", "--why", LATER[4]]);
    run(&["equip", "desk", "ask", "1", LATER[5], "--owner", "Mei"]);
    run(&["equip", "desk", "answer", "2", LATER[6]]);
    run(&["equip", "desk", "publish", "2", "--question", "May I?", "--answer", "Yes."]);
    run(&["member", "stage", "1", "active"]);
    run(&["member", "stage", "1", "on-hold", "--until", "2026-12-31", "--why", LATER[8]]);
    run(&["member", "consent", "1", "no", "--for", "talk", "--source", LATER[9]]);
    run(&["amplify", "log", "1", "https://youtu.be/wangvideo1", "--title", LATER[10], "--reach", "70"]);
    run(&["member", "edit", "1", "--owner", "Mei"]);
    run(&["equip", "handbook", "1", "-o", "handbooks"]);
    run(&["backup", "-q"]);
    let before = traces(&program, &LATER);
    for text in LATER {
        assert!(
            before.contains(&format!("{text} in groundswell.db")),
            "the control misses {text}: {before:?}"
        );
    }
    run(&["member", "erase", "王小明", "--yes", "--blank"]);
    assert_eq!(traces(&program, &LATER), Vec::<String>::new());
    assert_eq!(traces(&program, &THEIRS), Vec::<String>::new());
    let faq = run(&["equip", "desk", "faq", "--format", "json"]).json();
    assert_eq!((faq[0]["asked"].as_str(), faq[0]["answer"].as_str()), (Some("May I?"), Some("Yes.")));
    run(&["check", "-q"]);
    run(&["next", "--all"]);
}
