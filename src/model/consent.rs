//! What someone may be asked for, or named in, and what holds as long as they said nothing.

/// Any contact at all; the three kinds of brief; what `share ask` asks for; being named in public.
pub const PURPOSES: [&str; 9] =
    ["contact", "exclusive", "open", "feedback", "post", "talk", "review", "reference", "named"];

/// Being named where anyone can read it.
pub const NAMED: &str = "named";

/// Whether silence is a no: exclusive news binds people, and their name is theirs. All else may be tried once.
pub fn needs_a_yes(purpose: &str) -> bool {
    matches!(purpose, "exclusive" | NAMED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_a_no_to_two_things() {
        let needing: Vec<_> = PURPOSES.into_iter().filter(|purpose| needs_a_yes(purpose)).collect();
        assert_eq!(needing, ["exclusive", "named"]);
    }
}
