//! Small pictures made of letters: a line of eight heights, and bars to both sides of nothing; in plain ASCII where a
//! terminal cannot show blocks.

/// The letters to draw with.
#[derive(Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// Eight heights, the lowest first.
    steps: [char; 8],
    /// A value that is not known.
    missing: char,
    /// A part of a bar.
    full: char,
    /// Nothing, between the bars to the left and to the right.
    middle: char,
    /// How far chance goes.
    edge: char,
}

/// Blocks, U+2581 to U+2588.
pub const BLOCKS: Glyphs = Glyphs {
    steps: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
    missing: '·',
    full: '█',
    middle: '│',
    edge: '┊',
};

/// For screens and files that may not know them.
pub const ASCII: Glyphs = Glyphs {
    steps: ['_', '.', ':', '-', '=', '+', '*', '#'],
    missing: '?',
    full: '#',
    middle: '|',
    edge: ':',
};

/// Which letters a screen can show: blocks need a terminal that is neither dumb nor the bare console, and a locale of UTF-8.
pub fn glyphs(is_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> &'static Glyphs {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let is_bare = set("TERM").is_some_and(|term| term == "dumb" || term == "linux");
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default().to_lowercase();
    let is_utf8 = locale.contains("utf-8") || locale.contains("utf8") || set("WT_SESSION").is_some();
    if is_terminal && !is_bare && is_utf8 { &BLOCKS } else { &ASCII }
}

/// One letter a value, between the lowest and the highest of them.
pub fn line(values: &[Option<f64>], glyphs: &Glyphs) -> String {
    let low = values.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
    line_between(values, low, high, glyphs)
}

/// One letter a value, between two ends; in the middle where the ends are the same.
pub fn line_between(values: &[Option<f64>], low: f64, high: f64, glyphs: &Glyphs) -> String {
    let step = |value: f64| {
        let part = if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 };
        glyphs.steps[(part * (glyphs.steps.len() - 1) as f64).round() as usize]
    };
    values.iter().map(|value| value.map_or(glyphs.missing, step)).collect()
}

/// At most `width` values: neighbours become their mean. And how many became one.
pub fn thinned(values: &[f64], width: usize) -> (Vec<f64>, usize) {
    let each = values.len().div_ceil(width.max(1)).max(1);
    let mean = |some: &[f64]| some.iter().sum::<f64>() / some.len() as f64;
    (values.chunks(each).map(mean).collect(), each)
}

/// A bar from the middle to the left (below 0) or to the right, `width` letters to each side for 1; `edge` marks how far
/// chance goes to both sides.
pub fn bar(value: f64, edge: f64, width: usize, glyphs: &Glyphs) -> String {
    let long = |value: f64| (value.abs().min(1.0) * width as f64).round() as usize;
    let side = |is_this: bool| -> Vec<char> {
        let filled = if is_this { long(value) } else { 0 };
        let edge = long(edge).max(1);
        let letter = |place: usize| match place {
            place if place <= filled => glyphs.full,
            place if place == edge => glyphs.edge,
            _ => ' ',
        };
        (1..=width).map(letter).collect()
    };
    let left: String = side(value < 0.0).into_iter().rev().collect();
    let right: String = side(value > 0.0).into_iter().collect();
    format!("{left}{}{right}", glyphs.middle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_between_the_lowest_and_the_highest() {
        let values = [Some(10.0), None, Some(0.0), Some(5.0)];
        assert_eq!(line(&values, &BLOCKS), "█·▁▅");
        assert_eq!(line(&values, &ASCII), "#?_=");
        assert_eq!(line(&[Some(3.0), Some(3.0)], &ASCII), "==");
        assert_eq!(line_between(&[Some(5.0), Some(50.0)], 0.0, 10.0, &ASCII), "=#");
        assert_eq!(line(&[], &ASCII), "");
    }

    #[test]
    fn bars_to_both_sides() {
        assert_eq!(bar(0.5, 0.25, 8, &ASCII), "      : |####    ");
        assert_eq!(bar(-0.25, 0.5, 8, &BLOCKS), "    ┊ ██│   ┊    ");
        assert_eq!(bar(-9.0, 0.0, 2, &ASCII), "##|: ");
    }

    #[test]
    fn a_long_line_is_thinned() {
        assert_eq!(thinned(&[1.0, 3.0, 5.0], 2), (vec![2.0, 5.0], 2));
        assert_eq!(thinned(&[1.0, 3.0], 60), (vec![1.0, 3.0], 1));
        assert_eq!(thinned(&[], 0), (vec![], 1));
    }

    #[test]
    fn blocks_only_where_they_are_shown() {
        let with = |pairs: &'static [(&str, &str)]| {
            move |name: &str| {
                pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_string())
            }
        };
        let utf8 = &[("LANG", "de_DE.UTF-8"), ("TERM", "xterm-256color")];
        assert_eq!(glyphs(true, with(utf8)), &BLOCKS);
        assert_eq!(glyphs(false, with(utf8)), &ASCII, "a pipe");
        assert_eq!(
            glyphs(true, with(&[("LANG", "C.UTF-8"), ("LC_ALL", "C")])),
            &ASCII,
            "the first that is set"
        );
        assert_eq!(glyphs(true, with(&[("LANG", "zh_CN.utf8"), ("LC_ALL", "")])), &BLOCKS);
        assert_eq!(glyphs(true, with(&[("LANG", "C.UTF-8"), ("TERM", "dumb")])), &ASCII);
        assert_eq!(glyphs(true, with(&[("WT_SESSION", "1")])), &BLOCKS);
    }
}
