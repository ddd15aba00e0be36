//! `identify rank`: who could be an advocate, best first.

use super::board::Board;
use super::score::Scored;
use super::signals::NAMES;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::members::segment::Who;
use crate::model::segment::{Field, Term};
use crate::model::stage::Stage;
use crate::output::{Cell, Table};
use crate::store::members::{self, Person};
use anyhow::Result;
use clap::Args;

/// Who could be an advocate, best first.
///
/// 50 is the middle of your community. A signal that was not seen is unknown, not zero: coverage says how much of the
/// score is known.
///
/// Example: groundswell identify rank --top 20
#[derive(Debug, Args)]
pub struct Rank {
    /// Only the best N
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    #[command(flatten)]
    who: Who,
    /// Only those at this stage (may be given more than once)
    #[arg(long)]
    stage: Vec<String>,
    /// Also those who joined, left, declined or were removed
    #[arg(long)]
    all: bool,
}

impl Rank {
    /// Lists the ranking.
    pub fn run(self, app: &App) -> Result<End> {
        let stages =
            self.stage.iter().map(|word| word.parse().map_err(usage)).collect::<Result<Vec<Stage>>>()?;
        let board = Board::read(app)?;
        let who = self.who.chosen(app)?;
        // Who asks for a stage means whoever is there, joined or not.
        let asks_stage = who.as_ref().is_some_and(|who| {
            who.filter.terms().iter().any(|term| matches!(term, Term::Is(Field::Stage, _) | Term::Saved(_)))
        });
        let everyone = self.all || asks_stage || stages.iter().any(|&stage| !super::board::may_join(stage));
        let (most, mut ranked, mut places) = (self.top.unwrap_or(usize::MAX), 0, Vec::new());
        let wanted = |stage: Stage, scored: &Scored| {
            (stages.is_empty() || stages.contains(&stage))
                && who.as_ref().is_none_or(|who| who.contains(scored.member))
        };
        let mut table = Table::new(&[
            ">rank", "member", "name", "?email", "stage", ">score", ">coverage", ">?engagement", ">?sentiment",
            ">?loyalty", ">?usage", "flag",
        ])
        .or_say("Nobody can be ranked yet: bring in activity, survey answers or usage with `groundswell import FILE`, or ask for fewer conditions.");
        for (stage, scored) in board.candidates(&board.ranking, everyone) {
            ranked += 1;
            if places.len() < most && wanted(stage, &scored) {
                places.push((ranked, (stage, scored)));
            }
        }
        let listed = places.iter().map(|(_, (_, scored))| scored.member).collect();
        let people = members::these(app.store()?, &listed, app.as_of())?;
        for (place, (stage, scored)) in &places {
            if let Some(person) = people.get(&scored.member) {
                table.row(row(app, &board, *place, (person, *stage), scored));
            }
        }
        table.notes.extend(
            who.as_ref().map(|who| format!("{} Ranks are among all {ranked} candidates.", who.note())),
        );
        board.notes(&mut table, app.as_of());
        app.screen.show(&table)?;
        if let Some((_, (_, best))) = places.first() {
            app.screen.next(
                &format!("groundswell identify explain {}", best.member),
                "why they stand where they stand",
            );
        } else {
            app.screen.next("groundswell import FILE", "an export that says who does what");
        }
        Ok(End::Done)
    }
}

fn row(
    app: &App,
    board: &Board,
    rank: usize,
    (person, stage): (&Person, Stage),
    scored: &Scored,
) -> Vec<Cell> {
    let parts = board.ranking.parts(scored);
    let percentile = |signal: usize| {
        let part = parts.iter().find(|part| part.signal == signal);
        part.map_or(Cell::Missing, |part| Cell::number(part.percentile, 1))
    };
    let first = board.seen(person.id).is_some_and(|seen| seen.is_detractor(app.as_of()));
    let mut cells = vec![
        rank.into(),
        person.id.into(),
        person.name.clone().into(),
        person.email.clone().into(),
        stage.word().into(),
        Cell::number(scored.tenths() as f64 / 10.0, 1),
        Cell::number(scored.coverage, 2),
    ];
    cells.extend((0..NAMES.len()).map(percentile));
    cells.push(first.then_some("talk first").into());
    cells
}
