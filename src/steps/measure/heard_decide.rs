//! Decisions about answers: who is meant, a suggestion accepted or refused, a decision taken back; and decoys.

use super::credit::ledger::{DECOYS, decoys, matcher};
use super::heard;
use super::heard_match::{Matcher, Verdict, key};
use crate::app::App;
use crate::app::ask::quoted;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::period::Period;
use crate::model::time::half_width;
use crate::output::safe::counted;
use crate::store::{Store, heard as answers, settings};
use anyhow::{Result, bail};

/// What is done about an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// `ANSWER=WHO`.
    Decide,
    /// The suggestion is right.
    Accept,
    /// The suggestion is wrong, and nobody of ours is meant.
    Refuse,
    /// The decision is taken back.
    Undo,
}

/// An answer, who is meant, and how that is written down; a verdict of none takes a decision back.
struct Decision {
    answer: String,
    verdict: Option<&'static str>,
    member: Option<i64>,
    shown: String,
}

/// Reads every change, then writes all of them or none.
pub fn write(app: &App, changes: [(Change, &Vec<String>); 4]) -> Result<()> {
    let ever = Period::until(app.as_of());
    let known = Known {
        answers: answers::answers(app.store()?, app.as_of(), (ever.from, ever.to))?,
        decided: answers::decisions(app.store()?, app.as_of())?.into_iter().map(|one| (one.0, 0)).collect(),
        matcher: matcher(app)?,
    };
    let mut decisions = Vec::new();
    for (change, texts) in changes {
        for text in texts {
            decisions.push(known.decision(app, change, text)?);
        }
    }
    keep(app, &decisions)
}

fn keep(app: &App, decisions: &[Decision]) -> Result<()> {
    app.write(|store| {
        let mut notes = Vec::new();
        for one in decisions {
            notes.push(written(app, store, one)?);
        }
        Ok(((), notes))
    })?;
    for one in decisions {
        match one.verdict {
            Some(_) => app.screen.say(&format!("'{}' means {}", one.answer, one.shown)),
            None => app.screen.say(&format!("'{}' is not decided any more", one.answer)),
        }
    }
    Ok(())
}

fn written(app: &App, store: &Store, one: &Decision) -> Result<Note> {
    let before = match one.verdict {
        Some(verdict) => answers::decide(store, &one.answer, verdict, one.member, app.as_of())?,
        None => answers::undecide(store, &one.answer)?,
    };
    let before = before.map_or_else(String::new, |(verdict, member)| {
        member.map_or(verdict, |member| format!("member {member}"))
    });
    let done = if one.verdict.is_some() { "decided" } else { "no longer decided" };
    let what = format!("{done} what '{}' means", one.answer);
    let note = Note { member: one.member, ..Note::program("measure heard", what) };
    Ok(note.change(before, one.shown.clone()))
}

/// What can be decided, and what is.
struct Known {
    answers: Vec<(String, i64)>,
    decided: Vec<(String, i64)>,
    matcher: Matcher,
}

impl Known {
    fn decision(&self, app: &App, change: Change, text: &str) -> Result<Decision> {
        match change {
            Change::Decide => {
                let parts = text.rsplit_once(['=', '＝']).map(|(answer, who)| (answer.trim(), who.trim()));
                let Some((answer, who)) = parts.filter(|(answer, who)| !answer.is_empty() && !who.is_empty())
                else {
                    return Err(usage(format!(
                        "--decide {text}: write it as \"ANSWER=WHO\", where WHO is a member, program or other"
                    )));
                };
                means(app, named(&self.answers, answer)?, who)
            }
            Change::Accept => {
                let answer = named(&self.answers, text)?;
                match self.matcher.read(&answer).member {
                    Some(member) => means(app, answer, &member.to_string()),
                    None => bail!(
                        "nobody is suggested for '{answer}': say who is meant, with --decide {}",
                        quoted(&format!("{answer}=MEMBER"))
                    ),
                }
            }
            Change::Refuse => means(app, named(&self.answers, text)?, "other"),
            Change::Undo => {
                let wanted = key(text);
                let Some((answer, _)) = self.decided.iter().find(|(known, _)| key(known) == wanted) else {
                    bail!(
                        "'{}' is not decided, so there is nothing to take back (`by` in groundswell measure heard says which are)",
                        text.trim()
                    );
                };
                Ok(Decision { answer: answer.clone(), verdict: None, member: None, shown: String::new() })
            }
        }
    }
}

/// The answer as it was given.
fn named(answers: &[(String, i64)], text: &str) -> Result<String> {
    let wanted = key(text);
    if let Some((answer, _)) = answers.iter().find(|(known, _)| key(known) == wanted) {
        return Ok(answer.clone());
    }
    let near = answers
        .iter()
        .map(|(known, _)| (strsim::jaro_winkler(&key(known), &wanted), known))
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)));
    let hint = near
        .filter(|near| near.0 >= 0.8)
        .map_or_else(String::new, |near| format!("; did you mean '{}'?", near.1));
    bail!("nobody answered '{}'{hint} (all answers: groundswell measure heard)", text.trim());
}

fn means(app: &App, answer: String, who: &str) -> Result<Decision> {
    let (verdict, member, shown) = match half_width(who).to_lowercase().as_str() {
        "program" | "社区" => ("program", None, "the program, no person".to_string()),
        "other" | "其他" | "其它" => ("other", None, "another source".to_string()),
        _ => {
            let person = app.member(who)?;
            ("member", Some(person.id), format!("{} ({})", person.label(), person.id))
        }
    };
    Ok(Decision { answer, verdict: Some(verdict), member, shown })
}

/// Goes through the answers that wait, with a question each; what was decided is written at the end.
pub fn review(app: &App, period: Period) -> Result<End> {
    let all = heard::read(app, &matcher(app)?, period)?;
    let waiting: Vec<_> =
        all.into_iter().filter(|(.., reading)| reading.verdict == Verdict::Unknown).collect();
    if waiting.is_empty() {
        app.screen.say("No answer waits for a decision.");
        return Ok(End::Done);
    }
    let flag = "--accept, --refuse or --decide with the answer";
    let (mut decisions, mut flags) = (Vec::new(), Vec::new());
    for (answer, n, reading) in &waiting {
        let suggested = reading.member.map(|member| app.member(&member.to_string())).transpose()?;
        let question = format!("'{answer}' ({})", counted(*n, "time", "times"));
        let mut keys = Vec::new();
        let yes = suggested.as_ref().map(|person| format!("it is {}", person.label()));
        if let Some(yes) = &yes {
            keys.push(('y', yes.as_str()));
        }
        keys.extend([
            ('s', "skip"),
            ('m', "a member"),
            ('p', "the program"),
            ('o', "another source"),
            ('e', "end"),
        ]);
        let who = match app.key(&question, &keys, flag)? {
            'y' => suggested.map_or_else(String::new, |person| person.id.to_string()),
            'm' => app.text(None, "Who? (id, e-mail, platform:handle or name)", flag)?,
            'p' => "program".into(),
            'o' => "other".into(),
            'e' => break,
            _ => continue,
        };
        flags.push(format!("--decide {}", quoted(&format!("{answer}={}", who.trim()))));
        decisions.push(means(app, answer.clone(), who.trim())?);
    }
    keep(app, &decisions)?;
    if !flags.is_empty() {
        app.screen
            .aside(&format!("The same without questions: groundswell measure heard {}", flags.join(" ")));
    }
    app.screen.next("groundswell measure heard --queue", "the answers still to be decided");
    Ok(End::Done)
}

/// Adds and removes channels that never existed; whether there was anything to do.
pub fn channels(app: &App, add: &[String], remove: &[String]) -> Result<bool> {
    if add.is_empty() && remove.is_empty() {
        return Ok(false);
    }
    let before = decoys(app.store()?)?;
    let mut after = before.clone();
    for text in remove {
        let found = after.iter().position(|known| key(known) == key(text));
        let Some(place) = found else {
            bail!("'{}' is no decoy; they are: {}", text.trim(), named_decoys(&before));
        };
        after.remove(place);
    }
    for text in add {
        let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if plain.is_empty() {
            return Err(usage("--decoy is empty: write the channel as your form offers it"));
        }
        if !after.iter().any(|known| key(known) == key(&plain)) {
            after.push(plain);
        }
    }
    app.write(|store| {
        settings::set(store, DECOYS, &after.join("\n"))?;
        let note = Note::program("measure heard", "channels that never existed");
        Ok(((), vec![note.change(before.join(", "), after.join(", "))]))
    })?;
    app.screen.say(&format!("Channels that never existed: {}", named_decoys(&after)));
    Ok(true)
}

fn named_decoys(decoys: &[String]) -> String {
    if decoys.is_empty() { "none".into() } else { decoys.join(", ") }
}
