//! Profiles: which tool wrote a file, and which of its columns is what. One TOML file per tool and kind of file.
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use include_dir::{Dir, include_dir};
use serde::Deserialize;

use super::broken::line_of;
use super::headers::{find, fits as header_fits, folded};
use super::reader;
use super::reader::column::Column;
use super::values::scores::Scale;
use crate::app::given;
use crate::model::field::Field;
use crate::model::kind::Kind;
use crate::model::money::is_currency;
use crate::model::time::Zone;

static SHIPPED: Dir = include_dir!("$CARGO_MANIFEST_DIR/data/profiles");

/// What a file is like around its columns.
#[derive(Debug, Clone, Copy, Default)]
pub struct Layout<'a> {
    /// Lines above the header: titles and comments.
    pub title_lines: &'a [String],
    /// Tables stacked in the file.
    pub tables: usize,
}

impl<'a> From<&'a reader::Layout> for Layout<'a> {
    fn from(layout: &'a reader::Layout) -> Self {
        Self { title_lines: &layout.title_lines, tables: layout.tables }
    }
}

/// One tool's one kind of file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The word after `--profile`.
    pub name: String,
    /// The tool, as its maker writes it.
    pub tool: String,
    /// The file, in words, and where the tool gives it out.
    pub title: String,
    /// What its rows are; left out where the questions of the survey decide.
    pub kind: Option<Kind>,
    /// How the file is known: any one suffices.
    pub signature: Vec<Signature>,
    /// The platform its accounts and posts are on.
    pub platform: Option<String>,
    /// The currency of its amounts, where no column says it.
    pub currency: Option<String>,
    /// The zone of its times, where they carry none.
    pub timezone: Option<String>,
    /// The scale of its scores, as `LOW-HIGH`.
    pub scale: Option<String>,
    /// Where each field is read, the first present wins.
    #[serde(default)]
    pub columns: BTreeMap<Field, OneOrMore<Place>>,
    /// Measures of use per person: their name with us, and the columns they stand in.
    #[serde(default)]
    pub metrics: BTreeMap<String, OneOrMore<String>>,
    /// Rows that are no records.
    #[serde(default)]
    pub skip: Vec<Skip>,
    /// How one order is spread over rows.
    pub line_items: Option<LineItems>,
    /// Whether the amount already has the refund taken off.
    #[serde(default)]
    pub net_of_refund: bool,
    /// Why such a file holds nothing for us.
    pub refuse: Option<Refuse>,
    /// Columns of a survey tool that are no questions.
    #[serde(default)]
    pub meta: Vec<String>,
    /// Columns about people that are never stored.
    #[serde(default)]
    pub drops: Vec<String>,
}

/// One way to know a file. All that is said must hold.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Headers that must all be there; an inner list is a choice.
    #[serde(default)]
    pub headers: Vec<OneOrMore<String>>,
    /// Headers that must not be there.
    #[serde(default)]
    pub without: Vec<String>,
    /// What the first column must be called, letter for letter.
    #[serde(default)]
    pub first: Vec<String>,
    /// What a cell of a further header row begins with.
    pub second_row: Option<String>,
    /// A column whose cells are all 32 letters and digits: the ids of a tool whose other headers were cut off.
    pub tokens: Option<String>,
    /// What a line above the header begins with.
    #[serde(default)]
    pub title: Vec<String>,
    /// How many columns there are at most.
    pub at_most: Option<usize>,
}

/// One value, or a list of which the first present wins.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMore<T> {
    /// The only one.
    One(T),
    /// Alternatives, best first.
    More(Vec<T>),
}

impl<T> OneOrMore<T> {
    /// All alternatives, best first.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        match self {
            Self::One(one) => std::slice::from_ref(one).iter(),
            Self::More(more) => more.iter(),
        }
    }
}

/// Where a field is read from.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Place {
    /// The column of this header.
    Column(String),
    /// The sum of those columns that are there; all of them are counts.
    Sum {
        /// Their headers.
        sum: Vec<String>,
    },
    /// The words of these columns, one after the other.
    Join {
        /// Their headers.
        join: Vec<String>,
    },
}

/// Rows that are no records, and the reason they are booked under.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skip {
    /// The column that tells; a rule without its column says nothing.
    pub column: String,
    /// Skip where the cell is one of these.
    pub equals: Option<OneOrMore<String>>,
    /// Skip where the cell is none of these.
    pub not: Option<OneOrMore<String>>,
    /// Skip where the cell begins with one of these.
    pub prefix: Option<OneOrMore<String>>,
    /// Skip where the cell is empty.
    #[serde(default)]
    pub empty: bool,
    /// Never skip where this column has an amount: what was paid back was paid before.
    pub unless: Option<String>,
    /// The word on the receipt.
    pub reason: String,
}

/// How one order is spread over rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineItems {
    /// Its total stands on its first row only (Shopify).
    First,
    /// Its total is repeated on every row.
    Repeated,
    /// Every row has an amount of its own.
    Sum,
}

/// Why a file holds nothing for us.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// The word for it.
    pub reason: String,
    /// What it holds instead, and what to export in its place.
    pub message: String,
    /// Not refused if this field has a column: the one file of a family that does hold something.
    pub unless: Option<Field>,
    /// `unless` counts only if its smallest value lies above all of these columns: a stock, not a day's gain.
    #[serde(default)]
    pub above: Vec<String>,
}

impl Profile {
    /// Reads a profile's text. The error names `origin`, the line and the column.
    pub fn parse(text: &str, origin: &str) -> Result<Self> {
        let profile: Self = toml::from_str(text).map_err(|error: toml::de::Error| {
            let at = error.span().map_or_else(String::new, |span| crate::data::place_in(text, span.start));
            anyhow!("{origin}{at}: not a profile groundswell can read: {}", error.message())
        })?;
        ensure!(!profile.signature.is_empty(), "{origin}: a profile needs a [[signature]] to be known by");
        for signature in &profile.signature {
            ensure!(
                !signature.is_empty(),
                "{origin}{}: a [[signature]] needs headers, or another thing to know the file by",
                line_of(text, "[[signature]]")
            );
        }
        if let Some(kind) = profile.kind {
            for field in profile.columns.keys() {
                let known = kind.fields();
                let at = || line_of(text, field.as_str());
                ensure!(
                    known.contains(field),
                    "{origin}{}: {kind} have no field `{field}`; they have {}",
                    at(),
                    words(known)
                );
            }
        }
        if let Some(scale) = &profile.scale {
            let read = scale.parse::<Scale>();
            read.map_err(|error| anyhow!("{origin}{}: scale: {error}", line_of(text, "scale")))?;
        }
        if let Some(zone) = &profile.timezone {
            ensure!(
                Zone::named(zone).is_some(),
                "{origin}{}: there is no time zone `{zone}`; write it as Europe/Berlin or UTC",
                line_of(text, "timezone")
            );
        }
        if let Some(currency) = &profile.currency {
            ensure!(
                is_currency(currency),
                "{origin}{}: `{currency}` is no currency; write its code, such as EUR",
                line_of(text, "currency")
            );
        }
        Ok(profile)
    }

    /// Reads a user's own profile.
    pub fn read(path: &Path) -> Result<Self> {
        let text = given::is_file(path)
            .and_then(|()| Ok(std::fs::read_to_string(path)?))
            .with_context(|| format!("the profile {} cannot be read", path.display()))?;
        Self::parse(&text, &path.display().to_string())
    }

    /// The profiles that come with the program, by name.
    pub fn shipped() -> Result<Vec<Self>> {
        let mut profiles = Vec::new();
        for file in SHIPPED.files().filter(|file| file.path().extension().is_some_and(|end| end == "toml")) {
            let text = file.contents_utf8().context("a shipped profile is not UTF-8")?;
            profiles.push(Self::parse(text, &file.path().display().to_string())?);
        }
        profiles.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(profiles)
    }
}

fn words(fields: &[Field]) -> String {
    fields.iter().map(|field| field.as_str()).collect::<Vec<_>>().join(", ")
}

/// What a file lacks to be of this profile, by its nearest signature; empty if it fits.
pub fn fits(profile: &Profile, columns: &[Column], layout: Layout) -> Vec<String> {
    let lacks = profile.signature.iter().map(|signature| signature.lacks(columns, layout));
    lacks.min_by_key(Vec::len).unwrap_or_default()
}

/// How many things of its nearest signature a file has, and which it lacks.
pub fn nearest(profile: &Profile, columns: &[Column], layout: Layout) -> (usize, Vec<String>) {
    let held = |signature: &Signature| {
        let lacks = signature.lacks(columns, layout);
        // What must be absent is no likeness.
        let absent = lacks.iter().filter(|lack| !lack.starts_with("no ")).count();
        (signature.wants().saturating_sub(absent), lacks)
    };
    let all = profile.signature.iter().map(held);
    all.min_by_key(|(found, lacks)| (lacks.len(), std::cmp::Reverse(*found))).unwrap_or_default()
}

/// How many headers of its best fitting signature a profile names: of two that fit, the more particular one wins.
pub fn particular(profile: &Profile, columns: &[Column], layout: Layout) -> usize {
    let fitting = profile.signature.iter().filter(|signature| signature.lacks(columns, layout).is_empty());
    fitting.map(|signature| signature.headers.len() + signature.title.len()).max().unwrap_or(0)
}

impl Signature {
    /// Whether it says nothing, and so would fit every file.
    fn is_empty(&self) -> bool {
        self.headers.is_empty()
            && self.first.is_empty()
            && self.title.is_empty()
            && self.second_row.is_none()
            && self.tokens.is_none()
    }

    /// How many things it asks for.
    fn wants(&self) -> usize {
        let others = [
            !self.first.is_empty(),
            !self.title.is_empty(),
            self.second_row.is_some(),
            self.tokens.is_some(),
        ];
        self.headers.len() + others.into_iter().filter(|asked| *asked).count()
    }

    fn lacks(&self, columns: &[Column], layout: Layout) -> Vec<String> {
        let mut lacks = Vec::new();
        for choice in &self.headers {
            if !choice.iter().any(|header| find(columns, header, folded).is_some()) {
                lacks.push(choice.iter().map(String::as_str).collect::<Vec<_>>().join(" or "));
            }
        }
        for header in self.without.iter().filter(|header| find(columns, header, folded).is_some()) {
            lacks.push(format!("no {header}"));
        }
        let first_fits = |name: &String| self.first.iter().any(|first| first == name);
        if !self.first.is_empty()
            && !columns.first().is_some_and(|column| column.names.iter().any(first_fits))
        {
            lacks.push(format!("first {}", self.first.join(" or ")));
        }
        if let Some(start) = &self.second_row {
            let rows = columns.iter().flat_map(|column| column.names.iter().skip(1));
            if !rows.into_iter().any(|name| name.starts_with(start)) {
                lacks.push(format!("{start} in a second header row"));
            }
        }
        if let Some(header) = &self.tokens {
            let is_token =
                |cell: &String| cell.len() == 32 && cell.chars().all(|c| c.is_ascii_alphanumeric());
            let holds = |column: &Column| !column.samples.is_empty() && column.samples.iter().all(is_token);
            if !find(columns, header, folded).is_some_and(holds) {
                lacks.push(format!("{header} with 32 letters and digits"));
            }
        }
        let titled = |line: &String| {
            let line = folded(line);
            self.title.iter().any(|start| line.starts_with(&folded(start)))
        };
        if !self.title.is_empty() && !layout.title_lines.iter().any(titled) {
            lacks.push(format!("a title line {}", self.title.join(" or ")));
        }
        if self.at_most.is_some_and(|most| columns.len() > most) {
            lacks.push(format!("{} columns or fewer", self.at_most.unwrap_or_default()));
        }
        lacks
    }
}

impl Profile {
    /// The columns of a survey tool that are no questions.
    pub fn meta_columns(&self, columns: &[Column]) -> Vec<usize> {
        let mapped = self.columns.values().flat_map(OneOrMore::iter).flat_map(Place::headers);
        let named: Vec<&str> =
            self.meta.iter().chain(&self.drops).map(String::as_str).chain(mapped).collect();
        let is_meta = |column: &&Column| {
            column.names.iter().any(|name| named.iter().any(|header| header_fits(header, name, folded)))
        };
        columns.iter().filter(is_meta).map(|column| column.index).collect()
    }

    /// The columns that are never stored, by header, as they stand in this file.
    pub fn dropped<'a>(&self, columns: &'a [Column]) -> Vec<&'a Column> {
        columns
            .iter()
            .filter(|c| self.drops.iter().any(|d| c.names.iter().any(|n| header_fits(d, n, folded))))
            .collect()
    }
}

impl Place {
    /// All headers it names.
    pub fn headers(&self) -> Vec<&str> {
        match self {
            Self::Column(header) => vec![header],
            Self::Sum { sum: headers } | Self::Join { join: headers } => {
                headers.iter().map(String::as_str).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every header a profile's signature needs, once: what a file of this tool has at the least.
    fn own_headers(signature: &Signature) -> Vec<Column> {
        let mut names: Vec<String> = signature.first.iter().take(1).cloned().collect();
        names.extend(signature.headers.iter().filter_map(|choice| choice.iter().next().cloned()));
        names.extend(signature.tokens.clone());
        let column = |(index, name): (usize, String)| Column {
            index,
            names: vec![name.replace('*', ""), signature.second_row.clone().unwrap_or_default()],
            filled: 1,
            rows: 1,
            samples: vec!["r2w0retelulfeavbz8nkr2w04hf2b6nx".to_owned()],
            ..Column::default()
        };
        names.into_iter().enumerate().map(column).collect()
    }

    #[test]
    fn every_profile_fits_its_own_headers_and_no_other_does() {
        let profiles = Profile::shipped().unwrap();
        assert!(profiles.len() >= 50, "{} profiles", profiles.len());
        for profile in &profiles {
            for signature in &profile.signature {
                let columns = own_headers(signature);
                let titles: Vec<String> = signature.title.iter().take(1).cloned().collect();
                let layout = Layout { title_lines: &titles, tables: 1 };
                let fitting: Vec<&str> = profiles
                    .iter()
                    .filter(|other| fits(other, &columns, layout).is_empty())
                    .map(|other| other.name.as_str())
                    .collect();
                assert_eq!(fitting, [profile.name.as_str()]);
            }
        }
    }

    #[test]
    fn every_profile_is_known_by_one_name_and_says_where_the_file_comes_from() {
        let profiles = Profile::shipped().unwrap();
        let names: std::collections::BTreeSet<&str> =
            profiles.iter().map(|profile| profile.name.as_str()).collect();
        assert_eq!(names.len(), profiles.len());
        for file in SHIPPED.files() {
            let text = file.contents_utf8().unwrap();
            let stem = file.path().file_stem().unwrap().to_string_lossy();
            assert!(text.starts_with("# Source: "), "{stem} does not say how it is known");
            assert!(names.contains(stem.as_ref()), "{stem}.toml holds a profile of another name");
        }
        for profile in profiles {
            let decides = profile.kind.is_some()
                || profile.refuse.is_some()
                || profile.columns.contains_key(&Field::Date);
            assert!(decides, "{} neither reads nor refuses", profile.name);
        }
    }

    #[test]
    fn a_profile_says_what_is_wrong_with_it() {
        let error = |text: &str| format!("{:#}", Profile::parse(text, "mine.toml").unwrap_err());
        let typed = error("# mine\nname = 1");
        assert!(typed.contains("mine.toml:2:8: not a profile") && typed.contains("string"), "{typed}");
        let unknown =
            error("name = \"a\"\ntool = \"A\"\ntitle = \"t\"\nkind = \"nps\"\nsignature = []\ncolour = 1");
        assert!(unknown.contains("mine.toml:6:1") && unknown.contains("`colour`"), "{unknown}");
        let head = "name = \"a\"\ntool = \"A\"\ntitle = \"t\"\nkind = \"nps\"\n";
        assert!(error(&format!("{head}signature = []")).contains("[[signature]]"));
        let stage = format!("{head}[[signature]]\nheaders = [\"a\"]\n[columns]\nstage = \"a\"");
        assert!(error(&stage).contains("mine.toml:8:1: nps have no field `stage`"), "{}", error(&stage));
        let empty = error(&format!("{head}[[signature]]\n"));
        assert!(empty.contains("mine.toml:5:1: a [[signature]] needs headers"), "{empty}");
        for (line, wrong) in [
            ("scale = \"7\"", "mine.toml:5:1: scale: `7` is no scale"),
            ("timezone = \"Mars\"", "mine.toml:5:1: there is no time zone `Mars`"),
            ("currency = \"euro\"", "mine.toml:5:1: `euro` is no currency"),
        ] {
            let text = error(&format!("{head}{line}\n[[signature]]\nheaders = [\"a\"]\n"));
            assert!(text.contains(wrong), "{text}");
        }
        let absent = Profile::read(Path::new("/nowhere/mine.toml")).unwrap_err();
        assert!(absent.to_string().contains("cannot be read"));
    }

    #[test]
    fn what_a_file_lacks_is_named() {
        let profiles = Profile::shipped().unwrap();
        let profile = profiles.iter().find(|profile| profile.name == "x-content").unwrap();
        let signature =
            Signature { headers: vec![OneOrMore::One("Post id".to_owned())], ..Signature::default() };
        assert_eq!(fits(profile, &own_headers(&signature), Layout::default()), ["Post text", "Post Link"]);
    }

    /// Parses so many broken profiles; how many were refused.
    fn parse_broken(inputs: u64, dice: &mut reader::mutate::Dice) -> u64 {
        use reader::mutate::{mutated, seeds};
        let (seeds, mut refused) = (seeds(&["data/profiles"], 4096), 0);
        for _ in 0..inputs {
            let bytes = mutated(&seeds, dice);
            if let Err(error) = Profile::parse(&String::from_utf8_lossy(&bytes), "own.toml") {
                assert!(error.to_string().starts_with("own.toml"), "{error}");
                refused += 1;
            }
        }
        refused
    }

    #[test]
    fn broken_profiles_are_refused_and_break_nothing() {
        let refused = parse_broken(2000, &mut reader::mutate::Dice(2026));
        assert!((500..2000).contains(&refused), "{refused} of 2000 were refused");
    }

    /// `FUZZ_INPUTS=1000000 cargo test profiles_in_the_long_run -- --ignored --nocapture`
    #[test]
    #[ignore = "takes as long as it is told to"]
    fn profiles_in_the_long_run() {
        let (inputs, mut dice) = reader::mutate::by_hand();
        println!("{inputs} inputs, {} of them refused", parse_broken(inputs, &mut dice));
    }
}
