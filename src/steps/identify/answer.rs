//! `identify answer`: what someone said to their invitation.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::members::stage;
use crate::model::stage::Stage;
use crate::model::time::half_width;
use crate::store::invitations;
use anyhow::{Result, bail};
use clap::Args;

/// What someone said to their invitation.
///
/// Yes joins, no declines, maybe stays in touch.
///
/// Example: groundswell identify answer ana@example.com yes
#[derive(Debug, Args)]
pub struct Answer {
    /// Who
    member: String,
    /// yes, no or maybe
    answer: Option<String>,
}

impl Answer {
    /// Writes the answer down and moves them.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let text = app.text(self.answer, "What did they say (yes, no, maybe)?", "yes, no or maybe")?;
        let (answer, to) = match half_width(text.trim()).to_lowercase().as_str() {
            "yes" | "y" | "是" | "参加" | "愿意" => ("yes", Stage::Active),
            "no" | "n" | "否" | "不参加" => ("no", Stage::Declined),
            "maybe" | "m" | "也许" | "再想想" => ("maybe", Stage::Interested),
            _ => return Err(usage(format!("'{text}': say yes, no or maybe"))),
        };
        if person.standing != "member" {
            bail!(
                "{} is {}, and cannot join; if that is wrong: groundswell member edit {} --{} no",
                person.label(),
                person.standing,
                person.id,
                person.standing
            );
        }
        let invitation = invitations::of(app.store()?, person.id, app.as_of())?;
        app.write(|store| {
            let why = format!("answered {answer}");
            let people = [person.clone()];
            let mut notes = stage::record(app, store, "identify answer", &people, to, Some(&why))?;
            if let Some(invitation) = &invitation {
                invitations::answer(store, invitation.id, answer, app.as_of())?;
                let what = format!("answer of {}", person.label());
                let before = invitation.answer.clone().unwrap_or_default();
                notes.push(Note::of("identify answer", person.id, what).change(before, answer));
            }
            Ok(((), notes))
        })?;
        app.screen.say(&format!("{}: {answer}, {} -> {to}", person.label(), person.stage));
        if invitation.is_none() {
            app.screen.say("No invitation is on file; only the stage was changed.");
        }
        let id = person.id;
        let (command, why) = match to {
            Stage::Active => (format!("survey take {id}"), "what drives them"),
            Stage::Interested => (format!("member note {id} TEXT"), "what would make it a yes"),
            _ => ("identify rank --top 10".into(), "who else could be asked"),
        };
        app.screen.next(&format!("groundswell {command}"), why);
        Ok(End::Done)
    }
}
