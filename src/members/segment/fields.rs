//! What each condition of a filter says of everyone: a field is read once, however often a filter names it.

use super::evaluate::{Fit, Leaf};
use crate::app::App;
use crate::model::persona::Persona;
use crate::model::segment::{Field, Kind, Term};
use crate::model::time::{Day, half_width};
use crate::steps::identify::board::Board;
use crate::steps::identify::signals::ANSWER_DAYS;
use crate::steps::measure::audience::LONGEST_DAYS;
use crate::steps::survey::personas;
use crate::store::{asks, evidence, segments, stages};
use anyhow::Result;
use std::collections::BTreeMap;

/// The scale of the question "would you recommend us".
const NPS_SCALE: (u8, u8) = (0, 10);

/// Fills in how every condition fits every person, by id below `size`.
pub(super) fn values(app: &App, leaves: &[Leaf], size: usize, values: &mut [Vec<Fit>]) -> Result<()> {
    let mut by_field: BTreeMap<Field, Vec<usize>> = BTreeMap::new();
    for (place, leaf) in leaves.iter().enumerate() {
        match leaf {
            Leaf::People(people) => {
                values[place] = vec![Fit::No; size];
                for id in people {
                    put(&mut values[place], *id, Fit::Yes);
                }
            }
            Leaf::Term(term) => {
                if let Some(field) = field(term) {
                    let absent = if field.is_known_when_absent() { Fit::No } else { Fit::Unknown };
                    values[place] = vec![absent; size];
                    by_field.entry(field).or_default().push(place);
                }
            }
        }
    }
    for (field, places) in by_field {
        let terms: Vec<(&Term, usize)> = places
            .iter()
            .filter_map(
                |&place| if let Leaf::Term(term) = &leaves[place] { Some((term, place)) } else { None },
            )
            .collect();
        Asked { app, terms: &terms, values, seen: vec![false; size] }.read(field)?;
    }
    Ok(())
}

fn field(term: &Term) -> Option<Field> {
    match term {
        Term::Is(field, _)
        | Term::Contains(field, _)
        | Term::Number(field, _)
        | Term::Day(field, _)
        | Term::Within(field, _) => Some(*field),
        Term::Members(_) | Term::Saved(_) => None,
    }
}

/// Several values of one person: one that fits is enough, and any value makes an unknown known.
fn put(values: &mut [Fit], person: i64, fit: Fit) {
    if let Some(known) = usize::try_from(person).ok().and_then(|id| values.get_mut(id)) {
        *known = if *known == Fit::Unknown { fit } else { (*known).max(fit) };
    }
}

/// The conditions on one field, and of whom a value was seen.
struct Asked<'a, 'b> {
    app: &'a App,
    terms: &'b [(&'b Term, usize)],
    values: &'b mut [Vec<Fit>],
    seen: Vec<bool>,
}

impl Asked<'_, '_> {
    fn read(&mut self, field: Field) -> Result<()> {
        let (store, as_of) = (self.app.store()?, self.app.as_of());
        match field.kind() {
            Kind::Texts | Kind::Words => self.texts(field),
            Kind::Numbers => self.numbers(field),
            Kind::Days if field == Field::Since => {
                for standing in stages::standings(store, None, as_of)? {
                    self.day(standing.person, standing.since);
                }
                Ok(())
            }
            Kind::Days => segments::facts(store, &field.word().replace('-', "_"), as_of, |person, text| {
                if let Some(day) = Day::parse(text) {
                    self.day(person, day);
                }
            }),
            Kind::Stretch => self.stretches(field),
        }
    }

    fn texts(&mut self, field: Field) -> Result<()> {
        let (store, as_of) = (self.app.store()?, self.app.as_of());
        match field {
            Field::Stage => {
                segments::stages(store, as_of, |person, stage| self.text(person, stage))?;
                // Who never had a stage is a member, nothing more.
                self.others(self.everyone(), |asked, person| asked.text(person, "member"));
                Ok(())
            }
            Field::Persona => self.personas(),
            Field::Has => self.having(),
            Field::Platform => segments::platforms(store, |person, text| self.text(person, text)),
            Field::Tag => segments::tags(store, as_of, |person, text| self.text(person, text)),
            Field::Consent => segments::consents(store, as_of, |person, text| self.text(person, text)),
            Field::Standing => segments::standings(store, |person, text| self.text(person, text)),
            Field::Email | Field::Handle => {
                segments::identities(store, field == Field::Email, |person, text| self.text(person, text))
            }
            fact => segments::facts(store, fact.word(), as_of, |person, text| self.text(person, text)),
        }
    }

    fn numbers(&mut self, field: Field) -> Result<()> {
        let (store, as_of) = (self.app.store()?, self.app.as_of());
        match field {
            Field::Audience => {
                segments::audiences(store, as_of, LONGEST_DAYS, |person, sum| {
                    self.number(person, sum as f64);
                })?;
            }
            Field::Contributions => {
                segments::contributions(store, as_of, |person, count| self.number(person, count as f64))?;
                self.others(evidence::observed(store, as_of)?, |asked, person| asked.number(person, 0.0));
            }
            Field::Score => {
                for scored in Board::read(self.app)?.ranking.people {
                    self.number(scored.member, scored.tenths() as f64 / 10.0);
                }
            }
            _ => {
                for (person, answer) in evidence::last_nps(store, as_of.plus(-ANSWER_DAYS), as_of)? {
                    if (answer.low, answer.high) == NPS_SCALE {
                        self.number(person, answer.score.into());
                    }
                }
            }
        }
        Ok(())
    }

    fn stretches(&mut self, field: Field) -> Result<()> {
        let (store, as_of) = (self.app.store()?, self.app.as_of());
        if matches!(field, Field::ActiveIn | Field::Inactive) {
            segments::last_acts(store, as_of, |person, day| self.last(person, Some(day)))?;
            self.others(evidence::observed(store, as_of)?, |asked, person| asked.last(person, None));
            return Ok(());
        }
        for (person, day) in asks::last_asked(store, as_of)? {
            self.last(person, Some(day));
        }
        // Asking is our own doing: whom nobody wrote down as asked was not asked.
        self.others(self.everyone(), |asked, person| asked.last(person, None));
        Ok(())
    }

    /// Every number that may be a person's.
    fn everyone(&self) -> std::ops::Range<i64> {
        0..self.seen.len() as i64
    }

    fn personas(&mut self) -> Result<()> {
        for (person, assessment) in personas::persona_of(self.app.store()?, self.app.as_of())? {
            // Answers that allow no word leave it unknown.
            if assessment.label().is_some() {
                self.each(person, |term| {
                    let Term::Is(_, words) = term else { return false };
                    words.iter().filter_map(|word| Persona::parse(word)).any(|persona| assessment.is(persona))
                });
            }
        }
        Ok(())
    }

    /// What is on file of anyone, one question at a time.
    fn having(&mut self) -> Result<()> {
        let (app, store, as_of) = (self.app, self.app.store()?, self.app.as_of());
        for &(term, place) in self.terms {
            let Term::Is(_, words) = term else { continue };
            for word in words {
                let values = &mut self.values[place];
                let mut has = |person| put(values, person, Fit::Yes);
                match word.as_str() {
                    "email" | "handle" => {
                        segments::identities(store, word == "email", |person, _| has(person))?;
                    }
                    "name" | "company" | "country" | "language" | "owner" | "joined" => {
                        segments::facts(store, word, as_of, |person, _| has(person))?;
                    }
                    "tag" => segments::tags(store, as_of, |person, _| has(person))?,
                    "consent" => segments::consents(store, as_of, |person, _| has(person))?,
                    "audience" => segments::audiences(store, as_of, LONGEST_DAYS, |person, _| has(person))?,
                    "persona" => personas::labels(app)?.into_keys().for_each(has),
                    "nps" => {
                        evidence::last_nps(store, as_of.plus(-ANSWER_DAYS), as_of)?.into_keys().for_each(has);
                    }
                    other => segments::having(store, other, as_of, has)?,
                }
            }
        }
        Ok(())
    }

    /// Tells every condition of a value of someone.
    fn each(&mut self, person: i64, fits: impl Fn(&Term) -> bool) {
        for (term, place) in self.terms {
            put(&mut self.values[*place], person, if fits(term) { Fit::Yes } else { Fit::No });
        }
        if let Some(seen) = usize::try_from(person).ok().and_then(|id| self.seen.get_mut(id)) {
            *seen = true;
        }
    }

    /// Does something for those of `people` of whom nothing was seen.
    fn others(&mut self, people: impl IntoIterator<Item = i64>, tell: impl Fn(&mut Self, i64)) {
        for person in people {
            if usize::try_from(person).ok().and_then(|id| self.seen.get(id)) == Some(&false) {
                tell(self, person);
            }
        }
    }

    fn text(&mut self, person: i64, text: &str) {
        let folded = fold(text);
        self.each(person, |term| match term {
            Term::Is(_, values) => values.iter().any(|value| fold(value) == folded),
            Term::Contains(_, part) => folded.contains(&fold(part)),
            _ => false,
        });
    }

    fn number(&mut self, person: i64, number: f64) {
        self.each(person, |term| matches!(term, Term::Number(_, test) if test.passes(&number)));
    }

    fn day(&mut self, person: i64, day: Day) {
        self.each(person, |term| matches!(term, Term::Day(_, test) if test.passes(&day)));
    }

    /// The last day of what a stretch asks for; none where it never was.
    fn last(&mut self, person: i64, last: Option<Day>) {
        let as_of = self.app.as_of();
        self.each(person, |term| {
            let Term::Within(field, days) = term else { return false };
            let within = last.is_some_and(|last| last > as_of.plus(-days));
            within == matches!(field, Field::Asked | Field::ActiveIn)
        });
    }
}

/// What two spellings are compared by.
pub(super) fn fold(text: &str) -> String {
    half_width(text.trim()).to_lowercase()
}
