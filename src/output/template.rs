//! Texts with holes: templates that a user may copy and change. They read nothing but what they are given.

use super::{markdown, safe};
use anyhow::{Result, anyhow};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

/// Steps one rendering may take before it counts as runaway.
const FUEL: u64 = 1_000_000;

/// Fills a template. `name` decides the escaping: `.html` escapes for HTML, `.md` for Markdown, and others
/// not at all. A mistake in the template is an error with its file, line and column.
pub fn fill(name: &str, template: &str, values: impl Serialize) -> Result<String> {
    let escape = match name.rsplit('.').next() {
        Some("html") => AutoEscape::Html,
        Some("md") => AutoEscape::Custom("markdown".into()),
        _ => AutoEscape::None,
    };
    filled(name, template, escape, values)
}

/// Fills a template without any escaping, as a mail is read.
pub fn fill_plain(name: &str, template: &str, values: impl Serialize) -> Result<String> {
    filled(name, template, AutoEscape::None, values)
}

fn filled(name: &str, template: &str, escape: AutoEscape, values: impl Serialize) -> Result<String> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    let syntax = SyntaxConfig::builder().keep_trailing_newline(true).build()?;
    environment.set_syntax(syntax);
    environment.set_debug(true);
    environment.set_auto_escape_callback(move |_| escape.clone());
    environment.set_formatter(|out, state, value| {
        if matches!(state.auto_escape(), AutoEscape::Custom(_)) && !value.is_safe() {
            let text = value.to_string();
            out.write_str(&if value.as_str().is_some() { in_markdown(&text) } else { text })?;
            return Ok(());
        }
        minijinja::escape_formatter(out, state, value)
    });
    let filled = environment
        .template_from_named_str(name, template)
        .and_then(|t| t.render(Value::from(Serde(&values))));
    filled.map_err(|error| {
        let place = place(&error, template);
        let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        anyhow!("{name}{place}: {what}")
    })
}

/// Where a mistake is, as `:LINE:COLUMN`, the column in characters from 1; as far as it is known.
fn place(error: &minijinja::Error, template: &str) -> String {
    let before = error.range().and_then(|range| template.get(..range.start));
    match (before, error.line()) {
        (Some(before), _) => {
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            format!(":{line}:{column}")
        }
        (None, Some(line)) => format!(":{line}"),
        (None, None) => String::new(),
    }
}

/// Addresses stay readable: escaping their underscores would break them.
fn in_markdown(text: &str) -> String {
    let address = text.starts_with("https://") || text.starts_with("http://");
    if address && !text.contains(['<', '>', '(', ')', '[', ']', ' ', '`', '\\']) {
        return safe::line(text);
    }
    text.split('\n').map(markdown::escape).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn data_is_never_markup() {
        let values = json!({ "name": "<b>{{7*7}}</b>", "n": 3 });
        assert_eq!(
            fill("x.html", "{{ name }} {{ n }}", &values).expect("fills"),
            "&lt;b&gt;{{7*7}}&lt;&#x2f;b&gt; 3"
        );
        assert_eq!(
            fill("x.md", "{{ name }} {{ n }}", &values).expect("fills"),
            "&lt;b&gt;{{7\\*7}}&lt;/b&gt; 3"
        );
    }

    #[test]
    fn a_broken_template_says_where() {
        let error = fill("letter.md", "Dear\n{{ nobody }}", json!({})).expect_err("is refused");
        assert!(error.to_string().starts_with("letter.md:2:4: "), "{error}");
        let error = fill("letter.md", "王 {% if %}", json!({})).expect_err("is refused");
        assert!(error.to_string().starts_with("letter.md:1:"), "{error}");
        assert!(fill("x.md", "{% for i in range(99999999) %}{% endfor %}", json!({})).is_err());
    }
}
