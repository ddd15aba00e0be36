//! `share give`: what was given to someone, so that asking and giving can be weighed.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::model::time::half_width;
use crate::store::asks;
use anyhow::Result;
use clap::Args;

/// What may be given.
const KINDS: [&str; 6] = ["thanks", "access", "gift", "stage", "help", "other"];

/// Write down what was given to someone.
///
/// Example: groundswell share give ana@example.com "Seat in the beta of Kettle 2" --kind access
#[derive(Debug, Args)]
pub struct Give {
    /// To whom
    member: Option<String>,
    /// What, in words
    text: Option<String>,
    /// thanks, access, gift, stage, help or other
    #[arg(long, default_value = "other")]
    kind: String,
    /// Who of ours gave it
    #[arg(long, value_name = "NAME")]
    who: Option<String>,
}

impl Give {
    /// Writes it down.
    pub fn run(self, app: &App) -> Result<End> {
        let kind = half_width(self.kind.trim()).to_lowercase();
        if !KINDS.contains(&kind.as_str()) {
            return Err(usage(format!("--kind {kind}: there is none; the kinds are {}", KINDS.join(", "))));
        }
        let asked = self.member.is_none() || self.text.is_none();
        let person =
            app.member(&app.text(self.member, "To whom?", "MEMBER, such as: share give MEMBER TEXT")?)?;
        let text = app.text(self.text, "What?", "TEXT, such as: share give MEMBER TEXT")?.trim().to_string();
        if text.is_empty() {
            return Err(usage("the text is empty: say what was given"));
        }
        app.write(|store| {
            let when = (app.now(), app.as_of());
            let id = asks::give(store, person.id, (&kind, &text), self.who.as_deref(), when)?;
            let what = format!("give {id} ({kind})");
            Ok(((), vec![Note::of("share give", person.id, what).change("", text.clone())]))
        })?;
        app.screen.say(&format!("{} was given: {text}", person.label()));
        if asked {
            super::again(app, &["give", &person.id.to_string(), &text, "--kind", &kind]);
        }
        app.screen.next("groundswell share balance", "given against got");
        Ok(End::Done)
    }
}
