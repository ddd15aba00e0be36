//! Whose account an address on a platform is: `https://x.com/NAME/status/1` is NAME's on x.
use std::sync::LazyLock;

use serde::Deserialize;
use url::Url;

/// The platform and handle an address of a profile or post names, both lower-case; none if it names nobody.
pub fn of_url(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&with_scheme).ok()?;
    let host = url.host_str()?.to_lowercase();
    let host =
        ["www.", "m.", "mobile.", "web."].iter().find_map(|start| host.strip_prefix(start)).unwrap_or(&host);
    let path: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
    let first = path.first().copied();
    let second = path.get(1).copied();
    let (platform, handle) = match host {
        "x.com" | "twitter.com" => {
            ("x", first.filter(|name| !["i", "search", "hashtag", "home"].contains(name)))
        }
        "linkedin.com" => (
            "linkedin",
            second.filter(|_| ["company", "in", "school", "showcase"].contains(&first.unwrap_or(""))),
        ),
        "tiktok.com" => ("tiktok", first.filter(|name| name.starts_with('@'))),
        "youtube.com" => match first {
            Some("channel" | "c" | "user") => ("youtube", second),
            name => ("youtube", name.filter(|name| name.starts_with('@'))),
        },
        "instagram.com" => {
            let page = ["p", "reel", "reels", "tv", "stories", "explore"];
            ("instagram", first.filter(|name| !page.contains(name)))
        }
        "facebook.com" => {
            let page = [
                "photo",
                "photo.php",
                "permalink.php",
                "story.php",
                "watch",
                "reel",
                "groups",
                "share",
                "events",
            ];
            ("facebook", first.filter(|name| !page.contains(name)))
        }
        "github.com" => ("github", first),
        "medium.com" => ("medium", first.filter(|name| name.starts_with('@'))),
        "reddit.com" => ("reddit", second.filter(|_| matches!(first, Some("u" | "user")))),
        "bsky.app" => ("bluesky", second.filter(|_| first == Some("profile"))),
        "twitch.tv" => ("twitch", first.filter(|name| !["videos", "directory"].contains(name))),
        "threads.net" | "threads.com" => ("threads", first.filter(|name| name.starts_with('@'))),
        _ => return None,
    };
    let handle = handle?.trim_start_matches('@').to_lowercase();
    (!handle.is_empty()).then(|| (platform.to_owned(), handle))
}

/// The platform an address is on, whether it names an account or only a post; none where the site is no platform.
pub fn platform_of(text: &str) -> Option<String> {
    if let Some((platform, _)) = of_url(text) {
        return Some(platform);
    }
    let text = text.trim();
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&with_scheme).ok()?;
    let host = url.host_str()?;
    let is_at =
        |site: &str| host.strip_suffix(site).is_some_and(|left| left.is_empty() || left.ends_with('.'));
    SITES.iter().find(|(site, _)| is_at(site)).map(|(_, platform)| platform.clone())
}

/// Sites and the platform each belongs to: data/platforms.toml.
static SITES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    #[derive(Default, Deserialize)]
    struct List {
        platform: Vec<Platform>,
    }
    #[derive(Deserialize)]
    struct Platform {
        name: String,
        hosts: Vec<String>,
    }
    let text = crate::data::text("platforms.toml");
    let list: List = text.and_then(|text| toml::from_str(text).ok()).unwrap_or_default();
    let sites =
        |platform: Platform| platform.hosts.into_iter().map(move |host| (host, platform.name.clone()));
    list.platform.into_iter().flat_map(sites).filter(|(host, _)| host.contains('.')).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_or_a_post_names_its_account() {
        for (url, platform, handle) in [
            ("https://twitter.com/Ada/status/649293177409679360", "x", "ada"),
            ("https://www.linkedin.com/company/ada-works", "linkedin", "ada-works"),
            ("https://www.tiktok.com/@ada.l/video/7", "tiktok", "ada.l"),
            ("youtube.com/@ada", "youtube", "ada"),
            ("https://www.instagram.com/ada/", "instagram", "ada"),
        ] {
            assert_eq!(of_url(url), Some((platform.to_owned(), handle.to_owned())), "{url}");
        }
    }

    #[test]
    fn a_site_tells_the_platform_even_where_it_names_nobody() {
        let platform = |url| platform_of(url).unwrap_or_default();
        assert_eq!(platform("https://www.linkedin.com/feed/update/urn:li:activity:7/"), "linkedin");
        assert_eq!(platform("https://youtu.be/abc"), "youtube");
        assert_eq!(platform("https://notlinkedin.com/x"), "");
        assert_eq!(platform("https://example.com/ada"), "");
    }

    #[test]
    fn an_address_without_an_account_names_nobody() {
        for url in [
            "https://www.instagram.com/p/Cxyz/",
            "https://x.com/i/status/1",
            "https://www.linkedin.com/feed/update/urn:li:activity:7/",
            "https://example.com/ada",
            "<a href=\"http://twitter.com\">Client</a>",
            "",
        ] {
            assert_eq!(of_url(url), None, "{url}");
        }
    }
}
