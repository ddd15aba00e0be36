//! The kinds of records a file can hold, and what each is made of.
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use super::field::Field;
use super::field::Field as F;

const MEMBERS: [Field; 12] = [
    F::Email,
    F::Handle,
    F::Platform,
    F::Name,
    F::Company,
    F::Country,
    F::Language,
    F::Joined,
    F::CustomerSince,
    F::Value,
    F::Currency,
    F::Tags,
];
// `customer` tells the answers of one person from those of another without naming anybody.
const RESPONSES: [Field; 9] =
    [F::Id, F::Email, F::Handle, F::Platform, F::Name, F::Score, F::Comment, F::Date, F::Customer];
const ACTIVITY: [Field; 12] = [
    F::Email,
    F::Handle,
    F::Platform,
    F::Name,
    F::Kind,
    F::Date,
    F::Url,
    F::ExternalId,
    F::Title,
    F::Reach,
    F::Impressions,
    F::Engagements,
];
// `day` is a number of days since 1970-01-01, as tables that were handed over have it.
const ROLLUP: [Field; 8] = [F::Email, F::Handle, F::Name, F::Date, F::Day, F::Platform, F::Kind, F::Acts];
const USAGE: [Field; 7] = [F::Email, F::Handle, F::Platform, F::Name, F::Date, F::Metric, F::Amount];
const AUDIENCE: [Field; 7] = [F::Email, F::Handle, F::Platform, F::Name, F::Url, F::Date, F::Followers];
const SIGNUPS: [Field; 6] = [F::Email, F::Handle, F::Platform, F::Name, F::Date, F::Message];
const SURVEY: [Field; 6] = [F::Id, F::Email, F::Handle, F::Platform, F::Name, F::Date];
const CLICKS: [Field; 7] = [F::Link, F::Date, F::Day, F::Clicks, F::Visitor, F::Id, F::Customer];
const ORDERS: [Field; 10] = [
    F::Order,
    F::Date,
    F::Amount,
    F::Currency,
    F::Code,
    F::Customer,
    F::Name,
    F::Status,
    F::Refunded,
    F::Heard,
];
const DEALS: [Field; 11] = [
    F::Deal,
    F::Title,
    F::Created,
    F::Closed,
    F::Stage,
    F::Won,
    F::Amount,
    F::Currency,
    F::Customer,
    F::Name,
    F::Heard,
];

/// A kind of record: the word after `--as`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub enum Kind {
    /// People, one a row.
    Members,
    /// Answers to the 0-10 recommendation question.
    Nps,
    /// Answers about satisfaction.
    Csat,
    /// Dated acts, one a row: posts, replies, videos.
    Activity,
    /// Acts added up by member, day, platform and kind.
    Rollup,
    /// Amounts of use per person and day.
    Usage,
    /// How many follow an account, at a date.
    Audience,
    /// People who asked to join the program.
    Signups,
    /// Answers to the persona statements.
    Survey,
    /// Clicks on links, single or counted.
    Clicks,
    /// Orders of a shop.
    Orders,
    /// Deals of a CRM.
    Deals,
}

impl Kind {
    /// All kinds, in the order they are listed to people.
    pub const ALL: [Self; 12] = [
        Self::Members,
        Self::Nps,
        Self::Csat,
        Self::Activity,
        Self::Rollup,
        Self::Usage,
        Self::Audience,
        Self::Signups,
        Self::Survey,
        Self::Clicks,
        Self::Orders,
        Self::Deals,
    ];

    /// The word it is written with.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Nps => "nps",
            Self::Csat => "csat",
            Self::Activity => "activity",
            Self::Rollup => "rollup",
            Self::Usage => "usage",
            Self::Audience => "audience",
            Self::Signups => "signups",
            Self::Survey => "survey",
            Self::Clicks => "clicks",
            Self::Orders => "orders",
            Self::Deals => "deals",
        }
    }

    /// The fields `--map` accepts, which are also the headers of our own CSV of this kind.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Members => &MEMBERS,
            Self::Nps | Self::Csat => &RESPONSES,
            Self::Activity => &ACTIVITY,
            Self::Rollup => &ROLLUP,
            Self::Usage => &USAGE,
            Self::Audience => &AUDIENCE,
            Self::Signups => &SIGNUPS,
            Self::Survey => &SURVEY,
            Self::Clicks => &CLICKS,
            Self::Orders => &ORDERS,
            Self::Deals => &DEALS,
        }
    }

    /// Whether its records are answers of a survey with a score.
    pub fn is_response(self) -> bool {
        matches!(self, Self::Nps | Self::Csat)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = text.trim().to_lowercase();
        Self::ALL.into_iter().find(|kind| kind.as_str() == wanted).ok_or_else(|| {
            let all: Vec<_> = Self::ALL.iter().map(|kind| kind.as_str()).collect();
            format!("`{}` is no kind of record; the kinds are {}", text.trim(), all.join(", "))
        })
    }
}

impl TryFrom<String> for Kind {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_from_its_word() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert!(!kind.fields().is_empty());
        }
        assert!("polls".parse::<Kind>().unwrap_err().contains("members, nps"));
    }
}
