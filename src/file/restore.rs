//! `restore`: a copy put back in the place of the program file.

use super::backup::beside;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::{App, given};
use crate::model::time::Instant;
use crate::output::safe::counted;
use crate::store::{Store, Trouble, copies, erase, erasures, in_use, whole};
use anyhow::{Result, bail};
use clap::Args;
use std::path::{Path, PathBuf};

/// Put a backup back.
///
/// FILE is read through first: a damaged one, or one that is no program, changes nothing. The program as it is now is
/// kept beside the file; a damaged one is moved out of the way. Whoever was erased since the backup was made is erased
/// from what is put back. A backup of an older version is upgraded; FILE itself stays as it is.
///
/// Example: groundswell restore groundswell.db.2026-06-30T090000Z.backup
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup
    file: PathBuf,
}

/// The program file as it is before.
enum Now {
    Missing,
    Sound(Store),
    Broken(anyhow::Error),
}

impl Restore {
    /// Verifies the copy, asks, and puts it back.
    pub fn run(self, app: &App) -> Result<End> {
        app.not_redacted()?;
        let path = app.db();
        if copies::same(&self.file, path) {
            return Err(usage(format!("{} is the program itself: name a backup of it", self.file.display())));
        }
        if path.is_dir() {
            bail!("{} is a folder; nothing was changed", path.display());
        }
        given::is_program(&self.file)?;
        let source = Store::inspect(&self.file)?;
        let now = if path.exists() {
            match Store::open(path) {
                Ok(store) => {
                    store.may_be_written()?;
                    Now::Sound(store)
                }
                Err(error) if in_use(&error) => return Err(error),
                Err(error) => Now::Broken(error),
            }
        } else {
            Now::Missing
        };
        say(app, &source, &now)?;
        if !matches!(now, Now::Missing) {
            app.confirm("Put it back?")?;
        }
        let (draft, fresh) = source.upgraded_beside(path)?;
        let again = fresh.write(|| {
            let again = match &now {
                Now::Sound(store) => forget_again(app, store, &fresh)?,
                _ => 0,
            };
            let mut note = Note::program("restore", format!("put back {}", self.file.display()));
            note.before = Some(named(app, &source)?);
            crate::store::log::add(&fresh, &note.entry(app.clock()))?;
            Ok(again)
        })?;
        if again > 0 {
            fresh.scrub()?;
        }
        drop(fresh);
        let kept = replace(app, draft, now)?;
        app.screen.say(&format!("Put {} back as {}", self.file.display(), path.display()));
        if let Some(kept) = kept {
            app.screen.say(&format!("What was there before is in {}", kept.display()));
        }
        if again > 0 {
            let people = counted(again, "person", "people");
            app.screen.say(&format!("{people} erased since that backup was made: erased from it too"));
            app.screen.say(&format!("{} still names them: delete it, and make another", self.file.display()));
        }
        app.screen.next("groundswell check", "whether all of it is sound");
        Ok(End::Done)
    }
}

/// Puts the draft in the place of the file; returns where what was there is kept.
fn replace(app: &App, draft: copies::Draft, now: Now) -> Result<Option<PathBuf>> {
    let path = app.db();
    let kept = beside(path, app.clock(), "before-restore-");
    match now {
        Now::Missing => draft.appear(path).map(|()| None),
        Now::Sound(store) => {
            let draft = draft.checked()?;
            if let Err(error) = store.copy_to(&kept) {
                if Trouble::of(&error) != Some(Trouble::Damage) {
                    return Err(error);
                }
                // It opens, but not all of it can be read.
                drop(store);
                copies::set_aside(path, &kept)?;
                return draft.appear(path).map(|()| Some(kept));
            }
            store.replace_by(&draft)?;
            Ok(Some(kept))
        }
        Now::Broken(_) => {
            let draft = draft.checked()?;
            copies::set_aside(path, &kept)?;
            draft.appear(path).map(|()| Some(kept))
        }
    }
}

/// Erases from a copy whom the program has erased since; how many people.
fn forget_again(app: &App, store: &Store, fresh: &Store) -> Result<usize> {
    let Some((key, people)) = erasures::carry(store, fresh)? else { return Ok(0) };
    for &person in &people {
        let words = erase::words(fresh, person)?;
        erase::erase(fresh, person, &words, &key, app.as_of())?;
    }
    Ok(people.len())
}

/// Says what is put back, and in the place of what.
fn say(app: &App, source: &Store, now: &Now) -> Result<()> {
    app.screen.say(&format!("To put back: {}", named(app, source)?));
    match now {
        Now::Missing => {}
        Now::Sound(store) => app.screen.say(&format!("In the place of: {}", named(app, store)?)),
        Now::Broken(error) => {
            app.screen.say(&format!("In the place of a file that cannot be used: {error:#}"));
        }
    }
    Ok(())
}

/// A program as it is told from another: name, people, last change.
fn named(app: &App, store: &Store) -> Result<String> {
    let (name, people, changed) = whole::told(store)?;
    let people = counted(people, "member", "members");
    let changed = changed.map_or_else(
        || "never changed".to_string(),
        |at| format!("last changed {} {}", app.zone().show(Instant(at)), app.zone().name()),
    );
    Ok(format!("'{name}', {people}, {changed}, {}", shown(store.path())))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
