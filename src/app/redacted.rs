//! `--redact`: names become pseudonyms that only this file can turn back.

use super::App;
use super::fail::usage;
use crate::data;
use crate::model::digest::pseudonym;
use crate::output::redact::Redaction;
use crate::store::{Store, members, settings};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::rc::Rc;

/// What columns hold: data/redact.toml.
#[derive(Debug, Deserialize)]
struct Columns {
    open: BTreeSet<String>,
    member: BTreeSet<String>,
    mark: BTreeSet<String>,
    lines: Lines,
}

#[derive(Debug, Deserialize)]
struct Lines {
    label: BTreeSet<String>,
    values: BTreeSet<String>,
    open: BTreeSet<String>,
}

/// How lists are hidden, and names with them: from now on the store tells pseudonyms.
pub fn begin(store: Option<&Store>) -> Result<Redaction> {
    let columns: Columns = toml::from_str(data::needed("redact.toml")?).context("redact.toml")?;
    let secret =
        store.map(|store| settings::read(store, "secret")).transpose()?.flatten().unwrap_or_default();
    if let Some(store) = store {
        store.hide_names(&secret);
    }
    Ok(Redaction {
        open: columns.open,
        member: columns.member,
        mark: columns.mark,
        labels: columns.lines.label,
        values: columns.lines.values,
        open_labels: columns.lines.open,
        word: Rc::new(move |kind, text| pseudonym(&secret, kind, text)),
    })
}

impl App {
    /// The member a pseudonym stands for.
    pub(super) fn behind(&self, word: &str) -> Result<Option<i64>> {
        if !word.starts_with("member-") {
            return Ok(None);
        }
        let store = self.store()?;
        let secret = settings::read(store, "secret")?.unwrap_or_default();
        let wanted = word.to_uppercase();
        let is = |id: &i64| pseudonym(&secret, "member", &id.to_string()).to_uppercase() == wanted;
        Ok(members::everyone(store)?.into_iter().find(is))
    }

    /// Refuses `--redact` where what is made is for the person it is about.
    pub fn not_redacted(&self) -> Result<()> {
        if self.screen.redact.is_none() {
            return Ok(());
        }
        Err(usage(
            "--redact is for lists and reports: letters, handbooks and exports are for the person they name",
        ))
    }
}
