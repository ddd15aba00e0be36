//! What is an advocate's own in their handbook: their links and codes.

use crate::model::time::Day;
use crate::store::{Store, codes, links};
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A link or a code that belongs to a person.
#[derive(Debug, Clone)]
pub struct Own {
    /// Its number.
    pub id: i64,
    /// The address, or the code.
    pub text: String,
}

/// Links or codes by whose they are.
pub type Owned = BTreeMap<i64, Vec<Own>>;

/// The links in force that belong to someone and to no single brief; of one person, or of all.
pub fn links(store: &Store, only: Option<i64>, as_of: Day) -> Result<Owned> {
    let mut owned = Owned::new();
    for link in links::list(store, only, as_of)? {
        if let Some(person) = link.person.filter(|_| link.retired.is_none() && link.brief.is_none()) {
            owned.entry(person).or_default().push(Own { id: link.id, text: link.url });
        }
    }
    Ok(owned)
}

/// The codes in force.
pub fn codes(store: &Store, as_of: Day) -> Result<Owned> {
    let mut owned = Owned::new();
    for code in codes::list(store, as_of)?.into_iter().filter(|code| code.to.is_none()) {
        owned.entry(code.person).or_default().push(Own { id: code.id, text: code.word });
    }
    Ok(owned)
}

/// As the template takes them: the text under a name.
pub fn values(owned: &[Own], name: &str, shown: impl Fn(&str) -> String) -> Value {
    owned.iter().map(|own| json!({ name: shown(&own.text), "what": "" })).collect()
}
