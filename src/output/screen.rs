//! The two streams: data on stdout, talk on stderr.

use super::progress::{self, Progress};
use super::redact::Redaction;
use super::spark::{self, Glyphs};
use super::{Format, NoSuchFormat, Table, csv, file, ids, json, markdown, safe, terminal};
use anstyle::{AnsiColor, Style};
use anyhow::Result;
use std::borrow::Cow;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

/// Where and how a command speaks.
#[derive(Debug, Clone, Default)]
pub struct Screen {
    /// How lists are written.
    pub format: Format,
    /// A file to write the data to instead of stdout.
    pub file: Option<PathBuf>,
    /// `name: value` lines instead of tables.
    pub plain: bool,
    /// No talk on stderr but errors.
    pub quiet: bool,
    /// No data either: a command run for its effect only.
    pub mute: bool,
    /// How names are hidden, where they are.
    pub redact: Option<Redaction>,
}

const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();
const HINT: Style = AnsiColor::Cyan.on_default();
const ERROR: Style = AnsiColor::Red.on_default().bold();

impl Screen {
    /// Shows a list in the chosen format; on a screen with its notes, or with what to do when it is empty.
    pub fn show(&self, table: &Table) -> Result<()> {
        let hidden = self.redact.as_ref().map(|redaction| redaction.table(table));
        let table = hidden.as_ref().unwrap_or(table);
        match self.format {
            Format::Json => self.data(&json::draw(table)?)?,
            Format::Csv => self.data(&csv::draw(table)?)?,
            Format::Md => self.data(&markdown::draw(table))?,
            Format::Ids => self.data(&ids::draw(table))?,
            Format::Html | Format::Xlsx => {
                let (word, what) =
                    if self.format == Format::Html { ("html", "page") } else { ("xlsx", "workbook") };
                let message = format!(
                    "--format {word}: a list has no {what}; its formats are table, json, csv, md and ids"
                );
                return Err(NoSuchFormat(message).into());
            }
            Format::Table if table.rows.is_empty() => {}
            Format::Table if self.plain => self.data(&terminal::draw_plain(table))?,
            Format::Table => {
                let drawing = terminal::draw(table, self.width());
                self.data(&drawing.text)?;
                if !drawing.hidden.is_empty() {
                    let names = drawing.hidden.join(", ");
                    self.say(&format!(
                        "(no room for: {names}; widen the window, or add --plain or --format csv)"
                    ));
                }
            }
        }
        if table.rows.is_empty() {
            self.say(&table.empty);
        }
        if self.format != Format::Md {
            for note in &table.notes {
                self.say(note);
            }
        }
        Ok(())
    }

    /// A text that a page shows outside of lists, hidden as it would be in a column of this name.
    pub fn hidden(&self, column: &str, text: String) -> String {
        match &self.redact {
            Some(redaction) => redaction.text(column, &text, None),
            None => text,
        }
    }

    /// Data, to stdout or to the chosen file.
    pub fn data(&self, text: &str) -> Result<()> {
        if let Some(path) = &self.file {
            file::write_to(path, text.as_bytes())?;
            self.say(&format!("Wrote {}", path.display()));
            return Ok(());
        }
        if self.mute {
            return Ok(());
        }
        let out = std::io::stdout();
        // A file or a pipe gets data as it is; a terminal would obey what is in it.
        let shown = if out.is_terminal() { Cow::Owned(safe::shown(text)) } else { Cow::Borrowed(text) };
        let mut out = out.lock();
        out.write_all(shown.as_bytes())?;
        out.flush()?;
        Ok(())
    }

    /// Data that is no text, to the chosen file.
    pub fn bytes(&self, bytes: &[u8]) -> Result<()> {
        let Some(path) = &self.file else {
            let message = "a workbook needs a file: add -o FILE.xlsx";
            return Err(NoSuchFormat(message.into()).into());
        };
        file::write_to(path, bytes)?;
        self.say(&format!("Wrote {}", path.display()));
        Ok(())
    }

    /// One line of talk.
    pub fn say(&self, line: &str) {
        self.talk(line, Style::new());
    }

    /// Talk that is drawn already: lines stay as they are.
    pub fn drawn(&self, text: &str) {
        if !self.quiet {
            speak(safe::lines(text).trim_end_matches('\n'));
        }
    }

    /// How many columns talk has; 80 where there is no terminal.
    pub fn talk_width() -> usize {
        if std::io::stderr().is_terminal() {
            usize::from(console::Term::stderr().size().1).max(20)
        } else {
            80
        }
    }

    /// The letters that small pictures in the talk are drawn with.
    pub fn glyphs(&self) -> &'static Glyphs {
        let is_shown = std::io::stderr().is_terminal() && !self.plain;
        spark::glyphs(is_shown, |name| std::env::var(name).ok())
    }

    /// A heading in the talk.
    pub fn heading(&self, line: &str) {
        self.talk(line, BOLD);
    }

    /// Talk that matters less.
    pub fn aside(&self, line: &str) {
        self.talk(line, DIM);
    }

    /// The last line of a command: what to do next.
    pub fn next(&self, command: &str, why: &str) {
        self.talk(&format!("Next: {command}   ({why})"), HINT);
    }

    /// An error and what to do about it; said even when quiet.
    pub fn error(text: &str) {
        speak(&format!("{ERROR}Error:{ERROR:#} {}", folded(&safe::lines(text))));
    }

    /// Why nothing happens for a while.
    pub fn wait(text: &str) {
        speak(&format!("{DIM}{}{DIM:#}", folded(&safe::lines(text))));
    }

    /// A bar for work that takes longer than `patience`; on a terminal only.
    pub fn progress(&self, rows: u64, patience: Duration) -> Progress {
        Progress::rows(rows, patience, self.is_watched())
    }

    /// The same for a file of so many bytes that is being read.
    pub fn reading(&self, bytes: u64, patience: Duration) -> Progress {
        Progress::bytes(bytes, patience, self.is_watched())
    }

    /// The same for so many pieces of work that each take a while.
    pub fn counting(&self, pieces: u64, patience: Duration) -> Progress {
        Progress::pieces(pieces, patience, self.is_watched())
    }

    /// A command was cancelled while a bar or a prompt stood on the screen: both go.
    pub fn tidy() {
        let term = console::Term::stderr();
        if term.is_term() {
            progress::end();
            let _ = term.clear_line();
            let _ = term.show_cursor();
        }
    }

    fn is_watched(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    fn talk(&self, line: &str, style: Style) {
        if !self.quiet && !line.is_empty() {
            speak(&format!("{style}{}{style:#}", folded(&safe::lines(line))));
        }
    }

    fn width(&self) -> Option<usize> {
        if self.file.is_some() || !std::io::stdout().is_terminal() {
            return None;
        }
        Some(usize::from(console::Term::stdout().size().1))
    }
}

/// Talk is folded at words where a terminal shows it; elsewhere a line stays a line.
fn folded(text: &str) -> String {
    if !std::io::stderr().is_terminal() {
        return text.to_string();
    }
    textwrap::fill(text, usize::from(console::Term::stderr().size().1).max(20))
}

/// A stderr that is closed cannot be told of it: nothing sensible is left to do.
fn speak(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Whether an error is only a reader that stopped reading (`| head`).
pub fn closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
