//! E-mail addresses and handles: what makes two spellings one identity.

mod records;

pub use records::is_folded;

use super::time::half_width;
use unicode_normalization::UnicodeNormalization;

/// The platform name under which e-mail addresses are kept.
pub const EMAIL: &str = "email";
/// The platform name of customer, user and account numbers, which belong to no platform.
pub const ID: &str = "id";

/// One e-mail address, or one handle on one platform. `value` is what is compared, `shown` what was written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// `email`, a platform's name, or `id`.
    pub platform: String,
    /// Normalised: trimmed, NFKC, lower case, without a leading `@`.
    pub value: String,
    /// As it was written, trimmed.
    pub shown: String,
}

impl Identity {
    /// An e-mail address: one `@`, a dot in the domain, no blanks; at most 254 bytes. Letter case and outer
    /// blanks are no difference; dots and plus-tags are.
    pub fn email(text: &str) -> Option<Self> {
        let shown = trim(text);
        let value = folded(&shown);
        let (local, domain) = value.split_once('@')?;
        let plausible = !local.is_empty()
            && !domain.contains('@')
            && domain.split('.').all(|label| !label.is_empty())
            && domain.contains('.')
            && value.len() <= 254
            && !value.chars().any(|c| c.is_whitespace() || c.is_control() || "<>()[],;:\"\\".contains(c));
        plausible.then(|| Self { platform: EMAIL.into(), value, shown })
    }

    /// A handle on a platform. A leading `@`, letter case and outer blanks are no difference.
    pub fn handle(platform: &str, text: &str) -> Option<Self> {
        let shown = trim(text);
        let value = folded(&shown);
        let mut value = value.trim_start_matches('@').to_string();
        let platform = platform_name(platform);
        if platform == ID
            && let Some(long) = records::long(&shown)
        {
            value = long;
        }
        (!value.is_empty() && !platform.is_empty() && !value.chars().any(char::is_control)).then_some(Self {
            platform,
            value,
            shown,
        })
    }

    /// As it was kept before letter case told records of a CRM apart: folded like every other number.
    pub fn folded(self) -> Self {
        let is_record = self.platform == ID && records::long(&self.shown).is_some();
        if is_record { Self { value: folded(&self.shown), ..self } } else { self }
    }

    /// How a person would name it: the address, or `platform:handle`.
    pub fn name(&self) -> String {
        if self.platform == EMAIL { self.value.clone() } else { format!("{}:{}", self.platform, self.value) }
    }
}

/// A platform's one name: lower case, without blanks; `twitter` is `x`.
pub fn platform_name(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii_lowercase()) && !matches!(text, "twitter" | "rednote" | "wechat")
    {
        return text.into();
    }
    let word = half_width(text.trim()).to_lowercase().replace(' ', "-");
    match word.as_str() {
        "twitter"
        | "twitter-/-x"
        | "x-/-twitter"
        | "x-(twitter)"
        | "twitter-(x)"
        | "twitter/x"
        | "x/twitter"
        | "x-(formerly-twitter)" => "x".into(),
        "小红书" | "rednote" => "xiaohongshu".into(),
        "微信" | "微信公众号" | "公众号" | "wechat" => "weixin".into(),
        "知乎" => "zhihu".into(),
        "b站" | "哔哩哔哩" => "bilibili".into(),
        "抖音" => "douyin".into(),
        "微博" => "weibo".into(),
        "stack-overflow" => "stackoverflow".into(),
        _ => word,
    }
}

/// Whether text is a web address.
pub fn is_link(text: &str) -> bool {
    // Plain ones, which nearly all are, need no parser.
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let end = host.find('/').unwrap_or(host.len());
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    let name = &host.as_bytes()[..end];
    (name.first().is_some_and(u8::is_ascii_lowercase)
        && name.last().is_some_and(u8::is_ascii_lowercase)
        && !host.starts_with("xn--")
        && !host.contains(".xn--")
        && name.iter().copied().all(plain))
        || link_address(text).is_some()
}

/// What a link is known by, whoever wrote it down: without scheme, `www.`, fragment, closing slash and letter
/// case of the host; tracking values (`utm_*`) stay, since they tell one advocate's link from another's.
pub fn link_address(url: &str) -> Option<String> {
    let shown = half_width(&trim(url));
    let full = if shown.contains("://") { shown } else { format!("https://{shown}") };
    let parsed = url::Url::parse(&full).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = parsed.host_str()?.trim_start_matches("www.").to_lowercase();
    let query = parsed.query().map_or_else(String::new, |query| format!("?{query}"));
    let port = parsed.port().map_or_else(String::new, |port| format!(":{port}"));
    Some(format!("{host}{port}{}{query}", parsed.path().trim_end_matches('/')))
}

/// A web address as a reader can open it: with `https://` in front where it has no scheme. Other text stays.
pub fn with_scheme(url: &str) -> String {
    let host = url.split(['/', '?', '#']).next().unwrap_or_default();
    let bare = !host.contains([':', '@', ' '])
        || host.rsplit_once(':').is_some_and(|(name, port)| {
            name.contains('.') && !port.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit())
        });
    if bare && host.contains('.') && link_address(url).is_some() {
        return format!("https://{url}");
    }
    url.to_string()
}

/// What two spellings are compared by: full-width and composed forms and letter case aside.
fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    half_width(text).nfkc().collect::<String>().to_lowercase()
}

fn trim(text: &str) -> String {
    text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}')
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Option<String> {
        Identity::email(text).map(|identity| identity.value)
    }

    #[test]
    fn case_and_blanks_are_no_difference() {
        assert_eq!(email(" Ana@Example.COM\u{a0}"), Some("ana@example.com".into()));
        assert_eq!(email("ana＠example．com"), Some("ana@example.com".into()));
        assert_eq!(email("王小明@例子.中国"), Some("王小明@例子.中国".into()));
        assert_ne!(email("a.na@example.com"), email("ana@example.com"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "anonymous",
            "a@b",
            "a b@example.com",
            "Ana <a@example.com>",
            "a@@example.com",
            "a@example..com",
            "@example.com",
        ] {
            assert_eq!(email(text), None, "{text}");
        }
    }

    #[test]
    fn one_link_has_one_address() {
        let address = link_address("https://www.Kettle.example/Ana/").expect("a link");
        assert_eq!(address, "kettle.example/Ana");
        assert_eq!(link_address("kettle.example/Ana"), Some(address));
        assert_eq!(link_address("javascript:alert(1)"), None);
    }

    #[test]
    fn a_bare_address_can_be_opened() {
        for (url, want) in [
            ("kettle.link/ana", "https://kettle.link/ana"),
            ("kettle.link:8080/ana", "https://kettle.link:8080/ana"),
            ("http://kettle.link/ana", "http://kettle.link/ana"),
            ("mailto:us@kettle.example", "mailto:us@kettle.example"),
            ("us@kettle.example", "us@kettle.example"),
            ("Kim", "Kim"),
            ("javascript:alert(1)", "javascript:alert(1)"),
        ] {
            assert_eq!(with_scheme(url), want);
        }
    }

    #[test]
    fn handles_lose_their_at_sign() {
        let handle = Identity::handle("Twitter", " @AnaL ").expect("a handle");
        assert_eq!(handle.name(), "x:anal");
        assert_eq!(handle.shown, "@AnaL");
    }
}
