//! The texts that go to people: carried, copied, changed, broken; and the pages made from them.

use crate::harness::Program;

fn candidate(program: &Program) {
    program.run(&["member", "add", "--name", "王小明", "--email", "wang@example.com"]).code(0);
    program.run(&["identify", "shortlist", "1"]).code(0);
}

const INVITE: [&str; 6] = ["identify", "invite", "--kickoff", "2026-07-08 17:00", "-o", "letters"];

#[test]
fn a_text_in_ones_own_words_is_used() {
    let program = Program::new();
    candidate(&program);
    let said = program.run(&["templates", "copy", "letter-invite"]).code(0);
    assert!(said.err.contains("Wrote templates/en/letter-invite.md"), "{}", said.err);
    let list = program.run(&["templates", "--format", "csv"]).code(0).out;
    assert!(list.contains("letter-invite,templates/zh/letter-invite.md,yes"), "{list}");
    assert!(list.contains("handbook,templates/en/handbook.md,no"), "{list}");
    program.run(&["templates", "copy", "letter-invite"]).code(1);
    program.file("templates/en/letter-invite.md", "# Hello {{ name }}\n\nCome & see.\n");
    program.run(&INVITE).code(0);
    let letter = std::fs::read_to_string(program.path().join("letters/王小明-1.md")).expect("a letter");
    assert_eq!(letter, "# Hello 王小明\n\nCome & see.\n");
    program.run(&["templates", "copy", "templates/en/letter-invite.md", "--afresh"]).code(0);
    let again =
        std::fs::read_to_string(program.path().join("templates/en/letter-invite.md")).expect("a text");
    assert!(again.contains("an invitation"), "{again}");
}

#[test]
fn a_broken_text_says_where_and_nothing_is_written() {
    let program = Program::new();
    candidate(&program);
    program.run(&["templates", "copy", "letter-invite"]).code(0);
    program.file("templates/en/letter-invite.md", "# Hello\n\nDear {{ nobody }},\n");
    let said = program.run(&INVITE).code(1);
    assert!(said.err.contains("templates/en/letter-invite.md:3:9: "), "{}", said.err);
    let invited = program.run(&["member", "list", "--stage", "invited", "--format", "ids"]).code(0);
    assert_eq!(invited.out, "");
    let said = program.run(&["templates", "copy", "nothing"]).code(2);
    assert_eq!(said.err.matches("letter-invite").count(), 1, "each once: {}", said.err);
    assert!(
        said.err.contains("there is no text 'nothing'; the texts are") && said.err.contains("letter-invite")
    );
}

#[test]
fn the_statements_in_ones_own_words_are_asked_and_recognised() {
    let program = Program::new();
    program.run(&["templates", "copy", "statements"]).code(0);
    let path = program.path().join("survey/statements.toml");
    let carried = std::fs::read_to_string(&path).expect("a copy");
    let own = carried
        .replace("I like showing people how to get unstuck.", "I lend a hand where somebody is stuck.")
        .replace("我喜欢帮别人弄明白问题卡在哪里。", "谁遇到难题我都愿意帮一把。");
    assert_ne!(own, carried);
    program.file("survey/statements.toml", &own);
    let form = program.run(&["survey", "form", "--format", "md"]).code(0).out;
    assert!(form.contains("I lend a hand where somebody is stuck."), "{form}");
    let head = "Timestamp,Email,I lend a hand where somebody is stuck.,\
                A buyer who asks me hears the weak points as well as the strong ones.,\
                Being known as an expert in my field matters to me.\n";
    program.file("answers.csv", format!("{head}2026-02-10 10:00,ana@example.com,5,2,1\n"));
    let said = program.run(&["import", "answers.csv"]).code(0);
    assert!(said.err.contains("3 of 12 statements found"), "{}", said.err);

    // Answers are kept by number: a copy that says otherwise is refused, and so is one that is no form.
    let moved = own.replacen("number = 2\n", "number = 3\n", 1);
    let broken = own.replacen("[[statement]]", "[[statement]", 1);
    let place = |text: &str, line: &str, nth: usize| {
        text.lines().enumerate().filter(|(_, own)| *own == line).nth(nth).expect("a line").0 + 1
    };
    let second = place(&moved, "[[statement]]", 1);
    let at_bracket = place(&broken, "[[statement]", 0);
    let blank = own.replacen("zh = \"完全不符合\"", "zh = \" \"", 1);
    let twins = own.replacen(
        "Being known as an expert in my field matters to me.",
        "i lend a hand where somebody is stuck.",
        1,
    );
    for (text, words) in [
        (
            &moved,
            format!(
                "statements.toml:{second}:1: there are 12 statements, and only their words may be changed"
            ),
        ),
        (&broken, format!("statements.toml:{at_bracket}:")),
        (&own.replacen("value = 5", "value = 6", 1), "the answers are 1 to 5, in this order".to_string()),
        (
            &own.replace("persona = \"status seeker\"", "persona = \"guru\""),
            "there are 12 statements, and only their words may be changed".to_string(),
        ),
        (
            &own.replacen("value = 1", "value = 9", 1).replacen("value = 5", "value = 1", 1),
            "the answers are 1 to 5, in this order".to_string(),
        ),
        (&blank, "each line needs words of its own in both languages".to_string()),
        (&twins, "each line needs words of its own in both languages".to_string()),
    ] {
        program.file("survey/statements.toml", text);
        let run = program.run(&["survey", "form", "--format", "md"]).code(1);
        assert!(run.err.contains(&words), "{words}: {}", run.err);
        // What may not be asked may not be read either.
        let run = program.run(&["import", "answers.csv", "--dry-run"]).code(1);
        assert!(run.err.contains(&words), "{words}: {}", run.err);
    }
    // The last option of the choice is taken away.
    let (start, _) = own.rsplit_once("[[choice.option]]").expect("options");
    program.file("survey/statements.toml", start);
    let run = program.run(&["survey", "form", "--format", "md"]).code(1);
    assert!(run.err.contains("one option for each persona"), "{}", run.err);
}

#[test]
fn the_public_page_has_its_form_in_both_languages() {
    let program = Program::new();
    let said = program.run(&["identify", "page", "-o", "page"]).code(0);
    assert!(said.err.contains("no form yet"), "{}", said.err);
    let args = [
        "identify",
        "page",
        "--form",
        "https://forms.example/f?a=1&b=2",
        "--field",
        "email=entry.2",
        "--promise",
        "We <listen>.",
        "-o",
        "page",
    ];
    program.run(&args).code(0);
    let read = |name: &str| std::fs::read_to_string(program.path().join("page").join(name)).expect("a page");
    for (page, other) in [("index.html", "index.zh.html"), ("index.zh.html", "index.html")] {
        let text = read(page);
        assert!(text.contains("action=\"https:&#x2f;&#x2f;forms.example&#x2f;f?a=1&amp;b=2\""), "{text}");
        assert!(text.contains("name=\"entry.2\"") && text.contains("name=\"message\""), "{text}");
        assert!(text.contains("We &lt;listen&gt;.") && !text.contains("<script"), "{text}");
        assert!(text.contains(&format!("href=\"{other}\"")), "{text}");
    }
    // What was said is remembered.
    program.run(&["identify", "page", "-o", "page"]).code(0);
    assert!(read("index.html").contains("entry.2"));
    program.run(&["identify", "page", "--form", "javascript:alert(1)", "-o", "page"]).code(2);
    let said = program.run(&["identify", "page", "--field", "phone=1", "-o", "page"]).code(2);
    assert!(said.err.contains("the fields are name, email, message"), "{}", said.err);
}

/// Someone active whose answers say educator, and a copy of that persona's file to change.
fn educator() -> (Program, String) {
    let program = Program::new();
    program.run(&["member", "add", "--name", "王小明", "--email", "wang@example.com"]).code(0);
    program.run(&["member", "stage", "1", "active"]).code(0);
    program.run(&["member", "consent", "1", "yes", "--for", "exclusive", "--source", "kickoff"]).code(0);
    program.run(&["survey", "take", "1", "--answers", "5,2,1,2,2,5,1,2,5,2,2,1"]).code(0);
    let labels = program.run(&["survey", "personas", "--format", "csv"]).code(0).out;
    assert!(labels.contains("educator"), "{labels}");
    program
        .run(&[
            "equip",
            "add",
            "contact",
            "--title",
            "Kim",
            "--url",
            "mailto:kim@example.com",
            "--role",
            "host",
        ])
        .code(0);
    program.run(&["templates", "copy", "educator"]).code(0);
    let own = std::fs::read_to_string(program.path().join("personas/educator.toml")).expect("a copy");
    (program, own)
}

#[test]
fn what_a_persona_is_told_is_its_files() {
    let (program, own) = educator();
    let changed = own
        .replace("1. Pick one question you have answered more than twice", "1. Bake a cake for {{ program }}")
        .replace("Take one question that people ask again and again", "Draw it for {{ name }}");
    assert_ne!(own, changed);
    program.file("personas/educator.toml", &changed);
    program.run(&["equip", "handbook", "1", "-o", "handbooks"]).code(0);
    let handbook = std::fs::read_to_string(program.path().join("handbooks/王小明-1.md")).expect("a handbook");
    assert!(handbook.contains("## This week\n\n1. Bake a cake for Circle, and answer it once"), "{handbook}");
    program
        .run(&["share", "brief", "new", "--kind", "open", "--title", "News", "--body", "It is here."])
        .code(0);
    program.run(&["share", "send", "1", "--to", "advocates", "-o", "messages", "--yes"]).code(0);
    let message =
        std::fs::read_to_string(program.path().join("messages/brief-1-王小明-1.md")).expect("a message");
    assert!(message.contains("Draw it for 王小明 and answer it with this."), "{message}");
    // An older copy, from before there were such lines, leaves the program's own.
    let before = own.split("# What texts that go to them say").next().expect("a beginning").to_string();
    program.file("personas/educator.toml", before);
    program.run(&["equip", "handbook", "1", "-o", "again"]).code(0);
    let handbook = std::fs::read_to_string(program.path().join("again/王小明-1.md")).expect("a handbook");
    assert!(handbook.contains("1. Pick one question you have answered more than twice"), "{handbook}");
}

#[test]
fn a_broken_persona_says_where() {
    let (program, own) = educator();
    let line =
        |text: &str, wanted: &str| text.lines().position(|line| line.contains(wanted)).expect("a line") + 1;
    let broken = own.replace("2. Reply to two open questions", "2. Reply to {{ nobody }}");
    program.file("personas/educator.toml", &broken);
    let said = program.run(&["equip", "handbook", "1", "-o", "handbooks"]).code(1).err;
    let place = format!("personas/educator.toml:{}:16: ", line(&broken, "{{ nobody }}"));
    assert!(said.contains(&place), "{place} in {said}");
    let broken = own.replace("[letter.handbook]\nen = ", "[letter.handbook]\nenglish = ");
    program.file("personas/educator.toml", &broken);
    let said = program.run(&["equip", "handbook", "1", "-o", "handbooks"]).code(1).err;
    assert!(
        said.contains(&format!("personas/educator.toml:{}:1: ", line(&broken, "[letter.handbook]"))),
        "{said}"
    );
    program.file("personas/educator.toml", "name = \n");
    let said = program.run(&["equip", "handbook", "1", "-o", "handbooks"]).code(1).err;
    assert!(said.contains("personas/educator.toml:1:"), "{said}");
    assert!(!program.path().join("handbooks").exists(), "nothing is written");
}
