//! Which columns of a survey's export are its questions, and which of them is the score.
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

use super::plan::{InRows, Outcome, Plan, Question, Source};
use super::{Sheet, by_name, by_profile, evidence, finish, mapping};
use crate::import::headers::{bare, fits, labels, title, words};
use crate::import::profile::Profile;
use crate::import::reader::column::Column;
use crate::import::synonyms::{is_called, says};
use crate::import::understand::guess::Guess;
use crate::model::field::Field;
use crate::model::kind::Kind;

/// Fewer recognised statements than this may be chance, or another survey about the same things.
const STATEMENTS_THAT_TELL: usize = 3;

/// The questions that the program knows.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub nps: Vec<usize>,
    pub csat: Vec<usize>,
    pub statements: BTreeMap<u8, usize>,
}

/// Finds the questions among the columns that are not `meta`.
pub(super) fn asked(meta: &BTreeSet<usize>, sheet: &Sheet) -> Asked {
    let mut asked = Asked::default();
    let questions = &sheet.synonyms.questions;
    for column in sheet.columns.iter().filter(|column| column.filled > 0 && !meta.contains(&column.index)) {
        let text = question(column, sheet);
        if let Some(number) = statement(column, &text, sheet) {
            asked.statements.entry(number).or_insert(column.index);
            continue;
        }
        // Of a short header every word counts; in a whole question `group` or `month` may be what it is about.
        let is_about = |label: &str| words(label).len() <= 4 && says(label, &questions.not_scores, &[]);
        if labels(column).any(is_about) {
            continue;
        }
        let Some(scores) = evidence::scores(column) else {
            if evidence::worded(column).is_some() && says(&text, &questions.csat_words, &questions.csat_parts)
            {
                asked.csat.push(column.index);
            } else if evidence::out_of_ten(column) && says(&text, &questions.nps_words, &questions.nps_parts)
            {
                asked.nps.push(column.index);
            }
            continue;
        };
        if scores.is_tick() || scores.is_computed() {
            continue;
        }
        // Yes, no and don't know as 1, 2, 3.
        let is_choice = column.filled >= 10 && scores.max <= 3.0;
        if says(&text, &questions.nps_words, &questions.nps_parts) {
            if !is_choice || says(&text, &questions.nps_words, &[]) {
                asked.nps.push(column.index);
            }
        } else if says(&text, &questions.csat_words, &questions.csat_parts) {
            asked.csat.push(column.index);
        }
    }
    add_grouped(&mut asked, sheet);
    asked
}

/// Qualtrics writes `Q1_NPS_GROUP` beside `Q1`: the group tells that the other is the score.
fn add_grouped(asked: &mut Asked, sheet: &Sheet) {
    let bases: Vec<String> = sheet
        .columns
        .iter()
        .flat_map(labels)
        .filter_map(|name| Some(bare(name.strip_suffix("_NPS_GROUP")?)))
        .collect();
    for column in sheet.columns.iter().filter(|column| labels(column).any(|name| bases.contains(&bare(name))))
    {
        if evidence::scores(column).is_some() && !asked.nps.contains(&column.index) {
            asked.nps.push(column.index);
        }
    }
}

/// The question above a column. In two-row exports it stands over its first choice only, the others are blank.
pub(super) fn question(column: &Column, sheet: &Sheet) -> String {
    let own = evidence::text_of(column);
    let is_continued = column.names.len() > 1 && column.names[0].is_empty() && !own.is_empty();
    let left = sheet.columns[..column.index]
        .iter()
        .rev()
        .find(|left| left.names.first().is_some_and(|n| !n.is_empty()));
    match left {
        Some(left) if is_continued => format!("{} {own}", left.names[0]),
        _ => own,
    }
}

/// The statement a column asks about.
fn statement(column: &Column, text: &str, sheet: &Sheet) -> Option<u8> {
    sheet.form.statement(&bare(text), &labels(column).map(bare).collect::<Vec<_>>())
}

/// A file with one row per answer, whose statements stand in a column instead of in the header; none where no column
/// holds enough of them.
pub(super) fn in_rows(sheet: &Sheet) -> Result<Option<Outcome>> {
    let is_one = |text: &&String| {
        let text = bare(text);
        sheet.form.statement(&text, std::slice::from_ref(&text)).is_some()
    };
    let holds = |column: &&Column| {
        let known = column.samples.iter().filter(is_one);
        known.take(STATEMENTS_THAT_TELL).count() >= STATEMENTS_THAT_TELL
    };
    let Some(column) = sheet.columns.iter().find(holds) else { return Ok(None) };
    let Some(answer) = answers(sheet, column.index) else {
        let message = format!(
            "one row per answer: the statements stand in the rows of `{}`, and no column of their answers (1-5) is told \
             from the others. Name its header `answer`, or make one row of each person, with a column per statement",
            title(column)
        );
        return Ok(Some(Outcome::refuse("one-row-per-answer", message)));
    };
    let rows = InRows { statement: column.index, answer };
    let mut plan = Plan::of(Kind::Survey);
    plan.fields = by_name::fields(Kind::Survey, sheet, &BTreeSet::from([rows.statement, rows.answer]));
    plan.notes.push(format!(
        "one row per answer: the statements of `{}` are answered in `{}`; what one person answered on one day is taken \
         together, counted once, and its further rows are ignored as such",
        title(column),
        title(&sheet.columns[answer])
    ));
    plan.in_rows = Some(rows);
    mapping::apply(&sheet.mapped, &mut plan)?;
    Ok(Some(finish::outcome(plan, sheet)))
}

/// The column of the answers to statements that stand in a column: the one that is called so, else the only one that
/// holds 1 to 5 or their words.
fn answers(sheet: &Sheet, statements: usize) -> Option<usize> {
    let words = &sheet.synonyms.words.answer_columns;
    let others = || sheet.columns.iter().filter(|column| column.index != statements && column.filled > 0);
    if let Some(called) = others().find(|column| is_called(column, words)) {
        return Some(called.index);
    }
    let is_answer = |column: &&Column| {
        evidence::worded(column).is_some()
            || evidence::scores(column).is_some_and(|scores| scores.min >= 1.0 && scores.max <= 5.0)
    };
    let found: Vec<usize> = others().filter(is_answer).map(|column| column.index).collect();
    if let [one] = found.as_slice() { Some(*one) } else { None }
}

/// How many of the statements were found, and which were not: reworded, left out, or answered by nobody.
pub(super) fn found(plan: &Plan, sheet: &Sheet) -> Vec<String> {
    let (found, all) = (plan.statements.len(), sheet.form.statements().count());
    let mut notes = vec![format!("{found} of {all} statements found")];
    let title_of =
        |number: u8| plan.statements.get(&number).map(|at| bare(&question(&sheet.columns[*at], sheet)));
    // In the language of those that were found.
    let of_language = |lang: usize| {
        let is_it = |(number, texts): &(u8, [&str; 2])| {
            title_of(*number).is_some_and(|title| title.contains(&bare(texts[lang])))
        };
        sheet.form.statements().filter(is_it).count()
    };
    let lang = usize::from(of_language(1) > of_language(0));
    for (number, texts) in sheet.form.statements().filter(|(number, _)| !plan.statements.contains_key(number))
    {
        let text = texts[lang];
        notes.push(format!(
            "not found, or answered by nobody: {number}. {text} (reworded? --map s{number}=COLUMN)"
        ));
    }
    let asks_choice = |column: &Column| column.names.iter().any(|name| sheet.form.is_choice(name));
    if !sheet.columns.iter().any(asks_choice) {
        notes.push("the choice of one thing was not found: it only breaks ties".to_owned());
    }
    notes
}

/// The kind a survey tool's file has by its questions.
pub(super) fn kind(profile: &Profile, sheet: &Sheet) -> Guess {
    let meta: BTreeSet<usize> = profile.meta_columns(sheet.columns).into_iter().collect();
    let asked = asked(&meta, sheet);
    if let Some(kind) = kind_of(&asked) {
        return Guess::Kind(kind);
    }
    if sheet.mapped.fields.contains_key(&Field::Score) {
        let question =
            Question::new("what the score answers", "--as nps", "no question says it").or("--as csat");
        return Guess::Ask { question, as_if: None };
    }
    let people = by_name::fields(Kind::Signups, sheet, &meta);
    let is_person = [Field::Email, Field::Name, Field::Handle].iter().any(|field| people.contains_key(field));
    if is_person || by_profile::names_a_person(profile, sheet.columns) {
        let why = "no question is about NPS, satisfaction or the persona statements, but people are named";
        let question = Question::new("what the rows are", "--as signups", why).or("--as members");
        return Guess::Ask { question, as_if: Some(Kind::Signups) };
    }
    Guess::Ends(Box::new(Outcome::refuse(
        "no-question",
        format!(
            "{}: no NPS, CSAT or persona question, and nobody is named; if a column is a score, say which: \
             --as nps --map score=COLUMN",
            profile.tool
        ),
    )))
}

/// The kind that questions decide.
pub(super) fn kind_of(asked: &Asked) -> Option<Kind> {
    if asked.statements.len() >= STATEMENTS_THAT_TELL {
        return Some(Kind::Survey);
    }
    let told = [(Kind::Nps, &asked.nps), (Kind::Csat, &asked.csat)];
    told.into_iter().find(|(_, columns)| !columns.is_empty()).map(|(kind, _)| kind)
}

/// A plan for answers. What is no question by the profile is looked at by the profile only.
pub(super) fn plan(kind: Kind, profile: Option<&Profile>, sheet: &Sheet) -> Plan {
    let meta: BTreeSet<usize> =
        profile.map(|profile| profile.meta_columns(sheet.columns)).unwrap_or_default().into_iter().collect();
    let asked = asked(&meta, sheet);
    let mut plan = Plan::of(kind);
    let mut taken = meta;
    taken.extend(asked.statements.values().chain(&asked.nps).chain(&asked.csat));
    plan.fields = by_name::fields(kind, sheet, &taken);
    if kind == Kind::Survey {
        plan.statements = asked.statements;
        return plan;
    }
    let (candidates, names, other) = match kind {
        Kind::Nps => (&asked.nps, &sheet.synonyms.questions.nps_names, &asked.csat),
        _ => (&asked.csat, &sheet.synonyms.questions.csat_names, &asked.nps),
    };
    if !sheet.mapped.fields.contains_key(&Field::Score) {
        match best(candidates, names, sheet).as_slice() {
            [] => {}
            [one] => {
                plan.fields.insert(Field::Score, Source::Column(*one));
            }
            // Which of several is asked for where the plan is finished.
            _ => {
                plan.fields.remove(&Field::Score);
            }
        }
    }
    if let (false, Some(Source::Column(score))) = (plan.has(Field::Comment), plan.fields.get(&Field::Score)) {
        let beside =
            sheet.columns.get(score + 1).filter(|c| !taken.contains(&c.index) && evidence::holds_prose(c));
        plan.fields.extend(beside.map(|column| (Field::Comment, Source::Column(column.index))));
    }
    if let Some(column) = other.first().map(|other| &sheet.columns[*other]) {
        let other = if kind == Kind::Nps { Kind::Csat } else { Kind::Nps };
        plan.notes
            .push(format!("`{}` is another question: import the file again --as {other}", title(column)));
    }
    plan
}

/// Of several columns that say they are the score, those of the best name.
pub(super) fn best(columns: &[usize], names: &[String], sheet: &Sheet) -> Vec<usize> {
    let rank = |at: usize| {
        let column = &sheet.columns[at];
        names
            .iter()
            .position(|name| labels(column).any(|label| fits(name, label, bare)))
            .unwrap_or(names.len())
    };
    let lowest = columns.iter().map(|at| rank(*at)).min();
    columns.iter().copied().filter(|at| Some(rank(*at)) == lowest).collect()
}
