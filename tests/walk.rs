//! The walk at a real terminal: what the keys do, and that stopping loses nothing.
#![cfg(unix)]

use crate::harness::Program;
use crate::screens::Terminal;

/// One advocate, to whom two things are due: an answer, and a thing we promised.
fn program() -> Program {
    let program = Program::new();
    let done = |line: &str| {
        let words = shlex::split(line).expect("words");
        program.run(&words.iter().map(String::as_str).collect::<Vec<_>>()).code(0);
    };
    done("member add --name 王小明 --email wang@example.com -q");
    done("member stage 1 active --as-of 2026-06-01 -q");
    done("equip desk ask 1 'May I show the beta?' --as-of 2026-06-20 -q");
    done("share need 1 'a microphone' --due 2026-06-20 --as-of 2026-06-10 -q");
    program
}

fn left(program: &Program) -> Vec<String> {
    let list = program.run(&["next", "--format", "json"]).code(0).json();
    let list = list.as_array().expect("a list");
    list.iter().map(|line| line["command"].as_str().expect("a command").replace("groundswell ", "")).collect()
}

#[test]
fn a_line_is_done_and_the_walk_stops_and_goes_on() {
    let program = program();
    let before = left(&program);
    assert_eq!(before[..2], ["equip desk answer 1", "share need done 1"], "{before:#?}");
    let mut walk = Terminal::run(&program, &["walk"], 100);
    walk.shows("王小明: answer their question").shows("What about it?");
    walk.press("\r").shows("What were they told?");
    walk.press("Yes, from Tuesday on\r").shows("Question 1 is answered").shows("or tell them when");
    walk.shows("[4 left]");
    walk.press("s");
    let (code, screen, cursor) = walk.end();
    assert_eq!((code, cursor), (0, true), "{screen}");
    assert!(
        screen.contains("1 done, 0 put off, 0 not needed") && screen.contains("Next: groundswell walk"),
        "{screen}"
    );
    assert_eq!(left(&program), before[1..], "only what was done is gone");
    let walk = Terminal::run(&program, &["walk"], 100);
    walk.shows("or tell them when");
}

#[test]
fn later_and_not_needed_are_written_down_one_by_one() {
    let program = program();
    let before = left(&program);
    let mut walk = Terminal::run(&program, &["walk"], 100);
    walk.shows("answer their question").shows("What about it?");
    walk.press("l").shows("In how many days?");
    walk.press("3\r").shows("Left out until 2026-07-03").shows("or tell them when");
    walk.press("n").shows("Why is it not needed?");
    walk.press("bought one\r").shows("Not needed, left out for good");
    // Ctrl-C stops, and what was decided stays.
    walk.shows(&format!("[{} left]", before.len() - 2));
    walk.press("\u{3}");
    let (code, screen, cursor) = walk.end();
    assert_eq!((code, cursor), (0, true), "{screen}");
    assert!(screen.contains("0 done, 1 put off, 1 not needed"), "{screen}");
    assert_eq!(left(&program), before[2..]);
    let later = program.run(&["next", "--as-of", "2026-07-03", "--format", "csv"]).out;
    assert!(later.contains("equip desk answer 1") && !later.contains("need done 1"), "{later}");
}

#[test]
fn a_command_that_fails_or_is_left_comes_back_with_its_question() {
    let program = program();
    let before = left(&program);
    let mut walk = Terminal::run(&program, &["walk"], 100);
    walk.shows("What about it?");
    walk.press("\r").shows("What were they told?");
    walk.press("   \r").shows("the answer is empty").shows("What about it?");
    walk.press("l").shows("In how many days?");
    walk.press("0\r").shows("'0': say a number of days from 1 to 365");
    walk.press("n").shows("Why is it not needed?");
    walk.press("  \r").shows("say why, in a few words");
    walk.press("\u{1b}");
    let (code, screen, cursor) = walk.end();
    assert_eq!((code, cursor), (0, true), "{screen}");
    assert_eq!(left(&program), before);
}

#[test]
fn what_is_still_so_after_its_command_rests() {
    let program = Program::new();
    program.run(&["member", "add", "--name", "Ana", "--email", "ana@example.com", "-q"]).code(0);
    program.run(&["member", "stage", "1", "active", "-q"]).code(0);
    for command in left(&program).iter().filter(|command| !command.starts_with("survey form")) {
        let args = ["next", "--not-needed", &format!("groundswell {command}"), "--why", "a test", "-q"];
        program.run(&args).code(0);
    }
    assert_eq!(left(&program), ["survey form --member 1 -o survey-1.md"]);
    let mut walk = Terminal::run(&program, &["walk"], 100);
    walk.shows("What about it?");
    walk.press("\r").shows("If it is still so on 2026-07-14, it comes back.");
    let (code, screen, _) = walk.end();
    assert!(code == 0 && screen.contains("1 done, 0 put off, 0 not needed, 0 left."), "{screen}");
    assert!(program.path().join("survey-1.md").exists());
    assert!(left(&program).is_empty());
}
