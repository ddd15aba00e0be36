//! A filter from its text. Never panics: whatever is typed is a filter, or a [`Problem`] with its place.

use super::fields::{self, Field};
use super::problem::near;
use super::tokens::{Kind, Op, Token, tokens};
use super::{Filter, Problem, Term, Test};
use crate::model::persona::Persona;
use crate::model::stage::Stage;

mod values;

/// Deeper brackets are refused.
const DEEPEST: usize = 50;

/// Reads a filter: conditions beside each other must all fit; `or`, `not`, `-` and brackets as one expects.
pub fn read(text: &str) -> Result<Filter, Problem> {
    let mut reader = Reader { tokens: tokens(text)?, next: 0, depth: 0, end: text.chars().count() };
    let filter = reader.any()?;
    match reader.tokens.get(reader.next) {
        Some(token) => Err(Problem::new(token.at, token.len, "this bracket was never opened")),
        None => Ok(filter),
    }
}

/// The tokens, and which comes next.
pub(super) struct Reader {
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
    end: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn peek_kind(&self) -> Option<&Kind> {
        self.peek().map(|token| &token.kind)
    }

    fn is_keyword(&self, word: &str) -> bool {
        let followed = self.tokens.get(self.next + 1).is_some_and(|token| matches!(token.kind, Kind::Op(_)));
        !followed && matches!(self.peek_kind(), Some(Kind::Word(text)) if text.eq_ignore_ascii_case(word))
    }

    /// Where the text ends, as a place for an error.
    fn nothing(&self, says: &str) -> Problem {
        Problem::new(self.end, 1, says)
    }

    fn any(&mut self) -> Result<Filter, Problem> {
        let mut parts = vec![self.all()?];
        while self.is_keyword("or") {
            self.next += 1;
            parts.push(self.all()?);
        }
        Filter::any(parts).ok_or_else(|| self.nothing(EMPTY))
    }

    fn all(&mut self) -> Result<Filter, Problem> {
        let mut parts = Vec::new();
        loop {
            if self.is_keyword("and") && !parts.is_empty() {
                self.next += 1;
                parts.push(self.one()?);
                continue;
            }
            match self.peek_kind() {
                None | Some(Kind::Close) => break,
                Some(_) if self.is_keyword("or") => break,
                Some(_) => parts.push(self.one()?),
            }
        }
        let place = self.peek().map_or((self.end, 1), |token| (token.at, token.len));
        Filter::all(parts).ok_or_else(|| Problem::new(place.0, place.1, EMPTY))
    }

    fn one(&mut self) -> Result<Filter, Problem> {
        let Some(token) = self.peek().cloned() else { return Err(self.nothing(EMPTY)) };
        if token.kind == Kind::Minus || self.is_keyword("not") {
            self.next += 1;
            return Ok(self.deeper(&token, Self::one)?.negated());
        }
        match token.kind {
            Kind::Open => {
                self.next += 1;
                let inner = self.deeper(&token, Self::any)?;
                if self.peek_kind() != Some(&Kind::Close) {
                    return Err(Problem::new(token.at, token.len, "this bracket is not closed"));
                }
                self.next += 1;
                Ok(inner)
            }
            Kind::Word(word) => {
                self.next += 1;
                self.condition(&word, (token.at, token.len))
            }
            Kind::Quoted(name) => {
                self.next += 1;
                Ok(Filter::Term(Term::Members(vec![name])))
            }
            _ => Err(Problem::new(token.at, token.len, EMPTY)),
        }
    }

    fn deeper<T>(
        &mut self,
        token: &Token,
        read: impl FnOnce(&mut Self) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Problem::new(
                token.at,
                token.len,
                format!("more than {DEEPEST} levels: make it simpler"),
            ));
        }
        let inner = read(self);
        self.depth -= 1;
        inner
    }

    /// What begins with a word: a field with its value, a group, a saved segment, or a member.
    fn condition(&mut self, word: &str, (at, len): (usize, usize)) -> Result<Filter, Problem> {
        let op = match self.peek() {
            Some(Token { kind: Kind::Op(op), at, len, .. }) => Some((*op, (*at, *len))),
            _ => None,
        };
        let Some((op, place)) = op else { return bare(word, (at, len)) };
        if let Some(field) = Field::named(word) {
            self.next += 1;
            return self.comparison(field, op, place);
        }
        // platform:handle names a member.
        let glued = self.peek().is_some_and(|token| token.glued);
        let handle = op == Op::Of && glued && !word.is_empty();
        if handle && let Some(rest) = self.glued_text() {
            if let Some(field) = mistaken(word) {
                return Err(unknown(word, (at, len), field));
            }
            return Ok(Filter::Term(Term::Members(vec![format!("{word}{rest}")])));
        }
        Err(unknown(word, (at, len), near(word, Field::ALL.map(Field::word)).unwrap_or_default()))
    }

    /// `:handle` and whatever hangs on it without a blank; none where nothing follows the colon.
    fn glued_text(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut place = self.next;
        while let Some(token) = self.tokens.get(place).filter(|token| token.glued) {
            match &token.kind {
                Kind::Op(Op::Of) => text.push(':'),
                Kind::Word(word) => text.push_str(word),
                _ => break,
            }
            place += 1;
        }
        let whole = text.trim_end_matches(':').len() > 1;
        if whole {
            self.next = place;
        }
        whole.then_some(text)
    }
}

const EMPTY: &str = "a condition is missing here, such as stage=active, platform:youtube or a member";

/// A field's word with a slip in it, where somebody writes `platfrom:x`.
fn mistaken(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    Field::ALL
        .map(Field::word)
        .into_iter()
        .find(|known| strsim::damerau_levenshtein(known, &word) == 1 && word.len() > 3)
}

fn unknown(word: &str, (at, len): (usize, usize), near: &str) -> Problem {
    let all: Vec<_> = Field::ALL.iter().map(|field| field.word()).collect();
    let hint = if near.is_empty() { ".".into() } else { format!("; did you mean {near}?") };
    Problem::new(at, len, format!("there is no field '{word}'{hint} The fields are {}", all.join(", ")))
}

/// The people a word alone stands for: advocates, a stage, a persona, promoters, passives or detractors.
pub(super) fn group(word: &str) -> Option<Filter> {
    let is = |field, values: &[&str]| {
        Some(Filter::Term(Term::Is(field, values.iter().map(|value| (*value).to_string()).collect())))
    };
    if word.eq_ignore_ascii_case("advocates") {
        return is(Field::Stage, &[Stage::Active.word(), Stage::OnHold.word()]);
    }
    if let Ok(stage) = word.parse::<Stage>() {
        return is(Field::Stage, &[stage.word()]);
    }
    if let Some(persona) = Persona::parse(word) {
        return is(Field::Persona, &[fields::persona(persona)]);
    }
    let scores = values::answers(word)?.map(f64::from).collect();
    Some(Filter::Term(Term::Number(Field::Nps, Test::Is(scores))))
}

/// A word alone: a group everyone knows, a saved segment, or a member.
fn bare(word: &str, (at, len): (usize, usize)) -> Result<Filter, Problem> {
    if let Some(name) = word.strip_prefix('@').filter(|name| !name.is_empty()) {
        return Ok(Filter::Term(Term::Saved(name.into())));
    }
    if let Some(group) = group(word) {
        return Ok(group);
    }
    if let Some(field) = Field::named(word) {
        return Err(Problem::new(
            at,
            len,
            format!(
                "'{word}' is a field: say what it must be, such as {} (a shell takes < and > for itself: put the filter in quotes)",
                field.example()
            ),
        ));
    }
    Ok(Filter::Term(Term::Members(vec![word.into()])))
}
