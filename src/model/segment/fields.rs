//! The fields a filter may ask for, and what each may be compared with.

use crate::model::consent::PURPOSES;
use crate::model::persona::Persona;
use crate::model::stage::Stage;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Where they stand in the program.
    Stage,
    /// What drives them.
    Persona,
    /// Where they have a handle.
    Platform,
    /// A tag.
    Tag,
    /// Where they live.
    Country,
    /// The language they are written to.
    Language,
    /// Where they work.
    Company,
    /// Who of ours looks after them.
    Owner,
    /// What they are called.
    Name,
    /// An address of theirs.
    Email,
    /// A handle of theirs, wherever it is.
    Handle,
    /// What they said yes to.
    Consent,
    /// Member, staff or bot.
    Standing,
    /// What is on file at all.
    Has,
    /// Followers over all platforms.
    Audience,
    /// The score of `identify rank`.
    Score,
    /// The last answer to "would you recommend us", 0-10.
    Nps,
    /// How much they made.
    Contributions,
    /// When they came to the community.
    Joined,
    /// Since when they are a customer.
    CustomerSince,
    /// Since when they are at their stage.
    Since,
    /// Asked for something lately.
    Asked,
    /// Not asked for anything lately.
    NotAsked,
    /// Did something lately.
    ActiveIn,
    /// Did nothing lately.
    Inactive,
}

/// What a field may be compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A closed list of words.
    Words,
    /// Any text.
    Texts,
    /// Numbers.
    Numbers,
    /// Days.
    Days,
    /// A stretch of days up to the as-of day.
    Stretch,
}

/// What `has:` may ask for.
pub const HAVING: [&str; 18] = [
    "email", "handle", "name", "company", "country", "language", "owner", "joined", "persona", "audience",
    "nps", "tag", "note", "consent", "link", "code", "handbook", "activity",
];

impl Field {
    /// Every field, in the order they are listed.
    pub const ALL: [Self; 25] = [
        Self::Stage,
        Self::Persona,
        Self::Platform,
        Self::Tag,
        Self::Country,
        Self::Language,
        Self::Company,
        Self::Owner,
        Self::Name,
        Self::Email,
        Self::Handle,
        Self::Consent,
        Self::Standing,
        Self::Has,
        Self::Audience,
        Self::Score,
        Self::Nps,
        Self::Contributions,
        Self::Joined,
        Self::CustomerSince,
        Self::Since,
        Self::Asked,
        Self::NotAsked,
        Self::ActiveIn,
        Self::Inactive,
    ];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Persona => "persona",
            Self::Platform => "platform",
            Self::Tag => "tag",
            Self::Country => "country",
            Self::Language => "language",
            Self::Company => "company",
            Self::Owner => "owner",
            Self::Name => "name",
            Self::Email => "email",
            Self::Handle => "handle",
            Self::Consent => "consent",
            Self::Standing => "standing",
            Self::Has => "has",
            Self::Audience => "audience",
            Self::Score => "score",
            Self::Nps => "nps",
            Self::Contributions => "contributions",
            Self::Joined => "joined",
            Self::CustomerSince => "customer-since",
            Self::Since => "since",
            Self::Asked => "asked",
            Self::NotAsked => "not-asked",
            Self::ActiveIn => "active-in",
            Self::Inactive => "inactive",
        }
    }

    /// The field of a word; `_` is as good as `-`.
    pub fn named(word: &str) -> Option<Self> {
        let word = word.to_lowercase().replace('_', "-");
        Self::ALL.into_iter().find(|field| field.word() == word)
    }

    /// What it may be compared with.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Stage | Self::Persona | Self::Consent | Self::Standing | Self::Has => Kind::Words,
            Self::Platform
            | Self::Tag
            | Self::Country
            | Self::Language
            | Self::Company
            | Self::Owner
            | Self::Name
            | Self::Email
            | Self::Handle => Kind::Texts,
            Self::Audience | Self::Score | Self::Nps | Self::Contributions => Kind::Numbers,
            Self::Joined | Self::CustomerSince | Self::Since => Kind::Days,
            Self::Asked | Self::NotAsked | Self::ActiveIn | Self::Inactive => Kind::Stretch,
        }
    }

    /// An example of how it is written.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Stage => "stage=active,on-hold",
            Self::Persona => "persona=educator",
            Self::Platform => "platform:youtube",
            Self::Tag => "tag=beta",
            Self::Country => "country=DE",
            Self::Language => "language=zh",
            Self::Company => "company~acme",
            Self::Owner => "owner=Mara",
            Self::Name => "name~lindqvist",
            Self::Email => "email~example.org",
            Self::Handle => "handle=ana",
            Self::Consent => "consent=exclusive",
            Self::Standing => "standing=staff",
            Self::Has => "has:email",
            Self::Audience => "audience>1000",
            Self::Score => "score>70",
            Self::Nps => "nps>=9",
            Self::Contributions => "contributions>=3",
            Self::Joined => "joined<2025-01-01",
            Self::CustomerSince => "customer-since<2025-01-01",
            Self::Since => "since<2026-01-01",
            Self::Asked => "asked:30d",
            Self::NotAsked => "not-asked:30d",
            Self::ActiveIn => "active-in:30d",
            Self::Inactive => "inactive:90d",
        }
    }

    /// Whether a member without a value does not have it, rather than that it is unknown: what we write down
    /// ourselves (stage, tags, consent, asks) and what stands in the file or does not.
    pub const fn is_known_when_absent(self) -> bool {
        matches!(
            self,
            Self::Stage
                | Self::Platform
                | Self::Tag
                | Self::Email
                | Self::Handle
                | Self::Owner
                | Self::Consent
                | Self::Standing
                | Self::Has
                | Self::Asked
                | Self::NotAsked
        )
    }

    /// The words of a closed list.
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Self::Stage => Stage::ALL.map(Stage::word).to_vec(),
            Self::Persona => PERSONAS.to_vec(),
            Self::Standing => vec!["member", "staff", "bot"],
            Self::Consent => PURPOSES.to_vec(),
            Self::Has => HAVING.to_vec(),
            _ => Vec::new(),
        }
    }
}

/// The four as they are typed without quotes, in the order of [`Persona::ALL`].
const PERSONAS: [&str; 4] = ["educator", "status-seeker", "validator", "collaborator"];

/// A persona as a filter writes it.
pub(super) fn persona(persona: Persona) -> &'static str {
    PERSONAS[persona as usize]
}
