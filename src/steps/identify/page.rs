//! `identify page`: the program's public page with its sign-up form.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::typed;
use crate::data::Lang;
use crate::model::identity::Identity;
use crate::output::{Table, file};
use crate::store::settings;
use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

/// The settings the page is made from.
const FORM: &str = "signup_form";
const FIELDS: &str = "signup_fields";
const PROMISE: &str = "signup_promise";
/// What the form asks for.
const ASKED: [&str; 3] = ["name", "email", "message"];

/// Write the program's public page with its sign-up form.
///
/// In English and Chinese, without scripts. The form goes to an address (mailto:) or to a form tool's; what it brings
/// comes back with `import --as signups`. What you say here is remembered.
///
/// Example: groundswell identify page --form mailto:circle@example.com -o page
#[derive(Debug, Args)]
pub struct Page {
    /// Where sign-ups go: mailto:ADDRESS, or the https:// address your form tool takes answers at
    #[arg(long, value_name = "TARGET")]
    form: Option<String>,
    /// What your form tool calls a field: name, email or message (may be given more than once)
    #[arg(long, value_name = "FIELD=NAME")]
    field: Vec<String>,
    /// The first sentence, in place of the page's own
    #[arg(long, value_name = "TEXT")]
    promise: Option<String>,
    /// The address for questions
    #[arg(long, value_name = "ADDRESS")]
    contact: Option<String>,
}

impl Page {
    /// Writes both pages.
    pub fn run(self, app: &App) -> Result<End> {
        let form = self.form.as_deref().map(target).transpose()?;
        let fields = named(&self.field)?;
        let contact = self.contact.as_deref().map(|text| anyhow::Ok(typed::email("--contact", text)?.value));
        let contact = match contact.transpose()? {
            Some(contact) => Some(contact),
            None => app.contact()?,
        };
        let folder = app.folder()?;
        remember(app, form, fields, self.promise)?;
        let values = values(app, contact.as_deref())?;
        let mut table = Table::new(&["file", "language"]);
        let own = app.lang();
        let other = if own == Lang::En { Lang::Zh } else { Lang::En };
        let beside = format!("index.{}.html", other.word());
        for (lang, name, link) in [(own, "index.html", &*beside), (other, &*beside, "index.html")] {
            let mut values = values.clone();
            let label = if lang == Lang::En { "中文" } else { "English" };
            values["other"] = json!({ "href": link, "label": label });
            let text =
                app.texts().get(&format!("templates/{}/page-program.html", lang.word()))?.fill(&values)?;
            file::write(&folder.join(name), text.as_bytes())?;
            table.row(vec![name.into(), lang.word().into()]);
        }
        app.screen_without_file().show(&table)?;
        if values["action"].is_null() {
            app.screen.say("The page has no form yet: say where sign-ups go with --form mailto:ADDRESS or --form https://...");
        }
        app.screen.say(&format!("Wrote the page into {}: publish the folder as it is.", folder.display()));
        app.screen.next("groundswell import FILE --as signups", "the sign-ups, when they come");
        Ok(End::Done)
    }
}

/// Where a form may go.
fn target(text: &str) -> Result<String> {
    let text = text.trim();
    if let Some(address) = text.strip_prefix("mailto:") {
        return Ok(format!("mailto:{}", typed::email("--form", address)?.value));
    }
    if let Some(address) = Identity::email(text) {
        return Ok(format!("mailto:{}", address.value));
    }
    let url = url::Url::parse(text).ok().filter(|url| url.scheme() == "https" && url.host_str().is_some());
    url.map(String::from)
        .ok_or_else(|| usage(format!("--form {text}: write it as mailto:ADDRESS or as https://...")))
}

/// The fields' names in the form tool.
fn named(fields: &[String]) -> Result<Vec<(&'static str, String)>> {
    fields
        .iter()
        .map(|text| {
            let pair = text.split_once('=').map(|(field, name)| (field.trim(), name.trim()));
            let known = pair.and_then(|(field, name)| {
                let field = ASKED.into_iter().find(|asked| *asked == field)?;
                (!name.is_empty()).then(|| (field, name.to_owned()))
            });
            known.ok_or_else(|| {
                usage(format!(
                    "--field {text}: write it as FIELD=NAME, such as email=entry.2; the fields are {}",
                    ASKED.join(", ")
                ))
            })
        })
        .collect()
}

/// Keeps what was said for the next time.
fn remember(
    app: &App,
    form: Option<String>,
    fields: Vec<(&'static str, String)>,
    promise: Option<String>,
) -> Result<()> {
    let mut known: Value = settings::read(app.store()?, FIELDS)?
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_else(|| json!({}));
    let said = !fields.is_empty();
    for (field, name) in fields {
        known[field] = json!(name);
    }
    let all = [(FORM, form), (PROMISE, promise), (FIELDS, said.then(|| known.to_string()))];
    let mut news = Vec::new();
    for (name, value) in all {
        if let Some(value) = value {
            let before = settings::read(app.store()?, name)?.unwrap_or_default();
            if before != value {
                news.push((name, before, value));
            }
        }
    }
    if news.is_empty() {
        return Ok(());
    }
    app.write(|store| {
        let mut notes = Vec::new();
        for (name, before, value) in news {
            settings::set(store, name, &value)?;
            notes.push(Note::program("identify page", name.replace('_', " ")).change(before, value));
        }
        Ok(((), notes))
    })
}

fn values(app: &App, contact: Option<&str>) -> Result<Value> {
    let store = app.store()?;
    let program = settings::read(store, "name")?.unwrap_or_default();
    let product = settings::read(store, "product")?.filter(|product| !product.is_empty());
    let action = settings::read(store, FORM)?;
    let own: Value = settings::read(store, FIELDS)?
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_else(|| json!({}));
    let field = |name: &str| own[name].as_str().unwrap_or(name).to_owned();
    Ok(json!({
        "product": product.unwrap_or_else(|| program.clone()),
        "program": program,
        "promise": settings::read(store, PROMISE)?,
        "mailto": action.as_deref().is_some_and(|action| action.starts_with("mailto:")),
        "action": action,
        "fields": { "name": field("name"), "email": field("email"), "message": field("message") },
        "contact": contact,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_goes_to_an_address_or_a_tool() {
        assert_eq!(target("Us@Example.com").expect("an address"), "mailto:us@example.com");
        assert_eq!(target(" mailto:us@example.com").expect("an address"), "mailto:us@example.com");
        assert_eq!(target("https://forms.example/f").expect("a tool"), "https://forms.example/f");
        for wrong in ["javascript:alert(1)", "http://forms.example", "forms.example", "mailto:us"] {
            assert!(target(wrong).is_err(), "{wrong}");
        }
        assert_eq!(named(&["email=entry.2".into()]).expect("reads"), [("email", "entry.2".to_string())]);
        assert!(named(&["phone=3".into()]).is_err());
    }
}
