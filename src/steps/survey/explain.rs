//! `survey explain`: what someone said they like, beside what they do.

use super::advice::Advice;
use super::personas::{Assessment, persona_of};
use super::scoring::Outcome;
use super::statements::Survey;
use crate::app::App;
use crate::app::fail::End;
use crate::model::persona::Persona;
use crate::model::record::CONTRIBUTIONS;
use crate::output::{Cell, Table};
use crate::store::evidence;
use anyhow::Result;
use clap::Args;

/// What someone said, beside what they do.
///
/// And what the two suggest together.
///
/// Example: groundswell survey explain ana@example.com
#[derive(Debug, Args)]
pub struct Explain {
    /// Whom
    member: String,
}

impl Explain {
    /// Shows the four personas.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let (store, as_of) = (app.store()?, app.as_of());
        let assessment = persona_of(store, as_of)?.remove(&person.id);
        let acts = evidence::kinds_and_places(store, person.id, as_of)?;
        let survey = Survey::read(&app.texts())?;
        let advices = Persona::ALL.map(|persona| Ok((persona, Advice::of(&app.texts(), persona)?)));
        let advices = advices.into_iter().collect::<Result<Vec<_>>>()?;
        let counts = |kind: &str, platform: &str| {
            CONTRIBUTIONS.contains(&kind) || advices.iter().any(|(_, advice)| advice.hints(kind, platform))
        };
        let made: i64 =
            acts.iter().filter(|(kind, platform, _)| counts(kind, platform)).map(|act| act.2).sum();
        let mut table = Table::new(&["persona", ">stated", ">answered", ">centred", ">observed", ">share"]);
        for (persona, advice) in &advices {
            let hints = acts.iter().filter(|(kind, platform, _)| advice.hints(kind, platform));
            let observed: i64 = hints.map(|act| act.2).sum();
            let mut cells = vec![persona.as_str().into()];
            cells.extend(stated(&survey, assessment.as_ref(), *persona));
            let share = (made > 0).then(|| Cell::number(observed as f64 / made as f64, 2));
            cells.extend([(made > 0).then_some(observed).into(), share.unwrap_or(Cell::Missing)]);
            table.row(cells);
        }
        table.note(match &assessment {
            Some(assessment) => {
                format!("{}: {}, stated on {}.", person.label(), said(assessment), assessment.day)
            }
            None => format!("{} has not answered the statements up to {as_of}.", person.label()),
        });
        table.note(format!(
            "Observed: of {made} contributions up to {as_of}, those of a kind that hints at the persona; a kind may hint at two."
        ));
        for (persona, advice) in advices.iter().filter(|(p, _)| assessment.as_ref().is_some_and(|a| a.is(*p)))
        {
            suggest(app, &mut table, *persona, advice);
        }
        app.screen.show(&table)?;
        let next = match assessment {
            Some(_) => (format!("groundswell member show {}", person.id), "all that is known of them"),
            None => (format!("groundswell survey take {}", person.id), "ask them the twelve statements"),
        };
        app.screen.next(&next.0, next.1);
        Ok(End::Done)
    }
}

/// Mean answer, how many of the three were answered, and the mean less that of the four.
fn stated(survey: &Survey, assessment: Option<&Assessment>, persona: Persona) -> [Cell; 3] {
    let Some(assessment) = assessment else { return [Cell::Missing, Cell::Missing, Cell::Missing] };
    let own = survey.statements.iter().zip(&assessment.form.answers).filter(|(s, _)| s.persona == persona);
    let given: Vec<f64> = own.filter_map(|(_, answer)| answer.map(f64::from)).collect();
    let mean = (!given.is_empty()).then(|| given.iter().sum::<f64>() / given.len() as f64);
    let centred = match &assessment.outcome {
        Outcome::Scored(mix) => Cell::number(mix.centred[persona as usize], 2),
        _ => Cell::Missing,
    };
    [mean.map_or(Cell::Missing, |mean| Cell::number(mean, 2)), given.len().into(), centred]
}

fn said(assessment: &Assessment) -> String {
    match (&assessment.outcome, assessment.label()) {
        (Outcome::Scored(mix), Some(label)) if mix.by_choice => {
            format!("{label} (a tie, decided by their choice)")
        }
        (Outcome::Scored(mix), Some(label)) => {
            format!("{label} ({}, certainty {:.2})", assessment.verdict(), mix.confidence)
        }
        (Outcome::NoPreference, _) => "no preference: the same answer to everything".into(),
        (Outcome::Incomplete { missing }, _) => format!("not enough answers: {missing} are missing"),
        (Outcome::Scored(_), None) => assessment.verdict().into(),
    }
}

fn suggest(app: &App, table: &mut Table, persona: Persona, advice: &Advice) {
    let name = persona.as_str();
    for (what, texts) in
        [("how to speak", &advice.speak), ("what to ask", &advice.ask), ("how to thank", &advice.thank)]
    {
        for text in texts.of(app.lang()) {
            table.note(format!("{name}, {what}: {text}"));
        }
    }
}
