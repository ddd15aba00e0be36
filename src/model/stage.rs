//! Where a member stands in the program.

/// The stages of PROGRAM.md in their order, then the three ways out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Known, nothing more.
    Member,
    /// On the shortlist.
    Candidate,
    /// A letter went out.
    Invited,
    /// Said maybe, or signed up.
    Interested,
    /// Joined: an advocate.
    Active,
    /// An advocate who pauses.
    OnHold,
    /// An advocate whose term ended.
    Alumni,
    /// Said no.
    Declined,
    /// Put out of the program by us.
    Removed,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 9] = [
        Self::Member,
        Self::Candidate,
        Self::Invited,
        Self::Interested,
        Self::Active,
        Self::OnHold,
        Self::Alumni,
        Self::Declined,
        Self::Removed,
    ];

    /// The stage's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Candidate => "candidate",
            Self::Invited => "invited",
            Self::Interested => "interested",
            Self::Active => "active",
            Self::OnHold => "on-hold",
            Self::Alumni => "alumni",
            Self::Declined => "declined",
            Self::Removed => "removed",
        }
    }

    /// Whether the member has joined and not left: an advocate.
    pub const fn is_advocate(self) -> bool {
        matches!(self, Self::Active | Self::OnHold)
    }

    /// Whether signing up is news: who has joined, left or said no stays where they are.
    pub const fn may_become_interested(self) -> bool {
        matches!(self, Self::Member | Self::Candidate | Self::Invited)
    }

    /// Which of two stages holds for one person known as two: who was put out stays out, whoever joined under one
    /// address has joined, and who said no is asked no further; else the one further along. The highest wins.
    pub const fn weight(self) -> u8 {
        match self {
            Self::Member => 0,
            Self::Candidate => 1,
            Self::Invited => 2,
            Self::Interested => 3,
            Self::Declined => 4,
            Self::Alumni => 5,
            Self::OnHold => 6,
            Self::Active => 7,
            Self::Removed => 8,
        }
    }

    /// The stages that may follow this one.
    pub const fn next(self) -> &'static [Self] {
        use Stage::{Active, Alumni, Candidate, Declined, Interested, Invited, Member, OnHold, Removed};
        match self {
            Member => &[Candidate, Invited, Interested, Active, Removed],
            Candidate => &[Member, Invited, Interested, Active, Declined, Removed],
            Invited => &[Member, Candidate, Interested, Active, Declined, Removed],
            Interested => &[Member, Candidate, Invited, Active, Declined, Removed],
            Active => &[OnHold, Alumni, Removed],
            OnHold => &[Active, Alumni, Removed],
            Alumni => &[Active, Removed],
            Declined => &[Member, Candidate, Invited, Interested, Active, Removed],
            Removed => &[Member],
        }
    }
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

impl std::str::FromStr for Stage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let word = text.trim().to_lowercase().replace(['_', ' '], "-");
        Self::ALL.into_iter().find(|stage| stage.word() == word).ok_or_else(|| {
            let words: Vec<_> = Self::ALL.iter().map(|stage| stage.word()).collect();
            format!("no stage is called '{text}'; the stages are {}", words.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for stage in Stage::ALL {
            assert_eq!(stage.word().parse::<Stage>(), Ok(stage));
            assert!(!stage.next().contains(&stage), "{stage} follows itself");
        }
        assert_eq!("On hold".parse::<Stage>(), Ok(Stage::OnHold));
        assert!("boss".parse::<Stage>().is_err());
    }
}
