//! What shops call the states of an order and the columns beside it: data/words/orders.toml.

use crate::import::headers::folded;
use std::sync::LazyLock;

/// The words, as the file explains them.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Words {
    refunded: Vec<String>,
    sold: Vec<String>,
    /// What a column of yes and no has for yes.
    pub yes: Vec<String>,
    /// Columns that say yes or no to all of it being paid back.
    pub flags: Vec<String>,
    /// Columns that say how far the paying back of an order is.
    pub refund_states: Vec<String>,
    /// Columns that may hold the states of orders, and other things too.
    pub states: Vec<String>,
    /// Columns that number the rows of an order.
    pub line_ids: Vec<String>,
    no_code: Vec<String>,
    partly: Vec<String>,
}

/// The words that come with the program.
pub fn words() -> &'static Words {
    static WORDS: LazyLock<Words> = LazyLock::new(|| {
        let text = crate::data::text("words/orders.toml");
        text.and_then(|text| toml::from_str(text).ok()).unwrap_or_default()
    });
    &WORDS
}

impl Words {
    /// Whether a status says that all of it was paid back.
    pub fn is_refunded(&self, status: &str) -> bool {
        holds(&self.refunded, status)
    }

    /// Whether a status says that it was sold.
    pub fn is_sold(&self, status: &str) -> bool {
        holds(&self.sold, status)
    }

    /// Whether a status says that a part of it was paid back.
    pub fn is_partly_refunded(&self, status: &str) -> bool {
        holds(&self.partly, status)
    }

    /// Whether a cell of codes says that there is none.
    pub fn is_no_code(&self, cell: &str) -> bool {
        holds(&self.no_code, cell)
    }

    /// Whether a cell says yes.
    pub fn is_yes(&self, cell: &str) -> bool {
        holds(&self.yes, cell)
    }
}

fn holds(words: &[String], text: &str) -> bool {
    let text = folded(text).replace('_', " ");
    words.iter().any(|word| folded(word) == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_known_however_it_is_written() {
        assert!(words().is_refunded("Returned ") && words().is_refunded("已退款"));
        assert!(words().is_sold("PAID") && !words().is_sold("Lost in space"));
        assert!(words().is_yes("是") && !words().is_yes("0"));
    }
}
