//! `member edit`: what is known of someone, corrected by hand.

use super::add::{read_day, read_identities};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::store::{facts, identities, members};
use anyhow::{Result, bail};
use clap::Args;

/// Change what is known of someone.
///
/// An empty text clears a field: groundswell member edit 12 --company ""
#[derive(Debug, Args)]
pub struct Edit {
    /// Whom
    member: String,
    /// What they are called
    #[arg(long)]
    name: Option<String>,
    /// Where they work
    #[arg(long)]
    company: Option<String>,
    /// Where they live
    #[arg(long)]
    country: Option<String>,
    /// The language they are written to
    #[arg(long)]
    language: Option<String>,
    /// When they came to the community (YYYY-MM-DD)
    #[arg(long, value_name = "DAY")]
    joined: Option<String>,
    /// Since when they are a customer (YYYY-MM-DD)
    #[arg(long, value_name = "DAY")]
    customer_since: Option<String>,
    /// Who of ours looks after them
    #[arg(long)]
    owner: Option<String>,
    /// Another e-mail address of theirs
    #[arg(long, value_name = "ADDRESS")]
    add_email: Vec<String>,
    /// Another handle of theirs, as platform:handle
    #[arg(long, value_name = "PLATFORM:HANDLE")]
    add_handle: Vec<String>,
    /// An e-mail address that is not theirs
    #[arg(long, value_name = "ADDRESS")]
    remove_email: Vec<String>,
    /// A handle that is not theirs, as platform:handle
    #[arg(long, value_name = "PLATFORM:HANDLE")]
    remove_handle: Vec<String>,
    /// One of our own people (yes or no): in no figure
    #[arg(long, value_name = "YES|NO", num_args = 0..=1, default_missing_value = "yes")]
    staff: Option<String>,
    /// A machine (yes or no): in no figure
    #[arg(long, value_name = "YES|NO", num_args = 0..=1, default_missing_value = "yes", conflicts_with = "staff")]
    bot: Option<String>,
}

impl Edit {
    /// Changes the member.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let fields: Vec<(&str, String)> = [
            ("name", self.name),
            ("company", self.company),
            ("country", self.country),
            ("language", self.language),
            ("joined", self.joined.map(|text| keep_empty("--joined", text)).transpose()?),
            (
                "customer_since",
                self.customer_since.map(|text| keep_empty("--customer-since", text)).transpose()?,
            ),
            ("owner", self.owner),
        ]
        .into_iter()
        .filter_map(|(field, value)| Some((field, value?.trim().to_string())))
        .collect();
        let added = read_identities(&self.add_email, &self.add_handle)?;
        let removed = read_identities(&self.remove_email, &self.remove_handle)?;
        let standing = standing(self.staff.as_deref(), self.bot.as_deref())?;
        if fields.is_empty() && added.is_empty() && removed.is_empty() && standing.is_none() {
            return Err(usage("nothing to change: name a field, such as --company \"Acme\""));
        }
        let changes = app.write(|store| {
            let mut notes = Vec::new();
            for (field, value) in &fields {
                let before = facts::of_person(store, person.id, field, app.as_of())?.unwrap_or_default();
                if before != *value {
                    facts::add(store, person.id, field, app.as_of(), value, None)?;
                    notes.push(
                        Note::of("member edit", person.id, format!("{field} of {}", person.label()))
                            .change(before, value),
                    );
                }
            }
            for identity in &added {
                match members::by_identity(store, identity)? {
                    Some(id) if id == person.id => {}
                    Some(id) => bail!(
                        "{} belongs to member {id}; if they are one person: groundswell member merge {} {id}",
                        identity.name(),
                        person.id
                    ),
                    None => {
                        identities::add(store, person.id, identity, None)?;
                        notes.push(
                            Note::of("member edit", person.id, "identity added").change("", identity.name()),
                        );
                    }
                }
            }
            for identity in &removed {
                if !identities::remove(store, person.id, identity)? {
                    bail!("{} is not known of {}", identity.name(), person.label());
                }
                notes
                    .push(Note::of("member edit", person.id, "identity removed").change(identity.name(), ""));
            }
            if let Some(standing) = standing.filter(|standing| *standing != person.standing) {
                members::set_standing(store, person.id, standing)?;
                notes.push(Note::of("member edit", person.id, "standing").change(&person.standing, standing));
            }
            Ok((notes.len(), notes))
        })?;
        let what = if changes == 0 { "was so already" } else { "changed" };
        app.screen.say(&format!("Member {} {what}", person.id));
        app.screen.next(&format!("groundswell member show {}", person.id), "everything known of them");
        Ok(End::Done)
    }
}

fn keep_empty(flag: &str, text: String) -> Result<String> {
    if text.trim().is_empty() {
        Ok(String::new())
    } else {
        Ok(read_day(flag, Some(text))?.unwrap_or_default())
    }
}

fn standing(staff: Option<&str>, bot: Option<&str>) -> Result<Option<&'static str>> {
    let read = |flag: &str, word: &str, yes: &'static str| match word.to_lowercase().as_str() {
        "yes" | "y" | "是" => Ok(yes),
        "no" | "n" | "否" => Ok("member"),
        _ => Err(usage(format!("{flag} {word}: say yes or no"))),
    };
    match (staff, bot) {
        (Some(word), _) => read("--staff", word, "staff").map(Some),
        (_, Some(word)) => read("--bot", word, "bot").map(Some),
        _ => Ok(None),
    }
}
