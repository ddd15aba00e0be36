//! `survey personas`: everyone's mix of the four, and how the statements hang together.

use super::predicts;
use super::scoring::{Form, Lead, Outcome, Scoring};
use super::statements::Survey;
use crate::app::App;
use crate::app::fail::End;
use crate::members::segment::{Chosen, Who};
use crate::model::persona::Persona;
use crate::model::record::Take;
use crate::model::time::Day;
use crate::output::{Cell, Table};
use crate::stats::cronbach::Reliability;
use crate::stats::estimate::LEVEL;
use crate::store::{Store, members, surveys};
use anyhow::Result;
use clap::Args;
use std::collections::{BTreeMap, HashMap};

/// With fewer complete answers alpha says nothing.
const FEWEST: usize = 30;
/// From this alpha on three statements may be used as one scale.
const USABLE: f64 = 0.6;
/// A statement that goes along less with the other two should be reworded.
const ALONG: f64 = 0.3;

/// Everyone's mix of the four personas.
///
/// From their latest answers.
///
/// The four columns compare personas within one person, never people with each other.
///
/// With --asks: who said yes to what, by persona and kind of ask, from 40 answered asks of a persona on.
///
/// Example: groundswell survey personas --persona educator
#[derive(Debug, Args)]
pub struct Personas {
    /// Only this persona: educator, status-seeker, validator, collaborator
    #[arg(long, value_name = "NAME")]
    persona: Option<String>,
    /// Whether personas predict who says yes: the share of yes by persona and kind of ask
    #[arg(long)]
    asks: bool,
    #[command(flatten)]
    who: Who,
}

/// What one person's latest answers say.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// The day of the answers.
    pub day: Day,
    /// The form that was scored.
    pub form: Form,
    /// What it says.
    pub outcome: Outcome,
}

impl Assessment {
    /// The persona in a word: the leading one, both where they are level and the choice did not decide;
    /// nothing where the answers say nothing.
    pub fn label(&self) -> Option<String> {
        let Outcome::Scored(mix) = &self.outcome else { return None };
        let first = mix.primary.as_str();
        let tied = mix.lead == Lead::Tie && !mix.by_choice;
        Some(if tied { format!("{first} / {}", mix.secondary.as_str()) } else { first.into() })
    }

    /// Whether the persona is the leading one, or level with it.
    pub fn is(&self, persona: Persona) -> bool {
        self.label().is_some_and(|label| label.split(" / ").any(|word| word == persona.as_str()))
    }

    /// What the answers allow to say, in a word.
    pub fn verdict(&self) -> &'static str {
        match &self.outcome {
            Outcome::Incomplete { .. } => "incomplete",
            Outcome::NoPreference => "no_preference",
            Outcome::Scored(mix) => mix.lead.as_str(),
        }
    }
}

/// Scores the latest answers of everyone counted, up to a day.
pub fn persona_of(store: &Store, as_of: Day) -> Result<BTreeMap<i64, Assessment>> {
    let survey = Survey::carried()?;
    let takes = surveys::takes(store, None, as_of)?;
    let forms: Vec<Form> = takes.iter().map(|take| form(&survey, take)).collect();
    let scoring = Scoring::of(&survey.personas(), &forms);
    let assessed = takes
        .iter()
        .zip(forms)
        .zip(scoring.people)
        .map(|((take, form), (person, outcome))| (person, Assessment { day: take.day, form, outcome }));
    Ok(assessed.collect())
}

/// Everyone's persona in a word: "educator", or "educator / validator" for a tie. Who has no usable answers is
/// not in it.
pub fn labels(app: &App) -> Result<BTreeMap<i64, String>> {
    let all = persona_of(app.store()?, app.as_of())?;
    Ok(all.into_iter().filter_map(|(person, assessment)| Some((person, assessment.label()?))).collect())
}

/// The persona of everyone who has just one: ties are left out, unless their choice decided.
pub fn personas_alone(all: &BTreeMap<i64, Assessment>) -> BTreeMap<i64, Persona> {
    all.iter().filter_map(|(person, found)| Some((*person, Persona::parse(&found.label()?)?))).collect()
}

/// The answers in the order of the form.
fn form(survey: &Survey, take: &Take) -> Form {
    let given: HashMap<i64, i64> = take.answers.iter().copied().collect();
    let answer = |number: i64| given.get(&number).and_then(|&answer| u8::try_from(answer).ok());
    Form {
        member: take.member,
        answers: survey.statements.iter().map(|statement| answer(statement.number)).collect(),
        choice: take.choice.as_deref().and_then(Persona::parse),
    }
}

impl Personas {
    /// Lists everyone who answered.
    pub fn run(self, app: &App) -> Result<End> {
        let only = self.persona.as_deref().map(read).transpose()?;
        let (store, as_of) = (app.store()?, app.as_of());
        let everyone = persona_of(store, as_of)?;
        let who = self.who.chosen(app)?;
        let mut all = everyone.clone();
        all.retain(|person, _| who.as_ref().is_none_or(|who| who.contains(*person)));
        if self.asks {
            let mut table = predicts::table(app, &all, only, as_of)?;
            table.notes.extend(who.as_ref().map(Chosen::note));
            app.screen.show(&table)?;
            app.screen
                .next("groundswell share ask answer N yes|no", "an answer that is not written down yet");
            return Ok(End::Done);
        }
        let mut names: HashMap<i64, Option<String>> =
            members::people(store, as_of)?.into_iter().map(|person| (person.id, person.name)).collect();
        let mut table = Table::new(&[
            "member", "name", "primary", "secondary", ">?confidence", "verdict", ">?educator", ">?status_seeker",
            ">?validator", ">?collaborator", "?day",
        ])
        .or_say("Nobody answered yet: hand out `groundswell survey form`, bring the answers back with `groundswell import FILE --as survey`, or ask with `groundswell survey take MEMBER`.");
        if (only.is_some() || who.is_some()) && !everyone.is_empty() {
            table.empty = "Nobody is that; see everyone with `groundswell survey personas`.".into();
        }
        for (person, assessment) in &all {
            if only.is_none_or(|persona| assessment.is(persona)) {
                table.row(row(*person, names.remove(person).flatten(), assessment));
            }
        }
        table.notes.extend(who.as_ref().map(Chosen::note));
        notes(&mut table, &all, &everyone, as_of)?;
        app.screen.show(&table)?;
        let (command, why) = match all.keys().next() {
            Some(person) => (format!("survey explain {person}"), "what they said beside what they do"),
            None => ("survey form -o form.md".into(), "the twelve statements, to hand out"),
        };
        app.screen.next(&format!("groundswell {command}"), why);
        Ok(End::Done)
    }
}

/// The persona a word names.
pub fn read(word: &str) -> Result<Persona> {
    Persona::parse(&crate::model::time::half_width(word)).ok_or_else(|| {
        let words: Vec<_> = Persona::ALL.iter().map(|persona| persona.as_str()).collect();
        crate::app::fail::usage(format!("there is no persona '{word}'; the four are {}", words.join(", ")))
    })
}

fn row(person: i64, name: Option<String>, assessment: &Assessment) -> Vec<Cell> {
    let mut cells = vec![person.into(), name.into()];
    if let Outcome::Scored(mix) = &assessment.outcome {
        cells.extend([mix.primary.as_str().into(), mix.secondary.as_str().into()]);
        cells.extend([Cell::number(mix.confidence, 2), assessment.verdict().into()]);
        cells.extend(mix.centred.map(|value| Cell::number(value, 2)));
    } else {
        cells.extend([Cell::Missing, Cell::Missing, Cell::Missing, assessment.verdict().into()]);
        cells.extend([Cell::Missing, Cell::Missing, Cell::Missing, Cell::Missing]);
    }
    cells.push(assessment.day.to_string().into());
    cells
}

/// How many are what among those shown; how the statements hang together among everyone who answered.
fn notes(
    table: &mut Table,
    all: &BTreeMap<i64, Assessment>,
    everyone: &BTreeMap<i64, Assessment>,
    as_of: Day,
) -> Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let count = |verdict: &str| all.values().filter(|assessment| assessment.verdict() == verdict).count();
    table.note(format!(
        "{} people answered up to {as_of}: {} clear, {} leaning, {} ties, {} without preference, {} with too few answers.",
        all.len(),
        count("clear"),
        count("leaning"),
        count("tie"),
        count("no_preference"),
        count("incomplete")
    ));
    let chosen = all.values().filter(|a| matches!(&a.outcome, Outcome::Scored(mix) if mix.by_choice)).count();
    if chosen > 0 {
        table.note(format!("{chosen} of the ties were decided by their choice of one thing."));
    }
    let forms: Vec<&Form> = everyone.values().map(|assessment| &assessment.form).collect();
    for line in reliability(&Survey::carried()?, &forms) {
        table.note(line);
    }
    Ok(())
}

/// How the three statements of each persona hang together, from raw answers (centred ones correlate by construction).
fn reliability(survey: &Survey, forms: &[&Form]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut most = 0;
    for persona in Persona::ALL {
        let items: Vec<usize> =
            (0..survey.statements.len()).filter(|&item| survey.statements[item].persona == persona).collect();
        let complete = |form: &Form| -> Option<Vec<f64>> {
            items.iter().map(|&item| form.answers[item].map(f64::from)).collect()
        };
        let people: Vec<Vec<f64>> = forms.iter().filter_map(|form| complete(form)).collect();
        most = most.max(people.len());
        let name = persona.as_str();
        if people.len() < FEWEST {
            lines.push(format!("{name}: alpha needs {FEWEST} complete answers, there are {}", people.len()));
            continue;
        }
        let Some(found) = Reliability::of(&people, LEVEL) else {
            lines.push(format!("{name}: no alpha, since all {} answered alike", people.len()));
            continue;
        };
        let alpha = found.alpha;
        let use_it = if alpha.value >= USABLE { "usable" } else { "the three do not hang together" };
        lines.push(format!(
            "{name}: alpha {:.2} (95 % interval {:.2} to {:.2}, n = {}): {use_it}",
            alpha.value, alpha.lo, alpha.hi, alpha.n
        ));
        lines.push(format!("  alpha without one: {}", without(survey, &items, &found)));
        for (item, along) in items.iter().zip(&found.item_rest) {
            if let Some(along) = along.filter(|along| *along < ALONG) {
                let number = survey.statements[*item].number;
                lines.push(format!(
                    "  reword statement {number}: it goes along with the other two by only {along:.2}"
                ));
            }
        }
    }
    if most < FEWEST {
        lines = vec![format!("alpha needs {FEWEST} complete answers, there are {most}")];
    }
    lines
}

/// `statement 1 0.62, 6 0.55, 9 0.58`: what alpha would be without each.
fn without(survey: &Survey, items: &[usize], found: &Reliability) -> String {
    let each = items.iter().zip(&found.alpha_if_dropped).map(|(item, alpha)| {
        let alpha = alpha.map_or_else(|| "none".to_string(), |alpha| format!("{alpha:.2}"));
        format!("statement {} {alpha}", survey.statements[*item].number)
    });
    each.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(n: i64) -> Vec<Form> {
        let form = |member: i64| {
            let answers = (0..12).map(|item| Some(1 + ((member + item / 6) % 5) as u8)).collect();
            Form { member, answers, choice: None }
        };
        (0..n).map(form).collect()
    }

    #[test]
    fn alpha_waits_for_thirty() {
        let survey = Survey::carried().expect("is read");
        let few = reliability(&survey, &forms(29).iter().collect::<Vec<_>>());
        assert_eq!(few, ["alpha needs 30 complete answers, there are 29"]);
        let enough = reliability(&survey, &forms(30).iter().collect::<Vec<_>>());
        assert!(
            enough.iter().any(|line| line.starts_with("educator: alpha ") && line.contains("n = 30")),
            "{enough:?}"
        );
    }
}
