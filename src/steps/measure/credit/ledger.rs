//! The evidence of every conversion, read set by set: codes, clicks of the buyers, and answers.

use super::rules::{Rule, Touch};
use super::tiers::{CodeBook, CodeOwner, Conversion, Evidence, Heard, Touches};
use crate::app::App;
use crate::app::period::Period;
use crate::data;
use crate::model::time::Day;
use crate::steps::measure::heard_match::{Matcher, Verdict, Wording};
use crate::store::credits::{self, Code, Deal, Which};
use crate::store::heard;
use anyhow::Result;
use std::collections::BTreeMap;

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
    as_of: Day,
    book: CodeBook,
    heard: BTreeMap<String, Heard>,
    clicks: BTreeMap<i64, Vec<(i32, i64)>>,
    /// Every code given out.
    pub codes: Vec<Code>,
}

impl Ledger {
    /// Reads what the evidence needs: one query each for codes, answers and clicks.
    pub fn open(app: &App, question: Question) -> Result<Self> {
        let (store, as_of) = (app.store()?, app.as_of());
        let codes = credits::codes(store, as_of)?;
        let book = CodeBook::of(codes.iter().map(|code| CodeOwner {
            code: code.word.clone(),
            member: code.member,
            from: Some(code.from.0),
            until: code.to.map(|day| day.0),
        }));
        let matcher = matcher(app)?;
        let ever = Period::until(as_of);
        let answers = heard::answers(store, as_of, (ever.from, ever.to))?;
        let heard = answers
            .into_iter()
            .map(|(answer, _)| (matcher.read(&answer).verdict.heard(), answer))
            .map(|(heard, answer)| (answer, heard))
            .collect();
        let span = (question.period.from, question.period.to);
        let clicks = credits::clicks_before(store, question.which, as_of, span, question.window_days)?;
        Ok(Self { question, as_of, book, heard, clicks, codes })
    }

    /// Calls `see` with every order or deal of the period and its evidence, in order of day and row.
    pub fn each(&self, app: &App, mut see: impl FnMut(&Deal, &Evidence) -> Result<()>) -> Result<()> {
        let question = &self.question;
        let span = (question.period.from, question.period.to);
        credits::each(app.store()?, question.which, app.as_of(), span, |deal| {
            let evidence = self.evidence(&deal);
            see(&deal, &evidence)
        })
    }

    fn evidence(&self, deal: &Deal) -> Evidence {
        let touch = |&(day, member): &(i32, i64)| Touch { day, member };
        let clicks = self.clicks.get(&deal.id).into_iter().flatten().map(touch).collect();
        // What touched an open deal since it was created helps it along until today.
        let until = if self.question.which == Which::Open { self.as_of } else { deal.counted };
        let conversion = Conversion {
            id: deal.id,
            day_created: deal.created.0,
            day_won: Some(until.0),
            amount_minor: deal.net.unwrap_or(0),
            currency: deal.currency.clone(),
            code: deal.code.clone(),
            heard: self.said(deal),
        };
        let touches = Touches { clicks, others: Vec::new() };
        Evidence::of(&conversion, &self.book, &touches, self.question.window_days, self.question.rule)
    }

    /// What the buyer answered, where they did.
    pub fn said(&self, deal: &Deal) -> Option<Heard> {
        self.heard.get(deal.heard.as_deref()?.trim()).copied()
    }

    /// The last day up to its creation on which the buyer clicked a link of `member`.
    pub fn last_click(&self, deal: &Deal, member: i64) -> Option<i32> {
        let days =
            self.clicks.get(&deal.id)?.iter().filter(|click| click.1 == member && click.0 <= deal.created.0);
        days.map(|click| click.0).max()
    }

    /// Whose code it was on the day of the order.
    pub fn owner(&self, deal: &Deal) -> Option<i64> {
        self.book.owner(deal.code.as_deref()?, deal.created.0)
    }
}

/// The days a click counts for: what was asked, else the program's setting.
pub fn window_days(app: &App, asked: Option<i32>) -> Result<i32> {
    match asked {
        Some(days) => Ok(days),
        None => Ok(app.number("credit.click_window_days", USUAL_WINDOW_DAYS)? as i32),
    }
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
    Ok(Matcher::of(wording, &heard::known_by(store, as_of)?, decided))
}
