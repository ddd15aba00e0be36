//! What an address tells: the platform, the kind of contribution, and whether two addresses are one thing.

mod spelling;

pub use spelling::{PLATFORMS, listed, spelling};

use crate::model::time::half_width;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::HashSet;
use url::{Url, form_urlencoded};

/// The platforms that are known by their addresses: data/platforms.toml.
#[derive(Debug, Default, Deserialize)]
pub struct Platforms {
    fronts: Vec<String>,
    tracking: Vec<String>,
    platform: Vec<Platform>,
    /// Where no platform is known by its site.
    elsewhere: Vec<Platform>,
    /// The sites of all platforms.
    #[serde(skip)]
    hosts: HashSet<String>,
}

#[derive(Debug, Deserialize)]
struct Platform {
    name: String,
    hosts: Vec<String>,
    #[serde(default)]
    tracking: Vec<String>,
    paths: Vec<String>,
    /// What tells contributions apart means something on its own site only.
    #[serde(default)]
    local: bool,
    /// Letter case makes no difference.
    #[serde(default)]
    caseless: bool,
    /// Files are known by the address, not by its ids.
    #[serde(default)]
    spelled: bool,
}

/// An address, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The address without what is only tracking.
    pub url: String,
    /// The platform, where the address tells.
    pub platform: Option<String>,
    /// The kind of contribution, where the path tells.
    pub kind: Option<String>,
    /// Equal for two addresses of one contribution.
    pub key: String,
    /// A word that every address of the contribution holds, in lower case.
    pub word: String,
    /// What a row of a file is known by: the address in its plainest spelling where sites have only one, else the key.
    pub spelling: String,
}

/// What patterns look at.
struct Parts<'a> {
    path: &'a str,
    query: &'a str,
    fragment: Option<&'a str>,
}

/// A pattern that an address fits.
struct Fit<'a> {
    kind: &'a str,
    space: &'a str,
    ids: Vec<String>,
    keeps_fragment: bool,
}

impl Fit<'_> {
    /// The address of a thread, also where it names its first post.
    fn without_first_post(&self, address: String) -> String {
        match &self.ids[..] {
            [id] if address.ends_with(&format!("/{id}/1")) => address[..address.len() - 2].to_string(),
            _ => address,
        }
    }
}

impl Platforms {
    /// Reads the list.
    pub fn parse(text: &str) -> Result<Self> {
        let mut list: Self = toml::from_str(text).context("platforms.toml")?;
        let all = list.platform.iter().flat_map(|platform| &platform.hosts);
        list.hosts = all.filter(|host| *host != "*").cloned().collect();
        Ok(list)
    }

    /// What an address tells, also one with words around it, as apps share it; none for what is no web address.
    pub fn place(&self, text: &str) -> Option<Place> {
        let mut url = pasted(text)?;
        let host = url.host_str()?.to_lowercase();
        let host = self.bare(&host);
        if !host.contains('.') || !host.chars().all(stands_in_a_host) {
            return None;
        }
        let mut here: Vec<&Platform> = self.platform.iter().filter(|platform| platform.is_at(host)).collect();
        if here.iter().all(|platform| platform.is_anywhere()) {
            here.extend(self.elsewhere.iter().filter(|platform| platform.is_at(host)));
        }
        let parts =
            Parts { path: url.path(), query: url.query().unwrap_or_default(), fragment: url.fragment() };
        let fit = here.iter().find_map(|platform| {
            platform.paths.iter().find_map(|path| Some((*platform, fits(path, &parts)?)))
        });
        let own =
            fit.as_ref().map(|fit| fit.0).or(here.iter().copied().find(|platform| !platform.is_anywhere()));
        let dropped: Vec<&String> =
            self.tracking.iter().chain(own.map(|own| &own.tracking).into_iter().flatten()).collect();
        strip(&mut url, &dropped);
        if !fit.as_ref().is_some_and(|fit| fit.1.keeps_fragment) {
            url.set_fragment(None);
        }
        // What went may have stood behind a sign that ends a sentence and no address.
        let kept = url.as_str().trim_end_matches(CLOSING);
        if kept.len() < url.as_str().len() {
            return self.place(kept);
        }
        let address = address(&url, host);
        let plain = format!("https://{}", address.trim_end_matches('?'));
        let (key, word, spelling) = match (own, &fit) {
            (Some(own), Some((_, fit))) if !fit.ids.is_empty() => {
                let (key, word) = own.told_by(fit, host)?;
                let spelling = if own.spelled { fit.without_first_post(plain) } else { key.clone() };
                (key, word, spelling)
            }
            _ => {
                let path = url.path().to_lowercase();
                (address, word(&path).unwrap_or_else(|| word(host).unwrap_or_default()), plain)
            }
        };
        let kind = fit.map(|(_, fit)| fit.kind.to_string());
        let platform = own.map(|own| own.name.clone());
        Some(Place { url: url.into(), platform, kind, key, word, spelling })
    }

    /// A host without what may stand before a site's name.
    fn bare<'a>(&self, host: &'a str) -> &'a str {
        match host.split_once('.') {
            Some((front, rest))
                if rest.contains('.')
                    && !self.hosts.contains(host)
                    && self.fronts.iter().any(|one| one == front) =>
            {
                rest
            }
            _ => host,
        }
    }
}

/// Signs that close a sentence or a bracket around an address.
const CLOSING: [char; 4] = [',', ')', ']', ';'];

/// The address in what was pasted: all of it, or what stands among other words.
fn pasted(text: &str) -> Option<Url> {
    let plain = half_width(text.trim());
    // Full-width signs end an address, so they are looked for before they become plain ones.
    let found = among(text.trim()).or_else(|| among(&plain)).or_else(|| bare(&plain))?;
    let found = half_width(&found);
    let url = Url::parse(found.trim_end_matches(CLOSING)).ok()?;
    // A name or password before the host is no part of an address that anyone shares.
    let is_open = url.username().is_empty() && url.password().is_none();
    (matches!(url.scheme(), "http" | "https") && is_open).then_some(url)
}

fn ends(c: char) -> bool {
    c.is_whitespace() || "，。；！？、（）【】《》「」\"<>".contains(c)
}

/// From the scheme on.
fn among(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let start = ["https://", "http://"].iter().filter_map(|scheme| lower.find(scheme)).min()?;
    text.get(start..)?.split(ends).next().map(str::to_string)
}

/// An address without a scheme: all of the text, or the first word in it that looks like one.
fn bare(text: &str) -> Option<String> {
    if text.contains("://") {
        return None;
    }
    let is_one = |word: &&str| word.contains('.') && !word.contains('@');
    let found = if text.contains(ends) {
        text.split(ends).filter(is_one).find(|word| word.contains('/'))?
    } else {
        Some(text).filter(is_one)?
    };
    Some(format!("https://{found}"))
}

/// What the name of a site is made of, once it is written in ASCII. Addresses may have more in theory; a quote that was
/// written as `%22` ends one in any text.
fn stands_in_a_host(c: char) -> bool {
    c.is_ascii_alphanumeric() || ".-_".contains(c)
}

/// The words an address is made of, in lower case: runs of letters and digits.
pub fn words(address: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let lower = |word| {
        if str::bytes(word).any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
            Cow::Owned(word.to_lowercase())
        } else {
            Cow::Borrowed(word)
        }
    };
    address.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(lower)
}

/// The longest word.
fn word(text: &str) -> Option<String> {
    words(text).max_by_key(|word| word.len()).map(Cow::into_owned)
}

impl Platform {
    /// The key and the word of what an address tells at a host.
    fn told_by(&self, fit: &Fit, host: &str) -> Option<(String, String)> {
        let word = fit.ids.iter().filter_map(|id| word(&id.to_lowercase())).max_by_key(String::len)?;
        Some((self.key(fit, host), word))
    }

    fn key(&self, fit: &Fit, host: &str) -> String {
        let site = if self.local || self.is_anywhere() { host } else { &self.name };
        let ids = fit.ids.join("/");
        let ids = if self.caseless { ids.to_lowercase() } else { ids };
        [site, fit.space, ":", &ids].concat()
    }

    fn is_anywhere(&self) -> bool {
        self.hosts.iter().any(|host| host == "*")
    }

    fn is_at(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| {
            own == "*" || own == host || host.strip_suffix(own.as_str()).is_some_and(|sub| sub.ends_with('.'))
        })
    }
}

/// Takes the tracking values off.
fn strip(url: &mut Url, dropped: &[&String]) {
    let is_tracking = |name: &str| {
        dropped.iter().any(|tracking| {
            tracking.strip_suffix('*').map_or(name == tracking.as_str(), |start| name.starts_with(start))
        })
    };
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !is_tracking(name))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    if kept.len() < url.query_pairs().count() {
        if kept.is_empty() {
            url.set_query(None);
        } else {
            url.query_pairs_mut().clear().extend_pairs(&kept);
        }
    }
}

/// Host, path and values, without what makes no difference.
fn address(url: &Url, host: &str) -> String {
    let mut pairs: Vec<String> = url.query_pairs().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.sort();
    let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    let fragment = url.fragment().map_or_else(String::new, |fragment| format!("#{fragment}"));
    format!("{host}{port}{}?{}{fragment}", url.path().trim_end_matches('/'), pairs.join("&"))
}

/// What the address tells, if it fits `PATTERN = kind` or `PATTERN = kind, space`.
fn fits<'a>(path: &'a str, parts: &Parts) -> Option<Fit<'a>> {
    let (pattern, told) = path.rsplit_once(" = ")?;
    let (kind, space) = told.split_once(", ").unwrap_or((told, ""));
    let (pattern, fragment) =
        pattern.split_once('#').map_or((pattern, None), |(pattern, end)| (pattern, Some(end)));
    let (pattern, value) =
        pattern.split_once('?').map_or((pattern, None), |(pattern, value)| (pattern, Some(value)));
    let mut wanted: Vec<&str> = pattern.split('/').skip(1).collect();
    let mut given: Vec<&str> = parts.path.trim_matches('/').split('/').collect();
    let mut ids = Vec::new();
    // `**` in front: only the end has to fit.
    if wanted.first() == Some(&"**") {
        wanted.remove(0);
        given = given.split_off(given.len().checked_sub(wanted.len())?);
    }
    for (place, want) in wanted.iter().enumerate() {
        if *want == "**" {
            given.truncate(place);
            break;
        }
        let have = given.get(place).filter(|have| !have.is_empty())?;
        segment(want, have, &mut ids)?;
    }
    if given.len() > wanted.len() {
        return None;
    }
    if let Some(value) = value {
        let mut pairs = form_urlencoded::parse(parts.query.as_bytes());
        ids.push(pairs.find(|(name, _)| name == value)?.1.into_owned());
    }
    if let Some(fragment) = fragment {
        segment(fragment, parts.fragment?, &mut ids)?;
    }
    Some(Fit { kind, space, ids, keeps_fragment: fragment.is_some() })
}

/// Whether what stands between two slashes fits: text as it is, `*` anything, `{n}` digits, `{id}` anything but nothing.
/// What the hole holds, if there is one, is an id; none where it does not fit.
fn segment(want: &str, have: &str, ids: &mut Vec<String>) -> Option<()> {
    let mut id = None;
    let fits = fill(want, have, &mut id);
    ids.extend(id);
    fits.then_some(())
}

fn fill(want: &str, have: &str, id: &mut Option<String>) -> bool {
    let mut ends = have.char_indices().map(|(at, _)| at).chain([have.len()]);
    if let Some(rest) = want.strip_prefix('*') {
        return ends.any(|at| fill(rest, &have[at..], id));
    }
    if let Some(rest) = want.strip_prefix("{n}") {
        let end = have.find(|c: char| !c.is_ascii_digit()).unwrap_or(have.len());
        *id = Some(have[..end].to_string());
        return end > 0 && fill(rest, &have[end..], &mut None);
    }
    if let Some(rest) = want.strip_prefix("{id}") {
        let end = ends.skip(1).find(|at| fill(rest, &have[*at..], &mut None));
        *id = end.map(|end| have[..end].to_string());
        return end.is_some();
    }
    match (want.chars().next(), have.chars().next()) {
        (None, None) => true,
        (Some(one), Some(other)) if one == other => {
            fill(&want[one.len_utf8()..], &have[one.len_utf8()..], id)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;
    use proptest::prelude::*;

    fn place(text: &str) -> Place {
        let list = Platforms::parse(data::text("platforms.toml").expect("embedded")).expect("reads");
        list.place(text).unwrap_or_else(|| panic!("{text} is an address"))
    }

    /// Address, platform, kind.
    const TOLD: &[(&str, &str, &str)] = &[
        ("https://twitter.com/ana/status/123?s=20", "x", "post"),
        ("https://www.linkedin.com/posts/ana_activity-71-abc?utm_source=share", "linkedin", "post"),
        ("https://linkedin.com/pulse/how-we-ana", "linkedin", "article"),
        ("https://m.youtube.com/watch?v=abc&t=4s", "youtube", "video"),
        ("https://youtu.be/abc?si=x", "youtube", "video"),
        ("https://old.reddit.com/r/rust/comments/1abc/title/", "reddit", "post"),
        ("https://reddit.com/r/rust/comments/1abc/title/k9z", "reddit", "reply"),
        ("https://github.com/a/b/pull/7/files", "github", "code"),
        ("https://github.com/a/b/issues/7", "github", "post"),
        ("https://stackoverflow.com/questions/1/how-to/2#2", "stackoverflow", "reply"),
        ("https://stackoverflow.com/questions/1/how-to", "stackoverflow", "post"),
        ("https://www.instagram.com/reel/Cx/?igsh=1", "instagram", "video"),
        ("https://www.tiktok.com/@ana/video/77", "tiktok", "video"),
        ("https://ana.medium.com/my-story-1a2b", "medium", "article"),
        ("https://dev.to/ana/my-post-1a", "dev.to", "article"),
        ("https://ana.substack.com/p/hello", "substack", "article"),
        ("https://open.spotify.com/episode/5x", "spotify", "podcast"),
        ("https://forum.kettle.example/t/a-title/12/3", "discourse", "reply"),
        ("https://forum.kettle.example/t/a-title/12", "discourse", "post"),
        ("https://kettle.example/forum/t/a-title/12/1", "discourse", "post"),
        ("https://www.xiaohongshu.com/explore/65f?xsec_token=A&xsec_source=pc", "xiaohongshu", "post"),
        ("http://xhslink.com/a/AbC", "xiaohongshu", "post"),
        ("https://mp.weixin.qq.com/s/abc", "weixin", "article"),
        ("https://www.zhihu.com/question/1/answer/2?utm_psn=3", "zhihu", "reply"),
        ("https://www.zhihu.com/question/1", "zhihu", "post"),
        ("https://zhuanlan.zhihu.com/p/9", "zhihu", "article"),
        ("https://www.bilibili.com/video/BV1x/?spm_id_from=333", "bilibili", "video"),
        ("https://www.douyin.com/video/73", "douyin", "video"),
        ("https://weibo.com/123/Nabc", "weibo", "post"),
        ("https://m.weibo.cn/status/Nabc", "weibo", "post"),
        ("https://youtube.com/shorts/abc?feature=share", "youtube", "video"),
        ("https://www.youtube.com/watch?v=abc&lc=Ugx", "youtube", "reply"),
        ("https://x.com/i/web/status/5", "x", "post"),
        ("https://www.linkedin.com/feed/update/urn:li:activity:71/", "linkedin", "post"),
        ("https://github.com/a/b/issues/7#issuecomment-99", "github", "reply"),
        ("https://github.com/a/b/discussions/3", "github", "post"),
        ("https://github.com/a/b/commit/0ff1ce", "github", "code"),
        ("https://github.com/a/b", "github", "code"),
        ("https://gist.github.com/ana/0ff1ce", "github", "code"),
        ("https://superuser.com/a/12", "stackexchange", "reply"),
        ("https://unix.stackexchange.com/questions/1/how", "stackexchange", "post"),
        ("https://bsky.app/profile/ana.example/post/3k", "bluesky", "post"),
        ("https://mas.to/@ana/1129", "mastodon", "post"),
        ("https://www.threads.net/@ana/post/Cx", "threads", "post"),
        ("https://www.facebook.com/groups/5/posts/7", "facebook", "post"),
        ("https://podcasts.apple.com/us/podcast/a-show/id15?i=1000", "apple-podcasts", "podcast"),
        ("https://ana.podbean.com/e/episode-4/", "podcast", "podcast"),
        ("https://pod.example/feed.xml", "podcast", "podcast"),
        ("https://www.zhihu.com/pin/18", "zhihu", "post"),
        ("https://b23.tv/aBc1", "bilibili", "video"),
        ("https://www.bilibili.com/read/cv12", "bilibili", "article"),
        ("https://ana.example/2026/06/how-we-ship", "blog", "article"),
    ];

    #[test]
    fn an_address_tells_platform_and_kind() {
        for &(text, platform, kind) in TOLD {
            let place = place(text);
            assert_eq!(
                (place.platform.as_deref(), place.kind.as_deref()),
                (Some(platform), Some(kind)),
                "{text}"
            );
        }
    }

    #[test]
    fn tracking_goes_and_the_rest_stays() {
        assert_eq!(
            place("https://www.youtube.com/watch?v=abc&si=x&utm_source=y#t").url,
            "https://www.youtube.com/watch?v=abc"
        );
        assert_eq!(place("https://blog.example/a?b=%20c&utm_medium=x").url, "https://blog.example/a?b=+c");
        for (text, url) in [
            (
                "https://www.xiaohongshu.com/explore/65f?xsec_token=A&xsec_source=pc",
                "https://www.xiaohongshu.com/explore/65f",
            ),
            (
                "https://open.spotify.com/episode/5x?si=1&context=z",
                "https://open.spotify.com/episode/5x?context=z",
            ),
            ("https://www.instagram.com/p/Cx/?igshid=1&fbclid=2", "https://www.instagram.com/p/Cx/"),
            ("https://blog.example/a?share_source=x&gclid=1&page=2", "https://blog.example/a?page=2"),
            (
                "https://www.bilibili.com/video/BV1x/?spm_id_from=333&vd_source=a&p=2",
                "https://www.bilibili.com/video/BV1x/?p=2",
            ),
            (
                "https://github.com/a/b/issues/7#issuecomment-99",
                "https://github.com/a/b/issues/7#issuecomment-99",
            ),
        ] {
            assert_eq!(place(text).url, url);
        }
    }

    #[test]
    fn two_addresses_of_one_thing_have_one_key() {
        for (one, other) in [
            ("https://twitter.com/ana/status/123?s=20", "https://x.com/Ana/status/123/photo/1"),
            ("https://youtu.be/abc?t=3", "https://www.youtube.com/watch?v=abc&list=L"),
            ("https://reddit.com/r/rust/comments/1abc/title/", "https://old.reddit.com/r/rust/comments/1abc"),
            ("https://forum.kettle.example/t/a-title/12/1", "https://forum.kettle.example/t/another/12"),
            ("http://www.blog.example/a/?utm_source=x", "https://blog.example/a"),
            (
                "https://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1&sn=a&chksm=z",
                "mp.weixin.qq.com/s?__biz=M&mid=1&idx=1&sn=a&scene=21",
            ),
            ("https://www.zhihu.com/question/1/answer/2", "https://www.zhihu.com/answer/2"),
            (
                "https://www.linkedin.com/posts/ana-lindqvist_import-activity-7190001-aBcD?utm_source=share",
                "linkedin.com/feed/update/urn:li:activity:7190001/",
            ),
            ("https://www.instagram.com/p/Cx/", "https://instagram.com/ana/reel/Cx/?igsh=1"),
            ("https://youtube.com/shorts/abc", "https://m.youtube.com/watch?v=abc&feature=share"),
            (
                "https://www.xiaohongshu.com/explore/65f?xsec_token=A",
                "https://www.xiaohongshu.com/discovery/item/65f",
            ),
            ("https://b23.tv/BV1x", "https://m.bilibili.com/video/BV1x?share_source=copy_web"),
            ("https://GitHub.com/Ana/Kit/pull/7/files", "https://github.com/ana/kit/issues/7"),
            ("https://m.blog.example/a#top", "https://www.blog.example/a/"),
            ("https://bsky.app/profile/ana.example/post/3k", "https://bsky.app/profile/did:plc:x/post/3k"),
        ] {
            assert_eq!(place(one).key, place(other).key, "{one} {other}");
        }
        for (one, other) in [
            ("https://a.example/t/x/12", "https://b.example/t/x/12"),
            (
                "https://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1",
                "https://mp.weixin.qq.com/s?__biz=M&mid=1&idx=2",
            ),
            ("https://github.com/a/b/issues/7", "https://github.com/a/c/issues/7"),
            ("https://github.com/a/b/issues/7#issuecomment-9", "https://github.com/a/b/issues/7"),
            ("https://github.com/a/b/blob/main/x.md", "https://github.com/a/b/blob/main/y.md"),
            ("https://www.zhihu.com/question/7", "https://zhuanlan.zhihu.com/p/7"),
            ("https://superuser.com/a/12", "https://askubuntu.com/a/12"),
            ("https://mas.to/@ana/1", "https://mastodon.social/@ana/1"),
            ("https://youtu.be/abc", "https://youtu.be/aBc"),
            ("https://en.wiki.example/a", "https://de.wiki.example/a"),
        ] {
            assert_ne!(place(one).key, place(other).key, "{one} {other}");
        }
    }

    #[test]
    fn an_address_is_found_among_the_words_an_app_shares_it_with() {
        for (text, url) in [
            (
                "90 王青禾发布了一篇小红书笔记，快来看吧！ 😆 http://xhslink.com/a/AbC12，复制本条信息",
                "http://xhslink.com/a/AbC12",
            ),
            ("【从表格搬家-哔哩哔哩】 https://b23.tv/aBc1", "https://b23.tv/aBc1"),
            ("Check this out: https://youtu.be/abc?si=1, thanks", "https://youtu.be/abc"),
            ("seen on youtu.be/abc today", "https://youtu.be/abc"),
            ("<https://ana.example/a>", "https://ana.example/a"),
            ("ＨＴＴＰＳ：／／youtu.be/abc", "https://youtu.be/abc"),
        ] {
            assert_eq!(place(text).url, url, "{text}");
        }
    }

    #[test]
    fn every_address_of_a_thing_holds_its_word() {
        for (one, other) in [
            ("https://youtu.be/a-bcd_e?t=3", "https://www.youtube.com/watch?v=a-bcd_e"),
            (
                "https://linkedin.com/posts/x-activity-719-q",
                "https://linkedin.com/feed/update/urn:li:activity:719",
            ),
            ("https://Blog.example/A/Story", "http://www.blog.example/A/Story/"),
        ] {
            let word = place(one).word;
            assert!(words(other).any(|other| other == word), "{word} in {other}");
        }
    }

    #[test]
    fn what_is_no_address_is_none() {
        let list = Platforms::parse(data::text("platforms.toml").expect("embedded")).expect("reads");
        for text in [
            "",
            "hello",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "http://",
            "ana@example.com",
            "https://a:b@c.example/d",
            "http://%22x.com",
            "no address here",
        ] {
            assert_eq!(list.place(text), None, "{text}");
        }
        // A site's front page is no contribution.
        assert_eq!(place("https://ana.example/").kind, None);
        assert_eq!(place("https://www.linkedin.com/in/ana").kind, None);
    }

    #[test]
    fn a_sign_before_a_fragment_closes_the_address_too() {
        let (odd, plain) = (place("https://xhslink.com/a/B1c,#top"), place("https://xhslink.com/a/B1c"));
        assert_eq!((odd.url, odd.key), (plain.url, plain.key));
        assert_eq!(place("youtu.be/dQw4w9WgXcQ),#").key, place("https://youtu.be/dQw4w9WgXcQ").key);
    }

    proptest! {
        /// What is recognised is recognised again in the address it is kept by, as the same thing.
        #[test]
        fn no_address_that_is_pasted_panics(
            text in "(\\PC|https?://|www\\.|m\\.|youtu\\.be|youtube\\.com|watch\\?v=|x\\.com|status|github\\.com|reddit\\.com|r/|zhihu\\.com|question|answer|xhslink\\.com|linkedin\\.com|posts|/|@|:|%[0-9A-F]{2}|\\?|&|=|#|utm_source|ana|王|，| |\\.|-|[0-9]){0,20}",
        ) {
            if let Some(place) = PLATFORMS.with(|platforms| platforms.place(&text)) {
                prop_assert!(place.url.starts_with("http"), "{:?}", place);
                prop_assert!(!place.key.is_empty(), "{:?}", place);
                let again = PLATFORMS.with(|platforms| platforms.place(&place.url));
                prop_assert_eq!(again.map(|again| (again.key, again.platform)), Some((place.key, place.platform)), "{}", place.url);
            }
        }
    }

    thread_local! {
        static PLATFORMS: Platforms = Platforms::parse(data::text("platforms.toml").expect("embedded")).expect("reads");
    }
}
