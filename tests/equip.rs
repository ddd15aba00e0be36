//! Equip: the library, the handbooks, the desk.

use crate::harness::{Program, Run};

/// A program with three advocates: on LinkedIn, on Zhihu reading Chinese, and on Mastodon.
fn program() -> Program {
    let program = Program::new();
    for args in [
        "member add --name 'Ana [x](javascript:1)' --handle linkedin:ana --email ana@example.com",
        "member add --name 王小明 --handle zhihu:wxm --language zh-CN",
        "member add --name Ben --handle mastodon:ben",
    ] {
        run(&program, args).code(0);
    }
    for member in ["1", "2", "3"] {
        program.run(&["member", "stage", member, "active", "--as-of", "2026-01-10"]).code(0);
    }
    program
}

fn read(program: &Program, name: &str) -> String {
    std::fs::read_to_string(program.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Runs a command line.
fn run(program: &Program, line: &str) -> Run {
    let words = shlex::split(line).expect("words");
    program.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn what_is_shipped_is_in_the_library_until_ones_own_takes_its_place() {
    let program = program();
    let shipped = program.run(&["equip", "list", "--platform", "linkedin", "--format", "csv"]).code(0).out;
    assert!(shipped.contains("linkedin-en,playbook,LinkedIn,linkedin,,en,shipped,,,ok"), "{shipped}");
    program.file("own.md", "---\nplatform: LinkedIn\ntitle: LinkedIn, our way\nlang: en\n---\n## Be brief\n");
    program.run(&["equip", "add", "playbook", "--file", "own.md"]).code(0);
    let own = program.run(&["equip", "list", "--platform", "linkedin", "--format", "csv"]).code(0).out;
    assert!(
        own.contains("1,playbook,\"LinkedIn, our way\",linkedin") && !own.contains("linkedin-en"),
        "{own}"
    );
    program.run(&["equip", "remove", "1"]).code(0);
    let list = program.run(&["equip", "list", "--removed", "--format", "csv"]).code(0).out;
    assert!(list.contains("removed\n") && list.contains("linkedin-en"), "{list}");
    let past =
        program.run(&["equip", "list", "--as-of", "2026-06-29", "--removed", "--format", "ids"]).code(0).out;
    assert!(!past.contains("1\n"), "{past}");
}

#[test]
fn a_handbook_is_for_its_reader() {
    let program = program();
    program.file("logo.svg", "<svg/>");
    for args in [
        "equip add asset --title Logo --file logo.svg --licence CC-BY-4.0 --expires 2026-12-31",
        "equip add example --title 'A *post*' --url https://linkedin.example/p --body '<b>Numbers</b> first' --platform LinkedIn",
        "equip add follow --title 'Dr. Ada' --url https://ada.example/ --body calm",
        "equip add contact --title Mei --role product --url mailto:Mei@kettle.example",
    ] {
        run(&program, args).code(0);
    }
    let run = program.run(&["equip", "handbook", "--all", "-o", "books"]).code(0);
    assert!(run.err.contains("No playbook for mastodon"), "{}", run.err);
    let ana = read(&program, "books/ana-x-javascript-1-1.md");
    assert!(
        ana.contains("[A \\*post\\*](https://linkedin.example/p): &lt;b&gt;Numbers&lt;/b&gt; first"),
        "{ana}"
    );
    assert!(ana.contains("\n## LinkedIn\n\n### What works here\n"), "{ana}");
    assert!(ana.contains("[Logo](assets/logo-1.svg) · licence: CC-BY-4.0 · until 2026-12-31"), "{ana}");
    assert!(ana.contains("**Mei**, product: mei@kettle.example") && ana.contains("24 hours"), "{ana}");
    assert!(
        ana.find("Worth imitating").is_some_and(|first| first < ana.find("### What works here").unwrap_or(0)),
        "{ana}"
    );
    let wang = read(&program, "books/王小明-2.md");
    assert!(wang.contains("## 知乎") && !wang.contains("A *post*") && wang.contains("关系"), "{wang}");
    assert_eq!(read(&program, "books/assets/logo-1.svg"), "<svg/>");
    let log = program.run(&["log", "--format", "csv"]).out;
    assert!(log.matches("equip handbook").count() == 3, "{log}");
}

#[test]
fn a_page_holds_no_script_and_asks_the_network_for_nothing() {
    let program = program();
    program
        .run(&[
            "equip",
            "add",
            "playbook",
            "--title",
            "<script>alert(1)</script>",
            "--platform",
            "linkedin",
            "--body",
            "## Hi <script>alert(2)</script>\n\n[a](javascript:alert(3)) ![b](https://evil.example/p.png)",
        ])
        .code(0);
    program.run(&["equip", "handbook", "1", "-o", "books", "--format", "html"]).code(0);
    let page = read(&program, "books/ana-x-javascript-1-1.html");
    assert!(
        page.contains("default-src 'none'")
            && page.contains("prefers-color-scheme")
            && page.contains("@media print")
    );
    for never in ["<script", "<img", "href=\"javascript", "src="] {
        assert!(!page.contains(never), "{never}: {page}");
    }
}

#[test]
fn what_nobody_should_be_handed_stops_the_build() {
    let program = program();
    program.file("old.svg", "<svg/>");
    program
        .run(&[
            "equip",
            "add",
            "asset",
            "--title",
            "Old logo",
            "--file",
            "old.svg",
            "--expires",
            "2026-05-31",
            "--as-of",
            "2026-05-01",
        ])
        .code(0);
    program.run(&["equip", "add", "asset", "--title", "Sheet", "--file", "old.svg"]).code(0);
    let before = program.dump();
    let run = program.run(&["equip", "handbook", "--all", "-o", "books"]).code(1);
    assert!(run.err.contains("asset 1 'Old logo' expired on 2026-05-31"), "{}", run.err);
    assert!(!program.path().join("books").exists());
    program
        .run(&[
            "equip",
            "add",
            "asset",
            "--title",
            "New logo",
            "--url",
            "https://kettle.example/logo",
            "--replaces",
            "1",
        ])
        .code(0);
    program.run(&["equip", "handbook", "1", "-o", "books"]).code(0);
    let book = read(&program, "books/ana-x-javascript-1-1.md");
    assert!(book.contains("New logo") && !book.contains("Old logo"), "{book}");
    std::fs::remove_file(program.path().join("old.svg")).expect("removes");
    let run = program.run(&["equip", "handbook", "1", "-o", "books"]).code(1);
    assert!(run.err.contains("asset 2 'Sheet': its file old.svg is not there"), "{}", run.err);
    let check = program.run(&["equip", "check", "--format", "csv"]).code(0).out;
    assert!(check.contains("file gone,2,asset,Sheet"), "{check}");
    assert!(check.contains("missing,,playbook,no playbook for mastodon,mastodon,en,1"), "{check}");
    assert_ne!(before, program.dump());
}

#[test]
fn changed_tells_new_changed_and_gone() {
    let program = program();
    let none = program.run(&["equip", "changed", "1"]).code(0);
    assert!(none.err.contains("has no copy yet"), "{}", none.err);
    program.run(&["equip", "add", "follow", "--title", "Ada", "--url", "https://ada.example"]).code(0);
    program.run(&["equip", "handbook", "1", "-o", "books"]).code(0);
    let same = program.run(&["equip", "changed", "1"]).code(0);
    assert!(same.err.contains("Nothing changed since"), "{}", same.err);
    program.run(&["equip", "remove", "1"]).code(0);
    program.run(&["equip", "add", "follow", "--title", "Bob", "--url", "https://bob.example"]).code(0);
    let changed = program.run(&["equip", "changed", "1", "--format", "csv"]).code(0).out;
    assert_eq!(changed, "change,item,kind,title\nnew,2,follow,Bob\ngone,1,follow,Ada\n");
    let unused = program.run(&["equip", "check", "--format", "csv"]).code(0).out;
    assert!(unused.contains("unused,2,follow,Bob"), "{unused}");
}

#[test]
fn the_desk_counts_hours_against_its_goal() {
    let program = program();
    program
        .run(&["equip", "desk", "ask", "1", "May I show it?", "--owner", "Mei", "--as-of", "2026-06-20"])
        .code(0);
    program.run(&["equip", "desk", "ask", "2", "什么时候发布？"]).code(0);
    let list = program.run(&["equip", "desk", "list", "--format", "csv"]).code(0);
    assert!(list.out.contains("1,1,Ana [x](javascript:1),May I show it?,Mei,237,yes,\n"), "{}", list.out);
    assert!(list.out.contains("2,2,王小明,什么时候发布？,,0,no,\n"), "{}", list.out);
    program.run(&["equip", "desk", "answer", "1", "Yes", "--as-of", "2026-06-21"]).code(0);
    let open = program.run(&["equip", "desk", "list", "--open", "--format", "json"]).code(0).json();
    assert_eq!(open.as_array().map(Vec::len), Some(1));
    // On the day it was asked nobody knew the answer.
    let past =
        program.run(&["equip", "desk", "list", "--as-of", "2026-06-20", "--format", "csv"]).code(0).out;
    assert!(past.ends_with("Mei,0,no,\n"), "{past}");
    program.run(&["equip", "desk", "answer", "1", "No"]).code(2);
    program.run(&["equip", "desk", "answer", "1", "No", "--yes"]).code(0);
}

#[test]
fn every_error_says_what_to_do() {
    let program = program();
    program.file("empty.md", "");
    program.file("latin.md", [0x41, 0xe9]);
    for (args, code, says) in [
        ("equip add playbook --title T --body x", 2, "needs its platform: --platform P"),
        ("equip add playbook --title T --platform x", 2, "needs its text"),
        ("equip add example --title T", 2, "needs the post"),
        ("equip add asset --title T", 2, "needs the thing itself"),
        ("equip add follow --title T", 2, "needs where to find them"),
        ("equip add contact --title T", 2, "needs how to reach them"),
        ("equip add follow --url https://a.example", 2, "add --title TEXT"),
        ("equip add follow --title ' ' --url https://a.example", 2, "--title is empty"),
        ("equip add follow --title T --url 'javascript:alert(1)'", 2, "begin it with https://"),
        ("equip add follow --title T --url file:///etc/passwd", 2, "begin it with https://"),
        ("equip add contact --title T --url mailto:nobody", 2, "not an address"),
        ("equip add asset --title T --file no.svg", 1, "there is no file no.svg"),
        ("equip add playbook --title T --file empty.md --platform x", 1, "empty.md is empty"),
        ("equip add playbook --title T --file latin.md --platform x", 1, "save it as UTF-8"),
        ("equip add asset --title T --url https://a.example --expires soon", 2, "--expires soon: not a day"),
        ("equip add asset --title T --url https://a.example --persona boss", 2, "the personas are educator"),
        ("equip add asset --title T --url https://a.example --successor 9", 2, "--successor 9: no such item"),
        ("equip list --kind thing", 2, "the kinds are playbook"),
        ("equip remove 9", 1, "no item is '9'"),
        ("equip remove linkedin-en", 1, "comes with the program"),
        ("equip handbook 1", 2, "-o DIR"),
        ("equip handbook 1 -o books --format csv", 2, "--format md or html"),
        ("equip list --format html", 2, "its formats are table"),
        ("equip desk answer 9 x", 1, "there is no question 9"),
        ("equip desk ask 1 ' '", 2, "the question is empty"),
        ("equip desk ask 1", 2, "add the text"),
    ] {
        let run = run(&program, args).code(code);
        assert!(run.err.contains(says), "{args:?}: {}", run.err);
    }
    let empty = Program::new();
    assert!(
        empty.run(&["equip", "handbook", "--all", "-o", "x"]).code(1).err.contains("nobody has joined yet")
    );
    program.run(&["equip", "add", "follow", "--title", "T", "--url", "https://a.example"]).code(0);
    program.run(&["equip", "remove", "1"]).code(0);
    assert!(
        program.run(&["equip", "remove", "1"]).code(1).err.contains("was taken out on 2026-06-30 already")
    );
}

#[test]
fn a_handbook_names_the_product_and_links_that_open() {
    let program = Program::none();
    program
        .run(&["init", "--name", "Circle", "--product", "Kettle", "--currency", "EUR", "--timezone", "UTC"])
        .code(0);
    run(&program, "member add --name Ana --handle linkedin:ana").code(0);
    run(&program, "member add --name 王小明 --handle zhihu:wxm --language zh").code(0);
    run(&program, "share link 1 https://kettle.example/new --short kettle.link/ana").code(0);
    for member in ["1", "2"] {
        program.run(&["member", "stage", member, "active"]).code(0);
    }
    program.run(&["equip", "handbook", "--all", "-o", "books"]).code(0);
    let (ana, wang) = (read(&program, "books/ana-1.md"), read(&program, "books/王小明-2.md"));
    assert!(ana.contains("advocate program of Kettle;") && !ana.contains("[your product]"), "{ana}");
    assert!(wang.contains("Kettle") && !wang.contains("产品名】"), "{wang}");
    let own = wang.lines().filter(|line| !line.starts_with('>'));
    assert_eq!(own.filter(|line| line.contains('你')).count(), 0, "{wang}");
    assert!(ana.contains("<https://kettle.link/ana>"), "{ana}");
}

#[test]
fn a_playbook_in_another_language_is_said_to_be() {
    let program = program();
    run(&program, "member add --name Eva --handle zhihu:eva").code(0);
    program.run(&["member", "stage", "4", "active"]).code(0);
    let said = program.run(&["equip", "handbook", "4", "-o", "books"]).code(0).err;
    assert!(said.contains("The playbook for zhihu is in another language than en"), "{said}");
    let said = program.run(&["equip", "handbook", "2", "-o", "books"]).code(0).err;
    assert!(!said.contains("in another language"), "{said}");
}
