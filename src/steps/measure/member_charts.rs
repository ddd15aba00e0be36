//! The charts of an advocate's own report: their audience, and what they made, month by month.

use super::audience;
use super::contributions::Contributions;
use super::months::{self, months};
use super::reach_rows::Advocate;
use crate::app::App;
use crate::app::period::Period;
use crate::app::words::Words;
use crate::output::chart::Chart;
use crate::output::document::Figure;
use crate::output::grid::Grid;
use crate::store::reports;
use crate::store::settled::acts;
use anyhow::Result;
use serde_json::json;

/// How many months are looked back over.
const MONTHS: u32 = 12;

/// The figures, named as the report's text calls them; none for who never joined.
pub fn figures(app: &App, words: &Words, advocate: &Advocate, period: Period) -> Result<Vec<Figure>> {
    let Some(joined) = advocate.joined else { return Ok(Vec::new()) };
    let (store, as_of) = (app.store()?, app.as_of());
    let mut audience = Grid::new(words.columns(&["month", "audience"])?);
    let mut work = Grid::new(words.columns(&["month", "contributions", "engagements"])?);
    for month in months(joined, period.to, MONTHS) {
        let name = words.forms.month(&months::name(month));
        let counts = reports::followers(store, as_of, Some(month.to))?;
        let mine = |person| (person == advocate.member).then_some(month.to);
        let known = audience::known(&counts, mine).0;
        audience.row(vec![name.clone(), words.forms.count(known.get(&advocate.member).map(audience::sum))]);
        let mut made = Contributions::default();
        for act in &acts::made(store, as_of, (month.from, month.to), Some(advocate.member))?.acts {
            made.see(act, None);
        }
        work.row(vec![name, words.forms.count(Some(made.count)), words.forms.count(made.engagements)]);
    }
    let values = json!({ "as_of": words.forms.date(&as_of.to_string()) });
    let figure = |name: &str, key: &str, grid: Grid, chart: Chart| -> Result<Figure> {
        Ok(Figure {
            axis: words.say(name, "axis", &values)?,
            caption: words.say(name, "caption", &values)?,
            empty: words.say(name, "empty", &values)?,
            chart: Some(chart),
            ..Figure::of(key, words.say(name, "figure", &values)?, grid)
        })
    };
    let line = Chart::Line { x: "month", value: "audience", ends: None };
    let lanes = Chart::Lanes { x: "month", lanes: vec!["contributions", "engagements"] };
    Ok(vec![figure("your_audience", "audience", audience, line)?, figure("your_work", "work", work, lanes)?])
}
