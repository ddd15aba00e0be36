//! `equip desk list`: the questions, with their age against the goal.

use crate::app::App;
use crate::app::fail::End;
use crate::output::Table;
use crate::output::safe::counted;
use crate::steps::equip::limits::Limits;
use crate::store::faq;
use crate::store::questions::{self, Question};
use anyhow::Result;
use clap::Args;
use std::collections::BTreeSet;

/// The questions, with their age against the goal.
///
/// Oldest first; the goal is the preset's `reply.desk_hours`. `age_hours` of an answered one is how long it took; `overdue` says
/// whether that is longer than the goal.
///
/// Example: groundswell equip desk list --open
#[derive(Debug, Args)]
pub struct List {
    /// Only those without an answer
    #[arg(long)]
    open: bool,
    /// Only open ones that are older than the goal
    #[arg(long)]
    overdue: bool,
    /// Only those that this colleague answers; "" for those nobody does
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
}

impl List {
    /// Lists them.
    pub fn run(self, app: &App) -> Result<End> {
        let goal = Limits::read()?.desk_hours(app)?;
        let questions = questions::list(app.store()?, app.as_of())?;
        let published = published(app)?;
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
            "?published",
        ])
        .or_say(
            "No questions: write down what an advocate asks with `groundswell equip desk ask MEMBER TEXT`.",
        );
        let (mut open, mut late, mut nobodys) = (None, 0, 0);
        for question in questions {
            let is_open = question.answer.is_none();
            let until = question.answer.as_ref().map_or(app.now(), |(_, at)| *at);
            let age = until.hours_since(question.at).max(0);
            if !self.wants(&question, is_open && age > goal) {
                continue;
            }
            if is_open {
                open = open.or(Some(question.id));
                late += i64::from(age > goal);
                nobodys += i64::from(question.owner.is_none());
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
                if published.contains(&question.id) { "yes" } else { "no" }.into(),
            ]);
        }
        if !table.rows.is_empty() {
            table.note(format!(
                "{} up to {}; goal: an answer within {goal} hours; open and overdue: {late}; open and nobody's: {nobodys}",
                counted(table.rows.len(), "question", "questions"),
                app.as_of()
            ));
        }
        app.screen.show(&table)?;
        match open {
            Some(id) => {
                app.screen.next(&format!("groundswell equip desk answer {id} TEXT"), "the oldest open one");
            }
            None => app.screen.next("groundswell equip desk pace", "who answers how fast"),
        }
        Ok(End::Done)
    }

    /// Whether a question is asked for.
    fn wants(&self, question: &Question, is_overdue: bool) -> bool {
        let owner = question.owner.as_deref().unwrap_or_default().to_lowercase();
        (!self.open || question.answer.is_none())
            && (!self.overdue || is_overdue)
            && self.owner.as_deref().is_none_or(|wanted| wanted.trim().to_lowercase() == owner)
    }
}

/// The questions whose answers stand in the FAQ.
fn published(app: &App) -> Result<BTreeSet<i64>> {
    let entries = faq::list(app.store()?, app.as_of())?.into_iter();
    Ok(entries.filter(|entry| entry.removed.is_none()).filter_map(|entry| entry.question).collect())
}
