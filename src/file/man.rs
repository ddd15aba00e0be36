//! `man`: the help of every command as manual pages.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::output::file;
use crate::output::safe::counted;
use anyhow::Result;
use clap::{Args, Command};
use clap_mangen::Man as Page;
use std::path::{Path, PathBuf};

/// Manual pages of every command.
///
/// One page a command, in section 1. Below a folder `man1` that `man` looks into they are found by name.
///
/// Example: groundswell man man1
#[derive(Debug, Args)]
pub struct Man {
    /// Into which folder
    dir: Option<PathBuf>,
}

impl Man {
    /// Writes the pages.
    pub fn run(self, app: &App, mut command: Command) -> Result<End> {
        let folder = self.dir.or_else(|| app.screen.file.clone());
        let folder =
            folder.ok_or_else(|| usage("into which folder? Say DIR, such as: groundswell man man1"))?;
        file::folder(&folder)?;
        command.build();
        let pages = pages(&command, command.get_name(), &folder)?;
        app.screen.say(&format!("Wrote {} to {}", counted(pages, "page", "pages"), folder.display()));
        app.screen.next(
            &format!("man {}", folder.join("groundswell.1").display()),
            "the first of them; `man 1 groundswell` once the folder is where man looks",
        );
        Ok(End::Done)
    }
}

/// Writes a command's page and those of its commands; how many.
fn pages(command: &Command, name: &str, folder: &Path) -> Result<usize> {
    let mut page = Vec::new();
    Page::new(command.clone()).render(&mut page)?;
    file::write(&folder.join(format!("{name}.1")), &page)?;
    let mut written = 1;
    for below in command.get_subcommands().filter(|below| below.get_name() != "help" && !below.is_hide_set())
    {
        written += pages(below, &format!("{name}-{}", below.get_name()), folder)?;
    }
    Ok(written)
}
