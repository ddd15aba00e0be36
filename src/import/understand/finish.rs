//! What every plan must have before rows are read; all that is missing is asked at once.
use super::plan::{Outcome, Plan, Question, Source};
use super::{Sheet, by_name, evidence, flags, names, responses, times, told, units};
use crate::app::ask::quoted;
use crate::import::headers::{labels, title, words};
use crate::import::reader::column::Column;
use crate::import::synonyms::{is_called, says};
use crate::import::values::currency;
use crate::import::values::dates::DateOrder;
use crate::model::field::Field;
use crate::model::kind::Kind;

/// The plan, if nothing is missing.
pub(super) fn outcome(mut plan: Plan, sheet: &Sheet) -> Outcome {
    if let Some(platform) = &sheet.wishes.platform {
        plan.platform = Some(platform.clone());
    }
    if let Some(refusal) = damaged(&mut plan, sheet) {
        return refusal;
    }
    by_name::skip_totals(&mut plan, sheet);
    plan.form = sheet.form.clone();
    if plan.profile.is_none() {
        names::settle(&mut plan, sheet);
        times::join(&mut plan, sheet);
        by_name::find_accounts(&mut plan, sheet);
    }
    said_in_headers(&mut plan, sheet);
    if plan.kind.is_response() {
        responses::settle_id(&mut plan, sheet);
        responses::settle_group(&mut plan, sheet);
    }
    if let Some(reason) = responses::on_its_head(&plan, sheet) {
        return Outcome::refuse("reversed-scale", reason);
    }
    if plan.kind == Kind::Survey && plan.statements.is_empty() && plan.in_rows.is_none() {
        let is_choice = |column: &Column| column.names.iter().any(|name| plan.form.is_choice(name));
        if !sheet.columns.iter().any(is_choice) {
            let message = "no column is one of the survey's statements; say which is the first, the second and so on: \
                           --map s1=COLUMN --map s2=COLUMN";
            return Outcome::refuse("no-question", message);
        }
    }
    if plan.kind == Kind::Usage {
        name_measure(&mut plan, sheet);
    }
    let mut questions = Vec::new();
    for wanted in required(&plan) {
        match missing(wanted, &plan, sheet) {
            None => {}
            Some(Ok(question)) => questions.push(question),
            Some(Err(refusal)) => return *refusal,
        }
    }
    questions.extend(whose(&mut plan, sheet));
    questions.extend(platform(&mut plan, sheet));
    if plan.kind.is_response() {
        questions.extend(responses::scale(&mut plan, sheet));
    }
    match dates(&mut plan, sheet) {
        Ok(more) => questions.extend(more),
        Err(refusal) => return *refusal,
    }
    if !questions.is_empty() {
        return Outcome::Ask(questions);
    }
    told::tell(&mut plan, sheet);
    Outcome::Plan(Box::new(plan))
}

/// A column that the user says is the amount, where no column says of what, is named by its header.
fn name_measure(plan: &mut Plan, sheet: &Sheet) {
    let is_said = sheet.wishes.map.iter().any(|(field, _)| field == Field::Amount.as_str());
    let Some(&Source::Column(at)) = plan.fields.get(&Field::Amount) else { return };
    if is_said && !plan.has(Field::Metric) {
        plan.fields.remove(&Field::Amount);
        plan.metrics.push((title(&sheet.columns[at]), at));
    }
}

/// The fields without which a row is no record of its kind; of each list, one will do.
fn required(plan: &Plan) -> Vec<&'static [Field]> {
    use Field as F;
    match plan.kind {
        Kind::Nps | Kind::Csat => vec![&[F::Score]],
        Kind::Activity => vec![&[F::Date]],
        Kind::Rollup => vec![&[F::Email, F::Handle], &[F::Date, F::Day], &[F::Kind], &[F::Acts]],
        Kind::Usage if plan.metrics.is_empty() => vec![&[F::Email, F::Handle], &[F::Metric], &[F::Amount]],
        Kind::Members | Kind::Usage => vec![&[F::Email, F::Handle]],
        Kind::Audience => vec![&[F::Followers], &[F::Date]],
        Kind::Signups => vec![&[F::Email, F::Name, F::Handle]],
        Kind::Survey => vec![],
        Kind::Clicks => vec![&[F::Link]],
        Kind::Orders => vec![&[F::Date], &[F::Amount]],
        Kind::Deals => vec![&[F::Deal]],
    }
}

/// A question for a field that has no column, or a refusal if no column could be it.
fn missing(wanted: &[Field], plan: &Plan, sheet: &Sheet) -> Option<Result<Question, Box<Outcome>>> {
    if wanted.iter().any(|field| plan.has(*field)) {
        return None;
    }
    let field = wanted[0];
    if plan.has(Field::Name) && wanted.contains(&Field::Handle) {
        let header =
            columns_of(plan, Field::Name, sheet).first().map(|column| title(column)).unwrap_or_default();
        let why = "names alone never join people; if no two people here share one, say so";
        return Some(Ok(Question::new("who the rows are about", flag(Field::Handle, &header), why)));
    }
    let candidates: Vec<String> = candidates(field, plan, sheet).into_iter().map(title).collect();
    let Some((first, rest)) = candidates.split_first() else {
        let message =
            format!("no column can be the {field} of {} rows; name it with --map {field}=COLUMN", plan.kind);
        let reason = if field == Field::Score { "no-question".to_owned() } else { format!("no-{field}") };
        return Some(Err(Box::new(Outcome::refuse(reason, message))));
    };
    let why = format!("no header, or more than one, says which column is the {field}");
    let question = Question::new(format!("which column is the {field}"), flag(field, first), why);
    Some(Ok(rest.iter().take(5).fold(question, |question, header| question.or(flag(field, header)))))
}

/// `--map` as it is typed: quoted where the shell would take the header apart.
pub(super) fn flag(field: Field, header: &str) -> String {
    let is_plain = header.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
    if is_plain {
        format!("--map {field}={header}")
    } else {
        format!("--map \"{field}={}\"", header.replace('"', "\\\""))
    }
}

/// The columns that could hold a field by their values, and hold nothing else that is known.
fn candidates<'a>(field: Field, plan: &Plan, sheet: &'a Sheet) -> Vec<&'a Column> {
    let used = plan.columns();
    let words = &sheet.synonyms.words;
    let known = [&words.row_number, &words.quantity, &words.product];
    // Numbers that measure nothing: what something is known by, whom to call, the time of the day.
    let is_no_measure = |column: &Column| {
        field.is_number()
            && labels(column).any(|label| says(label, &words.no_measures, &words.no_measure_parts))
    };
    let free = |column: &&Column| {
        column.filled > 0
            && !used.contains(&column.index)
            && !known.iter().any(|names| is_called(column, names))
            && !is_no_measure(column)
    };
    let can_be = |column: &&Column| match field {
        Field::Score => evidence::can_be_score(plan.kind, column),
        Field::Email => evidence::holds_emails(column),
        field if field.is_number() => evidence::holds_numbers(column),
        field if field.is_date() => !column.dates.is_none(),
        _ => column.dates.is_none(),
    };
    let mut found: Vec<&Column> = sheet.columns.iter().filter(free).filter(can_be).collect();
    let is_money =
        |column: &&Column| labels(column).any(|label| says(label, &words.money, &words.money_parts));
    if field.is_money() {
        found.sort_by_key(|column| !is_money(column));
    }
    found
}

pub(super) fn columns_of<'a>(plan: &Plan, field: Field, sheet: &'a Sheet) -> Vec<&'a Column> {
    plan.fields
        .get(&field)
        .map(|source| source.columns().iter().map(|at| &sheet.columns[*at]).collect())
        .unwrap_or_default()
}

/// Ids that a spreadsheet rounded are no keys; without them orders and deals would melt into one another.
fn damaged(plan: &mut Plan, sheet: &Sheet) -> Option<Outcome> {
    for field in [Field::Id, Field::ExternalId, Field::Order, Field::Deal, Field::Handle] {
        let Some(column) = columns_of(plan, field, sheet).first().copied() else { continue };
        if evidence::ids_are_destroyed(column) {
            let note = format!("`{}` was rounded by a spreadsheet (such as 6.54E+17)", title(column));
            if matches!(field, Field::Order | Field::Deal) {
                return Some(Outcome::refuse(
                    "damaged-ids",
                    format!("{note}: export it again and do not open it in between"),
                ));
            }
            plan.fields.remove(&field);
            plan.notes.push(format!("{note}: it identifies nothing and is left out"));
        }
    }
    None
}

/// Whose posts or followers: a column, the addresses, or `--member`.
fn whose(plan: &mut Plan, sheet: &Sheet) -> Option<Question> {
    if !matches!(plan.kind, Kind::Activity | Kind::Audience)
        || plan.has(Field::Email)
        || plan.has(Field::Handle)
    {
        return None;
    }
    let addresses =
        columns_of(plan, Field::Url, sheet).first().copied().filter(|c| evidence::names_accounts(c));
    if let Some(column) = addresses {
        plan.fields.insert(Field::Handle, Source::Account(column.index));
        plan.platform = plan.platform.take().or_else(|| evidence::platform_of(column));
        plan.notes.push(format!("whose it is stands in the addresses of `{}`", title(column)));
        return None;
    }
    let why = "the file does not say whose account it is about";
    (!sheet.wishes.member).then(|| Question::new("whose account it is", "--member MEMBER", why))
}

/// A column such as `Source` that names a known platform in every row.
fn named_platforms(plan: &Plan, sheet: &Sheet) -> Option<usize> {
    let known = &sheet.synonyms.words;
    let is_one = |column: &&Column| {
        column.filled == column.rows
            && is_called(column, &known.sources)
            && column.samples.iter().all(|cell| known.accounts.contains(&cell.trim().to_lowercase()))
    };
    flags::free(plan, sheet).find(is_one).map(|column| column.index)
}

/// The platform of handles, posts and followers.
fn platform(plan: &mut Plan, sheet: &Sheet) -> Option<Question> {
    if plan.platform.is_some() || plan.has(Field::Platform) {
        return None;
    }
    let ask = |why: &str| Some(Question::new("which platform it is", "--platform NAME", why));
    match plan.kind {
        Kind::Activity | Kind::Audience => {
            if let Some(column) = named_platforms(plan, sheet) {
                plan.fields.insert(Field::Platform, Source::Column(column));
                return None;
            }
            plan.platform =
                columns_of(plan, Field::Url, sheet).first().and_then(|c| evidence::platform_of(c));
            // Of several platforms, each row's address tells its own.
            let addresses = columns_of(plan, Field::Url, sheet);
            let told = plan.platform.is_some()
                || addresses.first().is_some_and(|column| evidence::are_on_platforms(column))
                || matches!(plan.fields.get(&Field::Handle), Some(Source::Account(_)));
            let some = addresses.first().is_some_and(|column| evidence::are_on_some_platform(column));
            match (told, some) {
                (true, _) => None,
                (_, true) => ask("not every address names one; rows of several need a column `platform`"),
                _ => ask("neither a column nor an address names it"),
            }
        }
        Kind::Rollup => ask("an act is known with the platform it was on"),
        Kind::Orders | Kind::Deals | Kind::Clicks => None,
        _ if !plan.has(Field::Handle) => None,
        Kind::Nps | Kind::Csat | Kind::Survey | Kind::Signups => {
            plan.platform = Some("id".to_owned());
            None
        }
        Kind::Members | Kind::Usage => {
            let column = *columns_of(plan, Field::Handle, sheet).first()?;
            let is_id = labels(column)
                .any(|label| words(label).iter().any(|word| word == "id" || word.ends_with("编号")));
            if is_id {
                plan.platform = Some("id".to_owned());
                return None;
            }
            if plan.has(Field::Email) && !sheet.mapped.fields.contains_key(&Field::Handle) {
                plan.fields.remove(&Field::Handle);
                plan.notes.push(format!("`{}` is left out; --platform NAME keeps it", title(column)));
                return None;
            }
            ask("a handle is one person only on its platform")
        }
    }
}

/// Dates that cannot be read one way only.
fn dates(plan: &mut Plan, sheet: &Sheet) -> Result<Vec<Question>, Box<Outcome>> {
    let mut questions: Vec<Question> = Vec::new();
    let fields: Vec<Field> = plan.fields.keys().copied().filter(|field| field.is_date()).collect();
    for field in fields {
        let Some(column) = columns_of(plan, field, sheet).first().copied() else { continue };
        let sample = column.samples.first().map(String::as_str).unwrap_or_default();
        let header = title(column);
        if column.dates.is_relative() {
            if field == Field::Date {
                let message = format!(
                    "`{header}` holds ages (`{sample}`), not dates; nothing says when they were read"
                );
                return Err(Box::new(Outcome::refuse("relative-dates", message)));
            }
            plan.fields.remove(&field);
            plan.notes.push(format!("`{header}` holds ages, not dates, and is left out"));
        } else if column.dates.is_ambiguous() && !sheet.wishes.date_order {
            let mut why = format!("`{sample}` is open to both readings, and no row of `{header}` decides");
            let shown = sheet.columns.iter().find_map(|other| Some((other, other.dates.shown_order()?)));
            let mut flags =
                [DateOrder::Dmy, DateOrder::Mdy].map(|order| format!("--date-order {}", order.name()));
            if let Some((other, order)) = shown {
                let is_month_first = order == DateOrder::Mdy;
                let first = if is_month_first { "month" } else { "day" };
                why.push_str(&format!("; in `{}` the {first} comes first", title(other)));
                if is_month_first {
                    flags.reverse();
                }
            }
            let [likely, other] = flags;
            questions.push(Question::new("day or month first", likely, why).or(other));
        } else if column.dates.lacks_year() && !sheet.wishes.year {
            let why =
                format!("`{header}` has days such as `{sample}` and no year; say the year of the last row");
            questions.push(Question::new("which year it is", "--year YYYY", why));
        }
    }
    questions.dedup_by(|a, b| a.flag == b.flag);
    if (plan.kind.is_response() || plan.kind == Kind::Usage)
        && !plan.has(Field::Date)
        && let Some(column) = by_name::unreadable_date(plan.kind, sheet)
    {
        let sample = column.samples.first().map(String::as_str).unwrap_or_default();
        let why = format!("`{}` has no form of date that is known (`{sample}`)", title(column));
        let flag = format!("--without {}", quoted(&title(column)));
        let what = if plan.kind == Kind::Usage {
            "which days it is of, or that it is to be stored as of today"
        } else {
            "when they answered, or that they are to be stored undated"
        };
        questions.push(Question::new(what, flag, why));
    }
    Ok(questions)
}

/// The currency and the zone that stand in headers: `Amount (USD)`, `Created (UTC)`.
fn said_in_headers(plan: &mut Plan, sheet: &Sheet) {
    let titles = |plan: &Plan, fits: fn(Field) -> bool| -> Vec<String> {
        let fields = plan.fields.keys().copied().filter(|field| fits(*field));
        fields.flat_map(|field| columns_of(plan, field, sheet)).map(title).collect()
    };
    if plan.kind != Kind::Usage {
        units::settle(plan, sheet);
        if plan.currency.is_none() && !plan.has(Field::Currency) {
            let headers = titles(plan, Field::is_money);
            let said = |header: &String| currency::of_header(header).map(|(said, _)| said.to_uppercase());
            plan.currency = headers.iter().find_map(said);
        }
    }
    if plan.timezone.is_none() {
        let headers = titles(plan, Field::is_date);
        let is_utc = |header: &String| words(header).iter().any(|word| word == "utc" || word == "gmt");
        plan.timezone = headers.iter().any(is_utc).then(|| "UTC".to_owned());
    }
}
