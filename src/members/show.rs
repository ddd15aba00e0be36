//! `member show`: one member on one screen.

use crate::app::App;
use crate::app::fail::End;
use crate::model::money;
use crate::model::stage::Stage;
use crate::model::time::Day;
use crate::output::safe::counted;
use crate::output::{Format, Table};
use crate::steps::survey::personas;
use crate::store::members::Person;
use crate::store::profile::{self, Dealing, Made};
use crate::store::{codes, members, merges, stages, tags};
use anyhow::Result;
use clap::Args;

/// How many of what can be many are on the screen; the last line of each says how many more there are.
const MADE: usize = 3;
const DEALINGS: usize = 3;
const NOTES: usize = 2;
/// The longest text of something quoted, in characters: the commands it comes from have all of it.
const QUOTED: usize = 60;

/// One member on one screen.
///
/// Who, stage, persona, audience, last contributions, what we gave and asked, consents, tags, notes, and what is due.
///
/// Example: groundswell member show ana@example.com
#[derive(Debug, Args)]
pub struct Show {
    /// Whom
    member: String,
}

impl Show {
    /// Shows the member.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let mut table = Table::new(&["what", "~value"]);
        let open = Open {
            dealings: profile::dealings(app.store()?, person.id, app.as_of())?,
            due: super::due::of(app, person.id)?,
        };
        let mut lines = who(app, &person)?;
        lines.extend(work(app, &person, &open)?);
        lines.extend(beside(app, &person)?);
        for (what, value) in lines {
            table.row(vec![what.into(), value.into()]);
        }
        if app.screen.format == Format::Ids {
            table = Table::new(&["member"]);
            table.row(vec![person.id.into()]);
        }
        app.screen.show(&table)?;
        let (command, why) = next(app, &person, &open);
        app.screen.next(&command, &why);
        Ok(End::Done)
    }
}

/// What went between us and them, and what their stage makes due: what to do, why, and the command.
struct Open {
    dealings: Vec<Dealing>,
    due: Vec<[String; 3]>,
}

/// What is most overdue, else what usually follows at their stage.
fn next(app: &App, person: &Person, open: &Open) -> (String, String) {
    if let Some(dealing) = open.dealings.iter().find(|dealing| dealing.open || dealing.untold) {
        let id = dealing.id;
        let command = match dealing.what.as_str() {
            "ask" if dealing.untold => format!("groundswell share ask told {id}"),
            "ask" => format!("groundswell share ask answer {id} yes"),
            "need" => format!("groundswell share need done {id} TEXT"),
            _ => format!("groundswell equip desk answer {id} TEXT"),
        };
        return (command, format!("it is due: {}", since(dealing, app.as_of())));
    }
    if let Some([what, _, command]) = open.due.first() {
        return (command.clone(), what.clone());
    }
    let id = person.id;
    match person.stage {
        Stage::Member | Stage::Candidate => (
            format!("groundswell identify explain {id}"),
            "why they stand where they stand in the ranking".into(),
        ),
        Stage::Invited => {
            (format!("groundswell identify answer {id} yes"), "once they have said yes, no or maybe".into())
        }
        _ => (format!("groundswell measure report {id}"), "what they brought".into()),
    }
}

type Lines = Vec<(String, String)>;

/// Who it is, and where they stand.
fn who(app: &App, person: &Person) -> Result<Lines> {
    let store = app.store()?;
    let facts = profile::facts(store, person.id, app.as_of())?;
    let standing = match person.standing.as_str() {
        "member" => String::new(),
        other => format!(" ({other}: in no figure)"),
    };
    let mut lines = vec![("member".to_string(), format!("{}  {}{standing}", person.id, person.label()))];
    let known_by: Vec<String> = members::identities(store, person.id)?
        .into_iter()
        .map(|known| {
            if known.platform == "email" {
                known.shown
            } else {
                format!("{}:{}", known.platform, known.shown)
            }
        })
        .collect();
    add(&mut lines, "known by", &known_by.join(", "));
    let history = stages::history(store, person.id, app.as_of())?;
    if let Some((now, before)) = history.split_last() {
        let why = now.why.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
        lines.push(("stage".into(), format!("{} since {}{why}", now.stage, now.day)));
        let before: Vec<String> = before.iter().map(|step| format!("{} {}", step.stage, step.day)).collect();
        add(&mut lines, "before that", &before.join(", "));
    } else {
        lines.push(("stage".into(), person.stage.word().into()));
    }
    if let Some(found) = personas::persona_of(store, app.as_of())?.get(&person.id) {
        let said = found.label().unwrap_or_else(|| "unknown".into());
        lines.push(("persona".into(), format!("{said} ({}, {})", found.verdict(), found.day)));
    }
    let named = |fields: &[&str]| {
        let found = fields
            .iter()
            .filter_map(|field| Some(format!("{} {}", field.replace('_', " "), facts.get(*field)?)));
        found.collect::<Vec<_>>().join(", ")
    };
    add(&mut lines, "about", &named(&["company", "country", "language"]));
    let mut since = named(&["joined", "customer_since"]);
    if let Some(minor) = facts.get("value").and_then(|value| value.parse::<i64>().ok()) {
        let currency = facts.get("currency").cloned().map_or_else(|| app.currency(), Ok)?;
        let blank = if since.is_empty() { "" } else { ", " };
        since.push_str(&format!("{blank}value {} {currency}", money::decimal(minor, &currency)));
    }
    add(&mut lines, "since", &since);
    add(&mut lines, "owner", person.owner.as_deref().unwrap_or_default());
    add(&mut lines, "tags", &tags::of(store, person.id)?.join(", "));
    Ok(lines)
}

/// What they made and how far it goes, what went to and fro, and what is due.
fn work(app: &App, person: &Person, open: &Open) -> Result<Lines> {
    let (store, as_of) = (app.store()?, app.as_of());
    let mut lines = Lines::new();
    let audience = profile::audience(store, person.id, as_of)?;
    let audience: Vec<String> =
        audience.iter().map(|(platform, followers, day)| format!("{platform} {followers} ({day})")).collect();
    add(&mut lines, "audience", &audience.join(", "));
    let (made, number) = profile::made(store, person.id, as_of, MADE as i64)?;
    for made in &made {
        lines.push(("made".into(), contribution(made)));
    }
    if made.is_empty() && number > 0 {
        let number = counted(number as usize, "contribution", "contributions");
        lines.push(("made".into(), format!("{number}, known only added up (a rollup)")));
    } else {
        more(&mut lines, number as usize, made.len(), "contribution", "contributions");
    }
    let held = codes::of(store, person.id)?;
    let held = held.iter().filter(|code| code.from <= as_of && code.to.is_none_or(|to| to >= as_of));
    let held: Vec<String> = held.map(|code| format!("{} (since {})", code.word, code.from)).collect();
    add(&mut lines, "code", &held.join(", "));
    let (waiting, past): (Vec<_>, Vec<_>) =
        open.dealings.iter().partition(|dealing| dealing.open || dealing.untold);
    for dealing in waiting {
        lines.push(("due".into(), format!("{}: {}", due(dealing, as_of), quoted(&dealing.text))));
    }
    for [what, why, _] in &open.due {
        lines.push(("due".into(), format!("{what} ({why})")));
    }
    for dealing in past.iter().take(DEALINGS) {
        lines.push((name(dealing).into(), told(dealing)));
    }
    more(
        &mut lines,
        past.len(),
        past.len().min(DEALINGS),
        "ask, gift or message",
        "asks, gifts and messages",
    );
    Ok(lines)
}

/// What they agreed to, what is noted, and whom they were merged with.
fn beside(app: &App, person: &Person) -> Result<Lines> {
    let (store, as_of) = (app.store()?, app.as_of());
    let mut lines = Lines::new();
    let consents = stages::consents(store, person.id, as_of)?;
    let consents: Vec<String> = consents
        .into_iter()
        .map(|(purpose, given, day, source)| {
            format!("{purpose} {} ({day}, {source})", if given { "yes" } else { "no" })
        })
        .collect();
    add(&mut lines, "consents", &consents.join("; "));
    let notes = tags::notes(store, person.id, as_of)?;
    for note in notes.iter().take(NOTES) {
        lines.push((format!("note {}", note.id), format!("{} {}", note.day, note.text)));
    }
    more(&mut lines, notes.len(), notes.len().min(NOTES), "note", "notes");
    for merge in merges::list(store, None)? {
        if merge.kept == person.id {
            let said = format!("member {} joined member {} on {}", merge.gone, merge.kept, merge.day);
            lines.push((format!("merge {}", merge.id), said));
        }
    }
    Ok(lines)
}

fn add(lines: &mut Lines, what: &str, value: &str) {
    if !value.is_empty() {
        lines.push((what.into(), value.into()));
    }
}

fn more(lines: &mut Lines, all: usize, shown: usize, one: &str, many: &str) {
    if all > shown {
        lines.push((String::new(), format!("and {} more", counted(all - shown, one, many))));
    }
}

/// `2026-06-20 article on zhihu, reach 1200 (B), 80 engagements: The title`.
fn contribution(made: &Made) -> String {
    let grade = made.grade.as_deref().unwrap_or_default();
    let reach = made.reach.map_or_else(String::new, |reach| format!(", reach {reach}"));
    let did = made
        .engagements
        .map_or_else(String::new, |did| format!(", {}", counted(did, "engagement", "engagements")));
    let grade = if reach.is_empty() && did.is_empty() { String::new() } else { format!(" ({grade})") };
    let title = made.title.as_ref().map_or_else(String::new, |title| format!(": {}", quoted(title)));
    format!("{} {} on {}{reach}{did}{grade}{title}", made.day, made.kind, made.platform)
}

fn name(dealing: &Dealing) -> &str {
    match dealing.what.as_str() {
        "ask" => "asked",
        "give" => "given",
        "need" => "needs",
        other => other,
    }
}

/// `2026-06-10 talk: the text, yes on 2026-06-12`.
fn told(dealing: &Dealing) -> String {
    let kind = dealing.kind.as_ref().map_or_else(String::new, |kind| format!(" {kind}"));
    let text = if dealing.text.is_empty() { String::new() } else { format!(": {}", quoted(&dealing.text)) };
    let end =
        dealing.end.as_ref().map_or_else(String::new, |(said, day)| format!(", {} on {day}", quoted(said)));
    format!("{}{kind}{text}{end}", dealing.day)
}

/// Who waits for what, and since when: `their answer to ask 3 (talk), 10 days late`.
fn due(dealing: &Dealing, as_of: Day) -> String {
    let since = since(dealing, as_of);
    let kind = dealing.kind.as_ref().map_or_else(String::new, |kind| format!(" ({kind})"));
    let id = dealing.id;
    match dealing.what.as_str() {
        "ask" if dealing.untold => format!("to tell them what became of ask {id}{kind}"),
        "ask" => format!("their answer to ask {id}{kind}, {since}"),
        "need" => format!("need {id}, {since}"),
        _ => format!("our answer to question {id}, {since}"),
    }
}

/// How long it has been waited for, or until when there is time.
fn since(dealing: &Dealing, as_of: Day) -> String {
    let days = |from: Day| counted(i64::from(as_of.0 - from.0), "day", "days");
    match dealing.due.filter(|_| !dealing.untold) {
        Some(due) if due < as_of => format!("{} late", days(due)),
        Some(due) => format!("by {due}"),
        None if dealing.day == as_of => "since today".into(),
        None => format!("for {}", days(dealing.day)),
    }
}

fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= QUOTED {
        return line;
    }
    line.chars().take(QUOTED - 1).collect::<String>().trim_end().to_string() + "…"
}
