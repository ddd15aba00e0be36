//! Deals of a CRM: open, won or lost.

use super::Frame;
use crate::import::cells::{Cells, RowError, Who};
use crate::import::headers::folded;
use crate::model::field::Field;
use crate::model::record::Conversion;
use std::borrow::Cow;
use std::sync::LazyLock;

/// The words of stages and yes/no columns, as files of `data/words`.
#[derive(Debug, Default, serde::Deserialize)]
struct Words {
    won: Vec<String>,
    lost: Vec<String>,
    yes: Vec<String>,
    no: Vec<String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    crate::data::text("words/deals.toml").and_then(|text| toml::from_str(text).ok()).unwrap_or_default()
});

/// One deal.
pub struct Draft {
    /// Who buys.
    pub who: Who,
    /// The deal.
    pub record: Conversion,
}

/// Reads one deal.
pub fn read(cells: &Cells, frame: &Frame) -> Result<Draft, RowError> {
    let zone = frame.zone;
    let number = cells.text(Field::Deal).ok_or_else(|| RowError::new("no-deal", "the row names no deal"))?;
    let mut number = number.into_owned();
    let moment = cells.moment(Field::Created, zone)?;
    let (at, day) = moment.ok_or_else(|| RowError::new("no-date", "a deal needs the day it was created"))?;
    if cells.reading.ends_with(Field::Deal, "name") || cells.reading.ends_with(Field::Deal, "名称") {
        // Names of deals repeat ("Renewal"): the account and the day tell them apart.
        let account = cells.text(Field::Customer).unwrap_or_default();
        number = if account.is_empty() {
            format!("{number} ({day})")
        } else {
            format!("{number} ({account}, {day})")
        };
    }
    let currency = cells.currency(Field::Amount)?;
    let stage = cells.text(Field::Stage);
    let closed = cells.moment(Field::Closed, zone)?.map(|(_, day)| day);
    let won_cell = cells.text(Field::Won);
    let outcome = state(won_cell.as_deref(), stage.as_deref());
    let won_day = match &won_cell {
        _ if outcome != "won" => None,
        Some(cell) if cell.chars().any(|c| c.is_ascii_digit()) && folded(cell).len() > 1 => {
            cells.moment(Field::Won, zone)?.map(|(_, day)| day)
        }
        _ => closed.or(Some(day)),
    };
    let record = Conversion {
        kind: "deal",
        number,
        title: cells.text(Field::Title).map(Cow::into_owned),
        at,
        day,
        state: outcome,
        stage: stage.map(Cow::into_owned),
        won_day,
        amount: cells.money(Field::Amount, &currency)?,
        refunded: 0,
        currency,
        member: None,
        code: None,
        heard: cells.text(Field::Heard).map(Cow::into_owned),
    };
    Ok(Draft { who: cells.buyer(Field::Customer), record })
}

/// Won says so itself (yes, a day, `won`); else the stage tells.
fn state(won: Option<&str>, stage: Option<&str>) -> &'static str {
    let said = |cell: &str, words: &[String]| words.iter().any(|word| folded(cell).contains(&folded(word)));
    let is = |cell: &str, words: &[String]| words.iter().any(|word| folded(cell) == folded(word));
    if let Some(cell) = won {
        if said(cell, &WORDS.lost) {
            return "lost";
        }
        if is(cell, &WORDS.yes)
            || said(cell, &WORDS.won)
            || (cell.len() >= 8 && cell.starts_with(|c: char| c.is_ascii_digit()))
        {
            return "won";
        }
        if is(cell, &WORDS.no) && stage.is_none() {
            return "open";
        }
    }
    match stage {
        Some(stage) if said(stage, &WORDS.lost) => "lost",
        Some(stage) if said(stage, &WORDS.won) => "won",
        _ => "open",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stage_tells_how_a_deal_stands() {
        assert_eq!(state(None, Some("closedwon")), "won");
        assert_eq!(state(None, Some("Closed Lost")), "lost");
        assert_eq!(state(None, Some("Demo")), "open");
        assert_eq!(state(Some("true"), Some("Done")), "won");
        assert_eq!(state(Some("false"), Some("closedlost")), "lost");
        assert_eq!(state(Some("2026-05-02"), None), "won");
        assert_eq!(state(None, Some("赢单")), "won");
    }
}
