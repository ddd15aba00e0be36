//! What every command is given: the store, the day, the screen, the language. The only reader of the clock.

pub mod accounts;
pub mod ask;
pub mod complete;
mod contact;
mod copies;
pub mod fail;
pub mod folder;
pub mod form;
pub mod given;
pub mod logged;
pub mod period;
pub mod place;
mod redacted;
pub mod texts;
pub mod typed;
pub mod who;
pub mod words;

use crate::data::Lang;
use crate::model::time::{Day, Instant, Zone};
use crate::output::{Format, Screen};
use crate::store::{Store, settings};
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::cell::OnceCell;
use std::path::{Path, PathBuf};

/// The flags every command takes.
#[derive(Debug, Clone, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// The program file
    #[arg(
        long,
        global = true,
        env = "GROUNDSWELL_DB",
        value_name = "FILE",
        default_value = "groundswell.db",
        hide_env_values = true
    )]
    pub db: PathBuf,
    /// The day a figure is for, and the day a change is dated (YYYY-MM-DD; today if not given)
    #[arg(long, global = true, value_name = "DAY")]
    pub as_of: Option<String>,
    /// How lists are written
    #[arg(long, global = true, value_enum, default_value_t)]
    pub format: Format,
    /// Write the data to a file instead of the screen
    #[arg(short, long = "output", global = true, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Answer yes to every confirmation
    #[arg(short, long, global = true)]
    pub yes: bool,
    /// No talk, only data and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Pseudonyms instead of names, addresses and handles in lists and reports; other texts about people are hidden
    #[arg(long, global = true)]
    pub redact: bool,
    /// Name: value lines instead of tables
    #[arg(long, global = true)]
    pub plain: bool,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
    /// The language of texts that go to people
    #[arg(long, global = true, value_enum, value_name = "LANG")]
    pub lang: Option<Lang>,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Color {
    /// On a terminal that shows it, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A running command's surroundings.
pub struct App {
    /// Where data and talk go.
    pub screen: Screen,
    /// Whether confirmations are answered with yes.
    pub yes: bool,
    db: PathBuf,
    as_of: Option<Day>,
    clock: Instant,
    /// Whether the clock is a story's and not the wall's: then nothing may depend on how long work takes.
    pub staged: bool,
    /// The language asked for with `--lang`.
    pub lang: Option<Lang>,
    store: OnceCell<Store>,
}

impl App {
    /// Reads the clock once: everything a command computes or writes down uses this moment.
    pub fn new(global: Global) -> Result<Self> {
        match global.color {
            Color::Auto => {}
            Color::Always => anstream::ColorChoice::Always.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
        let as_of = global.as_of.map(|text| typed::day("--as-of", &text));
        let mut app = Self {
            screen: Screen {
                format: global.format,
                file: global.output,
                plain: global.plain,
                quiet: global.quiet,
                mute: false,
                redact: None,
            },
            yes: global.yes,
            db: global.db,
            as_of: as_of.transpose()?,
            clock: now(),
            staged: false,
            lang: global.lang,
            store: OnceCell::new(),
        };
        if global.redact {
            app.screen.redact = Some(redacted::begin(app.store().ok())?);
        }
        Ok(app)
    }

    /// Where the program file is.
    pub fn path(&self) -> &Path {
        &self.db
    }

    /// At another moment than the clock's, as the demo runs its commands.
    #[must_use]
    pub fn with_clock(mut self, clock: Instant) -> Self {
        self.clock = clock;
        self.staged = true;
        self
    }

    /// The same surroundings at another moment, for a program at `db`: how the demo runs its commands.
    pub fn at(&self, db: &Path, clock: Instant, screen: Screen) -> Self {
        Self {
            screen,
            yes: true,
            db: db.to_path_buf(),
            as_of: None,
            clock,
            staged: true,
            lang: self.lang,
            store: OnceCell::new(),
        }
    }

    /// Gives a command that runs inside this one the same program, day and way to speak.
    pub fn lend(&self, global: &mut Global) {
        global.db.clone_from(&self.db);
        global.as_of = self.as_of.map(|day| day.to_string());
        global.plain = self.screen.plain;
        global.lang = global.lang.or(self.lang);
        global.yes = self.yes;
    }

    /// The program file's path, there or not.
    pub fn db(&self) -> &Path {
        &self.db
    }

    /// The open program.
    pub fn store(&self) -> Result<&Store> {
        if self.store.get().is_none() {
            let store = Store::open(&self.db)?;
            if !self.screen.quiet {
                store.tell_waiting(Screen::wait);
            }
            let _ = self.store.set(store);
        }
        self.store.get().ok_or_else(|| anyhow::anyhow!("the program could not be opened"))
    }

    /// The program's time zone; UTC before there is a program.
    pub fn zone(&self) -> Zone {
        let named = self.store().ok().and_then(|store| settings::read(store, "timezone").ok().flatten());
        named.and_then(|name| Zone::named(&name)).unwrap_or_default()
    }

    /// The day figures are for: `--as-of`, else the program's own, else today.
    pub fn as_of(&self) -> Day {
        self.said_day().unwrap_or_else(|| self.zone().day(self.clock))
    }

    /// The moment a change is dated: the clock, or noon of the day that is said.
    pub fn now(&self) -> Instant {
        self.said_day().map_or(self.clock, |day| self.zone().noon(day))
    }

    fn said_day(&self) -> Option<Day> {
        self.as_of.or_else(|| self.own_day())
    }

    /// The day that a program of sample data keeps, so that it is as lively next year as it is now.
    pub fn own_day(&self) -> Option<Day> {
        let store = self.store().ok().filter(|_| !self.staged)?;
        settings::read(store, "day").ok().flatten().and_then(|day| Day::parse(&day))
    }

    /// The clock itself, which dates the log.
    pub fn clock(&self) -> Instant {
        self.clock
    }

    /// The language of texts for people: the flag, else the program's, else English.
    pub fn lang(&self) -> Lang {
        let set = || self.store().ok().and_then(|store| settings::read(store, "lang").ok().flatten());
        self.lang.or_else(|| set().and_then(|word| Lang::named(&word))).unwrap_or_default()
    }

    /// The language someone is written to: `--lang`, else theirs, else the program's.
    pub fn lang_for(&self, theirs: Option<&str>) -> Lang {
        self.lang.or_else(|| theirs.and_then(Lang::named)).unwrap_or_else(|| self.lang())
    }

    /// The program's currency.
    pub fn currency(&self) -> Result<String> {
        Ok(settings::read(self.store()?, "currency")?.unwrap_or_else(|| "EUR".into()))
    }

    /// A setting that is a number, such as a preset's limit in days.
    pub fn number(&self, setting: &str, otherwise: f64) -> Result<f64> {
        Ok(settings::read(self.store()?, setting)?.and_then(|text| text.parse().ok()).unwrap_or(otherwise))
    }
}

/// Does some work and says how many seconds it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    #[allow(clippy::disallowed_methods, reason = "how long work took is in no figure")]
    let start = std::time::Instant::now();
    let done = work();
    (done, start.elapsed().as_secs_f64())
}

/// `GROUNDSWELL_NOW` stands in for the clock where a run must be repeatable.
fn now() -> Instant {
    let fixed = std::env::var("GROUNDSWELL_NOW").ok().and_then(|text| Zone::default().parse(&text));
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fixed.unwrap_or_else(|| Instant(chrono::Utc::now().timestamp()))
}
