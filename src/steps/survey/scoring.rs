//! Who is driven by what: the four personas from the answers to the statements (MEASUREMENT.md 3).
//!
//! m = mean answer per persona; centred on the mean of the four, which takes out yes-saying. The leading persona has the largest
//! centred mean. How sure: Φ(gap/SE), SE = s √(1/k1 + 1/k2), s = the spread of answers within a persona, pooled over everyone scored.
use crate::model::persona::Persona;
use statrs::distribution::{ContinuousCDF, Normal};

/// Equal means are listed in this order, the order of the statements in the form.
const ORDER: [Persona; 4] =
    [Persona::Educator, Persona::Validator, Persona::StatusSeeker, Persona::Collaborator];
/// Fewer answers for a persona say nothing about it.
const FEWEST_ANSWERS: usize = 2;
/// More missing answers than this, and the form counts as not filled in.
const MOST_MISSING: usize = 3;
/// With fewer people than this the spread within a persona is not estimated but taken to be [`USUAL_SPREAD`].
const FEWEST_PEOPLE: usize = 10;
/// The usual standard deviation of 1-5 answers to statements about one thing.
const USUAL_SPREAD: f64 = 0.8;
/// From this confidence on the leading persona is clear.
const CLEAR: f64 = 0.90;
/// From this confidence on it is leaning; below, a tie.
const LEANING: f64 = 0.75;

/// One person's form.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Whose.
    pub member: i64,
    /// Answers 1-5, one per statement; `None` where not answered.
    pub answers: Vec<Option<u8>>,
    /// The forced choice, "if you could do only one"; it only breaks ties.
    pub choice: Option<Persona>,
}

/// How far the leading persona stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// It is the leading one.
    Clear,
    /// It probably is.
    Leaning,
    /// Two or more are level: ask.
    Tie,
}

impl Lead {
    /// The word used in tables and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Lead::Clear => "clear",
            Lead::Leaning => "leaning",
            Lead::Tie => "tie",
        }
    }
}

/// One person's mix of the four personas.
#[derive(Clone, Debug, PartialEq)]
pub struct Mix {
    /// Mean answer per persona, in the order of [`Persona::ALL`].
    pub means: [f64; 4],
    /// The means less their mean, in the same order; they add up to 0.
    pub centred: [f64; 4],
    /// The leading persona.
    pub primary: Persona,
    /// The next one.
    pub secondary: Persona,
    /// How far the two largest means are apart.
    pub gap: f64,
    /// Standard error of the gap.
    pub se_gap: f64,
    /// Probability that the larger one is larger, 0.5-1.
    pub confidence: f64,
    /// What that allows to say. Stays `Tie` when the choice broke it, since the statements did not.
    pub lead: Lead,
    /// Whether the primary one is there because of the forced choice among those level.
    pub by_choice: bool,
}

/// What one form says.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Too few answers.
    Incomplete {
        /// How many statements were not answered.
        missing: usize,
    },
    /// The same answer to everything.
    NoPreference,
    /// A mix of the four.
    Scored(Mix),
}

/// Everyone's outcome, in the order given.
#[derive(Clone, Debug, PartialEq)]
pub struct Scoring {
    /// (member, outcome).
    pub people: Vec<(i64, Outcome)>,
    /// The spread of answers within a persona that was used.
    pub within_sd: f64,
    /// Its degrees of freedom; 0 where the usual spread was taken because too few were scored.
    pub df: usize,
}

/// The answers to one persona's statements, summed up.
#[derive(Clone, Copy, Default)]
struct Cell {
    count: usize,
    sum: f64,
    squares: f64,
}

impl Cell {
    fn mean(&self) -> f64 {
        self.sum / self.count as f64
    }

    /// Sum of squared deviations from the mean.
    fn scatter(&self) -> f64 {
        (self.squares - self.sum * self.sum / self.count as f64).max(0.0)
    }
}

impl Scoring {
    /// Scores forms; `statements` says which persona each statement belongs to, in the order of the answers.
    pub fn of(statements: &[Persona], forms: &[Form]) -> Scoring {
        let cells: Vec<Option<[Cell; 4]>> = forms.iter().map(|form| usable(statements, form)).collect();
        let scored: Vec<Cell> = cells.iter().flatten().flatten().copied().collect();
        let df: usize = scored.iter().map(|cell| cell.count - 1).sum();
        let spread = (scored.iter().map(Cell::scatter).sum::<f64>() / df.max(1) as f64).sqrt();
        let estimated = scored.len() >= 4 * FEWEST_PEOPLE && spread > 0.0;
        let within_sd = if estimated { spread } else { USUAL_SPREAD };
        let outcome = |form: &Form, cells: Option<[Cell; 4]>| match cells {
            Some(cells) => Outcome::Scored(Mix::of(&cells, form.choice, within_sd)),
            None if complete(statements, form) => Outcome::NoPreference,
            None => Outcome::Incomplete { missing: missing(statements, form) },
        };
        let people = forms.iter().zip(cells).map(|(form, cells)| (form.member, outcome(form, cells)));
        Scoring { people: people.collect(), within_sd, df: if estimated { df } else { 0 } }
    }
}

impl Mix {
    fn of(cells: &[Cell; 4], choice: Option<Persona>, within_sd: f64) -> Mix {
        let means = cells.map(|cell| cell.mean());
        let middle = means.iter().sum::<f64>() / 4.0;
        let mut order = ORDER;
        order.sort_by(|&a, &b| means[b as usize].total_cmp(&means[a as usize]));
        let [first, second, ..] = order;
        let compare = |one: Persona, two: Persona| {
            let per_answer = |persona: Persona| 1.0 / cells[persona as usize].count as f64;
            let gap = means[one as usize] - means[two as usize];
            let se = within_sd * (per_answer(one) + per_answer(two)).sqrt();
            (gap, se, Normal::standard().cdf(gap / se))
        };
        let (gap, se_gap, confidence) = compare(first, second);
        let lead = match confidence {
            CLEAR.. => Lead::Clear,
            LEANING.. => Lead::Leaning,
            _ => Lead::Tie,
        };
        let level_with_first = |persona: Persona| persona == first || compare(first, persona).2 < LEANING;
        let chosen = choice.filter(|&persona| lead == Lead::Tie && level_with_first(persona));
        let (primary, secondary) = match chosen {
            Some(persona) if persona != first => (persona, first),
            _ => (first, second),
        };
        let centred = means.map(|mean| mean - middle);
        let by_choice = chosen.is_some();
        Mix { means, centred, primary, secondary, gap, se_gap, confidence, lead, by_choice }
    }
}

fn missing(statements: &[Persona], form: &Form) -> usize {
    statements.len() - form.answers.iter().take(statements.len()).flatten().count()
}

fn cells(statements: &[Persona], form: &Form) -> [Cell; 4] {
    let mut cells = [Cell::default(); 4];
    for (&persona, answer) in statements.iter().zip(&form.answers) {
        if let Some(answer) = answer.map(f64::from) {
            let cell = &mut cells[persona as usize];
            cell.count += 1;
            cell.sum += answer;
            cell.squares += answer * answer;
        }
    }
    cells
}

fn complete(statements: &[Persona], form: &Form) -> bool {
    missing(statements, form) <= MOST_MISSING
        && cells(statements, form).iter().all(|cell| cell.count >= FEWEST_ANSWERS)
}

/// The sums of a form that can be scored: complete, and not the same answer to everything.
fn usable(statements: &[Persona], form: &Form) -> Option<[Cell; 4]> {
    let mut answers = form.answers.iter().take(statements.len()).flatten();
    let first = answers.next()?;
    let differ = answers.any(|answer| answer != first);
    (differ && complete(statements, form)).then(|| cells(statements, form))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, near};
    use proptest::prelude::*;

    fn statements() -> Vec<Persona> {
        ORDER.into_iter().cycle().take(12).collect()
    }

    fn form(member: i64, answers: [u8; 12]) -> Form {
        let answers = answers.into_iter().map(|answer| (answer > 0).then_some(answer)).collect();
        Form { member, answers, choice: None }
    }

    fn outcome(form: Form) -> Outcome {
        Scoring::of(&statements(), &[form]).people.remove(0).1
    }

    fn mix(form: Form) -> Mix {
        let Outcome::Scored(mix) = outcome(form) else { panic!("not scored") };
        mix
    }

    #[test]
    fn an_educator() {
        let mix = mix(form(1, [5, 3, 2, 3, 5, 2, 1, 4, 4, 3, 2, 3]));
        assert_eq!((mix.primary, mix.secondary), (Persona::Educator, Persona::Collaborator));
        near(mix.gap, 4.0 / 3.0, 1e-12);
        near(mix.se_gap, 0.8 * (2.0_f64 / 3.0).sqrt(), 1e-12);
        assert_eq!(mix.lead, Lead::Clear);
    }

    #[test]
    fn what_cannot_be_scored() {
        assert_eq!(outcome(form(1, [4; 12])), Outcome::NoPreference);
        assert_eq!(
            outcome(form(1, [5, 3, 2, 4, 0, 3, 2, 4, 0, 3, 2, 4])),
            Outcome::Incomplete { missing: 2 }
        );
        assert_eq!(
            outcome(form(1, [0, 0, 0, 0, 1, 2, 3, 4, 5, 4, 3, 2])),
            Outcome::Incomplete { missing: 4 }
        );
        assert_eq!(outcome(form(1, [0; 12])), Outcome::Incomplete { missing: 12 });
    }

    #[test]
    fn the_choice_breaks_a_tie_and_nothing_else() {
        let tied = form(1, [5, 4, 2, 3, 4, 5, 2, 3, 5, 5, 1, 3]);
        assert_eq!(mix(tied.clone()).primary, Persona::Educator);
        let chosen = mix(Form { choice: Some(Persona::Validator), ..tied.clone() });
        assert_eq!((chosen.primary, chosen.secondary), (Persona::Validator, Persona::Educator));
        assert!(chosen.by_choice && chosen.lead == Lead::Tie);
        let elsewhere = mix(Form { choice: Some(Persona::StatusSeeker), ..tied });
        assert_eq!((elsewhere.primary, elsewhere.by_choice), (Persona::Educator, false));
        let clear = form(1, [5, 3, 2, 3, 5, 2, 1, 4, 4, 3, 2, 3]);
        assert!(!mix(Form { choice: Some(Persona::Validator), ..clear }).by_choice);
    }

    #[test]
    fn reference_persona_scoring() {
        let Some(case) = case("03-persona/persona-scoring") else { return };
        let items = case.rows("items.csv");
        let statements: Vec<Persona> =
            items.iter().map(|item| Persona::parse(&item["type"]).unwrap()).collect();
        let forms: Vec<Form> = case
            .rows("answers.csv")
            .iter()
            .map(|row| {
                let answer = |name: &String| row[name].parse::<f64>().ok().map(|answer| answer as u8);
                let answers = items.iter().map(|item| answer(&item["item"])).collect();
                Form { member: row["person"][1..].parse().unwrap(), answers, choice: None }
            })
            .collect();
        let scoring = Scoring::of(&statements, &forms);
        near(scoring.within_sd, case.expected["pooled_within_sd"].as_f64().unwrap(), 1e-9);
        assert_eq!(scoring.df as u64, case.expected["df"].as_u64().unwrap());
        for (member, outcome) in scoring.people {
            let want = &case.expected["people"][format!("p{member:02}")];
            let mix = match outcome {
                Outcome::Incomplete { .. } => {
                    assert_eq!(want["status"], "incomplete");
                    continue;
                }
                Outcome::NoPreference => {
                    assert_eq!(want["status"], "no_preference");
                    continue;
                }
                Outcome::Scored(mix) => mix,
            };
            for persona in Persona::ALL {
                let key = persona.as_str().replace(' ', "_");
                near(mix.means[persona as usize], want["mean"][&key].as_f64().unwrap(), 1e-9);
                near(mix.centred[persona as usize], want["centred"][&key].as_f64().unwrap(), 1e-9);
            }
            assert_eq!(Some(mix.primary), Persona::parse(want["primary"].as_str().unwrap()));
            assert_eq!(Some(mix.secondary), Persona::parse(want["secondary"].as_str().unwrap()));
            near(mix.gap, want["gap"].as_f64().unwrap(), 1e-9);
            near(mix.se_gap, want["se_gap"].as_f64().unwrap(), 1e-9);
            near(mix.confidence, want["confidence"].as_f64().unwrap(), 1e-9);
            assert_eq!(want["label"], mix.lead.as_str());
        }
    }

    proptest! {
        #[test]
        fn centred_means_add_up_to_nothing(rows in prop::collection::vec(prop::array::uniform12(0_u8..=5), 1..20)) {
            let forms: Vec<Form> = (0..).zip(&rows).map(|(id, &row)| form(id, row)).collect();
            let scoring = Scoring::of(&statements(), &forms);
            for (_, outcome) in &scoring.people {
                if let Outcome::Scored(mix) = outcome {
                    prop_assert!(mix.centred.iter().sum::<f64>().abs() < 1e-9);
                    prop_assert!(mix.gap >= 0.0 && (0.5..=1.0).contains(&mix.confidence));
                    prop_assert!(mix.primary != mix.secondary);
                }
            }
            let mut turned = forms.clone();
            turned.reverse();
            let mut again = Scoring::of(&statements(), &turned);
            again.people.reverse();
            prop_assert!((again.within_sd - scoring.within_sd).abs() < 1e-12);
        }
    }
}
