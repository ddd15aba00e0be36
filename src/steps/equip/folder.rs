//! `equip folder`: where the assets' files are.

use super::files::{Files, SETTING};
use crate::app::App;
use crate::app::fail::End;
use crate::app::logged::Note;
use crate::store::{items, settings};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::PathBuf;

/// The folder that assets' files are taken from.
///
/// Files outside it, and links that lead out of it, never get into a handbook. Without DIR it says which folder it is: the
/// one of the program file, unless another was named.
///
/// Example: groundswell equip folder press
#[derive(Debug, Args)]
pub struct Folder {
    /// Take them from here from now on
    dir: Option<PathBuf>,
}

impl Folder {
    /// Shows or sets it.
    pub fn run(self, app: &App) -> Result<End> {
        let files = Files::of(app)?;
        let Some(dir) = self.dir else {
            app.screen.data(&format!("{}\n", files.folder().display()))?;
            app.screen.next("groundswell equip add asset --title TEXT --file PATH", "something from it");
            return Ok(End::Done);
        };
        if !dir.is_dir() {
            bail!("there is no folder {}; make it first, and put the files into it", dir.display());
        }
        let whole = std::fs::canonicalize(&dir).with_context(|| format!("cannot open {}", dir.display()))?;
        let name =
            whole.to_str().with_context(|| format!("{}: rename it, its name is not text", dir.display()))?;
        let before = files.folder().display().to_string();
        app.write(|store| {
            settings::set(store, SETTING, name)?;
            Ok(((), vec![Note::program("equip folder", "where files are taken from").change(before, name)]))
        })?;
        let now = Files::of(app)?;
        let known = items::list(app.store()?, app.as_of())?;
        let lost = known.iter().filter(|item| item.removed.is_none());
        let lost =
            lost.filter_map(|item| item.file.as_deref()).filter(|file| !now.path(file).is_file()).count();
        app.screen.say(&format!("Files are taken from {name} from now on."));
        if lost > 0 {
            app.screen.say(&format!(
                "{lost} of the library's files are not in it; `groundswell equip check` names them."
            ));
        }
        app.screen.next("groundswell equip check", "whether every file is there");
        Ok(End::Done)
    }
}
