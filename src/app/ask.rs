//! Questions at the terminal. Every one has a flag; without a terminal the flag is named instead.

use super::App;
use super::fail::{cancelled, usage};
use crate::model::time::half_width;
use anyhow::Result;
use console::Key;
use dialoguer::theme::ColorfulTheme;
use std::io::IsTerminal;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a prompt is on the screen, where Ctrl-C is an answer.
static ASKING: AtomicBool = AtomicBool::new(false);

/// What Ctrl-C says where a command has done something already.
static LAST_WORDS: OnceLock<&str> = OnceLock::new();

/// From now on Ctrl-C says this instead of "nothing was changed".
pub fn say_on_ctrl_c(words: &'static str) {
    let _ = LAST_WORDS.set(words);
}

/// Ctrl-C outside a prompt ends the program at once: what was not committed never happened.
pub fn end_on_ctrl_c() {
    let handler = || {
        if !ASKING.load(Ordering::SeqCst) {
            crate::output::Screen::tidy();
            crate::output::Screen::error(LAST_WORDS.get().unwrap_or(&"Cancelled. Nothing was changed."));
            std::process::exit(i32::from(super::fail::CANCELLED));
        }
    };
    // Without a handler Ctrl-C still ends the program, only less politely.
    let _ = ctrlc::set_handler(handler);
}

impl App {
    /// Whether someone can be asked: both ends of the conversation are a terminal.
    pub fn can_ask(&self) -> bool {
        !self.screen.quiet && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// `given`, or the answer to `question`; `flag` is what a script would have to say.
    pub fn text(&self, given: Option<String>, question: &str, flag: &str) -> Result<String> {
        if let Some(text) = given {
            return Ok(text);
        }
        self.need(flag)?;
        let theme = ColorfulTheme::default();
        // `interact`, not `interact_text`: the latter draws Chinese input wrongly.
        answered(|| dialoguer::Input::<String>::with_theme(&theme).with_prompt(question).interact())
    }

    /// As [`App::text`], with an answer that Enter gives; without a terminal that answer is taken.
    pub fn text_or(&self, given: Option<String>, question: &str, otherwise: &str) -> Result<String> {
        match given {
            Some(text) => Ok(text),
            None if !self.can_ask() || self.yes => Ok(otherwise.into()),
            None => {
                let theme = ColorfulTheme::default();
                let input = dialoguer::Input::<String>::with_theme(&theme)
                    .with_prompt(question)
                    .default(otherwise.into());
                answered(|| input.interact())
            }
        }
    }

    /// One of several; the place of the chosen one.
    pub fn choose(&self, question: &str, choices: &[String], flag: &str) -> Result<usize> {
        self.need(flag)?;
        let theme = ColorfulTheme::default();
        let choice = dialoguer::Select::with_theme(&theme).with_prompt(question).items(choices).default(0);
        answered(|| choice.interact_opt())?.ok_or_else(cancelled)
    }

    /// One key: Enter is the first of `keys`, each a letter and what it does; Esc, q and Ctrl-C cancel.
    pub fn key(&self, question: &str, keys: &[(char, &str)], flag: &str) -> Result<char> {
        self.need(flag)?;
        let first = keys.first().map_or('y', |(letter, _)| *letter);
        let told: Vec<String> = keys.iter().map(|(letter, does)| format!("{letter} {does}")).collect();
        self.screen.say(&format!("{question}  [Enter or {}, q cancel]", told.join(", ")));
        loop {
            let term = console::Term::stderr();
            // Read as a key of its own, Ctrl-C needs no signal and leaves the screen as it is.
            let pressed = answered(|| Ok(term.read_key_raw()?))?;
            match pressed {
                Key::Enter => return Ok(first),
                Key::Escape | Key::CtrlC => return Err(cancelled()),
                Key::Char(typed) => {
                    let typed = half_width(&typed.to_string()).to_lowercase();
                    match typed.chars().next() {
                        Some('q' | '\u{3}' | '\u{4}') => return Err(cancelled()),
                        Some(letter) if keys.iter().any(|(known, _)| *known == letter) => return Ok(letter),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }

    /// The command line that ran, with more flags, as it is typed; `without` are words that are not in it.
    pub fn command_with(flags: &[String], without: &[String]) -> String {
        let words = std::env::args().skip(1).filter(|word| !without.contains(word));
        let quoted = words.map(|word| quoted(&word));
        let all: Vec<String> =
            std::iter::once("groundswell".into()).chain(quoted).chain(flags.iter().cloned()).collect();
        all.join(" ")
    }

    /// A yes or no before something that is hard to take back. `--yes` answers it.
    pub fn confirm(&self, question: &str) -> Result<()> {
        if self.yes {
            return Ok(());
        }
        self.need("--yes")?;
        let theme = ColorfulTheme::default();
        let answer = dialoguer::Confirm::with_theme(&theme).with_prompt(question).default(false);
        if answered(|| answer.interact_opt())? == Some(true) { Ok(()) } else { Err(cancelled()) }
    }

    fn need(&self, flag: &str) -> Result<()> {
        if self.can_ask() {
            return Ok(());
        }
        Err(usage(format!("an answer is missing and there is no terminal to ask at: add {flag}")))
    }
}

/// A word as a shell reads it; words of any script stay as they are.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./:@%+,=".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.into();
    }
    shlex::try_quote(word).map_or_else(|_| word.into(), String::from)
}

/// Ctrl-C leaves the cursor hidden in some prompts: it is shown again.
fn answered<T>(prompt: impl FnOnce() -> dialoguer::Result<T>) -> Result<T> {
    ASKING.store(true, Ordering::SeqCst);
    let answer = prompt();
    ASKING.store(false, Ordering::SeqCst);
    answer.map_err(|dialoguer::Error::IO(error)| {
        if error.kind() == std::io::ErrorKind::Interrupted {
            crate::output::Screen::tidy();
            return cancelled();
        }
        error.into()
    })
}
