//! What a filter reads as, what it prints as, and what is said of a slip.

use super::*;
use proptest::prelude::*;

/// A filter's canonical text, or what is wrong and the marked part.
fn canonical(text: &str) -> String {
    match read(text) {
        Ok(filter) => filter.to_string(),
        Err(problem) => {
            let marked: String = text.chars().skip(problem.at).take(problem.len).collect();
            format!("[{marked}] {}", problem.says)
        }
    }
}

#[test]
fn one_text_for_every_way_to_write_it() {
    for (typed, text) in [
        (
            "persona=educator stage=active platform:youtube audience>1000 not-asked:30d tag=beta",
            "persona=educator stage=active platform:youtube audience>1000 not-asked:30d tag=beta",
        ),
        ("stage = active , on-hold", "stage=active,on-hold"),
        ("Stage:Active", "stage=active"),
        ("advocates", "stage=active,on-hold"),
        ("active or educator", "stage=active or persona=educator"),
        ("persona=\"Status Seeker\"", "persona=status-seeker"),
        ("stage!=active", "-stage=active"),
        ("not not stage=active", "stage=active"),
        ("-(tag=a or tag=b) country=DE", "-(tag=a or tag=b) country=DE"),
        ("(tag=a tag=b) (tag=c)", "tag=a tag=b tag=c"),
        ("tag=a and (tag=b or (tag=c or tag=d))", "tag=a (tag=b or tag=c or tag=d)"),
        (
            "ｓｔａｇｅ＝ａｃｔｉｖｅ，on-hold　ａｕｄｉｅｎｃｅ＞１０００",
            "stage=active,on-hold audience>1000",
        ),
        ("name~“王 小明”", "name~\"王 小明\""),
        ("name~王小明、", "[、] a value is missing after this, such as name~lindqvist"),
        ("nps=promoter", "nps=9,10"),
        ("promoters or Passive", "nps=9,10 or nps=7,8"),
        ("\"promoter\"", "\"promoter\""),
        ("audience=1000..5000 score=70..", "audience=1000..5000 score>=70"),
        ("joined=2025/1/5 since<=2026年6月1日", "joined=2025-01-05 since<=2026-06-01"),
        ("inactive:12w", "inactive:84d"),
        ("customer_since<2025-01-01", "customer-since<2025-01-01"),
        ("has:email,consent", "has:email,consent"),
        ("@beta -@staff-friends", "@beta -@staff-friends"),
        ("ana@example.com 12 x:@ana", "ana@example.com 12 \"x:@ana\""),
        ("\"Ana Lindqvist\" \"or\"", "\"Ana Lindqvist\" \"or\""),
        ("https://x.com/ana", "\"https://x.com/ana\""),
        ("score>-5", "score>-5"),
        ("platform:小红书", "platform:xiaohongshu"),
        ("tag=\"say \\\"hi\\\"\"", "tag=\"say \\\"hi\\\"\""),
    ] {
        assert_eq!(canonical(typed), text, "{typed}");
        if let Ok(filter) = read(typed) {
            assert_eq!(read(&filter.to_string()), Ok(filter), "{typed}");
        }
    }
}

#[test]
fn a_slip_is_pointed_at() {
    for (typed, marked, says) in [
        ("", "", "a condition is missing"),
        ("stage=active or", "", "a condition is missing"),
        ("stagee=active", "stagee", "did you mean stage?"),
        ("platfrom:youtube", "platfrom", "did you mean platform?"),
        ("stage=actve", "actve", "Did you mean active?"),
        ("persona=influencer", "influencer", "There are educator, status-seeker"),
        ("tag=beta audience", "audience", "a shell takes < and > for itself"),
        ("audience>many", "many", "is not a number"),
        ("audience>1,000", "000", "only = takes several values"),
        ("nps>promoter", "promoter", "write nps=promoter"),
        ("joined<soon", "soon", "is not a day"),
        ("not-asked:30", "30", "write it as 30d or 4w"),
        ("not-asked:0d", "0d", "write it as 30d or 4w"),
        ("not-asked>30d", ">", "is compared with :"),
        ("stage~act", "~", "is compared with = and !="),
        ("stage=", "=", "a value is missing"),
        ("(stage=active", "(", "not closed"),
        ("stage=active)", ")", "never opened"),
        ("tag=\"beta", "\"beta", "not closed"),
        ("consent=dinner", "dinner", "There are contact"),
        ("audience=9..1", "9..1", "nobody can fit"),
        ("audience=..", "..", "from where to where"),
        ("name~\"\"", "\"\"", "in everything"),
        ("tag=\"\"", "\"\"", "-has:tag"),
        ("handle=@", "@", "missing after the @"),
        ("name~a,b", "b", "takes one text"),
        ("asked:3d,4d", "4d", "one stretch"),
        ("tag=a , or", "or", ""),
    ] {
        let Err(problem) = read(typed) else {
            assert!(says.is_empty(), "{typed} is a filter");
            continue;
        };
        let found: String = typed.chars().skip(problem.at).take(problem.len).collect();
        assert_eq!(found, marked, "{typed}: {}", problem.says);
        assert!(problem.says.contains(says), "{typed}: {}", problem.says);
    }
    let deep = format!("{}stage=active", "(".repeat(10_000));
    assert!(canonical(&deep).contains("levels"), "{}", canonical(&deep));
    assert!(canonical(&format!("{}stage=active", "-".repeat(10_000))).contains("levels"));
}

#[test]
fn the_caret_stands_below_the_place() {
    let text = "name~王小明 stage=actve";
    let problem = read(text).expect_err("a slip");
    let shown = problem.shown(text);
    let lines: Vec<&str> = shown.lines().collect();
    // Chinese characters are two columns wide.
    assert_eq!(lines[1..], ["  name~王小明 stage=actve", "                    ^^^^^"]);
    let long = format!("{} stage=actve {}", "tag=a ".repeat(40), "tag=b ".repeat(40));
    let shown = read(&long).expect_err("a slip").shown(&long);
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines.iter().all(|line| line.chars().count() <= 66 || line == &lines[0]), "{shown}");
    let at = lines[2].find('^').expect("a caret");
    assert_eq!(lines[1].chars().skip(at).take(5).collect::<String>(), "actve");
}

#[test]
fn it_is_said_in_words() {
    let said = |text: &str| read(text).map(|filter| filter.said());
    assert_eq!(
        said("advocates (tag=beta or not-asked:30d)"),
        Ok("stage is active or on-hold and (has the tag beta or not asked for anything in the last 30 days)"
            .into())
    );
    assert_eq!(said("-country=DE"), Ok("not (country is DE)".into()));
    assert_eq!(said("joined<2025-01-01"), Ok("came to the community before 2025-01-01".into()));
}

/// Texts as people type them, with what has a meaning in the language among them.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,6}",
        "[ -~]{1,8}",
        "\\PC{1,5}",
        prop::sample::select(vec![
            "or",
            "not",
            "-",
            "@x",
            "a b",
            "\"",
            "\\",
            "stage",
            "王小明",
            "ｘ＝１",
            "x:y",
            "1..2"
        ])
        .prop_map(String::from),
    ]
    .prop_map(|text| text.trim().to_string())
    .prop_filter("not empty", |text| !text.is_empty())
}

fn tests_of_numbers() -> impl Strategy<Value = Test<f64>> {
    let number = || {
        prop_oneof![(-1000i32..100_000).prop_map(f64::from), (0i32..1000).prop_map(|n| f64::from(n) / 8.0)]
    };
    prop_oneof![
        prop::collection::vec(number(), 1..4).prop_map(Test::Is),
        number().prop_map(Test::Less),
        number().prop_map(Test::AtMost),
        number().prop_map(Test::More),
        number().prop_map(Test::AtLeast),
        (number(), 0i32..50).prop_map(|(low, more)| Test::Between(low, low + f64::from(more))),
    ]
}

fn terms() -> impl Strategy<Value = Term> {
    let open = [Field::Tag, Field::Country, Field::Company, Field::Owner, Field::Name, Field::Email];
    let closed = [Field::Stage, Field::Persona, Field::Standing, Field::Consent, Field::Has];
    let day = (-10_000i32..40_000).prop_map(Day);
    prop_oneof![
        (prop::sample::select(open.to_vec()), prop::collection::vec(texts(), 1..4))
            .prop_map(|(f, v)| Term::Is(f, v)),
        (prop::sample::select(open.to_vec()), texts()).prop_map(|(field, text)| Term::Contains(field, text)),
        prop::sample::select(closed.to_vec()).prop_flat_map(|field| {
            let words: Vec<String> = field.words().into_iter().map(String::from).collect();
            prop::collection::vec(prop::sample::select(words), 1..3)
                .prop_map(move |values| Term::Is(field, values))
        }),
        (prop::sample::select(vec![Field::Audience, Field::Score, Field::Nps]), tests_of_numbers())
            .prop_map(|(field, test)| Term::Number(field, test)),
        (prop::sample::select(vec![Field::Joined, Field::Since]), day)
            .prop_map(|(f, d)| Term::Day(f, Test::AtLeast(d))),
        (prop::sample::select(vec![Field::Asked, Field::NotAsked, Field::Inactive]), 1..5000)
            .prop_map(|(field, days)| Term::Within(field, days)),
        prop::collection::vec(texts(), 1..3).prop_map(Term::Members),
        "[a-z][a-z0-9-]{0,8}".prop_map(Term::Saved),
    ]
}

fn filters() -> impl Strategy<Value = Filter> {
    terms().prop_map(Filter::Term).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_filter_map("parts", Filter::all),
            prop::collection::vec(inner.clone(), 1..4).prop_filter_map("parts", Filter::any),
            inner.prop_map(Filter::negated),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(filter in filters()) {
        let text = filter.to_string();
        prop_assert_eq!(read(&text), Ok(filter), "{}", text);
    }

    #[test]
    fn no_filter_that_is_typed_panics(text in "(\\PC|stage|=|,|-|\\(|\\)|\"| |or|not|:|>|@|nps|\\.\\.|30d){0,40}") {
        match read(&text) {
            Ok(filter) => {
                prop_assert!(!filter.said().is_empty());
                prop_assert_eq!(read(&filter.to_string()), Ok(filter.clone()), "{}", filter);
            }
            Err(problem) => prop_assert!(problem.shown(&text).lines().count() >= 3, "{}", problem.shown(&text)),
        }
    }
}
