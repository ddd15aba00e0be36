//! Files in: what every kind of export becomes, and what is said of those that cannot be read.

use crate::harness::{Program, shared};
use std::collections::HashMap;
use std::path::Path;

/// Every `cases/KIND/NAME.csv` is imported with the flags in the first line of `NAME.txt`, which holds the rest
/// of what must come of it. A new case is a new file; `UPDATE_EXPECT=1 cargo test` writes its text.
#[test]
fn cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(&root)
        .expect("the cases")
        .flat_map(|kind| std::fs::read_dir(kind.expect("a folder").path()).expect("a folder"))
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "csv"))
        .collect();
    files.sort();
    assert!(files.len() >= 20, "{} cases", files.len());
    for path in files {
        let text = path.with_extension("txt");
        let known = std::fs::read_to_string(&text).unwrap_or_default();
        let command = known.lines().next().and_then(|line| line.strip_prefix("$ ")).map_or_else(
            || format!("groundswell import {}", path.file_name().expect("a name").to_string_lossy()),
            str::to_string,
        );
        expect_test::expect_file![text].assert_eq(&outcome(&path, &command));
    }
}

fn outcome(path: &Path, command: &str) -> String {
    let program = Program::new();
    program.run(&["member", "add", "--name", "Owner", "--email", "owner@example.com", "-q"]).code(0);
    let name = path.file_name().expect("a name").to_string_lossy();
    program.file(&name, std::fs::read(path).expect("reads"));
    let before = program.dump();
    let args: Vec<String> = shlex::split(command).expect("words").into_iter().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let first = program.run(&args);
    let mut text = format!("$ {command}\n{}", first.all());
    let rejected = program.path().join(format!("{name}.rejected.csv"));
    if rejected.exists() {
        text.push_str(&format!(
            "--- {name}.rejected.csv\n{}",
            std::fs::read_to_string(&rejected).expect("reads")
        ));
    }
    let after = program.dump();
    if first.code == 0 || first.code == 3 {
        let again = program.run(&args);
        assert_eq!(program.dump(), after, "{name}: the second import changed something: {}", again.all());
        program.run(&["imports", "undo", "1", "--yes"]).code(0);
    }
    assert_eq!(program.dump(), before, "{name}: the program is not as it was");
    text
}

/// What a careful person would want from every real file beside the project.
#[test]
fn real_files_end_as_a_careful_person_wants() {
    let Some(shared) = shared() else { return };
    let table = std::fs::read_to_string(shared.join("cases/EXPECTED.tsv")).expect("the table");
    let mut lines = table.lines();
    let heads: Vec<&str> = lines.next().expect("a header").split('\t').collect();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for line in lines {
        let case: HashMap<&str, &str> = heads.iter().copied().zip(line.split('\t')).collect();
        if Path::new(case["file"]).extension().is_some_and(|end| end == "csv") {
            seen += 1;
            let bytes = std::fs::read(shared.join("cases").join(case["file"])).expect("the file");
            wrong.extend(difference(&case, &bytes).map(|what| format!("{}: {what}", case["file"])));
        }
    }
    // The same tables as the tools gave them out, in workbooks: what holds for their texts holds for them.
    for (original, text) in [
        ("WENJUANXING__800-text.xls", "WENJUANXING__survey-text-answers.csv"),
        ("XIAOHONGSHU__notes-1.xlsx", "XIAOHONGSHU__note-list-title-row-1.csv"),
    ] {
        let line = table.lines().find(|line| line.starts_with(text)).expect("the text");
        let case: HashMap<&str, &str> = heads.iter().copied().zip(line.split('\t')).collect();
        let bytes = std::fs::read(shared.join("cases").join(original)).expect("the file");
        wrong.extend(difference(&case, &bytes).map(|what| format!("{original}: {what}")));
    }
    assert!(seen >= 40, "{seen} files");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn difference(case: &HashMap<&str, &str>, bytes: &[u8]) -> Option<String> {
    let fresh = || {
        let program = Program::new();
        program.run(&["member", "add", "--name", "Owner", "--email", "owner@example.com", "-q"]).code(0);
        program.file("file.csv", bytes);
        program
    };
    let bare = fresh().run(&["import", "file.csv", "--format", "json"]);
    let imported = matches!(bare.code, 0 | 3);
    let allowed: Vec<&str> = case["also_ok"].split(',').chain([case["verdict"]]).collect();
    let fits = if imported {
        allowed.contains(&"import")
    } else {
        allowed.contains(&"refuse") || allowed.contains(&"needs-flag")
    };
    if !fits || bare.code == 101 {
        return Some(format!("wanted {allowed:?}: {}", bare.all()));
    }
    if case["verdict"] == "refuse" {
        return (!imported && !bare.err.contains(case["refuse_reason"]))
            .then(|| format!("wanted {}: {}", case["refuse_reason"], bare.err));
    }
    let flags = case["flags"].replace("MEMBER", "owner@example.com").replace("NAME", "linkedin");
    let mut args = vec!["import", "file.csv", "--format", "json"];
    args.extend(flags.split(' ').filter(|word| *word != "-"));
    let run = if flags == "-" { bare } else { fresh().run(&args) };
    let Ok(receipt) = serde_json::from_str::<serde_json::Value>(&run.out) else {
        return Some(format!("with {flags}: {}", run.all()));
    };
    let count = |name: &str| receipt[name].as_i64().unwrap_or(-1);
    let accepted = count("added") + count("changed") + count("unchanged");
    let got = [
        ("rows_total", count("rows")),
        ("rows_accepted", accepted),
        ("rows_rejected", count("rejected")),
        ("rows_ignored", count("ignored")),
    ];
    let off: Vec<String> = got
        .iter()
        .filter(|(name, rows)| case[name] != rows.to_string())
        .map(|(name, rows)| format!("{name} {rows}, not {}", case[name]))
        .collect();
    (!off.is_empty() || receipt["kind"] != case["kind"]).then(|| format!("{}: {}", off.join("; "), run.all()))
}

#[test]
fn the_receipt_is_one_object() {
    let program = Program::new();
    program.file(
        "nps.csv",
        "response_id,email,score,comment,date\nr1,ana@example.com,10,good,2026-01-05\nr2,,0,,2026-01-06\n",
    );
    let receipt = program.run(&["import", "nps.csv", "--format", "json"]).code(0).json();
    let keys: Vec<&String> = receipt.as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        [
            "file",
            "kind",
            "profile",
            "encoding",
            "delimiter",
            "rows",
            "added",
            "changed",
            "unchanged",
            "rejected",
            "ignored",
            "members_added",
            "batch",
            "seconds",
            "reasons"
        ]
    );
    assert_eq!(receipt["added"], 2);
    assert_eq!(receipt["members_added"], 1);
    assert!(receipt["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0), "{receipt}");
}

#[test]
fn a_dry_run_leaves_nothing() {
    let program = Program::new();
    program.file("m.csv", "email,name\nana@example.com,Ana\nbroken@,Ben\n");
    let before = program.dump();
    let run = program.run(&["import", "m.csv", "--as", "members", "--dry-run"]).code(3);
    assert!(run.out.contains("1 added"), "{}", run.all());
    assert_eq!(program.dump(), before);
    assert!(!program.path().join("m.csv.rejected.csv").exists());
}

#[test]
fn strict_takes_all_or_nothing() {
    let program = Program::new();
    program.file("m.csv", "email,name\nana@example.com,Ana\nbroken@,Ben\n");
    let before = program.dump();
    let run = program.run(&["import", "m.csv", "--as", "members", "--strict"]).code(1);
    assert!(run.err.contains("m.csv:3"), "{}", run.err);
    assert_eq!(program.dump(), before);
}

#[test]
fn several_files_are_one_change() {
    let program = Program::new();
    program.file(
        "a.csv",
        "response_id,email,nps,date\nr1,a@example.com,9,2026-05-01\nr2,b@example.com,0,2026-05-01\n",
    );
    program.run(&["import", "a.csv", "--dry-run"]).code(0);
    program.file("b.csv", "month,nps\n2026-01,61\n2026-02,66\n");
    let before = program.dump();
    program.run(&["import", "a.csv", "b.csv"]).code(1);
    assert_eq!(program.dump(), before);
}

#[test]
fn a_longer_export_adds_only_what_is_new() {
    let program = Program::new();
    let head = "response_id,email,score,comment,date\nr1,ana@example.com,10,good,2026-01-05\nr2,ben@example.com,0,bad,2026-01-06\n";
    program.file("nps.csv", head);
    program.run(&["import", "nps.csv"]).code(0);
    program.file("nps2.csv", format!("{head}r3,cho@example.com,7,,2026-01-07\n"));
    let receipt = program.run(&["import", "nps2.csv", "--format", "json"]).code(0).json();
    assert_eq!((receipt["added"].as_i64(), receipt["unchanged"].as_i64()), (Some(1), Some(2)));
    let only_second = Program::new();
    only_second.file("nps2.csv", format!("{head}r3,cho@example.com,7,,2026-01-07\n"));
    only_second.run(&["import", "nps2.csv"]).code(0);
    program.run(&["imports", "undo", "1", "--yes"]).code(0);
    let emails = |program: &Program| program.run(&["member", "list", "--format", "csv"]).out;
    assert_eq!(
        emails(&program),
        emails(&only_second),
        "undoing the first import leaves what the second one said"
    );
}

#[test]
fn a_correction_is_a_change_and_can_be_taken_back() {
    let program = Program::new();
    program.file("d.csv", "deal,created,stage,amount,currency\n7,2026-01-05,Demo,100.00,EUR\n");
    program.run(&["import", "d.csv", "--as", "deals"]).code(0);
    let before = program.dump();
    program.file("d2.csv", "deal,created,stage,amount,currency\n7,2026-01-05,Closed Won,120.00,EUR\n");
    let receipt = program.run(&["import", "d2.csv", "--as", "deals", "--format", "json"]).code(0).json();
    assert_eq!(receipt["changed"], 1);
    program.run(&["imports", "undo", "2", "--yes"]).code(0);
    assert_eq!(program.dump(), before);
}

#[test]
fn a_row_of_two_people_is_set_aside() {
    let program = Program::new();
    program.run(&["member", "add", "--email", "ana@example.com", "-q"]).code(0);
    program.run(&["member", "add", "--handle", "discourse:ana", "-q"]).code(0);
    program.file("a.csv", "email,handle,platform,kind,date\nana@example.com,ana,discourse,post,2026-01-05\n");
    let run = program.run(&["import", "a.csv", "--as", "activity"]).code(3);
    assert!(run.out.contains("1 conflict"), "{}", run.out);
    let rejected = std::fs::read_to_string(program.path().join("a.csv.rejected.csv")).expect("reads");
    assert!(rejected.contains("groundswell member merge 1 2"), "{rejected}");
}

#[test]
fn a_mapping_is_remembered() {
    let program = Program::new();
    program.file("a.csv", "who,how much\nana@example.com,10\nben@example.com,3\n");
    program.run(&["import", "a.csv", "--as", "nps", "--map", "email=who", "--map", "score=how much"]).code(0);
    program.file("b.csv", "who,how much\ncho@example.com,9\n");
    let run = program.run(&["import", "b.csv"]).code(0);
    assert!(run.err.contains("read as last time, in batch 1: --as nps"), "{}", run.err);
}

#[test]
fn stdin_is_a_file_too() {
    let program = Program::new();
    let path = program.file("m.csv", "email,name\nana@example.com,Ana\n");
    let run = program
        .run_with(&["import", "-", "--as", "members"], std::fs::File::open(path).expect("opens"))
        .code(0);
    assert!(run.out.starts_with("stdin: members"), "{}", run.out);
}

#[test]
fn what_is_wrong_is_said_and_changes_nothing() {
    let program = Program::new();
    program.file("empty.csv", "");
    program.file("headers.csv", "email,name\n");
    program.file("picture.csv", [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
    program.file("m.csv", "email,name\nana@example.com,Ana\n");
    let before = program.dump();
    for (args, code, says) in [
        (vec!["import", "missing.csv"], 1, "missing.csv"),
        (vec!["import", "empty.csv"], 1, "empty"),
        (vec!["import", "headers.csv"], 1, "no rows"),
        (vec!["import", "picture.csv"], 1, "picture.csv"),
        (vec!["import", "m.csv", "--as", "polls"], 2, "members, nps"),
        (vec!["import", "m.csv", "--as", "members", "--map", "emial=email"], 2, "email"),
        (vec!["import", "m.csv", "--map", "email"], 2, "FIELD=COLUMN"),
        (vec!["import", "m.csv", "--date-order", "xyz"], 2, "dmy"),
        (vec!["import", "m.csv", "--scale", "9"], 2, "1-7"),
        (vec!["import", "m.csv", "--year", "soon"], 2, "2026"),
        (vec!["import", "m.csv", "--member", "nobody@example.com"], 1, "no member"),
        (vec!["import", "m.csv", "--profile", "nothing"], 2, "nothing"),
        (vec!["import", "m.csv", "--delimiter", "dot"], 2, "semicolon"),
        (vec!["import"], 2, "FILE"),
        (vec!["imports", "undo", "9"], 1, "no batch 9"),
        (vec!["imports", "show", "9"], 1, "no batch 9"),
    ] {
        let run = program.run(&args);
        assert_eq!(run.code, code, "{args:?}: {}", run.all());
        assert!(run.err.contains(says), "{args:?} does not say '{says}': {}", run.err);
    }
    assert_eq!(program.dump(), before);
}

/// Imports a text and returns the receipt.
fn take(program: &Program, name: &str, text: &str, flags: &[&str]) -> serde_json::Value {
    program.file(name, text);
    let args: Vec<&str> = ["import", name, "--format", "json"].iter().chain(flags).copied().collect();
    let run = program.run(&args);
    assert!(matches!(run.code, 0 | 3), "{}", run.all());
    run.json()
}

#[test]
fn what_platforms_call_a_post_is_a_contribution() {
    let program = Program::new();
    program.run(&["member", "add", "--name", "Ann", "--email", "ann@example.com", "-q"]).code(0);
    program.run(&["member", "stage", "1", "active", "--as-of", "2026-01-01", "-q"]).code(0);
    let text = "email,platform,kind,date,title,reach,engagements\n\
        ann@example.com,instagram,IG image,2026-05-01,a,80,5\n\
        ann@example.com,weixin,文章,2026-05-02,b,90,6\n\
        ann@example.com,linkedin,Beitrag,2026-05-03,c,70,7\n\
        ann@example.com,linkedin,sparkle,2026-05-04,d,60,1\n";
    program.file("a.csv", text);
    let run = program.run(&["import", "a.csv", "--as", "activity"]).code(0);
    assert!(run.err.contains("1 row of kind 'sparkle'"), "{}", run.err);
    let reach = program.run(&["measure", "reach", "--format", "json"]).code(0).json();
    assert_eq!((reach[0]["contributions"].as_i64(), reach[0]["reach_b"].as_i64()), (Some(3), Some(240)));
}

#[test]
fn a_date_column_with_many_slips_is_still_one() {
    let program = Program::new();
    let rows: String = (1..=6).map(|n| format!("a{n}@example.com,9,2026-01-0{n}\n")).collect();
    let slips: String = (1..=4).map(|n| format!("b{n}@example.com,8,n.d.\n")).collect();
    let receipt = take(&program, "n.csv", &format!("email,nps,date\n{rows}{slips}"), &["--as", "nps"]);
    assert_eq!((receipt["added"].as_i64(), receipt["reasons"]["bad-date"].as_i64()), (Some(6), Some(4)));
}

#[test]
fn an_id_that_begins_to_repeat_changes_no_key() {
    let program = Program::new();
    let head = "id,email,handle,name,score,comment,date\n1,a@example.com,,,9,a,2026-01-02\n2,b@example.com,,,3,b,2026-01-03\n";
    take(&program, "a.csv", head, &["--as", "nps"]);
    let longer =
        take(&program, "b.csv", &format!("{head}1,c@example.com,,,10,x,2026-04-02\n"), &["--as", "nps"]);
    assert_eq!((longer["added"].as_i64(), longer["unchanged"].as_i64()), (Some(1), Some(2)));
}

#[test]
fn undoing_the_first_of_two_leaves_what_the_second_said() {
    for (kind, first, second) in [
        (
            "activity",
            "email,handle,platform,kind,date,url,title,reach,engagements\na@example.com,,discourse,post,2026-01-02,https://f.example/1,Hello,100,5\n",
            "email,handle,platform,kind,date,url,title,reach,engagements\na@example.com,,discourse,post,2026-01-02,https://f.example/1,Hello,150,9\n",
        ),
        (
            "nps",
            "email,name,nps,date\na@example.com,Ann,9,2026-01-02\n",
            "email,name,nps,date\na@example.com,Ann,9,2026-01-02\nb@example.com,Bob,3,2026-01-03\n",
        ),
        (
            "signups",
            "email,name,date,message\na@example.com,Ann,2026-01-02,hi\n",
            "email,name,date,message\na@example.com,Ann,2026-01-02,hi\nb@example.com,Bob,2026-01-03,ho\n",
        ),
    ] {
        let both = Program::new();
        let empty = both.dump();
        take(&both, "a.csv", first, &["--as", kind]);
        take(&both, "b.csv", second, &["--as", kind]);
        both.run(&["imports", "undo", "1", "--yes"]).code(0);
        let alone = Program::new();
        take(&alone, "b.csv", second, &["--as", kind]);
        let people = |program: &Program| program.run(&["member", "list", "--format", "json"]).out;
        assert_eq!(people(&both), people(&alone), "{kind}");
        both.run(&["imports", "undo", "2", "--yes"]).code(0);
        assert_eq!(both.dump(), empty, "{kind}: something stays behind");
    }
}

#[test]
fn undoing_imports_of_merged_people_leaves_no_ghosts() {
    let program = Program::new();
    let empty = program.dump();
    take(&program, "a.csv", "email,name\na@example.com,Ann\n", &["--as", "members"]);
    take(&program, "b.csv", "email,name\nb@example.com,Bob\n", &["--as", "members"]);
    program.run(&["member", "merge", "1", "2", "--yes", "-q"]).code(0);
    let shown = program.run(&["member", "show", "1"]).out;
    assert!(shown.contains("Ann") && !shown.contains("Bob"), "the member that stays keeps its name: {shown}");
    program.run(&["imports", "undo", "1", "--yes"]).code(0);
    program.run(&["imports", "undo", "2", "--yes"]).code(0);
    assert_eq!(program.dump(), empty);
}

#[test]
fn orders_say_when_they_are_no_sale() {
    let program = Program::new();
    let text = "order,date,amount,currency,status,refunded\n\
        1,2026-01-02,10.00,EUR,refunded,\n2,2026-01-02,10.00,EUR,cancelled,\n3,2026-01-02,-10.00,EUR,paid,\n\
        4,2026-01-02,5.00,EUR,paid,9.00\n5,2026-01-02,8.00,EUR,paid,2.00\n";
    let receipt = take(&program, "o.csv", text, &["--as", "orders"]);
    assert_eq!(receipt["added"], 2);
    assert_eq!(receipt["reasons"]["unpaid"], 1);
    assert_eq!(receipt["reasons"]["negative-amount"], 1);
    assert_eq!(receipt["reasons"]["bad-amount"], 1);
    let rows = program.run(&["measure", "credit", "--rows", "--format", "json"]).code(0).json();
    let worth: Vec<&str> =
        rows.as_array().expect("rows").iter().map(|row| row["amount"].as_str().expect("money")).collect();
    assert_eq!(worth, ["6.00"]);
}

#[test]
fn a_shifted_row_is_set_aside() {
    let program = Program::new();
    let text = "order,date,amount,currency,code,customer,status\n1,2026-01-02,200.00,EUR,,a@example.com,paid\n\
        2,2026-01-02,1,200.00,EUR,,b@example.com,paid\n";
    let receipt = take(&program, "o.csv", text, &["--as", "orders"]);
    assert_eq!(
        (receipt["added"].as_i64(), receipt["reasons"]["too-many-cells"].as_i64()),
        (Some(1), Some(1))
    );
}

#[test]
fn deals_known_by_name_only_are_told_apart() {
    let program = Program::new();
    let text = "Opportunity Name,Stage,Amount,Close Date,Created Date,Account Name\n\
        Renewal,Closed Won,100.00,2026-03-01,2026-01-05,Acme\nRenewal,Closed Won,200.00,2026-03-01,2026-01-05,Beta\n\
        Renewal,Closed Won,300.00,2026-03-01,2026-02-05,Acme\n";
    assert_eq!(take(&program, "d.csv", text, &[])["added"], 3);
}

#[test]
fn a_day_without_a_year_is_not_in_the_future() {
    let program = Program::new();
    program.run(&["member", "add", "--email", "a@example.com", "-q"]).code(0);
    let text = "\"Date\",\"Followers\",\"Difference in followers from previous day\"\n\"December 30\",\"10\",\"0\"\n\"December 31\",\"11\",\"1\"\n\"January 1\",\"12\",\"1\"\n";
    take(&program, "f.csv", text, &["--member", "a@example.com", "--year", "2026", "--platform", "tiktok"]);
    let store = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    let newest: i64 = store.query_row("SELECT max(day) FROM audiences", [], |row| row.get(0)).expect("a day");
    assert_eq!(newest, 20_454, "2026-01-01");
}

#[cfg(unix)]
#[test]
fn when_the_rejected_rows_cannot_be_written_nothing_is_imported() {
    let program = Program::new();
    program.file("x.csv", "email,name,company\na@example.com,A,\n,B,\n");
    std::fs::create_dir(program.path().join("x.csv.rejected.csv")).expect("a folder in the way");
    let before = program.dump();
    let run = program.run(&["import", "x.csv", "--as", "members"]).code(1);
    assert!(run.err.contains("nothing was imported"), "{}", run.err);
    assert_eq!(program.dump(), before);
}

#[test]
fn undoing_an_import_keeps_whom_you_worked_with() {
    let program = Program::new();
    let text = "email,name\nana@example.com,Ana\nbo@example.com,Bo\n";
    take(&program, "m.csv", text, &["--as", "members"]);
    program.run(&["member", "consent", "2", "no", "--for", "contact", "--source", "mail", "-q"]).code(0);
    let undone = program.run(&["imports", "undo", "1", "--yes"]).code(0);
    assert!(undone.err.contains("1 member stay"), "{}", undone.err);
    assert_eq!(program.run(&["member", "list", "--format", "ids"]).out, "2\n");
    let again = take(&program, "m.csv", text, &["--as", "members"]);
    assert_eq!(again["members_added"], 1, "Bo is known");
    let consent = program.run(&["member", "consent", "bo@example.com", "--format", "csv"]).code(0);
    assert!(consent.out.contains("contact,no"), "{}", consent.out);
}

#[test]
fn a_name_goes_with_the_file_that_said_it_of_someone_known_before() {
    let program = Program::new();
    take(&program, "n.csv", "email,score,date\nana@example.com,9,2026-06-01\n", &["--as", "nps"]);
    program.run(&["member", "consent", "1", "no", "--for", "contact", "--source", "mail", "-q"]).code(0);
    take(&program, "m.csv", "email,name\nana@example.com,Anna Wrong\n", &["--as", "members"]);
    let undone = program.run(&["imports", "undo", "2", "--yes"]).code(0);
    assert!(!undone.err.contains("stay"), "{}", undone.err);
    let shown = program.run(&["member", "show", "ana@example.com"]).code(0);
    assert!(!shown.all().contains("Wrong"), "{}", shown.all());
}

#[test]
fn a_few_answers_with_slips_are_answers() {
    let program = Program::new();
    let text = "email,score,date\na@example.com,33,2026-06-01\nb@example.com,9,2026-06-02\nc@example.com,9,2026-06-02\n";
    let receipt = take(&program, "n.csv", text, &["--as", "nps"]);
    assert_eq!((receipt["added"].as_i64(), receipt["rejected"].as_i64()), (Some(2), Some(1)));
}

#[test]
fn an_answer_is_known_by_its_id() {
    let program = Program::new();
    let head = "response_id,email,nps,comment,response_date\n";
    let first = format!(
        "{head}r1,a@example.com,9,x,2026-05-01\nr1,a@example.com,9,x,2026-05-03\nr2,b@example.com,0,x,2026-05-01\n"
    );
    let receipt = take(&program, "a.csv", &first, &[]);
    assert_eq!((receipt["added"].as_i64(), receipt["changed"].as_i64()), (Some(2), Some(1)));
}

#[test]
fn clicks_without_a_day_are_known_again() {
    let program = Program::new();
    let text = "link,joins\nhttps://x.example/a,3\nhttps://x.example/a,4\nhttps://x.example/b,5\n";
    let flags = ["--as", "clicks", "--map", "clicks=joins"];
    assert_eq!(take(&program, "c.csv", text, &flags)["added"], 3);
    let later = ["--as", "clicks", "--map", "clicks=joins", "--as-of", "2026-07-02"];
    assert_eq!(take(&program, "c.csv", text, &later)["unchanged"], 3);
}

#[test]
fn a_buyer_who_is_told_later_is_news() {
    let program = Program::new();
    let head = "order,date,amount,currency,code,customer,status,refunded,heard\n";
    take(&program, "a.csv", &format!("{head}1,2026-05-01,20.00,USD,,,,,\n"), &["--as", "orders"]);
    let text = format!("{head}1,2026-05-01,20.00,USD,,a@example.com,,,\n");
    assert_eq!(take(&program, "b.csv", &text, &["--as", "orders"])["changed"], 1);
    assert_eq!(take(&program, "b.csv", &text, &["--as", "orders"])["unchanged"], 1);
}

#[test]
fn the_formats_are_listed_with_what_they_need() {
    let program = Program::new();
    let list = program.run(&["profiles", "--format", "csv"]).code(0);
    let head = list.out.lines().next().unwrap_or_default();
    assert_eq!(head, "tool,profile,kind,needs,title");
    let row = |name: &str| {
        let found = list.out.lines().find(|line| line.split(',').nth(1) == Some(name));
        found.unwrap_or_else(|| panic!("{name} is not listed: {}", list.out)).to_owned()
    };
    assert!(row("typeform").contains(",by its questions,"), "{}", row("typeform"));
    assert!(row("youtube-content").contains(",activity,'--member,"), "{}", row("youtube-content"));
    assert!(
        row("savannah-members").contains(",members,'--map handle=COLUMN,"),
        "{}",
        row("savannah-members")
    );
    assert!(row("x-overview").contains(",refused,"), "{}", row("x-overview"));
}

#[test]
fn the_format_of_a_file_is_told_and_what_the_nearest_miss() {
    let program = Program::new();
    program.file("o.csv", "Sale Date,Order ID,Order Total,Status\n01/13/26,1,24.00,Completed\n");
    let run = program.run(&["profiles", "match", "o.csv", "--format", "csv"]).code(0);
    assert!(run.out.starts_with("profile,fits,kind,missing\netsy-orders,yes,orders,\n"), "{}", run.out);
    program.file("p.csv", "Post id,Date,Post text,Impressions\n1,\"Tue, Aug 26, 2025\",hi,9\n");
    let near = program.run(&["profiles", "match", "p.csv", "--format", "csv"]).code(0);
    assert!(near.out.contains("x-content,no,activity,Post Link\n"), "{}", near.out);
    assert!(near.out.lines().count() <= 6, "{}", near.out);
    assert!(near.err.contains("None fits") && near.err.contains("further off"), "{}", near.err);
    program.file("q.csv", "alpha,beta\n1,2\n");
    let nothing = program.run(&["profiles", "match", "q.csv"]).code(0);
    assert!(nothing.err.contains("No format is anything like it"), "{}", nothing.all());
}

#[test]
fn a_profile_can_be_copied_changed_and_used() {
    let program = Program::new();
    let shown = program.run(&["profiles", "show", "etsy-orders"]).code(0).out;
    let own = shown.replace("\"etsy-orders\"", "\"ours\"").replace("\"Order Total\"", "\"Sum paid\"");
    program.file("mine.toml", &own);
    program.file("o.csv", "Sale Date,Order ID,Sum paid,Status\n01/13/26,1,24.00,Completed\n");
    let matched = program.run(&["profiles", "match", "o.csv", "--profile", "mine.toml"]).code(0).out;
    assert!(matched.contains("ours") && matched.contains("yes"), "{matched}");
    let receipt = take(
        &program,
        "o.csv",
        "Sale Date,Order ID,Sum paid,Status\n01/13/26,1,24.00,Completed\n",
        &["--profile", "mine.toml"],
    );
    assert_eq!((receipt["profile"].as_str(), receipt["added"].as_i64()), (Some("ours"), Some(1)));
    program.file("mine.toml", own.replace("kind = \"orders\"", "kind = orders"));
    let broken = program.run(&["import", "o.csv", "--profile", "mine.toml"]).code(1).err;
    assert!(broken.contains("mine.toml:5:8: not a profile groundswell can read"), "{broken}");
    program.file("mine.toml", own.replace("order = \"Order ID\"", "stage = \"Order ID\""));
    let field = program.run(&["import", "o.csv", "--profile", "mine.toml"]).code(1).err;
    assert!(field.contains("mine.toml:12:1: orders have no field `stage`"), "{field}");
    let absent = program.run(&["import", "o.csv", "--profile", "ours.toml"]).code(1).err;
    assert!(absent.contains("the profile ours.toml cannot be read"), "{absent}");
    let wrong = program.run(&["profiles", "show", "etsy"]).code(2).err;
    assert!(wrong.contains("no profile `etsy`; did you mean etsy-orders?"), "{wrong}");
    let nothing_like_it = program.run(&["profiles", "show", "zzz"]).code(2).err;
    assert!(nothing_like_it.contains("groundswell profiles lists them"), "{nothing_like_it}");
}

#[test]
fn orders_without_numbers_are_known_by_what_they_say() {
    let program = Program::new();
    let head = "Date,Customer email,Amount\n";
    let first = "2026-02-01,a@example.com,10.50\n2026-02-01,a@example.com,10.50\n";
    let orders = ["--as", "orders"];
    assert_eq!(take(&program, "a.csv", &format!("{head}{first}"), &orders)["added"], 2);
    assert_eq!(take(&program, "a.csv", &format!("{head}{first}"), &orders)["unchanged"], 2);
    let other = take(&program, "b.csv", &format!("{head}2026-03-01,b@example.com,7.00\n"), &orders);
    assert_eq!((other["added"].as_i64(), other["changed"].as_i64()), (Some(1), Some(0)));
}

#[test]
fn a_receipt_is_shown_again_as_it_was_printed() {
    let program = Program::new();
    program.run(&["member", "add", "--name", "Ana", "--email", "ana@example.com", "-q"]).code(0);
    program.file("m.csv", "email,name\nana@example.com,Ana\nbroken@,Ben\nben@example.com,Ben\n");
    program.file("f.csv", "date,followers\n2026-01-01,10\n2026-01-02,12\n2026-01-02,12\n");
    let whose = ["--member", "ana@example.com", "--platform", "youtube"];
    for (number, format, args) in [
        ("1", "table", vec!["import", "m.csv", "--as", "members"]),
        ("2", "json", [&["import", "f.csv"][..], &whose[..]].concat()),
    ] {
        let printed = program.run(&[&args[..], &["--format", format]].concat());
        let shown = program.run(&["imports", "show", number, "--format", format]).code(0);
        assert_eq!(shown.out, printed.out, "{format}");
        let notes = |text: &str| -> Vec<String> {
            text.lines().filter(|line| line.contains(".csv: ")).map(str::to_string).collect()
        };
        assert!(!notes(&printed.err).is_empty(), "{}", printed.err);
        assert_eq!(notes(&shown.err), notes(&printed.err), "{format}");
    }
    let both = program.run(&["imports", "show", "2"]).code(0);
    assert!(both.err.contains("of Ana"), "whose account it was taken for: {}", both.err);
}

#[test]
fn rows_that_were_set_aside_come_back_when_they_are_mended() {
    let program = Program::new();
    let text = "Wer,Punkte,Kommentar\na@example.com,9,=gut\nb@example.com,neun,'=ja\nc@example.com,11,\nd@example.com,3,\ne@example.com,3,\nf@example.com,3,\n";
    let flags = ["--as", "nps", "--map", "email=Wer", "--map", "score=Punkte", "--map", "comment=Kommentar"];
    program.file("s.csv", text);
    program.run(&[&["import", "s.csv"][..], &flags[..]].concat()).code(3);
    let name = "s.csv.rejected.csv";
    let rejected = std::fs::read_to_string(program.path().join(name)).expect("the rows");
    assert_eq!(rejected.lines().count(), 3, "{rejected}");
    // As they are they are set aside again, with their old lines; no column of ours is added twice.
    let run = program.run(&["import", name]).code(3);
    assert!(run.err.contains("read as last time"), "{}", run.err);
    let twice =
        std::fs::read_to_string(program.path().join(format!("{name}.rejected.csv"))).expect("the rows");
    assert_eq!(twice, rejected);
    program.file(name, rejected.replace("neun", "9").replace(",11,", ",10,"));
    let receipt = program.run(&["import", name, "--format", "json"]).code(0).json();
    assert_eq!((receipt["added"].as_i64(), receipt["rejected"].as_i64()), (Some(2), Some(0)), "{receipt}");
    let store = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    let comments: String = store
        .query_row("SELECT group_concat(comment, '|') FROM responses WHERE comment IS NOT NULL", [], |row| {
            row.get(0)
        })
        .expect("comments");
    assert_eq!(comments, "=gut|=ja", "a guarded cell is what it was");
}

#[test]
fn a_row_that_is_two_people_names_both() {
    let program = Program::new();
    program.run(&["member", "add", "--name", "Ana", "--email", "ana@example.com", "-q"]).code(0);
    program.run(&["member", "add", "--name", "Ben", "--handle", "forum:ben", "-q"]).code(0);
    let text = "email,handle,platform,name\nana@example.com,ben,forum,Ana\n";
    program.file("m.csv", text);
    program.run(&["import", "m.csv", "--as", "members"]).code(3);
    let rejected = std::fs::read_to_string(program.path().join("m.csv.rejected.csv")).expect("the rows");
    assert!(
        rejected.contains("ana@example.com is member 1 (Ana), forum:ben is member 2 (Ben); if they are one: groundswell member merge 1 2"),
        "{rejected}"
    );
    program.run(&["member", "merge", "1", "2", "--yes", "-q"]).code(0);
    let receipt =
        program.run(&["import", "m.csv.rejected.csv", "--as", "members", "--format", "json"]).code(0).json();
    assert_eq!(receipt["rejected"], 0, "{receipt}");
}

#[test]
fn two_characters_are_chinese_where_the_program_is() {
    // "深圳" in GB18030, which is as good a word in Cyrillic.
    let file = b"email,score,comment,date\nana@example.com,9,\xC9\xEE\xDB\xDA,2026-03-04\n";
    for (lang, chinese) in [("zh", true), ("en", false)] {
        let program = Program::new();
        program.file("scores.csv", file);
        let args = ["import", "scores.csv", "--as", "nps", "--lang", lang, "--format", "json"];
        let said = program.run(&args).code(0).all();
        assert_eq!(said.contains("\"encoding\": \"gb18030\""), chinese, "{lang}: {said}");
    }
}

#[test]
fn orders_are_worth_what_was_paid_for_them() {
    let stored = |file: &str| {
        let program = Program::new();
        program.run(&["member", "add", "--name", "Ana", "--email", "ana@example.com", "-q"]).code(0);
        program.run(&["share", "code", "1", "ANA10", "-q", "--as-of", "2026-01-01"]).code(0);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/orders").join(file);
        program.file(file, std::fs::read(path).expect("reads"));
        program.run(&["import", file]);
        let store = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
        let sql = "SELECT number || ' ' || amount || ' ' || refunded || ' ' || currency || ' ' || coalesce(code, '-')
                   FROM conversions ORDER BY id";
        let mut query = store.prepare(sql).expect("reads");
        let rows = query.query_map([], |row| row.get::<_, String>(0)).expect("reads");
        rows.collect::<Result<Vec<_>, _>>().expect("reads")
    };
    // A row of its own takes back what was paid; nothing repeats below zero.
    assert_eq!(
        stored("refund-rows-of-their-own.csv"),
        ["P1 2900 0 EUR -", "P2 0 0 EUR -", "P3 2900 0 EUR -"]
    );
    // Lines are added up before they are rounded, and an order one of whose lines cannot be read is not kept without it.
    assert_eq!(stored("lines-with-more-decimals-than-money.csv"), ["Q1 97995 0 EUR -", "Q2 1462 0 EUR -"]);
    // Rows of different days are parts, and a blank on another order changes nothing.
    assert_eq!(stored("equal-parts-of-one-order.csv"), ["T1 30000 0 EUR -"]);
    assert_eq!(stored("a-blank-elsewhere-changes-no-lines.csv"), ["S1 3500 0 EUR -", "S3 700 0 EUR -"]);
    assert_eq!(stored("not-paid-without-a-day-of-paying.csv"), ["U1 2000 0 EUR -"]);
    assert_eq!(stored("a-part-of-it-is-not-the-total.csv"), ["V1 2100 0 EUR -", "V2 3500 0 EUR -"]);
    assert_eq!(stored("lines-of-an-order-paid-back.csv"), ["R1 1550 1550 EUR -", "R2 700 0 EUR -"]);
    assert_eq!(stored("states-under-other-names.csv"), ["Y1 1000 0 EUR -", "Y2 2000 2000 EUR -"]);
    assert_eq!(stored("a-state-that-is-a-place.csv"), ["Z1 1000 0 USD -", "Z2 2000 2000 USD -"]);
    assert_eq!(
        stored("created-is-the-day-of-an-order.csv"),
        ["AA1 1000 0 EUR ANA10", "AA2 1500 0 EUR -", "AA3 2000 2000 EUR -"]
    );
    // A refund of WooCommerce is a row of its own, and the amount stands once more with its sign.
    assert_eq!(
        stored("woocommerce-refunds.csv"),
        ["BB1 123450 0 USD ANA10", "BB2 0 0 USD -", "BB3 2000 0 USD -", "BB4 2000 2000 USD -"]
    );
    assert_eq!(stored("woocommerce-net-sales.csv"), ["CC1 123450 0 GBP ANA10", "CC2 0 0 GBP -"]);
    // What was paid back stands beside each line, or repeats with the order.
    assert_eq!(
        stored("refunds-beside-each-line.csv"),
        ["W1 11000 2000 EUR -", "W2 7000 7000 EUR -", "W3 7000 6000 EUR -"]
    );
    assert_eq!(stored("total-and-refund-on-each-row.csv"), ["X1 11000 2000 EUR -", "X2 7000 0 EUR -"]);
    assert_eq!(
        stored("guests-have-no-number.csv"),
        ["70 2000 500 GBP -", "71 2100 0 GBP ANA10", "72 2200 0 GBP ANA10", "74 2400 0 GBP -"]
    );
    assert_eq!(stored("a-yes-is-no-sum.csv"), ["g1 1800 0 USD -", "g2 1800 1800 USD -", "g3 1800 0 USD -"]);
}

#[test]
fn deals_end_as_any_of_their_columns_says() {
    let stored = |file: &str| {
        let program = Program::new();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/deals").join(file);
        program.file(file, std::fs::read(path).expect("reads"));
        program.run(&["import", file]);
        let store = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
        let sql = "SELECT number || ' ' || state || coalesce(' ' || date(won_day * 86400, 'unixepoch'), '')
                   FROM conversions ORDER BY id";
        let mut query = store.prepare(sql).expect("reads");
        let rows = query.query_map([], |row| row.get::<_, String>(0)).expect("reads");
        rows.collect::<Result<Vec<_>, _>>().expect("reads")
    };
    let ended = ["1 won 2026-03-15", "2 lost", "3 open", "4 lost"];
    assert_eq!(stored("outcome-beside-the-stage.csv"), ended);
    assert_eq!(stored("closing-date.csv"), ["1 won 2026-03-15", "2 lost"]);
    assert_eq!(stored("closed-and-not-won.csv"), ["1 won 2026-01-05", "2 lost", "3 open"]);
}

#[test]
fn a_bare_number_makes_nobody_somebody_else() {
    let program = Program::new();
    // Two tools, each with a number 1 of its own; and two colleagues with the number of their account.
    take(
        &program,
        "a.csv",
        "Contact ID,Email,Company\n1,ana@example.com,A\n2,bo@example.com,B\n",
        &["--as", "members"],
    );
    let other = take(
        &program,
        "b.csv",
        "User ID,Email,Company\n1,cy@example.com,C\n2,di@example.com,D\n",
        &["--as", "members"],
    );
    assert_eq!((other["added"].as_i64(), other["members_added"].as_i64()), (Some(2), Some(2)));
    let text =
        "Account ID,Email,score,date\nacme,ana@example.com,9,2026-06-01\nacme,bo@example.com,6,2026-06-02\n";
    let scores = take(&program, "n.csv", text, &["--as", "nps"]);
    assert_eq!((scores["added"].as_i64(), scores["members_added"].as_i64()), (Some(2), Some(0)));
    // Without an address the number is all there is, and the first who had it is meant.
    let usage = take(
        &program,
        "u.csv",
        "customer id,date,metric,amount\n1,2026-06-01,logins,3\n",
        &["--as", "usage"],
    );
    assert_eq!(usage["members_added"], 0);
    let store = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    let sql = "SELECT i.value FROM usage u JOIN identities i ON i.member = u.member AND i.platform = 'email'";
    assert_eq!(store.query_row(sql, [], |row| row.get::<_, String>(0)).expect("reads"), "ana@example.com");
}

/// What all orders are worth after refunds, in minor units.
fn net(program: &Program) -> i64 {
    let store = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    let sql = "SELECT sum(amount - refunded) FROM conversions WHERE replaced_by IS NULL";
    store.query_row(sql, [], |row| row.get(0)).expect("reads")
}

#[test]
fn an_order_that_was_called_off_counts_no_more_until_that_is_taken_back() {
    let program = Program::new();
    let file = |status: &str| {
        format!(
            "order,date,email,amount,currency,status\n1,2026-02-01,ana@example.com,10.00,EUR,{status}\n2,2026-02-02,bo@example.com,20.00,EUR,paid\n"
        )
    };
    take(&program, "a.csv", &file("paid"), &["--as", "orders"]);
    let later = take(&program, "b.csv", &file("cancelled"), &["--as", "orders"]);
    assert_eq!((later["changed"].as_i64(), later["unchanged"].as_i64()), (Some(1), Some(1)));
    assert_eq!(net(&program), 2000);
    let again = take(&program, "c.csv", &file("Cancelled"), &["--as", "orders"]);
    assert_eq!((again["changed"].as_i64(), again["unchanged"].as_i64()), (Some(0), Some(2)));
    program.run(&["imports", "undo", "3", "--yes", "-q"]).code(0);
    program.run(&["imports", "undo", "2", "--yes", "-q"]).code(0);
    assert_eq!(net(&program), 3000);
}

#[test]
fn two_shops_may_number_alike() {
    let program = Program::new();
    let file = |day: &str, who: &str, amount: &str, status: &str| {
        format!(
            "order,date,email,amount,currency,status\n1001,{day},{who}@example.com,{amount},EUR,{status}\n"
        )
    };
    let one = file("2026-02-01", "ana", "10.00", "paid");
    let other = file("2026-03-05", "bo", "77.00", "paid");
    take(&program, "a.csv", &one, &["--as", "orders"]);
    program.file("b.csv", &other);
    let second = program.run(&["import", "b.csv", "--as", "orders"]).code(0);
    assert!(second.err.contains("kept as order `1001 (2)`"), "{}", second.err);
    assert_eq!(net(&program), 8700);
    // Each is known again, and changed or called off, by itself.
    assert_eq!(take(&program, "b2.csv", &other.replace("77.00", "70.00"), &["--as", "orders"])["changed"], 1);
    assert_eq!(take(&program, "a2.csv", &one, &["--as", "orders"])["unchanged"], 1);
    assert_eq!(net(&program), 8000);
    let off = file("2026-03-05", "bo", "70.00", "cancelled");
    assert_eq!(take(&program, "b3.csv", &off, &["--as", "orders"])["changed"], 1);
    assert_eq!(net(&program), 1000);
    // The same order under another address or with another day is the same order.
    assert_eq!(
        take(&program, "a3.csv", &file("2026-02-02", "ana", "10.00", "paid"), &["--as", "orders"])["changed"],
        1
    );
    // Where the first is taken back, the second is still known.
    for batch in ["5", "1"] {
        program.run(&["imports", "undo", batch, "--yes", "-q"]).code(0);
    }
    assert_eq!(take(&program, "b4.csv", &off, &["--as", "orders"])["unchanged"], 1);
}

#[test]
fn ids_of_a_crm_that_differ_in_letter_case_are_two_people() {
    let program = Program::new();
    let file = "Customer ID,Name\n0035g00000AbCdE,Ana\n0035g00000AbCde,Ben\n";
    program.file("people.csv", file);
    let import = |name: &str| {
        let args = ["import", name, "--as", "members", "--map", "handle=Customer ID", "--format", "json"];
        let receipt = program.run(&args).code(0).json();
        ["members_added", "unchanged"].map(|fate| receipt[fate].as_i64().expect("a number"))
    };
    assert_eq!(import("people.csv"), [2, 0]);
    assert_eq!(import("people.csv"), [0, 2]);
    // The long form is the same record, in any letter case.
    program.file("long.csv", "Customer ID,Name\n0035G00000ABCDEAAV,Ana\n0035g00000AbCdeAAF,Ben\n");
    assert_eq!(import("long.csv"), [0, 2]);
    assert!(program.run(&["member", "show", "id:0035g00000AbCde"]).code(0).out.contains("Ben"));
    // A program that was filled before letter case counted goes on as it was.
    let old = Program::new();
    let store = rusqlite::Connection::open(old.path().join("groundswell.db")).expect("opens");
    old.file("people.csv", "Customer ID,Name\n0035g00000AbCdE,Ana\n");
    let args = ["import", "people.csv", "--as", "members", "--map", "handle=Customer ID", "--format", "json"];
    old.run(&args).code(0);
    store
        .execute("UPDATE identities SET value = '0035g00000abcde' WHERE platform = 'id'", [])
        .expect("writes");
    assert_eq!(old.run(&args).code(0).json()["members_added"], 0);
    assert!(old.run(&["member", "show", "id:0035g00000AbCdE"]).code(0).out.contains("Ana"));
}
