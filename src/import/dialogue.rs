//! The import as a person meets it: the first rows, what each column was taken for, and what cannot be told.

use super::command::year;
use super::headers::title;
use super::reader;
use super::rejected;
use super::remembered::{self, flag};
use super::run::{self, Opened, Options};
use super::understand::{Outcome, Plan, Question, address, uses};
use super::values::dates::DateOrder;
use super::values::numbers::Style;
use crate::app::App;
use crate::app::fail::usage;
use crate::model::field::Field;
use crate::model::kind::Kind;
use crate::output::terminal::shorten;
use crate::output::{Screen, preview, safe};
use crate::store::batches;
use anyhow::{Result, bail};

/// How many rows are shown.
const SHOWN: usize = 5;

/// A file that is ready to be imported.
pub struct Understood {
    /// The file.
    pub opened: Opened,
    /// How its rows become records.
    pub plan: Plan,
    /// What was said of it, answers included.
    pub options: Options,
    /// The answers, as the flags that give them; none where nothing was asked.
    pub answers: Option<Vec<String>>,
}

/// Fills in how the last file with these headers was read, and of a file of rows that were set aside, what the
/// file was whose rows they are. `--afresh` forgets it.
pub fn recall(app: &App, opened: &Opened, options: &mut Options) -> Result<()> {
    let before = if options.afresh { None } else { batches::reading(app.store()?, &opened.headers())? };
    if let Some((batch, said)) = before {
        let filled = remembered::read(&said, options);
        if !filled.is_empty() {
            options.recalled = Some(format!(
                "read as last time, in batch {batch}: {} (flags of your own, or --afresh, override it)",
                filled.join(" ")
            ));
        }
    }
    if let Some(origin) = rejected::origin(opened.input.name()).filter(|_| opened.lead > 0)
        && options.wishes.as_kind.is_none()
        && let Some(kind) = batches::kind_of(app.store()?, origin)?
    {
        options.wishes.as_kind = kind.parse().ok();
        options.recalled.get_or_insert_with(|| format!("read as {origin}, whose rows these are: {kind}"));
    }
    Ok(())
}

/// Understands a file: by its profile, as the last one like it, or with the help of whoever sits at the terminal.
pub fn understand(app: &App, opened: Opened, given: &Options) -> Result<Understood> {
    let mut options = given.clone();
    recall(app, &opened, &mut options)?;
    forget_order(&opened, given, &mut options)?;
    let is_said =
        options.recalled.is_some() || !given.wishes.map.is_empty() || !given.wishes.without.is_empty();
    let can_ask = app.can_ask() && !app.yes;
    let (mut was_shown, mut was_asked) = (false, false);
    loop {
        match opened.understand(&options)? {
            Outcome::Plan(plan) => {
                if can_ask && plan.profile.is_none() && !is_said {
                    show(app, &opened, &mut was_shown)?;
                    was_asked = true;
                    if !accept(app, &opened, &plan, &mut options)? {
                        continue;
                    }
                    // Whoever said yes to it meant this kind, the next time too.
                    options.wishes.as_kind = Some(plan.kind);
                }
                let answers = if was_asked { Some(flags(app, given, &options)?) } else { None };
                return Ok(Understood { opened, plan: *plan, options, answers });
            }
            Outcome::Refuse { reason, message } => {
                bail!("{}: not imported ({reason}): {message}", opened.input.name())
            }
            Outcome::Ask(questions) if can_ask => {
                show(app, &opened, &mut was_shown)?;
                was_asked = true;
                for question in &questions {
                    ask(app, &opened, question, &mut options)?;
                }
            }
            Outcome::Ask(questions) => return Err(run::unanswered(&opened, &questions, &options)),
        }
    }
}

/// A file that shows the order of its dates itself needs none that was said of an earlier one.
fn forget_order(opened: &Opened, given: &Options, options: &mut Options) -> Result<()> {
    let Some(order) = options.order.filter(|_| given.order.is_none()) else { return Ok(()) };
    let mut without = options.clone();
    (without.order, without.wishes.date_order) = (None, false);
    if let Outcome::Plan(_) = opened.understand(&without)? {
        let said = format!(" --date-order {}", order.name());
        // Nothing is left to be said where the order was all of it.
        let recalled = without.recalled.map(|recalled| recalled.replace(&said, ""));
        without.recalled = recalled.filter(|recalled| !recalled.contains(": ("));
        *options = without;
    }
    Ok(())
}

/// Shows the first rows, once.
fn show(app: &App, opened: &Opened, was_shown: &mut bool) -> Result<()> {
    if std::mem::replace(was_shown, true) || app.screen.quiet {
        return Ok(());
    }
    let columns = &opened.layout.columns;
    let headers: Vec<String> = columns.iter().map(title).collect();
    let mut rows = Vec::new();
    for row in reader::rows(&opened.input, &opened.layout)?.take(SHOWN) {
        rows.push(row?.cells.iter().map(str::to_string).collect());
    }
    let name = opened.input.name();
    let count = safe::counted(opened.layout.records, "row", "rows");
    app.screen.heading(&format!("{name}: {count}; the first of them:"));
    if app.screen.plain {
        for row in &rows {
            let cells: Vec<String> = headers
                .iter()
                .zip(row)
                .map(|(header, cell): (_, &String)| format!("{header}: {cell}"))
                .collect();
            app.screen.drawn(&cells.join("; "));
        }
        return Ok(());
    }
    let (text, hidden) = preview::rows(&headers, &rows, Screen::talk_width());
    app.screen.drawn(&text);
    if hidden > 0 {
        app.screen.aside(&format!("(and {})", safe::counted(hidden, "column more", "columns more")));
    }
    Ok(())
}

/// Shows what each column was taken for and takes one key: true to go on, false after something was changed.
fn accept(app: &App, opened: &Opened, plan: &Plan, options: &mut Options) -> Result<bool> {
    let columns = &opened.layout.columns;
    let mut lines = Vec::new();
    let mut unread = Vec::new();
    for used in uses(plan, columns, &options.wishes) {
        let header = title(&columns[used.column]);
        if used.fields.is_empty() {
            unread.push(if used.why.is_empty() { header } else { format!("{header} ({})", used.why) });
        } else {
            lines.push(vec![header, format!("-> {}", used.fields.join(", ")), format!("({})", used.why)]);
        }
    }
    app.screen.heading(&format!("No profile fits; by the names of its columns its rows are {}:", plan.kind));
    app.screen.drawn(&preview::parts(&lines, Screen::talk_width()));
    if !unread.is_empty() {
        app.screen.say(&format!("Not used: {}", unread.join(", ")));
    }
    let keys =
        [('y', "to import it like this"), ('c', "to change a column"), ('k', "for another kind of rows")];
    match app.key("Is this right?", &keys, "--yes")? {
        'c' => change(app, opened, plan.kind, options)?,
        'k' => {
            options.wishes.as_kind = Some(kind(app, "--as KIND", &[])?);
            options.wishes.map.clear();
        }
        _ => return Ok(true),
    }
    Ok(false)
}

/// Gives one column another field, or none.
fn change(app: &App, opened: &Opened, kind: Kind, options: &mut Options) -> Result<()> {
    let columns = &opened.layout.columns;
    let chosen = choose_column(app, opened, "Which column?", "--map FIELD=COLUMN")?;
    let fields = kind.fields();
    let mut choices: Vec<String> = fields.iter().map(ToString::to_string).collect();
    choices.push("nothing: leave the column out".into());
    let question = format!("What is {}?", safe::line(&title(&columns[chosen])));
    let field = app.choose(&question, &choices, "--map FIELD=COLUMN")?;
    let column = address(&columns[chosen], columns);
    let wishes = &mut options.wishes;
    wishes.map.retain(|(_, other)| *other != column);
    wishes.without.retain(|other| *other != column);
    match fields.get(field) {
        Some(field) => {
            wishes.map.retain(|(other, _)| other.parse::<Field>() != Ok(*field));
            wishes.map.push((field.to_string(), column));
        }
        None => wishes.without.push(column),
    }
    Ok(())
}

/// What the answers add to the flags that were given, as flags.
fn flags(app: &App, given: &Options, answered: &Options) -> Result<Vec<String>> {
    let (old, new) = (&given.wishes, &answered.wishes);
    let mut flags = Vec::new();
    if let Some(kind) = new.as_kind.filter(|_| old.as_kind.is_none()) {
        flags.push(flag("--as", kind.as_str()));
    }
    flags
        .extend(remembered::columns(new).into_iter().filter(|said| !remembered::columns(old).contains(said)));
    if let Some(order) = answered.order.filter(|_| given.order.is_none()) {
        flags.push(flag("--date-order", order.name()));
    }
    if let Some(style) = answered.decimal.filter(|_| given.decimal.is_none()) {
        flags.push(flag("--decimal", style.name()));
    }
    if let Some(scale) = new.scale.filter(|_| old.scale.is_none()) {
        flags.push(flag("--scale", &scale.to_string()));
    }
    if let Some(platform) = new.platform.as_ref().filter(|_| old.platform.is_none()) {
        flags.push(flag("--platform", platform));
    }
    if let Some(owner) = answered.owner.filter(|_| given.owner.is_none()) {
        flags.push(flag("--member", &app.member(&owner.to_string())?.id.to_string()));
    }
    if let Some(year) = answered.year.filter(|_| given.year.is_none()) {
        flags.push(flag("--year", &year.to_string()));
    }
    Ok(flags)
}

/// What the rows are; what is likely comes first.
fn kind(app: &App, given: &str, likely: &[String]) -> Result<Kind> {
    let likely = likely.iter().filter_map(|flag| flag.strip_prefix("--as ")?.parse().ok());
    let mut kinds: Vec<Kind> = likely.collect();
    kinds.extend(Kind::ALL.into_iter().filter(|kind| !kinds.contains(kind)).collect::<Vec<_>>());
    let names: Vec<String> = kinds.iter().map(|kind| kind.as_str().to_string()).collect();
    Ok(kinds[app.choose("What are its rows?", &names, given)?])
}

/// Asks one question at the terminal and takes the answer as its flag would be taken. An answer that cannot be
/// one is asked for again.
fn ask(app: &App, opened: &Opened, question: &Question, options: &mut Options) -> Result<()> {
    app.screen.say(&format!("{}: {}", question.what, question.why));
    let (flag, hint) = question.flag.split_once(' ').unwrap_or((&question.flag, ""));
    let given = &question.flag;
    match flag {
        "--as" => {
            let likely = [std::slice::from_ref(&question.flag), &question.others].concat();
            options.wishes.as_kind = Some(kind(app, given, &likely)?);
        }
        "--date-order" => {
            let words = ["day first (31/12/2026)", "month first (12/31/2026)", "year first (26/12/31)"];
            let chosen = app.choose("How are its dates written?", &words.map(String::from), given)?;
            options.order = Some([DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd][chosen]);
            options.wishes.date_order = true;
        }
        "--decimal" => {
            let words = ["as in 1,234.50", "as in 1.234,50"];
            let chosen = app.choose("How are its amounts written?", &words.map(String::from), given)?;
            options.decimal = Some([Style::Dot, Style::Comma][chosen]);
        }
        "--scale" => {
            let scale = |text: &str| text.parse().map_err(|error| usage(format!("{text}: {error}")));
            options.wishes.scale =
                Some(until(app, "The lowest and highest answer, such as 0-10?", given, scale)?);
        }
        "--member" => {
            let member = |text: &str| app.member(text);
            options.owned_by(&until(app, "Whose account is it (id, address or name)?", given, member)?);
        }
        "--platform" => {
            let name = |text: &str| Ok(text.to_string());
            options.wishes.platform = Some(until(app, "Which platform, such as youtube?", given, name)?);
        }
        "--year" => {
            options.year = Some(until(app, "The year of its last row?", given, year)?);
            options.wishes.year = true;
        }
        "--map" => {
            let field = hint.trim_matches('"').split('=').next().unwrap_or_default();
            let chosen = choose_column(app, opened, &format!("Which column is the {field}?"), given)?;
            let columns = &opened.layout.columns;
            options.wishes.map.push((field.into(), address(&columns[chosen], columns)));
        }
        "--without" => {
            app.confirm("Go on without that column?")?;
            options.wishes.without.extend(shlex::split(hint).unwrap_or_default());
        }
        _ => return Err(usage(format!("{}: add {given}", question.why))),
    }
    Ok(())
}

/// Asks until the answer can be read.
fn until<T>(app: &App, question: &str, flag: &str, read: impl Fn(&str) -> Result<T>) -> Result<T> {
    loop {
        match read(app.text(None, question, flag)?.trim()) {
            Ok(answer) => return Ok(answer),
            Err(error) => app.screen.say(&format!("{error:#}")),
        }
    }
}

/// The place of one of the file's columns, chosen by its header and first values.
fn choose_column(app: &App, opened: &Opened, question: &str, flag: &str) -> Result<usize> {
    let width = Screen::talk_width().saturating_sub(4).clamp(16, 76);
    let choices: Vec<String> = opened
        .layout
        .columns
        .iter()
        .map(|column| {
            let values: Vec<&str> = column.samples.iter().take(3).map(String::as_str).collect();
            shorten(&safe::cell(&format!("{}   ({})", title(column), values.join(" · "))), width)
        })
        .collect();
    app.choose(question, &choices, flag)
}
