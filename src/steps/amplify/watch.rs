//! The trough watch as values: everyone active in the program, their alarms, and what to do for each.

use super::advice::{Advice, Case, Peer, Suggestions, advice};
use super::drop::{ActiveDays, BASE_DAYS, RECENT_DAYS, Rhythm, rhythms};
use super::early::{self, Cohorts, Early, Start};
use super::silence;
use crate::app::App;
use crate::data::{self, Both, Lang};
use crate::members::segment::Chosen;
use crate::model::stage::Stage;
use crate::model::time::Day;
use crate::output::template;
use crate::stats::benjamini_hochberg::{Q, adjusted};
use crate::stats::rate_drop::Alarm;
use crate::store::stages::Joined;
use crate::store::weekly::Acts;
use crate::store::works::Work;
use crate::store::{rhythms as days, segments, stages, weekly, works};
use anyhow::Result;
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// data/trough.toml.
#[derive(Debug, Deserialize)]
pub struct Words {
    at_risk_below: f64,
    watch_below: f64,
    silence_from_days: i32,
    cohort_days: i32,
    sentences: Sentences,
    #[serde(flatten)]
    suggestions: Suggestions,
    #[serde(skip)]
    lang: Lang,
}

#[derive(Debug, Deserialize)]
struct Sentences {
    one_in: Both,
    drop: Both,
    silence: Both,
    late: Both,
}

impl Words {
    /// Below which chance, and from how many days on, a silence alarms.
    pub fn alarming(&self) -> (f64, i32) {
        (self.watch_below, self.silence_from_days)
    }

    /// As the program carries them, to be said in a language.
    pub fn read(lang: Lang) -> Result<Self> {
        Ok(Self { lang, ..toml::from_str(data::needed("trough.toml")?)? })
    }
}

/// What is said of someone, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Less than their own rhythm, hardly by chance.
    AtRisk,
    /// The same, less surely.
    Watch,
    /// Joined, and later than most with the first contribution.
    Late,
    /// No sign of giving up.
    Steady,
    /// Nothing could be told.
    NotEnoughHistory,
}

impl Verdict {
    /// The word used in tables and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AtRisk => "at_risk",
            Self::Watch => "watch",
            Self::Late => "late",
            Self::Steady => "steady",
            Self::NotEnoughHistory => "not_enough_history",
        }
    }

    /// Whether something should be done.
    pub const fn is_alarm(self) -> bool {
        matches!(self, Self::AtRisk | Self::Watch | Self::Late)
    }
}

/// One advocate.
#[derive(Debug, Clone)]
pub struct Watched {
    /// Who.
    pub member: i64,
    /// What to call them.
    pub name: String,
    /// What is said of them.
    pub verdict: Verdict,
    /// Alarm A: the last weeks against their own rhythm.
    pub rhythm: Rhythm,
    /// Alarm B: the chance of such a silence, 0-1; none with too few people, or if never active.
    pub silence: Option<f64>,
    /// The chance that they are still active, 0-1, to put people into an order; none with too little to learn it from.
    pub still_active: Option<f64>,
    /// Alarm D: for how many days they have been with us without having begun.
    pub late: Option<i32>,
    /// Their p, adjusted for how many were looked at; none where nothing could be told.
    pub adjusted: Option<f64>,
    /// Each alarm in words.
    pub sentences: Vec<String>,
    /// What to do, for those with an alarm.
    pub advice: Option<Advice>,
}

impl Watched {
    /// The alarms raised, a word each.
    pub fn alarms(&self, words: &Words) -> Vec<&'static str> {
        let drop = matches!(self.rhythm.drop.alarm, Alarm::AtRisk | Alarm::Watch);
        let silent = is_silent(words, &self.rhythm, self.silence, words.watch_below);
        let raised = [("drop", drop), ("silence", silent), ("late", self.late.is_some())];
        raised.into_iter().filter(|(_, is_raised)| *is_raised).map(|(word, _)| word).collect()
    }

    /// Whether the alarm holds although many were looked at.
    pub fn holds(&self) -> bool {
        self.adjusted.is_some_and(|p| p <= Q)
    }
}

/// The watch.
#[derive(Debug)]
pub struct Watch {
    /// Everyone asked about, the most urgent first, then who has likeliest stopped, then by member.
    pub people: Vec<Watched>,
    /// How many are on hold, who are left out.
    pub on_hold: usize,
    /// How many people alarm B learnt from; none with too few.
    pub learnt_from: Option<usize>,
    /// How many active people there are to learn from.
    pub active: usize,
    /// How people begin; none with too few.
    pub early: Option<Early>,
    /// Those who joined lately against those before; none with too few.
    pub cohorts: Option<Cohorts>,
    /// From how many days ago on someone joined lately.
    pub cohort_days: i32,
}

/// The day after which it is counted how many others were active.
pub fn crowd_after(as_of: Day) -> Day {
    as_of.plus(-RECENT_DAYS - BASE_DAYS)
}

/// Everyone active in the program (whom a filter picks, if there is one), with their alarms and what to do. On hold is no
/// silence to worry about.
pub fn watch(app: &App, words: &Words, who: Option<&Chosen>) -> Result<Watch> {
    let (store, as_of) = (app.store()?, app.as_of());
    let joined = stages::joined(store, as_of)?;
    let people = joined.iter().map(|one| one.person).collect();
    let acts = weekly::acts(store, &people, as_of, crowd_after(as_of))?;
    watch_of(app, words, who, &acts)
}

/// The same from what everyone who ever joined did, and how many others, which is read already.
pub fn watch_of(app: &App, words: &Words, who: Option<&Chosen>, acts: &Acts) -> Result<Watch> {
    let (store, as_of) = (app.store()?, app.as_of());
    let joined = stages::joined(store, as_of)?;
    let at = |stage| joined.iter().filter(move |one| one.stage == stage).map(|one| one.person);
    let active: BTreeSet<i64> = at(Stage::Active).collect();
    let picked = |person: &i64| who.is_none_or(|who| who.contains(*person));
    let starts = starts(app, &joined, acts)?;
    let early = early::early(&starts, as_of.0);
    let mut all = acts.active_days();
    for person in &active {
        all.entry(*person).or_default();
    }
    let of_all = silence::rhythm_of_all(active.iter().map(|person| all[person].as_slice()), as_of.0);
    let stopping = silence::stopping_of_all(active.iter().map(|person| all[person].as_slice()), as_of.0);
    let everyone: Vec<ActiveDays> =
        all.into_iter().map(|(member, days)| ActiveDays { member, days }).collect();
    let late: BTreeMap<i64, i32> = early
        .iter()
        .flat_map(|early| starts.iter().filter_map(|start| Some((start.member, early.late(start, as_of.0)?))))
        .collect();
    let mut people = Vec::new();
    for (rhythm, one) in rhythms(&everyone, &acts.crowd, as_of.0).into_iter().zip(&everyone) {
        if active.contains(&one.member) {
            let silence = of_all.as_ref().and_then(|all| silence::chance(all, &one.days, as_of.0));
            let late = late.get(&one.member).copied();
            let still_active =
                stopping.as_ref().and_then(|all| silence::still_active(all, &one.days, as_of.0));
            people.push((Watched { still_active, ..watched(words, rhythm, silence, late) }, one));
        }
    }
    adjust(words, &mut people);
    people.retain(|(person, _)| picked(&person.member));
    let chance = |person: &Watched| person.still_active.unwrap_or(1.0);
    people.sort_by(|(one, _), (other, _)| {
        let by_chance = chance(one).total_cmp(&chance(other));
        one.verdict.cmp(&other.verdict).then(by_chance).then(one.member.cmp(&other.member))
    });
    let names = app.names(people.iter().map(|(person, _)| person.member))?;
    for (person, days) in &mut people {
        person.name = names.get(&person.member).cloned().unwrap_or_default();
        person.sentences = sentences(words, person, &days.days, early.as_ref(), as_of.0)?;
    }
    let mut people: Vec<Watched> = people.into_iter().map(|(person, _)| person).collect();
    advise(app, words, &mut people, &joined, acts)?;
    Ok(Watch {
        people,
        on_hold: at(Stage::OnHold).filter(picked).count(),
        learnt_from: of_all.map(|_| active.len()),
        active: active.len(),
        early,
        cohorts: early::cohorts(&starts, as_of.0 + 1 - words.cohort_days, as_of.0),
        cohort_days: words.cohort_days,
    })
}

fn starts(app: &App, joined: &[Joined], acts: &Acts) -> Result<Vec<Start>> {
    let first = acts.first_made(&joined.iter().map(|one| (one.person, one.day)).collect());
    let begun = days::begun_with(app.store()?, app.as_of(), joined.to_vec(), &first)?;
    let start = |one: days::Begun| Start {
        member: one.person,
        joined: one.joined.0,
        left: one.left.map(|day| day.0),
        first: one.first_made.map(|day| day.0),
    };
    Ok(begun.into_iter().map(start).collect())
}

/// Whether a silence is long enough to alarm, and less likely than the limit.
fn is_silent(words: &Words, rhythm: &Rhythm, silence: Option<f64>, limit: f64) -> bool {
    let is_long = rhythm.days_since_last.is_some_and(|days| days >= words.silence_from_days);
    is_long && silence.is_some_and(|chance| chance < limit)
}

fn watched(words: &Words, rhythm: Rhythm, silence: Option<f64>, late: Option<i32>) -> Watched {
    let below = |limit: f64| is_silent(words, &rhythm, silence, limit);
    let verdict = match rhythm.drop.alarm {
        Alarm::AtRisk => Verdict::AtRisk,
        _ if below(words.at_risk_below) => Verdict::AtRisk,
        Alarm::Watch => Verdict::Watch,
        _ if below(words.watch_below) => Verdict::Watch,
        _ if late.is_some() => Verdict::Late,
        Alarm::Steady => Verdict::Steady,
        Alarm::NotEnoughHistory => Verdict::NotEnoughHistory,
    };
    Watched {
        member: rhythm.member,
        name: String::new(),
        verdict,
        rhythm,
        silence,
        still_active: None,
        late,
        adjusted: None,
        sentences: Vec::new(),
        advice: None,
    }
}

/// Everyone's smaller p, twice over where two alarms were looked at, adjusted for how many people were.
fn adjust(words: &Words, people: &mut [(Watched, &ActiveDays)]) {
    let chance = |person: &Watched| {
        let drop = Some(person.rhythm.drop.p).filter(|_| person.rhythm.drop.alarm != Alarm::NotEnoughHistory);
        // A silence too short to alarm was looked at, and is no sign of anything.
        let is_long = person.rhythm.days_since_last.is_some_and(|days| days >= words.silence_from_days);
        match (drop, person.silence.map(|chance| if is_long { chance } else { 1.0 })) {
            (Some(p), Some(chance)) => Some((2.0 * p.min(chance)).min(1.0)),
            (one, other) => one.or(other),
        }
    };
    let looked: Vec<(usize, f64)> =
        people.iter().enumerate().filter_map(|(at, (one, _))| Some((at, chance(one)?))).collect();
    let ps: Vec<f64> = looked.iter().map(|one| one.1).collect();
    for ((at, _), p) in looked.iter().zip(adjusted(&ps)) {
        people[*at].0.adjusted = Some(p);
    }
}

fn sentences(
    words: &Words,
    person: &Watched,
    days: &[i32],
    early: Option<&Early>,
    as_of: i32,
) -> Result<Vec<String>> {
    let rhythm = &person.rhythm;
    let weeks = days.first().map(|first| f64::from(as_of - first) / 7.0);
    let values = json!({
        "name": person.name,
        "member": person.member,
        "recent": rhythm.recent,
        "expected": format!("{:.0}", rhythm.drop.expected_recent),
        "adjusted": rhythm.adjusted,
        "silent": rhythm.days_since_last,
        "gap": rhythm.usual_gap_days.map(|gap| format!("{gap:.0}")),
        "active": days.len(),
        "weeks": weeks.map(|weeks| format!("{weeks:.0}")),
        "days": person.late,
        "late_after": early.map(|early| early.late_after),
        "of_all": early.is_some_and(|early| early.of_all),
    });
    let say = |pattern: &Both, p: f64| {
        let mut values = values.clone();
        values["one_in"] = one_in(words, p)?.into();
        template::fill("trough.toml", pattern.of(words.lang), values)
    };
    person
        .alarms(words)
        .into_iter()
        .map(|alarm| match alarm {
            "drop" => say(&words.sentences.drop, rhythm.drop.p),
            "silence" => say(&words.sentences.silence, person.silence.unwrap_or(1.0)),
            _ => say(&words.sentences.late, 1.0),
        })
        .collect()
}

/// A chance as people say it.
fn one_in(words: &Words, p: f64) -> Result<String> {
    let odds = Some((1.0 / p).round()).filter(|odds| *odds <= 10_000.0).map(|odds| format!("{odds:.0}"));
    template::fill("trough.toml", words.sentences.one_in.of(words.lang), json!({ "odds": odds }))
}

/// What advocates made later than a day: the row, and whose it is.
fn made(joined: &[Joined], acts: &Acts, after: Day) -> BTreeMap<i64, i64> {
    let advocates = joined.iter().filter(|one| one.stage.is_advocate()).map(|one| one.person);
    let made = advocates.flat_map(|person| {
        let acts = acts.theirs.get(&person).into_iter().flatten();
        acts.filter(|act| act.contribution && act.day > after).map(move |act| (act.id, person))
    });
    made.collect()
}

/// What to do for those with an alarm.
fn advise(app: &App, words: &Words, people: &mut [Watched], joined: &[Joined], acts: &Acts) -> Result<()> {
    let (store, as_of) = (app.store()?, app.as_of());
    if !people.iter().any(|person| person.verdict.is_alarm()) {
        return Ok(());
    }
    let made = made(joined, acts, as_of.plus(-words.suggestions.lift_within_days));
    let work = works::work(store, as_of, &made)?;
    let mut theirs: BTreeMap<i64, &[Work]> = BTreeMap::new();
    for mine in work.chunk_by(|a, b| a.person == b.person) {
        theirs.insert(mine[0].person, mine);
    }
    let mut known: BTreeMap<i64, (BTreeSet<String>, BTreeSet<String>)> =
        people.iter().map(|person| (person.member, Default::default())).collect();
    segments::platforms(store, |person, platform| {
        if let Some((platforms, _)) = known.get_mut(&person) {
            platforms.insert(platform.into());
        }
    })?;
    segments::tags(store, as_of, |person, tag| {
        if let Some((_, tags)) = known.get_mut(&person) {
            tags.insert(tag.into());
        }
    })?;
    let mut willing = BTreeSet::new();
    segments::consents(store, as_of, |person, purpose| {
        if words.suggestions.introduce_with.iter().any(|wanted| wanted == purpose) {
            willing.insert(person);
        }
    })?;
    let refused = stages::refused(store, "contact", as_of)?;
    let peers: Vec<Peer> = people
        .iter()
        .filter(|one| one.verdict == Verdict::Steady && one.rhythm.recent > 0)
        .filter(|one| willing.contains(&one.member) && !refused.contains(&one.member))
        .map(|one| Peer {
            member: one.member,
            platforms: theirs
                .get(&one.member)
                .into_iter()
                .flat_map(|work| *work)
                .map(|work| work.platform.clone())
                .collect(),
            tags: known.get(&one.member).map(|known| known.1.clone()).unwrap_or_default(),
            recent: one.rhythm.recent,
        })
        .collect();
    let names: BTreeMap<i64, String> = people.iter().map(|one| (one.member, one.name.clone())).collect();
    for person in people.iter_mut().filter(|person| person.verdict.is_alarm()) {
        let (platforms, tags) = known.get(&person.member).cloned().unwrap_or_default();
        let work = theirs.get(&person.member).copied().unwrap_or_default();
        let case = Case { member: person.member, work, platforms, tags, is_late: person.late.is_some() };
        let mut advice = advice(&words.suggestions, words.lang, &case, &peers, as_of)?;
        advice.about = advice.about.or_else(|| names.get(&advice.with?).cloned());
        person.advice = Some(advice);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;

    fn rhythm(member: i64, days: Vec<i32>) -> Rhythm {
        rhythms(&[ActiveDays { member, days }], &[], 1000).remove(0)
    }

    #[test]
    fn the_sentences_say_it_in_plain_words() {
        let words = Words::read(Lang::En).expect("reads");
        let days: Vec<i32> = (916..=972).step_by(4).collect();
        let mut person = watched(&words, rhythm(1, days.clone()), Some(0.005), Some(40));
        person.name = "Ben".into();
        let early = Early { joined: 20, begun: 15, half: Some(9), late_after: 21, of_all: true };
        assert_eq!(person.alarms(&words), ["drop", "silence", "late"]);
        assert_eq!(
            sentences(&words, &person, &days, Some(&early), 1000).expect("fills"),
            [
                "Ben: 0 active days in the last 4 weeks; their own rhythm would be about 5. That is unlikely to be chance (1 in 75). Last seen 28 days ago; their usual gap is 4.",
                "Ben: silent for 28 days. Of people with 15 active days in 12 weeks who are still with us, 1 in 200 would be silent that long.",
                "Ben: joined 40 days ago and has made nothing yet; three of four had begun by day 21."
            ]
        );
        assert_eq!(one_in(&words, 1e-9).expect("fills"), "less than 1 in 10,000");
        let words = Words::read(Lang::Zh).expect("reads");
        assert_eq!(
            sentences(&words, &person, &days, Some(&early), 1000).expect("fills"),
            [
                "Ben：最近四周活跃 0 天；按自己的节奏应为约 5 天。这不太可能是偶然（概率 1/75）。上次活动在 28 天前，平时间隔 4 天。",
                "Ben：已沉默 28 天。在 12 周里活跃过 15 天、如今仍在的人当中，只有 1/200 会沉默这么久。",
                "Ben：40 天前加入，至今还没有贡献；四分之三的人到第 21 天已经开始。"
            ]
        );
        assert_eq!(one_in(&words, 1e-9).expect("fills"), "不到 1/10000");
    }

    #[test]
    fn either_alarm_is_enough_and_late_comes_after_both() {
        let words = Words::read(Lang::En).expect("reads");
        let steady = || rhythm(1, (890..=984).step_by(4).collect());
        let verdict = |rhythm, silence, late| watched(&words, rhythm, silence, late).verdict;
        assert_eq!(verdict(steady(), Some(0.5), None), Verdict::Steady);
        assert_eq!(verdict(steady(), Some(0.004), None), Verdict::AtRisk);
        assert_eq!(verdict(steady(), Some(0.015), Some(3)), Verdict::Watch);
        // However unlikely, a week is nobody's trough.
        assert_eq!(verdict(rhythm(1, (880..=993).step_by(1).collect()), Some(0.001), None), Verdict::Steady);
        assert_eq!(verdict(steady(), None, Some(3)), Verdict::Late);
        assert_eq!(verdict(rhythm(1, vec![]), None, None), Verdict::NotEnoughHistory);
        assert_eq!(verdict(rhythm(1, (890..=972).step_by(4).collect()), None, Some(3)), Verdict::AtRisk);
    }

    #[test]
    fn many_looks_are_adjusted_for() {
        let words = Words::read(Lang::En).expect("reads");
        let one = ActiveDays { member: 1, days: Vec::new() };
        let silent = || watched(&words, rhythm(1, (916..=972).step_by(4).collect()), None, None);
        let steady = || watched(&words, rhythm(1, (890..=1000).step_by(4).collect()), None, None);
        let mut alone = vec![(silent(), &one)];
        adjust(&words, &mut alone);
        near(alone[0].0.adjusted.expect("was tested"), 0.75_f64.powi(15), 1e-9);
        assert!(alone[0].0.holds());
        let mut many = vec![(silent(), &one)];
        many.extend((0..9).map(|_| (steady(), &one)));
        adjust(&words, &mut many);
        near(many[0].0.adjusted.expect("was tested"), 10.0 * 0.75_f64.powi(15), 1e-9);
        assert!(!many[0].0.holds());
    }
}
