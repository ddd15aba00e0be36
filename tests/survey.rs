//! Step 2 from outside: the form, taking it, personas, stated beside observed.

use crate::identify::{Program, TODAY};

const EDUCATOR: &str = "5,2,1,2,2,5,1,2,5,2,2,1";
const TIE: &str = "5,4,1,2,5,4,2,1,5,2,4,1";

#[test]
fn personas_are_as_clear_as_the_answers() {
    let program = Program::people();
    program.ok(&["survey", "take", "1", "--answers", "1,1,1,1,1,1,1,1,1,1,1,5", "--as-of", "2026-05-01"]);
    program.ok(&["survey", "take", "1", "--answers", EDUCATOR]);
    program.ok(&["survey", "take", "2", "--answers", TIE]);
    program.ok(&["survey", "take", "3", "--answers", TIE, "--choice", "validator"]);
    program.ok(&["survey", "take", "4", "--answers", "3,3,3,3,3,3,3,3,3,3,3,3"]);
    program.ok(&["survey", "take", "王小明", "--answers", "５，4，，，，，，，，，，3"]);
    let said = program.ok(&["survey", "personas", "--format", "csv"]);
    expect_test::expect![[r"
        member,name,primary,secondary,confidence,verdict,educator,status_seeker,validator,collaborator,day
        1,Ana,educator,validator,1.00,clear,2.50,-1.17,-0.50,-0.83,2026-06-30
        2,Ben,educator,validator,0.70,tie,1.67,-2.00,1.33,-1.00,2026-06-30
        3,Cho,validator,educator,0.70,tie,1.67,-2.00,1.33,-1.00,2026-06-30
        4,Dee,,,,no_preference,,,,,2026-06-30
        5,王小明,,,,incomplete,,,,,2026-06-30
    "]]
    .assert_eq(&said.out);
    assert!(said.talk.contains("alpha needs 30 complete answers, there are 4"), "{}", said.talk);
    assert!(said.talk.contains("1 of the ties were decided by their choice"), "{}", said.talk);
    let listed = program.ok(&["member", "list", "--persona", "validator", "--format", "csv"]).out;
    assert!(listed.contains("educator / validator") && listed.lines().count() == 3, "{listed}");
    assert_eq!(program.ok(&["survey", "personas", "--persona", "educator", "--format", "ids"]).out, "1\n2\n");
    let then = program.ok(&["survey", "personas", "--as-of", "2026-05-02", "--format", "csv"]).out;
    assert!(then.contains("1,Ana,status seeker"), "{then}");
    assert!(program.ok(&["member", "show", "2"]).out.contains("educator / validator (tie, 2026-06-30)"));
}

#[test]
fn alpha_is_shown_from_thirty_on() {
    let program = Program::new();
    for id in 1..=30 {
        program.sql(&format!(
            "INSERT INTO members (id, person, day) VALUES ({id}, {id}, {TODAY});
             INSERT INTO survey_takes (id, member, at, day) VALUES ({id}, {id}, 0, {TODAY});"
        ));
        for statement in 1..=12 {
            let answer = 1 + (id + statement / 7) % 5;
            program.sql(&format!("INSERT INTO survey_answers VALUES ({id}, {statement}, {answer})"));
        }
    }
    let talk = program.ok(&["survey", "personas"]).talk;
    assert!(talk.contains("educator: alpha ") && talk.contains("(95 % interval "), "{talk}");
    assert!(talk.contains("n = 30"), "{talk}");
    assert!(talk.contains("  alpha without one: statement 1 "), "{talk}");
}

#[test]
fn stated_stands_beside_observed() {
    let program = Program::people();
    program.ok(&["survey", "take", "1", "--answers", EDUCATOR]);
    let said = program.ok(&["survey", "explain", "1", "--format", "csv"]);
    expect_test::expect![[r"
        persona,stated,answered,centred,observed,share
        educator,5.00,3,2.50,2,1.00
        status seeker,1.33,3,-1.17,0,0.00
        validator,2.00,3,-0.50,0,0.00
        collaborator,1.67,3,-0.83,0,0.00
    "]]
    .assert_eq(&said.out);
    assert!(
        said.talk.contains("Ana: educator (clear, certainty 1.00), stated on 2026-06-30."),
        "{}",
        said.talk
    );
    assert!(
        said.talk.contains("Observed: of 2 contributions") && said.talk.contains("educator, how to thank:")
    );
    let nobody = program.ok(&["survey", "explain", "6", "--format", "csv"]);
    assert!(nobody.out.contains("educator,,,,,\n"), "{}", nobody.out);
    assert!(nobody.talk.contains("Fay has not answered"), "{}", nobody.talk);
}

#[test]
fn the_form_exists_in_every_shape() {
    let program = Program::people();
    let csv = program.ok(&["survey", "form", "--format", "csv"]).out;
    assert_eq!(csv.lines().count(), 14);
    assert!(csv.starts_with("number,statement,answer_1"), "{csv}");
    assert!(!csv.contains("persona") && !csv.contains("educator"), "a form does not say what it asks for");
    let page = program
        .ok(&["survey", "form", "--format", "html", "--contact", "mia@example.com", "--member", "Ana"])
        .out;
    assert!(page.contains("mailto:mia@example.com") && page.contains("value=\"ana@example.com\""), "{page}");
    assert_eq!(page.matches("<fieldset>").count(), 13);
    let chinese = program.ok(&["survey", "form", "--lang", "zh"]).out;
    assert!(chinese.contains("| 12 | 得到公开认可会让我更有干劲。 |"), "{chinese}");
    program.run(&["survey", "form", "--format", "ids"]).fails(2, "a form has no ids");
    program.run(&["survey", "form", "--contact", "x"]).fails(2, "--contact x: not an e-mail address");
    program.run(&["survey", "form", "--action", "javascript:1"]).fails(2, "write it as https://");
    program.run(&["survey", "form", "--answer-by", "x"]).fails(2, "--answer-by x: not a day");
    program.run(&["survey", "personas", "--format", "html"]).fails(2, "a list has no page");
}

#[test]
fn answers_that_are_none_are_refused() {
    let program = Program::people();
    let take = |more: &[&str]| program.run(&[&["survey", "take", "1"][..], more].concat());
    take(&["--answers", "1,2,3"]).fails(2, "3 answers, and there are 12 statements");
    take(&["--answers", "6,1,1,1,1,1,1,1,1,1,1,1"]).fails(2, "'6' is no answer");
    take(&["--answers", ",,,,,,,,,,,"]).fails(2, "nothing was answered");
    take(&["--answers", EDUCATOR, "--choice", "guru"]).fails(2, "there is no persona 'guru'");
    take(&[]).fails(2, "add --answers");
    program.run(&["survey", "take", "Sam", "--answers", EDUCATOR]).fails(1, "Sam is staff");
    program.run(&["member", "list", "--persona", "guru"]).fails(2, "there is no persona 'guru'");
    let none = program.ok(&["survey", "personas"]);
    assert!(none.out.is_empty() && none.talk.contains("Nobody answered yet"), "{}", none.talk);
}

#[test]
fn a_form_goes_to_an_address_or_says_how_it_goes_back() {
    let program = Program::people();
    let page = || program.ok(&["survey", "form", "--format", "html"]);
    let said = page();
    assert!(!said.out.contains("mailto:") && said.out.contains("action=\"\""), "{}", said.out);
    assert!(
        said.out.contains("cannot send anything itself") && !said.out.contains("<button"),
        "{}",
        said.out
    );
    assert!(said.talk.contains("add --contact ADDRESS"), "{}", said.talk);
    let chinese = program.ok(&["survey", "form", "--format", "html", "--lang", "zh"]).out;
    assert!(chinese.contains("本页无法自行提交") && !chinese.contains("mailto:"), "{chinese}");
    program.sql("INSERT INTO settings (name, value) VALUES ('reply_to', 'us@example.com')");
    assert!(page().out.contains("action=\"mailto:us@example.com\""));
    program.ok(&["equip", "add", "contact", "--title", "Forum", "--url", "https://forum.example/"]);
    program.ok(&["equip", "add", "contact", "--title", "Kim", "--url", "mailto:kim@example.com"]);
    assert!(page().out.contains("action=\"mailto:kim@example.com\""));
    let text = program.ok(&["survey", "form"]).out;
    assert!(text.contains("send it back to kim@example.com"), "{text}");
}

#[test]
fn a_text_to_paste_exists_for_every_form_tool() {
    let program = Program::people();
    let paste = |tool: &str, lang: &str| program.ok(&["survey", "form", "--for", tool, "--lang", lang]);
    for tool in ["google-forms", "typeform", "microsoft-forms", "wenjuanxing"] {
        for (lang, statement, option) in [
            ("en", "Public recognition makes me want to do more.", "Help shape the product with the team"),
            ("zh", "得到公开认可会让我更有干劲。", "和团队一起改进产品"),
        ] {
            let said = paste(tool, lang);
            assert!(said.out.contains(statement) && said.out.trim_end().ends_with(option), "{}", said.out);
            assert!(!said.out.contains("educator") && !said.out.contains('{'), "{}", said.out);
            assert!(!said.talk.contains("--contact"), "{}", said.talk);
        }
    }
    let chinese = paste("问卷星", "zh");
    assert!(chinese.talk.contains("文本导入"), "{}", chinese.talk);
    let text = chinese.out;
    let expected = "\n3. 我喜欢帮别人弄明白问题卡在哪里。[量表题]\n完全不符合\n不太符合\n一般\n比较符合\n非常符合\n\n4. ";
    assert!(
        text.contains(expected) && text.contains("\n15. 如果只能选一件事，您会选哪一件？[单选题]\n"),
        "{text}"
    );
    assert_eq!(text.matches("[填空题]").count(), 2);
    let word = paste("Microsoft Forms", "en");
    assert!(
        word.out.contains("\n3. I like showing people how to get unstuck.\nA. Not like me at all\n"),
        "{}",
        word.out
    );
    assert!(word.talk.contains("Quick import"), "{}", word.talk);
    program
        .run(&["survey", "form", "--for", "jotform"])
        .fails(2, "--for jotform: no such form tool; there are google-forms");
    program
        .run(&["survey", "form", "--for", "typeform", "--format", "html"])
        .fails(2, "--for and --format: a form tool takes one text");
}

#[test]
fn the_statements_are_mixed() {
    let program = Program::people();
    let csv = program.ok(&["survey", "form", "--format", "csv"]).out;
    let place = |words: &str| csv.lines().position(|line| line.contains(words)).expect("is on the form");
    // Three statements that belong together, and none is beside another.
    for own in [
        ["how to get unstuck", "an open question", "Writing down"],
        ["hears the weak points", "which tool or product", "honest review"],
        ["known as an expert", "speak or publish under", "Public recognition"],
        ["a say in what", "work with the makers", "together over months"],
    ] {
        let places = own.map(place);
        assert!(places.windows(2).all(|two| two[0].abs_diff(two[1]) > 1), "{own:?}: {places:?}");
    }
}

#[test]
fn whether_personas_predict_is_told_from_forty_answers_on() {
    let program = Program::people();
    let asks = |more: &[&str]| program.ok(&[&["survey", "personas", "--asks"][..], more].concat());
    assert!(asks(&[]).talk.contains("Nobody with one clear persona was asked"), "{}", asks(&[]).talk);
    program.ok(&["survey", "take", "1", "--answers", EDUCATOR]);
    program.ok(&["survey", "take", "2", "--answers", TIE]);
    let ask = |member: i64, kind: &str, answer: &str, day: i64| {
        program.sql(&format!(
            "INSERT INTO asks (member, kind, text, at, day, answer, answered_day)
             VALUES ({member}, '{kind}', 't', 0, {day}, nullif('{answer}', ''), nullif({day}, 0))"
        ));
    };
    (0..20).for_each(|_| ask(1, "talk", "yes", TODAY));
    (0..19).for_each(|_| ask(1, "post", "no", TODAY));
    ask(1, "post", "later", TODAY);
    ask(2, "talk", "yes", TODAY);
    let few = asks(&["--format", "csv"]);
    assert_eq!(
        few.out,
        "persona,kind,asked,answered,yes,share,from,to\neducator,post,20,19,0,,,\neducator,talk,20,20,20,,,\n"
    );
    assert!(few.talk.contains("educator: a share needs 40 answered asks, there are 39"), "{}", few.talk);
    ask(1, "post", "yes", TODAY);
    let enough = asks(&["--format", "csv"]);
    // Wilson: 1 of 20 is .0089 to .2361, 20 of 20 from .8389 on.
    assert_eq!(
        enough.out,
        "persona,kind,asked,answered,yes,share,from,to\neducator,post,21,20,1,0.05,0.01,0.24\neducator,talk,20,20,20,1.00,0.84,1.00\n"
    );
    assert!(!enough.talk.contains("educator: a share needs"), "{}", enough.talk);
    assert!(
        enough.talk.contains("validator: a share needs 40 answered asks, there are 0"),
        "{}",
        enough.talk
    );
    assert_eq!(asks(&["--persona", "validator", "--format", "csv"]).out.lines().count(), 1);
    assert_eq!(asks(&["--as-of", "2026-06-29", "--format", "csv"]).out.lines().count(), 1);
}

#[test]
fn an_ask_is_advised_by_the_persona() {
    let program = Program::people();
    program.ok(&["survey", "take", "1", "--answers", EDUCATOR]);
    program.ok(&["survey", "take", "2", "--answers", TIE]);
    let said = program.ok(&["share", "ask", "1", "Would you write it down?"]).talk;
    assert!(said.contains("educator, how to speak: ") && said.contains("educator, how to thank: "), "{said}");
    let tied = program.ok(&["share", "ask", "2", "Would you write it down?"]).talk;
    assert!(!tied.contains("how to speak"), "{tied}");
    std::fs::create_dir_all(program.path("personas")).expect("a folder");
    let own = include_str!("../data/personas/educator.toml")
        .replace("Give the reason and the detail", "Bring cake");
    std::fs::write(program.path("personas/educator.toml"), own).expect("writes");
    let said = program.ok(&["share", "ask", "1", "And this?", "--anyway"]).talk;
    assert!(said.contains("educator, how to speak: Bring cake"), "{said}");
}
