//! The first rows of a file, drawn to fit a screen before anyone knows what its columns are.

use super::safe;
use super::terminal::shorten;
use unicode_width::UnicodeWidthStr;

/// The widest a column of a preview gets.
const WIDEST: usize = 24;
const GAP: usize = 2;

/// Rows under their headers, as many columns as fit into `width`; and how many columns are not shown.
pub fn rows(headers: &[String], rows: &[Vec<String>], width: usize) -> (String, usize) {
    let mut lines: Vec<Vec<String>> = vec![headers.to_vec()];
    lines.extend(rows.iter().cloned());
    let mut widths = Vec::new();
    let mut used = 0;
    for index in 0..headers.len() {
        let cells = lines.iter().filter_map(|line| line.get(index));
        let natural = cells.map(|cell| safe::cell(cell).width()).max().unwrap_or(0);
        let wide = natural.clamp(1, WIDEST);
        let gap = if widths.is_empty() { 0 } else { GAP };
        if used + gap + wide > width && !widths.is_empty() {
            break;
        }
        used += gap + wide;
        widths.push(wide.min(width));
    }
    let hidden = headers.len() - widths.len();
    (table(&lines, &widths), hidden)
}

/// Lines of cells in columns of these widths; what is too long is cut.
fn table(lines: &[Vec<String>], widths: &[usize]) -> String {
    let mut text = String::new();
    for line in lines {
        let mut drawn = String::new();
        for (index, wide) in widths.iter().enumerate() {
            let cell = shorten(&safe::cell(line.get(index).map_or("", String::as_str)), *wide);
            let blanks = wide.saturating_sub(cell.width()) + GAP;
            drawn.push_str(&cell);
            drawn.push_str(&" ".repeat(blanks));
        }
        text.push_str(drawn.trim_end());
        text.push('\n');
    }
    text
}

/// Lines of two or three parts, the first parts aligned, the last cut at the edge.
pub fn parts(lines: &[Vec<String>], width: usize) -> String {
    let count = lines.iter().map(Vec::len).max().unwrap_or(0);
    let natural = |index: usize| {
        lines
            .iter()
            .filter_map(|line| line.get(index))
            .map(|part| safe::cell(part).width())
            .max()
            .unwrap_or(0)
    };
    let mut widths: Vec<usize> = (0..count).map(|index| natural(index).min(WIDEST + 6)).collect();
    let before: usize = widths.iter().take(count.saturating_sub(1)).map(|wide| wide + GAP).sum();
    if let Some(last) = widths.last_mut() {
        *last = natural(count - 1).min(width.saturating_sub(before).max(1));
    }
    table(lines, &widths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn chinese_rows_align_and_fit() {
        let heads = words(&["姓名", "邮箱", "评分", "您对我们的产品有什么建议（选填，可以多写一些）"]);
        let row = words(&["王小明", "wang@example.com", "9", "很好\u{1b}[31m\n下次再来"]);
        let (text, hidden) = rows(&heads, &[row], 40);
        assert_eq!(hidden, 1, "{text}");
        assert_eq!(text, "姓名    邮箱              评分\n王小明  wang@example.com  9\n");
        let (wide, hidden) = rows(&heads, &[words(&["a", "b", "c", "d\u{1b}[31me"])], 80);
        assert!(
            hidden == 0 && wide.contains("d[31me") && wide.lines().all(|line| line.width() <= 80),
            "{wide}"
        );
    }

    #[test]
    fn one_wide_column_is_cut_to_the_screen() {
        let (text, hidden) = rows(&words(&["a very long header indeed"]), &[], 10);
        assert_eq!((text.as_str(), hidden), ("a very lo…\n", 0));
    }

    #[test]
    fn parts_are_aligned() {
        let lines = [words(&["评分", "score", "its name"]), words(&["a", "b", "a longer reason"])];
        assert_eq!(parts(&lines, 24), "评分  score  its name\na     b      a longer r…\n");
    }
}
