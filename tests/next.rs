//! The week's list from outside: what stands on it, that every command of it runs, and putting lines off.

use crate::harness::Program;
use std::process::Stdio;

/// What a shell would run.
fn words(line: &str) -> Vec<String> {
    shlex::split(line).expect("words")
}

fn done(program: &Program, line: &str) {
    let words = words(line);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let run = program.run(&words);
    assert!(run.code == 0 || run.code == 3, "{line}: {}", run.all());
}

/// Eleven people, what they did, and what they answered.
fn known() -> Program {
    let program = Program::new();
    for (name, email) in [
        ("Ana López", "ana@example.com"),
        ("王小明", "wang@example.com"),
        ("Ben Osei", "ben@example.com"),
        ("Cho Min", "cho@example.com"),
        ("Dee Fox", "dee@example.com"),
        ("Eli Ray", "eli@example.com"),
        ("Fay Lin", "fay@example.com"),
        ("Gus Orr", "gus@example.com"),
        ("Hal Ives", "hal@example.com"),
        ("Ivy Noor", "ivy.noor@example.com"),
        ("Ivy Noor", "ivy.noor@example.org"),
    ] {
        let args = ["member", "add", "--name", name, "--email", email, "--as-of", "2025-01-01", "-q"];
        program.run(&args).code(0);
    }
    let mut acts = String::from("email,platform,kind,date,url,title\n");
    for day in (0..110).step_by(3) {
        let date = format!("2026-{:02}-{:02}", 2 + day / 28, 1 + day % 28);
        acts += &format!("ben@example.com,forum,like,{date},https://forum.example.com/t/{day},\n");
    }
    acts += "ana@example.com,forum,post,2026-06-29,https://forum.example.com/a/1,How I began\n";
    acts += "wang@example.com,forum,post,2026-06-10,https://forum.example.com/w/1,标题\n";
    program.file("acts.csv", acts);
    program.file(
        "nps.csv",
        "email,score,comment,date\nwang@example.com,3,slow,2026-06-01\ncho@example.com,9,,2026-06-01\n",
    );
    program
}

/// A program in which nearly everything waits, on 2026-06-30.
fn busy() -> Program {
    let program = known();
    for line in [
        "import acts.csv --as activity --as-of 2026-05-01",
        "import nps.csv --as nps --as-of 2026-05-02",
        "member stage 1 active --as-of 2026-06-01",
        "member stage 2 active --as-of 2025-12-01",
        "member stage 3 active --as-of 2025-12-01",
        "member stage 4 active --as-of 2025-05-20",
        "member stage 5 active --as-of 2025-07-10",
        "member stage 6 active --as-of 2025-02-01",
        "member stage 6 on-hold --as-of 2025-11-01",
        "member stage 8 candidate --as-of 2026-01-10",
        "member stage 9 interested --as-of 2026-03-01",
        "member stage 10 candidate --as-of 2026-06-29",
        "member stage 11 candidate --as-of 2026-06-29",
        "identify invite 7 --kickoff '2026-07-20 17:00' --sender Mia --contact mia@example.com -o letters --as-of 2026-06-05",
        "identify goal 30 --by 2026-06-01 --as-of 2026-01-01",
        "member consent 1 yes --for exclusive --source call --as-of 2026-06-02",
        "member consent 5 yes --for exclusive --source call --as-of 2026-06-02",
        "equip handbook 2 -o handbooks --as-of 2026-05-01",
        "equip add asset --title Screens --url https://example.com/s.zip --licence CC0 --as-of 2026-06-01",
        "equip desk ask 1 'May I show the beta?' --as-of 2026-06-20",
        "share link 2 https://kettle.example/start --as-of 2026-02-01",
        "share code 2 --as-of 2026-02-01",
        "share brief new --kind exclusive --title 'Kettle 2' --body 'It boils.' --embargo '2026-06-25 09:00' --as-of 2026-06-10",
        "share send 1 --to 1 5 -o messages --as-of 2026-06-11",
        "share brief new --kind feedback --title 'Two names' --body 'Which?' --as-of 2026-06-12",
        "share send 2 --to 3 -o messages --as-of 2026-06-12 --anyway",
        "share ask 2 'a talk' --kind talk --due 2026-06-10 --as-of 2026-06-01",
        "share ask 2 'a review' --kind review --due 2026-07-02 --as-of 2026-06-20 --anyway",
        "share ask 3 'a post' --kind post --as-of 2026-05-01",
        "share ask 5 'a reference' --due 2026-06-15 --as-of 2026-05-01",
    ] {
        done(&program, line);
    }
    let asks = program.run(&["share", "ask", "list", "--format", "json"]).json();
    let number = |text: &str| {
        let asks = asks.as_array().expect("asks").iter();
        asks.filter(|ask| ask["text"] == text).map(|ask| ask["ask"].to_string()).next().expect("an ask")
    };
    let (post, reference) = (number("a post"), number("a reference"));
    done(&program, &format!("share ask answer {post} yes --as-of 2026-05-10"));
    done(&program, &format!("share ask outcome {post} '900 read it' --as-of 2026-05-20"));
    done(&program, &format!("share ask answer {reference} yes --as-of 2026-05-03"));
    done(&program, "share need 1 'a microphone' --owner Mara --due 2026-06-20 --as-of 2026-06-10");
    program
}

fn lines(program: &Program, flags: &[&str]) -> Vec<serde_json::Value> {
    let args: Vec<&str> = ["next", "--format", "json"].into_iter().chain(flags.iter().copied()).collect();
    program.run(&args).code(0).json().as_array().expect("a list").clone()
}

fn commands(lines: &[serde_json::Value]) -> Vec<String> {
    lines.iter().map(|line| line["command"].as_str().expect("a command").to_string()).collect()
}

#[test]
fn everything_that_waits_has_a_line_and_every_command_runs() {
    let program = busy();
    let lines = lines(&program, &["--top", "200"]);
    let commands = commands(&lines);
    for wanted in [
        "share lift 1",
        "equip desk answer 1",
        "amplify react ",
        "member note 2",
        "member note 3",
        "share ask answer ",
        "share ask told ",
        "share ask outcome ",
        "share need done 1",
        "share give 2",
        "identify remind -o letters",
        "identify answer 9",
        "member stage 6 active",
        "member stage 4 alumni",
        "member stage 5 active --until 2027-07-10",
        "equip handbook 1 -o handbooks",
        "equip handbook 2 -o handbooks",
        "survey form --member 1 -o survey-1.md",
        "share link 1 https://kettle.example/start",
        "share code 1",
        "share ack 1 5",
        "share ask 4",
        "identify invite -o letters",
        "identify size",
        "imports",
        "member merge ",
    ] {
        let is_there = |command: &String| command.starts_with(&format!("groundswell {wanted}"));
        assert!(commands.iter().any(is_there), "no {wanted} in\n{}", commands.join("\n"));
    }
    for line in &lines {
        assert!(line["why"].as_str().is_some_and(|why| why.len() > 5), "{line}");
        assert!(line["what"].as_str().is_some_and(|what| what.len() > 5), "{line}");
    }
    let file = std::fs::read(program.path().join("groundswell.db")).expect("the program");
    for command in &commands {
        let words = words(command);
        let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        let run = program.run_with(&words, Stdio::null());
        let asks =
            run.code == 2 && run.err.contains("an answer is missing and there is no terminal to ask at");
        assert!(run.code == 0 || run.code == 3 || asks, "{command}: {}", run.all());
        std::fs::write(program.path().join("groundswell.db"), &file).expect("as it was");
    }
}

#[test]
fn what_is_lost_most_stands_first_and_the_same_day_says_the_same() {
    let program = busy();
    let top = lines(&program, &[]);
    assert_eq!(top.len(), 20);
    let keys: Vec<&String> = top[0].as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["step", "member", "name", "what", "why", "command"]);
    let first = commands(&top);
    assert_eq!(first[0], "groundswell share lift 1");
    let place = |part: &str| first.iter().position(|command| command.contains(part)).unwrap_or(99);
    assert!(place("desk answer") < place("share ask answer"), "{first:#?}");
    assert!(place("share ask answer") < place("identify remind"), "{first:#?}");
    assert_eq!(program.run(&["next"]).out, program.run(&["next"]).out);
    // On an earlier day the embargo was on, and nobody was late.
    let earlier = commands(&lines(&program, &["--as-of", "2026-06-12", "--top", "200"]));
    assert!(!earlier.iter().any(|command| command.contains("share lift")), "{earlier:#?}");
    let said = program.run(&["next"]).err;
    assert!(
        said.contains("20 of ")
            && said.contains("groundswell walk")
            && said.contains("Next: groundswell share lift 1"),
        "{said}"
    );
}

#[test]
fn a_line_is_put_off_and_comes_back() {
    let program = busy();
    let command = "groundswell share need done 1";
    let has = |flags: &[&str]| {
        let flags: Vec<&str> = flags.iter().copied().chain(["--top", "200"]).collect();
        commands(&lines(&program, &flags)).iter().any(|known| known == command)
    };
    assert!(has(&[]));
    let said = program.run(&["next", "--later", command, "--days", "5", "--why", "on holiday"]).code(0).err;
    assert!(said.contains("Left out until 2026-07-05"), "{said}");
    assert!(
        !has(&[]) && has(&["--all"]) && !has(&["--as-of", "2026-07-04"]) && has(&["--as-of", "2026-07-05"])
    );
    let all = program.run(&["next", "--all", "--top", "200", "--format", "csv"]).out;
    assert!(all.contains("[put off until 2026-07-05: on holiday]"), "{all}");
    assert!(program.run(&["next"]).err.contains("1 line is put off"));
    program.run(&["next", "--back", command]).code(0);
    assert!(has(&[]));
    program.run(&["next", "--not-needed", command, "--why", "she bought one"]).code(0);
    assert!(!has(&["--as-of", "2027-06-30"]));
    let log = program.run(&["log", "1", "--format", "csv"]).out;
    assert!(
        log.contains("not needed need: groundswell share need done 1") && log.contains("she bought one"),
        "{log}"
    );
    let again = program.run(&["next", "--back", "groundswell identify size"]).code(0).err;
    assert!(again.contains("was not put off"), "{again}");
}

#[test]
fn slips_are_refused() {
    let program = busy();
    for (args, code, error) in [
        (
            vec!["next", "--later", "groundswell share fly"],
            1,
            "no line of the list has the command 'groundswell share fly'",
        ),
        (vec!["next", "--not-needed", "groundswell identify size", "--why", " "], 2, "--why is empty"),
        (vec!["next", "--not-needed", "groundswell identify size"], 2, "--why <TEXT>"),
        (vec!["next", "--why", "so"], 2, "--why belongs to --later or --not-needed"),
        (vec!["next", "--top", "0"], 2, "0 is not in"),
        (vec!["next", "--later", "groundswell identify size", "--days", "0"], 2, "0 is not in"),
        (
            vec!["walk"],
            2,
            "walk asks at a terminal, and there is none: read the list with `groundswell next`",
        ),
    ] {
        let run = program.run(&args).code(code);
        assert!(run.err.contains(error), "{args:?}: {}", run.err);
    }
}

#[test]
fn an_empty_list_says_how_to_begin() {
    let program = Program::new();
    let said = |args: &[&str]| program.run(args).code(0).err;
    assert!(said(&["next"]).contains("Nobody is here yet: `groundswell import FILE`"));
    program.run(&["member", "add", "--name", "Ana", "--email", "ana@example.com"]).code(0);
    assert!(said(&["next"]).contains("Nobody has joined yet, so nothing waits"));
    program.run(&["member", "stage", "1", "active"]).code(0);
    for line in lines(&program, &[]) {
        let command = line["command"].as_str().expect("a command").to_string();
        program.run(&["next", "--not-needed", &command, "--why", "a test"]).code(0);
    }
    assert!(said(&["next"]).contains("what was put off comes back on its day"));
    assert_eq!(program.run(&["next", "--format", "json"]).out.trim(), "[]");
    let none = Program::none().run(&["next"]);
    assert!(none.code == 4 && none.err.contains("groundswell init"), "{}", none.all());
}

#[test]
fn erasing_someone_takes_their_lines_too() {
    let program = busy();
    program.run(&["next", "--later", "groundswell share need done 1"]).code(0);
    program.run(&["member", "erase", "1", "--yes"]).code(0);
    let store = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    let left: i64 = store.query_row("SELECT count(*) FROM snoozes", [], |row| row.get(0)).expect("counts");
    assert_eq!(left, 0);
}

#[test]
fn taking_an_import_back_takes_what_was_put_off_with_it() {
    let program = Program::new();
    program.file("signups.csv", "email,name,date,message\nana@example.com,Ana,2026-03-01,hello\n");
    program.run(&["import", "signups.csv", "--as", "signups", "--as-of", "2026-03-02"]).code(0);
    let line = "groundswell identify answer 1";
    assert_eq!(commands(&lines(&program, &[]))[0], line);
    program.run(&["next", "--later", line]).code(0);
    program.run(&["imports", "undo", "1", "--yes"]).code(0);
    assert!(program.run(&["next"]).code(0).err.contains("Nobody is here yet"));
    program.run(&["check"]).code(0);
}

#[test]
fn no_kind_crowds_out_the_others() {
    let program = Program::new();
    program.run(&["member", "add", "--name", "Ana", "--email", "ana@example.com", "-q"]).code(0);
    program.run(&["member", "stage", "1", "active", "--as-of", "2026-03-01", "-q"]).code(0);
    let mut acts = String::from("email,platform,kind,date,url\n");
    for day in 1..29 {
        acts += &format!("ana@example.com,forum,post,2026-06-{day:02},https://forum.example.com/t/{day}\n");
    }
    program.file("acts.csv", acts);
    program.run(&["import", "acts.csv", "--as", "activity", "-q"]).code(0);
    let found = commands(&lines(&program, &["--top", "12"]));
    assert_eq!(found.len(), 12);
    for wanted in ["equip handbook 1", "survey form", "share code 1", "share ask 1"] {
        assert!(found.iter().any(|command| command.contains(wanted)), "no {wanted} in {found:#?}");
    }
}

#[test]
fn the_list_agrees_with_the_steps_it_is_made_of() {
    let program = busy();
    let lines = lines(&program, &["--top", "200"]);
    let rows = |args: &[&str]| {
        let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
        program.run(&args).code(0).json().as_array().expect("a list").clone()
    };
    let numbers = |rows: &[serde_json::Value], key: &str| {
        rows.iter().map(|row| row[key].as_i64().expect("a number")).collect::<std::collections::BTreeSet<_>>()
    };
    let of = |part: &str| -> Vec<serde_json::Value> {
        lines.iter().filter(|line| line["why"].as_str().expect("why").contains(part)).cloned().collect()
    };
    let alarmed = rows(&["amplify", "trough"]);
    assert!(!alarmed.is_empty());
    assert_eq!(numbers(&alarmed, "member"), numbers(&of("active days in 28"), "member"));
    let waiting = numbers(&rows(&["amplify", "queue"]), "id");
    let reacted: std::collections::BTreeSet<i64> = commands(&lines)
        .iter()
        .filter_map(|command| command.strip_prefix("groundswell amplify react ")?.parse().ok())
        .collect();
    assert_eq!(waiting, reacted);
    let due = numbers(&rows(&["member", "due"]), "member");
    let inactive = numbers(&of("; the limit is"), "member");
    assert!(!inactive.is_empty() && inactive.is_subset(&due), "{inactive:?} in {due:?}");
    let over = rows(&["share", "balance", "--verdict", "over-asked"]);
    assert_eq!(numbers(&over, "member"), numbers(&of("things given"), "member"));
}
