//! One spelling for every address of a contribution, so that rows of files that spell it in two ways are one.

use super::{Place, Platforms};
use crate::model::identity::link_address;
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

impl Platforms {
    fn spelling(&self, url: &str) -> Option<String> {
        let told = |place: Place| Some(place.spelling).filter(|spelling| spelling != url);
        match self.bare_parts(url) {
            Some((host, path)) => {
                // Both are parts of the address: one of the same length is the same.
                let rest = url.strip_prefix("https://").unwrap_or_default();
                (rest.len() != host.len() + path.len()).then(|| format!("https://{host}{path}"))
            }
            None => self.place(url).and_then(told),
        }
    }

    /// Host and path of an address that needs no parser: nothing but letters, digits and a few signs, on a site of no
    /// known platform. Nearly all that long files hold are such addresses of one forum.
    fn bare_parts<'a>(&self, url: &'a str) -> Option<(&'a str, &'a str)> {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let in_host =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
        let in_path = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.');
        let ends_in_letters = host.as_bytes().last().is_some_and(u8::is_ascii_lowercase);
        if !ends_in_letters || !host.bytes().all(in_host) || !path.bytes().all(in_path) {
            return None;
        }
        let host = self.bare(host);
        let mut above = Some(host);
        while let Some(site) = above {
            if self.hosts.contains(site) {
                return None;
            }
            above = site.split_once('.').map(|(_, above)| above);
        }
        let path = path.trim_end_matches('/');
        let is_first_post = path.ends_with("/1") && path.contains("/t/");
        let is_odd = ["xn--", "..", "-."].iter().any(|odd| host.contains(odd))
            || host.starts_with(['.', '-'])
            || !host.contains('.')
            || ["/.", "//", "/statuses/"].iter().any(|odd| path.contains(odd));
        (!is_first_post && !is_odd).then_some((host, path))
    }
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
            url in "https?://(www\\.|m\\.|en\\.|web\\.)?(forum\\.example\\.org|youtu\\.be|x\\.com|a\\.medium\\.com|b-log\\.example|9\\.example|web\\.dev)(/(t|1|12|@ana|users|statuses|a-b|A_b|feed\\.xml|episodes|status|\\.|)){0,5}/?",
        ) {
            if let Some((host, path)) = PLATFORMS.bare_parts(&url) {
                let place = PLATFORMS.place(&url).expect("an address");
                prop_assert_eq!(format!("https://{host}{path}"), place.spelling.clone());
                prop_assert_eq!(spelling(&url).unwrap_or_else(|| url.clone()), place.spelling);
            }
        }
    }
}
