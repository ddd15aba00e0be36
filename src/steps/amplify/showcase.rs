//! `amplify showcase`: a page of the best contributions, to publish.

use super::best::Ranking;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::period::Span;
use crate::members::segment::Who;
use crate::model::consent::NAMED;
use crate::model::identity::is_link;
use crate::output::safe::{counted, line};
use crate::store::{contributions, segments, settings};
use anyhow::{Result, bail};
use clap::Args;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How many contributions the page has unless told, and how many of one person.
const USUAL: usize = 12;
const OF_EACH: usize = 2;

/// A page of the best contributions, to publish.
///
/// One HTML file without scripts, in English or Chinese (--lang), that prints and reads on a phone. Only who said yes to
/// being named is on it, each with two at most; the others are left out, and it is said how to ask them. The text is `page-showcase` of
/// `groundswell templates`.
///
/// Example: groundswell amplify showcase --period 2026-Q2 -o showcase.html
#[derive(Debug, Args)]
pub struct Showcase {
    #[command(flatten)]
    span: Span,
    /// How many
    #[arg(long, value_name = "N", default_value_t = USUAL)]
    top: usize,
    /// The heading, in place of the page's own
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    #[command(flatten)]
    who: Who,
}

impl Showcase {
    /// Writes the page.
    pub fn run(self, app: &App) -> Result<End> {
        if app.screen.redact.is_some() {
            return Err(usage("--redact: a page to publish names people and their work; leave it out"));
        }
        let period = self.span.or_usual(app)?;
        let ranking = Ranking::of(app, (period.from, period.to), None)?;
        let Picked { chosen, silent } = self.pick(app, &ranking)?;
        let items = items(app, &ranking, &chosen)?;
        tell_silent(app, &silent)?;
        if items.is_empty() {
            bail!(
                "there is nothing to show: no contribution from {period} with engagements is by someone who agreed to be named; ask them, then: groundswell member consent MEMBER --for named yes --source TEXT"
            );
        }
        let values = json!({
            "program": settings::read(app.store()?, "name")?.unwrap_or_default(),
            "title": self.title.map(|title| line(title.trim())).filter(|title| !title.is_empty()),
            "from": period.is_bounded().then(|| period.from.to_string()),
            "to": period.to.to_string(),
            "items": items,
        });
        let text = app.texts().get(&format!("templates/{}/page-showcase.html", app.lang().word()))?;
        app.screen.data(&text.fill(values)?)?;
        app.screen.say(&format!(
            "{} from {period}, each by someone who agreed to be named",
            counted(items.len(), "contribution", "contributions")
        ));
        app.screen.next(
            "groundswell amplify promote N --place \"showcase\"",
            "for each, so that it counts as promoted",
        );
        Ok(End::Done)
    }

    /// The best by those who agreed to be named, as many as fit.
    fn pick(&self, app: &App, ranking: &Ranking) -> Result<Picked> {
        let who = self.who.chosen(app)?;
        let mut agreed = BTreeSet::new();
        segments::consents(app.store()?, app.as_of(), |person, purpose| {
            if purpose == NAMED {
                agreed.insert(person);
            }
        })?;
        let mut of_each: BTreeMap<i64, usize> = BTreeMap::new();
        let mut picked = Picked { chosen: Vec::new(), silent: Vec::new() };
        for one in ranking.ranked.iter().filter(|one| one.seen.engagements > 0) {
            let Some(person) = ranking.numbers(one.seen.id).map(|one| one.person) else { continue };
            if picked.chosen.len() == self.top {
                break;
            }
            if who.as_ref().is_some_and(|who| !who.contains(person)) {
                continue;
            }
            if agreed.contains(&person) {
                let mine = of_each.entry(person).or_insert(0);
                *mine += 1;
                if *mine <= OF_EACH {
                    picked.chosen.push(one.seen.id);
                }
            } else if !picked.silent.contains(&person) {
                picked.silent.push(person);
            }
        }
        Ok(picked)
    }
}

/// What is on the page, and who could have been.
struct Picked {
    /// Contributions, best first.
    chosen: Vec<i64>,
    /// Members who would be on it, but have not agreed to be named.
    silent: Vec<i64>,
}

/// What the page says of each contribution.
fn items(app: &App, ranking: &Ranking, chosen: &[i64]) -> Result<Vec<Value>> {
    let made = contributions::some(app.store()?, &chosen.iter().copied().collect())?;
    let names = app.names(made.values().map(|one| one.person))?;
    let item = |id: &i64| {
        let (one, numbers) = (made.get(id)?, ranking.numbers(*id)?);
        let url = one.url.clone().filter(|url| is_link(url) && url.starts_with("http"));
        // What is only estimated is nothing to publish.
        let is_known = numbers.grade != 'D';
        let shown = |count: Option<i64>| count.filter(|count| *count > 0 && is_known).map(grouped);
        Some(json!({
            "title": one.title.as_deref().map(line), "url": url, "platform": one.platform, "kind": one.kind,
            "day": one.day.to_string(), "name": names.get(&one.person).map(|name| line(name)),
            "reach": shown(numbers.reach), "engagements": shown(numbers.engagements),
        }))
    };
    Ok(chosen.iter().filter_map(item).collect())
}

/// Who was left out, and how to ask them.
fn tell_silent(app: &App, silent: &[i64]) -> Result<()> {
    let Some(first) = silent.first() else { return Ok(()) };
    let names = app.names(silent.iter().copied())?;
    let list: Vec<String> = silent
        .iter()
        .take(10)
        .map(|person| format!("{} (member {person})", names.get(person).map_or("someone", String::as_str)))
        .collect();
    let more = silent.len().saturating_sub(list.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    app.screen.say(&format!(
        "Left out, since they have not agreed to be named: {}{more}. Once they say yes: groundswell member consent {first} --for named yes --source TEXT",
        list.join(", ")
    ));
    Ok(())
}

/// Thousands apart.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        let shown = [5, 999, 1000, 1_234_567].map(grouped);
        assert_eq!(shown, ["5", "999", "1,000", "1,234,567"]);
    }
}
