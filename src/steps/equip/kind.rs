//! The five kinds of things in the library, and what each cannot do without.

use crate::store::items::Item;
use clap::ValueEnum;

/// What a thing in the library is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Best practice for one platform, as Markdown
    Playbook,
    /// A post worth imitating
    Example,
    /// A file or link to use
    Asset,
    /// Someone to follow
    Follow,
    /// Someone inside who helps
    Contact,
}

/// What is missing: the question to ask at a terminal, and the flag that answers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lack {
    /// The answer goes here.
    pub place: Place,
    /// As it is asked.
    pub question: &'static str,
    /// As it is named where nobody can be asked.
    pub flag: &'static str,
}

/// Where an answer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `--url`, or `--file` where it is a path.
    UrlOrFile,
    /// `--url`, or `--body` where it is no address.
    UrlOrBody,
    /// `--url`.
    Url,
    /// `--file`.
    File,
    /// `--platform`.
    Platform,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Playbook, Self::Example, Self::Asset, Self::Follow, Self::Contact];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Playbook => "playbook",
            Self::Example => "example",
            Self::Asset => "asset",
            Self::Follow => "follow",
            Self::Contact => "contact",
        }
    }

    /// The word with its article.
    pub const fn with_article(self) -> &'static str {
        match self {
            Self::Playbook => "a playbook",
            Self::Example => "an example",
            Self::Asset => "an asset",
            Self::Follow => "a follow",
            Self::Contact => "a contact",
        }
    }

    /// The kind a word names.
    pub fn named(text: &str) -> Option<Self> {
        let word = text.trim().to_lowercase();
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What it cannot do without, if it is missing.
    pub fn lacks(self, item: &Item) -> Option<Lack> {
        let (url, body) = (item.url.is_some(), item.body.is_some());
        let lack = |place, question, flag| Some(Lack { place, question, flag });
        match self {
            Self::Playbook if !body => {
                lack(Place::File, "In which file is its text?", "its text: --file PATH or --body TEXT")
            }
            Self::Playbook if item.platform.is_none() => {
                lack(Place::Platform, "For which platform?", "its platform: --platform P")
            }
            Self::Example if !url && !body => {
                lack(Place::UrlOrBody, "Its address, or its text?", "the post: --url URL, or --body TEXT")
            }
            Self::Asset if !url && item.file.is_none() => lack(
                Place::UrlOrFile,
                "Its address, or the path of its file?",
                "the thing itself: --file PATH or --url URL",
            ),
            Self::Follow if !url => {
                lack(Place::Url, "The address of their profile?", "where to find them: --url URL")
            }
            Self::Contact if !url && !body => lack(
                Place::UrlOrBody,
                "How are they reached (an address, or in words)?",
                "how to reach them: --url mailto:ADDRESS, or --body TEXT",
            ),
            _ => None,
        }
    }
}
