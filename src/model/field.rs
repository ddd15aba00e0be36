//! The names of what a record can hold: the words of `--map` and the headers of our own CSV.
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// One thing a record can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
#[allow(missing_docs, reason = "each is the word it is written with; what it means depends on the kind")]
pub enum Field {
    Id,
    Email,
    Handle,
    Platform,
    Name,
    Company,
    Country,
    Language,
    Joined,
    CustomerSince,
    Value,
    Currency,
    Tags,
    Score,
    Comment,
    Date,
    Day,
    Kind,
    Url,
    ExternalId,
    Title,
    Reach,
    Impressions,
    Engagements,
    Acts,
    Metric,
    Amount,
    Followers,
    Message,
    Link,
    Clicks,
    Visitor,
    Order,
    Code,
    Customer,
    Status,
    Refunded,
    Heard,
    Deal,
    Created,
    Closed,
    Stage,
    Won,
}

const NAMES: [(Field, &str); 43] = [
    (Field::Id, "id"),
    (Field::Email, "email"),
    (Field::Handle, "handle"),
    (Field::Platform, "platform"),
    (Field::Name, "name"),
    (Field::Company, "company"),
    (Field::Country, "country"),
    (Field::Language, "language"),
    (Field::Joined, "joined"),
    (Field::CustomerSince, "customer_since"),
    (Field::Value, "value"),
    (Field::Currency, "currency"),
    (Field::Tags, "tags"),
    (Field::Score, "score"),
    (Field::Comment, "comment"),
    (Field::Date, "date"),
    (Field::Day, "day"),
    (Field::Kind, "kind"),
    (Field::Url, "url"),
    (Field::ExternalId, "external_id"),
    (Field::Title, "title"),
    (Field::Reach, "reach"),
    (Field::Impressions, "impressions"),
    (Field::Engagements, "engagements"),
    (Field::Acts, "acts"),
    (Field::Metric, "metric"),
    (Field::Amount, "amount"),
    (Field::Followers, "followers"),
    (Field::Message, "message"),
    (Field::Link, "link"),
    (Field::Clicks, "clicks"),
    (Field::Visitor, "visitor"),
    (Field::Order, "order"),
    (Field::Code, "code"),
    (Field::Customer, "customer"),
    (Field::Status, "status"),
    (Field::Refunded, "refunded"),
    (Field::Heard, "heard"),
    (Field::Deal, "deal"),
    (Field::Created, "created"),
    (Field::Closed, "closed"),
    (Field::Stage, "stage"),
    (Field::Won, "won"),
];

impl Field {
    /// The word it is written with.
    pub fn as_str(self) -> &'static str {
        NAMES.iter().find(|(field, _)| *field == self).map_or("", |(_, name)| name)
    }

    /// Whether it holds an amount of money, where the kind is no count of use.
    pub fn is_money(self) -> bool {
        matches!(self, Self::Amount | Self::Value | Self::Refunded)
    }

    /// Whether it holds a day or a time. `Won` may hold either a day or yes and no.
    pub fn is_date(self) -> bool {
        use Field::{Closed, Created, CustomerSince, Date, Joined, Won};
        matches!(self, Date | Joined | CustomerSince | Created | Closed | Won)
    }

    /// Whether it holds a number.
    pub fn is_number(self) -> bool {
        use Field::{
            Acts, Amount, Clicks, Day, Engagements, Followers, Impressions, Reach, Refunded, Score, Value,
        };
        matches!(
            self,
            Acts | Amount
                | Clicks
                | Day
                | Engagements
                | Followers
                | Impressions
                | Reach
                | Refunded
                | Score
                | Value
        )
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Field {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = text.trim().to_lowercase().replace('-', "_");
        NAMES
            .iter()
            .find(|(_, name)| *name == wanted)
            .map(|(field, _)| *field)
            .ok_or_else(|| format!("`{}` is no field", text.trim()))
    }
}

impl TryFrom<String> for Field {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_reads_back_from_its_name() {
        for (field, name) in NAMES {
            assert_eq!(field.as_str(), name);
            assert_eq!(name.parse::<Field>(), Ok(field));
        }
        assert_eq!("Customer-Since".parse(), Ok(Field::CustomerSince));
        assert!("colour".parse::<Field>().is_err());
    }
}
