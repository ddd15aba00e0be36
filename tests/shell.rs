//! Around the shell: completions, manual pages, the examples of the help, and the first run in an empty folder.

use crate::harness::{Program, Run};
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
        &[
            "share",
            "brief",
            "new",
            "--kind",
            "open",
            "--title",
            "Fair",
            "--body",
            "Hall 3",
            "--url",
            "https://example.com",
        ],
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
    for line in PREPARED.lines().filter(|line| !line.trim().is_empty()) {
        let words = shlex::split(line).expect("words");
        let run = program.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(matches!(run.code, 0 | 3), "{line}: {}", run.all());
    }
    program
}

const FILES: [(&str, &str); 6] = [
    ("news.md", "Kettle 2 comes in December.\n\nhttps://kettle.example/2\n"),
    ("logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    ("library.csv", "kind,title,url\nfollow,Ada,https://ada.example\n"),
    ("orders.csv", "order,date,amount,currency\n1,2026-05-01,10.00,EUR\n"),
    ("scores.csv", "email,score,date\nana@example.com,9,2026-05-01\n"),
    ("links.txt", "https://youtu.be/abc\n"),
];

const PREPARED: &str = r#"
member add --name "Ana Example" --email ana@example.com --handle x:ana --handle youtube:ana
member add --name "Ana E" --handle x:@ana2
member stage ana@example.com active --why kickoff
"#;

/// Runs an example as a shell would, in a copy of the prepared folder.
fn run(prepared: &Program, example: &str) -> Run {
    let program = Program::none();
    let copied = Command::new("cp").arg("-a").arg(prepared.path().join(".")).arg(program.path()).status();
    assert!(copied.expect("cp").success());
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
                                && (run.err.contains("add --yes") || run.err.contains("no terminal"));
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
