//! `member consent`: what someone agreed to be asked, and where they said so.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::output::Table;
use crate::store::stages;
use anyhow::Result;
use clap::Args;

/// What someone agreed to be asked, and where they said so.
///
/// Example: groundswell member consent ana@example.com --for exclusive yes --source "kickoff call"
#[derive(Debug, Args)]
pub struct Consent {
    /// Whom
    member: String,
    /// yes or no; nothing to see what is on file
    answer: Option<String>,
    /// For what: contact, exclusive, open, feedback, named
    #[arg(long = "for", value_name = "KIND")]
    purpose: Option<String>,
    /// Where they said so
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
}

/// What may be asked for: any contact at all, the three kinds of brief, and being named in public.
pub const PURPOSES: [&str; 5] = ["contact", "exclusive", "open", "feedback", "named"];

impl Consent {
    /// Writes the consent down, or lists them.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let Some(answer) = self.answer else { return list(app, person.id) };
        let given = match answer.to_lowercase().as_str() {
            "yes" | "y" | "是" => true,
            "no" | "n" | "否" => false,
            _ => return Err(usage(format!("'{answer}': say yes or no"))),
        };
        let purpose =
            app.text(self.purpose, &format!("For what ({})?", PURPOSES.join(", ")), "--for KIND")?;
        let purpose = purpose.trim().to_lowercase();
        if !PURPOSES.contains(&purpose.as_str()) {
            return Err(usage(format!(
                "--for {purpose}: there is no such kind; they are {}",
                PURPOSES.join(", ")
            )));
        }
        let source = app.text(self.source, "Where did they say so?", "--source TEXT")?;
        app.write(|store| {
            stages::consent(store, person.id, &purpose, given, app.now(), app.as_of(), source.trim())?;
            let after = format!("{} ({})", if given { "yes" } else { "no" }, source.trim());
            Ok((
                (),
                vec![
                    Note::of("member consent", person.id, format!("consent for {purpose}")).change("", after),
                ],
            ))
        })?;
        app.screen.say(&format!("{}: {} for {purpose}", person.label(), if given { "yes" } else { "no" }));
        app.screen.next(&format!("groundswell member consent {}", person.id), "all that is on file");
        Ok(End::Done)
    }
}

fn list(app: &App, person: i64) -> Result<End> {
    let mut table = Table::new(&["purpose", "given", "day", "source"])
        .or_say("No consent is on file; add one with --for KIND yes --source TEXT.");
    for (purpose, given, day, source) in stages::consents(app.store()?, person, app.as_of())? {
        table.row(vec![
            purpose.into(),
            if given { "yes" } else { "no" }.into(),
            day.to_string().into(),
            source.into(),
        ]);
    }
    app.screen.show(&table)?;
    Ok(End::Done)
}
