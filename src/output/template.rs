//! Texts with holes: templates that a user may copy and change. They read nothing but what they are given.

use super::{markdown, safe};
use anyhow::{Result, anyhow};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Rest, Serde, Value};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};
use serde::Serialize;
use std::sync::{Arc, Mutex};

/// Steps one rendering may take before it counts as runaway.
const FUEL: u64 = 1_000_000;
/// The longest list that is printed as it is: to make it and to print it are two steps, however long it is.
const LONGEST: usize = 100_000;

/// A text that a template takes in by `{% include "persona" %}`, and where it stands.
#[derive(Debug, Clone)]
pub struct Part {
    /// What an error calls the file it is from.
    pub file: String,
    /// All of that file.
    pub whole: String,
    /// Where in it the text begins, in bytes.
    pub at: usize,
    /// The text.
    pub text: String,
}

impl Part {
    /// What templates call it.
    const NAME: &str = "persona";
}

/// Fills a template. `name` decides the escaping: `.html` escapes for HTML, `.md` for Markdown, and others
/// not at all. A mistake in the template is an error with its file, line and column.
pub fn fill(name: &str, template: &str, values: impl Serialize) -> Result<String> {
    fill_with(name, template, None, values)
}

/// The same, with a text that the template may take in.
pub fn fill_with(name: &str, template: &str, part: Option<&Part>, values: impl Serialize) -> Result<String> {
    Ok(fill_choosing(name, template, part, values, |_| 0)?.0)
}

/// The same, where `choose` says which of several phrasings stands at a place of the template: what
/// `either("one", "another")` holds. Returns the phrasings of each place that was met, in order.
pub fn fill_choosing(
    name: &str,
    template: &str,
    part: Option<&Part>,
    values: impl Serialize,
    choose: impl Fn(&[String]) -> usize + Send + Sync + 'static,
) -> Result<(String, Vec<Place>)> {
    let escape = match name.rsplit('.').next() {
        Some("html") => AutoEscape::Html,
        Some("md") => AutoEscape::Custom("markdown".into()),
        _ => AutoEscape::None,
    };
    filled((name, template, part), escape, values, choose)
}

/// Fills a template without any escaping, as a mail is read.
pub fn fill_plain(name: &str, template: &str, values: impl Serialize) -> Result<String> {
    Ok(fill_plain_choosing(name, template, None, values, |_| 0)?.0)
}

/// The same, where `choose` says which of several phrasings stands at a place.
pub fn fill_plain_choosing(
    name: &str,
    template: &str,
    part: Option<&Part>,
    values: impl Serialize,
    choose: impl Fn(&[String]) -> usize + Send + Sync + 'static,
) -> Result<(String, Vec<Place>)> {
    filled((name, template, part), AutoEscape::None, values, choose)
}

/// The phrasings one place of a template has.
pub type Place = Vec<String>;

/// `either(...)` of the templates: one of several phrasings, all of one meaning.
fn either(
    choose: impl Fn(&[String]) -> usize + Send + Sync + 'static,
    places: Arc<Mutex<Vec<Place>>>,
) -> impl Fn(Rest<String>) -> Result<Value, minijinja::Error> + Send + Sync + 'static {
    move |phrases: Rest<String>| {
        let phrases = phrases.0;
        let Some(chosen) = phrases.get(choose(&phrases)).cloned() else {
            let missing = "either() needs the phrasings to choose from";
            return Err(minijinja::Error::new(ErrorKind::MissingArgument, missing));
        };
        if let Ok(mut places) = places.lock() {
            places.push(phrases);
        }
        Ok(Value::from_safe_string(chosen))
    }
}

fn filled(
    (name, template, part): (&str, &str, Option<&Part>),
    escape: AutoEscape,
    values: impl Serialize,
    choose: impl Fn(&[String]) -> usize + Send + Sync + 'static,
) -> Result<(String, Vec<Place>)> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    let syntax = SyntaxConfig::builder().keep_trailing_newline(true).build()?;
    environment.set_syntax(syntax);
    environment.set_debug(true);
    environment.set_auto_escape_callback(move |_| escape.clone());
    environment.set_formatter(|out, state, value| {
        if value.as_str().is_none()
            && let Some(length) = value.len().filter(|length| *length > LONGEST)
        {
            let long = format!("a list of {length} is too long to print, {LONGEST} is the most");
            return Err(minijinja::Error::new(ErrorKind::InvalidOperation, long));
        }
        if matches!(state.auto_escape(), AutoEscape::Custom(_)) && !value.is_safe() {
            let text = value.to_string();
            out.write_str(&if value.as_str().is_some() { in_markdown(&text) } else { text })?;
            return Ok(());
        }
        minijinja::escape_formatter(out, state, value)
    });
    let places = Arc::new(Mutex::new(Vec::new()));
    environment.add_function("either", either(choose, Arc::clone(&places)));
    let added = part.map_or(Ok(()), |part| environment.add_template(Part::NAME, &part.text));
    let filled = added.and_then(|()| {
        environment.template_from_named_str(name, template)?.render(Value::from(Serde(&values)))
    });
    let met = places.lock().map(|mut places| std::mem::take(&mut *places)).unwrap_or_default();
    filled.map(|text| (text, met)).map_err(|error| located(&error, name, template, part))
}

/// What is wrong, with the file, line and column: of the part, where the mistake is in that.
fn located(error: &minijinja::Error, name: &str, template: &str, part: Option<&Part>) -> anyhow::Error {
    // A mistake inside of a part is the reason of one at the place where it is taken in.
    let inner = std::error::Error::source(error).and_then(|source| source.downcast_ref::<minijinja::Error>());
    if let Some(inner) = inner {
        return located(inner, name, template, part);
    }
    let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    match part.filter(|_| error.name() == Some(Part::NAME)) {
        Some(part) => {
            let place = place(error, &part.text, &part.whole, part.at);
            anyhow!("{}{place}: {what}", part.file)
        }
        None => anyhow!("{name}{}: {what}", place(error, template, template, 0)),
    }
}

/// Where a mistake in a text is, as `:LINE:COLUMN` of the file that the text stands in from byte `at` on, the column in
/// characters from 1; as far as it is known.
fn place(error: &minijinja::Error, text: &str, whole: &str, at: usize) -> String {
    let byte = error.range().map(|range| range.start).filter(|start| text.get(..*start).is_some());
    match (byte.and_then(|byte| whole.get(..at + byte)), error.line()) {
        (Some(before), _) => {
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            format!(":{line}:{column}")
        }
        (None, Some(line)) => {
            let before = whole.get(..at).unwrap_or_default().matches('\n').count();
            format!(":{}", before + line)
        }
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
    use proptest::prelude::*;
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
    fn one_of_several_phrasings_is_chosen_and_told() {
        let text = "{{ either('a *b*', 'c') }}, {{ either(\"d\", \"e\", \"f\") }}";
        let (filled, places) =
            fill_choosing("x.md", text, None, json!({}), |phrases| phrases.len() - 1).expect("fills");
        assert_eq!(filled, "c, f");
        assert_eq!(places, [vec!["a *b*", "c"], vec!["d", "e", "f"]]);
        assert_eq!(fill("x.md", text, json!({})).expect("fills"), "a *b*, d");
        let error = fill("x.md", "{{ either() }}", json!({})).expect_err("is refused").to_string();
        assert!(error.starts_with("x.md:1:") && error.contains("either() needs the phrasings"), "{error}");
    }

    #[test]
    fn a_part_is_taken_in_and_a_broken_one_says_where() {
        let whole = "name = 1\nline = '''\nHello {{ name }},\n{{ either('a', 'b') }}'''\n";
        let at = whole.find("Hello").expect("is there");
        let part = |text: &str| Part {
            file: "educator.toml".into(),
            whole: whole.replace("{{ either('a', 'b') }}", text),
            at,
            text: format!("Hello {{{{ name }}}},\n{text}"),
        };
        let template = "{% if name %}\n> {% include \"persona\" %}{% endif %}";
        let good = part("{{ either('a', 'b') }}");
        let values = json!({ "name": "A*" });
        let (text, places) = fill_choosing("x.md", template, Some(&good), &values, |_| 1).expect("fills");
        assert_eq!((text.as_str(), places.len()), ("\n> Hello A\\*,\nb", 1));
        for (broken, place) in [("{{ nobody }}", "educator.toml:4:4: "), ("王 {% if %}", "educator.toml:4:")]
        {
            let error = fill_with("x.md", template, Some(&part(broken)), &values).expect_err("is refused");
            assert!(error.to_string().starts_with(place), "{error}");
        }
        let error = fill("x.md", template, &values).expect_err("there is none").to_string();
        assert!(error.starts_with("x.md:2"), "{error}");
    }

    #[test]
    fn a_broken_template_says_where() {
        let error = fill("letter.md", "Dear\n{{ nobody }}", json!({})).expect_err("is refused");
        assert!(error.to_string().starts_with("letter.md:2:4: "), "{error}");
        let error = fill("letter.md", "王 {% if %}", json!({})).expect_err("is refused");
        assert!(error.to_string().starts_with("letter.md:1:"), "{error}");
        assert!(fill("x.md", "{% for i in range(99999999) %}{% endfor %}", json!({})).is_err());
        let error = fill("x.md", "{{ range(9) * 800000 }}", json!({})).expect_err("is refused");
        assert!(error.to_string().contains("a list of 7200000 is too long"), "{error}");
    }

    proptest! {
        /// A broken template is an error with its name, whatever stands in it; a text in a hole never becomes markup.
        #[test]
        fn no_template_that_is_typed_panics(
            template in "(\\PC|\\{\\{|\\}\\}|\\{%|%\\}|\\{#|#\\}| |name|n|list|for x in |endfor|if |else|endif|\\||safe|upper|\\(|\\)|\"|'|range\\(99999999\\)|either\\(|set |macro |[0-9]|-|~|\\[|\\]|\\.|\n){0,40}",
            name in "\\PC{0,12}",
        ) {
            let values = json!({ "name": name, "n": 3, "list": [1, 2] });
            for file in ["own.html", "own.md", "own.txt"] {
                if let Err(error) = fill(file, &template, &values) {
                    prop_assert!(format!("{error:#}").contains(file), "{error:#}");
                }
            }
            if let Ok(text) = fill("own.html", "<p title=\"{{ name }}\">{{ name }}</p>", &values) {
                prop_assert_eq!(text.matches('<').count(), 2, "{}", text);
                prop_assert_eq!(text.matches('"').count(), 2, "{}", text);
            }
        }
    }
}
