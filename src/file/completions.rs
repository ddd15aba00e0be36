//! `completions`: what the shell needs to finish a word of a command.

use crate::app::App;
use crate::app::fail::End;
use anyhow::Result;
use clap::{Args, Command};
use clap_complete::Shell;

/// Completions for a shell.
///
/// Prints a script with every command and flag, which needs no program. To have members and briefs of the program
/// here completed too, have the shell ask: `source <(COMPLETE=bash groundswell)` in ~/.bashrc, or
/// `source <(COMPLETE=zsh groundswell)` in ~/.zshrc, or `COMPLETE=fish groundswell | source` in config.fish.
///
/// Example: groundswell completions bash > groundswell.bash
#[derive(Debug, Args)]
pub struct Completions {
    /// Which shell
    shell: Shell,
}

impl Completions {
    /// Prints the script.
    pub fn run(self, app: &App, mut command: Command) -> Result<End> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "groundswell", &mut script);
        app.screen.data(&String::from_utf8(script)?)?;
        let hint = match self.shell {
            Shell::Fish => "COMPLETE=fish groundswell | source".to_string(),
            shell => format!("source <(COMPLETE={shell} groundswell)"),
        };
        app.screen.next(&hint, "members and briefs complete too");
        Ok(End::Done)
    }
}
