//! What is asked at a real terminal where an answer is missing, and the line that does the same without questions.
#![cfg(unix)]

use crate::harness::Program;
use crate::screens::Terminal;

#[test]
fn a_self_check_asks_what_the_file_cannot_know() {
    let program = Program::new();
    let mut terminal = Terminal::run(&program, &["measure", "maturity"], 120);
    terminal.shows("identify: It is written down");
    terminal.press("\u{1b}[B\u{1b}[B\r");
    for question in [
        "survey: Someone talks with each advocate alone",
        "equip: Nine of ten questions",
        "equip: Every advocate knows whom to ask",
        "amplify: Seven of ten contributions",
        "amplify: Someone looks every week",
        "share: Who did something we asked for",
        "share: Advocates hear news",
        "measure: The reach of six of ten",
        "measure: Half of all new customers",
        "measure: Someone who decides",
    ] {
        terminal.shows(question);
        terminal.press("\r");
    }
    let (code, screen, cursor) = terminal.end();
    assert_eq!((code, cursor), (0, true), "{screen}");
    let shown = program.run(&["measure", "maturity", "--show", "--format", "csv"]).code(0).out;
    assert!(shown.contains("identify,terms,") && shown.contains(",yes,told,"), "{shown}");
    assert_eq!(shown.matches(",no,told,").count(), 10, "{shown}");
    let flags = ["--answer", "terms=yes"];
    let error = program.run(&[&["measure", "maturity"][..], &flags].concat()).code(2).err;
    assert!(!error.contains("terms=") && error.contains("--answer talks=yes|no|partly"), "{error}");
}

#[test]
fn receipts_and_embargoes_are_chosen_from_those_that_wait() {
    let program = Program::new();
    for name in ["王小明", "Ben"] {
        program.run(&["member", "add", "--name", name]).code(0);
        program.run(&["member", "stage", name, "active"]).code(0);
        program.run(&["member", "consent", name, "yes", "--for", "exclusive", "--source", "call"]).code(0);
    }
    let brief =
        ["share", "brief", "new", "--kind", "exclusive", "--body", "Soon.", "--embargo", "2026-06-29"];
    program.run(&[&brief[..], &["--title", "News"]].concat());
    let sent = [
        "share",
        "brief",
        "new",
        "--kind",
        "exclusive",
        "--title",
        "News",
        "--body",
        "Soon.",
        "--embargo",
        "2026-12-01",
    ];
    program.run(&sent);
    let briefs = program.run(&["share", "brief", "list", "--format", "ids"]).code(0).out;
    let last = briefs.lines().last().expect("a brief").to_string();
    program.run(&["share", "send", &last, "--to", "advocates", "-o", "m"]).code(0);
    let mut terminal = Terminal::run(&program, &["share", "ack"], 100);
    terminal.shows("Of which brief?");
    terminal.press("\r");
    terminal.shows("Who answered \"received\"?").shows("2: Ben");
    terminal.press("\r");
    let (code, screen, _) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains(&format!("王小明 has received brief {last}")), "{screen}");
    assert!(
        screen.contains(&format!("The same without questions: groundswell share ack {last} 1")),
        "{screen}"
    );
    program.run(&["share", "ack", &last, "2"]).code(0);
    let terminal = Terminal::run(&program, &["share", "ack"], 100);
    let (code, screen, _) = terminal.end();
    assert!(code == 1 && screen.contains("no brief waits for that"), "{screen}");
    let terminal = Terminal::run(&program, &["share", "ack", &last], 100);
    let (code, screen, _) = terminal.end();
    assert!(code == 1 && screen.contains("everyone who has this brief said so"), "{screen}");
    let mut terminal = Terminal::run(&program, &["share", "lift", "--yes"], 100);
    terminal.shows("The embargo of which brief?");
    terminal.press("\r");
    let (code, screen, _) = terminal.end();
    assert!(code == 0 && screen.contains("is over as of 2026-06-30"), "{screen}");
}
