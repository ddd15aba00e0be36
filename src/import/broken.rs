//! Where a file that someone wrote by hand is wrong: the end of `mine.toml:3:5`.

/// `:3:1`, the place of the line on which a key stands.
pub fn line_of(text: &str, key: &str) -> String {
    let sets = |line: &str| {
        line.trim_start()
            .strip_prefix(key)
            .is_some_and(|rest| rest.trim_start().starts_with('=') || rest.is_empty())
    };
    text.lines().position(sets).map_or_else(String::new, |at| format!(":{}:1", at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::place_in;

    #[test]
    fn lines_and_columns_count_from_one() {
        let text = "# mine\nname = 1\n  scale = \"7\"\n";
        assert_eq!(place_in(text, 0), ":1:1");
        assert_eq!(place_in(text, 14), ":2:8");
        assert_eq!(line_of(text, "scale"), ":3:1");
        assert_eq!(line_of(text, "zone"), "");
    }
}
