//! Whom words such as `advocates`, `educator`, `tag:berlin` or a name stand for.

use crate::app::App;
use crate::model::identity::platform_name;
use crate::model::persona::Persona;
use crate::model::stage::Stage;
use crate::model::time::half_width;
use crate::steps::survey::personas;
use crate::store::members::{self, Person};
use anyhow::{Result, bail};
use std::collections::BTreeMap;

/// The people the words stand for, each once, in order of id, with their personas. A group leaves out staff and
/// bots; someone named alone is in it whoever they are.
pub fn people(app: &App, words: &[String]) -> Result<(Vec<Person>, BTreeMap<i64, String>)> {
    let labels = personas::labels(app)?;
    let everyone = members::people(app.store()?, app.as_of())?;
    let mut chosen: BTreeMap<i64, Person> = BTreeMap::new();
    for word in words {
        let Some(fits) = group(app, word, &labels)? else {
            let person = app.member(word)?;
            chosen.insert(person.id, person);
            continue;
        };
        let size = chosen.len();
        let wanted = everyone.iter().filter(|person| person.standing == "member" && fits(person));
        let found: Vec<&Person> = wanted.collect();
        if found.is_empty() && size == chosen.len() {
            bail!(
                "nobody is in '{word}' on {}: see who is where with `groundswell member list`",
                app.as_of()
            );
        }
        chosen.extend(found.into_iter().map(|person| (person.id, person.clone())));
    }
    Ok((chosen.into_values().collect(), labels))
}

type Fits<'a> = Box<dyn Fn(&Person) -> bool + 'a>;

/// The test a group's word stands for; none where it names one member.
fn group<'a>(app: &App, word: &str, labels: &'a BTreeMap<i64, String>) -> Result<Option<Fits<'a>>> {
    let word = half_width(word.trim());
    if let Some(tag) = word.strip_prefix("tag:") {
        let tagged = members::tagged(app.store()?, tag.trim())?;
        return Ok(Some(Box::new(move |person| tagged.contains(&person.id))));
    }
    if let Some(platform) = word.strip_prefix("platform:") {
        let present = members::on_platform(app.store()?, &platform_name(platform))?;
        return Ok(Some(Box::new(move |person| present.contains(&person.id))));
    }
    if word.eq_ignore_ascii_case("advocates") {
        return Ok(Some(Box::new(|person| person.stage.is_advocate())));
    }
    if let Ok(stage) = word.parse::<Stage>() {
        return Ok(Some(Box::new(move |person| person.stage == stage)));
    }
    let persona = Persona::parse(&word);
    Ok(persona.map(|persona| -> Fits<'a> {
        Box::new(move |person| {
            labels
                .get(&person.id)
                .is_some_and(|label| label.split(" / ").any(|word| word == persona.as_str()))
        })
    }))
}
