//! `identify remind`: one reminder to whoever was invited and has not answered.

use super::letter::{Letter, Occasion};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::typed;
use crate::data::Lang;
use crate::model::stage::Stage;
use crate::model::time::Instant;
use crate::output::{Table, csv, file, safe};
use crate::store::invitations::{self, Unanswered};
use crate::store::members::{self, Person};
use crate::store::{settings, stages};
use anyhow::Result;
use clap::Args;

/// The mail-merge list.
const LIST: &str = "reminders.csv";
/// How long an invitation may wait, where the program does not say.
const INVITED_DAYS: f64 = 14.0;

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
    /// Where it is: an address, or a link
    #[arg(long, value_name = "TEXT")]
    place: Option<String>,
    /// Until when to answer (YYYY-MM-DD)
    #[arg(long, value_name = "DAY")]
    answer_by: Option<String>,
    /// Who signs
    #[arg(long, value_name = "NAME")]
    sender: Option<String>,
    /// The address answers go to
    #[arg(long, value_name = "ADDRESS")]
    contact: Option<String>,
    /// The sender's address in the e-mail files; without it your mail program's account sends
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
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
        let limit = app.number("stages.invited_days", INVITED_DAYS)? as i32;
        let after = self.after.unwrap_or(limit);
        let next = self.kickoff.as_deref().map(|text| moment(app, text)).transpose()?;
        let answer_by = self.answer_by.as_deref().map(|text| typed::day("--answer-by", text)).transpose()?;
        let occasion = self.occasion(app, answer_by.map(|day| day.to_string()))?;
        let opted_out = stages::refused(store, "contact", as_of)?;
        let waiting = invitations::unanswered(store, as_of, as_of.plus(-after))?;
        let mut people: std::collections::BTreeMap<i64, Person> =
            members::people(store, as_of)?.into_iter().map(|person| (person.id, person)).collect();
        let mut letters = Vec::new();
        for invitation in waiting {
            let Some(person) = people.remove(&invitation.person) else { continue };
            if !matches!(person.stage, Stage::Invited | Stage::Interested) || person.standing != "member" {
                continue;
            }
            let kickoff = invitation.kickoff.filter(|at| *at > app.now()).or(next);
            let held = if opted_out.contains(&person.id) {
                Some("asked not to be contacted")
            } else if kickoff.is_none() {
                Some("their kickoff is over: say the next one with --kickoff TIME")
            } else {
                None
            };
            match (held, kickoff) {
                (Some(why), _) => {
                    app.screen.say(&format!("Not reminded: {} ({}), {why}", person.label(), person.id));
                }
                (None, Some(kickoff)) => {
                    letters.push(addressed(app, &occasion, person, invitation, kickoff)?);
                }
                (None, None) => {}
            }
        }
        if letters.is_empty() {
            app.screen.say(&format!("Nobody was invited {after} days ago or earlier and is still to be reminded; nothing was written."));
            app.screen.next("groundswell member list --stage invited", "who has not answered yet");
            return Ok(End::Done);
        }
        write(app, &letters)
    }

    fn occasion(self, app: &App, answer_by: Option<String>) -> Result<Occasion> {
        let address = |flag: &str, given: Option<String>| {
            given.map(|text| anyhow::Ok(typed::email(flag, &text)?.value)).transpose()
        };
        Ok(Occasion {
            program: settings::read(app.store()?, "name")?.unwrap_or_default(),
            sender: self.sender,
            contact: address("--contact", self.contact)?,
            from: address("--from", self.from)?,
            kickoff: app.now(),
            minutes: 0,
            place: self.place,
            answer_by,
            page: None,
            reasons: Vec::new(),
            texts: app.texts(),
        })
    }
}

/// When a kickoff begins, as it was typed.
pub(super) fn moment(app: &App, text: &str) -> Result<Instant> {
    let Some(kickoff) = app.zone().parse(text) else {
        return Err(usage(format!("--kickoff {text}: not a time; write it as \"2026-12-10 17:00\"")));
    };
    if kickoff < app.now() {
        return Err(usage(format!("--kickoff {text}: that is over already")));
    }
    Ok(kickoff)
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
