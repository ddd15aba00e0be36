//! One spelling for every address of a contribution, so that rows of files that spell it in two ways are one.

use super::{Parts, Platform, Platforms, fits};
use crate::model::identity::link_address;
use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::LazyLock;

/// The platforms that come with the program.
pub static PLATFORMS: LazyLock<Platforms> = LazyLock::new(|| {
    crate::data::text("platforms.toml").and_then(|text| Platforms::parse(text).ok()).unwrap_or_default()
});

/// The one spelling of an address, where it is written in another one: the plainest address, or the place's key where
/// a site has several. None for an address that is spelled so already, and for what is none.
pub fn spelling(url: &str) -> Option<String> {
    PLATFORMS.spelling(url)
}

/// What a platform's own list of posts knows one by, whose spelling this is.
pub fn listed(spelling: &str) -> Option<String> {
    if spelling.starts_with("http") { link_address(spelling) } else { Some(spelling.to_owned()) }
}

/// What is told of a host, with how much of it stands before the site's name.
enum Site {
    /// A site of no known platform.
    Plain(usize),
    /// A platform's: the places of all that may be meant, in their order.
    Known(usize, Vec<usize>),
    /// One that needs a parser.
    Odd,
}

impl Platforms {
    fn spelling(&self, url: &str) -> Option<String> {
        let spelling = self.at_sight(url).or_else(|| Some(self.place(url)?.spelling.into()))?;
        (spelling != url).then(|| spelling.into_owned())
    }

    /// The spelling of an address that needs no parser: nothing but letters, digits and a few signs. Nearly all that
    /// long files hold are such addresses of one site.
    fn at_sight<'a>(&self, url: &'a str) -> Option<Cow<'a, str>> {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let end = rest.bytes().position(|byte| byte == b'/').unwrap_or(rest.len());
        let (host, path) = rest.split_at(end);
        let has_at = has_at(path.as_bytes())?;
        // What is told of a site holds for the next address too, which is nearly always there.
        LAST.with_borrow_mut(|(last, site)| {
            if last != host {
                *site = self.site(host);
                host.clone_into(last);
            }
            match site {
                Site::Plain(front) if !has_at && query.is_none() => plain(url, &host[*front..], path),
                Site::Known(front, platforms) => {
                    let parts = Parts { path, query: query.unwrap_or_default(), fragment: None };
                    self.by_ids(&host[*front..], platforms, &parts).map(Cow::Owned)
                }
                _ => None,
            }
        })
    }

    fn site(&self, host: &str) -> Site {
        let plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
        let bare = self.bare(host);
        let is_odd =
            ["xn--", "..", "-."].iter().any(|odd| host.contains(odd)) || host.starts_with(['.', '-']);
        let ends_in_letters = host.as_bytes().last().is_some_and(u8::is_ascii_lowercase);
        if !ends_in_letters || is_odd || !bare.contains('.') || !host.bytes().all(plain) {
            return Site::Odd;
        }
        let front = host.len() - bare.len();
        let is_at = |(at, platform): (usize, &Platform)| platform.is_at(bare).then_some(at);
        let platforms: Vec<usize> = self.platform.iter().enumerate().filter_map(is_at).collect();
        if platforms.iter().all(|&at| self.platform[at].is_anywhere()) {
            return Site::Plain(front);
        }
        Site::Known(front, platforms)
    }

    /// The key of a place on a known platform, where its address has ids.
    fn by_ids(&self, host: &str, platforms: &[usize], parts: &Parts) -> Option<String> {
        let is_plain =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'=' | b'&' | b'-' | b'_' | b'.');
        if !parts.query.bytes().all(is_plain) {
            return None;
        }
        let mut all = platforms.iter().map(|&at| &self.platform[at]);
        let (own, fit) =
            all.find_map(|own| own.paths.iter().find_map(|path| Some((own, fits(path, parts)?))))?;
        let has_word = fit.ids.iter().any(|id| id.contains(char::is_alphanumeric));
        (has_word && !own.spelled).then(|| own.key(&fit, host))
    }
}

/// The spelling of an address on a site of no known platform.
fn plain<'a>(url: &'a str, host: &str, path: &str) -> Option<Cow<'a, str>> {
    let path = path.trim_end_matches('/');
    if path.ends_with("/1") && path.contains("/t/") {
        return None;
    }
    // Both are parts of the address: one of the same length is the same.
    let is_same = url.len() == "https://".len() + host.len() + path.len() && url.starts_with("https");
    Some(if is_same { url.into() } else { ["https://", host, path].concat().into() })
}

thread_local! {
    /// The last host that was looked at, and what was told of it.
    static LAST: RefCell<(String, Site)> = const { RefCell::new((String::new(), Site::Odd)) };
}

/// What stands in a path that needs no parser: 1 for letters, digits and signs, 2 for a dot, 3 for a slash, 4 for an @.
const PLAIN: [u8; 256] = {
    let mut plain = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        plain[byte] = match byte as u8 {
            b'@' => 4,
            b'/' => 3,
            b'.' => 2,
            b'-' | b'_' => 1,
            byte => byte.is_ascii_alphanumeric() as u8,
        };
        byte += 1;
    }
    plain
};

/// Whether a path has an @; none where a parser would change it, or where it is some server's own way to name a post.
fn has_at(path: &[u8]) -> Option<bool> {
    let (mut last, mut has_at) = (1, false);
    for (at, byte) in path.iter().enumerate() {
        let sort = PLAIN[usize::from(*byte)];
        let is_odd =
            sort == 0 || (last == 3 && (matches!(sort, 2 | 3) || path[at..].starts_with(b"statuses/")));
        if is_odd {
            return None;
        }
        has_at |= sort == 4;
        last = sort;
    }
    Some(has_at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_spellings_are_one() {
        for (one, other) in [
            ("https://www.youtube.com/watch?v=abc123&utm_source=x", "https://youtu.be/abc123"),
            ("https://twitter.com/a/status/1", "https://x.com/a/status/1?s=20"),
            ("http://blog.example/a-story/", "https://www.blog.example/a-story?utm_source=x"),
            ("https://m.blog.example/a-story#top", "https://blog.example/a-story"),
            ("https://forum.example/t/title/12/1", "http://forum.example/t/title/12"),
            ("https://mas.example/@ana/12", "https://mas.example/users/ana/statuses/12"),
            ("https://blog.example", "http://blog.example/"),
            ("http://blog.example/a-story/", "https://blog.example/a-story"),
        ] {
            let of = |url: &str| spelling(url).unwrap_or_else(|| url.to_owned());
            assert_eq!(of(one), of(other), "{one} {other}");
        }
    }

    #[test]
    fn a_plain_address_stays() {
        for url in [
            "https://forum.example/t/title/12",
            "https://forum.example/t/title/12/3",
            "https://forum.example/t/title/1",
            "https://blog.example/2026/a-story",
            "https://blog.example/post?id=7",
            "no address",
        ] {
            assert_eq!(spelling(url), None, "{url}");
        }
    }

    proptest! {
        /// Addresses that need no parser are told as the parser tells them.
        #[test]
        fn the_short_way_ends_where_the_long_one_does(
            url in "https?://(www\\.|m\\.|en\\.|web\\.)?(forum\\.example\\.org|youtu\\.be|youtube\\.com|twitter\\.com|x\\.com|old\\.reddit\\.com|github\\.com|tiktok\\.com|mastodon\\.social|superuser\\.com|a\\.medium\\.com|b-log\\.example|9\\.example|web\\.dev)(/(t|1|12|@ana|users|statuses|a-b|A_b|feed\\.xml|episodes|status|video|watch|r|comments|issues|questions|-|\\.|)){0,5}/?(\\?(v|s|lc|utm_source)=(a_-B|2)?(&v=x)?)?",
        ) {
            if let Some(short) = PLATFORMS.at_sight(&url) {
                prop_assert_eq!(Some(short.into_owned()), PLATFORMS.place(&url).map(|place| place.spelling));
            }
        }
    }

    #[test]
    fn what_long_files_hold_needs_no_parser() {
        for url in [
            "https://forum.example/t/title/12/3",
            "https://x.com/ana/status/12?s=20",
            "https://www.youtube.com/watch?v=abc_-1",
            "https://www.tiktok.com/@ana/video/77",
            "https://old.reddit.com/r/rust/comments/1abc/title/",
        ] {
            assert!(PLATFORMS.at_sight(url).is_some(), "{url}");
        }
    }
}
