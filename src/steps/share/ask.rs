//! `share ask` and `share feedback`: asking someone for something, unless they were asked too lately.

use super::asks;
use super::standing::Standing;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::model::persona::Persona;
use crate::model::time::half_width;
use crate::steps::survey::advice;
use crate::store::asks as ledger;
use anyhow::{Result, bail};
use clap::Args;

/// What may be asked for.
const KINDS: [&str; 6] = ["post", "talk", "review", "reference", "feedback", "other"];

/// Ask someone for something, and keep what became of it.
///
/// Example: groundswell share ask ana@example.com "Would you speak at the spring fair?" --kind talk --due 2026-12-15
#[derive(Debug, Args)]
pub struct Ask {
    #[command(subcommand)]
    command: Option<asks::Command>,
    #[command(flatten)]
    new: New,
    /// post, talk, review, reference, feedback or other
    #[arg(long)]
    kind: Option<String>,
}

/// Ask someone for their opinion.
///
/// Example: groundswell share feedback ana@example.com "Which of the two names says it better?"
#[derive(Debug, Args)]
pub struct Feedback {
    #[command(flatten)]
    new: New,
}

#[derive(Debug, Args)]
struct New {
    /// Whom
    member: Option<String>,
    /// For what, in words
    text: Option<String>,
    /// Who of ours asks
    #[arg(long, value_name = "NAME")]
    who: Option<String>,
    /// By when (YYYY-MM-DD)
    #[arg(long, value_name = "DAY")]
    due: Option<String>,
    /// Also if they were asked for something only lately
    #[arg(long)]
    anyway: bool,
}

impl Ask {
    /// Asks, or goes on with what was asked.
    pub fn run(self, app: &App) -> Result<End> {
        match self.command {
            Some(_) if self.kind.is_some() || self.new.is_begun() => Err(usage(
                "both an ask and a command (list, answer, outcome, told) were given: ask in more than one word, or leave the rest out",
            )),
            Some(command) => command.run(app),
            None => self.new.ask(app, self.kind.as_deref().unwrap_or("other")),
        }
    }
}

impl Feedback {
    /// Asks.
    pub fn run(self, app: &App) -> Result<End> {
        self.new.ask(app, "feedback")
    }
}

impl New {
    fn is_begun(&self) -> bool {
        self.member.is_some() || self.who.is_some() || self.due.is_some() || self.anyway
    }

    fn ask(self, app: &App, kind: &str) -> Result<End> {
        let kind = half_width(kind.trim()).to_lowercase();
        if !KINDS.contains(&kind.as_str()) {
            return Err(usage(format!("--kind {kind}: there is none; the kinds are {}", KINDS.join(", "))));
        }
        let asked = self.member.is_none() || self.text.is_none();
        let due = self.due.as_deref().map(|text| super::coming(app, "--due", text)).transpose()?;
        let person =
            app.member(&app.text(self.member, "Whom?", "MEMBER, such as: share ask MEMBER TEXT")?)?;
        if let Some(refusal) = Standing::read(app, &kind, None)?.refusal(&person, self.anyway) {
            let reason = refusal.reason;
            let anyway = if refusal.again.is_some() { " (or add --anyway)" } else { "" };
            bail!("{} cannot be asked now: {reason}{anyway}", person.label());
        }
        let known = advice::known(app, person.id)?;
        if let (None, true, Some((persona, advice))) = (&self.text, app.can_ask(), &known) {
            app.screen.heading(&format!("What suits them ({}):", persona.as_str()));
            advice.ask.of(app.lang()).iter().for_each(|line| app.screen.say(&format!("  {line}")));
        }
        let text =
            app.text(self.text, "For what?", "TEXT, such as: share ask MEMBER TEXT")?.trim().to_string();
        if text.is_empty() {
            return Err(usage("the text is empty: say what is asked"));
        }
        let ask = ledger::Ask {
            who: self.who.map(|who| who.trim().to_string()),
            due,
            ..ledger::Ask::new(person.id, kind, text, app.as_of())
        };
        let id = app.write(|store| {
            let id = ledger::add(store, &ask, app.now())?;
            let what = format!("ask {id} ({})", ask.kind);
            Ok((id, vec![Note::of("share ask", person.id, what).change("", ask.text.clone())]))
        })?;
        app.screen.say(&format!("Ask {id}: {} was asked for {}: {}", person.label(), ask.kind, ask.text));
        if let Some((persona, advice)) = &known {
            advise(app, *persona, advice);
        }
        if asked {
            let id = person.id.to_string();
            let mut words = vec!["ask", &id, &ask.text, "--kind", &ask.kind];
            words.extend(self.anyway.then_some("--anyway"));
            super::again(app, &words);
        }
        app.screen
            .next(&format!("groundswell share ask answer {id} yes|no|later"), "when they have answered");
        Ok(End::Done)
    }
}

/// How to speak to someone of a persona and how to thank them, a line each.
fn advise(app: &App, persona: Persona, advice: &advice::Advice) {
    let first = |texts: &advice::Texts| texts.of(app.lang()).first().cloned().unwrap_or_default();
    let name = persona.as_str();
    app.screen.say(&format!("{name}, how to speak: {}", first(&advice.speak)));
    app.screen.say(&format!("{name}, how to thank: {}", first(&advice.thank)));
}
