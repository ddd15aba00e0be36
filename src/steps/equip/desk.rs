//! `equip desk`: what advocates ask, and what they are told.

use super::copy::DESK_HOURS;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::output::Table;
use crate::output::safe::counted;
use crate::store::questions;
use anyhow::{Result, bail};
use clap::{Args, Subcommand};

/// The support desk: what advocates ask, and what they are told.
#[derive(Debug, Args)]
pub struct Desk {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Ask(Ask),
    List(List),
    Answer(Answer),
}

/// Within how many hours an answer is wanted.
pub fn goal_hours(app: &App) -> Result<i64> {
    Ok(app.number("reply.desk_hours", DESK_HOURS)? as i64)
}

impl Desk {
    /// Runs the command.
    pub fn run(self, app: &App) -> Result<End> {
        match self.command {
            Command::Ask(args) => args.run(app),
            Command::List(args) => args.run(app),
            Command::Answer(args) => args.run(app),
        }
    }
}

/// Write down what an advocate asks.
///
/// Example: groundswell equip desk ask ana@example.com "May I show the beta on stage?" --owner Mei
#[derive(Debug, Args)]
struct Ask {
    /// Who asks
    member: String,
    /// What
    text: Option<String>,
    /// Who of ours answers it
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
}

impl Ask {
    fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let text = words(&app.text(self.text, "What do they ask?", "the text")?, "question")?;
        let owner = self.owner.or_else(|| person.owner.clone());
        let id = app.write(|store| {
            let id = questions::ask(store, person.id, &text, owner.as_deref(), app.now(), app.as_of())?;
            Ok((id, vec![Note::of("equip desk ask", person.id, format!("question {id}")).change("", &*text)]))
        })?;
        app.screen.say(&format!("Question {id} of {} is open", person.label()));
        app.screen.next(&format!("groundswell equip desk answer {id} TEXT"), "once you have answered them");
        Ok(End::Done)
    }
}

/// The questions, with their age against the goal.
///
/// Oldest first; the goal is the setting `reply.desk_hours`. `age_hours` of an answered one is how long it took.
///
/// Example: groundswell equip desk list --open
#[derive(Debug, Args)]
struct List {
    /// Only those without an answer
    #[arg(long)]
    open: bool,
}

impl List {
    fn run(self, app: &App) -> Result<End> {
        let goal = goal_hours(app)?;
        let questions = questions::list(app.store()?, app.as_of())?;
        let names = app.names(questions.iter().map(|question| question.person))?;
        let mut table = Table::new(&[
            "id",
            "member",
            "name",
            "question",
            "?owner",
            ">age_hours",
            "overdue",
            "?answer",
        ])
        .or_say(
            "No questions: write down what an advocate asks with `groundswell equip desk ask MEMBER TEXT`.",
        );
        let (mut open, mut late) = (None, 0);
        for question in questions {
            if self.open && question.answer.is_some() {
                continue;
            }
            let until = question.answer.as_ref().map_or(app.now(), |(_, at)| *at);
            let age = until.hours_since(question.at).max(0);
            if question.answer.is_none() {
                open = open.or(Some(question.id));
                late += i64::from(age > goal);
            }
            table.row(vec![
                question.id.into(),
                question.person.into(),
                names.get(&question.person).cloned().into(),
                question.text.into(),
                question.owner.into(),
                age.into(),
                if age > goal { "yes" } else { "no" }.into(),
                question.answer.map(|(text, _)| text).into(),
            ]);
        }
        if !table.rows.is_empty() {
            table.note(format!(
                "{} up to {}; goal: an answer within {goal} hours; open and overdue: {late}",
                counted(table.rows.len(), "question", "questions"),
                app.as_of()
            ));
        }
        app.screen.show(&table)?;
        match open {
            Some(id) => {
                app.screen.next(&format!("groundswell equip desk answer {id} TEXT"), "the oldest open one");
            }
            None => app.screen.next("groundswell equip check", "what the library lacks"),
        }
        Ok(End::Done)
    }
}

/// Write down the answer.
///
/// Example: groundswell equip desk answer 3 "Yes, from Tuesday on"
#[derive(Debug, Args)]
struct Answer {
    /// The question's number
    id: i64,
    /// What they were told
    text: Option<String>,
}

impl Answer {
    fn run(self, app: &App) -> Result<End> {
        let id = self.id;
        let known = questions::list(app.store()?, app.as_of())?;
        let Some(question) = known.into_iter().find(|question| question.id == id) else {
            bail!("there is no question {id}; see `groundswell equip desk list`");
        };
        let text = words(&app.text(self.text, "What were they told?", "the text")?, "answer")?;
        let before = question.answer.map(|(text, _)| text).unwrap_or_default();
        if !before.is_empty() {
            app.confirm(&format!("Question {id} has an answer: '{before}'. Write another in its place?"))?;
        }
        app.write(|store| {
            questions::answer(store, id, &text, app.now(), app.as_of())?;
            let note = Note::of("equip desk answer", question.person, format!("answer to question {id}"));
            Ok(((), vec![note.change(before, &*text)]))
        })?;
        let hours = app.now().hours_since(question.at).max(0);
        app.screen.say(&format!("Question {id} is answered, after {}", counted(hours, "hour", "hours")));
        app.screen.next("groundswell equip desk list --open", "what else is waiting");
        Ok(End::Done)
    }
}

fn words(text: &str, what: &str) -> Result<String> {
    let text = text.trim().to_string();
    if text.is_empty() {
        return Err(usage(format!("the {what} is empty: say it in a few words")));
    }
    Ok(text)
}
