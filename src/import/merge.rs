//! `groundswell merge`: another manager's program into this one.

use super::differences;
use super::receipt::{self, Receipt};
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::{App, timed};
use crate::model::digest::hex;
use crate::model::time::Instant;
use crate::output::safe::counted;
use crate::store::batches::{self, Batch, Remarks};
use crate::store::union::{self, Attached, Closed, Count, Difference, Forgotten, Other, Wishes};
use crate::store::{Store, copies, whole};
use anyhow::{Context, Result, bail};
use clap::Args;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Take another manager's program into this one
///
/// Several managers keep a file each, and one collects. What both know is known once; of what they
/// say differently the newest word holds, and the receipt lists each such difference. In whatever
/// order and how often files are merged, the same is known in the end. OTHER is only read, and
/// `imports undo` takes all of it back.
///
/// Members are the same by an address or a handle, never by a name. Who is one member in OTHER and
/// several people here is set aside with all that is theirs, until you say that they are one
/// (`member merge`), or --join says so of all. Who was erased in either file stays erased in both,
/// for good. What one file deleted comes back from one that still has it.
///
/// Each file keeps its own name, settings, weights, log, receipts, and what was put off in `next`.
/// Both must count days in the same time zone.
///
/// (Two members of this program who are one person: groundswell member merge.)
///
/// Examples:
///   groundswell merge north.db --dry-run
///   groundswell merge north.db
///   groundswell imports show 15 --differences
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Merge {
    /// The other program's file
    other: PathBuf,
    /// Make people of this program one where they are one member in OTHER
    #[arg(long)]
    join: bool,
    /// Do everything but keep nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

/// So many differences, and names of who is erased, are said at once.
const SAID: i64 = 10;

/// What a merge did.
struct Done {
    counts: Vec<Count>,
    batch: Batch,
    kept: bool,
    differences: (i64, Vec<Difference>),
    seconds: f64,
}

impl Merge {
    /// Takes the other program in.
    pub fn run(self, app: &App) -> Result<End> {
        let store = app.store()?;
        let name = self.other.display().to_string();
        if copies::same(&self.other, app.db()) {
            return Err(usage(format!("{name} is the program itself: name another manager's file")));
        }
        let other = Other::open(&self.other, app.db())?;
        if let Some((here, there)) = union::zones(store, &other)? {
            bail!(
                "{name} counts days in the time zone {there}, and this program in {here}: a day is not the same day in both, so they cannot be merged. Make a program with `init --timezone {here}` there and import its exports again; nothing was changed"
            );
        }
        let gone = union::forgotten(store, &other)?;
        let other = if gone.there.is_empty() || other.is_copy() { other } else { other.copied(app.db())? };
        union::forget_there(store, &other, &gone.there, app.as_of())?;
        self.tell(app, &other, &gone)?;
        if !self.dry_run {
            app.confirm("Take it in?")?;
        }
        let sha256 = digest(&self.other)?;
        let (done, highest) = self.merge(app, other.closed(), &gone, &sha256)?;
        if !self.dry_run && !highest.is_empty() {
            clean(app, store)?;
        }
        self.answer(app, &done, &gone)
    }

    /// What is about to be done.
    fn tell(&self, app: &App, other: &Other, gone: &Forgotten) -> Result<()> {
        let store = app.store()?;
        app.screen.say(&format!("Here:  {}", named(app, store)?));
        app.screen.say(&format!("There: {}", named(app, &other.store)?));
        for (setting, here, there) in union::settings(store, other)? {
            let word = |value: Option<String>| value.unwrap_or_else(|| "nothing".into());
            app.screen.aside(&format!(
                "{}: {} here, {} there; it stays as it is here",
                setting.replace('_', " "),
                word(here),
                word(there)
            ));
        }
        if !gone.there.is_empty() {
            let other = self.other.display();
            let (one, many) = (format!("member of {other} was"), format!("members of {other} were"));
            let people = counted(gone.there.len(), &one, &many);
            let stay = if gone.there.len() == 1 { "stays" } else { "stay" };
            app.screen.say(&format!("{people} erased here, and {stay} erased"));
        }
        if !gone.here.is_empty() {
            let names = app.names(gone.here.iter().copied().take(SAID as usize))?;
            let names: Vec<String> = names.iter().map(|(id, name)| format!("{name} ({id})")).collect();
            let more = gone.here.len().saturating_sub(names.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            app.screen.say(&format!(
                "Erased there, and to be erased here for good, which `imports undo` does not bring back: {}{more}",
                names.join(", ")
            ));
        }
        Ok(())
    }

    /// The change itself, in one transaction.
    fn merge(&self, app: &App, other: Closed, gone: &Forgotten, sha256: &str) -> Result<(Done, Vec<i64>)> {
        let store = app.store()?;
        store.load(|| {
            let attached = Attached::new(store, other)?;
            let rows = union::size(store)?;
            let progress = app.screen.progress(rows, Duration::from_millis(500));
            let work = || {
                let highest = union::erase(store, &gone.here, app.as_of())?;
                for (person, highest) in gone.here.iter().zip(&highest) {
                    let what = format!("member {person} erased, as in a merged program");
                    app.log(&Note::of("member erase", *highest, what))?;
                }
                let (done, seconds) = timed(|| {
                    store.keep_if(|| {
                        let done = self.take(app, &attached, sha256, |rows| progress.advance(rows))?;
                        let kept = done.kept;
                        Ok((done, kept))
                    })
                });
                let mut done = done?;
                done.seconds = seconds;
                if done.kept {
                    keep(app, &done)?;
                }
                Ok((done, highest))
            };
            if self.dry_run { store.rehearse(work) } else { store.write(work) }
        })
    }

    fn take(&self, app: &App, attached: &Attached, sha256: &str, progress: impl Fn(u64)) -> Result<Done> {
        let store = app.store()?;
        let file = self.other.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut batch = Batch {
            id: batches::next_id(store)?,
            at: app.clock().0,
            day: app.as_of().0,
            file,
            sha256: sha256.into(),
            kind: "merge".into(),
            encoding: "SQLite".into(),
            delimiter: "none".into(),
            ..Batch::default()
        };
        batches::open(store, &batch)?;
        let wishes = Wishes {
            batch: batch.id,
            join: self.join,
            named: batch.file.clone(),
            at: app.now(),
            day: app.as_of(),
        };
        let counts = union::merge(store, &wishes, progress)?;
        attached.is_unchanged()?;
        let sum = |of: fn(&Count) -> i64| counts.iter().map(of).sum::<i64>();
        batch.rows = sum(|count| count.rows);
        batch.added = sum(|count| count.added);
        batch.changed = sum(|count| count.changed);
        batch.unchanged = sum(|count| count.known);
        batch.rejected = sum(|count| count.aside);
        batch.members_added =
            counts.iter().filter(|count| count.table == "members").map(|count| count.added).sum();
        if batch.rejected > 0 {
            batch.reasons.push(("rejected".into(), "to-be-settled".into(), batch.rejected));
        }
        let kept = batch.added + batch.changed > 0;
        if kept {
            batches::close(store, &batch)?;
        }
        let differences = union::differences(store, batch.id, SAID)?;
        Ok(Done { counts, batch, kept, differences, seconds: 0.0 })
    }

    /// What was done.
    fn answer(&self, app: &App, done: &Done, gone: &Forgotten) -> Result<End> {
        let kept = done.kept && !self.dry_run;
        let receipt = Receipt::merged(done.batch.clone(), kept, done.counts.clone(), done.seconds);
        let (number, file, aside) = (done.batch.id, &done.batch.file, done.batch.rejected);
        receipt::show(&app.screen, &[receipt])?;
        // What they said names people.
        if app.screen.redact.is_none() {
            for line in differences::lines(app, &done.differences.1)? {
                app.screen.aside(&line);
            }
        }
        let more = done.differences.0 - done.differences.1.len() as i64;
        if more > 0 {
            let more = counted(more, "more difference is", "more differences are");
            app.screen.aside(&format!("{more} in the receipt"));
        }
        if aside > 0 {
            app.screen.say(&format!(
                "{} set aside until someone decides: make two who are one person one here (groundswell member merge A B), or retire one of two codes, and merge again; --join makes all of them one",
                counted(aside, &format!("row of {file} was"), &format!("rows of {file} were"))
            ));
        }
        if self.dry_run {
            app.screen.next("the same without --dry-run", "nothing was kept");
        } else if kept {
            if done.differences.0 > 0 {
                app.screen
                    .aside(&format!("All differences: groundswell imports show {number} --differences"));
            }
            app.screen.aside(&format!("To take it back: groundswell imports undo {number}"));
            app.screen.next("groundswell check", "where every row went");
        } else if gone.here.is_empty() {
            app.screen.say(&format!("Nothing in {file} was new; the program is as it was."));
            app.screen.next("groundswell imports", "what was brought in before");
        }
        Ok(if aside > 0 { End::SetAside } else { End::Done })
    }
}

/// The receipt and the line in the log.
fn keep(app: &App, done: &Done) -> Result<()> {
    let store = app.store()?;
    let batch = &done.batch;
    let remarks = Remarks {
        notes: Vec::new(),
        microseconds: (!app.staged).then_some((done.seconds * 1e6).round() as i64),
        noon: None,
    };
    batches::remark(store, batch.id, &remarks)?;
    let what = format!(
        "{}: {} added, {} changed, {}",
        batch.file,
        batch.added,
        batch.changed,
        counted(batch.members_added, "new member", "new members")
    );
    app.log(&Note { batch: Some(batch.id), ..Note::program("merge", what) })
}

/// After people were erased: nothing of them is left in the file's free pages, and in its copies.
fn clean(app: &App, store: &Store) -> Result<()> {
    app.delete_copies(store)?;
    if !store.scrub()? {
        app.screen.say("Another window is using the file, so its journal still holds old pages: close it there, then run `groundswell status`.");
    }
    Ok(())
}

/// A program as it is told from another: name, people, last change.
fn named(app: &App, store: &Store) -> Result<String> {
    let (name, people, changed) = whole::told(store)?;
    let people = counted(usize::try_from(people).unwrap_or(0), "member", "members");
    let changed = changed.map_or_else(
        || "never changed".to_string(),
        |at| format!("last changed {} {}", app.zone().show(Instant(at)), app.zone().name()),
    );
    Ok(format!("'{name}', {people}, {changed}"))
}

/// SHA-256 of a file's bytes, hexadecimal.
fn digest(path: &Path) -> Result<String> {
    let cannot = || format!("cannot read {}", path.display());
    let mut file = std::fs::File::open(path).with_context(cannot)?;
    let (mut hash, mut bytes) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        let read = file.read(&mut bytes).with_context(cannot)?;
        if read == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&bytes[..read]);
    }
}
