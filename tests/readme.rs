//! README.md: its commands exist, and its transcript is what the demo prints.

use crate::harness::Program;

fn readme() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("README.md")
}

/// The fenced blocks of a kind, in their order.
fn blocks(kind: &str) -> Vec<String> {
    readme()
        .split(&format!("```{kind}\n"))
        .skip(1)
        .map(|rest| rest.split("```").next().expect("an end").to_string())
        .collect()
}

#[test]
fn the_two_commands_stand_first() {
    let first = blocks("sh").into_iter().next().expect("a block");
    assert_eq!(first, "cargo run --release -- demo\ncargo test\n");
}

#[test]
fn the_transcript_is_what_the_demo_prints() {
    let printed = Program::none().both(&["demo"]).out;
    let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
    let transcript = blocks("text").into_iter().next().expect("a transcript");
    let mut place = 0;
    for line in transcript.lines().map(str::trim_end).filter(|line| !line.is_empty() && *line != "...") {
        match printed[place..].iter().position(|known| *known == line) {
            Some(found) => place += found + 1,
            None => panic!("the demo does not print (after its line {place}): {line}"),
        }
    }
}

#[test]
fn every_command_it_names_exists() {
    let program = Program::none();
    let mut seen = 0;
    for block in blocks("sh") {
        for line in block.lines().filter_map(|line| line.strip_prefix("groundswell ")) {
            let mut path = Vec::new();
            let mut help = program.run(&["--help"]).code(0).out;
            for word in line.split_whitespace() {
                if !help.contains(&format!("\n  {word} ")) {
                    break;
                }
                path.push(word);
                let args: Vec<&str> = path.iter().copied().chain(["--help"]).collect();
                help = program.run(&args).code(0).out;
            }
            assert!(!path.is_empty(), "`groundswell {line}` is no command");
            for flag in line.split_whitespace().filter(|word| word.starts_with("--")) {
                assert!(help.contains(flag), "`groundswell {line}`: no {flag} in\n{help}");
            }
            seen += 1;
        }
    }
    assert!(seen >= 20, "{seen} commands");
}
