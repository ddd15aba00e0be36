//! `measure maturity`: the program held against the six steps, saved by date.

mod checks;

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::model::time::{Day, half_width};
use crate::output::{Cell, Table};
use crate::store::maturity::{self, Answer};
use anyhow::Result;
use checks::{ANSWERS, Check, halves};
use clap::Args;
use std::collections::BTreeMap;

/// How far the program is: a self-check against the six steps.
///
/// What the file knows it answers itself; the rest is asked. The day's answers are saved, and held against the last ones.
///
/// Example: groundswell measure maturity --answer talks=yes --answer terms=partly --answer stand-in=no --answer quiet=yes --answer told=no --answer first=yes --answer upstairs=no
#[derive(Debug, Args)]
pub struct Maturity {
    /// An answer to a check the file cannot know: yes, no or partly (as often as needed)
    #[arg(long = "answer", value_name = "ID=ANSWER")]
    answers: Vec<String>,
    /// The last self-check instead of a new one; nothing is saved
    #[arg(long, conflicts_with = "answers")]
    show: bool,
}

type Answers = BTreeMap<String, Answer>;

impl Maturity {
    /// Makes a self-check, or shows the last one.
    pub fn run(self, app: &App) -> Result<End> {
        let (store, checks) = (app.store()?, checks::read()?);
        let shown = if self.show { maturity::newest(store, app.as_of())? } else { None };
        let (day, answers) = match (self.show, shown) {
            (true, None) => (app.as_of(), Answers::new()),
            (true, Some(last)) => last,
            (false, _) => {
                let (answers, asked) = self.answered(app, &checks)?;
                save(app, &answers)?;
                if !asked.is_empty() {
                    let command = App::command_with(&asked, &[]);
                    app.screen.drawn(&format!("The same without questions: {command}"));
                }
                (app.as_of(), answers)
            }
        };
        let before = maturity::newest(store, day.plus(-1))?;
        let table = table(app, &checks, &answers, day, before.as_ref());
        app.screen.show(&table)?;
        next(app, &checks, &answers);
        Ok(End::Done)
    }

    /// Everything answered: by the file, by flags, and by asking; and the flags that say what was asked.
    fn answered(&self, app: &App, checks: &[Check]) -> Result<(Answers, Vec<String>)> {
        let store = app.store()?;
        let mut facts = maturity::facts(store, app.as_of())?;
        let goal = app.number("goals.advocates", 0.0)?.round() as i64;
        let advocates = facts.get("advocates").map_or(0, |fact| fact.0);
        facts.insert("goal", (advocates, Some(goal)));
        let mut answers = Answers::new();
        for check in checks {
            if let Some(answer) = check.known(&facts) {
                answers.insert(check.id.clone(), answer);
            }
        }
        for text in &self.answers {
            let (id, answer) = told(text, checks)?;
            if let Some(known) = answers.get(&id).filter(|known| known.basis == "file") {
                let seen = known.seen.as_deref().unwrap_or_default();
                return Err(usage(format!(
                    "--answer {text}: the file answers {id} itself: {} ({seen}); leave it out",
                    known.word
                )));
            }
            answers.insert(id, answer);
        }
        let open: Vec<&Check> = checks.iter().filter(|check| !answers.contains_key(&check.id)).collect();
        if !open.is_empty() && !app.can_ask() {
            let flags: Vec<String> =
                open.iter().map(|check| format!("--answer {}=yes|no|partly", check.id)).collect();
            return Err(usage(format!(
                "an answer is missing and there is no terminal to ask at: add {}",
                flags.join(" ")
            )));
        }
        let mut asked = Vec::new();
        for check in open {
            let choices = ANSWERS.map(String::from);
            let question = format!("{}: {}", check.step, check.words(app.lang()));
            let chosen = ANSWERS[app.choose(&question, &choices, "--answer")?];
            asked.push(format!("--answer {}={chosen}", check.id));
            answers.insert(check.id.clone(), by_user(chosen));
        }
        Ok((answers, asked))
    }
}

fn by_user(answer: &str) -> Answer {
    Answer { word: answer.into(), basis: "told".into(), seen: None }
}

/// What `--answer ID=ANSWER` says.
fn told(text: &str, checks: &[Check]) -> Result<(String, Answer)> {
    let plain = half_width(text).to_lowercase();
    let (id, answer) = plain
        .split_once('=')
        .map(|(id, answer)| (id.trim(), answer.trim()))
        .ok_or_else(|| usage(format!("--answer {text}: write it as ID=yes, ID=no or ID=partly")))?;
    if !checks.iter().any(|check| check.id == id) {
        let known: Vec<&str> = checks.iter().map(|check| check.id.as_str()).collect();
        return Err(usage(format!(
            "--answer {text}: no check is called {id}; there are {}",
            known.join(", ")
        )));
    }
    let answer = match answer {
        "yes" | "y" | "是" => "yes",
        "no" | "n" | "否" => "no",
        "partly" | "p" | "部分" => "partly",
        _ => return Err(usage(format!("--answer {text}: the answer is yes, no or partly"))),
    };
    Ok((id.to_string(), by_user(answer)))
}

fn save(app: &App, answers: &Answers) -> Result<()> {
    app.write(|store| {
        maturity::save(store, app.as_of(), answers)?;
        let yes = answers.values().filter(|one| one.word == "yes").count();
        let what = format!("self-check of {}: {yes} of {} yes", app.as_of(), answers.len());
        Ok(((), vec![Note::program("measure maturity", what)]))
    })
}

fn table(app: &App, checks: &[Check], answers: &Answers, day: Day, before: Option<&(Day, Answers)>) -> Table {
    let mut table = Table::new(&[
        "step",
        "item",
        "~statement",
        "answered",
        "?basis",
        "?seen",
        "?previous",
        "change",
        "?~command",
    ])
    .or_say("No self-check was saved by this day: make one with `groundswell measure maturity`.");
    for check in checks {
        let Some(one) = answers.get(&check.id) else { continue };
        let then = before.and_then(|(_, then)| then.get(&check.id));
        let change = then.map(|then| match halves(&one.word).cmp(&halves(&then.word)) {
            std::cmp::Ordering::Less => "worse",
            std::cmp::Ordering::Equal => "same",
            std::cmp::Ordering::Greater => "better",
        });
        table.row(vec![
            check.step.clone().into(),
            check.id.clone().into(),
            check.words(app.lang()).into(),
            one.word.clone().into(),
            one.basis.clone().into(),
            one.seen.clone().into(),
            then.map(|then| then.word.clone()).into(),
            change.into(),
            if one.word == "yes" { Cell::Missing } else { check.next.clone().into() },
        ]);
    }
    if !answers.is_empty() {
        let parts: Vec<String> = sums(checks, answers)
            .into_iter()
            .map(|(step, got, of)| {
                let then = before.and_then(|(_, then)| {
                    sums(checks, then).into_iter().find(|known| known.0 == step && known.2 == of)
                });
                let then = then.map_or_else(String::new, |(_, then, _)| format!(" (before {})", whole(then)));
                format!("{step} {} of {of}{then}", whole(got))
            })
            .collect();
        table.note(format!("{day}: {}. Yes counts 1, partly a half.", parts.join(", ")));
        table.note(match before {
            Some((then, _)) => format!("Held against the self-check of {then}."),
            None => "The first self-check by this day: the next one is held against it.".to_string(),
        });
    }
    table
}

/// What each step comes to, in halves, and of how many checks; in the order of the steps.
fn sums<'a>(checks: &'a [Check], answers: &Answers) -> Vec<(&'a str, usize, usize)> {
    let mut sums: Vec<(&str, usize, usize)> = Vec::new();
    for check in checks {
        let Some(one) = answers.get(&check.id) else { continue };
        match sums.last_mut().filter(|last| last.0 == check.step) {
            Some(last) => (last.1, last.2) = (last.1 + halves(&one.word), last.2 + 1),
            None => sums.push((&check.step, halves(&one.word), 1)),
        }
    }
    sums
}

/// `5` halves are `2.5`.
fn whole(halves: usize) -> String {
    if halves.is_multiple_of(2) { (halves / 2).to_string() } else { format!("{}.5", halves / 2) }
}

/// The step that is furthest behind, and its first check that is not yes.
fn next(app: &App, checks: &[Check], answers: &Answers) {
    if answers.is_empty() {
        app.screen.next("groundswell measure maturity", "the first self-check");
        return;
    }
    let behind = |sum: &(&str, usize, usize)| (sum.1 as f64 / sum.2 as f64 * 1e6) as i64;
    let step = sums(checks, answers).into_iter().min_by_key(behind).map(|sum| sum.0);
    let open = checks.iter().find(|check| {
        Some(check.step.as_str()) == step && answers.get(&check.id).is_some_and(|one| one.word != "yes")
    });
    match open {
        Some(check) => app
            .screen
            .next(&check.next, &format!("{}, {}: {}", check.step, check.id, check.words(app.lang()))),
        None => app.screen.next("groundswell next", "every check is yes: this week's work"),
    }
}
