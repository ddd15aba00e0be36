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
    assert!(shipped.contains("linkedin-en,playbook,LinkedIn,linkedin,,en,shipped,,,,ok"), "{shipped}");
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
        "equip add asset --title Logo --file logo.svg --licence 'cc by 4.0' --expires 2026-12-31",
        "equip add example --title 'A *post*' --url https://linkedin.example/p --body '<b>Numbers</b> first' --platform LinkedIn",
        "equip add follow --title 'Dr. Ada' --url https://ada.example/ --body calm",
        "equip add contact --title Mei --role product --subject 'beta access' --url mailto:Mei@kettle.example",
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
    assert!(ana.contains("\n## LinkedIn\n\n### Sample posts: educator\n"), "{ana}");
    let licence = "[CC-BY-4.0](https://creativecommons.org/licenses/by/4.0/), name whoever made it, and say if you changed it";
    assert!(
        ana.contains(&format!("[Logo](assets/logo-1.svg) · licence: {licence} · until 2026-12-31")),
        "{ana}"
    );
    assert!(
        ana.contains("**Mei**, product (for: beta access): mei@kettle.example") && ana.contains("24 hours"),
        "{ana}"
    );
    assert!(
        ana.find("Worth imitating").is_some_and(|first| first < ana.find("### Sample posts").unwrap_or(0)),
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
            "## Hi <script>alert(2)</script>\n\n![b](https://evil.example/p.png) <!-- lang: zh\" onclick=x -->",
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
    assert!(list.out.contains("1,1,Ana [x](javascript:1),May I show it?,Mei,237,yes,,no\n"), "{}", list.out);
    assert!(list.out.contains("2,2,王小明,什么时候发布？,,0,no,,no\n"), "{}", list.out);
    program.run(&["equip", "desk", "answer", "1", "Yes", "--as-of", "2026-06-21"]).code(0);
    let open = program.run(&["equip", "desk", "list", "--open", "--format", "json"]).code(0).json();
    assert_eq!(open.as_array().map(Vec::len), Some(1));
    // On the day it was asked nobody knew the answer.
    let past =
        program.run(&["equip", "desk", "list", "--as-of", "2026-06-20", "--format", "csv"]).code(0).out;
    assert!(past.ends_with("Mei,0,no,,no\n"), "{past}");
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
        ("equip add asset --title T --file ../outside.svg", 1, "there is no file ../outside.svg"),
        ("equip add asset --title T --url https://a.example --successor 9", 2, "--successor 9: no such item"),
        ("equip list --kind thing", 2, "possible values: playbook"),
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
    assert!(!wang.contains("产品名】"), "{wang}");
    // Samples are nobody's testimonial: the product in them is invented.
    for (book, invented) in [(&ana, "Sheetwren"), (&wang, "禾雀表")] {
        let quoted: Vec<&str> = book.lines().filter(|line| line.starts_with('>')).collect();
        assert!(quoted.iter().any(|line| line.contains(invented)), "{book}");
        assert!(!quoted.iter().any(|line| line.contains("Kettle")), "{book}");
    }
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

#[test]
fn what_is_known_is_changed_in_place_and_logged() {
    let program = program();
    run(&program, "equip add asset --title Logo --url https://a.example/logo --persona educator --lang en")
        .code(0);
    let said =
        run(&program, "equip edit 1 --title 'New logo' --expires 2027-01-31 --clear persona,lang").code(0);
    assert!(said.err.contains("Changed asset 1: New logo"), "{}", said.err);
    let shown = run(&program, "equip show 1 --format csv").code(0).out;
    assert_eq!(
        shown,
        "what,value\nid,1\nkind,asset\ntitle,New logo\nurl,https://a.example/logo\nexpires,2027-01-31\n"
    );
    let log = program.run(&["log", "--format", "csv"]).code(0).out;
    assert!(log.contains("title: Logo; persona: educator; lang: en; expires: ,"), "{log}");
    assert!(log.contains("title: New logo; persona: ; lang: ; expires: 2027-01-31"), "{log}");
    let same = run(&program, "equip edit 1 --title 'New logo'").code(0);
    assert!(same.err.contains("says that already"), "{}", same.err);
    for (args, code, says) in [
        ("equip edit 1", 2, "nothing to change"),
        ("equip edit 1 --clear url", 2, "needs the thing itself"),
        ("equip edit 1 --successor 1", 2, "nothing takes its own place"),
        ("equip edit 9 --title T", 1, "no item is '9'"),
        ("equip edit linkedin-en --title T", 1, "comes with the program and cannot be changed"),
        ("equip edit 1 --clear title", 2, "possible values: body"),
    ] {
        let said = run(&program, args).code(code);
        assert!(said.err.contains(says), "{args}: {}", said.err);
    }
    program.run(&["equip", "remove", "1"]).code(0);
    assert!(run(&program, "equip edit 1 --title T").code(1).err.contains("was taken out on 2026-06-30"));
}

#[test]
fn a_shipped_playbook_is_a_file_to_change() {
    let program = program();
    let text = run(&program, "equip show zhihu-zh").code(0).out;
    assert!(
        text.starts_with("---\nplatform: zhihu\nlang: zh\ntitle: 知乎\n---\n\n### 这里什么管用"),
        "{text}"
    );
    program.file("mine.md", text.replace("title: 知乎", "title: 知乎，我们的写法"));
    run(&program, "equip add playbook --file mine.md").code(0);
    let list = run(&program, "equip list --platform zhihu --format csv").code(0).out;
    assert!(list.contains("1,playbook,知乎，我们的写法,zhihu,,zh") && !list.contains("zhihu-zh"), "{list}");
    let check = run(&program, "equip check --format csv").code(0).out;
    assert!(!check.contains("incomplete"), "{check}");
    program.file("thin.md", "### 这里什么管用\n\n- 少写\n");
    run(&program, "equip edit 1 --file thin.md").code(0);
    let check = run(&program, "equip check --format csv").code(0).out;
    assert!(check.contains("incomplete,1,playbook") && check.contains("no section '别这么做'"), "{check}");
    assert!(
        run(&program, "equip show linkedin-en --format csv").code(2).err.contains("a playbook is a text")
    );
    assert!(run(&program, "equip show nothing").code(1).err.contains("no item is 'nothing'"));
}

#[test]
fn a_library_comes_from_a_table_whole_or_not_at_all() {
    let program = program();
    program.file("logo.svg", "<svg/>");
    let rows = "kind,title,url,file,platform,lang,role,subject,licence,expires,body\n\
        asset,Logo,,logo.svg,,,,,mit,2027-01-31,\n\
        contact,Mei,mailto:mei@kettle.example,,,zh,product,beta access,,,\n\
        follow,\"Ada, Dr.\",https://ada.example,,LinkedIn,,,,,,'=calm\n";
    program.file("library.csv", rows);
    let said = run(&program, "equip load library.csv").code(0);
    assert!(said.err.contains("Added 3 things; 0 were in the library already."), "{}", said.err);
    let again = run(&program, "equip load library.csv").code(0);
    assert!(again.err.contains("Added 0 things; 3 were in the library already."), "{}", again.err);
    let list = run(&program, "equip list --format csv").code(0).out;
    assert!(list.contains("1,asset,Logo,,,,logo.svg,MIT,2027-01-31,,ok"), "{list}");
    assert!(list.contains("3,follow,\"Ada, Dr.\",linkedin,,,https://ada.example/"), "{list}");
    assert!(run(&program, "equip show 3 --format csv").code(0).out.contains("body,'=calm"));
    let before = program.dump();
    for (text, code, says) in [
        ("kind,title\nfollow,Ben\n", 1, "bad.csv:2: a follow needs where to find them"),
        (
            "kind,title,url\nfollow,Ben,https://b.example\nthing,T,\n",
            1,
            "bad.csv:3: kind 'thing': there is none",
        ),
        ("kind,url\nfollow,https://b.example\n", 1, "bad.csv:1: the column title is missing"),
        ("kind,title,colour\nfollow,Ben,red\n", 1, "bad.csv:1: no column is called 'colour'"),
        ("kind,title,lang\nfollow,Ben,fr\n", 1, "bad.csv:2: lang 'fr': write en or zh"),
        ("kind,title,url\nfollow,Ben,https://b.example,x\n", 1, "bad.csv:2: more cells than the header has"),
        ("kind,title,body,file\nexample,E,a,logo.svg\n", 1, "bad.csv:2: body and file: one of them"),
        ("kind,title,file\nasset,E,gone.svg\n", 1, "bad.csv:2: there is no file gone.svg"),
        ("kind,title\n", 1, "bad.csv has no rows below its header"),
    ] {
        program.file("bad.csv", text);
        let said = run(&program, "equip load bad.csv").code(code);
        assert!(said.err.contains(says), "{text}: {}", said.err);
    }
    assert!(
        run(&program, "equip load none.csv")
            .code(1)
            .err
            .contains("there is no file none.csv; give its whole path")
    );
    assert_eq!(before, program.dump(), "an error anywhere adds nothing");
}

#[test]
fn files_come_from_one_folder_only() {
    let program = program();
    program.file("secret.txt", "no");
    std::fs::create_dir(program.path().join("press")).expect("a folder");
    program.file("press/logo.svg", "<svg/>");
    let said = run(&program, "equip folder press").code(0);
    assert!(said.err.contains("from now on"), "{}", said.err);
    let said = run(&program, "equip add asset --title S --file secret.txt").code(1);
    assert!(
        said.err.contains("secret.txt is not in") && said.err.contains("equip folder DIR"),
        "{}",
        said.err
    );
    run(&program, "equip add asset --title Logo --file press/logo.svg").code(0);
    assert!(run(&program, "equip list --kind asset --format csv").code(0).out.contains(",logo.svg,"));
    run(&program, "equip handbook 1 -o books").code(0);
    assert_eq!(read(&program, "books/assets/logo-1.svg"), "<svg/>");
    #[cfg(unix)]
    {
        let link = program.path().join("press/logo.svg");
        std::fs::remove_file(&link).expect("removes");
        std::os::unix::fs::symlink(program.path().join("secret.txt"), &link).expect("links");
        let said = run(&program, "equip handbook 1 -o books").code(1);
        assert!(said.err.contains("asset 1 'Logo': its file logo.svg is outside"), "{}", said.err);
        let check = run(&program, "equip check --format csv").code(0).out;
        assert!(check.contains("file outside,1,asset,Logo"), "{check}");
    }
    assert!(run(&program, "equip folder nowhere").code(1).err.contains("there is no folder nowhere"));
    let other = run(&program, "equip folder .").code(0);
    assert!(other.err.contains("1 of the library's files are not in it"), "{}", other.err);
}

#[test]
fn a_link_that_leads_nowhere_stops_the_build() {
    let program = program();
    program.file("own.md", "---\nplatform: linkedin\ntitle: Ours\n---\nSee [the rules](rules.md).\n");
    run(&program, "equip add playbook --file own.md").code(0);
    let said = run(&program, "equip handbook --all -o books").code(1);
    assert!(
        said.err.contains("playbook 1 'Ours': its text links to 'rules.md', which leads nowhere"),
        "{}",
        said.err
    );
    assert!(!program.path().join("books").exists());
    assert!(run(&program, "equip check --format csv").code(0).out.contains("dead link,1,playbook,Ours"));
}

#[test]
fn whose_copy_is_worth_sending_again() {
    let program = program();
    run(
        &program,
        "equip add asset --title Sheet --url https://a.example/sheet --platform linkedin --as-of 2026-06-01",
    )
    .code(0);
    let none = run(&program, "equip changed --format csv").code(0);
    assert!(none.out.contains("1,Ana [x](javascript:1),,,,,,yes,no copy yet"), "{}", none.out);
    assert!(none.err.contains("equip handbook --all -o DIR"), "{}", none.err);
    run(&program, "equip handbook 1 2 -o books --as-of 2026-06-01").code(0);
    assert!(!program.path().join("books/ben-3.md").exists());
    run(&program, "equip add follow --title Ada --url https://ada.example").code(0);
    run(&program, "equip edit 1 --url https://a.example/sheet-2").code(0);
    let changed = run(&program, "equip changed --format csv").code(0).out;
    let lines: Vec<&str> = changed.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "1,Ana [x](javascript:1),2026-06-01,29,1,1,0,yes,asset changed or gone: an old one should not be used",
            "2,王小明,2026-06-01,29,1,0,0,no,too little to write for",
            "3,Ben,,,,,,yes,no copy yet",
        ]
    );
    assert!(run(&program, "equip changed").code(0).err.contains("equip handbook 1 3 -o DIR"));
    let some = run(&program, "equip changed --who platform=zhihu --format csv").code(0).out;
    assert_eq!(some.lines().count(), 2, "{some}");
    assert!(run(&program, "equip handbook 1 4 -o books").code(1).err.contains("no member is '4'"));
    run(&program, "member add --name Dora").code(0);
    assert!(run(&program, "equip handbook 1 Dora -o books").code(1).err.contains("Dora is no advocate"));
}

#[test]
fn an_answer_worth_repeating_reaches_everyone_without_a_name() {
    let program = program();
    run(&program, "equip desk ask 1 'I am Ana [x](javascript:1): may I show the *beta*?'").code(0);
    run(&program, "equip desk ask 2 '什么时候发布？'").code(0);
    let publish = "equip desk publish 1 --question 'May I show the *beta*?'";
    assert!(run(&program, publish).code(1).err.contains("question 1 has no answer yet"));
    run(&program, "equip desk answer 1 'Yes, say that it is one.\n\n# Not to the press.' --owner Mei")
        .code(0);
    run(&program, "equip desk answer 2 七月十日。").code(0);
    let named = run(&program, "equip desk publish 1").code(2).err;
    assert!(
        named.contains("the text names whoever asked: word it for everyone with --question TEXT"),
        "{named}"
    );
    run(&program, publish).code(0);
    run(&program, "equip desk publish 2").code(0);
    assert!(run(&program, publish).code(1).err.contains("is in the FAQ as 1 already"));
    let twice = run(&program, &format!("{publish} --answer 可以，请注明是测试版。 --lang zh")).code(0);
    assert!(twice.err.contains("FAQ 3"), "{}", twice.err);
    run(&program, "equip desk unpublish 3").code(0);
    run(&program, "equip handbook --all -o books").code(0);
    let (ana, wang, ben) = (
        read(&program, "books/ana-x-javascript-1-1.md"),
        read(&program, "books/王小明-2.md"),
        read(&program, "books/ben-3.md"),
    );
    let asked = "## Asked before\n\n### May I show the \\*beta\\*?\n\nYes, say that it is one.\n\nNot to the press.\n";
    assert!(ana.contains(asked) && ben.contains(asked), "{ben}");
    assert!(
        wang.contains("## 常见问答\n\n### 什么时候发布？\n\n七月十日。\n") && !wang.contains("beta"),
        "{wang}"
    );
    assert!(!ben.contains("Ana"), "{ben}");
    run(&program, "equip desk revise 1 --answer Yes. --until 2026-07-15").code(0);
    let changed = run(&program, "equip changed 3 --format csv").code(0).out;
    assert!(changed.contains("changed,faq:1,faq,May I show the *beta*?"), "{changed}");
    let check = run(&program, "equip check --format csv").code(0).out;
    assert!(check.contains("answer expires,faq:1,faq"), "{check}");
    let list = run(&program, "equip desk faq --format csv").code(0).out;
    assert!(list.contains("1,1,May I show the *beta*?,Yes.,,,en,2026-07-15,2026-06-30,ok"), "{list}");
    let past = run(&program, "equip desk faq --as-of 2026-08-01 --format csv").code(0).out;
    assert!(past.contains(",expired\n"), "{past}");
    run(&program, "equip handbook 3 -o later --as-of 2026-08-01").code(0);
    assert!(!read(&program, "later/ben-3.md").contains("Asked before"));
    run(&program, "equip desk unpublish 2").code(0);
    run(&program, "equip handbook 2 -o books").code(0);
    assert!(!read(&program, "books/王小明-2.md").contains("常见问答"));
    for (args, code, says) in [
        ("equip desk revise 1", 2, "nothing to change"),
        ("equip desk revise 9 --answer x", 1, "there is no FAQ 9"),
        ("equip desk unpublish 2", 1, "FAQ 2 was taken out on 2026-06-30"),
        ("equip desk revise 1 --answer 'ask ana@example.com'", 2, "word it for everyone with --answer"),
        ("equip desk publish 9", 1, "there is no question 9"),
        ("equip desk revise 1 --persona boss", 2, "the personas are educator"),
        ("equip desk revise 1 --until soon", 2, "--until soon: not a day"),
        ("equip desk assign 1 Kim", 1, "is answered already"),
    ] {
        let said = run(&program, args).code(code);
        assert!(said.err.contains(says), "{args}: {}", said.err);
    }
}

#[test]
fn who_answers_how_fast_with_what_is_open_beside_it() {
    let program = program();
    for (number, (owner, asked, answered)) in [
        ("Mei", "2026-06-01", Some("2026-06-02")),
        ("Mei", "2026-06-03", Some("2026-06-03")),
        ("Mei", "2026-06-05", Some("2026-06-06")),
        ("Mei", "2026-06-08", Some("2026-06-10")),
        ("Mei", "2026-06-10", Some("2026-06-11")),
        ("Mei", "2026-06-11", Some("2026-06-15")),
        ("Kim", "2026-06-12", Some("2026-06-13")),
        ("Kim", "2026-06-13", None),
    ]
    .into_iter()
    .enumerate()
    {
        run(&program, &format!("equip desk ask 1 'Q{number}' --owner {owner} --as-of {asked}")).code(0);
        if let Some(day) = answered {
            run(&program, &format!("equip desk answer {} 'A' --as-of {day}", number + 1)).code(0);
        }
    }
    // Staff ask too, and are in no figure.
    run(&program, "member add --name Zoe --staff").code(0);
    run(&program, "equip desk ask Zoe 'Q' --owner Mei").code(0);
    let pace = run(&program, "equip desk pace --period 2026-06 --format csv").code(0);
    let lines: Vec<&str> = pace.out.lines().collect();
    assert_eq!(
        lines,
        [
            "owner,answered,median_hours,median_low,median_high,fastest,slowest,within_goal,open,overdue,in_words",
            "Kim,1,,,,24.0,24.0,1,1,1,\"needs 6 answers, has 1\"",
            "Mei,6,24.0,0.0,96.0,0.0,96.0,4,0,0,",
            "everybody,7,24.0,0.0,96.0,0.0,96.0,5,1,1,",
        ]
    );
    assert!(pace.err.contains("8 questions, 2026-06-01 to 2026-06-30; answers up to"), "{}", pace.err);
    let none = run(&program, "equip desk pace --period 2026-01").code(0);
    assert!(none.err.contains("No questions in these days"), "{}", none.err);
    run(&program, "equip desk assign 8 Mei").code(0);
    let theirs = run(&program, "equip desk list --overdue --owner mei --format csv").code(0).out;
    assert!(theirs.contains("8,1,") && theirs.lines().count() == 2, "{theirs}");
    assert!(run(&program, "equip desk assign 8 ' '").code(2).err.contains("the owner is empty"));
}

#[test]
fn erasing_someone_takes_their_own_words_from_the_faq() {
    let program = program();
    for (text, publish) in
        [("In my words?", ""), ("How do I, being so tall, sit?", " --question 'How does one sit?'")]
    {
        run(&program, &format!("equip desk ask 3 '{text}'")).code(0);
        let id = if publish.is_empty() { 1 } else { 2 };
        run(&program, &format!("equip desk answer {id} 'So.'")).code(0);
        run(&program, &format!("equip desk publish {id}{publish}")).code(0);
    }
    let folder = program.path().join("export");
    run(&program, "member export 3 -o export").code(0);
    let held = std::fs::read_to_string(folder.join("member.json")).expect("exported");
    assert!(held.contains("How does one sit?") && held.contains("\"faq\""), "{held}");
    run(&program, "member erase 3 --yes -o certificate.md").code(0);
    let faq = run(&program, "equip desk faq --format csv").code(0).out;
    assert!(faq.contains("2,,How does one sit?,So.") && !faq.contains("In my words?"), "{faq}");
}

#[test]
fn handbooks_are_the_same_bytes_and_readable_pages() {
    let program = program();
    run(&program, "equip add contact --title Mei --url mailto:mei@kettle.example").code(0);
    for folder in ["one", "two"] {
        run(&program, &format!("equip handbook --all -o {folder} --format html")).code(0);
    }
    let tree = |folder: &str| crate::harness::tree(&program.path().join(folder));
    assert_eq!(tree("one"), tree("two"));
    run(&program, "member add --name Eva --handle zhihu:eva --handle spotify:eva").code(0);
    run(&program, "member stage Eva active").code(0);
    run(&program, "equip handbook Eva -o one --format html").code(0);
    let eva = read(&program, "one/eva-4.html");
    assert!(eva.contains("<html lang=\"en\">") && eva.contains("This page is in Chinese"), "{eva}");
    assert!(
        eva.contains("<div lang=\"zh\">\n<h2 id=\"知乎\">知乎</h2>\n</div>\n<p><em>This page")
            && eva.contains("<h2 id=\"podcasts\">Podcasts</h2>"),
        "{eva}"
    );
    // What the list at the top leads to is on the page, once.
    for (at, _) in eva.match_indices("href=\"#") {
        let target = eva[at + 7..].split('"').next().expect("an end");
        let target = decoded(target);
        assert_eq!(eva.matches(&format!("id=\"{target}\"")).count(), 1, "{target}");
    }
    assert!(eva.matches("href=\"#").count() >= 2, "{eva}");
    for page in ["one/ana-x-javascript-1-1.html", "one/王小明-2.html", "one/eva-4.html"] {
        let html = read(&program, page);
        let levels: Vec<u32> = html
            .match_indices("<h")
            .filter_map(|(at, _)| html[at + 2..].chars().next()?.to_digit(10))
            .collect();
        assert_eq!(levels.first(), Some(&1), "{page}");
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{page}");
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{page}: {levels:?}");
        assert!(!html.contains("<!-- lang") && !html.contains("&lt;!--"), "{page}");
    }
}

/// An address with its `%E7`s read.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// The relative luminance of a colour (WCAG 2.2, 1.4.3): `#abc` or `#aabbcc`.
fn luminance(colour: &str) -> f64 {
    let digits: Vec<char> = colour.trim_start_matches('#').chars().collect();
    let wide: Vec<char> =
        if digits.len() == 3 { digits.iter().flat_map(|digit| [*digit, *digit]).collect() } else { digits };
    let channel = |at: usize| {
        let value =
            f64::from(u8::from_str_radix(&wide[at..at + 2].iter().collect::<String>(), 16).expect("hex"))
                / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

#[test]
fn pages_can_be_read_in_light_in_the_dark_and_on_paper() {
    let page = include_str!("../data/templates/page.html");
    let sets: Vec<std::collections::BTreeMap<&str, &str>> = page
        .split(":root {")
        .skip(1)
        .map(|rest| {
            let set = rest.split('}').next().expect("an end");
            set.split(';').filter_map(|line| line.trim().strip_prefix("--")?.split_once(": ")).collect()
        })
        .collect();
    assert_eq!(sets.len(), 3, "light, dark, paper");
    for set in sets {
        for ink in ["ink", "soft", "link"] {
            for paper in ["paper", "box"] {
                let (one, other) = (luminance(set[ink]), luminance(set[paper]));
                let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
                assert!(contrast >= 4.5, "{ink} on {paper}: {contrast:.2}");
            }
        }
    }
}
