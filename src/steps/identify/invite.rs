//! `identify invite`: a letter for each candidate, and the kickoff's calendar file.

use super::board::may_join;
use super::letter::{Letter, Occasion};
use super::said::{Said, moment};
use super::shortlist::{Best, Chosen, chosen};
use super::signals::{ANSWER_DAYS, Seen};
use crate::app::App;
use crate::app::fail::End;
use crate::app::logged::Note;
use crate::data::Lang;
use crate::members::stage;
use crate::model::stage::Stage;
use crate::model::time::{Day, half_width};
use crate::output::{Table, csv, file, safe};
use crate::store::members::{self, Person};
use crate::store::{Store, evidence, invitations, stages};
use anyhow::{Result, bail};
use clap::Args;
use std::path::Path;

/// The mail-merge list.
const LIST: &str = "letters.csv";
/// An NPS promoter's lowest answer.
const PROMOTER: u8 = 9;

/// Write the letters and the kickoff's calendar file.
///
/// One letter per person, with an e-mail file, a mail-merge CSV and the kickoff's calendar file.
///
/// Without names: every candidate who was not invited yet. Nothing is sent; you send them.
///
/// Example: groundswell identify invite --kickoff "2026-12-10 17:00" --sender "Mia Lang" --contact mia@example.com -o letters
#[derive(Debug, Args)]
pub struct Invite {
    /// Whom
    members: Vec<String>,
    #[command(flatten)]
    best: Best,
    /// When the kickoff begins ("2026-12-10 17:00", in the program's zone)
    #[arg(long, value_name = "TIME")]
    kickoff: Option<String>,
    /// How long it takes
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=1440))]
    minutes: u32,
    #[command(flatten)]
    said: Said,
    /// The program's public page
    #[arg(long, value_name = "URL")]
    page: Option<String>,
    /// A reason for all of them, beside what each has done (may be given more than once)
    #[arg(long, value_name = "TEXT")]
    reason: Vec<String>,
    /// Also those who were invited before
    #[arg(long)]
    again: bool,
}

/// A letter with whom it is to.
struct Addressed {
    person: Person,
    /// Whether they were drawn by lot.
    drawn: bool,
    lang: Lang,
    letter: Letter,
    name: String,
    /// Whether they are a recent detractor, whom a letter alone might annoy.
    detractor: bool,
}

impl Invite {
    /// Writes the letters, and that they were written.
    pub fn run(self, app: &App) -> Result<End> {
        let (store, as_of) = (app.store()?, app.as_of());
        let people = if self.members.is_empty() && !self.best.is_asked() {
            shortlisted(store, as_of)?
        } else {
            chosen(app, &self.best, &self.members)?
        };
        let (people, held) = sorted_out(store, people, as_of, self.again)?;
        for (Chosen { person, .. }, why) in &held {
            app.screen.say(&format!("Not invited: {} ({}), {why}", person.label(), person.id));
        }
        if people.is_empty() {
            app.screen.say("Nobody is left to invite; nothing was written.");
            app.screen.next("groundswell identify shortlist --top 30", "who comes next");
            return Ok(End::Done);
        }
        let asked = self.kickoff.is_none() || app.screen.file.is_none();
        let occasion = self.occasion(app)?;
        let folder = app.folder()?;
        let former = folder.join(LIST).exists();
        let letters = addressed(app, &occasion, people)?;
        let table = table(&letters);
        app.write(|store| {
            let notes = record(app, store, &occasion, &letters)?;
            write(app, &folder, &occasion, &letters, &table)?;
            Ok(((), notes))
        })?;
        app.screen_without_file().show(&table)?;
        if asked {
            app.screen.aside(&format!(
                "Without questions: add --kickoff \"{}\" -o {}",
                app.zone().show(occasion.kickoff),
                folder.display()
            ));
        }
        tell(app, &letters, &folder, former);
        app.screen.next("groundswell identify answer MEMBER yes|no|maybe", "when they reply");
        Ok(End::Done)
    }

    fn occasion(self, app: &App) -> Result<Occasion> {
        let text =
            app.text(self.kickoff, "When does the kickoff begin (2026-12-10 17:00)?", "--kickoff TIME")?;
        let kickoff = moment(app, &text)?;
        Ok(Occasion {
            minutes: self.minutes,
            page: self.page.map(|page| half_width(page.trim())),
            reasons: self.reason,
            ..self.said.occasion(app, kickoff)?
        })
    }
}

/// What to know before the letters go out.
fn tell(app: &App, letters: &[Addressed], folder: &Path, former: bool) {
    let without = letters.iter().filter(|to| to.person.email.is_none()).count();
    if without > 0 {
        app.screen.say(&format!("{without} have no e-mail address: give them their letter another way."));
    }
    for to in letters.iter().filter(|to| to.detractor) {
        app.screen.say(&format!(
            "Talk first to {} ({}), who would not recommend us.",
            to.person.label(),
            to.person.id
        ));
    }
    if former {
        app.screen.say(&format!("{LIST} was there already; it now lists these {} alone.", letters.len()));
    }
    app.screen.say(&format!(
        "Wrote {} letters, {LIST} and kickoff.ics into {}; attach kickoff.ics when you send them.",
        letters.len(),
        folder.display()
    ));
}

/// Everyone on the shortlist.
fn shortlisted(store: &Store, as_of: Day) -> Result<Vec<Chosen>> {
    let drawn = invitations::by_lot(store, as_of)?;
    let people = members::people(store, as_of)?;
    let listed: Vec<Chosen> = people
        .into_iter()
        .filter(|person| person.stage == Stage::Candidate)
        .map(|person| Chosen { drawn: drawn.contains(&person.id), person })
        .collect();
    if listed.is_empty() {
        bail!("nobody is on the shortlist: put someone there with `groundswell identify shortlist --top 30`");
    }
    Ok(listed)
}

/// Someone who gets no letter, and why.
type Held = (Chosen, String);

/// Those to write to, and the others.
fn sorted_out(
    store: &Store,
    people: Vec<Chosen>,
    as_of: Day,
    again: bool,
) -> Result<(Vec<Chosen>, Vec<Held>)> {
    let invited = invitations::newest(store, as_of)?;
    let opted_out = stages::refused(store, "contact", as_of)?;
    let (mut wanted, mut held) = (Vec::new(), Vec::new());
    for chosen in people {
        let person = &chosen.person;
        let before = invited.get(&person.id);
        let why = if person.standing != "member" {
            Some(format!("{}, and in no figure", person.standing))
        } else if person.stage == Stage::Declined || before.is_some_and(|b| b.answer.as_deref() == Some("no"))
        {
            Some("said no, and was promised not to be asked again".into())
        } else if !may_join(person.stage) {
            Some(format!("{} already", person.stage))
        } else if opted_out.contains(&person.id) {
            Some("asked not to be contacted".into())
        } else if let Some(before) = before.filter(|_| !again) {
            Some(format!("invited on {} (--again writes once more)", before.day))
        } else if !again && matches!(person.stage, Stage::Invited | Stage::Interested) {
            Some(format!("{} already (--again writes once more)", person.stage))
        } else {
            None
        };
        match why {
            Some(why) => held.push((chosen, why)),
            None => wanted.push(chosen),
        }
    }
    Ok((wanted, held))
}

/// Each letter in the language its reader is written to.
fn addressed(app: &App, occasion: &Occasion, people: Vec<Chosen>) -> Result<Vec<Addressed>> {
    let (store, as_of, zone) = (app.store()?, app.as_of(), app.zone());
    let ids: Vec<i64> = people.iter().map(|chosen| chosen.person.id).collect();
    let kinds = evidence::kinds(store, &ids, as_of)?;
    let nps = evidence::last_nps(store, as_of.plus(-ANSWER_DAYS), as_of)?;
    let mut letters = Vec::new();
    for Chosen { person, drawn } in people {
        let lang = app.lang_for(person.language.as_deref());
        let seen = kinds.get(&person.id).map_or(&[][..], Vec::as_slice);
        let promoter = nps.get(&person.id).is_some_and(|nps| nps.high == 10 && nps.score >= PROMOTER);
        let letter = occasion.letter(&person, lang, seen, promoter, zone)?;
        let name = format!("{}-{}", safe::slug(&person.label()), person.id);
        let seen = Seen { nps: nps.get(&person.id).copied(), ..Seen::default() };
        letters.push(Addressed { person, drawn, lang, letter, name, detractor: seen.is_detractor(as_of) });
    }
    Ok(letters)
}

fn table(letters: &[Addressed]) -> Table {
    let mut table = Table::new(&["member", "name", "email", "?language", "?subject", "file"]);
    for to in letters {
        table.row(vec![
            to.person.id.into(),
            to.person.name.clone().into(),
            to.person.email.clone().into(),
            to.lang.word().into(),
            to.letter.subject.clone().into(),
            format!("{}.md", to.name).into(),
        ]);
    }
    table
}

/// The invitations, and the stage of those who were not further along.
fn record(app: &App, store: &Store, occasion: &Occasion, letters: &[Addressed]) -> Result<Vec<Note>> {
    let kickoff = app.zone().show(occasion.kickoff);
    let mut notes = Vec::new();
    for to in letters {
        let person = &to.person;
        invitations::add(store, person.id, app.now(), app.as_of(), Some(occasion.kickoff), to.drawn)?;
        notes.push(Note::of(
            "identify invite",
            person.id,
            format!("invited {} to the kickoff of {kickoff}", person.label()),
        ));
        if matches!(person.stage, Stage::Member | Stage::Candidate) {
            let people = std::slice::from_ref(person);
            notes.extend(stage::record(
                app,
                store,
                "identify invite",
                people,
                Stage::Invited,
                Some("letter"),
            )?);
        }
    }
    Ok(notes)
}

fn write(app: &App, folder: &Path, occasion: &Occasion, letters: &[Addressed], table: &Table) -> Result<()> {
    for to in letters {
        let address = to.person.email.as_deref();
        let mail =
            address.map(|to_address| occasion.mail(&to.letter, &to.person.label(), to_address, app.now()));
        file::letter(folder, &to.name, &to.letter.markdown, mail.as_deref())?;
    }
    file::write(&folder.join(LIST), csv::draw(table)?.as_bytes())?;
    file::write(&folder.join("kickoff.ics"), occasion.calendar(app.lang(), app.now())?.as_bytes())
}
