//! How a file was read last time, for the next one with the same headers.

use super::run::Options;
use super::understand::Wishes;
use super::values::dates::DateOrder;
use super::values::numbers::Style;
use crate::app::ask::quoted;
use crate::model::kind::Kind;
use serde_json::{Value, json};

/// What was said about a file, as text; empty where nothing was.
pub fn write(options: &Options) -> String {
    let wishes = &options.wishes;
    let mut said = serde_json::Map::new();
    let mut say = |name: &str, value: Value| {
        if !value.is_null() {
            said.insert(name.into(), value);
        }
    };
    say("as", json!(wishes.as_kind.map(Kind::as_str)));
    say("scale", json!(wishes.scale.map(|scale| scale.to_string())));
    say("platform", json!(wishes.platform));
    say("decimal", json!(options.decimal.map(Style::name)));
    say("date_order", json!(options.order.map(DateOrder::name)));
    if !wishes.map.is_empty() {
        say("map", json!(wishes.map));
    }
    if !wishes.without.is_empty() {
        say("without", json!(wishes.without));
    }
    if said.is_empty() { String::new() } else { Value::Object(said).to_string() }
}

/// What is said of columns, as flags.
pub fn columns(wishes: &Wishes) -> Vec<String> {
    let map = wishes.map.iter().map(|(field, column)| flag("--map", &format!("{field}={column}")));
    map.chain(wishes.without.iter().map(|column| flag("--without", column))).collect()
}

/// A flag with its value, quoted as a shell reads it.
pub fn flag(name: &str, value: &str) -> String {
    format!("{name} {}", quoted(value))
}

/// Fills in what the command line leaves open with what was said last time; the words of what was filled in.
pub fn read(text: &str, options: &mut Options) -> Vec<String> {
    let Ok(said) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    let word = |name: &str| said.get(name).and_then(Value::as_str).map(str::to_string);
    let mut filled = Vec::new();
    let wishes = &mut options.wishes;
    if wishes.as_kind.is_none() {
        wishes.as_kind = word("as").and_then(|kind| kind.parse().ok());
        filled.extend(wishes.as_kind.map(|kind| format!("--as {kind}")));
    }
    if wishes.scale.is_none() {
        wishes.scale = word("scale").and_then(|scale| scale.parse().ok());
        filled.extend(wishes.scale.map(|scale| format!("--scale {scale}")));
    }
    if wishes.platform.is_none() {
        wishes.platform = word("platform");
        filled.extend(wishes.platform.as_ref().map(|platform| flag("--platform", platform)));
    }
    if options.decimal.is_none() {
        options.decimal = word("decimal").and_then(|style| Style::parse(&style));
        filled.extend(options.decimal.map(|style| format!("--decimal {}", style.name())));
    }
    if options.order.is_none() {
        options.order = word("date_order").and_then(|order| DateOrder::parse(&order));
        wishes.date_order = options.order.is_some();
        filled.extend(options.order.map(|order| format!("--date-order {}", order.name())));
    }
    // Who names columns now says all there is to say of them.
    if wishes.map.is_empty() && wishes.without.is_empty() {
        let pairs =
            said.get("map").and_then(|map| serde_json::from_value::<Vec<(String, String)>>(map.clone()).ok());
        let without =
            said.get("without").and_then(|list| serde_json::from_value::<Vec<String>>(list.clone()).ok());
        (wishes.map, wishes.without) = (pairs.unwrap_or_default(), without.unwrap_or_default());
        filled.extend(columns(wishes));
    }
    filled
}
