//! A table as Markdown.

use super::{Table, safe};
use pulldown_cmark::{Event, Parser, Tag};

/// A pipe table, with the notes below it.
pub fn draw(table: &Table) -> String {
    let mut text = String::new();
    let heads: Vec<_> = table.columns.iter().map(|column| column.key.to_string()).collect();
    push(&mut text, &heads);
    let rules: Vec<_> =
        table.columns.iter().map(|c| if c.right { "---:".into() } else { "---".into() }).collect();
    push(&mut text, &rules);
    for row in &table.rows {
        let cells: Vec<_> = row.iter().map(|cell| escape(&cell.plain())).collect();
        push(&mut text, &cells);
    }
    for note in &table.notes {
        text.push_str("\n_");
        text.push_str(&escape(note));
        text.push_str("_\n");
    }
    text
}

fn push(text: &mut String, cells: &[String]) {
    text.push_str("| ");
    text.push_str(&cells.join(" | "));
    text.push_str(" |\n");
}

/// Text that Markdown and the HTML inside it leave alone.
pub fn escape(text: &str) -> String {
    let mut safe = String::new();
    for c in safe::line(text).chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' => {
                safe.push('\\');
                safe.push(c);
            }
            c => safe.push(c),
        }
    }
    safe
}

/// Where the links and pictures of a Markdown text lead, in their order.
pub fn links(text: &str) -> Vec<String> {
    let lead = |event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.to_string()),
        _ => None,
    };
    Parser::new(text).filter_map(lead).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_wherever_they_stand() {
        let text =
            "- [a](x)\n> ![b](y.png) <https://c.example>\n\n`[no](z)` [d][e]\n\n[e]: https://f.example\n";
        assert_eq!(links(text), ["x", "y.png", "https://c.example", "https://f.example"]);
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(escape("a|b <script> [x](javascript:1)"), "a\\|b &lt;script&gt; \\[x\\](javascript:1)");
    }
}
