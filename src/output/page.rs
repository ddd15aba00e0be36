//! Markdown as one page that needs nothing else: no network, no scripts.

use super::{safe, template};
use anyhow::Result;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// The page: `frame` is an HTML template with the holes lang, title, style and body, and `name` what an error calls it.
pub fn page(name: &str, frame: &str, lang: &str, title: &str, markdown: &str) -> Result<String> {
    with_charts((name, frame), lang, title, markdown, &Charts::default())
}

/// Charts for a page of Markdown: each stands where a line says `<!-- chart: NAME -->`.
#[derive(Debug, Default)]
pub struct Charts {
    /// The rules they need in the page's head.
    pub style: String,
    /// The patterns and marks they are drawn with.
    pub defs: String,
    /// Their HTML, by name.
    pub drawn: BTreeMap<String, String>,
}

/// The page with charts in it.
pub fn with_charts(
    (name, frame): (&str, &str),
    lang: &str,
    title: &str,
    markdown: &str,
    charts: &Charts,
) -> Result<String> {
    let mut whole = charts.defs.clone();
    for (place, part) in markdown.split("<!-- chart: ").enumerate() {
        let (chart, rest) = match part.split_once(" -->") {
            Some((chart, rest)) if place > 0 => (charts.drawn.get(chart), rest),
            _ => (None, part),
        };
        whole.push_str(chart.map_or("", String::as_str));
        whole.push_str(&body(rest));
    }
    template::fill(
        name,
        frame,
        json!({ "lang": lang, "title": safe::line(title), "style": charts.style, "body": whole }),
    )
}

/// Markdown without the places of charts.
pub fn without_charts(markdown: &str) -> String {
    let lines = markdown.split_inclusive('\n').filter(|line| !line.starts_with("<!-- chart: "));
    lines.collect()
}

/// The Markdown's HTML. What stands between the lines `<!-- lang: zh -->` and `<!-- lang: -->` is marked as being in that
/// language, for whoever has it read aloud.
pub fn body(markdown: &str) -> String {
    let (mut out, mut part, mut lang) = (String::new(), String::new(), "");
    let mut anchors = BTreeSet::new();
    let mut close = |part: &mut String, lang: &str| {
        let html = html_of(part, &mut anchors);
        if lang.is_empty() {
            out.push_str(&html);
        } else {
            out.push_str(&format!("<div lang=\"{lang}\">\n{html}</div>\n"));
        }
        part.clear();
    };
    for line in markdown.lines() {
        if let Some(next) = language(line) {
            close(&mut part, lang);
            lang = next;
        } else {
            part.push_str(line);
            part.push('\n');
        }
    }
    close(&mut part, lang);
    out
}

/// The language a line turns to; none where it says nothing of one.
fn language(line: &str) -> Option<&str> {
    let word = line.trim().strip_prefix("<!-- lang:")?.strip_suffix("-->")?.trim();
    word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-').then_some(word)
}

/// One part's HTML. HTML inside the Markdown stays text; an address that could run something leads nowhere;
/// a picture becomes a link to it, since the page loads nothing.
fn html_of(markdown: &str, anchors: &mut BTreeSet<String>) -> String {
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
    let mut events: Vec<Event> = events.collect();
    name(&mut events, anchors);
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    // A screen reader is told that the heads are those of columns.
    out.replace("<th>", "<th scope=\"col\">").replace("<th style=", "<th scope=\"col\" style=")
}

/// Gives the second-level headings names to be led to: the slug of their words, each once on a page.
fn name(events: &mut [Event], anchors: &mut BTreeSet<String>) {
    for at in 0..events.len() {
        if !matches!(&events[at], Event::Start(Tag::Heading { level: HeadingLevel::H2, .. })) {
            continue;
        }
        let inside = events[at..].iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
        let words: String = inside
            .filter_map(|event| match event {
                Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
                _ => None,
            })
            .collect();
        let slug = safe::slug(&words);
        if let Event::Start(Tag::Heading { id, .. }) = &mut events[at]
            && anchors.insert(slug.clone())
        {
            *id = Some(slug.into());
        }
    }
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
    fn a_part_in_another_language_is_marked() {
        let html = body("# Hi\n\n<!-- lang: zh -->\n## 知乎\n<!-- lang: -->\n\nBye <!-- lang: x\" y -->\n");
        assert!(
            html.contains("<div lang=\"zh\">\n<h2 id=\"知乎\">知乎</h2>\n</div>\n<p>Bye &lt;!-- lang"),
            "{html}"
        );
    }

    #[test]
    fn headings_can_be_led_to_and_no_name_comes_twice() {
        let html = body("## Our *forum* (`D`)\n\n### x\n\n<!-- lang: zh -->\n## Our forum (D)\n");
        assert!(
            html.contains("<h2 id=\"our-forum-d\">")
                && html.contains("<h3>x")
                && html.contains("<h2>Our forum"),
            "{html}"
        );
        assert!(!body("## \"><script>").contains("<script>"));
    }

    #[test]
    fn a_page_is_framed_and_its_title_escaped() {
        let page = page("page.html", "<title>{{ title }}</title>{{ body|safe }}", "en", "<x>", "# Hi")
            .expect("fills");
        assert_eq!(page, "<title>&lt;x&gt;</title><h1>Hi</h1>\n");
    }
}
