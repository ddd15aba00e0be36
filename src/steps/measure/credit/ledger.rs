//! The evidence of every conversion, read set by set: codes, clicks of the buyers, and answers.

use super::assumed::Assumed;
use super::rules::{Rule, Touch};
use super::tiers::{CodeBook, CodeOwner, Conversion, Evidence, Heard, Touches};
use crate::app::App;
use crate::app::period::Period;
use crate::data;
use crate::model::time::Day;
use crate::steps::measure::heard_match::{Matcher, Verdict, Wording};
use crate::store::clicked::{Click, Clicked, Clickers};
use crate::store::credits::{self, Code, Deal, Sales, Which};
use crate::store::{Store, heard, settings};
use anyhow::Result;
use hashbrown::HashMap;

/// The kind of a deal that renews another.
pub const RENEWAL: &str = "renewal";
/// Days a click counts for, where the program says nothing else.
const USUAL_WINDOW_DAYS: f64 = 90.0;

/// What is asked of the ledger.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// Which orders and deals.
    pub which: Which,
    /// Counted on which days.
    pub period: Period,
    /// How many days before the conversion a click counts.
    pub window_days: i32,
    /// How several advocates share.
    pub rule: Rule,
}

/// The evidence, ready to be looked up.
pub struct Ledger {
    question: Question,
    book: CodeBook,
    heard: HashMap<String, Heard>,
    assumed: Assumed,
    /// Every code given out.
    pub codes: Vec<Code>,
}

/// What is met on the way through the ledger.
pub enum Seen<'a> {
    /// An order or a deal with its evidence.
    Conversion(&'a Deal, &'a Evidence),
    /// Clicks of someone known that led to no order or deal of the period, by day.
    Nothing(&'a [Touch]),
}

impl Ledger {
    /// Reads what the evidence needs: one query each for codes and answers.
    pub fn open(app: &App, question: Question) -> Result<Self> {
        let (store, as_of) = (app.store()?, app.as_of());
        let codes = credits::codes(store, as_of)?;
        let book = CodeBook::of(codes.iter().map(|code| CodeOwner {
            code: code.word.clone(),
            member: code.member,
            from: Some(code.from.0),
            until: code.to.map(|day| day.0),
        }));
        let ever = Period::until(as_of);
        let answers = heard::answers(store, as_of, (ever.from, ever.to))?;
        let mut heard = HashMap::new();
        // Where nobody answered, nobody's names need to be known.
        if !answers.is_empty() {
            let matcher = matcher(app)?;
            heard.extend(answers.into_iter().map(|(answer, _)| {
                let heard = matcher.read(&answer).verdict.heard();
                (answer, heard)
            }));
        }
        Ok(Self { question, book, heard, assumed: Assumed::read()?, codes })
    }

    /// Calls `see` with every order or deal of the period and its evidence, in the order of [`Sales::each`], as all of it is at
    /// one moment.
    pub fn each(&self, app: &App, mut see: impl FnMut(&Deal, &Evidence) -> Result<()>) -> Result<()> {
        self.walk(app, Clickers::Buyers, |seen| match seen {
            Seen::Conversion(deal, evidence) => see(deal, evidence),
            Seen::Nothing(_) => Ok(()),
        })
    }

    /// As [`Ledger::each`], and then the clicks of everyone that led to nothing: one path for each stretch of them without a pause
    /// longer than the window.
    pub fn each_path(&self, app: &App, see: impl FnMut(Seen) -> Result<()>) -> Result<()> {
        self.walk(app, Clickers::Everyone, see)
    }

    fn walk(&self, app: &App, whose: Clickers, mut see: impl FnMut(Seen) -> Result<()>) -> Result<()> {
        app.store()?.at_one_moment(|| {
            let (sales, window) = (self.sales(app)?, self.question.window_days);
            let clicked = Clicked::before(&sales, window, whose)?;
            let clicks = clicked.clicks();
            let (mut is_used, mut touches) = (vec![false; clicks.len()], Vec::new());
            sales.each(|deal| {
                self.settle(deal);
                let theirs = deal.buyer.map_or(0..0, |buyer| clicked.of(buyer));
                let days = deal.created.0 - window..=deal.until.0;
                for (click, is_used) in clicks[theirs.clone()].iter().zip(&mut is_used[theirs.clone()]) {
                    *is_used |= days.contains(&click.day);
                }
                take(&clicks[theirs], &mut touches);
                see(Seen::Conversion(deal, &self.evidence(deal, &touches)))
            })?;
            for theirs in clicked.people().filter(|_| whose == Clickers::Everyone) {
                take(&clicks[theirs.clone()], &mut touches);
                let mut is_used = is_used[theirs].iter();
                let period = self.question.period;
                touches.retain(|touch| is_used.next() == Some(&false) && period.has(Day(touch.day)));
                for stretch in touches.chunk_by(|one, next| next.day - one.day <= window) {
                    see(Seen::Nothing(stretch))?;
                }
            }
            Ok(())
        })
    }

    fn sales<'a>(&self, app: &'a App) -> Result<Sales<'a>> {
        let period = self.question.period;
        Sales::of(app.store()?, self.question.which, app.as_of(), (period.from, period.to))
    }

    /// A won deal that renews another is told apart by what the CRM calls it.
    fn settle(&self, deal: &mut Deal) {
        let texts = [deal.title.as_deref(), deal.stage.as_deref(), Some(&deal.number)];
        if self.renews(&deal.kind, texts.into_iter().flatten()) {
            deal.kind = RENEWAL.into();
        }
    }

    /// Whether what is said of a deal says that it renews another.
    pub fn renews<'a>(&self, kind: &str, mut texts: impl Iterator<Item = &'a str>) -> bool {
        kind == "deal" && texts.any(|text| self.assumed.is_renewal(text))
    }

    /// `clicks` are the buyer's.
    fn evidence(&self, deal: &Deal, clicks: &[Touch]) -> Evidence {
        let conversion = Conversion {
            day_created: deal.created.0,
            day_won: Some(deal.until.0),
            code: deal.code.as_deref(),
            heard: self.said(deal),
        };
        Evidence::of(&conversion, &self.book, Touches { clicks, others: &[] }, self.question.window_days)
    }

    /// The rule that was asked for.
    pub fn rule(&self) -> Rule {
        self.question.rule
    }

    /// What attribution assumes.
    pub fn assumed(&self) -> &Assumed {
        &self.assumed
    }

    /// What the buyer answered, where they did.
    pub fn said(&self, deal: &Deal) -> Option<Heard> {
        self.heard(deal.heard.as_deref()?)
    }

    /// What an answer says.
    pub fn heard(&self, answer: &str) -> Option<Heard> {
        self.heard.get(answer.trim()).copied()
    }

    /// Whose code it was on the day of the order.
    pub fn owner(&self, deal: &Deal) -> Option<i64> {
        self.owner_on(deal.code.as_deref()?, deal.created)
    }

    /// Whose a code was on a day.
    pub fn owner_on(&self, code: &str, day: Day) -> Option<i64> {
        self.book.owner(code, day.0)
    }
}

fn take(clicks: &[Click], touches: &mut Vec<Touch>) {
    touches.clear();
    touches.extend(clicks.iter().map(|click| Touch { day: click.day, member: i64::from(click.advocate) }));
}

/// The days a click counts for: what was asked, else the program's setting.
pub fn window_days(app: &App, asked: Option<i32>) -> Result<i32> {
    match asked {
        Some(days) => Ok(days),
        None => Ok(app.number("credit.click_window_days", USUAL_WINDOW_DAYS)? as i32),
    }
}

/// The setting that holds the channels that never existed, one a line.
pub const DECOYS: &str = "heard.decoys";

/// The channels that never existed.
pub fn decoys(store: &Store) -> Result<Vec<String>> {
    let text = settings::read(store, DECOYS)?.unwrap_or_default();
    Ok(text.lines().map(str::to_string).filter(|decoy| !decoy.is_empty()).collect())
}

/// What reads answers, with the program's advocates and its decisions.
pub fn matcher(app: &App) -> Result<Matcher> {
    let (store, as_of) = (app.store()?, app.as_of());
    let wording = Wording::read(data::needed("heard.toml")?)?;
    let decisions = heard::decisions(store, as_of)?;
    let verdict = |word: &str, member: Option<i64>| match (word, member) {
        ("member", Some(member)) => Some(Verdict::Member(member)),
        ("program", _) => Some(Verdict::Program),
        ("other", _) => Some(Verdict::Other),
        _ => None,
    };
    let decided = decisions
        .into_iter()
        .filter_map(|(answer, word, member)| Some((answer, verdict(&word, member)?)))
        .collect();
    let decoys = decoys(store)?;
    Ok(Matcher::of(wording, &heard::known_by(store, as_of)?, decided, decoys))
}
