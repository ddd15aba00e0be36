//! `measure heard`: "how did you hear about us" matched to advocates, with a queue for the doubtful.

use super::credit::ledger::matcher;
use super::heard_match::{Matcher, Verdict, key};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::period::{Period, Span};
use crate::model::time::half_width;
use crate::output::{Cell, Table};
use crate::store::heard;
use anyhow::{Result, bail};
use clap::Args;

/// "How did you hear about us", matched to advocates.
///
/// Example: groundswell measure heard --decide "that video=ana@example.com" --decide "the meetup=other"
#[derive(Debug, Args)]
pub struct Heard {
    /// Only the answers that wait for a decision
    #[arg(long)]
    queue: bool,
    /// Say who is meant by an answer: a member, program or other (may be given more than once)
    #[arg(long, value_name = "ANSWER=WHO")]
    decide: Vec<String>,
    #[command(flatten)]
    span: Span,
}

/// An answer, who is meant, and how that is written down.
struct Decision {
    answer: String,
    verdict: &'static str,
    member: Option<i64>,
    shown: String,
}

impl Heard {
    /// Writes decisions down, or lists the answers.
    pub fn run(self, app: &App) -> Result<End> {
        let period = self.span.or_all(app)?;
        if self.decide.is_empty() {
            return list(app, period, self.queue);
        }
        let ever = Period::until(app.as_of());
        let answers = heard::answers(app.store()?, app.as_of(), (ever.from, ever.to))?;
        let decisions =
            self.decide.iter().map(|text| decision(app, text, &answers)).collect::<Result<Vec<_>>>()?;
        app.write(|store| {
            let mut notes = Vec::new();
            for one in &decisions {
                let before = heard::decide(store, &one.answer, one.verdict, one.member, app.as_of())?;
                let before = before.map_or_else(String::new, |(verdict, member)| {
                    member.map_or(verdict, |member| format!("member {member}"))
                });
                let what = format!("decided what '{}' means", one.answer);
                let note = Note { member: one.member, ..Note::program("measure heard", what) };
                notes.push(note.change(before, one.shown.clone()));
            }
            Ok(((), notes))
        })?;
        for one in &decisions {
            app.screen.say(&format!("'{}' means {}", one.answer, one.shown));
        }
        app.screen.next("groundswell measure heard --queue", "the answers still to be decided");
        Ok(End::Done)
    }
}

/// Reads `ANSWER=WHO` and finds both.
fn decision(app: &App, text: &str, answers: &[(String, i64)]) -> Result<Decision> {
    let parts = text.rsplit_once(['=', '＝']).map(|(answer, who)| (answer.trim(), who.trim()));
    let Some((answer, who)) = parts.filter(|(answer, who)| !answer.is_empty() && !who.is_empty()) else {
        return Err(usage(format!(
            "--decide {text}: write it as \"ANSWER=WHO\", where WHO is a member, program or other"
        )));
    };
    let wanted = key(answer);
    let Some((answer, _)) = answers.iter().find(|(known, _)| key(known) == wanted) else {
        let near = answers
            .iter()
            .map(|(known, _)| (strsim::jaro_winkler(&key(known), &wanted), known))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)));
        let hint = near
            .filter(|near| near.0 >= 0.8)
            .map_or_else(String::new, |near| format!("; did you mean '{}'?", near.1));
        bail!("nobody answered '{answer}'{hint} (all answers: groundswell measure heard)");
    };
    let answer = answer.clone();
    let (verdict, member, shown) = match half_width(who).to_lowercase().as_str() {
        "program" | "社区" => ("program", None, "the program, no person".to_string()),
        "other" | "其他" | "其它" => ("other", None, "another source".to_string()),
        _ => {
            let person = app.member(who)?;
            ("member", Some(person.id), format!("{} ({})", person.label(), person.id))
        }
    };
    Ok(Decision { answer, verdict, member, shown })
}

fn list(app: &App, period: Period, queue: bool) -> Result<End> {
    let matcher = matcher(app)?;
    let mut answers = heard::answers(app.store()?, app.as_of(), (period.from, period.to))?;
    answers.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let table = table(app, &matcher, &answers, queue, period)?;
    app.screen.show(&table)?;
    match table.rows.first().filter(|_| queue).and_then(|row| row.first()) {
        Some(answer) => app.screen.next(
            &format!("groundswell measure heard --decide \"{}=MEMBER\"", answer.plain()),
            "or =program, or =other; the decision is remembered",
        ),
        None => app.screen.next("groundswell measure credit", "what these answers are evidence for"),
    }
    Ok(End::Done)
}

fn table(
    app: &App,
    matcher: &Matcher,
    answers: &[(String, i64)],
    queue: bool,
    period: Period,
) -> Result<Table> {
    let read: Vec<_> = answers.iter().map(|(answer, n)| (answer, *n, matcher.read(answer))).collect();
    let people = read.iter().filter_map(|(.., reading)| reading.member);
    let names = app.names(people)?;
    let mut table = Table::new(&["answer", ">n", "verdict", ">member", "name", ">confidence"]).or_say(if queue {
        "No answer waits for a decision."
    } else {
        "Nobody was asked, or nobody answered: orders and deals bring the answers in their column `heard` (groundswell import FILE --map heard=COLUMN)."
    });
    let mut counts = [0_i64; 4];
    for (answer, n, reading) in &read {
        counts[match reading.verdict {
            Verdict::Member(_) => 0,
            Verdict::Program => 1,
            Verdict::Other => 2,
            Verdict::Unknown => 3,
        }] += n;
        if !queue || reading.verdict == Verdict::Unknown {
            table.row(vec![
                (*answer).clone().into(),
                (*n).into(),
                reading.verdict.word().into(),
                reading.member.into(),
                reading.member.and_then(|member| names.get(&member).cloned()).into(),
                Cell::number(reading.confidence, 2),
            ]);
        }
    }
    if !read.is_empty() {
        table.note(format!(
            "{} answers, {period}: {} name an advocate, {} the program, {} another source, {} cannot be told.",
            counts.iter().sum::<i64>(), counts[0], counts[1], counts[2], counts[3]
        ));
        table.note("A member beside `unknown` is a suggestion and counts for nothing until decided. People misremember: an answer supports a code, it does not overrule it.");
    }
    Ok(table)
}
