//! What kind of records a file holds, when neither the user nor a profile says it.
use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Outcome, Question, Source};
use super::{Sheet, by_name, evidence, groups, survey};
use crate::import::headers::{labels, title, words};
use crate::import::reader::column::Column;
use crate::import::synonyms::{is_called, says};
use crate::import::values::scores::Scale;
use crate::model::field::Field;
use crate::model::kind::Kind;

/// Rows enough to see that people come back.
const EVENTS_THAT_TELL: u64 = 6;

type Fields = BTreeMap<Field, Source>;

/// How far a guess goes.
pub(super) enum Guess {
    /// The file says it.
    Kind(Kind),
    /// It must be asked, and what else is missing if the answer is as expected.
    Ask { question: Question, as_if: Option<Kind> },
    /// Whatever it is, it is not for us.
    Ends(Box<Outcome>),
}

/// The kind by what headers and values say together.
pub(super) fn kind(sheet: &Sheet) -> Guess {
    if let Some(kind) = survey::kind_of(&survey::asked(&BTreeSet::new(), sheet)) {
        return Guess::Kind(kind);
    }
    let fields = |kind| by_name::fields(kind, sheet, &BTreeSet::new());
    let order = [Kind::Deals, Kind::Orders, Kind::Usage, Kind::Rollup, Kind::Activity, Kind::Clicks];
    // As planned, not as named: what people did with a post is a sum of columns.
    if let Some(kind) = order.into_iter().find(|kind| tells(*kind, &by_name::plan(*kind, sheet).fields)) {
        return Guess::Kind(kind);
    }
    if tells(Kind::Audience, &fields(Kind::Audience)) {
        return audience(&fields(Kind::Audience), sheet);
    }
    if let Some(guess) = lone_score(&fields(Kind::Csat), sheet) {
        return guess;
    }
    if let Some(why) = groups::without_scores(sheet) {
        return Guess::Ends(Box::new(Outcome::refuse("no-score", why)));
    }
    if let Some(guess) = orders_without_amount(&fields(Kind::Orders), sheet) {
        return guess;
    }
    if let Some(guess) = unreadable_score(sheet) {
        return guess;
    }
    let people = [Kind::Signups, Kind::Members];
    let tells_people = |kind: &Kind| tells(*kind, &fields(*kind)) && !of_events(&fields(*kind), sheet);
    if let Some(kind) = people.into_iter().find(tells_people) {
        return sales_of(kind, &fields(Kind::Orders), sheet).unwrap_or(Guess::Kind(kind));
    }
    nothing_known(&fields(Kind::Members), sheet)
}

/// What looks like people, and has what was paid and paid back, or the code used, beside each.
fn sales_of(people: Kind, orders: &Fields, sheet: &Sheet) -> Option<Guess> {
    let header = |field| Some(title(&sheet.columns[*orders.get(&field)?.columns().first()?]));
    let amount = header(Field::Amount).filter(|_| orders.contains_key(&Field::Date))?;
    let other = header(Field::Refunded).or_else(|| header(Field::Code))?;
    let why = format!("people, by their dates; sales, by `{amount}` and `{other}`");
    let question = Question::new("what the rows are", format!("--as {}", Kind::Orders), why);
    let question = question.or(format!("--as {people}"));
    Some(Guess::Ask { question, as_if: Some(Kind::Orders) })
}

/// Whether most people come back on other rows: what they did, not who they are.
fn of_events(people: &Fields, sheet: &Sheet) -> bool {
    let column =
        [Field::Email, Field::Handle].iter().find_map(|field| people.get(field)).map(Source::columns);
    column.is_some_and(|at| {
        let column = &sheet.columns[at[0]];
        column.filled >= EVENTS_THAT_TELL && column.distinct * 2 <= column.filled
    })
}

/// A column that is called NPS or CSAT and holds no scores as they are known.
fn unreadable_score(sheet: &Sheet) -> Option<Guess> {
    let questions = &sheet.synonyms.questions;
    // Several headers in one cell are a delimiter that was not found.
    let is_one = |label: &str| words(label).len() <= 4 && !label.contains([',', ';', '\t']);
    let is_called_so = |column: &Column, names: &[String]| {
        labels(column).any(|label| is_one(label) && says(label, names, &[]))
    };
    let both = [(Kind::Nps, &questions.nps_words), (Kind::Csat, &questions.csat_words)];
    let (kind, column) = both.into_iter().find_map(|(kind, words)| {
        let holds_values = |column: &&Column| column.filled > 0 && column.dates.is_none();
        let about = |column: &&Column| !labels(column).any(|label| says(label, &questions.not_scores, &[]));
        let found = sheet.columns.iter().filter(holds_values).filter(about);
        Some((kind, found.into_iter().find(|column| is_called_so(column, words))?))
    })?;
    let sample = column.samples.first().map(String::as_str).unwrap_or_default();
    let why = format!(
        "`{}` is called like a score and holds values such as `{sample}`, which do not say on which scale",
        title(column)
    );
    let question = Question::new("what the rows are", format!("--as {kind}"), why);
    Some(Guess::Ask { question: question.or("--as KIND"), as_if: Some(kind) })
}

/// Whether the fields found are unmistakably of this kind.
fn tells(kind: Kind, fields: &Fields) -> bool {
    use Field as F;
    let all = |wanted: &[Field]| wanted.iter().all(|field| fields.contains_key(field));
    let any = |wanted: &[Field]| wanted.iter().any(|field| fields.contains_key(field));
    match kind {
        Kind::Deals => {
            all(&[F::Deal]) && any(&[F::Stage, F::Won]) && any(&[F::Amount, F::Created, F::Closed])
        }
        Kind::Orders => all(&[F::Order, F::Amount, F::Date]),
        Kind::Usage => all(&[F::Metric, F::Amount]) && any(&[F::Email, F::Handle]),
        Kind::Activity => {
            let is_post = any(&[F::Url, F::Title, F::ExternalId]);
            let is_act = all(&[F::Kind]) && any(&[F::Email, F::Handle]) && any(&[F::Url, F::Platform]);
            all(&[F::Date]) && ((is_post && any(&[F::Reach, F::Impressions, F::Engagements])) || is_act)
        }
        Kind::Clicks => all(&[F::Link]) && (all(&[F::Clicks]) || all(&[F::Date, F::Visitor])),
        Kind::Audience => all(&[F::Followers, F::Date]),
        Kind::Signups => all(&[F::Email, F::Message, F::Date]),
        Kind::Members => {
            let about = [F::Joined, F::CustomerSince, F::Company, F::Country, F::Language, F::Value, F::Tags];
            (all(&[F::Email]) && any(&about)) || (all(&[F::Handle, F::Name]) && any(&about))
        }
        Kind::Rollup => {
            all(&[F::Acts, F::Kind, F::Platform]) && any(&[F::Date, F::Day]) && any(&[F::Email, F::Handle])
        }
        Kind::Nps | Kind::Csat | Kind::Survey => false,
    }
}

/// One stock of one account is an audience; a stock among other measures of the day is a report.
fn audience(fields: &Fields, sheet: &Sheet) -> Guess {
    let used: BTreeSet<usize> = fields.values().flat_map(|source| source.columns().to_vec()).collect();
    let words = &sheet.synonyms.words;
    let other = sheet.columns.iter().find(|column| {
        let of_followers = labels(column).any(|label| says(label, &[], &words.follower_parts));
        let counts = column.filled > 0 && column.numbers.is_some() && !is_called(column, &words.row_number);
        counts && !used.contains(&column.index) && !of_followers && !is_id(column)
    });
    let whose = [Field::Email, Field::Handle, Field::Url].iter().any(|field| fields.contains_key(field));
    match other {
        Some(column) if !whose => {
            let message = format!(
                "a report of many measures per day (`{}` beside followers): nobody is in it",
                title(column)
            );
            Guess::Ends(Box::new(Outcome::refuse("no-member", message)))
        }
        _ => Guess::Kind(Kind::Audience),
    }
}

/// Numbers, or shares in percent, that identify nothing.
fn is_count(column: &Column) -> bool {
    let is_share = |cell: &String| cell.trim_end_matches(['%', '％']).trim().parse::<f64>().is_ok();
    !is_id(column)
        && column.dates.is_none()
        && (column.numbers.is_some() || column.samples.iter().all(is_share))
}

fn is_id(column: &Column) -> bool {
    labels(column).any(|label| words(label).last().is_some_and(|word| word == "id" || word == "key"))
}

/// A column only called score: NPS if it runs from 0 to 10 and the rest speaks of a survey; else only the user knows.
fn lone_score(fields: &Fields, sheet: &Sheet) -> Option<Guess> {
    let Some(Source::Column(at)) = fields.get(&Field::Score) else { return None };
    let column = &sheet.columns[*at];
    let Some(scores) = evidence::scores(column) else {
        let sample = column.samples.first().map(String::as_str).unwrap_or_default();
        let why = format!(
            "`{}` holds words or faces such as {sample}, and nothing says what was asked",
            title(column)
        );
        let question = Question::new("what the score answers", format!("--as {}", Kind::Csat), why);
        return Some(Guess::Ask { question, as_if: Some(Kind::Csat) });
    };
    let vocabulary = &sheet.synonyms.questions.survey_words;
    let others = || sheet.columns.iter().filter(|other| other.index != *at).flat_map(labels);
    let of_survey = others().any(|label| says(label, vocabulary, &[]) || is_response_id(label));
    let (min, max) = (scores.min, scores.max);
    if scores.spans(Scale::NPS) && of_survey {
        return Some(Guess::Kind(Kind::Nps));
    }
    if let Some(kind) = said_beside(*at, sheet) {
        return Some(Guess::Kind(kind));
    }
    let why = format!("`{}` runs from {min} to {max}, and nothing says what was asked", title(column));
    let (likely, other) =
        if min >= 1.0 && max <= 7.0 { (Kind::Csat, Kind::Nps) } else { (Kind::Nps, Kind::Csat) };
    let question =
        Question::new("what the score answers", format!("--as {likely}"), why).or(format!("--as {other}"));
    Some(Guess::Ask { question, as_if: Some(likely) })
}

/// What a column beside the score says of every row: `nps`, or the three groups of its answers.
fn said_beside(score: usize, sheet: &Sheet) -> Option<Kind> {
    let questions = &sheet.synonyms.questions;
    let named = |names: &[String]| {
        let is_named = |column: &&Column| {
            let is_one = |cell: &String| words(cell).len() <= 3 && says(cell, names, &[]);
            column.index != score && column.filled == column.rows && column.samples.iter().all(is_one)
        };
        sheet.columns.iter().any(|column| column.filled > 0 && is_named(&column))
    };
    match (named(&questions.nps_words), named(&questions.csat_words)) {
        (true, false) => Some(Kind::Nps),
        (false, true) => Some(Kind::Csat),
        _ => groups::column(sheet, Some(score)).map(|_| Kind::Nps),
    }
}

fn is_response_id(label: &str) -> bool {
    let words = words(label);
    words.iter().any(|word| word == "response") && words.iter().any(|word| word == "id")
}

/// Orders by their number, but without what they were worth.
fn orders_without_amount(fields: &Fields, sheet: &Sheet) -> Option<Guess> {
    if !fields.contains_key(&Field::Order) || fields.contains_key(&Field::Amount) {
        return None;
    }
    let used: BTreeSet<usize> = fields.values().flat_map(|source| source.columns().to_vec()).collect();
    let words = &sheet.synonyms.words;
    let could_be = sheet.columns.iter().any(|column| {
        let known =
            [&words.quantity, &words.product, &words.row_number].iter().any(|names| is_called(column, names));
        evidence::holds_numbers(column) && !known && !used.contains(&column.index) && !is_id(column)
    });
    if could_be && fields.contains_key(&Field::Date) {
        let question = Question::new(
            "what the rows are",
            "--as orders",
            "orders are numbered, but no column is an amount",
        );
        return Some(Guess::Ask { question, as_if: Some(Kind::Orders) });
    }
    let message = "orders without what they were worth: no column is an amount";
    (!could_be).then(|| Guess::Ends(Box::new(Outcome::refuse("no-amount", message))))
}

/// Refuses what holds nobody; asks about the rest.
fn nothing_known(people: &Fields, sheet: &Sheet) -> Guess {
    let filled = || sheet.columns.iter().filter(|column| column.filled > 0);
    let dated = filled().any(|column| !column.dates.is_none() && column.numbers.is_none());
    let only_counts = filled().filter(|column| column.dates.is_none()).all(evidence::holds_numbers);
    if dated && only_counts && filled().count() > 1 {
        let message =
            "totals per day: nobody is in them, and no number of followers; export the rows behind them";
        return Guess::Ends(Box::new(Outcome::refuse("no-member", message)));
    }
    let named = [Field::Email, Field::Handle, Field::Name].iter().any(|field| people.contains_key(field));
    let questions = filled().flat_map(labels).filter(|label| label.contains(['?', '？'])).count();
    if questions >= 2 && !named {
        let message = "no NPS, CSAT or persona question, and nobody is named; if a column is a score, say which: \
                       --as nps --map score=COLUMN";
        return Guess::Ends(Box::new(Outcome::refuse("no-question", message)));
    }
    let counts: Vec<&Column> = filled().filter(|column| is_count(column)).collect();
    // A text of its own in each row, with a day beside it, may be a post.
    let is_text = |column: &Column| column.numbers.is_none() && column.dates.is_none() && !is_id(column);
    let is_told =
        |column: &&Column| is_text(column) && column.filled == column.rows && !column.has_duplicates;
    let posts = dated && filled().filter(is_told).count() > 0;
    if !named && !posts && counts.len() >= 2 && counts.len() * 2 >= filled().count() {
        let some = counts.iter().take(3).map(|column| format!("`{}`", title(column))).collect::<Vec<_>>();
        let message = format!(
            "sums ({}): no row is one person, answer, order or post; export the rows behind them. If each row is one after all: --as KIND",
            some.join(", ")
        );
        return Guess::Ends(Box::new(Outcome::refuse("aggregated", message)));
    }
    let headers: Vec<String> =
        sheet.columns.iter().take(8).map(|column| format!("`{}`", title(column))).collect();
    let why = format!("no profile fits, and the headers do not say it: {}", headers.join(", "));
    let flag = if posts && !named { format!("--as {}", Kind::Activity) } else { "--as KIND".into() };
    let mut question = Question::new("what the rows are", flag, why);
    for kind in if named { vec![Kind::Members, Kind::Signups] } else { Kind::ALL.to_vec() } {
        let other = format!("--as {kind}");
        if other != question.flag {
            question = question.or(other);
        }
    }
    Guess::Ask { question, as_if: None }
}
