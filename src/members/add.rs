//! `member add`: someone no export tells of.

use super::note::read_tag;
use crate::app::App;
use crate::app::fail::End;
use crate::app::logged::Note;
use crate::app::typed;
use crate::model::identity::Identity;
use crate::store::{Store, erasures, facts, identities, members, tags};
use anyhow::{Result, bail};
use clap::Args;

/// Add someone by hand.
///
/// Example: groundswell member add --name "王小明" --email wang@example.com --handle zhihu:wangxm
#[derive(Debug, Args)]
pub struct Add {
    /// What they are called
    #[arg(long)]
    name: Option<String>,
    /// An e-mail address (may be given more than once)
    #[arg(long)]
    email: Vec<String>,
    /// A handle, as platform:handle or the address of the profile (may be given more than once)
    #[arg(long, value_name = "PLATFORM:HANDLE")]
    handle: Vec<String>,
    #[command(flatten)]
    about: About,
    /// A tag (may be given more than once)
    #[arg(long)]
    tag: Vec<String>,
    /// One of our own people: in no figure
    #[arg(long, conflicts_with = "bot")]
    staff: bool,
    /// A machine: in no figure
    #[arg(long)]
    bot: bool,
    /// Although they were erased: they asked to be here again
    #[arg(long)]
    though_erased: bool,
}

/// What may be said of someone by hand.
#[derive(Debug, Args)]
pub(super) struct About {
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
}

impl About {
    /// The fields that were given, by the names of facts; days as `read` takes what is typed after a flag.
    pub(super) fn fields(
        self,
        read: impl Fn(&str, &str) -> Result<String>,
    ) -> Result<Vec<(&'static str, String)>> {
        let day = |flag, text: Option<String>| text.map(|text| read(flag, &text)).transpose();
        let fields = [
            ("company", self.company),
            ("country", self.country),
            ("language", self.language),
            ("joined", day("--joined", self.joined)?),
            ("customer_since", day("--customer-since", self.customer_since)?),
        ];
        Ok(fields.into_iter().filter_map(|(field, value)| Some((field, value?.trim().to_string()))).collect())
    }
}

impl Add {
    /// Adds the member.
    pub fn run(self, app: &App) -> Result<End> {
        let name = if self.name.is_none() && self.email.is_empty() && self.handle.is_empty() {
            Some(app.text(None, "What are they called?", "--name NAME or --email ADDRESS")?)
        } else {
            self.name
        };
        let known_by = read_identities(("--email", &self.email), ("--handle", &self.handle))?;
        let wanted = self.tag.iter().map(|tag| read_tag(tag)).collect::<Result<Vec<&str>>>()?;
        let store = app.store()?;
        for identity in &known_by {
            if let Some(id) = members::by_identity(store, identity)? {
                bail!(
                    "{} is member {id} already; change it with `groundswell member edit {id}`",
                    identity.name()
                );
            }
        }
        not_erased(store, &known_by, self.though_erased)?;
        let named = name.iter().map(|name| ("name", name.trim().to_string()));
        let about = self.about.fields(|flag, text| Ok(typed::day(flag, text)?.to_string()))?;
        let fields: Vec<_> = named.chain(about).collect();
        let standing = if self.staff {
            "staff"
        } else if self.bot {
            "bot"
        } else {
            "member"
        };
        let id = app.write(|store| {
            let id = members::add(store, standing, app.as_of())?;
            for identity in &known_by {
                identities::add(store, id, identity)?;
                erasures::forget(store, identity)?;
            }
            for (field, value) in &fields {
                facts::add(store, id, field, app.as_of(), value, None)?;
            }
            for tag in &wanted {
                tags::add(store, id, tag, app.as_of(), None)?;
            }
            let what = name.clone().or_else(|| known_by.first().map(Identity::name)).unwrap_or_default();
            let after = known_by.iter().map(Identity::name);
            let after = after.chain(fields.iter().map(|(field, value)| format!("{field} {value}")));
            let after =
                after.chain(wanted.iter().map(|tag| format!("tag {tag}"))).collect::<Vec<_>>().join(", ");
            Ok((id, vec![Note::of("member add", id, format!("added {what}")).change("", after)]))
        })?;
        app.screen.say(&format!("Added member {id}"));
        app.screen.next(&format!("groundswell member show {id}"), "everything known of them");
        Ok(End::Done)
    }
}

/// Refuses addresses and handles of people who were erased, unless they are to be here again.
pub(super) fn not_erased(store: &Store, known_by: &[Identity], though_erased: bool) -> Result<()> {
    for identity in known_by.iter().filter(|_| !though_erased) {
        if let Some(day) = erasures::day_of(store, identity)? {
            bail!(
                "{} was erased on {day}; if they asked to be here again, add --though-erased",
                identity.name()
            );
        }
    }
    Ok(())
}

/// Addresses and handles as identities, or an error that says which one is none.
pub(super) fn read_identities(
    (email_flag, emails): (&str, &[String]),
    (handle_flag, handles): (&str, &[String]),
) -> Result<Vec<Identity>> {
    let mut all = Vec::new();
    for email in emails {
        all.push(typed::email(email_flag, email)?);
    }
    for handle in handles {
        all.push(typed::handle(handle_flag, handle)?);
    }
    Ok(all)
}
