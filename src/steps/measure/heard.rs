//! `measure heard`: "how did you hear about us" matched to advocates, with a queue for the doubtful.

use super::credit::ledger::{decoys, matcher};
use super::heard_decide::{self, Change};
use super::heard_match::{Matcher, Reading, Verdict};
use super::rates;
use crate::app::App;
use crate::app::ask::quoted;
use crate::app::fail::End;
use crate::app::period::{Period, Span};
use crate::output::{Cell, Table};
use crate::store::heard;
use anyhow::Result;
use clap::Args;

/// "How did you hear about us", matched to advocates.
///
/// What cannot be told for certain waits in a queue (--queue, or one by one with --review). A decision is remembered, and
/// taken back with --undo.
///
/// Example: groundswell measure heard --decide "that video=ana@example.com" --decide "the meetup=other"
#[derive(Debug, Args)]
pub struct Heard {
    /// Only the answers that wait for a decision
    #[arg(long)]
    queue: bool,
    /// The answers that wait, one by one, with questions
    #[arg(long, conflicts_with_all = ["queue", "decide", "accept", "refuse", "undo", "decoy", "no_decoy"])]
    review: bool,
    /// Say who is meant by an answer: a member, program or other (may be given more than once)
    #[arg(long, value_name = "ANSWER=WHO")]
    decide: Vec<String>,
    /// The member suggested for an answer is meant (may be given more than once)
    #[arg(long, value_name = "ANSWER")]
    accept: Vec<String>,
    /// The member suggested for an answer is not meant, and nobody of ours is (may be given more than once)
    #[arg(long, value_name = "ANSWER")]
    refuse: Vec<String>,
    /// Take the decision about an answer back (may be given more than once)
    #[arg(long, value_name = "ANSWER")]
    undo: Vec<String>,
    /// A channel that never existed, among those you offer: who ticks it does not remember (may be given more than once)
    #[arg(long, value_name = "CHANNEL")]
    decoy: Vec<String>,
    /// It is no decoy any more
    #[arg(long, value_name = "CHANNEL")]
    no_decoy: Vec<String>,
    #[command(flatten)]
    span: Span,
}

impl Heard {
    /// Writes decisions down, or lists the answers.
    pub fn run(self, app: &App) -> Result<End> {
        let period = self.span.or_all(app)?;
        if self.review {
            return heard_decide::review(app, period);
        }
        let changes = [
            (Change::Decide, &self.decide),
            (Change::Accept, &self.accept),
            (Change::Refuse, &self.refuse),
            (Change::Undo, &self.undo),
        ];
        let channels = heard_decide::channels(app, &self.decoy, &self.no_decoy)?;
        if changes.iter().all(|(_, texts)| texts.is_empty()) && !channels {
            return list(app, period, self.queue);
        }
        heard_decide::write(app, changes)?;
        app.screen.next("groundswell measure heard --queue", "the answers still to be decided");
        Ok(End::Done)
    }
}

/// The answers of a period as they are read, the most frequent first.
pub fn read(app: &App, matcher: &Matcher, period: Period) -> Result<Vec<(String, i64, Reading)>> {
    let mut answers = heard::answers(app.store()?, app.as_of(), (period.from, period.to))?;
    answers.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Ok(answers
        .into_iter()
        .map(|(answer, n)| {
            let reading = matcher.read(&answer);
            (answer, n, reading)
        })
        .collect())
}

fn list(app: &App, period: Period, queue: bool) -> Result<End> {
    let read = read(app, &matcher(app)?, period)?;
    let table = table(app, &read, queue, period)?;
    app.screen.show(&table)?;
    let first = read.iter().find(|(.., reading)| reading.verdict == Verdict::Unknown).filter(|_| queue);
    let shown = |answer: &str| if app.screen.redact.is_some() { "ANSWER".into() } else { answer.to_string() };
    match first {
        Some((answer, _, Reading { member: Some(_), .. })) => app.screen.next(
            &format!("groundswell measure heard --accept {}", quoted(&shown(answer))),
            "or --refuse, or --decide \"ANSWER=MEMBER\"; one by one with --review",
        ),
        Some((answer, ..)) => app.screen.next(
            &format!("groundswell measure heard --decide {}", quoted(&format!("{}=MEMBER", shown(answer)))),
            "or =program, or =other; one by one with --review; the decision is remembered",
        ),
        None => app.screen.next("groundswell measure credit", "what these answers are evidence for"),
    }
    Ok(End::Done)
}

fn table(app: &App, read: &[(String, i64, Reading)], queue: bool, period: Period) -> Result<Table> {
    let names = app.names(read.iter().filter_map(|(.., reading)| reading.member))?;
    let mut table = Table::new(&["answer", ">n", "verdict", ">member", "name", ">confidence", "?by"]).or_say(if queue {
        "No answer waits for a decision."
    } else {
        "Nobody was asked, or nobody answered: orders and deals bring the answers in their column `heard` (groundswell import FILE --map heard=COLUMN)."
    });
    let mut counts = [0_i64; 5];
    for (answer, n, reading) in read {
        counts[match reading.verdict {
            Verdict::Member(_) => 0,
            Verdict::Program => 1,
            Verdict::Other => 2,
            Verdict::Unknown => 3,
            Verdict::Decoy => 4,
        }] += n;
        if !queue || reading.verdict == Verdict::Unknown {
            table.row(vec![
                answer.clone().into(),
                (*n).into(),
                reading.verdict.word().into(),
                reading.member.into(),
                reading.member.and_then(|member| names.get(&member).cloned()).into(),
                Cell::number(reading.confidence, 2),
                reading.by.into(),
            ]);
        }
    }
    let all: i64 = counts.iter().sum();
    if !read.is_empty() {
        table.note(format!(
            "{all} answers, {period}: {} name an advocate, {} the program, {} another source, {} cannot be told.",
            counts[0], counts[1], counts[2] + counts[4], counts[3]
        ));
        table.note("A member beside `unknown` is a suggestion and counts for nothing until decided. People misremember: an answer supports a code, it does not overrule it.");
        table.notes.extend(ticked(app, counts[4], all)?);
    }
    Ok(table)
}

/// How many ticked a channel that never existed: so many at least do not remember.
fn ticked(app: &App, count: i64, all: i64) -> Result<Option<String>> {
    if decoys(app.store()?)?.is_empty() {
        return Ok(None);
    }
    let share = rates::share(count, all).filter(|share| share.n >= rates::FEWEST);
    Ok(Some(match share {
        Some(share) => format!(
            "{count} of {all} name a channel that never existed ({:.1} %, likely {:.1} to {:.1} %): at least so many answers are no memory.",
            100.0 * share.value,
            100.0 * share.lo,
            100.0 * share.hi
        ),
        None => format!(
            "{count} of {all} name a channel that never existed; for a share it needs {} answers.",
            rates::FEWEST
        ),
    }))
}
