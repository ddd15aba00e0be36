//! Tracked links: what is added to an address so that a visit tells whose link it came by.

use crate::app::fail::usage;
use crate::data;
use crate::model::time::half_width;
use anyhow::{Context, Result};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use url::Url;

/// A value this close to one of the list is offered: Jaro-Winkler, in thousandths.
const NEAR: u32 = 750;

/// The closed lists of data/utm.toml.
#[derive(Debug, Deserialize)]
pub struct Lists {
    source: Vec<String>,
    medium: Vec<String>,
    usual: Tracking,
}

/// The values of one link but for whose it is; lower case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Tracking {
    /// `utm_source`.
    pub source: String,
    /// `utm_medium`.
    pub medium: String,
    /// `utm_campaign`.
    pub campaign: String,
}

impl Lists {
    /// The lists as the program carries them.
    pub fn shipped() -> Result<Self> {
        let text = data::needed("utm.toml")?;
        toml::from_str(text).context("utm.toml")
    }

    /// What was asked for, each value from its list; what was not asked for is as usual.
    pub fn tracking(
        self,
        source: Option<&str>,
        medium: Option<&str>,
        campaign: Option<&str>,
    ) -> Result<Tracking> {
        let source = source.map(|word| listed("--source", word, &self.source)).transpose()?;
        let medium = medium.map(|word| listed("--medium", word, &self.medium)).transpose()?;
        let campaign = campaign.map(|words| {
            let word = word(words);
            if word.is_empty() {
                return Err(usage(format!(
                    "--campaign {words}: use Latin letters and digits, such as spring-fair"
                )));
            }
            Ok(word)
        });
        Ok(Tracking {
            source: source.unwrap_or(self.usual.source),
            medium: medium.unwrap_or(self.usual.medium),
            campaign: campaign.transpose()?.unwrap_or(self.usual.campaign),
        })
    }
}

fn listed(flag: &str, text: &str, list: &[String]) -> Result<String> {
    let word = half_width(text.trim()).to_lowercase();
    if list.contains(&word) {
        return Ok(word);
    }
    let near = |known: &&String| (strsim::jaro_winkler(&word, known) * 1000.0) as u32;
    let near = list.iter().filter(|known| near(known) >= NEAR).max_by_key(near);
    let near = near.map_or_else(String::new, |known| format!("; did you mean {known}?"));
    Err(usage(format!(
        "{flag} {text}: not in the list, which is closed so that figures add up: {}{near}",
        list.join(", ")
    )))
}

/// Words as one lower-case word of ASCII letters, digits and hyphens; accents are dropped, other scripts left out.
pub fn word(text: &str) -> String {
    let mut word = String::new();
    for c in half_width(text).nfd().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            word.push(c);
        } else if c.is_ascii() && !word.is_empty() && !word.ends_with('-') {
            word.push('-');
        }
        if word.len() == 40 {
            break;
        }
    }
    word.trim_end_matches('-').to_string()
}

/// A member in a link: the first name if it is in Latin letters, and the number, which no two share.
pub fn content(name: Option<&str>, member: i64) -> String {
    let first = name.and_then(|name| name.split_whitespace().next()).map(word).unwrap_or_default();
    if first.is_empty() || first.contains('-') || name.is_some_and(|name| name.contains('@')) {
        format!("m{member}")
    } else {
        format!("{first}-{member}")
    }
}

/// `target` with the four values; tracking values it had go, everything else stays in its order. None where
/// it is no web address.
pub fn tracked(target: &str, tracking: &Tracking, content: &str) -> Option<String> {
    let text = half_width(target.trim());
    let text = if text.contains("://") { text } else { format!("https://{text}") };
    let mut url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    url.host_str()?;
    let values = [
        ("utm_source", tracking.source.as_str()),
        ("utm_medium", tracking.medium.as_str()),
        ("utm_campaign", tracking.campaign.as_str()),
        ("utm_content", content),
    ];
    let kept = url.query().unwrap_or_default().split('&').map(String::from);
    let kept = kept.filter(|pair| !pair.is_empty() && !pair.to_lowercase().starts_with("utm_"));
    let pairs: Vec<String> = kept.chain(values.map(|(name, value)| format!("{name}={value}"))).collect();
    url.set_query(Some(&pairs.join("&")));
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> Tracking {
        Lists::shipped().and_then(|lists| lists.tracking(None, None, None)).expect("the lists are whole")
    }

    #[test]
    fn a_link_says_whose_it_is() {
        assert_eq!(
            tracked("kettle.example/new?a=1&utm_source=X&b=%20#top", &usual(), "ana-7").as_deref(),
            Some(
                "https://kettle.example/new?a=1&b=%20&utm_source=community&utm_medium=advocate\
                 &utm_campaign=advocacy&utm_content=ana-7#top"
            )
        );
        assert_eq!(tracked("javascript:alert(1)", &usual(), "x"), None);
        assert_eq!(tracked("", &usual(), "x"), None);
    }

    #[test]
    fn members_in_links() {
        assert_eq!(content(Some("José Núñez"), 7), "jose-7");
        assert_eq!(content(Some("王小明"), 7), "m7");
        assert_eq!(content(None, 7), "m7");
        assert_eq!(content(Some("ana@example.com"), 7), "m7");
    }

    #[test]
    fn values_come_from_the_lists() {
        let lists = || Lists::shipped().expect("the lists are whole");
        let asked = lists().tracking(None, Some(" Email"), Some("Spring Fair 2026!")).expect("is listed");
        assert_eq!((asked.medium.as_str(), asked.campaign.as_str()), ("email", "spring-fair-2026"));
        assert!(lists().tracking(Some("billboard"), None, None).is_err());
        assert!(lists().tracking(None, None, Some("春")).is_err());
    }

    #[test]
    fn the_lists_are_lower_case() {
        let lists = Lists::shipped().expect("the lists are whole");
        for value in lists.source.iter().chain(&lists.medium) {
            assert_eq!(*value, word(value));
        }
        assert!(lists.source.contains(&lists.usual.source) && lists.medium.contains(&lists.usual.medium));
    }
}
