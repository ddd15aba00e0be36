//! What real exports do to a program that guesses, each with a few invented rows.
use super::plan::When;
use super::{LineItems, Outcome, Plan, Source, Wishes, understand};
use crate::import::form::Form;
use crate::import::profile::{Layout, Profile};
use crate::import::reader::column::Column;
use crate::import::reader::{Input, ReadOptions, learn};
use crate::import::values::scores::Scale;
use crate::model::field::Field;
use crate::model::kind::Kind;
use std::sync::Arc;

/// Columns of a small file: header rows and a line per row, cells parted by `|`.
fn file(header: &str, rows: &[&str]) -> Vec<Column> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in std::iter::once(&header).chain(rows) {
        writer.write_record(line.split('|')).unwrap();
    }
    let bytes = writer.into_inner().unwrap();
    let input = Input::from_reader("small.csv", bytes.as_slice()).unwrap();
    learn(&input, &ReadOptions::default()).unwrap().remove(0).columns
}

/// Flags as typed.
fn wishes(flags: &str) -> Wishes {
    let mut wishes = Wishes::default();
    for flag in flags.split("--").map(str::trim).filter(|flag| !flag.is_empty() && *flag != "-") {
        let (name, value) = flag.split_once(' ').unwrap();
        match name {
            "as" => wishes.as_kind = Some(value.parse().unwrap()),
            "scale" => wishes.scale = Some(value.parse().unwrap()),
            "map" => {
                wishes.map.push(value.split_once('=').map(|(f, c)| (f.to_owned(), c.to_owned())).unwrap());
            }
            "date-order" => wishes.date_order = true,
            "member" => wishes.member = true,
            "year" => wishes.year = true,
            "platform" => wishes.platform = Some(value.to_lowercase()),
            other => panic!("--{other} in the cases is not known here"),
        }
    }
    wishes
}

fn ends(columns: &[Column], flags: &str) -> Outcome {
    understand(columns, Layout { tables: 1, ..Layout::default() }, &wishes(flags), &[], &Arc::default())
        .unwrap()
}

#[track_caller]
fn plan(columns: &[Column], flags: &str) -> Plan {
    match ends(columns, flags) {
        Outcome::Plan(plan) => *plan,
        other => panic!("{flags}: {other:#?}"),
    }
}

#[track_caller]
fn asks(columns: &[Column], flags: &str) -> Vec<String> {
    match ends(columns, flags) {
        Outcome::Ask(questions) => questions.into_iter().map(|question| question.flag).collect(),
        other => panic!("{flags}: {other:#?}"),
    }
}

#[track_caller]
fn refused(columns: &[Column], flags: &str) -> String {
    match ends(columns, flags) {
        Outcome::Refuse { reason, .. } => reason,
        other => panic!("{flags}: {other:#?}"),
    }
}

fn reads(plan: &Plan, field: Field, column: usize) -> bool {
    plan.fields.get(&field) == Some(&Source::Column(column))
}

#[test]
fn of_several_scores_the_one_called_nps_is_it() {
    let rows = ["1|9|8|10|très bien et rapide|NA", "2|NA|0|3|trop cher|5", "3|0|10|0|rien à dire|4"];
    let retail = plan(&file("|nps|satisfaction|intention|explication|magasin", &rows), "");
    assert!(retail.kind == Kind::Nps && reads(&retail, Field::Score, 1) && reads(&retail, Field::Comment, 4));
    assert!(!retail.has(Field::Id) && !retail.has(Field::Handle), "row numbers are nobody");
    assert!(retail.notes.iter().any(|note| note.contains("--as csat")), "{:?}", retail.notes);
}

#[test]
fn a_category_called_nps_is_not_the_score_and_a_sentinel_no_index() {
    let rows =
        ["7|Promotor|9|x", "8|Pasivo|6|y", "9|Detractor|-2147483648|z", "10|Pasivo|7|x", "11|Promotor|10|x"];
    let spanish = plan(&file("ID_Cliente|NPS|ValorNPS|Canal", &rows), "");
    assert!(reads(&spanish, Field::Score, 2) && reads(&spanish, Field::Handle, 0));
    assert_eq!(spanish.platform.as_deref(), Some("id"));
}

#[test]
fn qualtrics_groups_stand_before_the_score() {
    let columns = file(
        "RecordedDate|ResponseId|Finished|Q1_NPS_GROUP|Q1",
        &[
            "Recorded|Id|Finished|How likely - Group|How likely are you to recommend us?",
            "{\"ImportId\":\"a\"}|{\"ImportId\":\"b\"}|{\"ImportId\":\"c\"}|{\"ImportId\":\"d\"}|{\"ImportId\":\"e\"}",
            "2026-01-02 10:00:00|R_1|1|3|10 - Extremely likely",
            "2026-01-03 10:00:00|R_2|1|1|4",
        ],
    );
    let qualtrics = plan(&columns, "");
    assert!(reads(&qualtrics, Field::Score, 4) && reads(&qualtrics, Field::Id, 1), "{qualtrics:#?}");
    assert_eq!((qualtrics.profile.as_deref(), qualtrics.scale), (Some("qualtrics"), Some(Scale::NPS)));
}

#[test]
fn counted_answers_are_refused_in_every_shape() {
    let months = ["2026-01|65|10", "2026-02|70|12", "2026-03|61|15"];
    assert_eq!(refused(&file("Month|NPS|Responses", &months), ""), "aggregated");
    let means = ["a|4.31", "b|4.72"];
    assert_eq!(refused(&file("Team|CSAT", &means), ""), "aggregated");
    let options = ["2026-01-01|3|9|12", "2026-01-02|1|8|11"];
    assert_eq!(refused(&file("date|dissatisfied|neutral|very satisfied", &options), ""), "aggregated");
    assert_eq!(refused(&file("week|promoters|detractors", &["1|8|3", "2|9|4"]), ""), "aggregated");
    assert_eq!(refused(&file("score|count", &["0|3", "9|12", "10|40"]), "--as nps"), "aggregated");
}

#[test]
fn satisfaction_of_tickets_has_no_date_but_its_own() {
    let rows = [
        "1|Ada L|a@example.org|2021-03-22|3.0|2023-06-01 11:14:38",
        "2|Bo|b@example.org|2021-05-22|1.0|",
        "3|Cy|c@example.org|2020-07-14|5.0|",
    ];
    let header = "Ticket ID|Customer Name|Customer Email|Date of Purchase|Customer Satisfaction Rating|Time to Resolution";
    let tickets = plan(&file(header, &rows), "");
    assert!(tickets.kind == Kind::Csat && tickets.scale == Some(Scale::CSAT) && !tickets.has(Field::Date));
    let dated = plan(&file(header, &rows), "--map date=Time to Resolution");
    assert!(reads(&dated, Field::Date, 5));
}

#[test]
fn an_order_total_repeated_on_its_rows_is_counted_once() {
    let rows = ["١٠|2026-01-13|٢٥٠|قميص", "١٠|2026-01-13|٢٥٠|حذاء", "١١|2026-01-14|٩٠|قميص"];
    let orders = plan(&file("رقم الطلب|تاريخ الطلب|الإجمالي|المنتج", &rows), "--as orders");
    assert_eq!(orders.line_items, Some(LineItems::Repeated));
    let lines = ["A-1|2026-01-13|10.50", "A-1|2026-01-13|7.25", "A-2|2026-01-14|9.00"];
    assert_eq!(plan(&file("Order ID|Order Date|Sales", &lines), "").line_items, Some(LineItems::Sum));
    let first = ["A-1|2026-01-13|17.75", "A-1||", "A-2|2026-01-14|9.00"];
    assert_eq!(plan(&file("Order ID|Order Date|Total", &first), "").line_items, Some(LineItems::Sum));
}

#[test]
fn orders_whose_numbers_a_spreadsheet_rounded_are_refused() {
    let rows = ["2.01E+17|2026-01-13|17.75", "2.01E+17|2026-01-14|9.00"];
    assert_eq!(refused(&file("Order ID|Order Date|Total", &rows), ""), "damaged-ids");
}

#[test]
fn a_refused_file_can_still_be_mapped_by_who_knows_it() {
    let rows = ["2026-01-01|discord.gg/abc|3|2026-01-01", "2026-01-01|discord.gg/def|1|2026-01-01"];
    let invites = file("day_pt|invite_link|joins|interval_start_timestamp", &rows);
    assert_eq!(refused(&invites, ""), "no-member");
    let clicks = plan(&invites, "--as clicks --map link=invite_link --map clicks=joins --map date=day_pt");
    assert!(reads(&clicks, Field::Link, 1) && reads(&clicks, Field::Clicks, 2));
}

#[test]
fn a_days_gain_is_no_audience_and_a_stock_is() {
    let gains = ["2026-01-01|2|0|0|2", "2026-01-02|5|1|0|6"];
    let header = "Date|Organic followers|Sponsored followers|Auto-invited followers|Total followers";
    assert_eq!(refused(&file(header, &gains), ""), "no-member");
    let stock = ["2026-01-01|2|0|0|1200", "2026-01-02|5|1|0|1206"];
    assert_eq!(asks(&file(header, &stock), ""), ["--member MEMBER"]);
    let report = ["2026-01-01|100|5000|3", "2026-01-02|101|5100|4"];
    assert_eq!(refused(&file("date|followers|impressions|posts", &report), ""), "no-member");
    assert_eq!(
        asks(&file("Fecha|Seguidores", &["2026-01-31|10", "2026-02-01|20"]), ""),
        ["--member MEMBER", "--platform NAME"]
    );
}

#[test]
fn our_own_headers_need_no_kind() {
    for (header, row, kind) in [
        (
            "email|handle|platform|name|company|joined",
            "a@example.org|ada|x|Ada|Works|2026-01-02",
            Kind::Members,
        ),
        (
            "email|handle|platform|kind|date|url|title|reach|engagements",
            "a@example.org|ada|x|post|2026-01-02|https://x.com/ada/status/1|Hi|7|1",
            Kind::Activity,
        ),
        ("email|handle|date|metric|amount", "a@example.org||2026-01-02|logins|7", Kind::Usage),
        ("email|handle|platform|date|followers", "a@example.org|ada|x|2026-01-02|70", Kind::Audience),
        ("email|name|date|message", "a@example.org|Ada|2026-01-02|I like it", Kind::Signups),
        ("link|date|clicks|visitor", "https://e.org/a|2026-01-02|3|", Kind::Clicks),
        (
            "order|date|amount|currency|code|customer|status|refunded|heard",
            "1|2026-01-02|9.50|EUR|ADA|a@example.org|paid|0|a friend",
            Kind::Orders,
        ),
        (
            "deal|created|stage|won|amount|currency|customer|heard",
            "1|2026-01-02|won|yes|9.50|EUR|a@example.org|a friend",
            Kind::Deals,
        ),
    ] {
        let plan = plan(&file(header, &[row]), "");
        assert_eq!(plan.kind, kind, "{header}");
        for (at, name) in
            header.split('|').enumerate().filter(|(at, _)| !row.split('|').nth(*at).unwrap_or("").is_empty())
        {
            assert!(reads(&plan, name.parse().unwrap(), at), "{header}: {name} {:#?}", plan.fields);
        }
    }
    assert_eq!(
        asks(&file("id|email|score|comment|date", &["1|a@example.org|4|fine|2026-01-02"]), ""),
        ["--as csat", "--scale 1-5"]
    );
}

#[test]
fn names_alone_join_nobody() {
    let rows = ["Ada|Works|2026-01-02|2026-02-02|7|vip", "Bo|Play|2026-01-03|2026-02-02|9|"];
    let members = file("Member|Company|First Seen|Last Seen|Activity Count|Tags", &rows);
    assert_eq!(asks(&members, ""), ["--map handle=Member"]);
}

#[test]
fn a_survey_tool_with_people_and_no_question_asks_what_they_are() {
    let rows = ["1/2/2026 10:00:00|a@example.org|I like it", "2/2/2026 10:00:00|b@example.org|So do I"];
    let form = file("Timestamp|Email Address|Why?", &rows);
    assert_eq!(asks(&form, ""), ["--as signups", "--date-order dmy"]);
    assert_eq!(plan(&form, "--as signups --date-order dmy").profile.as_deref(), Some("google-forms"));
}

#[test]
fn persona_statements_are_known_by_their_text_in_any_language() {
    let form = Form::of(&[
        ["I like to explain", "我喜欢讲解"],
        ["Being seen matters to me", "被看见对我很重要"],
        ["I check what others claim", "我会核实别人的说法"],
    ]);
    let header = "Timestamp|How much is it you? [I like to explain]|2. Being seen matters to me.|3、我会核实别人的说法";
    let columns = file(header, &["2026-01-02 10:00:00|5|4|1", "2026-01-02 11:00:00|2|3|1"]);
    let outcome = understand(&columns, Layout::default(), &wishes(""), &[], &Arc::new(form)).unwrap();
    let Outcome::Plan(plan) = outcome else { panic!("{outcome:#?}") };
    assert_eq!((plan.kind, plan.statements), (Kind::Survey, [(1, 1), (2, 2), (3, 3)].into()));
}

#[test]
fn the_users_own_profile_comes_first_and_by_name() {
    let own = "name = \"ours\"\ntool = \"Ours\"\ntitle = \"t\"\nkind = \"nps\"\n[[signature]]\nheaders = [\"Mark\"]\n\
               [columns]\nscore = \"Mark\"\n[[skip]]\ncolumn = \"Mark\"\nprefix = \"x\"\nreason = \"test\"";
    let own = [Profile::parse(own, "ours.toml").unwrap()];
    let columns = file("Mark", &["0", "10", "5"]);
    let outcome = understand(&columns, Layout::default(), &wishes(""), &own, &Arc::default()).unwrap();
    let Outcome::Plan(plan) = outcome else { panic!("{outcome:#?}") };
    assert_eq!(plan.profile.as_deref(), Some("ours"));
    assert_eq!(plan.skip[0].when, When::Prefix(vec!["x".to_owned()]));
    let wrong = Wishes { profile: Some("theirs".to_owned()), ..Wishes::default() };
    let error =
        understand(&columns, Layout::default(), &wrong, &own, &Arc::default()).unwrap_err().to_string();
    assert!(error.contains("--profile theirs") && error.contains("`ours`, `crowd-dev`"), "{error}");
}

#[test]
fn a_file_that_says_nothing_is_asked_about_and_an_empty_one_refused() {
    assert_eq!(asks(&file("alpha|beta", &["x|y", "z|w"]), ""), ["--as KIND"]);
    assert_eq!(refused(&file("alpha|beta", &["NA|NA", "|-"]), ""), "no-rows");
    assert_eq!(
        refused(&file("day|visitors|pageviews", &["2026-01-01|5|9", "2026-01-02|7|12"]), ""),
        "no-member"
    );
}

#[test]
fn a_wide_survey_of_opinions_is_refused() {
    let header: Vec<String> =
        (0..400).map(|at| format!("Q{at} What do you think of the matter number {at}?")).collect();
    let row = vec!["a rather long answer in words"; 400].join("|");
    let columns = file(&header.join("|"), &[&row, &row]);
    assert_eq!(refused(&columns, ""), "no-question");
}
