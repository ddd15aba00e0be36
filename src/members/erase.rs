//! `member erase`: someone gone from every table, the log and the backups, with a certificate.

use super::certificate::Certificate;
use super::leftovers;
use crate::app::App;
use crate::app::fail::{End, cancelled, said, usage};
use crate::app::logged::Note;
use crate::output::safe::counted;
use crate::store::members::Person;
use crate::store::mentions::{self, Mention, Words};
use crate::store::{Store, Trouble, erase, erasures, held};
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;

/// Erase someone, for good.
///
/// Gone from every table, the log, the backups the program made and the rows it set aside beside the file;
/// the file is written anew, so that nothing can be read out of it. What stays: the amounts of their orders and
/// the clicks they made, as numbers on a day; and a keyed hash of each address, handle, link and code, so that
/// importing the same file again does not bring them back. A certificate says what was done, without naming
/// anyone; -o FILE keeps it. This cannot be undone: `member export` first, where they want a copy.
///
/// Example: groundswell member erase ana@example.com --why "asked by mail" -o certificate.md
#[derive(Debug, Args)]
pub struct Erase {
    /// Whom
    member: String,
    /// Why, without naming them
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Blank their name in texts about others too (notes, comments, answers)
    #[arg(long)]
    blank: bool,
}

impl Erase {
    /// Erases the person.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let store = app.store()?;
        let words = erase::words(store, person.id)?;
        if self.why.as_deref().is_some_and(|why| words.are_in(why)) {
            return Err(usage("--why names the person, and stays: say it without a name"));
        }
        Certificate::default().text(app)?;
        agreed(app, &person)?;
        let (mut certificate, mut left, naming) = self.erase(app, &person, &words)?;
        if !left.is_empty() && !app.yes && app.can_ask() {
            tell(app, &left);
            if app.confirm("Blank the name there too?").is_ok() {
                certificate.blanked += app.write(|store| blank(store, &words, &left))?;
                left = erase::mentions(store, &words)?;
            }
        }
        let scrubbed = store.scrub();
        certificate.anew = matches!(scrubbed, Ok(true));
        certificate.places_left = left.len();
        keep(app, &certificate)?;
        match scrubbed {
            Ok(true) => {}
            Ok(false) => app.screen.say("Another window is using the file, so its journal still holds old pages: close it there, then run `groundswell status`."),
            Err(error) if matches!(Trouble::of(&error), Some(Trouble::Full | Trouble::Disk)) => {
                app.screen.say(&format!("Erased: {}. Their rows are overwritten in it all the same.", said(&error)));
                app.screen.say("To have it written anew: make room, then `groundswell backup new.db` and `groundswell restore new.db`.");
            }
            Err(error) => return Err(error),
        }
        tell(app, &left);
        for file in &naming {
            app.screen.say(&format!("{} names them; it is yours to delete", file.display()));
        }
        app.screen.next("groundswell backup", "a copy without them");
        Ok(End::Done)
    }

    /// The change itself, in one transaction. Files go before it is final: whoever pulls the plug in between finds the
    /// person still here, and erases them again.
    fn erase(
        &self,
        app: &App,
        person: &Person,
        words: &Words,
    ) -> Result<(Certificate, Vec<Mention>, Vec<PathBuf>)> {
        app.write(|store| {
            let highest = held::rows_of(store, person.id)?.into_iter().max().unwrap_or(person.id);
            let key = erasures::key(store)?;
            let (counts, hashes) = erase::erase(store, person.id, words, &key, app.as_of())?;
            let mut left = erase::mentions(store, words)?;
            let mut blanked = 0;
            if self.blank {
                blanked = mentions::blank(store, words, &left)?;
                left = erase::mentions(store, words)?;
            }
            let why = self.why.as_ref().map_or_else(String::new, |why| format!(": {}", why.trim()));
            let note = Note::of("member erase", highest, format!("member {} erased{why}", person.id));
            let backups = app.delete_copies(store)?;
            let files = leftovers::clear(app.db(), words);
            for file in &files.rewritten {
                app.screen.say(&format!("Took their rows out of {}", file.display()));
            }
            let certificate = Certificate {
                backups,
                set_aside: files.rewritten.len(),
                files_left: files.naming.len(),
                member: person.id,
                at: app.now(),
                key: erasures::key_id(&key),
                hashes,
                counts,
                blanked,
                ..Certificate::default()
            };
            Ok(((certificate, left, files.naming), vec![note]))
        })
    }
}

/// Shows the certificate, which cannot be made again: on the screen where its file cannot be written.
fn keep(app: &App, certificate: &Certificate) -> Result<()> {
    match certificate.show(app, &app.screen) {
        Err(error) if app.screen.file.is_some() => {
            certificate.show(app, &app.screen_without_file())?;
            app.screen.say(&format!("{}: keep the certificate above, it cannot be made again", said(&error)));
            Ok(())
        }
        shown => shown,
    }
}

/// Says what cannot be undone, and has the name typed.
fn agreed(app: &App, person: &Person) -> Result<()> {
    app.screen.say(&format!(
        "Erasing {} ({}) cannot be undone. To keep a copy for them: groundswell member export {} -o DIR",
        person.label(),
        person.id,
        person.id
    ));
    if app.yes {
        return Ok(());
    }
    let label = person.label();
    let typed = app.text(None, &format!("Type {label} to erase them"), "--yes")?;
    if typed.trim().to_lowercase() == label.trim().to_lowercase() { Ok(()) } else { Err(cancelled()) }
}

fn blank(store: &Store, words: &Words, left: &[Mention]) -> Result<(usize, Vec<Note>)> {
    let blanked = mentions::blank(store, words, left)?;
    Ok((
        blanked,
        vec![Note::program("member erase", format!("name blanked in {}", counted(blanked, "text", "texts")))],
    ))
}

/// Says which texts of others still name them.
fn tell(app: &App, left: &[Mention]) {
    if left.is_empty() {
        return;
    }
    app.screen.say(&format!(
        "{} of others name them; --blank blanks the name there:",
        counted(left.len(), "text", "texts")
    ));
    for mention in left {
        app.screen.say(&format!(
            "  {} ({}): {}",
            mention.table.replace('_', " "),
            mention.column.replace('_', " "),
            crate::output::terminal::shorten(&crate::output::safe::line(&mention.text), 60)
        ));
    }
}
