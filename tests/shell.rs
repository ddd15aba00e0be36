//! Around the shell: completions, manual pages, the examples of the help, and the first run in an empty folder.

use crate::harness::{Program, Run, brief};
use crate::tables::workbook;
use std::process::{Command, Stdio};

/// What the shell is offered for the last of the words.
fn offered(program: &Program, words: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_groundswell"))
        .arg("--")
        .args(words)
        .current_dir(program.path())
        .env("COMPLETE", "bash")
        .env("_CLAP_IFS", "\n")
        .env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string())
        .env("_CLAP_COMPLETE_COMP_TYPE", "9")
        .env("_CLAP_COMPLETE_SPACE", "false")
        .env_remove("GROUNDSWELL_DB")
        .output()
        .expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").lines().map(str::to_string).collect()
}

fn people() -> Program {
    let program = Program::new();
    for args in [
        &["member", "add", "--name", "Ana Lindqvist", "--email", "ana@example.com", "--handle", "x:anna"][..],
        &["member", "add", "--name", "王小明", "--email", "wang@example.com"],
        &["member", "add", "--name", "李雷"],
        &brief("Fair", "Hall 3", "https://example.com", &[]),
    ] {
        program.run(args).code(0);
    }
    program
}

#[test]
fn members_and_briefs_complete() {
    let program = people();
    let before = program.dump();
    assert_eq!(offered(&program, &["groundswell", "member", "show", "an"]), ["ana@example.com", "x:anna"]);
    assert_eq!(offered(&program, &["groundswell", "member", "show", "王小"]), ["wang@example.com"]);
    assert_eq!(offered(&program, &["groundswell", "member", "merge", "1", "李"]), ["李雷"]);
    assert_eq!(offered(&program, &["groundswell", "share", "send", "1"]), ["1"]);
    assert_eq!(offered(&program, &["groundswell", "share", "ack", "1", "WANG"]), ["wang@example.com"]);
    assert!(offered(&program, &["groundswell", "identify", "ra"]).contains(&"rank".to_string()));
    let there = program.path().join("groundswell.db");
    let db = there.to_str().expect("a path");
    let elsewhere = Program::none();
    assert_eq!(
        offered(&elsewhere, &["groundswell", "--db", db, "member", "show", "wa"]),
        ["wang@example.com"]
    );
    assert!(offered(&elsewhere, &["groundswell", "member", "show", "an"]).is_empty());
    elsewhere.file("groundswell.db", "no program");
    assert!(offered(&elsewhere, &["groundswell", "member", "show", "an"]).is_empty());
    assert_eq!(program.dump(), before);
    // Only what there was before: no journal is left by looking.
    let files = std::fs::read_dir(program.path()).expect("a folder").count();
    assert_eq!(files, 1);
}

#[test]
fn every_shell_gets_a_script() {
    let program = Program::none();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = program.run(&["completions", shell]).code(0);
        for word in ["handbook", "--as-of", "unmerge"] {
            assert!(run.out.contains(word.trim_start_matches('-')), "{shell} does not know {word}");
        }
        assert!(run.err.contains("COMPLETE="), "{}", run.err);
    }
    let script = program.run(&["completions", "bash"]).out;
    let path = program.file("groundswell.bash", script);
    if let Ok(status) = Command::new("bash").arg("-n").arg(path).stdin(Stdio::null()).status() {
        assert!(status.success());
    }
    assert!(program.run(&["completions", "cmd"]).code(2).err.contains("possible values"));
}

#[test]
fn there_is_a_page_for_every_command() {
    let program = Program::none();
    program.run(&["man", "man1"]).code(0);
    let names: Vec<String> = std::fs::read_dir(program.path().join("man1"))
        .expect("a folder")
        .map(|entry| entry.expect("a page").file_name().to_string_lossy().into_owned())
        .collect();
    for command in commands(&program) {
        let name = std::iter::once("groundswell")
            .chain(command.iter().map(String::as_str))
            .collect::<Vec<_>>()
            .join("-");
        assert!(names.contains(&format!("{name}.1")), "no page {name}");
    }
    let page =
        std::fs::read_to_string(program.path().join("man1/groundswell-member-merge.1")).expect("reads");
    assert!(page.contains(".TH groundswell-member-merge 1") && page.contains("\\-\\-why"), "{page}");
    assert!(!page.contains("groundswell groundswell"), "{page}");
}

/// Every command that runs something, by its words.
fn commands(program: &Program) -> Vec<Vec<String>> {
    let (mut found, mut queue) = (Vec::new(), vec![Vec::<String>::new()]);
    while let Some(command) = queue.pop() {
        let below = below(&help(program, &command));
        queue.extend(below.iter().map(|name| command.iter().cloned().chain([name.clone()]).collect()));
        if !command.is_empty() {
            found.push(command);
        }
    }
    found.sort();
    found
}

fn help(program: &Program, command: &[String]) -> String {
    let args: Vec<&str> = command.iter().map(String::as_str).chain(["--help"]).collect();
    program.run(&args).code(0).out
}

fn below(help: &str) -> Vec<String> {
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return Vec::new() };
    let names = list.lines().take_while(|line| !line.is_empty());
    let names = names.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_string)
        .collect()
}

/// The examples in a command's help: a line that begins with `groundswell`, up to the end of its paragraph.
fn examples(help: &str) -> Vec<String> {
    let mut found = Vec::new();
    for paragraph in help.split("\n\n") {
        let text = paragraph.trim();
        let Some(rest) = text.strip_prefix("Example: ").or_else(|| text.strip_prefix("Examples:")) else {
            continue;
        };
        let text = rest.replace('\n', " ");
        let lines =
            text.split("groundswell ").skip(1).map(|line| line.split("  ").next().unwrap_or(line).trim());
        found.extend(lines.filter(|line| !line.is_empty()).map(str::to_string));
    }
    found
}

/// The demo's program with what the examples name: people, files, and numbers up to the ones they use.
fn prepared() -> Program {
    let program = Program::none();
    program.run(&["demo", "."]).code(0);
    for (name, text) in FILES {
        program.file(name, text);
    }
    program.file(
        "answers.xlsx",
        workbook(&[("Form Responses 1", "email,How likely are you to recommend us?,date\nana@example.com,9,D46027\nben@example.com,0,D46027\n")]),
    );
    std::fs::create_dir(program.path().join("press")).expect("makes");
    for line in PREPARED.lines().filter(|line| !line.trim().is_empty()) {
        let words = shlex::split(line).expect("words");
        let run = program.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(matches!(run.code, 0 | 3), "{line}: {}", run.all());
    }
    program
}

const FILES: [(&str, &str); 8] = [
    ("news.md", "Kettle 2 comes in December.\n\nhttps://kettle.example/2\n"),
    ("found.txt", "Kettle 2 comes in December.\n\nhttps://kettle.example/2\n"),
    ("logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    ("library.csv", "kind,title,url\nfollow,Ada,https://ada.example\n"),
    (
        "orders.csv",
        "order,date,amount,currency,heard\n1,2026-05-01,10.00,EUR,that video\n2,2026-05-01,10.00,EUR,the meetup\n",
    ),
    ("scores.csv", "email,Rating,date\nana@example.com,9,2026-05-01\nben@example.com,0,2026-05-01\n"),
    ("posts.csv", include_str!("cases/activity/youtube-asks-whose.csv")),
    ("links.txt", "https://youtu.be/abc\n"),
];

const PREPARED: &str = r#"
member add --name "Ana Example" --email ana@example.com
member add --name "Ana E" --handle x:ana
member stage ana@example.com active --why kickoff
member tag ana@example.com berlin
member consent 69 yes --for named --source mail
import orders.csv --as orders
equip desk ask ana@example.com "May I show it?"
equip desk ask ana@example.com "May I sell it?"
equip desk answer 2 No
equip desk publish 2 --question "May I sell?"
equip add follow --title "Ada 1" --url https://ada.example/1
equip add follow --title "Ada 2" --url https://ada.example/2
equip add follow --title "Ada 3" --url https://ada.example/3
equip add follow --title "Ada 4" --url https://ada.example/4
share brief new --kind open --title Fair --body "Hall 3" --url https://kettle.example/fair
share brief new --kind feedback --title "Two names" --file news.md --embargo "2026-12-01 09:00"
share need ana@example.com "A seat"
share ask 28 "Would you speak?" --kind talk --anyway
share ask 28 "Would you write?" --kind talk --anyway
share ask 28 "Would you film?" --kind talk --anyway
"#;

/// What must have been done before an example, which would be in the way of another.
const BEFORE: [(&str, &str); 11] = [
    ("equip desk publish 3", "equip desk answer 3 Yes"),
    ("identify invite", "identify shortlist --top 40"),
    ("merge north.db", "backup north.db\nmember edit 8 --owner Bo --db north.db"),
    ("imports show 15", "backup north.db\nmember edit 8 --owner Bo --db north.db\nmerge north.db --yes"),
    ("member segment show", "member segment save beta stage=active"),
    ("restore", "backup groundswell.db.2026-06-30T090000Z.backup"),
    ("share ack", "share send 3 --to ana@example.com -o out --anyway"),
    ("share leak", "share send 3 --to advocates -o out --anyway"),
    ("share ask outcome", "share ask answer 4 yes"),
    (
        "share ask told",
        "share send 3 --to ana@example.com -o out --anyway\nshare ask answer 5 yes\nshare ask outcome 5 shown",
    ),
    ("init", "(no program)"),
];

/// Runs an example as a shell would, in a copy of the prepared folder.
fn run(prepared: &Program, example: &str) -> Run {
    let program = Program::none();
    let copied = Command::new("cp").arg("-a").arg(prepared.path().join(".")).arg(program.path()).status();
    assert!(copied.expect("cp").success());
    for (_, lines) in BEFORE.iter().filter(|(start, _)| example.starts_with(start)) {
        for line in lines.lines() {
            if line == "(no program)" {
                std::fs::remove_file(program.path().join("groundswell.db")).expect("goes");
                continue;
            }
            let words = shlex::split(line).expect("words");
            let run = program.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
            assert!(matches!(run.code, 0 | 3), "before {example}: {line}: {}", run.all());
        }
    }
    let line = example.split(" > ").next().unwrap_or(example);
    let words = shlex::split(line).unwrap_or_else(|| panic!("not a command line: {example}"));
    program.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn every_example_of_the_help_works() {
    let prepared = prepared();
    let mut lines = Vec::new();
    for command in commands(&prepared) {
        let found = examples(&help(&prepared, &command));
        lines.extend(found.into_iter().map(|line| (command.join(" "), line)));
    }
    assert!(lines.len() > 90, "{} examples", lines.len());
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let parts: Vec<_> = lines
            .chunks(lines.len().div_ceil(2))
            .map(|part| {
                let prepared = &prepared;
                scope.spawn(move || {
                    part.iter()
                        .filter_map(|(command, line)| {
                            let run = run(prepared, line);
                            // What is left to be confirmed, or typed at a terminal, names its flag.
                            let asks = run.code == 2
                                && (run.err.contains("add --yes") || run.err.contains("at a terminal"));
                            (!matches!(run.code, 0 | 3) && !asks)
                                .then(|| format!("{command}: groundswell {line}\n{}", run.all()))
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        parts.into_iter().flat_map(|part| part.join().expect("all of them")).collect()
    });
    assert!(wrong.is_empty(), "{} examples do not work:\n{}", wrong.len(), wrong.join("\n"));
}

/// Commands that need no program.
const WITHOUT: [&str; 9] =
    ["demo", "init", "profiles", "templates", "explain", "completions", "man", "survey form", "restore"];

#[test]
fn the_first_run_in_an_empty_folder_says_how_to_begin() {
    let program = Program::none();
    let mut seen = 0;
    for command in commands(&program) {
        let name = command.join(" ");
        if WITHOUT.iter().any(|known| name == *known || name.starts_with(&format!("{known} "))) {
            continue;
        }
        let text = help(&program, &command);
        for line in examples(&text) {
            let empty = Program::none();
            for (name, text) in FILES {
                empty.file(name, text);
            }
            empty.file(
                "answers.xlsx",
                workbook(&[("Form Responses 1", "email,score,date\nana@example.com,9,D46027\n")]),
            );
            let line = line.split(" > ").next().unwrap_or(&line);
            let words = shlex::split(line).expect("words");
            let run = empty.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(run.code, 4, "groundswell {line}: {}", run.all());
            assert!(
                run.err.contains("groundswell init") && run.err.contains("groundswell demo"),
                "{line}: {}",
                run.err
            );
            assert!(!empty.path().join("groundswell.db").exists());
            seen += 1;
        }
    }
    assert!(seen > 80, "{seen} commands");
    let run = program.run(&[]).code(2);
    assert!(run.err.contains("groundswell demo") && run.err.contains("groundswell init"), "{}", run.all());
}
