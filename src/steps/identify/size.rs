//! `identify size`: how many to invite, and why so many.

use super::evaluation::{Rules, Size};
use crate::app::App;
use crate::app::fail::End;
use crate::model::stage::Stage;
use crate::output::{Cell, Table};
use crate::stats::estimate::{Estimate, LEVEL};
use crate::stats::proportion::wilson;
use crate::store::{invitations, members, overview, stages};
use anyhow::Result;
use clap::Args;

/// How many to invite, and why so many.
///
/// From your goal backwards: how many still have to join, how many of those who say yes stay, how many of those asked say
/// yes. Cast a wide net first: whom it suits shows only when they begin.
///
/// Example: groundswell identify size --goal 40
#[derive(Debug, Args)]
pub struct HowMany {
    /// How many advocates you want; without it, the program's goal
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    goal: Option<u32>,
}

/// A share with the ends it may have, 0-1.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Share {
    value: f64,
    lo: f64,
    hi: f64,
}

impl Share {
    fn assumed(percent: f64, low: f64, high: f64) -> Self {
        Self { value: percent / 100.0, lo: low / 100.0, hi: high / 100.0 }
    }
}

impl From<Estimate> for Share {
    fn from(estimate: Estimate) -> Self {
        Self { value: estimate.value, lo: estimate.lo, hi: estimate.hi }
    }
}

/// What the reckoning starts from.
#[derive(Debug, Clone, Copy)]
struct Now {
    goal: u64,
    advocates: u64,
    /// Invited, and no answer yet.
    waiting: u64,
    /// Those who could be invited and made something lately.
    makers: u64,
    yes: Share,
    staying: Share,
}

/// How many invitations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Plan {
    /// How many still have to join, those who leave again included.
    joining: Range,
    /// How many to invite beside those who have not answered.
    invite: Range,
    /// How many to begin with.
    first: u64,
}

/// A number of people: likely, at least, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    likely: u64,
    least: u64,
    most: u64,
}

impl Range {
    /// So many divided by a share.
    fn of(people: Range, share: Share) -> Self {
        let up =
            |people: u64, share: f64| if share > 0.0 { (people as f64 / share).ceil() as u64 } else { 0 };
        Self {
            likely: up(people.likely, share.value),
            least: up(people.least, share.hi),
            most: up(people.most, share.lo),
        }
    }

    fn less(self, people: u64) -> Self {
        let less = |number: u64| number.saturating_sub(people);
        Self { likely: less(self.likely), least: less(self.least), most: less(self.most) }
    }
}

impl Plan {
    fn of(now: &Now) -> Self {
        let missing = now.goal.saturating_sub(now.advocates);
        let missing = Range { likely: missing, least: missing, most: missing };
        let joining = Range::of(missing, now.staying);
        let invite = Range::of(joining, now.yes).less(now.waiting);
        // The wide net: rather too many at first, but nobody who never made anything before those who did.
        Self { joining, invite, first: invite.most.min(now.makers.max(invite.likely)) }
    }
}

impl HowMany {
    /// Shows the reckoning.
    pub fn run(self, app: &App) -> Result<End> {
        let (store, as_of, rules) = (app.store()?, app.as_of(), Rules::shipped()?);
        let size = rules.size;
        let people = members::counts(store)?.0;
        let counts = stages::counts(store, as_of)?;
        let at = |stage: Stage| {
            counts.iter().find(|(known, _)| *known == stage).map_or(0, |(_, people)| people.unsigned_abs())
        };
        let goal = match self.goal {
            Some(goal) => u64::from(goal),
            None => app.number("goals.advocates", 0.0)?.max(0.0) as u64,
        };
        let (answered, said_yes) = invitations::answers(store, as_of)?;
        let (joined, stayed) = overview::stayed(store, as_of, rules.outcome.within_days)?;
        let makers = overview::makers(store, as_of, size.contributing_days)?;
        let own = |count: u64, n: u64| wilson(count, n, LEVEL).filter(|_| n >= size.fewest_answers);
        let (yes, staying) = (own(said_yes, answered), own(stayed, joined));
        let now = Now {
            goal,
            advocates: at(Stage::Active) + at(Stage::OnHold),
            waiting: at(Stage::Invited) + at(Stage::Interested),
            makers: makers.unsigned_abs(),
            yes: yes.map_or_else(|| size.yes(), Share::from),
            staying: staying.map_or_else(|| size.staying(), Share::from),
        };
        let plan = Plan::of(&now);
        let yes_why = why(yes.is_some(), "answers", (said_yes, answered), size.fewest_answers);
        let staying_why = why(staying.is_some(), "advocates", (stayed, joined), size.fewest_answers);
        app.screen.show(&table(app, people, &now, &plan, [&staying_why, &yes_why], rules.explore.percent))?;
        if plan.first == 0 {
            app.screen
                .next("groundswell member list --stage active", "those you have: look after them first");
        } else {
            let command = format!("groundswell identify shortlist --top {}", plan.first);
            app.screen.next(&command, "the best so many; look at them before you write");
        }
        Ok(End::Done)
    }
}

impl Size {
    fn yes(&self) -> Share {
        Share::assumed(self.yes_percent, self.yes_percent_low, self.yes_percent_high)
    }

    fn staying(&self) -> Share {
        Share::assumed(self.staying_percent, self.staying_percent_low, self.staying_percent_high)
    }
}

fn why(own: bool, of: &str, (count, n): (u64, u64), fewest: u64) -> String {
    if own {
        format!("your own: {count} of {n} {of}, likely within these ends (95 %)")
    } else {
        format!("assumed: an opinion, until you have {fewest} {of} of your own (now {n})")
    }
}

fn table(app: &App, people: i64, now: &Now, plan: &Plan, [staying, yes]: [&str; 2], percent: u32) -> Table {
    let mut table = Table::new(&["figure", ">likely", ">least", ">most", "unit", "~why"]);
    let mut count = |figure: &str, range: Range, why: &str| {
        let number = |people: u64| Cell::from(people as i64);
        let cells = [number(range.likely), number(range.least), number(range.most)];
        row(&mut table, figure, cells, "people", why);
    };
    let just = |people: u64| Range { likely: people, least: people, most: people };
    count("community", just(people.unsigned_abs()), "everyone known, without staff and bots");
    count("makers", just(now.makers), "could be invited, and made something in the last year");
    count("goal", just(now.goal), "what you want; `--goal` tries another");
    count("advocates", just(now.advocates), "joined, and still with us");
    count("still to join", plan.joining, "the rest of the goal, and those who will leave again");
    count("no answer yet", just(now.waiting), "invited or interested: not to be invited twice");
    count("to invite", plan.invite, "so that enough say yes, beside those who have not answered");
    count("to begin with", just(plan.first), "a wide net: nearer the most than the likely, makers first");
    let share = |share: Share| [share.value, share.lo, share.hi].map(|part| Cell::number(part * 100.0, 0));
    row(&mut table, "of those who join, stay", share(now.staying), "%", staying);
    row(&mut table, "of those asked, say yes", share(now.yes), "%", yes);
    if now.goal == 0 {
        table.note("The program has no goal: say one with --goal N.");
    } else if plan.first == 0 {
        table.note("You have as many as you want: nobody needs to be invited.");
    }
    table.note(format!(
        "As of {}. `identify invite --top` draws {percent} % of its invitations by lot from those it did not choose, to judge the ranking by.",
        app.as_of()
    ));
    table
}

fn row(table: &mut Table, figure: &str, [likely, least, most]: [Cell; 3], unit: &str, why: &str) {
    table.row(vec![figure.into(), likely, least, most, unit.into(), why.into()]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn now(goal: u64, advocates: u64, waiting: u64, makers: u64) -> Now {
        Now {
            goal,
            advocates,
            waiting,
            makers,
            yes: Share { value: 0.3, lo: 0.15, hi: 0.5 },
            staying: Share { value: 0.6, lo: 0.4, hi: 0.8 },
        }
    }

    #[test]
    fn from_the_goal_backwards() {
        let plan = Plan::of(&now(30, 6, 10, 200));
        // 24 missing: 24/.6 = 40 join, 24/.8 = 30 at least, 24/.4 = 60 at most.
        assert_eq!(plan.joining, Range { likely: 40, least: 30, most: 60 });
        // 40/.3 = 134, 30/.5 = 60, 60/.15 = 400, less the 10 who have not answered.
        assert_eq!(plan.invite, Range { likely: 124, least: 50, most: 390 });
        assert_eq!(plan.first, 200);
    }

    #[test]
    fn who_has_enough_invites_nobody() {
        assert_eq!(Plan::of(&now(30, 30, 0, 200)).first, 0);
    }

    proptest! {
        #[test]
        fn the_ends_stand_around(goal in 0_u64..500, advocates in 0_u64..500, waiting in 0_u64..500, makers in 0_u64..9000) {
            let plan = Plan::of(&now(goal, advocates, waiting, makers));
            for range in [plan.joining, plan.invite] {
                prop_assert!(range.least <= range.likely && range.likely <= range.most);
            }
            prop_assert!(plan.first <= plan.invite.most && plan.first >= plan.invite.likely);
        }
    }
}
