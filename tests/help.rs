//! Every command's help, as it is printed: what changes here changes for every user.

use crate::harness::Program;

#[test]
fn every_command_explains_itself() {
    let program = Program::none();
    let mut text = String::new();
    let mut queue: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(command) = queue.pop() {
        let mut args: Vec<&str> = command.iter().map(String::as_str).collect();
        args.push("--help");
        let help = program.run(&args).code(0).out;
        let mut below: Vec<Vec<String>> = commands(&help)
            .into_iter()
            .filter(|name| name != "help")
            .map(|name| command.iter().cloned().chain([name]).collect())
            .collect();
        below.reverse();
        queue.append(&mut below);
        // What every command takes is shown once.
        let own = if command.is_empty() {
            help
        } else {
            help.split("\nEverywhere:").next().unwrap_or_default().to_string()
        };
        let lines: Vec<&str> = own.lines().map(str::trim_end).collect();
        text.push_str(&format!("$ groundswell {}\n{}\n\n", args.join(" "), lines.join("\n").trim_end()));
    }
    expect_test::expect_file!["help.txt"].assert_eq(&text);
}

fn commands(help: &str) -> Vec<String> {
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return Vec::new() };
    list.lines()
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_string))
        .collect()
}
