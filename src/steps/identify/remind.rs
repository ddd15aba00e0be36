//! `identify remind`: one reminder to whoever was invited and has not answered.

use super::letter::{Letter, Occasion};
use super::said::{Said, moment};
use crate::app::App;
use crate::app::fail::End;
use crate::app::logged::Note;
use crate::data::Lang;
use crate::members::due;
use crate::model::stage::Stage;
use crate::model::time::Instant;
use crate::output::{Table, csv, file, safe};
use crate::store::invitations::{self, Unanswered};
use crate::store::members::{self, Person};
use crate::store::stages;
use anyhow::Result;
use clap::Args;
use std::collections::BTreeMap;

/// The mail-merge list.
const LIST: &str = "reminders.csv";

/// One reminder to whoever was invited and has not answered.
///
/// Once, and not again: the letter says so. Nothing is sent; you send them.
///
/// Example: groundswell identify remind --sender "Mia Lang" --contact mia@example.com -o reminders
#[derive(Debug, Args)]
pub struct Remind {
    /// Only those invited so many days ago or earlier (the program's limit if not given)
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(1..=365))]
    after: Option<i32>,
    /// The next kickoff, for those whose own is over ("2026-12-10 17:00", in the program's zone)
    #[arg(long, value_name = "TIME")]
    kickoff: Option<String>,
    #[command(flatten)]
    said: Said,
}

/// A reminder with whom it is to.
struct Addressed {
    person: Person,
    invitation: Unanswered,
    lang: Lang,
    letter: Letter,
    mail: Option<String>,
}

impl Remind {
    /// Writes the reminders, and that they were written.
    pub fn run(self, app: &App) -> Result<End> {
        let (store, as_of) = (app.store()?, app.as_of());
        let after = match self.after {
            Some(days) => days,
            None => due::invited_days(app)?,
        };
        let next = self.kickoff.as_deref().map(|text| moment(app, text)).transpose()?;
        let occasion = self.said.occasion(app, app.now())?;
        let opted_out = stages::refused(store, "contact", as_of)?;
        let waiting = invitations::unanswered(store, as_of, as_of.plus(-after))?;
        let mut people: BTreeMap<i64, Person> =
            members::people(store, as_of)?.into_iter().map(|person| (person.id, person)).collect();
        let mut letters = Vec::new();
        for invitation in waiting {
            let Some(person) = people.remove(&invitation.person) else { continue };
            if !matches!(person.stage, Stage::Invited | Stage::Interested) || person.standing != "member" {
                continue;
            }
            let kickoff = invitation.kickoff.filter(|at| *at > app.now()).or(next);
            let letter = match kickoff {
                _ if opted_out.contains(&person.id) => Err("asked not to be contacted"),
                None => Err("their kickoff is over: say the next one with --kickoff TIME"),
                Some(kickoff) => Ok(kickoff),
            };
            match letter {
                Ok(kickoff) => letters.push(addressed(app, &occasion, person, invitation, kickoff)?),
                Err(why) => {
                    app.screen.say(&format!("Not reminded: {} ({}), {why}", person.label(), person.id));
                }
            }
        }
        if letters.is_empty() {
            app.screen.say(&format!("Nobody was invited {after} days ago or earlier and is still to be reminded; nothing was written."));
            app.screen.next("groundswell member list --stage invited", "who has not answered yet");
            return Ok(End::Done);
        }
        write(app, &letters)
    }
}

fn addressed(
    app: &App,
    occasion: &Occasion,
    person: Person,
    invitation: Unanswered,
    kickoff: Instant,
) -> Result<Addressed> {
    let occasion = Occasion { kickoff, ..occasion.clone() };
    let lang = app.lang_for(person.language.as_deref());
    let letter = occasion.reminder(&person, lang, app.zone())?;
    let address = person.email.as_deref();
    let mail = address.map(|address| occasion.mail(&letter, &person.label(), address, app.now()));
    Ok(Addressed { person, invitation, lang, letter, mail })
}

fn write(app: &App, letters: &[Addressed]) -> Result<End> {
    let folder = app.folder()?;
    let mut table = Table::new(&["member", "name", "email", "?language", "?subject", "file"]);
    let name = |to: &Addressed| format!("{}-{}-reminder", safe::slug(&to.person.label()), to.person.id);
    for to in letters {
        table.row(vec![
            to.person.id.into(),
            to.person.name.clone().into(),
            to.person.email.clone().into(),
            to.lang.word().into(),
            to.letter.subject.clone().into(),
            format!("{}.md", name(to)).into(),
        ]);
    }
    app.write(|store| {
        let mut notes = Vec::new();
        for to in letters {
            invitations::remind(store, to.invitation.id, app.as_of())?;
            let what = format!("reminded {} of the invitation of {}", to.person.label(), to.invitation.day);
            notes.push(Note::of("identify remind", to.person.id, what));
            file::letter(&folder, &name(to), &to.letter.markdown, to.mail.as_deref())?;
        }
        file::write(&folder.join(LIST), csv::draw(&table)?.as_bytes())?;
        Ok(((), notes))
    })?;
    app.screen_without_file().show(&table)?;
    app.screen.say(&format!("Wrote {} reminders and {LIST} into {}.", letters.len(), folder.display()));
    app.screen.next("groundswell identify answer MEMBER yes|no|maybe", "when they reply");
    Ok(End::Done)
}
