//! `survey form`: the twelve statements, to hand out.

use super::statements::{Survey, Tool};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::typed;
use crate::data::Lang;
use crate::output::{Cell, Format, Table};
use crate::store::settings;
use anyhow::Result;
use clap::Args;
use serde_json::json;

/// The twelve statements, to hand out.
///
/// Markdown (unless told otherwise), a page (--format html), a list (--format csv), or a text to paste into a form tool
/// (--for google-forms, typeform, microsoft-forms or wenjuanxing). They are mixed, in the same order everywhere.
///
/// Example: groundswell survey form --format html --contact mia@example.com -o form.html
#[derive(Debug, Args)]
pub struct Make {
    /// A text to paste into a form tool: google-forms, typeform, microsoft-forms or wenjuanxing (问卷星)
    #[arg(long = "for", value_name = "TOOL", conflicts_with_all = ["member", "contact", "action"])]
    tool: Option<String>,
    /// For whom: fills in name and address
    #[arg(long, value_name = "MEMBER")]
    member: Option<String>,
    /// The address the answers go to
    #[arg(long, value_name = "ADDRESS")]
    contact: Option<String>,
    /// Until when to answer (YYYY-MM-DD)
    #[arg(long, value_name = "DAY")]
    answer_by: Option<String>,
    /// Where a page sends the answers to, if you have such a place (https://...)
    #[arg(long, value_name = "URL")]
    action: Option<String>,
}

impl Make {
    /// Writes the form.
    pub fn run(self, app: &App) -> Result<End> {
        let survey = Survey::read(&app.texts())?;
        let tool = self.tool.as_deref().map(|word| Tool::named(&app.texts(), word)).transpose()?;
        match (tool, app.screen.format) {
            (_, Format::Ids | Format::Xlsx) => {
                return Err(usage(
                    "--format: a form has no ids and is no workbook; write it as md, csv or html",
                ));
            }
            (Some(tool), Format::Table) => {
                app.screen.data(&self.filled(app, &survey, &format!("survey-{}.txt", tool.name))?)?;
                app.screen.say(tool.how.of(app.lang()));
            }
            (Some(_), _) => {
                return Err(usage(
                    "--for and --format: a form tool takes one text; leave one of the two out",
                ));
            }
            (None, Format::Csv | Format::Json) => app.screen.show(&table(&survey, app.lang()))?,
            (None, Format::Html) => app.screen.data(&self.filled(app, &survey, "survey-form.html")?)?,
            (None, _) => app.screen.data(&self.filled(app, &survey, "survey-form.md")?)?,
        }
        app.screen.next(
            "groundswell import FILE --as survey",
            "the answers, from any form tool; or survey take MEMBER",
        );
        Ok(End::Done)
    }

    fn filled(self, app: &App, survey: &Survey, name: &str) -> Result<String> {
        let lang = app.lang();
        let form = app.texts().get(&format!("templates/{}/{name}", lang.word()))?;
        let program = settings::read(app.store()?, "name")?.unwrap_or_default();
        let contact = self.contact.map(|text| anyhow::Ok(typed::email("--contact", &text)?.value));
        let contact = match contact.transpose()? {
            Some(contact) => Some(contact),
            None => app.contact()?,
        };
        let action = self.action.map(|text| {
            let url =
                url::Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
            url.map(String::from).ok_or_else(|| usage(format!("--action {text}: write it as https://...")))
        });
        let action = action.transpose()?;
        if contact.is_none() && action.is_none() && self.tool.is_none() {
            app.screen.say("The form names no address for the answers yet: add --contact ADDRESS, or put one into the library with `groundswell equip add contact`.");
        }
        let answer_by = self.answer_by.map(|text| anyhow::Ok(typed::day("--answer-by", &text)?.to_string()));
        let member = self.member.map(|who| app.member(&who)).transpose()?;
        let answers = survey.answers.iter().map(|a| json!({ "value": a.value, "label": a.text.of(lang) }));
        let statements =
            survey.statements.iter().map(|s| json!({ "number": s.number, "text": s.text.of(lang) }));
        let options = survey.choice.options.iter().map(|option| json!({ "text": option.text.of(lang) }));
        let values = json!({
            "program": program, "title": survey.title.of(lang), "intro": survey.intro.of(lang),
            "instruction": survey.instruction.of(lang), "answers": answers.collect::<Vec<_>>(),
            "statements": statements.collect::<Vec<_>>(),
            "choice": { "text": survey.choice.text.of(lang), "options": options.collect::<Vec<_>>() },
            "name": member.as_ref().and_then(|member| member.name.clone()).unwrap_or_default(),
            "email": member.as_ref().and_then(|member| member.email.clone()).unwrap_or_default(),
            "reply_to": contact, "answer_by": answer_by.transpose()?,
            "action": action,
            "last": survey.statements.len() + 3, "letters": ["A", "B", "C", "D", "E"],
        });
        form.fill(&values)
    }
}

/// One row a question, its answers beside it; the forced choice comes last and has four.
fn table(survey: &Survey, lang: Lang) -> Table {
    let mut table =
        Table::new(&["number", "~statement", "answer_1", "answer_2", "answer_3", "answer_4", "answer_5"]);
    for statement in &survey.statements {
        let mut cells = vec![statement.number.into(), statement.text.of(lang).into()];
        cells.extend(survey.answers.iter().map(|answer| Cell::from(answer.text.of(lang))));
        table.row(cells);
    }
    let choice = &survey.choice;
    let mut cells = vec![(survey.statements.len() + 1).into(), choice.text.of(lang).into()];
    cells.extend(choice.options.iter().map(|option| Cell::from(option.text.of(lang))));
    cells.resize(table.columns.len(), Cell::Missing);
    table.row(cells);
    table
}
