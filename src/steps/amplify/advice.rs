//! What to do for someone who is about to give up: which reply to write, which post to lift, whom to introduce.

use crate::data::{Both, Lang};
use crate::model::time::Day;
use crate::output::template;
use crate::store::works::Work;
use anyhow::Result;
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What may be suggested: of data/trough.toml.
#[derive(Debug, Deserialize)]
pub struct Suggestions {
    reply_within_days: i32,
    /// How long ago work may be to be looked at at all.
    pub lift_within_days: i32,
    /// The purposes of which one needs a yes.
    pub introduce_with: Vec<String>,
    reply: Suggestion,
    lift: Suggestion,
    introduce: Suggestion,
    write: Suggestion,
    begin: Suggestion,
}

#[derive(Debug, Deserialize)]
struct Suggestion {
    what: Both,
    /// What the command writes down.
    said: Option<Both>,
    command: String,
}

/// One suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What to do; it names nobody.
    pub what: String,
    /// The title of the contribution it is about, or the name of whom to introduce.
    pub about: Option<String>,
    /// Whom to introduce.
    pub with: Option<i64>,
    /// The command to type.
    pub command: String,
}

/// Someone who may be introduced to others.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Who.
    pub member: i64,
    /// Where they are active.
    pub platforms: BTreeSet<String>,
    /// What they are tagged with.
    pub tags: BTreeSet<String>,
    /// Active days in the last four weeks.
    pub recent: u64,
}

/// What is known of someone who needs a hand.
#[derive(Debug, Clone, Default)]
pub struct Case<'a> {
    /// Who.
    pub member: i64,
    /// What they made lately, in order of time.
    pub work: &'a [Work],
    /// Where they have an account, for those who made nothing lately.
    pub platforms: BTreeSet<String>,
    /// What they are tagged with.
    pub tags: BTreeSet<String>,
    /// Whether they have made nothing at all since joining.
    pub is_late: bool,
}

/// The first suggestion that fits.
pub fn advice(words: &Suggestions, lang: Lang, case: &Case, peers: &[Peer], as_of: Day) -> Result<Advice> {
    let fresh = |one: &&Work| one.day > as_of.plus(-words.reply_within_days);
    if let Some(one) = case.work.iter().filter(|one| !one.answered && !one.promoted).find(fresh) {
        return of_work(&words.reply, lang, case, one, as_of);
    }
    let best = case
        .work
        .iter()
        .filter(|one| !one.promoted && one.engagements.is_some_and(|engagements| engagements > 0))
        .max_by_key(|one| (one.engagements, std::cmp::Reverse(one.id)));
    if let Some(one) = best {
        return of_work(&words.lift, lang, case, one, as_of);
    }
    if let Some((peer, platform)) = companion(case, peers) {
        let values = json!({ "member": case.member, "id": peer.member, "platform": platform, "days": 0 });
        return Ok(Advice { with: Some(peer.member), ..filled(&words.introduce, lang, None, values)? });
    }
    let last = if case.is_late { &words.begin } else { &words.write };
    filled(last, lang, None, json!({ "member": case.member, "id": 0, "days": 0, "platform": "" }))
}

fn of_work(words: &Suggestion, lang: Lang, case: &Case, one: &Work, as_of: Day) -> Result<Advice> {
    let values =
        json!({ "member": case.member, "id": one.id, "days": as_of.0 - one.day.0, "platform": one.platform });
    filled(words, lang, one.title.clone(), values)
}

fn filled(
    words: &Suggestion,
    lang: Lang,
    about: Option<String>,
    mut values: serde_json::Value,
) -> Result<Advice> {
    let fill = |text: &str, values: &serde_json::Value| template::fill("trough.toml", text, values);
    let what = fill(words.what.of(lang), &values)?;
    if let Some(said) = &words.said {
        values["said"] = fill(said.of(lang), &values)?.into();
    }
    Ok(Advice { what, command: fill(&words.command, &values)?, about, with: None })
}

/// Someone of the platform they use most (of several alike the first by name): who shares most of their tags, then the
/// busiest, then the one known longest.
fn companion<'a>(case: &Case, peers: &'a [Peer]) -> Option<(&'a Peer, String)> {
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    for one in case.work {
        *used.entry(&one.platform).or_default() += 1;
    }
    if used.is_empty() {
        used.extend(case.platforms.iter().map(|platform| (platform.as_str(), 1)));
    }
    let mut platforms: Vec<(&str, usize)> = used.into_iter().collect();
    platforms.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    platforms.into_iter().find_map(|(platform, _)| {
        let here =
            peers.iter().filter(|peer| peer.member != case.member && peer.platforms.contains(platform));
        let best = here.max_by_key(|peer| {
            (peer.tags.intersection(&case.tags).count(), peer.recent, std::cmp::Reverse(peer.member))
        });
        best.map(|peer| (peer, platform.to_string()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;

    fn words() -> Suggestions {
        toml::from_str(data::text("trough.toml").expect("embedded")).expect("reads")
    }

    fn work(id: i64, day: i32, answered: bool, engagements: Option<i64>) -> Work {
        let (title, platform) = (Some("T".into()), "x".into());
        Work { id, person: 1, platform, title, day: Day(day), answered, promoted: false, engagements }
    }

    fn set(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(ToString::to_string).collect()
    }

    fn say(case: &Case, peers: &[Peer]) -> Advice {
        advice(&words(), Lang::En, case, peers, Day(1000)).expect("fills")
    }

    #[test]
    fn an_answer_comes_before_a_better_place_before_a_letter() {
        let lifted = work(7, 900, true, Some(9));
        let both = [lifted.clone(), work(8, 990, false, None)];
        let found = say(&Case { member: 1, work: &both, ..Case::default() }, &[]);
        assert_eq!(found.what, "answer contribution 8, which nobody did for 10 days");
        assert_eq!(
            (found.command.as_str(), found.about.as_deref()),
            ("groundswell amplify react 8", Some("T"))
        );
        // Too old to answer now.
        let both = [lifted, work(8, 950, false, None)];
        assert!(
            say(&Case { member: 1, work: &both, ..Case::default() }, &[])
                .what
                .contains("give contribution 7")
        );
        assert!(say(&Case { member: 1, ..Case::default() }, &[]).what.contains("write to them"));
        let late = say(&Case { member: 4, is_late: true, ..Case::default() }, &[]);
        assert_eq!(late.command, "groundswell equip handbook 4 -o handbooks");
    }

    #[test]
    fn someone_of_the_same_platform_is_introduced() {
        let peer = |member, platforms: &[&str], tags: &[&str], recent| Peer {
            member,
            platforms: set(platforms),
            tags: set(tags),
            recent,
        };
        let peers = [
            peer(1, &["x"], &[], 20),
            peer(2, &["youtube"], &["data"], 9),
            peer(3, &["x"], &["data"], 2),
            peer(4, &["x"], &[], 9),
        ];
        let made = [work(8, 950, true, None)];
        let case = Case { member: 1, work: &made, tags: set(&["data"]), ..Case::default() };
        let found = say(&case, &peers);
        assert_eq!(found.with, Some(3));
        assert_eq!(found.command, "groundswell share give 1 \"introduced to member 3\" --kind help");
        let chinese = advice(&words(), Lang::Zh, &case, &peers, Day(1000)).expect("fills");
        assert_eq!(chinese.what, "介绍成员 3 给他们认识，对方也活跃在 x");
        assert_eq!(chinese.command, "groundswell share give 1 \"介绍认识了成员 3\" --kind help");
        // Nobody shares a tag: the busiest, and nobody is introduced to themselves.
        assert_eq!(say(&Case { tags: set(&[]), ..case.clone() }, &peers).with, Some(4));
        let nowhere = Case { member: 1, platforms: set(&["github"]), ..Case::default() };
        assert_eq!(say(&nowhere, &peers).with, None);
    }
}
