//! `amplify log`: something a member made, by its address; or many, from a list.

use super::batch;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::place::{Place, Platforms, words};
use crate::data;
use crate::model::identity::platform_name;
use crate::model::record::{Activity, CONTRIBUTIONS, Snapshot};
use crate::model::time::{Instant, half_width};
use crate::store::contributions::{self, Contribution};
use crate::store::members::Person;
use crate::store::{Store, activities};
use anyhow::{Result, bail};
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Write down something a member made, by its address.
///
/// Platform and kind are told from the address, also where it stands among other words.
///
/// An address that is known already gets a new, dated reading of its numbers.
///
/// A list has one address a line, or columns with a header: url, member, title, date, reach,
/// engagements, kind, platform, grade. What is set aside is in FILE.rejected.csv, and the whole
/// list can be taken back with `imports undo`.
///
/// Examples:
///   groundswell amplify log ana@example.com youtu.be/abc --title "Import in 5 minutes" --reach 1200
///   groundswell amplify log ana@example.com --file links.txt
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Log {
    /// Whose
    member: Option<String>,
    /// Its address
    #[arg(conflicts_with = "file")]
    url: Option<String>,
    /// A list of addresses; - reads what is pasted or piped in
    #[arg(long, value_name = "FILE", conflicts_with_all = ["kind", "title", "at", "reach", "impressions", "engagements"])]
    file: Option<PathBuf>,
    /// With --file: do everything but keep nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    #[command(flatten)]
    given: Given,
}

/// What is said of a contribution beside its address.
#[derive(Debug, Clone, Default, Args)]
pub struct Given {
    /// What it is: post, reply, solution, review, video, talk, article, code, podcast
    #[arg(long)]
    pub kind: Option<String>,
    /// Where it is
    #[arg(long)]
    pub platform: Option<String>,
    /// Its title or first words
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// When it appeared (YYYY-MM-DD or "YYYY-MM-DD HH:MM"; now if not given)
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// How many people saw it
    #[arg(long, value_name = "N")]
    pub reach: Option<String>,
    /// How often it was shown
    #[arg(long, value_name = "N")]
    pub impressions: Option<String>,
    /// How many did something with it
    #[arg(long, value_name = "N")]
    pub engagements: Option<String>,
    /// How the numbers are known: A measured by us, B exported by a platform, C told by the member, D estimated
    /// (C if not given)
    #[arg(long)]
    pub grade: Option<String>,
}

impl Log {
    /// Writes the contribution, or a new reading of a known one.
    pub fn run(self, app: &App) -> Result<End> {
        if let Some(file) = &self.file {
            let person = self.member.as_deref().map(|who| app.member(who)).transpose()?;
            return batch::run(app, file, person.as_ref(), &self.given, self.dry_run);
        }
        if self.dry_run {
            return Err(usage("--dry-run is for lists: add --file FILE"));
        }
        let usual = "MEMBER URL, such as: amplify log ana@example.com https://youtu.be/abc, or a list with --file FILE";
        let person = app.member(&app.text(self.member, "Whose is it?", usual)?)?;
        let url = app.text(self.url, "What is its address?", usual)?;
        let platforms = Platforms::parse(data::needed("platforms.toml")?)?;
        let place = platforms.place(&url).ok_or_else(|| {
            usage(format!("{url}: not a web address; copy it from the browser, beginning with https://"))
        })?;
        let reach = self.given.reading(app)?;
        let known = known(app, &platforms, [&place])?.remove(&place.key);
        let id = match known {
            Some(known) if known.person != person.id => bail!(someone_elses(app, &known, &person)?),
            Some(known) => again(app, &person, &known, reach.as_ref())?,
            None => {
                let activity = self.given.activity(app, &person, place)?;
                first(app, &person, &activity, reach.as_ref())?
            }
        };
        if let Some(Snapshot { reach: Some(seen), engagements: Some(done), .. }) = reach
            && done > seen
        {
            app.screen.say("More engagements than people who saw it: kept, but left out of rates.");
        }
        app.screen.next(&format!("groundswell amplify react {id}"), "once one of yours has answered it");
        Ok(End::Done)
    }
}

/// The contributions that stand at these places already, by key; of several at one the first.
pub fn known<'a>(
    app: &App,
    platforms: &Platforms,
    places: impl IntoIterator<Item = &'a Place>,
) -> Result<BTreeMap<String, Contribution>> {
    let (mut keys, mut wanted) = (BTreeSet::new(), BTreeSet::new());
    for place in places {
        keys.insert(place.key.clone());
        wanted.insert(place.word.clone());
    }
    let mut found: BTreeMap<String, i64> = BTreeMap::new();
    contributions::each_address(app.store()?, |id, url| {
        // Reading an address whole takes longer than looking for the words that matter.
        if words(url).any(|word| wanted.contains(&*word))
            && let Some(key) = platforms.place(url).map(|place| place.key).filter(|key| keys.contains(key))
        {
            found.entry(key).or_insert(id);
        }
    })?;
    let mut made = contributions::some(app.store()?, &found.values().copied().collect())?;
    Ok(found.into_iter().filter_map(|(key, id)| Some((key, made.remove(&id)?))).collect())
}

/// Why an address cannot be this member's.
pub fn someone_elses(app: &App, known: &Contribution, person: &Person) -> Result<String> {
    let names = app.names([known.person])?;
    let whose = names.get(&known.person).map_or("someone else", String::as_str);
    Ok(format!(
        "this address is contribution {} of {whose} (member {}) already; if they are one person: groundswell member merge {} {}",
        known.id, known.person, known.person, person.id
    ))
}

impl Given {
    /// The act at a place.
    pub fn activity(&self, app: &App, person: &Person, place: Place) -> Result<Activity> {
        let platform = self
            .platform
            .as_ref()
            .map(|name| platform_name(name))
            .or(place.platform)
            .ok_or_else(|| usage(format!("{}: a site's front page is no contribution; give the address of the post, or add --platform NAME and --kind KIND", place.url)))?;
        let kind =
            self.kind.as_ref().map(|kind| half_width(kind.trim()).to_lowercase()).or(place.kind).ok_or_else(
                || {
                    usage(format!(
                        "{}: the address does not tell what it is; add --kind KIND ({})",
                        place.url,
                        CONTRIBUTIONS.join(", ")
                    ))
                },
            )?;
        if !CONTRIBUTIONS.contains(&kind.as_str()) {
            return Err(usage(format!(
                "--kind {kind}: there is none; the kinds are {}",
                CONTRIBUTIONS.join(", ")
            )));
        }
        let at = self.at.as_ref().map_or(Ok(app.now()), |text| moment(app, text))?;
        let title =
            self.title.as_ref().map(|title| title.trim().to_string()).filter(|title| !title.is_empty());
        let day = app.zone().day(at);
        Ok(Activity { member: person.id, platform, kind, at, day, url: Some(place.url), title })
    }

    /// The numbers, if any were given.
    pub fn reading(&self, app: &App) -> Result<Option<Snapshot>> {
        let reach = count("--reach", self.reach.as_deref())?;
        let impressions = count("--impressions", self.impressions.as_deref())?;
        let engagements = count("--engagements", self.engagements.as_deref())?;
        let none = reach.is_none() && impressions.is_none() && engagements.is_none();
        let said = self.grade.as_deref().map(|grade| half_width(grade.trim()).to_uppercase());
        let grade = match said.as_deref() {
            Some("A") => 'A',
            Some("B") => 'B',
            None | Some("C") => 'C',
            Some("D") => 'D',
            Some(other) => {
                return Err(usage(format!(
                    "--grade {other}: there is none; A measured by us, B exported by a platform, C told by the member, D estimated"
                )));
            }
        };
        if none && self.grade.is_some() {
            return Err(usage(
                "--grade says how numbers are known, and there are none: add --reach N, --impressions N or --engagements N",
            ));
        }
        Ok((!none).then_some(Snapshot { grade, day: app.as_of(), reach, impressions, engagements }))
    }
}

/// A moment as `--at` takes it: not after the as-of day.
pub fn moment(app: &App, text: &str) -> Result<Instant> {
    let at = app.zone().parse(text).ok_or_else(|| {
        usage(format!("--at {text}: not a time; write it as 2026-06-30 or \"2026-06-30 14:05\""))
    })?;
    if app.zone().day(at) > app.as_of() {
        return Err(usage(format!("--at {text}: that is still to come on {}", app.as_of())));
    }
    Ok(at)
}

/// A count as people type it: `1,200`, `1 200`, full-width digits.
fn count(flag: &str, text: Option<&str>) -> Result<Option<i64>> {
    let Some(text) = text else { return Ok(None) };
    let digits: String = half_width(text).chars().filter(|c| !matches!(c, ',' | ' ' | '_')).collect();
    let number =
        digits.parse::<u32>().map_err(|_| usage(format!("{flag} {text}: not a count; write it as 1200")))?;
    Ok(Some(number.into()))
}

fn first(app: &App, person: &Person, activity: &Activity, reach: Option<&Snapshot>) -> Result<i64> {
    let what = format!("{} on {}", activity.kind, activity.platform);
    let id = app.write(|store| {
        let id = activities::add(store, activity)?;
        let mut notes = vec![
            Note::of("amplify log", person.id, format!("contribution {id}: {what}"))
                .change("", activity.url.clone().unwrap_or_default()),
        ];
        notes.extend(read(store, person, id, reach)?);
        Ok((id, notes))
    })?;
    app.screen.say(&format!("Contribution {id} of {}: {what}, {}", person.label(), activity.day));
    Ok(id)
}

fn again(app: &App, person: &Person, known: &Contribution, reach: Option<&Snapshot>) -> Result<i64> {
    let what = format!("contribution {} of {}, {} on {}", known.id, person.label(), known.kind, known.day);
    match reach.filter(|reach| is_news(app, known.id, reach).unwrap_or(true)) {
        None => app.screen.say(&format!("Known already: {what}. Nothing new.")),
        Some(reach) => {
            app.write(|store| Ok(((), read(store, person, known.id, Some(reach))?)))?;
            app.screen.say(&format!("Known already: {what}. Its numbers of {} were added.", reach.day));
        }
    }
    Ok(known.id)
}

/// Whether numbers say something else than the newest that are known.
pub fn is_news(app: &App, id: i64, reach: &Snapshot) -> Result<bool> {
    let latest = activities::newest_reach(app.store()?, id)?.map(|(_, counts)| counts);
    Ok(latest != Some([reach.reach, reach.impressions, reach.engagements]))
}

/// Adds a reading of a contribution's numbers; returns its line in the log.
fn read(store: &Store, person: &Person, id: i64, reach: Option<&Snapshot>) -> Result<Vec<Note>> {
    let Some(reach) = reach else { return Ok(Vec::new()) };
    activities::add_reach(store, id, reach, None)?;
    let shown = |number: Option<i64>| number.map_or_else(|| "unknown".into(), |number| number.to_string());
    let numbers = format!(
        "reach {}, impressions {}, engagements {}, grade {}",
        shown(reach.reach),
        shown(reach.impressions),
        shown(reach.engagements),
        reach.grade
    );
    Ok(vec![Note::of("amplify log", person.id, format!("numbers of contribution {id}")).change("", numbers)])
}
