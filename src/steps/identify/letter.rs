//! An invitation as texts: the letter from its template, the e-mail file, and the kickoff's calendar file.

use crate::app::texts::Texts;
use crate::data::Lang;
use crate::model::digest::hex;
use crate::model::identity::with_scheme;
use crate::model::time::{Instant, Zone};
use crate::output::calendar;
use crate::output::mail::{self, Message};
use crate::store::members::Person;
use anyhow::Result;
use serde_json::json;
use sha2::{Digest, Sha256};

/// What every letter of one mailing says.
#[derive(Debug, Clone)]
pub struct Occasion {
    /// The program's name.
    pub program: String,
    /// Who signs; in each language the team, if nobody is named.
    pub sender: Option<String>,
    /// Where answers go, beside a reply.
    pub contact: Option<String>,
    /// The sender's address in the e-mail files.
    pub from: Option<String>,
    /// When the kickoff begins.
    pub kickoff: Instant,
    /// How long it takes.
    pub minutes: u32,
    /// Where it is.
    pub place: Option<String>,
    /// Until when to answer.
    pub answer_by: Option<String>,
    /// The program's public page.
    pub page: Option<String>,
    /// More reasons, after what was seen.
    pub reasons: Vec<String>,
    /// Where the texts are.
    pub texts: Texts,
}

/// One person's letter.
#[derive(Debug, Clone)]
pub struct Letter {
    /// As Markdown.
    pub markdown: String,
    /// The subject: its first heading.
    pub subject: String,
    /// The text below the heading, as it is read in a mail.
    pub text: String,
}

/// The kinds of act a letter has a sentence for.
const MENTIONED: [&str; 9] =
    ["solution", "reply", "post", "review", "video", "talk", "article", "code", "feedback"];

impl Occasion {
    /// The letter to one person.
    pub fn letter(
        &self,
        person: &Person,
        lang: Lang,
        seen: &[(String, i64)],
        promoter: bool,
        zone: Zone,
    ) -> Result<Letter> {
        let template = self.texts.get(&format!("templates/{}/letter-invite.md", lang.word()))?;
        let sender = match self.sender.clone().or_else(|| person.owner.clone()) {
            Some(sender) => sender,
            None => {
                self.texts.get(&format!("templates/{}/sender.txt", lang.word()))?.source.trim().to_string()
            }
        };
        let mentioned = seen.iter().filter(|(kind, _)| MENTIONED.contains(&kind.as_str()));
        let seen: Vec<_> = mentioned.map(|(kind, count)| json!({ "kind": kind, "count": count })).collect();
        let reply_to = self.contact.clone().or_else(|| self.from.clone()).unwrap_or_else(|| sender.clone());
        let values = json!({
            "name": person.label(), "program": self.program, "sender": sender, "reply_to": reply_to, "seen": seen,
            "promoter": promoter, "reasons": self.reasons, "minutes": self.minutes, "place": self.place,
            "kickoff": format!("{} ({})", zone.show(self.kickoff), zone.name()),
            "answer_by": self.answer_by, "page": self.page.as_deref().map(with_scheme),
        });
        let markdown = template.fill(&values)?;
        let plain = template.fill_plain(&values)?;
        let (subject, text) = plain.split_once('\n').unwrap_or((&plain, ""));
        Ok(Letter {
            markdown,
            subject: subject.trim_start_matches('#').trim().to_string(),
            text: text.trim_start().to_string(),
        })
    }

    /// The letter as an e-mail file.
    pub fn mail(&self, letter: &Letter, name: &str, address: &str, now: Instant) -> String {
        mail::file(&Message {
            from: self.from.as_deref(),
            to: (name, address),
            subject: &letter.subject,
            date: &now.mail(),
            text: &letter.text,
        })
    }

    /// The kickoff as a calendar file: the same kickoff has the same number, so that it is never there twice.
    pub fn calendar(&self, lang: Lang, now: Instant) -> Result<String> {
        let template = self.texts.get(&format!("templates/{}/kickoff.ics", lang.word()))?;
        let start = self.kickoff.iso();
        let digest = Sha256::digest(format!("kickoff {} {start}", self.program));
        let uid = hex(&digest[..16]);
        let end = Instant(self.kickoff.0 + i64::from(self.minutes) * 60);
        let values = json!({
            "program": calendar::text(&self.program), "uid": format!("{uid}@groundswell"),
            "stamp": calendar::utc(&now.iso()), "start": calendar::utc(&start), "end": calendar::utc(&end.iso()),
            "place": self.place.as_deref().map(calendar::text), "page": self.page.as_deref().map(calendar::line),
        });
        Ok(calendar::file(&template.fill(&values)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::stage::Stage;

    fn occasion() -> Occasion {
        Occasion {
            program: "Circle_1".into(),
            sender: None,
            contact: Some("us@example.com".into()),
            from: None,
            kickoff: Zone::default().parse("2026-12-10 17:00").expect("a time"),
            minutes: 60,
            place: Some("Room 1; first floor".into()),
            answer_by: None,
            page: None,
            reasons: Vec::new(),
            texts: Texts::default(),
        }
    }

    fn person(name: &str) -> Person {
        Person {
            id: 1,
            standing: "member".into(),
            stage: Stage::Candidate,
            email: None,
            handle: None,
            name: Some(name.into()),
            company: None,
            country: None,
            language: None,
            joined: None,
            owner: None,
        }
    }

    #[test]
    fn a_letter_gives_its_reasons() {
        let seen = [("solution".to_string(), 3), ("like".to_string(), 40)];
        let letter =
            occasion().letter(&person("Ana"), Lang::En, &seen, true, Zone::default()).expect("fills");
        assert_eq!(letter.subject, "Ana, an invitation to Circle_1");
        assert!(letter.markdown.starts_with("# Ana, an invitation to Circle\\_1\n"), "{}", letter.markdown);
        assert!(
            letter
                .text
                .contains("- 3 answers of yours solved someone else's problem.\n- You told us in a survey")
        );
        assert!(letter.text.contains("2026-12-10 17:00 (UTC)"));
        assert!(letter.text.contains("would recommend us.\n\n## What it is\n"), "{}", letter.text);
        assert!(letter.text.ends_with("The team, Circle_1\n"));
    }

    #[test]
    fn chinese_letters_are_chinese() {
        let letter =
            occasion().letter(&person("王小明"), Lang::Zh, &[], false, Zone::default()).expect("fills");
        assert_eq!(letter.subject, "王小明，诚邀您加入Circle_1");
        assert!(letter.text.contains("项目组（Circle_1）"), "{}", letter.text);
    }

    #[test]
    fn the_kickoff_is_one_event() {
        let now = Zone::default().parse("2026-11-23 09:00").expect("a time");
        let file = occasion().calendar(Lang::En, now).expect("fills");
        assert!(file.contains("DTSTART:20261210T170000Z\r\nDTEND:20261210T180000Z\r\n"), "{file}");
        assert!(file.contains("LOCATION:Room 1\\; first floor\r\nEND:VEVENT\r\n"), "{file}");
        let uid = |file: &str| file.lines().find(|line| line.starts_with("UID:")).map(str::to_owned);
        assert_eq!(uid(&file), uid(&occasion().calendar(Lang::Zh, Instant(0)).expect("fills")));
    }
}
