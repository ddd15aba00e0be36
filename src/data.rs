//! What the program carries inside it: the files of `data/`, embedded at build time.

use anyhow::{Context, Result};
use include_dir::{Dir, include_dir};
use serde::Deserialize;

static DATA: Dir = include_dir!("$CARGO_MANIFEST_DIR/data");

/// A language that texts for people exist in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Lang {
    /// The word used in paths and settings.
    pub const fn word(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// The language a word such as `zh`, `zh-CN` or `Chinese` names.
    pub fn named(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        match word.as_str() {
            "english" | "英文" | "英语" => Some(Self::En),
            "chinese" | "中文" | "汉语" | "简体中文" => Some(Self::Zh),
            _ if word.starts_with("en") => Some(Self::En),
            _ if word.starts_with("zh") => Some(Self::Zh),
            _ => None,
        }
    }
}

/// A text in every language.
#[derive(Debug, Clone, Deserialize)]
pub struct Both {
    en: String,
    zh: String,
}

impl Both {
    /// As it is said in a language.
    pub fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// `:3:5`, the line and column of a byte of a text.
pub fn place_in(text: &str, byte: usize) -> String {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!(":{line}:{column}")
}

/// An embedded text, by its path under `data/`.
pub fn text(path: &str) -> Option<&'static str> {
    DATA.get_file(path)?.contents_utf8()
}

/// An embedded text the program cannot do without; only a broken build lacks it.
pub fn needed(path: &str) -> Result<&'static str> {
    text(path).with_context(|| format!("data/{path} is missing from this build"))
}

/// The embedded files of a folder under `data/`, as (file name, bytes), sorted by name.
pub fn folder(path: &str) -> Vec<(String, &'static [u8])> {
    let mut files: Vec<_> = DATA
        .get_dir(path)
        .into_iter()
        .flat_map(Dir::files)
        .filter_map(|file| Some((file.path().file_name()?.to_str()?.to_string(), file.contents())))
        .collect();
    files.sort();
    files
}

/// The paths of all embedded texts in a folder under `data/` and in those inside it.
pub fn below(path: &str) -> Vec<String> {
    fn files<'a>(dir: &'a Dir<'a>) -> Vec<String> {
        let own = dir.files().filter_map(|file| Some(file.path().to_str()?.to_owned()));
        own.chain(dir.dirs().flat_map(files)).collect()
    }
    DATA.get_dir(path).map(files).unwrap_or_default()
}
