//! What one imported row becomes, once its text has types: one struct per table of signals.
//! `member` is the member's id; times are UTC, days are in the program's zone, money is minor units.

use super::time::{Day, Instant};

/// One survey answer: NPS or CSAT, on the scale it was asked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Whose, where the file says.
    pub member: Option<i64>,
    /// `nps` or `csat`.
    pub kind: &'static str,
    /// The answer.
    pub score: i64,
    /// The lowest possible answer.
    pub low: i64,
    /// The highest possible answer.
    pub high: i64,
    /// What was written beside it.
    pub comment: Option<String>,
    /// When, where the file says.
    pub at: Option<Instant>,
    /// The day of it.
    pub day: Option<Day>,
}

/// One dated act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Whose.
    pub member: i64,
    /// Where.
    pub platform: String,
    /// What: post, reply, solution, like, review, video, talk, article ...
    pub kind: String,
    /// When.
    pub at: Instant,
    /// The day of it.
    pub day: Day,
    /// Its address.
    pub url: Option<String>,
    /// Its title or first words.
    pub title: Option<String>,
}

/// How far a contribution had gone on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// How the numbers are known: A, B, C or D.
    pub grade: char,
    /// The day they were read.
    pub day: Day,
    /// How many people saw it.
    pub reach: Option<i64>,
    /// How often it was shown.
    pub impressions: Option<i64>,
    /// How many did something with it.
    pub engagements: Option<i64>,
}

/// How often someone did something on a platform on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollup {
    /// Whose.
    pub member: i64,
    /// Where.
    pub platform: String,
    /// What.
    pub kind: String,
    /// When.
    pub day: Day,
    /// How often.
    pub acts: i64,
}

/// How much someone used the product: one metric on one day.
#[derive(Debug, Clone, PartialEq)]
pub struct Usage {
    /// Whose.
    pub member: i64,
    /// What was counted.
    pub metric: String,
    /// For which day (or the period that ends on it).
    pub day: Day,
    /// How much.
    pub amount: f64,
}

/// How many people followed a member on a platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// Whose.
    pub member: i64,
    /// Where.
    pub platform: String,
    /// When it was read.
    pub at: Instant,
    /// The day of it.
    pub day: Day,
    /// How many.
    pub followers: i64,
}

/// One click, or a day's sum of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Click {
    /// The link's row.
    pub link: i64,
    /// When.
    pub at: Instant,
    /// The day of it.
    pub day: Day,
    /// How many.
    pub clicks: i64,
    /// Who, as the link tool names visitors.
    pub visitor: Option<String>,
    /// Who, where the tool knows a customer.
    pub member: Option<i64>,
}

/// An order or a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// `order` or `deal`.
    pub kind: &'static str,
    /// Its number in the shop or CRM.
    pub number: String,
    /// Its name, for a deal.
    pub title: Option<String>,
    /// When it was placed or created.
    pub at: Instant,
    /// The day of it.
    pub day: Day,
    /// `paid` for an order; `open`, `won` or `lost` for a deal.
    pub state: &'static str,
    /// The deal's stage, as the CRM calls it.
    pub stage: Option<String>,
    /// The day it was won.
    pub won_day: Option<Day>,
    /// Its amount before refunds, minor units; unknown for some deals.
    pub amount: Option<i64>,
    /// What was paid back, minor units.
    pub refunded: i64,
    /// ISO 4217.
    pub currency: String,
    /// Who bought, where the file says.
    pub member: Option<i64>,
    /// The discount code used, upper case.
    pub code: Option<String>,
    /// The answer to "how did you hear about us".
    pub heard: Option<String>,
}

/// Someone's answers to the statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Take {
    /// Whose.
    pub member: i64,
    /// When.
    pub at: Instant,
    /// The day of it.
    pub day: Day,
    /// (statement number, answer 1-5); what was left out is not in it.
    pub answers: Vec<(i64, i64)>,
    /// The persona of the forced choice.
    pub choice: Option<String>,
}

/// The kinds of activity that made something: contributions.
pub const CONTRIBUTIONS: [&str; 9] =
    ["post", "reply", "solution", "review", "video", "talk", "article", "code", "podcast"];
