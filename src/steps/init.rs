//! `groundswell init`: a program of your own, in one file.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::data::{self, Lang};
use crate::model::money;
use crate::model::time::{Day, Zone};
use crate::steps::identify::goal;
use crate::store::{Store, settings, weights};
use anyhow::{Context, Result, bail};
use clap::Args;

/// Make a program file here.
///
/// Example: groundswell init --name "Circle" --currency EUR --timezone Europe/Berlin --preset saas
#[derive(Debug, Args)]
pub struct Init {
    /// What the program is called
    #[arg(long)]
    name: Option<String>,
    /// What the product is called, as the handbooks name it (else the program's name)
    #[arg(long, value_name = "NAME")]
    product: Option<String>,
    /// The currency of files that name none (ISO 4217: EUR, USD, CNY)
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// The zone of files that name none, and of every day (Europe/Berlin, Asia/Shanghai)
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// Where the first weights, limits and goals come from: saas, consumer, education, startup, creator
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    /// How many advocates you want (else the preset's goal)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    goal: Option<u32>,
    /// By when (YYYY-MM-DD; else the preset's months from now)
    #[arg(long, value_name = "DAY")]
    by: Option<String>,
    /// Addresses at these domains are staff, and in no figure
    #[arg(long, value_name = "DOMAIN", value_delimiter = ',')]
    staff_domain: Vec<String>,
}

const PRESETS: [&str; 5] = ["saas", "consumer", "education", "startup", "creator"];

impl Init {
    /// Asks for what is missing, and makes the file.
    pub fn run(self, app: &App) -> Result<End> {
        if app.db().exists() {
            bail!(
                "{} is there already; nothing was changed (for a second program add --db FILE)",
                app.db().display()
            );
        }
        let taken = !app.can_ask() && !app.yes && (self.currency.is_none() || self.timezone.is_none());
        let asked = app.can_ask()
            && !app.yes
            && (self.name.is_none() || self.currency.is_none() || self.timezone.is_none());
        let name = app.text_or(self.name, "What is the program called?", "Our program")?;
        let currency =
            app.text_or(self.currency, "Its currency (EUR, USD, CNY)?", "EUR")?.trim().to_uppercase();
        check_currency(&currency)?;
        let timezone = app.text_or(self.timezone, "Its time zone (Europe/Berlin, Asia/Shanghai)?", "UTC")?;
        let zone = Zone::named(&timezone).ok_or_else(|| {
            usage(format!("--timezone {timezone}: no such zone; name it as Continent/City, such as Europe/Berlin or Asia/Shanghai"))
        })?;
        let preset = app
            .text_or(self.preset, &format!("What kind ({})?", PRESETS.join(", ")), "saas")?
            .trim()
            .to_lowercase();
        check_preset(&preset)?;
        let lang = app.lang.unwrap_or_default();
        let by =
            self.by.as_deref().map(|text| goal::future("--by", text, zone.day(app.now()))).transpose()?;
        make(
            app,
            &Answers {
                name: &name,
                product: self.product.as_deref(),
                currency: &currency,
                zone,
                preset: &preset,
                lang,
                staff: &self.staff_domain,
                goal: self.goal,
                by,
            },
            None,
        )?;
        let db = app.db().display();
        app.screen.say(&format!("Made {db}: '{name}', {currency}, {}, preset {preset}", zone.name()));
        if taken {
            app.screen.say(&format!(
                "{currency} and {} decide what amounts and days mean; for others remove the file and say --currency CODE --timezone ZONE",
                zone.name()
            ));
        }
        if asked {
            app.screen.aside(&format!(
                "The same without questions: groundswell init --name \"{name}\" --currency {currency} --timezone {} --preset {preset}",
                zone.name()
            ));
        }
        app.screen
            .next("groundswell import FILE", "a survey, forum, shop or CRM export, as the tool wrote it");
        Ok(End::Done)
    }
}

fn check_currency(currency: &str) -> Result<()> {
    if money::is_currency(currency) {
        return Ok(());
    }
    Err(usage(format!("--currency {currency}: not a currency code; write it as EUR, USD or CNY")))
}

fn check_preset(preset: &str) -> Result<()> {
    if PRESETS.contains(&preset) {
        return Ok(());
    }
    Err(usage(format!("--preset {preset}: there is none; the presets are {}", PRESETS.join(", "))))
}

/// What a new program is made from.
pub struct Answers<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What the product is called, where it is not the program's name.
    pub product: Option<&'a str>,
    /// ISO 4217.
    pub currency: &'a str,
    /// Its zone.
    pub zone: Zone,
    /// The preset's name.
    pub preset: &'a str,
    /// The language of texts for people.
    pub lang: Lang,
    /// Domains of our own people.
    pub staff: &'a [String],
    /// How many advocates are wanted, where it is not the preset's number.
    pub goal: Option<u32>,
    /// By when, where it is not the preset's months.
    pub by: Option<Day>,
}

/// Makes the file. `secret` is what codes are drawn from: random unless given.
pub fn make(app: &App, answers: &Answers, secret: Option<&str>) -> Result<()> {
    let path = format!("presets/{}.toml", answers.preset);
    let text = data::needed(&path)?;
    let preset: toml::Table = text.parse().with_context(|| path.clone())?;
    Store::create(app.db(), |store| {
        settings::set(store, "name", answers.name)?;
        if let Some(product) = answers.product.map(str::trim).filter(|product| !product.is_empty()) {
            settings::set(store, "product", product)?;
        }
        settings::set(store, "currency", answers.currency)?;
        settings::set(store, "timezone", answers.zone.name())?;
        settings::set(store, "preset", answers.preset)?;
        settings::set(store, "lang", answers.lang.word())?;
        settings::set(store, "staff_domains", &answers.staff.join(",").to_lowercase())?;
        let secret =
            secret.map_or_else(|| settings::random_secret(store), |secret| Ok(secret.to_string()))?;
        settings::set(store, "secret", &secret)?;
        for (section, values) in &preset {
            for (name, value) in values.as_table().into_iter().flatten() {
                if section != "weights" && value.is_integer() {
                    settings::set(store, &format!("{section}.{name}"), &value.to_string())?;
                }
            }
        }
        if let Some(count) = answers.goal {
            settings::set(store, goal::COUNT, &count.to_string())?;
        }
        if let Some(by) = answers.by {
            settings::set(store, goal::DAY, &by.to_string())?;
        }
        let day = answers.zone.day(app.now());
        weights::add(
            store,
            &first_weights(&preset),
            app.now(),
            day,
            Some(&format!("preset {}", answers.preset)),
        )?;
        let note = Note::program("init", format!("made the program '{}'", answers.name));
        crate::store::log::add(store, &note.entry(app.clock()))
    })
}

fn first_weights(preset: &toml::Table) -> Vec<(String, f64)> {
    let weights = preset.get("weights").and_then(toml::Value::as_table);
    let weight = |value: &toml::Value| value.as_integer().map(|n| n as f64).or_else(|| value.as_float());
    weights
        .into_iter()
        .flatten()
        .filter_map(|(signal, value)| Some((signal.clone(), weight(value)?)))
        .collect()
}
