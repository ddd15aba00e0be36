//! What became of what was asked: asked, answered, outcome, told.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::model::time::{Day, half_width};
use crate::output::Table;
use crate::output::safe::counted;
use crate::store::asks::{self, Ask};
use crate::store::members;
use anyhow::{Result, bail};
use clap::Subcommand;
use std::collections::BTreeMap;

/// Going on with what was asked.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Everything asked, and how far it got
    List {
        /// Only what is not finished: to be answered, done, or told
        #[arg(long)]
        open: bool,
    },
    /// Write down their answer.
    ///
    /// Example: groundswell share ask answer 4 yes --text "gladly"
    Answer {
        /// The ask's number
        ask: i64,
        /// yes, no or later
        answer: String,
        /// What they said with it
        #[arg(long)]
        text: Option<String>,
    },
    /// Write down what became of it.
    ///
    /// Example: groundswell share ask outcome 4 "her talk, 120 in the room"
    Outcome {
        /// The ask's number
        ask: i64,
        /// What became of it
        text: String,
    },
    /// They were told what became of it.
    ///
    /// Example: groundswell share ask told 4
    Told {
        /// The ask's number
        ask: i64,
    },
}

impl Command {
    /// Runs the command.
    pub fn run(self, app: &App) -> Result<End> {
        match self {
            Self::List { open } => list(app, open),
            Self::Answer { ask, answer, text } => answered(app, ask, &answer, text.as_deref()),
            Self::Outcome { ask, text } => outcome(app, ask, text.trim()),
            Self::Told { ask } => told(app, ask),
        }
    }
}

/// How far an ask got by a day.
pub fn state(ask: &Ask, today: Day) -> &'static str {
    match (ask.answer.as_deref(), &ask.outcome, ask.told) {
        (_, Some(_), Some(_)) => "told",
        (_, Some(_), None) => "to tell",
        (Some("no"), None, _) => "declined",
        (Some("yes"), None, _) => "agreed",
        (Some("later"), None, _) => "later",
        _ if ask.due.is_some_and(|due| due < today) => "overdue",
        _ => "asked",
    }
}

fn is_open(state: &str) -> bool {
    !matches!(state, "told" | "declined")
}

fn find(app: &App, id: i64) -> Result<Ask> {
    let Some(ask) = asks::one(app.store()?, id, app.as_of())? else {
        bail!("there is no ask {id}; all of them: groundswell share ask list");
    };
    Ok(ask)
}

fn answered(app: &App, id: i64, answer: &str, text: Option<&str>) -> Result<End> {
    let word = match half_width(answer.trim()).to_lowercase().as_str() {
        "yes" | "y" | "是" => "yes",
        "no" | "n" | "否" => "no",
        "later" | "以后" => "later",
        _ => return Err(usage(format!("'{answer}': say yes, no or later"))),
    };
    let ask = find(app, id)?;
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    app.write(|store| {
        asks::answer(store, id, word, text, app.as_of())?;
        let after = text.map_or_else(|| word.to_string(), |text| format!("{word}: {text}"));
        let before = ask.answer.clone().unwrap_or_default();
        let note =
            Note::of("share ask answer", ask.person, format!("answer to ask {id}")).change(before, after);
        Ok(((), vec![note]))
    })?;
    app.screen.say(&format!("Ask {id} was answered: {word}"));
    match word {
        "yes" => app.screen.next(&format!("groundswell share ask outcome {id} TEXT"), "what became of it"),
        "later" => app.screen.next(&format!("groundswell share ask answer {id} yes|no"), "once they know"),
        _ => app.screen.next("groundswell share balance", "who was asked for how much"),
    }
    Ok(End::Done)
}

fn outcome(app: &App, id: i64, text: &str) -> Result<End> {
    let ask = find(app, id)?;
    if text.is_empty() {
        return Err(usage("the text is empty: say what became of it"));
    }
    if ask.answer.is_none() {
        bail!(
            "ask {id} has no answer yet; write it down first: groundswell share ask answer {id} yes|no|later"
        );
    }
    app.write(|store| {
        asks::outcome(store, id, text, app.as_of())?;
        let note = Note::of("share ask outcome", ask.person, format!("outcome of ask {id}"));
        Ok(((), vec![note.change(ask.outcome.clone().unwrap_or_default(), text)]))
    })?;
    app.screen.say(&format!("Outcome of ask {id}: {text}"));
    app.screen.next(&format!("groundswell share ask told {id}"), "once they know what became of their help");
    Ok(End::Done)
}

fn told(app: &App, id: i64) -> Result<End> {
    let ask = find(app, id)?;
    if ask.outcome.is_none() {
        bail!(
            "ask {id} has no outcome to tell yet; write it down first: groundswell share ask outcome {id} TEXT"
        );
    }
    if let Some(day) = ask.told {
        bail!("they were told the outcome of ask {id} on {day} already");
    }
    app.write(|store| {
        asks::told(store, id, app.as_of())?;
        let note = Note::of("share ask told", ask.person, format!("told the outcome of ask {id}"));
        Ok(((), vec![note.change("", app.as_of().to_string())]))
    })?;
    app.screen.say(&format!("Ask {id}: they were told on {}", app.as_of()));
    app.screen.next("groundswell share ask list --open", "what is still to be answered, done or told");
    Ok(End::Done)
}

fn list(app: &App, open: bool) -> Result<End> {
    let store = app.store()?;
    let people = members::people(store, app.as_of())?;
    let names: BTreeMap<i64, String> = people.into_iter().map(|person| (person.id, person.label())).collect();
    let mut table = Table::new(&[
        "ask", "member", "name", "kind", "text", "state", "day", "due", "?answer", "?said", "?outcome",
        "?told", "?who",
    ])
    .or_say("Nothing was asked yet: ask someone with `groundswell share ask MEMBER TEXT`.");
    let all = asks::list(store, app.as_of())?;
    let total = all.len();
    for ask in all.iter().filter(|ask| !open || is_open(state(ask, app.as_of()))) {
        table.row(vec![
            ask.id.into(),
            ask.person.into(),
            names.get(&ask.person).cloned().into(),
            ask.kind.clone().into(),
            ask.text.clone().into(),
            state(ask, app.as_of()).into(),
            ask.day.to_string().into(),
            ask.due.map(|day| day.to_string()).into(),
            ask.answer.clone().into(),
            ask.answer_text.clone().into(),
            ask.outcome.clone().into(),
            ask.told.map(|day| day.to_string()).into(),
            ask.who.clone().into(),
        ]);
    }
    if table.rows.is_empty() && total > 0 {
        table.empty = "Nothing is open: every ask is declined, or finished and told.".into();
    } else if total > 0 {
        table.note(format!(
            "{} of {} up to {}.",
            table.rows.len(),
            counted(total, "ask", "asks"),
            app.as_of()
        ));
    }
    app.screen.show(&table)?;
    app.screen.next("groundswell share balance", "who is over-asked, and who was never asked");
    Ok(End::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ask_goes_its_way() {
        let mut ask = Ask {
            id: 1,
            person: 1,
            kind: "talk".into(),
            text: "speak".into(),
            who: None,
            day: Day(10),
            due: Some(Day(20)),
            answer: None,
            answer_text: None,
            outcome: None,
            told: None,
        };
        assert_eq!((state(&ask, Day(20)), state(&ask, Day(21))), ("asked", "overdue"));
        ask.answer = Some("later".into());
        assert_eq!(state(&ask, Day(21)), "later");
        ask.answer = Some("yes".into());
        assert_eq!(state(&ask, Day(21)), "agreed");
        ask.outcome = Some("60 came".into());
        assert!(state(&ask, Day(21)) == "to tell" && is_open("to tell"));
        ask.told = Some(Day(22));
        assert!(state(&ask, Day(22)) == "told" && !is_open("told"));
        let declined = Ask { answer: Some("no".into()), outcome: None, told: None, ..ask };
        assert_eq!(state(&declined, Day(22)), "declined");
    }
}
