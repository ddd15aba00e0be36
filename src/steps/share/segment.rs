//! Whom `share send --to` and `share brief new --for` mean: each argument adds people.

use crate::app::App;
use crate::app::fail::usage;
use crate::members::segment::{choose, read};
use crate::model::persona::Persona;
use crate::model::segment::{Field, Filter, Term};
use crate::model::stage::Stage;
use crate::model::time::half_width;
use crate::steps::survey::personas;
use crate::store::members::{self, Person};
use anyhow::{Result, bail};
use std::collections::{BTreeMap, BTreeSet};

/// The people the words stand for, each once, in order of id, with their personas. A group leaves out staff and
/// bots; someone named alone is in it whoever they are.
pub fn people(app: &App, words: &[String]) -> Result<(Vec<Person>, BTreeMap<i64, String>)> {
    let filters = filters("--to", words)?;
    let mut chosen: BTreeSet<i64> = BTreeSet::new();
    for (word, filter) in words.iter().zip(filters) {
        if let Filter::Term(Term::Members(names)) = &filter
            && let [name] = names.as_slice()
        {
            chosen.insert(app.member(name)?.id);
            continue;
        }
        let found = choose(app, "--to", word, filter)?;
        if found.len() == 0 {
            bail!(
                "nobody is in '{word}' on {}: see who is where with `groundswell member list`",
                app.as_of()
            );
        }
        chosen.extend(found.people());
    }
    let everyone = members::people(app.store()?, app.as_of())?;
    let people = everyone.into_iter().filter(|person| chosen.contains(&person.id)).collect();
    Ok((people, personas::labels(app)?))
}

/// Each word as a filter. Several words add up, so a condition among them, which elsewhere would narrow, is refused:
/// nobody should get news by a misunderstanding.
pub fn filters(flag: &str, words: &[String]) -> Result<Vec<Filter>> {
    if words.len() > 1
        && let Some(word) = words.iter().find(|word| is_condition(word))
    {
        let all = words.join(" ");
        return Err(usage(format!(
            "{flag}: '{word}' is a condition beside other words. Who fits all of it: {flag} \"{all}\". Who fits any of it: {flag} \"{}\"",
            words.join(" or ")
        )));
    }
    words.iter().map(|word| one(flag, word)).collect()
}

/// Whether a word compares something; `tag:NAME` and `platform:NAME` are names of groups.
fn is_condition(word: &str) -> bool {
    let word = half_width(word.trim());
    let group = word.starts_with("tag:") || word.starts_with("platform:");
    let field = word.split([':', '=', '<', '>', '~', '!']).next().and_then(Field::named);
    let compares = word.contains(['=', '<', '>', '~', '(']) || (word.contains(':') && field.is_some());
    let more = word.contains(['=', '<', '>', '~', '(', ' ']);
    compares && (more || !group)
}

fn one(flag: &str, word: &str) -> Result<Filter> {
    let plain = half_width(word.trim());
    let is = |field, value: &str| Ok(Filter::Term(Term::Is(field, vec![value.into()])));
    if let Some(persona) = Persona::parse(&plain) {
        return is(Field::Persona, &persona.as_str().replace(' ', "-"));
    }
    if let Ok(stage) = plain.parse::<Stage>() {
        return is(Field::Stage, stage.word());
    }
    // A tag of several words needs no quotes where it is an argument of its own.
    if let Some(tag) =
        plain.strip_prefix("tag:").filter(|tag| !tag.contains(['=', '<', '>', '~', '(', '"', ',']))
    {
        return is(Field::Tag, tag.trim());
    }
    read(flag, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(words: &[&str]) -> String {
        let words: Vec<String> = words.iter().map(|word| (*word).to_string()).collect();
        match filters("--to", &words) {
            Ok(all) => all.iter().map(Filter::to_string).collect::<Vec<_>>().join(" + "),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn words_add_up_and_conditions_stand_alone() {
        assert_eq!(
            said(&["advocates", "tag:berlin", "ana@example.com"]),
            "stage=active,on-hold + tag=berlin + ana@example.com"
        );
        assert_eq!(
            said(&["status seeker", "On hold", "x:ana"]),
            "persona=status-seeker + stage=on-hold + \"x:ana\""
        );
        assert_eq!(said(&["tag:early birds"]), "tag=\"early birds\"");
        assert_eq!(said(&["stage=active tag=beta"]), "stage=active tag=beta");
        assert_eq!(said(&["ｔａｇ：ｂｅｔａ"]), "tag=beta");
        let refused = said(&["stage=active", "tag:beta"]);
        assert!(
            refused.contains("--to \"stage=active tag:beta\"")
                && refused.contains("--to \"stage=active or tag:beta\""),
            "{refused}"
        );
        assert!(said(&["not-asked:30d", "ana@example.com"]).contains("is a condition"));
    }
}
