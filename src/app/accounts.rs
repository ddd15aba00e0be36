//! Who is meant by what people paste: an address, a handle in any of its forms, the address of a profile.

use crate::model::identity::{EMAIL, ID, Identity, platform_name};
use crate::model::time::half_width;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;
use url::Url;

/// The accounts' side of data/platforms.toml.
#[derive(Debug, Default, Deserialize)]
struct Sites {
    fronts: Vec<String>,
    platform: Vec<Site>,
    #[serde(skip)]
    at: HashMap<String, Vec<usize>>,
}

#[derive(Debug, Default, Deserialize)]
struct Site {
    name: String,
    hosts: Vec<String>,
    #[serde(default)]
    accounts: Vec<String>,
    #[serde(default)]
    nobody: Vec<String>,
    #[serde(default)]
    federated: bool,
}

static SITES: LazyLock<Sites> = LazyLock::new(|| {
    let text = crate::data::text("platforms.toml");
    let mut sites: Sites = text.and_then(|text| toml::from_str(text).ok()).unwrap_or_default();
    for (index, site) in sites.platform.iter().enumerate() {
        let own = site
            .accounts
            .iter()
            .filter_map(|pattern| pattern.split('/').next())
            .filter(|host| !host.is_empty());
        for host in site.hosts.iter().map(String::as_str).chain(own) {
            let places: &mut Vec<usize> = sites.at.entry(host.to_owned()).or_default();
            if !places.contains(&index) {
                places.push(index);
            }
        }
    }
    sites
});

/// The account that the address of a profile or post names; none where it names nobody, or the site is not known.
pub fn of_url(text: &str) -> Option<Identity> {
    let url = address(text)?;
    let host = SITES.bare(url.host_str()?);
    SITES.named_at(host).find_map(|site| site.account(&url, host))
}

/// The platform an address is on, whether it names an account or only a post; none where the site is no platform.
pub fn platform_of(text: &str) -> Option<String> {
    let url = address(text)?;
    let host = url.host_str()?.to_lowercase();
    let bare = SITES.bare(&host);
    if let Some(site) = SITES.named_at(bare).find(|site| site.account(&url, bare).is_some()) {
        return Some(site.name.clone());
    }
    let mut left = Some(host.as_str());
    while let Some(host) = left {
        if let Some(site) = SITES.named_at(host).find(|site| site.hosts.iter().any(|own| own == host)) {
            return Some(site.name.clone());
        }
        left = host.split_once('.').map(|(_, rest)| rest);
    }
    None
}

/// The site an address is on, where no platform is known by it: `forum.example.com`.
pub fn site_of(text: &str) -> Option<String> {
    let host = address(text)?.host_str()?.to_lowercase();
    let bare = host.strip_prefix("www.").unwrap_or(&host);
    bare.contains('.').then(|| bare.to_string())
}

/// Whether a platform is software that runs on anybody's site, so that an address does not say which.
pub fn is_on_any_site(platform: &str) -> bool {
    SITES.everywhere().any(|site| site.name == platform)
}

/// An e-mail address, also as `mailto:ana@example.com` or `Ana <ana@example.com>`.
pub fn email(text: &str) -> Option<Identity> {
    if let Some(plain) = Identity::email(text) {
        return Some(plain);
    }
    let text = half_width(text.trim());
    let inner = match text.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>')?,
        None => &text,
    };
    let inner = inner.trim();
    let start = inner.get(..7).filter(|start| start.eq_ignore_ascii_case("mailto:"));
    let bare = start.map_or(inner, |_| inner[7..].split('?').next().unwrap_or_default());
    Identity::email(&decoded(bare))
}

/// What someone typed or pasted, in any form that says which platform it is on: an address, `platform:handle`,
/// `u/name`, `@name@host`, or the address of a profile. A bare name or `@name` says none.
pub fn typed(text: &str) -> Option<Identity> {
    let text = half_width(text.trim());
    email(&text)
        .or_else(|| federated(&text))
        .or_else(|| of_any_site(&text))
        .or_else(|| of_path(&text))
        .or_else(|| {
            let (platform, handle) =
                text.split_once(':').filter(|(_, handle)| !handle.trim().starts_with("//"))?;
            on_platform(&platform_name(platform), handle)
        })
}

/// What stands in a handle column: as [`typed`], on the platform of the row where it has one. A bare handle without
/// a platform is a customer number.
pub fn in_cell(platform: Option<&str>, cell: &str) -> Option<Identity> {
    let is_bare = if cell.is_ascii() {
        !cell.bytes().any(|byte| matches!(byte, b'/' | b':'))
    } else {
        !cell.contains(['/', ':', '／', '：'])
    };
    if is_bare {
        return Identity::handle(platform.unwrap_or(ID), cell);
    }
    let text = half_width(cell);
    if let Some(platform) = platform {
        return of_url(&text)
            .or_else(|| on_platform(platform, &text))
            .filter(|account| account.platform != EMAIL);
    }
    let prefixed = || {
        let (platform, handle) = text.split_once(':')?;
        let platform = platform_name(platform);
        let is_known = SITES.platform.iter().any(|site| site.name == platform);
        is_known.then(|| on_platform(&platform, handle)).flatten()
    };
    email(&text)
        .or_else(|| of_any_site(&text))
        .or_else(|| of_path(&text))
        .or_else(prefixed)
        .or_else(|| Identity::handle(ID, cell))
}

/// A handle on a known platform, in whatever form: bare, `platform:handle`, a part of the profile's address or all of it.
fn on_platform(platform: &str, text: &str) -> Option<Identity> {
    let text = text.trim();
    let text = match text.split_once(':') {
        Some((front, rest)) if platform_name(front) == platform => rest.trim(),
        _ => text,
    };
    if !text.contains('/') {
        return Identity::handle(platform, text);
    }
    if let Some(account) = of_any_site(text)
        && (account.platform == platform || is_on_any_site(&account.platform))
    {
        return Identity::handle(platform, &account.shown);
    }
    let path = format!("https://host/{}", text.trim_start_matches('/'));
    let url = Url::parse(&path).ok();
    let sites = SITES.platform.iter().filter(|site| site.name == platform);
    let by_path = url.and_then(|url| sites.into_iter().find_map(|site| site.account(&url, "")));
    by_path.or_else(|| Identity::handle(platform, text))
}

/// `u/name` and `/u/name`, which need no site in front to be understood.
fn of_path(text: &str) -> Option<Identity> {
    let name = text.trim_start_matches('/').strip_prefix("u/")?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
    is_name.then(|| Identity::handle("reddit", name)).flatten()
}

/// `@name@host`, as the servers that talk to each other write a handle.
fn federated(text: &str) -> Option<Identity> {
    let plain = text.strip_prefix('@').and_then(Identity::email)?;
    let site = SITES.platform.iter().find(|site| site.federated)?;
    Identity::handle(&site.name, &plain.shown)
}

/// As [`of_url`], and on sites of their own that run known software.
fn of_any_site(text: &str) -> Option<Identity> {
    if !text.contains('/') {
        return None;
    }
    let url = address(text)?;
    let host = SITES.bare(url.host_str()?);
    if !host.contains('.') {
        return None;
    }
    let mut here = SITES.named_at(host).peekable();
    if here.peek().is_some() {
        return here.find_map(|site| site.account(&url, host));
    }
    SITES.everywhere().find_map(|site| site.account(&url, host))
}

fn address(text: &str) -> Option<Url> {
    let text = text.trim();
    let url = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("https://{text}")) };
    url.ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// `%E7%8E%8B` as it was meant.
fn decoded(text: &str) -> String {
    if !text.contains('%') || text.contains(['&', '=']) {
        return text.into();
    }
    let plus = text.replace('+', "%2B");
    let pair = url::form_urlencoded::parse(plus.as_bytes()).next();
    pair.map_or_else(|| text.into(), |(text, _)| text.into_owned())
}

impl Sites {
    /// A host without what may stand before a site's name.
    fn bare<'a>(&self, host: &'a str) -> &'a str {
        match host.split_once('.') {
            Some((front, rest)) if rest.contains('.') && !self.at.contains_key(host) => {
                let is_front = self.fronts.iter().any(|known| known == front)
                    || (front.len() == 2 && front.bytes().all(|byte| byte.is_ascii_alphabetic()));
                if is_front { rest } else { host }
            }
            _ => host,
        }
    }

    /// The sites of this name.
    fn named_at(&self, host: &str) -> impl Iterator<Item = &Site> {
        // `ana.medium.com` is a place of medium's too.
        let inner = host.split_once('.').map(|(_, rest)| format!("{{name}}.{rest}"));
        let places = self.at.get(host).into_iter().chain(inner.and_then(|inner| self.at.get(&inner)));
        places.flatten().map(|&index| &self.platform[index])
    }

    /// Software that runs on anybody's site.
    fn everywhere(&self) -> impl Iterator<Item = &Site> {
        self.platform.iter().filter(|site| site.hosts.iter().any(|host| host == "*"))
    }
}

impl Site {
    /// Whose an address at this site is.
    fn account(&self, url: &Url, host: &str) -> Option<Identity> {
        let handle = self.accounts.iter().find_map(|pattern| self.handle(pattern, url, host))?;
        let handle = handle.trim_start_matches('@');
        if self.federated && !handle.contains('@') && !host.is_empty() {
            return Identity::handle(&self.name, &format!("{handle}@{host}"));
        }
        Identity::handle(&self.name, handle)
    }

    /// The handle, where the address fits a pattern of `accounts`.
    fn handle(&self, pattern: &str, url: &Url, host: &str) -> Option<String> {
        let (place, path) = pattern.split_once('/')?;
        let mut handle = None;
        if let Some(rest) = place.strip_prefix("{name}") {
            handle = Some(host.strip_suffix(rest)?.to_string());
        } else {
            let own = |own: &String| own == host || own == "*";
            let is_here =
                if place.is_empty() { host.is_empty() || self.hosts.iter().any(own) } else { place == host };
            is_here.then_some(())?;
        }
        let (path, value) = path.split_once('?').map_or((path, None), |(path, value)| (path, Some(value)));
        let given: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
        let mut wanted = path.split('/');
        let mut have = given.iter();
        loop {
            match (wanted.next(), have.next()) {
                (Some("**"), _) | (None, None) => break,
                (Some("*"), Some(_)) => {}
                (Some("{n}"), Some(part)) if part.bytes().all(|byte| byte.is_ascii_digit()) => {
                    handle = Some((*part).to_string());
                }
                (Some(want), Some(part)) => match want.strip_suffix("{name}") {
                    Some(start) => handle = Some(decoded(decoded(part).strip_prefix(start)?)),
                    None if want == *part => {}
                    None => return None,
                },
                _ => return None,
            }
        }
        if let Some(value) = value {
            handle = Some(url.query_pairs().find(|(name, _)| name == value)?.1.into_owned());
        }
        handle.filter(|handle| !handle.is_empty() && !self.nobody.contains(&handle.to_lowercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(identity: Option<Identity>) -> String {
        identity.map(|identity| identity.name()).unwrap_or_default()
    }

    #[test]
    fn what_people_paste_is_one_identity() {
        for (text, want) in [
            ("Ana@Example.com", "ana@example.com"),
            ("mailto:ana@example.com?subject=Hi", "ana@example.com"),
            ("MAILTO:Ana%2Bx@example.com", "ana+x@example.com"),
            ("Ana Lindqvist <ana@example.com>", "ana@example.com"),
            ("<ana@example.com>", "ana@example.com"),
            ("王小明 ＜wang@example.com＞", "wang@example.com"),
            ("x:@AnaL", "x:anal"),
            ("Twitter: ＠AnaL", "x:anal"),
            ("x:https://twitter.com/AnaL", "x:anal"),
            ("https://x.com/AnaL", "x:anal"),
            ("https://mobile.twitter.com/AnaL/status/649293177409679360?s=20", "x:anal"),
            ("youtube.com/@ana", "youtube:ana"),
            ("https://www.youtube.com/channel/UC_x5XG1OV2P6uZZ5FSM9Ttw", "youtube:uc_x5xg1ov2p6uzz5fsm9ttw"),
            ("https://www.linkedin.com/in/ana-lindqvist/", "linkedin:ana-lindqvist"),
            ("https://de.linkedin.com/in/ana-lindqvist/en?trk=x", "linkedin:ana-lindqvist"),
            ("https://cn.linkedin.com/in/%E7%8E%8B%E5%B0%8F%E6%98%8E", "linkedin:王小明"),
            ("linkedin:in/ana-lindqvist", "linkedin:ana-lindqvist"),
            ("https://old.reddit.com/user/Ana_L/comments/", "reddit:ana_l"),
            ("reddit.com/u/Ana_L", "reddit:ana_l"),
            ("u/Ana_L", "reddit:ana_l"),
            ("/u/Ana_L", "reddit:ana_l"),
            ("reddit:u/Ana_L", "reddit:ana_l"),
            ("https://github.com/ana/kettle/pull/7", "github:ana"),
            ("https://gist.github.com/ana/abc", "github:ana"),
            ("https://stackoverflow.com/users/123456/ana-l?tab=profile", "stackoverflow:123456"),
            ("https://www.instagram.com/ana.l/", "instagram:ana.l"),
            ("https://www.instagram.com/ana.l/p/Cxyz/", "instagram:ana.l"),
            ("https://www.tiktok.com/@ana.l/video/7", "tiktok:ana.l"),
            ("https://www.facebook.com/profile.php?id=1000", "facebook:1000"),
            ("https://forum.kettle.example/u/ana/summary", "discourse:ana"),
            ("https://kettle.example/forum/u/ana", "discourse:ana"),
            ("forum:https://forum.kettle.example/u/ana", "forum:ana"),
            ("https://space.bilibili.com/12345/dynamic", "bilibili:12345"),
            ("b站:12345", "bilibili:12345"),
            ("https://www.zhihu.com/people/wang-xiao-ming", "zhihu:wang-xiao-ming"),
            ("https://weibo.com/u/1234567", "weibo:1234567"),
            ("https://weibo.com/n/%E7%8E%8B%E5%B0%8F%E6%98%8E", "weibo:王小明"),
            ("https://m.weibo.cn/profile/1234567", "weibo:1234567"),
            ("https://weibo.com/wangxm", "weibo:wangxm"),
            ("https://www.xiaohongshu.com/user/profile/5f3e?xsec_token=A", "xiaohongshu:5f3e"),
            ("https://medium.com/@ana/a-title-1a2b", "medium:ana"),
            ("https://ana.medium.com/a-title-1a2b", "medium:ana"),
            ("https://dev.to/ana/a-title-1a2b", "dev.to:ana"),
            ("https://fosstodon.org/@Ana", "mastodon:ana@fosstodon.org"),
            ("@Ana@fosstodon.org", "mastodon:ana@fosstodon.org"),
            ("mastodon:@Ana@fosstodon.org", "mastodon:ana@fosstodon.org"),
            ("https://bsky.app/profile/ana.bsky.social/post/3k", "bluesky:ana.bsky.social"),
            ("https://www.threads.com/@ana", "threads:ana"),
            ("https://news.ycombinator.com/user?id=ana", "hackernews:ana"),
            ("https://www.twitch.tv/ana", "twitch:ana"),
            ("circle:ana/7", "circle:ana/7"),
        ] {
            assert_eq!(name(typed(text)), want, "{text}");
        }
    }

    #[test]
    fn what_says_no_platform_is_no_identity() {
        for text in [
            "",
            "Ana Lindqvist",
            "@ana",
            "ana",
            "https://example.com/ana",
            "example.com/ana",
            "https://www.instagram.com/p/Cxyz/",
            "https://x.com/i/status/1",
            "https://x.com/home",
            "https://www.linkedin.com/feed/update/urn:li:activity:7/",
            "https://github.com/topics/kettle",
            "https://docs.github.com/en/get-started",
            "https://help.instagram.com/123",
            "https://weibo.com/tv/show/1",
            "<a href=\"http://twitter.com\">Client</a>",
            "Ana <ana>",
        ] {
            assert_eq!(name(typed(text)), "", "{text}");
        }
    }

    #[test]
    fn a_cell_says_what_was_typed() {
        for (platform, cell, want) in [
            (None, "4711", "id:4711"),
            (None, "@ana", "id:ana"),
            (None, "https://x.com/AnaL", "x:anal"),
            (None, "https://forum.kettle.example/u/ana", "discourse:ana"),
            (None, "u/ana", "reddit:ana"),
            (None, "youtube:@ana", "youtube:ana"),
            (None, "auth:4711", "id:auth:4711"),
            (None, "mailto:ana@example.com", "ana@example.com"),
            (None, "https://example.com/ana", "id:https://example.com/ana"),
            (Some("x"), "@AnaL", "x:anal"),
            (Some("x"), "https://twitter.com/AnaL", "x:anal"),
            (Some("x"), "x:AnaL", "x:anal"),
            (Some("forum"), "https://forum.kettle.example/u/ana", "forum:ana"),
            (Some("forum"), "ana/7", "forum:ana/7"),
            (Some("reddit"), "u/ana", "reddit:ana"),
            (Some("linkedin"), "in/ana-l", "linkedin:ana-l"),
            (Some("zhihu"), "ｐｅｏｐｌｅ／ana", "zhihu:ana"),
            (Some("slack"), "T1:U2", "slack:t1:u2"),
        ] {
            assert_eq!(name(in_cell(platform, cell)), want, "{cell}");
        }
    }

    #[test]
    fn a_site_tells_the_platform_even_where_it_names_nobody() {
        let platform = |url| platform_of(url).unwrap_or_default();
        assert_eq!(platform("https://www.linkedin.com/feed/update/urn:li:activity:7/"), "linkedin");
        assert_eq!(platform("https://youtu.be/abc"), "youtube");
        assert_eq!(platform("https://space.bilibili.com/1"), "bilibili");
        assert_eq!(platform("https://notlinkedin.com/x"), "");
        assert_eq!(platform("https://example.com/ana"), "");
        assert_eq!(platform("https://forum.kettle.example/u/ana"), "");
    }

    #[test]
    fn every_pattern_can_be_read() {
        assert!(SITES.platform.len() > 30, "data/platforms.toml is read");
        for site in &SITES.platform {
            for pattern in &site.accounts {
                let says = ["{name}", "{n}", "?"].iter().any(|part| pattern.contains(part));
                assert!(says && pattern.contains('/'), "{}: {pattern}", site.name);
            }
            assert!(site.nobody.iter().all(|word| *word == word.to_lowercase()), "{}", site.name);
        }
    }

    proptest! {
        #[test]
        fn no_account_that_is_pasted_panics(
            text in "(\\PC|https?://|www\\.|youtube\\.com|x\\.com|github\\.com|reddit\\.com|mastodon\\.social|zhihu\\.com|/|@|u/|:|%[0-9A-F]{2}|\\?|=|#|ana|王|email|<|>| |\\.|-){0,20}",
        ) {
            for identity in [typed(&text), of_url(&text), email(&text), in_cell(Some("x"), &text), in_cell(None, &text)]
                .into_iter()
                .flatten()
            {
                prop_assert!(!identity.value.is_empty() && !identity.platform.is_empty(), "{:?}", identity);
                prop_assert!(!identity.value.contains(char::is_control), "{:?}", identity);
            }
        }
    }
}
