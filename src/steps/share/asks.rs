//! What became of what was asked: asked, answered, outcome, told.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::members::segment::Who;
use crate::model::time::{Day, half_width};
use crate::output::Table;
use crate::output::safe::counted;
use crate::store::asks::{self, Ask};
use anyhow::{Result, bail};
use clap::{Args, Subcommand};

/// Going on with what was asked.
#[derive(Debug, Subcommand)]
pub enum Command {
    List(List),
    /// Write down their answer.
    ///
    /// Example: groundswell share ask answer 4 yes --text "gladly"
    Answer {
        /// The ask's number
        ask: i64,
        /// yes, no or later
        answer: Option<String>,
        /// What they said with it
        #[arg(long)]
        text: Option<String>,
    },
    /// Write down what became of it.
    ///
    /// Example: groundswell share ask outcome 4 "her talk, 120 in the room"
    Outcome {
        #[command(flatten)]
        which: Which,
        /// What became of it
        text: Option<String>,
    },
    /// They were told what became of it.
    ///
    /// Example: groundswell share ask told --brief 3
    Told {
        #[command(flatten)]
        which: Which,
    },
}

/// One ask, or all that came with a brief.
#[derive(Debug, Args)]
pub struct Which {
    /// The ask's number; with --brief, all that are at this point
    #[arg(required_unless_present = "brief", value_name = "ASK")]
    ask: Option<String>,
    /// All asks of the request for feedback with this number
    #[arg(long, value_name = "N")]
    brief: Option<i64>,
}

/// Everything asked, and how far it got.
///
/// Example: groundswell share ask list --open --asked-by Mara
#[derive(Debug, Args)]
pub struct List {
    /// Only what is not finished: to be answered, done, or told
    #[arg(long)]
    open: bool,
    /// Only at this point: asked, overdue, later, agreed, declined, to tell, told
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// Only those one of ours asked
    #[arg(long, value_name = "NAME")]
    asked_by: Option<String>,
    /// Only those that came with this brief
    #[arg(long, value_name = "N")]
    brief: Option<i64>,
    #[command(flatten)]
    who: Who,
}

impl Command {
    /// Runs the command.
    pub fn run(self, app: &App) -> Result<End> {
        match self {
            Self::List(args) => args.run(app),
            Self::Answer { ask, answer, text } => answered(app, ask, answer, text.as_deref()),
            Self::Outcome { which, text } => {
                // With --brief the only word is the text.
                let (which, text) = match (which.ask, which.brief, text) {
                    (Some(words), Some(brief), None) => {
                        (Which { ask: None, brief: Some(brief) }, Some(words))
                    }
                    (ask, brief, text) => (Which { ask, brief }, text),
                };
                outcome(app, &which, text)
            }
            Self::Told { which } => told(app, &which),
        }
    }
}

/// The states, in their order: every ask is in exactly one.
pub const STATES: [&str; 7] = ["asked", "overdue", "later", "agreed", "declined", "to tell", "told"];

impl Which {
    /// The asks that are meant, of those at a point that `fits`.
    fn find(&self, app: &App, fits: impl Fn(&Ask) -> bool) -> Result<Vec<Ask>> {
        let Some(brief) = self.brief else {
            let text = self.ask.as_deref().unwrap_or_default();
            let id = half_width(text.trim()).parse::<i64>();
            let id = id.map_err(|_| {
                usage(format!("'{text}' is no ask's number; see `groundswell share ask list`"))
            })?;
            return Ok(vec![find(app, id)?]);
        };
        if let Some(ask) = &self.ask {
            return Err(usage(format!("both ask {ask} and --brief {brief} were given: name one of them")));
        }
        let mut asks = asks::list(app.store()?, app.as_of())?;
        asks.retain(|ask| ask.brief == Some(brief) && fits(ask));
        if asks.is_empty() {
            bail!(
                "no ask of brief {brief} is at this point; see `groundswell share ask list --brief {brief}`"
            );
        }
        Ok(asks)
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

fn answered(app: &App, id: i64, answer: Option<String>, text: Option<&str>) -> Result<End> {
    let ask = find(app, id)?;
    let answer = app.text(answer, "What did they say (yes, no, later)?", "yes, no or later")?;
    let word = match half_width(answer.trim()).to_lowercase().as_str() {
        "yes" | "y" | "是" => "yes",
        "no" | "n" | "否" => "no",
        "later" | "以后" => "later",
        _ => return Err(usage(format!("'{answer}': say yes, no or later"))),
    };
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

fn outcome(app: &App, which: &Which, text: Option<String>) -> Result<End> {
    let asks = which.find(app, |ask| ask.answer.as_deref() == Some("yes") && ask.outcome.is_none())?;
    if let [ask] = asks.as_slice()
        && ask.answer.is_none()
    {
        let id = ask.id;
        bail!(
            "ask {id} has no answer yet; write it down first: groundswell share ask answer {id} yes|no|later"
        );
    }
    let text = app.text(text, "What became of it?", "TEXT, such as: share ask outcome ASK TEXT")?;
    let text = text.trim();
    if text.is_empty() {
        return Err(usage("the text is empty: say what became of it"));
    }
    app.write(|store| {
        let mut notes = Vec::new();
        for ask in &asks {
            asks::outcome(store, ask.id, text, app.as_of())?;
            let note = Note::of("share ask outcome", ask.person, format!("outcome of ask {}", ask.id));
            notes.push(note.change(ask.outcome.clone().unwrap_or_default(), text));
        }
        Ok(((), notes))
    })?;
    app.screen.say(&format!("Outcome of {}: {text}", which_of(&asks)));
    let told = which.brief.map_or_else(|| asks[0].id.to_string(), |brief| format!("--brief {brief}"));
    app.screen
        .next(&format!("groundswell share ask told {told}"), "once they know what became of their help");
    Ok(End::Done)
}

fn told(app: &App, which: &Which) -> Result<End> {
    let asks = which.find(app, |ask| ask.outcome.is_some() && ask.told.is_none())?;
    if let [ask] = asks.as_slice() {
        let id = ask.id;
        if ask.outcome.is_none() {
            bail!(
                "ask {id} has no outcome to tell yet; write it down first: groundswell share ask outcome {id} TEXT"
            );
        }
        if let Some(day) = ask.told {
            bail!("they were told the outcome of ask {id} on {day} already");
        }
    }
    app.write(|store| {
        let mut notes = Vec::new();
        for ask in &asks {
            asks::told(store, ask.id, app.as_of())?;
            let note = Note::of("share ask told", ask.person, format!("told the outcome of ask {}", ask.id));
            notes.push(note.change("", app.as_of().to_string()));
        }
        Ok(((), notes))
    })?;
    let mut which = which_of(&asks);
    which.replace_range(..1, &which[..1].to_uppercase());
    app.screen.say(&format!("{which}: they were told on {}", app.as_of()));
    app.screen.next("groundswell share ask list --open", "what is still to be answered, done or told");
    Ok(End::Done)
}

fn which_of(asks: &[Ask]) -> String {
    let ids: Vec<String> = asks.iter().map(|ask| ask.id.to_string()).collect();
    format!("ask{} {}", if ids.len() == 1 { "" } else { "s" }, ids.join(", "))
}

/// How many asks are in each state; they add up to all of them.
fn counts(asks: &[Ask], today: Day) -> Vec<(&'static str, usize)> {
    let of = |word: &str| asks.iter().filter(|ask| state(ask, today) == word).count();
    STATES.iter().map(|word| (*word, of(word))).collect()
}

impl List {
    fn run(self, app: &App) -> Result<End> {
        let (store, today) = (app.store()?, app.as_of());
        let wanted = self.state.as_deref().map(|text| {
            let plain = half_width(text.trim()).to_lowercase().replace(['-', '_'], " ");
            let named = STATES.into_iter().find(|word| *word == plain);
            named.ok_or_else(|| {
                usage(format!("--state {text}: there is none; they are {}", STATES.join(", ")))
            })
        });
        let wanted = wanted.transpose()?;
        let who = self.who.chosen(app)?;
        let all = asks::list(store, today)?;
        let mut shown = all.clone();
        shown.retain(|ask| {
            let state = state(ask, today);
            let by = |name: &String| {
                ask.who.as_ref().is_some_and(|who| who.to_lowercase() == name.trim().to_lowercase())
            };
            (!self.open || is_open(state))
                && wanted.is_none_or(|wanted| wanted == state)
                && self.asked_by.as_ref().is_none_or(by)
                && self.brief.is_none_or(|brief| ask.brief == Some(brief))
                && who.as_ref().is_none_or(|who| who.contains(ask.person))
        });
        let narrowed = wanted.is_some() || self.asked_by.is_some() || self.brief.is_some() || who.is_some();
        let mut table = table(app, &shown)?;
        if shown.is_empty() && !all.is_empty() {
            let finished = "Nothing is open: every ask is declined, or finished and told.";
            table.empty = if narrowed {
                "No ask fits that; all of them: `groundswell share ask list`."
            } else {
                finished
            }
            .into();
        }
        if !shown.is_empty() {
            let parts: Vec<String> = counts(&shown, today)
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .map(|(word, count)| format!("{count} {word}"))
                .collect();
            let total = counted(all.len(), "ask", "asks");
            table.note(format!("{} of {total} up to {today}: {}.", shown.len(), parts.join(", ")));
        }
        table.notes.extend(who.map(|who| who.note()));
        app.screen.show(&table)?;
        app.screen.next("groundswell share balance", "who is over-asked, and who was never asked");
        Ok(End::Done)
    }
}

fn table(app: &App, asks: &[Ask]) -> Result<Table> {
    let names = app.names(asks.iter().map(|ask| ask.person))?;
    let mut table = Table::new(&[
        "ask", "member", "name", "kind", "text", "state", "day", "due", "?answer", "?said", "?outcome",
        "?told", "?who", "?brief",
    ])
    .or_say("Nothing was asked yet: ask someone with `groundswell share ask MEMBER TEXT`.");
    for ask in asks {
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
            ask.brief.into(),
        ]);
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_ask() -> impl Strategy<Value = Ask> {
        let words = prop::option::of(prop::sample::select(vec!["yes", "no", "later"]));
        let days = (0_i32..40, prop::option::of(0_i32..60), prop::option::of(0_i32..60));
        (1_i64..9, words, any::<bool>(), days).prop_map(|(person, answer, done, (day, due, told))| Ask {
            id: 1,
            person,
            kind: "talk".into(),
            text: "speak".into(),
            who: None,
            brief: None,
            day: Day(day),
            due: due.map(Day),
            answer: answer.map(String::from),
            answered: None,
            answer_text: None,
            outcome: done.then(|| "60 came".into()),
            outcome_day: None,
            told: told.filter(|_| done).map(Day),
        })
    }

    proptest! {
        #[test]
        fn the_ledger_balances(asks in prop::collection::vec(any_ask(), 0..40), today in 0_i32..60) {
            for ask in &asks {
                prop_assert_eq!(STATES.iter().filter(|word| **word == state(ask, Day(today))).count(), 1);
            }
            let counts = counts(&asks, Day(today));
            prop_assert_eq!(counts.iter().map(|(_, count)| count).sum::<usize>(), asks.len());
            let open = asks.iter().filter(|ask| is_open(state(ask, Day(today)))).count();
            let closed: usize = counts.iter().filter(|(word, _)| !is_open(word)).map(|(_, count)| count).sum();
            prop_assert_eq!(open + closed, asks.len());
        }
    }

    #[test]
    fn an_ask_goes_its_way() {
        let mut ask = Ask { due: Some(Day(20)), ..Ask::new(1, "talk", "speak", Day(10)) };
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
