//! The folder a command writes its files into: `-o DIR`.

use super::App;
use crate::output::{Screen, file};
use anyhow::Result;
use std::path::PathBuf;

impl App {
    /// The folder to write into, made where it is missing: `-o DIR`, or the answer to a question.
    pub fn folder(&self) -> Result<PathBuf> {
        self.not_redacted()?;
        let path = match &self.screen.file {
            Some(path) => path.clone(),
            None => PathBuf::from(self.text(None, "Into which folder?", "-o DIR")?.trim()),
        };
        file::folder(&path)?;
        Ok(path)
    }

    /// The screen of a command whose `-o` is a folder: its table goes to stdout.
    pub fn screen_without_file(&self) -> Screen {
        Screen { file: None, ..self.screen.clone() }
    }
}
