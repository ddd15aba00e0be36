//! `groundswell imports`: what was imported, and taking it back.

use super::differences;
use super::receipt::{self, Receipt};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::output::safe::counted;
use crate::store::batches::{self, Batch};
use crate::store::{undo, union};
use anyhow::{Result, bail};
use clap::{Args, Subcommand};

/// What was imported, and taking it back.
#[derive(Debug, Args)]
pub struct Imports {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The batches, oldest first (the same as without a command)
    List,
    /// A batch's receipt again.
    ///
    /// Of a program that was merged also how many rows of each table, and with --differences where it said something
    /// else than this one.
    ///
    /// Example: groundswell imports show 3
    Show {
        /// The batch's number
        batch: i64,
        /// What the two programs said differently, and whose word holds
        #[arg(long)]
        differences: bool,
    },
    /// Take a batch back: every row of it, and what it said of members.
    ///
    /// A program that was merged is taken back the same way.
    ///
    /// Example: groundswell imports undo 3
    Undo {
        /// The batch's number
        batch: i64,
    },
}

impl Imports {
    /// Runs the command.
    pub fn run(self, app: &App) -> Result<End> {
        match self.command {
            None | Some(Command::List) => {
                let all: Vec<Receipt> = batches::list(app.store()?)?.into_iter().map(Receipt::of).collect();
                app.screen.show(&receipt::table(&all))?;
                if let Some(last) = all.last() {
                    app.screen.next(
                        &format!("groundswell imports show {}", last.batch.id),
                        "one receipt; `undo` takes it back",
                    );
                }
            }
            Some(Command::Show { batch, differences: true }) => {
                let batch = find(app, batch)?;
                if batch.kind != "merge" {
                    return Err(usage(format!("batch {} is no program that was merged", batch.id)));
                }
                let (_, all) = union::differences(app.store()?, batch.id, i64::MAX)?;
                app.screen.show(&differences::table(app, &all)?)?;
                app.screen.next(&format!("groundswell imports show {}", batch.id), "its receipt");
            }
            Some(Command::Show { batch, .. }) => {
                let batch = find(app, batch)?;
                let number = batch.id;
                let mut receipt = Receipt::again(batch, batches::remarks(app.store()?, number)?);
                receipt.tables = union::counts(app.store()?, number)?;
                if union::differences(app.store()?, number, 0)?.0 > 0 {
                    app.screen.aside(&format!("What the two programs said differently: groundswell imports show {number} --differences"));
                }
                receipt.remarks(&app.screen);
                receipt::show(&app.screen, &[receipt])?;
                app.screen.next(&format!("groundswell imports undo {number}"), "to take it back");
            }
            Some(Command::Undo { batch }) => undo(app, &find(app, batch)?)?,
        }
        Ok(End::Done)
    }
}

fn find(app: &App, number: i64) -> Result<Batch> {
    let store = app.store()?;
    if let Some(batch) = batches::find(store, number)? {
        return Ok(batch);
    }
    let numbers: Vec<String> = batches::list(store)?.iter().map(|batch| batch.id.to_string()).collect();
    let there = if numbers.is_empty() {
        "there are none".into()
    } else {
        format!("there are {}", numbers.join(", "))
    };
    bail!("there is no batch {number}; {there}")
}

fn undo(app: &App, batch: &Batch) -> Result<()> {
    let (number, file) = (batch.id, &batch.file);
    app.confirm(&format!(
        "Take back batch {number} ({file}: {} added, {} changed)?",
        batch.added, batch.changed
    ))?;
    let store = app.store()?;
    let undone = store.write_checked_at_end(|| {
        let undone = undo::undo(store, number)?;
        let what = format!("took back {file}: {} added, {} changed", batch.added, batch.changed);
        app.log(&Note { batch: Some(number), ..Note::program("imports undo", what) })?;
        Ok(undone)
    })?;
    app.screen.say(&format!(
        "Batch {number} ({file}) is taken back; {} gone",
        counted(undone.members, "member nobody else named is", "members nobody else named are")
    ));
    if undone.stayed > 0 {
        app.screen.say(&format!(
            "{} with name and address, since stages, consents, codes, letters or notes of yours are about them",
            counted(undone.stayed, "member stays", "members stay")
        ));
    }
    if undone.kept > 0 {
        app.screen.say(&format!(
            "{}, since your reactions or promotions hang on {}",
            counted(undone.kept, "contribution stays", "contributions stay"),
            if undone.kept == 1 { "it" } else { "them" }
        ));
    }
    if undone.built_on > 0 {
        app.screen.say(&format!(
            "{} as yours, since your own work builds on them",
            counted(undone.built_on, "entry of it stays", "entries of it stay")
        ));
    }
    app.screen.next("groundswell imports", "what is still in");
    Ok(())
}
