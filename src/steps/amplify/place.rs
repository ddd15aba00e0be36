//! What an address tells: the platform, the kind of contribution, and whether two addresses are one thing.

use crate::model::time::half_width;
use anyhow::{Context, Result};
use serde::Deserialize;
use url::Url;

/// The platforms that are known by their addresses: data/platforms.toml.
#[derive(Debug, Deserialize)]
pub struct Platforms {
    tracking: Vec<String>,
    platform: Vec<Platform>,
}

#[derive(Debug, Deserialize)]
struct Platform {
    name: String,
    hosts: Vec<String>,
    #[serde(default)]
    tracking: Vec<String>,
    paths: Vec<String>,
}

/// An address, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The address without what is only tracking.
    pub url: String,
    /// The platform, where the host tells.
    pub platform: Option<String>,
    /// The kind of contribution, where the path tells.
    pub kind: Option<String>,
    /// Equal for two addresses of one contribution.
    pub key: String,
    /// A part that every address of the contribution holds.
    pub part: String,
}

impl Platforms {
    /// Reads the list.
    pub fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).context("platforms.toml")
    }

    /// What an address tells; none for what is no web address.
    pub fn place(&self, text: &str) -> Option<Place> {
        let shown = half_width(text.trim());
        let full = if shown.contains("://") { shown } else { format!("https://{shown}") };
        let mut url = Url::parse(&full).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let host = url.host_str()?.trim_start_matches("www.").to_lowercase();
        if !host.contains('.') {
            return None;
        }
        let here: Vec<&Platform> = self.platform.iter().filter(|platform| platform.is_at(&host)).collect();
        let fit = here
            .iter()
            .find_map(|platform| platform.paths.iter().find_map(|path| Some((*platform, fits(path, &url)?))));
        let own =
            fit.as_ref().map(|fit| fit.0).or(here.iter().copied().find(|platform| !platform.is_anywhere()));
        let dropped: Vec<&String> =
            self.tracking.iter().chain(own.map(|own| &own.tracking).into_iter().flatten()).collect();
        strip(&mut url, &dropped);
        let platform = own.map(|own| own.name.clone());
        let (kind, id) = fit.map_or((None, None), |(_, (kind, id))| (Some(kind), id));
        let address = address(&url, &host);
        let path = url.path().trim_end_matches('/');
        let (key, part) = match (own, id) {
            // A forum's number means something on its own site only.
            (Some(own), Some(id)) => {
                let site = if own.is_anywhere() { &host } else { &own.name };
                let part = id.iter().max_by_key(|part| part.len())?.clone();
                (format!("{site}:{}", id.join("/")), part)
            }
            _ => (address, if path.is_empty() { host } else { path.to_string() }),
        };
        Some(Place { url: url.into(), platform, kind, key, part })
    }
}

impl Platform {
    fn is_anywhere(&self) -> bool {
        self.hosts.iter().any(|host| host == "*")
    }

    fn is_at(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| {
            own == "*" || own == host || host.strip_suffix(own.as_str()).is_some_and(|sub| sub.ends_with('.'))
        })
    }
}

/// Takes the tracking values and the fragment off.
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
    url.set_fragment(None);
}

/// Host, path and values, without what makes no difference.
fn address(url: &Url, host: &str) -> String {
    let mut pairs: Vec<String> = url.query_pairs().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.sort();
    let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    format!("{host}{port}{}?{}", url.path().trim_end_matches('/'), pairs.join("&"))
}

/// The kind and the ids, if the address fits `PATTERN = kind`.
fn fits(path: &str, url: &Url) -> Option<(String, Option<Vec<String>>)> {
    let (pattern, kind) = path.rsplit_once(" = ")?;
    let (pattern, value) =
        pattern.split_once('?').map_or((pattern, None), |(pattern, value)| (pattern, Some(value)));
    let mut wanted: Vec<&str> = pattern.split('/').skip(1).collect();
    let mut given: Vec<&str> = url.path().trim_matches('/').split('/').collect();
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
        let is_number = have.chars().all(|c| c.is_ascii_digit());
        match *want {
            "*" => {}
            "{n}" if !is_number => return None,
            "{id}" | "{n}" => ids.push((*have).to_string()),
            _ => {
                let same = want.strip_suffix('*').map_or(want == have, |start| have.starts_with(start));
                let rest = want.strip_suffix("{id}").and_then(|start| have.strip_prefix(start));
                match rest {
                    Some(rest) => ids.push(rest.to_string()),
                    None if !same => return None,
                    None => {}
                }
            }
        }
    }
    if given.len() > wanted.len() {
        return None;
    }
    if let Some(value) = value {
        ids.push(url.query_pairs().find(|(name, _)| name == value)?.1.into_owned());
    }
    Some((kind.to_string(), (!ids.is_empty()).then_some(ids)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;

    fn place(text: &str) -> Place {
        let list = Platforms::parse(data::text("platforms.toml").expect("embedded")).expect("reads");
        list.place(text).unwrap_or_else(|| panic!("{text} is an address"))
    }

    #[test]
    fn an_address_tells_platform_and_kind() {
        for (text, platform, kind) in [
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
        ] {
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
        let kept = place("https://www.xiaohongshu.com/explore/65f?xsec_token=A&xsec_source=pc").url;
        assert_eq!(kept, "https://www.xiaohongshu.com/explore/65f?xsec_token=A");
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
        ] {
            assert_ne!(place(one).key, place(other).key, "{one} {other}");
        }
    }

    #[test]
    fn what_is_no_address_is_none() {
        let list = Platforms::parse(data::text("platforms.toml").expect("embedded")).expect("reads");
        for text in ["", "hello", "javascript:alert(1)", "file:///etc/passwd", "http://"] {
            assert_eq!(list.place(text), None, "{text}");
        }
        assert_eq!(place("https://ana.example/blog").platform, None);
        assert_eq!(place("https://www.linkedin.com/in/ana").kind, None);
    }
}
