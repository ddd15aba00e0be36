//! One spelling for every address of a contribution, so that rows of files that spell it in two ways are one.

use super::{Place, Platforms};
use crate::model::identity::link_address;
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

impl Platforms {
    fn spelling(&self, url: &str) -> Option<String> {
        let told = |place: Place| Some(place.spelling).filter(|spelling| spelling != url);
        match self.bare_parts(url) {
            Some((host, path)) => {
                // Both are parts of the address: one of the same length is the same.
                let rest = url.strip_prefix("https://").unwrap_or_default();
                (rest.len() != host.len() + path.len()).then(|| ["https://", host, path].concat())
            }
            None => self.place(url).and_then(told),
        }
    }

    /// Host and path of an address that needs no parser: nothing but letters, digits and a few signs, on a site of no
    /// known platform. Nearly all that long files hold are such addresses of one forum.
    fn bare_parts<'a>(&self, url: &'a str) -> Option<(&'a str, &'a str)> {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
        let end = rest.bytes().position(|byte| byte == b'/').unwrap_or(rest.len());
        let (host, path) = rest.split_at(end);
        if !is_plain(path.as_bytes()) {
            return None;
        }
        // What is told of a site holds for the next address too, which is nearly always there.
        let front = LAST.with_borrow_mut(|(last, front)| {
            if last != host {
                *front = self.front(host);
                host.clone_into(last);
            }
            *front
        })?;
        let path = path.trim_end_matches('/');
        let is_first_post = path.ends_with("/1") && path.contains("/t/");
        (!is_first_post).then_some((&host[front..], path))
    }

    /// How much of a host stands before the site's name; none where it is a platform's, or needs a parser.
    fn front(&self, host: &str) -> Option<usize> {
        let plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
        let bare = self.bare(host);
        let is_odd =
            ["xn--", "..", "-."].iter().any(|odd| host.contains(odd)) || host.starts_with(['.', '-']);
        let ends_in_letters = host.as_bytes().last().is_some_and(u8::is_ascii_lowercase);
        let mut above =
            std::iter::successors(Some(bare), |site| site.split_once('.').map(|(_, above)| above));
        let is_fit = ends_in_letters && !is_odd && bare.contains('.') && host.bytes().all(plain);
        (is_fit && !above.any(|site| self.hosts.contains(site))).then(|| host.len() - bare.len())
    }
}

thread_local! {
    /// The last host that was looked at, and what was told of it.
    static LAST: RefCell<(String, Option<usize>)> = const { RefCell::new((String::new(), None)) };
}

/// What stands in a path that needs no parser: 1 for letters, digits and signs, 2 for a dot, 3 for a slash.
const PLAIN: [u8; 256] = {
    let mut plain = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        plain[byte] = match byte as u8 {
            b'/' => 3,
            b'.' => 2,
            b'-' | b'_' => 1,
            byte => byte.is_ascii_alphanumeric() as u8,
        };
        byte += 1;
    }
    plain
};

/// Whether a path is nothing that a parser would change, or some server's own way to name a post.
fn is_plain(path: &[u8]) -> bool {
    let mut last = 1;
    for (at, byte) in path.iter().enumerate() {
        let sort = PLAIN[usize::from(*byte)];
        let is_odd = sort == 0 || (last == 3 && (sort != 1 || path[at..].starts_with(b"statuses/")));
        if is_odd {
            return false;
        }
        last = sort;
    }
    true
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
