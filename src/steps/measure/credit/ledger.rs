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
    /// How many clicks there are; met before all else.
    Clicks(usize),
    /// An order or a deal with its evidence.
    Conversion(&'a Deal, &'a Evidence),
    /// Clicks of someone known that led to no order or deal of the period, by day.
    Nothing(&'a [Touch]),
}

/// The orders and deals of a question, and the clicks before them.
struct Touched<'a> {
    store: &'a Store,
    sales: Sales,
    clicked: Clicked,
}

impl<'a> Touched<'a> {
    fn read(app: &'a App, question: Question, whose: Clickers) -> Result<Self> {
        let (store, span) = (app.store()?, (question.period.from, question.period.to));
        let sales = Sales::of(store, question.which, app.as_of(), span)?;
        let clicked = Clicked::before(store, &sales, question.window_days, whose)?;
        Ok(Self { store, sales, clicked })
    }
}

impl Ledger {
    /// Reads what the evidence needs: one query each for codes and answers.
    pub fn open(app: &App, question: Question) -> Result<Self> {
        let (store, as_of) = (app.store()?, app.as_of());
        Self::of(app, question, credits::codes(store, as_of)?, answers(store, as_of)?)
    }

    /// As [`Ledger::open`] and then [`Ledger::each`], with what both read read at once.
    pub fn through(
        app: &App,
        question: Question,
        see: impl FnMut(&Deal, &Evidence) -> Result<()>,
    ) -> Result<()> {
        let (store, as_of) = (app.store()?, app.as_of());
        store.at_one_moment(|| {
            let codes = |store: &Store| credits::codes(store, as_of);
            let touched = || Touched::read(app, question, Clickers::Buyers);
            let (codes, touched) = store.read_beside(codes, touched)?;
            let answers = if touched.sales.has_answers { answers(store, as_of)? } else { Vec::new() };
            Self::of(app, question, codes, answers)?.walk(&touched, Clickers::Buyers, conversions(see))
        })
    }

    fn of(app: &App, question: Question, codes: Vec<Code>, answers: Vec<(String, i64)>) -> Result<Self> {
        let book = CodeBook::of(codes.iter().map(|code| CodeOwner {
            code: code.word.clone(),
            member: code.member,
            from: Some(code.from.0),
            until: code.to.map(|day| day.0),
        }));
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
    pub fn each(&self, app: &App, see: impl FnMut(&Deal, &Evidence) -> Result<()>) -> Result<()> {
        app.store()?.at_one_moment(|| {
            let touched = Touched::read(app, self.question, Clickers::Buyers)?;
            self.walk(&touched, Clickers::Buyers, conversions(see))
        })
    }

    /// As [`Ledger::each`], and then the clicks of everyone that led to nothing: one path for each stretch of them without a pause
    /// longer than the window.
    pub fn each_path(&self, app: &App, see: impl FnMut(Seen) -> Result<()>) -> Result<()> {
        app.store()?.at_one_moment(|| {
            let touched = Touched::read(app, self.question, Clickers::Everyone)?;
            self.walk(&touched, Clickers::Everyone, see)
        })
    }

    fn walk(&self, read: &Touched, whose: Clickers, mut see: impl FnMut(Seen) -> Result<()>) -> Result<()> {
        let (clicked, window) = (&read.clicked, self.question.window_days);
        let clicks = clicked.clicks();
        let is_told = whose == Clickers::Everyone;
        let mut is_used = vec![false; if is_told { clicks.len() } else { 0 }];
        let (mut touches, mut evidence) = (Vec::new(), Evidence::default());
        see(Seen::Clicks(clicks.len()))?;
        read.sales.each(read.store, |deal| {
            self.settle(deal);
            let theirs = deal.buyer.map_or(0..0, |buyer| clicked.of(buyer));
            if is_told {
                let days = deal.created.0 - window..=deal.until.0;
                for (click, is_used) in clicks[theirs.clone()].iter().zip(&mut is_used[theirs.clone()]) {
                    *is_used |= days.contains(&click.day);
                }
            }
            take(&clicks[theirs], &mut touches);
            self.weigh(deal, &touches, &mut evidence);
            see(Seen::Conversion(deal, &evidence))
        })?;
        for theirs in clicked.people().filter(|_| is_told) {
            take(&clicks[theirs.clone()], &mut touches);
            let mut is_used = is_used[theirs].iter();
            let period = self.question.period;
            touches.retain(|touch| is_used.next() == Some(&false) && period.has(Day(touch.day)));
            for stretch in touches.chunk_by(|one, next| next.day - one.day <= window) {
                see(Seen::Nothing(stretch))?;
            }
        }
        Ok(())
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
    fn weigh(&self, deal: &Deal, clicks: &[Touch], evidence: &mut Evidence) {
        let conversion = Conversion {
            day_created: deal.created.0,
            day_won: Some(deal.until.0),
            code: deal.code.as_deref(),
            heard: self.said(deal),
        };
        let touches = Touches { clicks, others: &[] };
        evidence.weigh(&conversion, &self.book, touches, self.question.window_days);
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

/// The different answers ever given.
fn answers(store: &Store, as_of: Day) -> Result<Vec<(String, i64)>> {
    let ever = Period::until(as_of);
    heard::answers(store, as_of, (ever.from, ever.to))
}

/// Only orders and deals.
fn conversions(mut see: impl FnMut(&Deal, &Evidence) -> Result<()>) -> impl FnMut(Seen) -> Result<()> {
    move |seen| match seen {
        Seen::Conversion(deal, evidence) => see(deal, evidence),
        Seen::Clicks(_) | Seen::Nothing(_) => Ok(()),
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
