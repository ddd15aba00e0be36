//! The import at a real terminal: what stands on the screen, what the keys do, and how it ends.
#![cfg(unix)]

use crate::harness::Program;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn of(lines: u16) -> NonZero<u16> {
    NonZero::new(lines).expect("some")
}

/// A terminal with a command in it.
pub struct Terminal {
    screen: Arc<Mutex<vt100::Parser>>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Runs a command in a program's folder, on a screen of so many columns.
    pub fn run(program: &Program, args: &[&str], columns: u16) -> Self {
        let size = PtySize { rows: 24, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_groundswell"));
        command.args(args);
        command.cwd(program.path());
        command.env("GROUNDSWELL_NOW", "2026-06-30T09:00:00Z");
        command.env("TERM", "xterm-256color");
        command.env_remove("GROUNDSWELL_DB");
        let child = pair.slave.spawn_command(command).expect("runs");
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(of(24), of(columns), 200)));
        let mut reader = pair.master.try_clone_reader().expect("reads");
        let shared = Arc::clone(&screen);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                shared.lock().expect("a screen").process(&buffer[..count]);
            }
        });
        let keys = pair.master.take_writer().expect("writes");
        Self { screen, keys, child, _master: pair.master }
    }

    /// What stands on the screen.
    pub fn text(&self) -> String {
        self.screen.lock().expect("a screen").screen().contents()
    }

    /// Waits until something stands on the screen.
    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        let mut looks = 0;
        while !self.text().contains(text) {
            looks += 1;
            assert!(looks < 2000, "no `{text}` on:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(10));
        }
        self
    }

    /// Types.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).expect("types");
        self.keys.flush().expect("types");
        self
    }

    /// Waits for the end: the exit code, what stands on the screen then, and whether the cursor is there.
    pub fn end(mut self) -> (u32, String, bool) {
        let code = self.child.wait().expect("ends").exit_code();
        std::thread::sleep(Duration::from_millis(100));
        let hidden = self.screen.lock().expect("a screen").screen().hide_cursor();
        (code, self.text(), !hidden)
    }
}

const CHINESE: &str = "姓名,邮箱,评分,您对我们的产品还有什么建议,日期,渠道\n\
    王小明,wang@example.com,9,很好，会推荐给朋友,2026-05-01,微信\n\
    李雷,lei@example.com,3,\u{1b}[31m太慢了,2026-05-02,微博\n\
    韩梅梅,mei@example.com,10,,2026-05-03,微信\n";

/// The line that does the same without questions, taken from a screen that may have folded it.
fn same_line(screen: &str) -> Vec<String> {
    let (_, line) = screen.split_once("The same without questions: groundswell ").expect("the line");
    let line: String = line.lines().take(3).map(|line| line.trim_end().to_string() + " ").collect();
    shlex_split(line.trim())
}

fn shlex_split(line: &str) -> Vec<String> {
    shlex::split(line).expect("words")
}

/// The receipt of a command without a terminal, seconds aside.
fn receipt(text: &str, args: &[String]) -> serde_json::Value {
    let program = Program::new();
    program.file("反馈.csv", text);
    let mut args: Vec<&str> = args.iter().map(String::as_str).collect();
    args.extend(["--format", "json"]);
    let mut receipt = program.run(&args).code(0).json();
    receipt.as_object_mut().expect("an object").remove("seconds");
    receipt
}

#[test]
fn a_chinese_file_is_shown_and_accepted_with_one_key() {
    let program = Program::new();
    program.file("反馈.csv", CHINESE);
    let mut terminal = Terminal::run(&program, &["import", "反馈.csv", "--as", "nps"], 80);
    terminal.shows("Is this right?");
    let screen = terminal.text();
    assert!(screen.contains("王小明  wang@example.com"), "{screen}");
    assert!(!screen.contains('\u{1b}'), "{screen}");
    terminal.press("\r");
    let (code, screen, cursor) = terminal.end();
    assert_eq!((code, cursor), (0, true), "{screen}");
    assert!(screen.contains("3 rows = 3 added"), "{screen}");
    let args = same_line(&screen);
    let again = receipt(CHINESE, &args);
    let mut first = program.run(&["imports", "show", "1", "--format", "json"]).json();
    first.as_object_mut().expect("an object").remove("seconds");
    assert_eq!(first, again, "{args:?}");
}

#[test]
fn a_day_that_cannot_be_read_is_left_out_on_a_yes() {
    let program = Program::new();
    program.file("f.csv", "email,nps,survey date\nana@example.com,9,2026-W05\nbo@example.com,8,2026-W06\n");
    let mut terminal = Terminal::run(&program, &["import", "f.csv"], 100);
    terminal.shows("no form of date that is").shows("Go on without that column?");
    terminal.press("y").shows("Is this right?");
    terminal.press("y");
    let (code, screen, _) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("--without 'survey date'") && screen.contains("stored undated"), "{screen}");
}

#[test]
fn a_column_can_be_changed_and_left_out_and_is_remembered() {
    let program = Program::new();
    program.file("反馈.csv", CHINESE);
    let mut terminal = Terminal::run(&program, &["import", "反馈.csv", "--as", "nps"], 120);
    terminal.shows("Is this right?");
    // The last column, 渠道, becomes the comment.
    terminal.press("c").shows("Which column?");
    terminal.press("\u{1b}[A\r").shows("What is 渠道?");
    // The last choices are comment, date, customer, and nothing.
    terminal.press("\u{1b}[A\u{1b}[A\u{1b}[A\u{1b}[A\r").shows("as you said");
    // The fifth, the date, is left out.
    terminal.press("c").shows("? Which column?");
    terminal.press("\u{1b}[A\u{1b}[A\r").shows("What is 日期?");
    terminal.press("\u{1b}[A\r").shows("日期 (as you said)");
    terminal.press("y");
    let (code, screen, _) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("--without 日期") && screen.contains("comment=渠道"), "{screen}");
    let args = same_line(&screen);
    let again = receipt(CHINESE, &args);
    let mut first = program.run(&["imports", "show", "1", "--format", "json"]).json();
    first.as_object_mut().expect("an object").remove("seconds");
    assert_eq!(first, again, "{args:?}");
    // The next such file is read the same way, and says so; nothing is asked.
    program.file("later.csv", CHINESE.replace("2026-05", "2026-06").replace("example.com", "example.org"));
    let later = program.run(&["import", "later.csv"]).code(0);
    assert!(later.err.contains("read as last time, in batch 1: --as nps"), "{}", later.err);
    let asked = Terminal::run(&program, &["import", "later.csv", "--afresh"], 80);
    asked.shows("What are its rows?").shows("❯ nps");
}

#[test]
fn ctrl_c_changes_nothing_and_gives_the_cursor_back() {
    let program = Program::new();
    program.file("反馈.csv", CHINESE);
    let before = program.dump();
    for keys in [&["\u{3}"][..], &["q"], &["c", "\u{3}"], &["c", "\r", "\u{3}"], &["k", "\u{3}"], &["\u{1b}"]]
    {
        let mut terminal = Terminal::run(&program, &["import", "反馈.csv", "--as", "nps"], 80);
        terminal.shows("Is this right?");
        for (n, key) in keys.iter().enumerate() {
            terminal.press(key);
            if n + 1 < keys.len() {
                terminal.shows(["? Wh", "What is"][n]);
            }
        }
        let (code, screen, cursor) = terminal.end();
        assert_eq!((code, cursor), (130, true), "{keys:?}:\n{screen}");
        assert!(screen.contains("Nothing was changed."), "{keys:?}:\n{screen}");
    }
    assert_eq!(program.dump(), before);
}

#[test]
fn what_cannot_be_told_is_asked_until_it_is() {
    let program = Program::new();
    program.run(&["member", "add", "--name", "Ana", "--email", "ana@example.com", "-q"]).code(0);
    program.file("f.csv", "date,followers\n2026-01-01,10\n2026-01-02,12\n");
    let mut terminal = Terminal::run(&program, &["import", "f.csv"], 80);
    terminal.shows("Whose account is it");
    terminal.press("nobody@example.com\r").shows("no member");
    terminal.press("ana@example.com\r").shows("Which platform");
    terminal.press("youtube\r").shows("Is this right?");
    terminal.press("ｙ");
    let (code, screen, _) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("--platform youtube --member 1"), "{screen}");
}

#[test]
fn a_profile_that_fits_asks_nothing() {
    let program = Program::new();
    let shopify = include_bytes!("cases/orders/shopify-one-order-several-rows.csv");
    program.file("orders.csv", shopify);
    let (code, screen, _) = Terminal::run(&program, &["import", "orders.csv"], 80).end();
    assert!(matches!(code, 0 | 3), "{screen}");
    assert!(!screen.contains("Is this right?"), "{screen}");
    program.file("反馈.csv", CHINESE);
    let (code, screen, _) =
        Terminal::run(&program, &["import", "反馈.csv", "--as", "nps", "--yes"], 80).end();
    assert_eq!(code, 0, "{screen}");
}

#[test]
fn the_tables_are_listed_and_the_flag_that_would_have_said_which_is_printed() {
    let program = Program::new();
    let members = "email,name,company\ncho@example.com,Cho,Works\n";
    program.file(
        "book.xlsx",
        crate::tables::workbook(&[("Answers", crate::tables::NPS), ("The people", members)]),
    );
    let mut terminal = Terminal::run(&program, &["import", "book.xlsx", "--as", "members"], 100);
    terminal.shows("Which table of book.xlsx?").shows("2  The people   1 row   email, name, company");
    terminal.press("\u{1b}[B\r");
    terminal.shows("Is this right?");
    terminal.press("\r");
    let (code, screen, cursor) = terminal.end();
    assert_eq!((code, cursor), (0, true), "{screen}");
    assert!(screen.contains("1 added"), "{screen}");
    let args = same_line(&screen);
    assert!(args.windows(2).any(|pair| pair == ["--table", "The people"]), "{args:?}");
}

#[test]
fn erasing_needs_the_name_typed_and_offers_to_blank_it_elsewhere() {
    let program = Program::new();
    program.run(&["member", "add", "--name", "王小明", "--email", "wang@example.com", "-q"]).code(0);
    program.run(&["member", "add", "--name", "Ben Okafor", "-q"]).code(0);
    program.run(&["member", "note", "2", "introduced by 王小明", "-q"]).code(0);
    let before = program.dump();
    let mut terminal = Terminal::run(&program, &["member", "erase", "1"], 80);
    terminal.shows("Type 王小明 to erase them");
    terminal.press("王小\r");
    let (code, screen, cursor) = terminal.end();
    assert_eq!((code, cursor), (130, true), "{screen}");
    assert!(screen.contains("cannot be undone") && screen.contains("Nothing was changed"), "{screen}");
    assert_eq!(program.dump(), before);
    let mut terminal = Terminal::run(&program, &["member", "erase", "1"], 80);
    terminal.shows("Type 王小明 to erase them");
    terminal.press("王小明\r");
    terminal.shows("Blank the name there too?");
    terminal.press("y");
    let (code, screen, cursor) = terminal.end();
    assert_eq!((code, cursor), (0, true), "{screen}");
    assert!(!program.dump().contains("王小明"));
    assert!(program.dump().contains("introduced by (erased)"));
}

/// An advocate with a Chinese name, and everything that can stand on their screen.
fn advocate() -> Program {
    let program = Program::new();
    let run = |line: &str| {
        program.run(&shlex_split(line).iter().map(String::as_str).collect::<Vec<_>>()).code(0);
    };
    run(
        "member add --name 王小明 --email wang.xm@example.com --handle https://www.zhihu.com/people/wangxiaoming \
         --handle https://space.bilibili.com/12345 --company 茶馆科技 --country CN --language zh --joined 2024-03-01 \
         --tag beta --as-of 2026-03-01",
    );
    run("member edit 1 --owner Kim");
    let followers = "wangxiaoming,zhihu,2026-06-01,1240\n12345,bilibili,2026-05-20,310\n";
    program.file("a.csv", format!("handle,platform,date,followers\n{followers}"));
    run("import a.csv --as audience");
    run("member stage 1 candidate --as-of 2026-04-01");
    run("member stage 1 active --as-of 2026-05-02 --why 启动会上答应了");
    run(
        "amplify log 1 https://www.zhihu.com/question/1/answer/2 --at 2026-06-20 --title 如何在五分钟内导入数据 \
         --reach 1200 --engagements 80",
    );
    run("amplify log 1 https://www.bilibili.com/video/BV1x --at 2026-06-10 --reach 310 \
         --title 从零开始：第一周的经验、踩过的坑和真正有用的三个技巧，一次讲清楚给新同学看");
    run("amplify log 1 https://zhuanlan.zhihu.com/p/103 --at 2026-05-13");
    run("amplify log 1 https://zhuanlan.zhihu.com/p/102 --at 2026-05-12");
    run(
        "share ask 1 您愿意在秋季交流会上讲一讲您的晚间流程吗 --kind talk --due 2026-06-20 --as-of 2026-06-05",
    );
    run("share need 1 视频系列的麦克风 --owner Mara");
    run("share give 1 'early access' --kind access --as-of 2026-06-02");
    run("member consent 1 yes --for contact --source 启动会");
    run("member note 1 五月在见面会上认识");
    program
}

#[test]
fn a_member_stands_on_one_screen() {
    let (code, screen, _) = Terminal::run(&advocate(), &["member", "show", "王小明"], 80).end();
    assert_eq!(code, 0, "{screen}");
    // The heading is still there: nothing was scrolled away.
    assert!(screen.starts_with("what"), "{screen}");
    expect_test::expect![[r"
        what         value
        member       1  王小明
        known by     wang.xm@example.com, zhihu:wangxiaoming, bilibili:12345
        stage        active since 2026-05-02 (启动会上答应了)
        before that  candidate 2026-04-01
        about        company 茶馆科技, country CN, language zh
        since        joined 2024-03-01
        owner        Kim
        tags         beta
        audience     zhihu 1240 (2026-06-01), bilibili 310 (2026-05-20)
        made         2026-06-20 reply on zhihu, reach 1200, 80 engagements (C):
                     如何在五分钟内导入数据
        made         2026-06-10 video on bilibili, reach 310 (C): 从零开始：第一周的经验
                     、踩过的坑和真正有用的三个技巧，一次讲清楚给新同学看
        made         2026-05-13 article on zhihu: https://zhuanlan.zhihu.com/p/103
                     and 1 contribution more
        due          their answer to ask 1 (talk), 10 days late:
                     您愿意在秋季交流会上讲一讲您的晚间流程吗
        due          need 1, since today: 视频系列的麦克风
        given        2026-06-02 access: early access
        consents     contact yes (2026-06-30, 启动会)
        note 1       2026-06-30 五月在见面会上认识
        Next: groundswell share ask answer 1 yes   (it is due: 10 days late)
    "]]
    .assert_eq(&(screen + "\n"));
}

#[test]
fn duplicates_fit_a_narrow_screen() {
    let program = advocate();
    program.run(&["member", "add", "--name", "王 小明", "--email", "wang.xm+news@example.com", "-q"]).code(0);
    let (code, screen, _) = Terminal::run(&program, &["member", "duplicates"], 80).end();
    assert_eq!(code, 0, "{screen}");
    expect_test::expect![[r"
        grade  level  member  evidence                      command
         0.93  high   1       one address but for the       groundswell member merge 1 2
                              +tag: wang.xm@example.com /
                              wang.xm+news@example.com;
                              the same name: 王小明 / 王
                              小明
        (no room for: name, other, other_name; widen the window, or add --plain or
        --format csv)
        1 pair
        Next: groundswell member distinct 1 2   (where they are two people after all)
    "]]
    .assert_eq(&(screen + "\n"));
}
