//! `--map field=Column`: what the user says a column is.
use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use super::plan::{Plan, Source, Wishes};
use crate::app::fail::usage;
use crate::import::headers::{folded, title};
use crate::import::reader::column::Column;
use crate::model::field::Field;
use crate::model::kind::Kind;

/// The columns the user named.
#[derive(Debug, Default)]
pub(super) struct Mapped {
    pub fields: BTreeMap<Field, usize>,
    pub statements: BTreeMap<u8, usize>,
    pub without: BTreeSet<usize>,
}

/// Finds the fields and columns that were named; the nearest names stand in the error.
pub(super) fn read(wishes: &Wishes, columns: &[Column]) -> Result<Mapped> {
    let (kind, mut mapped) = (wishes.as_kind, Mapped::default());
    for header in &wishes.without {
        mapped.without.insert(column(header, columns).with_context(|| format!("--without {header}"))?);
    }
    for (field, header) in &wishes.map {
        let said = || format!("--map {field}={header}");
        let column = column(header, columns).with_context(said)?;
        if let Some(number) = statement(field) {
            mapped.statements.insert(number, column);
            continue;
        }
        let Ok(known) = folded(field).parse::<Field>() else {
            let fields = kind.map_or_else(all_fields, |kind| kind.fields().to_vec());
            let names: Vec<String> = fields.iter().map(ToString::to_string).collect();
            let wrong = usage(format!("`{field}` is no field; {}", nearest(field, &names)));
            return Err(wrong.context(said()));
        };
        mapped.fields.insert(known, column);
    }
    Ok(mapped)
}

/// `s7` or `statement7`: the seventh persona statement.
fn statement(field: &str) -> Option<u8> {
    let field = folded(field);
    field
        .strip_prefix("statement")
        .or_else(|| field.strip_prefix('s'))?
        .trim_matches([' ', '-', '_'])
        .parse()
        .ok()
}

fn all_fields() -> Vec<Field> {
    let mut fields: Vec<Field> = Kind::ALL.iter().flat_map(|kind| kind.fields().iter().copied()).collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// A column by any of its header cells; by `#3` where it has none, or where several share one.
fn column(header: &str, columns: &[Column]) -> Result<usize> {
    let wanted = folded(header);
    let named: Vec<&Column> =
        columns.iter().filter(|c| c.names.iter().any(|name| folded(name) == wanted)).collect();
    let numbered = wanted.strip_prefix('#').and_then(|number| number.parse::<usize>().ok());
    match (named.as_slice(), numbered) {
        ([one], _) if !wanted.is_empty() => Ok(one.index),
        ([], Some(number)) if (1..=columns.len()).contains(&number) => Ok(columns[number - 1].index),
        ([_, _, ..], _) if !wanted.is_empty() => {
            let places: Vec<String> = named.iter().map(|column| format!("#{}", column.index + 1)).collect();
            Err(usage(format!(
                "several columns are called `{header}`; name one by its place: {}",
                places.join(" or ")
            )))
        }
        _ => {
            let titles: Vec<String> = columns.iter().map(title).collect();
            Err(usage(format!("no column is called `{header}`; {}", nearest(header, &titles))))
        }
    }
}

/// The names most like a text, as the end of an error.
pub fn nearest(text: &str, names: &[String]) -> String {
    let likeness = |name: &String| {
        let (text, name) = (folded(text), folded(name));
        if name.contains(&text) || text.contains(&name) { 1.0 } else { strsim::jaro_winkler(&text, &name) }
    };
    let mut ranked: Vec<(&String, f64)> = names.iter().map(|name| (name, likeness(name))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let near: Vec<String> = ranked
        .iter()
        .take_while(|(_, like)| *like > 0.7)
        .take(3)
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    if near.is_empty() {
        let all: Vec<String> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
        format!("there are {}", all.join(", "))
    } else {
        format!("did you mean {}?", near.join(" or "))
    }
}

/// How a column is named on the command line: by its header where only it has that, else by its place.
pub fn address(column: &Column, columns: &[Column]) -> String {
    let header = title(column);
    let wanted = folded(&header);
    let named = columns.iter().filter(|other| other.names.iter().any(|name| folded(name) == wanted)).count();
    if named == 1 { header } else { format!("#{}", column.index + 1) }
}

/// Takes the columns that are to stay unread out of a plan.
fn leave_out(without: &BTreeSet<usize>, plan: &mut Plan) {
    for source in plan.fields.values_mut() {
        if let Source::Sum(columns) | Source::Join(columns) = source {
            columns.retain(|column| !without.contains(column));
        }
    }
    plan.fields.retain(|_, source| {
        let columns = source.columns();
        !columns.is_empty() && columns.iter().all(|column| !without.contains(column))
    });
    plan.metrics.retain(|(_, column)| !without.contains(column));
    plan.statements.retain(|_, column| !without.contains(column));
}

/// Puts the named columns into a plan, in place of what was found.
pub(super) fn apply(mapped: &Mapped, plan: &mut Plan) -> Result<()> {
    leave_out(&mapped.without, plan);
    for (&field, &column) in &mapped.fields {
        // Who answered, in the user's words: from then on a person, not only an id that tells answers apart.
        let field = if plan.kind.is_response() && field == Field::Customer { Field::Handle } else { field };
        if !plan.kind.fields().contains(&field) {
            let names: Vec<String> = plan.kind.fields().iter().map(ToString::to_string).collect();
            return Err(usage(format!(
                "--map: {} have no field `{field}`; {}",
                plan.kind,
                nearest(field.as_str(), &names)
            )));
        }
        plan.fields.retain(|other, source| *other == field || *source != Source::Column(column));
        plan.fields.insert(field, Source::Column(column));
    }
    plan.statements.extend(&mapped.statements);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Vec<Column> {
        let column = |(index, name): (usize, &&str)| Column {
            index,
            names: vec![(*name).to_owned()],
            ..Column::default()
        };
        names.iter().enumerate().map(column).collect()
    }

    fn map(field: &str, header: &str) -> Wishes {
        Wishes { map: vec![(field.to_owned(), header.to_owned())], ..Wishes::default() }
    }

    #[test]
    fn a_column_is_named_by_its_header_or_its_place() {
        let columns = columns(&["Score", "", "Other", "Other"]);
        assert_eq!(read(&map("score", "SCORE "), &columns).unwrap().fields[&Field::Score], 0);
        assert_eq!(read(&map("score", "#2"), &columns).unwrap().fields[&Field::Score], 1);
        assert_eq!(read(&map("s7", "#2"), &columns).unwrap().statements[&7], 1);
        let error = format!("{:#}", read(&map("score", "other"), &columns).unwrap_err());
        assert!(error.contains("#3 or #4"), "{error}");
    }

    #[test]
    fn a_wrong_name_is_an_error_with_the_nearest() {
        let columns = columns(&["NPS score", "Comment"]);
        let wishes = Wishes { as_kind: Some(Kind::Nps), ..map("scor", "Comment") };
        let error = format!("{:#}", read(&wishes, &columns).unwrap_err());
        assert!(error.contains("did you mean `score`"), "{error}");
        let error = format!("{:#}", read(&map("score", "NPS scores"), &columns).unwrap_err());
        assert!(error.contains("did you mean `NPS score`"), "{error}");
        let error = format!("{:#}", read(&map("score", "zzz"), &columns).unwrap_err());
        assert!(error.contains("there are `NPS score`, `Comment`"), "{error}");
    }

    #[test]
    fn a_column_is_addressed_so_that_it_is_found() {
        let columns = columns(&["Score", "", "Other", "other "]);
        let addresses: Vec<String> = columns.iter().map(|column| address(column, &columns)).collect();
        assert_eq!(addresses, ["Score", "#2", "#3", "#4"]);
    }

    #[test]
    fn a_column_that_is_left_out_is_not_read() {
        let mut plan = Plan::of(Kind::Activity);
        plan.fields.insert(Field::Engagements, Source::Sum(vec![0, 1]));
        plan.fields.insert(Field::Title, Source::Column(2));
        let wishes = Wishes { without: vec!["likes".into(), "title".into()], ..Wishes::default() };
        let mapped = read(&wishes, &columns(&["likes", "shares", "title"])).unwrap();
        apply(&mapped, &mut plan).unwrap();
        assert_eq!(plan.fields, BTreeMap::from([(Field::Engagements, Source::Sum(vec![1]))]));
    }

    #[test]
    fn a_field_of_another_kind_is_an_error() {
        let mapped = read(&map("stage", "a"), &columns(&["a"])).unwrap();
        let error = apply(&mapped, &mut Plan::of(Kind::Nps)).unwrap_err().to_string();
        assert!(error.contains("nps have no field `stage`"), "{error}");
    }

    #[test]
    fn the_customer_of_an_answer_becomes_a_person() {
        let mapped = read(&map("customer", "ID"), &columns(&["ID"])).unwrap();
        let mut plan = Plan::of(Kind::Nps);
        plan.fields.insert(Field::Customer, Source::Column(0));
        apply(&mapped, &mut plan).unwrap();
        assert_eq!(plan.fields, BTreeMap::from([(Field::Handle, Source::Column(0))]));
    }
}
