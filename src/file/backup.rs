//! `backup`: a whole copy of the program file.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::model::time::Instant;
use crate::output::Table;
use crate::store::{Store, copies, whole};
use anyhow::{Result, bail};
use clap::Args;
use std::path::{Path, PathBuf};

/// A whole copy of the program file.
///
/// FILE, or a name with the time in it beside the program. The copy is read through before it appears, and other
/// windows may go on working meanwhile. Copying the file by hand leaves out what stands in its journal. Who is erased
/// later is gone from these copies too: they are deleted.
///
/// Example: groundswell backup
#[derive(Debug, Args)]
pub struct Backup {
    /// The copy, or a folder to put it into
    file: Option<PathBuf>,
    /// Also where the file is there already: it is written over
    #[arg(long)]
    afresh: bool,
}

impl Backup {
    /// Makes the copy.
    pub fn run(self, app: &App) -> Result<End> {
        app.not_redacted()?;
        let store = app.store()?;
        let target = match self.file.or_else(|| app.screen.file.clone()) {
            None => beside(app.db(), app.clock(), ""),
            Some(folder) if folder.is_dir() => {
                let name = beside(app.db(), app.clock(), "");
                folder.join(name.file_name().unwrap_or_default())
            }
            Some(file) => file,
        };
        if copies::same(&target, app.db()) {
            return Err(usage(format!("{} is the program itself: name another file", target.display())));
        }
        if target.exists() && !self.afresh {
            bail!(
                "{} is there already: name another file, or add --afresh to write it over",
                target.display()
            );
        }
        store.copy_to(&target)?;
        if store.writable() {
            app.write(|_| {
                let mut note = Note::program("backup", "copied the program");
                note.after = Some(std::path::absolute(&target)?.to_string_lossy().into_owned());
                Ok(((), vec![note]))
            })?;
        }
        app.screen_without_file().show(&row(app, store, &target)?)?;
        let cut = store.backups()?.into_iter().find(|path| path.extension().is_some_and(|end| end == "part"));
        if let Some(cut) = cut {
            app.screen.say(&format!(
                "{} was cut off: delete it, unless another window is making a copy just now",
                cut.display()
            ));
        }
        let target = crate::app::ask::quoted(&target.to_string_lossy());
        app.screen.next(&format!("groundswell restore {target}"), "should you ever need it");
        Ok(End::Done)
    }
}

/// A copy as a row: what it holds.
fn row(app: &App, store: &Store, target: &Path) -> Result<Table> {
    let (name, people, changed) = whole::told(store)?;
    let mut table = Table::new(&["file", ">bytes", "program", ">members", "?last_change"]);
    table.row(vec![
        target.display().to_string().into(),
        (std::fs::metadata(target)?.len() as i64).into(),
        name.into(),
        people.into(),
        changed.map(|at| app.zone().show(Instant(at))).into(),
    ]);
    Ok(table)
}

/// A name that is free for a copy beside a file: with the time in it, and what the copy is for.
pub fn beside(path: &Path, at: Instant, what: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let time = at.iso().replace(':', "");
    let of = |again: usize| {
        let count = if again > 1 { format!("-{again}") } else { String::new() };
        path.with_file_name(format!("{name}.{what}{time}{count}.backup"))
    };
    (1..1000).map(of).find(|name| !name.exists()).unwrap_or_else(|| of(1000))
}
