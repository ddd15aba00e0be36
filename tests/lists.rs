//! `amplify log --file`: a pasted list or a small table, as a batch.

use crate::harness::{Program, Run};

fn program() -> Program {
    let program = Program::new();
    program
        .run(&["member", "add", "--name", "Ana", "--email", "ana@example.com", "--handle", "x:ana"])
        .code(0);
    program.run(&["member", "add", "--name", "王小明", "--email", "wang@example.com"]).code(0);
    program
}

fn fates(run: &Run) -> [i64; 6] {
    let row = &run.json()[0];
    ["rows", "added", "changed", "unchanged", "rejected", "ignored"]
        .map(|name| row[name].as_i64().expect("a number"))
}

#[test]
fn a_pasted_list_adds_up_and_can_be_taken_back() {
    let program = program();
    let before = program.dump();
    program.file(
        "links.txt",
        "# June\nhttps://youtu.be/abc?si=1\n90 王小明发布了一篇小红书笔记 http://xhslink.com/a/AbC，复制\n\nhello\nhttps://www.youtube.com/watch?v=abc\n",
    );
    let log = |more: &[&str]| {
        program.run(
            &[&["amplify", "log", "wang@example.com", "--file", "links.txt", "--format", "json"], more]
                .concat(),
        )
    };
    let rehearsed = log(&["--dry-run"]).code(3);
    assert_eq!(fates(&rehearsed), [6, 2, 0, 1, 1, 2]);
    assert_eq!(program.dump(), before);
    let run = log(&[]).code(3);
    assert_eq!(fates(&run), [6, 2, 0, 1, 1, 2]);
    assert_eq!(run.json()[0]["batch"], 1);
    assert!(run.err.contains("rejected: 1 no-address") && run.err.contains("imports undo 1"), "{}", run.err);
    let rejected =
        std::fs::read_to_string(program.path().join("links.txt.rejected.csv")).expect("is written");
    assert_eq!(rejected, "line,reason,url\n5,not a web address; copy it from the browser,hello\n");
    // The same list again changes nothing, and leaves no batch.
    let again = log(&[]).code(3);
    assert_eq!(fates(&again), [6, 0, 0, 3, 1, 2]);
    assert!(again.json()[0]["batch"].is_null() && again.err.contains("Nothing in it was new"));
    assert!(program.run(&["check"]).code(0).err.contains("checks"));
    program.run(&["imports", "undo", "1", "--yes"]).code(0);
    assert_eq!(program.dump(), before);
}

#[test]
fn a_table_says_whose_and_how_far() {
    let program = program();
    let table = "Member;链接;Title;Date;Views;Interactions\n\
        ana@example.com;https://youtu.be/a;=One;2026-06-01;1,200;30\n\
        王小明;https://www.zhihu.com/question/1/answer/2;;2026-06-02;;\n\
        ;https://x.com/Ana/status/5?s=20;;;;\n\
        ;https://youtu.be/nobody;;;;\n\
        bob@example.com;https://youtu.be/b;;;;\n\
        ana@example.com;https://youtu.be/c;;soon;;\n\
        ana@example.com;https://youtu.be/d;;;many;\n\
        王小明;youtu.be/a;;;1;1\n\
        ana@example.com;https://ana.example/;;;;\n";
    program.file("t.csv", table);
    let run = program.run(&["amplify", "log", "--file", "t.csv", "--format", "json"]).code(3);
    assert_eq!(fates(&run), [9, 3, 0, 0, 6, 0]);
    for reason in ["1 no-member", "1 unknown-member", "2 cannot-be-told", "1 not-a-count", "1 someone-elses"]
    {
        assert!(run.err.contains(&format!("rejected: {reason}")), "{reason}: {}", run.err);
    }
    // Whose the third is, its address says.
    let queue = program.run(&["amplify", "queue", "--all", "--format", "csv"]).code(0).out;
    assert!(queue.contains(",1,Ana,post,x,"), "{queue}");
    assert!(queue.contains("'=One") && queue.contains(",2,王小明,reply,zhihu,"), "{queue}");
    // Mended where they were set aside, and logged from there: only what is new in it.
    let path = program.path().join("t.csv.rejected.csv");
    let rejected = std::fs::read_to_string(&path).expect("is written");
    assert!(rejected.starts_with("line,reason,Member,链接,"), "{rejected}");
    std::fs::write(&path, rejected.replace("soon", "2026-06-03")).expect("writes");
    let mended = program.run(&["amplify", "log", "--file", "t.csv.rejected.csv", "--format", "json"]).code(3);
    assert_eq!(fates(&mended), [6, 1, 0, 0, 5, 0]);
    let still =
        std::fs::read_to_string(program.path().join("t.csv.rejected.csv.rejected.csv")).expect("is written");
    assert!(still.starts_with("line,reason,Member,链接,") && still.contains("\n5,"), "{still}");
}

#[test]
fn what_an_import_brought_is_known_and_the_other_way_round() {
    let program = program();
    program.file(
        "acts.csv",
        "email,platform,kind,date,url,reach,engagements\nana@example.com,youtube,video,2026-06-01,https://www.youtube.com/watch?v=abc&feature=share,100,7\n",
    );
    program.run(&["import", "acts.csv", "--as", "activity"]).code(0);
    program.file("l.csv", "url,reach,engagements\nhttps://youtu.be/abc,150,9\n");
    let later = ["--as-of", "2026-07-02", "--format", "json"];
    let log = || program.run(&[&["amplify", "log", "Ana", "--file", "l.csv"], &later[..]].concat()).code(0);
    assert_eq!(fates(&log()), [1, 0, 1, 0, 0, 0]);
    assert_eq!(fates(&log()), [1, 0, 0, 1, 0, 0]);
    let best = program.run(&[&["amplify", "best"], &later[..]].concat()).code(0).json();
    assert_eq!((best[0]["reach"].as_i64(), best[0]["grade"].as_str()), (Some(150), Some("C")));
    // What both said stays when the import is taken back.
    program.run(&["imports", "undo", "1", "--yes"]).code(0);
    let queue = program.run(&["amplify", "queue", "--all", "--format", "ids"]).code(0).out;
    assert_eq!(queue, "1\n");
}

#[test]
fn every_error_of_a_list_says_what_to_do() {
    let program = program();
    program.file("empty.txt", "# nothing\n");
    program.file("open.csv", "url,title\nhttps://youtu.be/a,\"open\nhttps://youtu.be/b,x\n");
    for (line, code, says) in [
        ("amplify log Ana --file gone.txt", 1, "there is no file gone.txt; give its whole path"),
        ("amplify log Ana --file empty.txt", 1, "the list is empty: one address a line"),
        ("amplify log Ana", 2, "MEMBER URL, such as: amplify log"),
        ("amplify log", 2, "MEMBER URL, such as: amplify log"),
        ("amplify log Ana https://youtu.be/a --file empty.txt", 2, "cannot be used with"),
        ("amplify log Ana https://youtu.be/a --dry-run", 2, "--dry-run is for lists"),
        ("amplify log nobody --file empty.txt", 1, "no member is 'nobody'"),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let run = program.run(&words).code(code);
        assert!(run.err.contains(says), "{line}: {}", run.err);
    }
    let open = program.run(&["amplify", "log", "Ana", "--file", "open.csv", "--format", "json"]).code(0);
    assert_eq!(fates(&open)[0], 1);
}
