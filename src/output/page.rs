//! Markdown as one page that needs nothing else: no network, no scripts.

use super::{safe, template};
use anyhow::Result;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};
use serde_json::json;

/// The page: `frame` is an HTML template with the holes lang, title and body, and `name` what an error calls it.
pub fn page(name: &str, frame: &str, lang: &str, title: &str, markdown: &str) -> Result<String> {
    template::fill(name, frame, json!({ "lang": lang, "title": safe::line(title), "body": body(markdown) }))
}

/// The Markdown's HTML. HTML inside the Markdown stays text; an address that could run something leads nowhere;
/// a picture becomes a link to it, since the page loads nothing.
pub fn body(markdown: &str) -> String {
    let text = safe::lines(markdown);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = Parser::new_ext(&text, options).map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(
            Tag::Link { link_type, dest_url, title, id } | Tag::Image { link_type, dest_url, title, id },
        ) => Event::Start(Tag::Link { link_type, dest_url: harmless(dest_url), title, id }),
        Event::End(TagEnd::Image) => Event::End(TagEnd::Link),
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

/// Web and e-mail addresses, places on the page and files beside it; anything else leads nowhere.
fn harmless(address: CowStr<'_>) -> CowStr<'_> {
    let scheme = address.split(['/', '?', '#']).next().and_then(|start| start.split_once(':'));
    let is_harmless = scheme.is_none_or(|(scheme, _)| {
        matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "mailto") || scheme.contains('@')
    });
    if is_harmless { address } else { CowStr::Borrowed("#") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_in_markdown_stays_text() {
        let html = body("a <b onclick=x>b</b>\n\n<script>alert(1)</script>\n");
        assert!(!html.contains("<b") && !html.contains("<script"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
    }

    #[test]
    fn addresses_that_run_lead_nowhere() {
        let html = body(
            "[a](javascript:alert(1)) [b](JaVaScRiPt:x) [c](https://c.example) ![d](https://d.example/p.png) <ana@example.com>",
        );
        assert!(!html.to_lowercase().contains("javascript"), "{html}");
        assert!(html.contains("href=\"https://c.example\"") && html.contains(">d</a>"), "{html}");
        assert!(html.contains("mailto:ana@example.com") && !html.contains("<img"), "{html}");
    }

    #[test]
    fn a_page_is_framed_and_its_title_escaped() {
        let page = page("page.html", "<title>{{ title }}</title>{{ body|safe }}", "en", "<x>", "# Hi")
            .expect("fills");
        assert_eq!(page, "<title>&lt;x&gt;</title><h1>Hi</h1>\n");
    }
}
