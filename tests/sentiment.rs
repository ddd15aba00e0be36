//! `survey nps` and `survey csat` from outside: ranges, change, segments, trend, and the composition trap.

use crate::identify::{Program, TODAY};

/// Members 1..=n in a language, with an answer each: (language, score before, score now), days 100 and 10 ago.
fn answered(groups: &[(&str, &[i64], &[i64])]) -> Program {
    let program = Program::new();
    let mut member = 0;
    for (language, before, now) in groups {
        for (ago, scores) in [(100, before), (10, now)] {
            for score in *scores {
                member += 1;
                program.sql(&format!(
                    "INSERT INTO members (id, person, day) VALUES ({member}, {member}, {TODAY} - 200);
                     INSERT INTO facts (member, field, day, value) VALUES ({member}, 'language', {TODAY} - 200, '{language}');
                     INSERT INTO responses (member, kind, score, low, high, at, day)
                     VALUES ({member}, 'nps', {score}, 0, 10, 0, {TODAY} - {ago})"
                ));
            }
        }
    }
    program
}

fn scores(promoters: usize, passives: usize, detractors: usize) -> Vec<i64> {
    [vec![9; promoters], vec![7; passives], vec![2; detractors]].concat()
}

#[test]
fn the_score_stands_in_its_range() {
    let program = answered(&[("en", &scores(17, 13, 10), &scores(19, 9, 8))]);
    let said = program.ok(&["survey", "nps", "--asked", "120", "--format", "csv"]);
    expect_test::expect![[r"
        segment,n,asked,score,low,high,promoters,passives,detractors,before,change,change_low,change_high,verdict,compared,caution
        (everyone),36,120,30.6,2.9,53.5,19,9,8,17.5,13.1,-22.9,46.7,cannot_tell,different people,
    "]]
    .assert_eq(&said.out);
    expect_test::expect![[r"
        NPS 31 (36 answers of 120 asked). The true value is likely between 3 and 54. Up 13 points on 2026-01-02 to 2026-04-01: too small a change to tell from chance.
        2026-04-02 to 2026-06-30, against 2026-01-02 to 2026-04-01. Everyone's latest answer in it.
        30 % of those asked answered; the range knows nothing of the others.
        Next: groundswell survey nps --by stage   (the same, segment by segment)
    "]]
    .assert_eq(&said.talk);
}

#[test]
fn few_answers_say_less() {
    let program = Program::new();
    let empty = program.ok(&["survey", "nps"]);
    assert!(
        empty.out.is_empty() && empty.talk.contains("groundswell import FILE --as nps"),
        "{}",
        empty.talk
    );
    let four = answered(&[("en", &[], &[10, 9, 9, 2])]);
    let said = four.ok(&["survey", "nps", "--format", "csv"]);
    assert!(said.out.contains("(everyone),4,,,,,3,0,1,,,,,not_enough_data,,counts only"), "{}", said.out);
    assert!(said.talk.contains("NPS: 4 answers, too few for a score: it needs 5."), "{}", said.talk);
    let some = answered(&[("en", &[], &scores(8, 2, 1))]);
    let said = some.ok(&["survey", "nps", "--period", "all"]);
    assert!(
        said.talk.contains(
            "NPS likely between 13 and 87 (11 answers; with so few the score itself, 64, is only indicative)."
        ),
        "{}",
        said.talk
    );
}

#[test]
fn one_answer_a_person_and_the_same_people_twice() {
    let program = Program::people();
    let each = |ago: i64, scores: [i64; 6]| {
        for (member, score) in (1..).zip(scores) {
            program.sql(&format!(
                "INSERT INTO responses (member, kind, score, low, high, at, day)
                 VALUES ({member}, 'nps', {score}, 0, 10, 0, {TODAY} - {ago})"
            ));
        }
    };
    each(100, [8, 6, 9, 3, 9, 7]);
    // Two answers in the period: the later one counts. Staff and other scales do not.
    each(20, [0, 0, 0, 0, 0, 0]);
    each(0, [9, 7, 10, 4, 8, 10]);
    program.sql(&format!(
        "INSERT INTO responses (member, kind, score, low, high, at, day) VALUES
           (7, 'nps', 0, 0, 10, 0, {TODAY}), (NULL, 'nps', 1, 1, 5, 0, {TODAY})"
    ));
    let said = program.ok(&["survey", "nps", "--format", "csv"]);
    assert!(said.out.contains("(everyone),6,,33.3,"), "{}", said.out);
    assert!(said.out.contains(",33.3,-52.4,119.0,cannot_tell,6 same people,indicative"), "{}", said.out);
    assert!(said.talk.contains("Answers on other scales are left out: 1 on 1-5."), "{}", said.talk);
    let one = program.ok(&["survey", "nps", "--who", "name=王小明", "--format", "csv"]);
    assert!(one.out.contains("(everyone),1,,,,,0,1,0,"), "{}", one.out);
    assert!(one.talk.contains("Only those who fit"), "{}", one.talk);
}

#[test]
fn a_total_that_falls_while_every_segment_rises_is_named() {
    let program = answered(&[
        ("en", &scores(6, 8, 6), &scores(30, 30, 20)),
        ("zh", &scores(56, 16, 8), &scores(15, 3, 2)),
    ]);
    let said = program.ok(&["survey", "nps", "--by", "language", "--format", "csv"]);
    expect_test::expect![[r"
        segment,n,asked,score,low,high,promoters,passives,detractors,before,change,change_low,change_high,verdict,compared,caution,within,mix
        (everyone),100,,23.0,7.2,37.5,45,33,22,48.0,-25.0,-45.0,-3.6,clear,different people,,8.8,-33.8
        en,80,,12.5,-4.7,28.8,30,30,20,0.0,12.5,-23.5,47.6,cannot_tell,different people,,6.3,-17.6
        zh,20,,65.0,28.1,85.0,15,3,2,60.0,5.0,-33.3,30.6,cannot_tell,different people,indicative,2.5,-16.2
    "]]
    .assert_eq(&said.out);
    assert!(said.talk.contains("by language no segment moved that way (Simpson's paradox)"), "{}", said.talk);
    // Without segments the usual suspects are looked at.
    let total = program.ok(&["survey", "nps"]);
    assert!(total.talk.contains("(groundswell survey nps --by language)"), "{}", total.talk);
    // Other names for the segments change nothing.
    let before = said.out.clone();
    program.sql(
        "UPDATE facts SET value = CASE value WHEN 'en' THEN 'fr' ELSE '中文' END WHERE field = 'language'",
    );
    let renamed = program.ok(&["survey", "nps", "--by", "language", "--format", "csv"]).out;
    assert_eq!(renamed.replace("fr,", "en,").replace("中文,", "zh,"), before);
}

#[test]
fn segments_are_ranked_only_where_their_ranges_are_apart() {
    let apart = answered(&[("en", &[], &scores(2, 5, 53)), ("de", &[], &scores(50, 5, 5))]);
    let said = apart.ok(&["survey", "nps", "--by", "language"]);
    assert!(said.talk.contains("de is above en: their ranges do not overlap."), "{}", said.talk);
    let alike =
        answered(&[("en", &[], &scores(8, 5, 5)), ("de", &[], &scores(10, 5, 5)), ("", &[], &[1, 2])]);
    let said = alike.ok(&["survey", "nps", "--by", "language"]);
    assert!(said.talk.contains("The segments cannot be ranked: their ranges overlap."), "{}", said.talk);
    assert!(said.out.contains("(unknown)"), "{}", said.out);
    alike.sql(&format!("INSERT INTO tags (member, tag, day) VALUES (1, 'a', {TODAY}), (1, 'b', {TODAY})"));
    assert!(said.talk.contains("Under 30 answers read the range"), "{}", said.talk);
    let tags = alike.ok(&["survey", "nps", "--by", "tag", "--format", "csv"]);
    assert!(tags.out.contains("\na,1,") && tags.out.contains("\nb,1,"), "{}", tags.out);
    assert!(
        tags.talk.contains("who is in several counts in each") && !tags.out.contains("within"),
        "{}",
        tags.talk
    );
}

#[test]
fn eight_quarters_have_a_row_each() {
    let program = answered(&[("en", &scores(17, 13, 10), &scores(19, 9, 8))]);
    let said = program.ok(&["survey", "nps", "--trend", "--format", "csv"]);
    assert_eq!(said.out.lines().count(), 9, "{}", said.out);
    assert!(said.out.contains("2026-Q1,(everyone),40,,17.5,") && said.out.contains("2026-Q2,(everyone),36,"));
    assert!(said.talk.contains("(everyone): ??????_# (17.5 to 30.6)"), "{}", said.talk);
    let months = program.ok(&[
        "survey",
        "nps",
        "--trend",
        "month",
        "--by",
        "language",
        "--as-of",
        "2026-06-25",
        "--format",
        "csv",
    ]);
    assert!(months.out.contains("2026-06,en,36,"), "{}", months.out);
    assert!(months.talk.contains("2026-06 is not over: it ends here on 2026-06-25."), "{}", months.talk);
}

#[test]
fn satisfaction_is_a_share_on_its_own_scale() {
    let program = Program::new();
    for (low, high, score, people, ago) in [
        (1, 5, 5, 56, 10),
        (1, 5, 3, 14, 10),
        (1, 5, 4, 48, 100),
        (1, 5, 1, 32, 100),
        (1, 7, 6, 6, 10),
        (1, 7, 5, 6, 10),
    ] {
        for _ in 0..people {
            program.sql(&format!(
                "INSERT INTO responses (kind, score, low, high, at, day) VALUES ('csat', {score}, {low}, {high}, 0, {TODAY} - {ago})"
            ));
        }
    }
    let said = program.ok(&["survey", "csat", "--format", "csv"]);
    assert!(
        said.out.contains("(everyone),70,,80.0,69.2,87.7,56,14,60.0,20.0,5.2,33.4,clear,different people,"),
        "{}",
        said.out
    );
    assert!(said.talk.contains("Scale 1-5: satisfied is 4 and above."), "{}", said.talk);
    assert!(said.talk.contains("12 on 1-7; --scale LOW-HIGH shows another"), "{}", said.talk);
    let seven = program.ok(&["survey", "csat", "--scale", "１－７", "--format", "csv"]);
    assert!(seven.out.contains("(everyone),12,,50.0,"), "{}", seven.out);
}

#[test]
fn wrong_wishes_are_refused() {
    let program = answered(&[("en", &[], &scores(8, 2, 1))]);
    program.run(&["survey", "nps", "--asked", "3"]).fails(2, "--asked 3: 11 people answered");
    program
        .run(&["survey", "csat", "--scale", "5"])
        .fails(2, "--scale 5: write the lowest and the highest answer, as 1-5");
    program.run(&["survey", "nps", "--trend", "--period", "2026"]).fails(2, "cannot be used with");
    program.run(&["survey", "nps", "--by", "mood"]).fails(2, "invalid value 'mood'");
    program.run(&["survey", "nps", "--who", "mood=bad"]).fails(2, "--who");
}

#[test]
fn rows_set_aside_are_counted() {
    let program = Program::new();
    std::fs::write(
        program.path("nps.csv"),
        "email,score,date\na@example.com,9,2026-06-20\nd@example.com,3,2026-06-20\ne@example.com,8,2026-06-20\nf@example.com,10,2026-06-20\nb@example.com,7.5,2026-06-20\nc@example.com,,2026-06-20\n",
    )
    .expect("writes");
    program.run(&["import", "nps.csv", "--as", "nps", "--scale", "0-10"]).fails(3, "");
    let said = program.ok(&["survey", "nps"]);
    assert!(said.talk.contains("1 row of the nps files brought in so far set aside"), "{}", said.talk);
    assert!(
        said.talk.contains("1 row of the nps files brought in so far without an answer: asked, and silent."),
        "{}",
        said.talk
    );
}
