//! The evidence ledger: a conversion's money appears once, in its highest tier of evidence (MEASUREMENT.md 8).
//!
//! 1 code, 2 click, 3 named, 4 program, 5 influenced only, 6 none. Codes and clicks prove; an answer corroborates, it does not
//! overrule. Touches up to the day a deal was created source it; those between creation and win are reported as "helped along".
use super::rules::{Rule, Share, Touch, shares};
use std::collections::{BTreeMap, BTreeSet};

/// How strong the evidence for a conversion is, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// A code that belongs to exactly one advocate.
    Code,
    /// A click of the buyer on a tracked link, within the window.
    Click,
    /// The buyer named the advocate.
    Named,
    /// The buyer said a customer or the community, and nobody by name.
    Program,
    /// Other touches only; no money.
    Influenced,
    /// Nothing.
    None,
}

impl Tier {
    /// The word used in tables and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Tier::Code => "code",
            Tier::Click => "click",
            Tier::Named => "named",
            Tier::Program => "program",
            Tier::Influenced => "influenced",
            Tier::None => "none",
        }
    }
}

/// One code and the days it belonged to an advocate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeOwner {
    /// The code as it was given out.
    pub code: String,
    /// Whose it is.
    pub member: i64,
    /// First day, if it has one.
    pub from: Option<i32>,
    /// Last day, if it has one.
    pub until: Option<i32>,
}

/// All codes, to be looked up.
#[derive(Clone, Debug, Default)]
pub struct CodeBook {
    by_code: BTreeMap<String, Vec<CodeOwner>>,
}

impl CodeBook {
    /// From the list of codes.
    pub fn of(owners: impl IntoIterator<Item = CodeOwner>) -> CodeBook {
        let mut by_code: BTreeMap<String, Vec<CodeOwner>> = BTreeMap::new();
        for owner in owners {
            by_code.entry(same_code(&owner.code)).or_default().push(owner);
        }
        CodeBook { by_code }
    }

    /// The one advocate a code belonged to on a day; none if it was nobody's, or several advocates'.
    pub fn owner(&self, code: &str, day: i32) -> Option<i64> {
        let valid = |owner: &&CodeOwner| {
            owner.from.is_none_or(|from| from <= day) && owner.until.is_none_or(|until| day <= until)
        };
        let owners = self.by_code.get(&same_code(code))?;
        let mut members = owners.iter().filter(valid).map(|owner| owner.member);
        let first = members.next()?;
        members.all(|member| member == first).then_some(first)
    }
}

/// A code as compared: outer blanks and case aside.
fn same_code(code: &str) -> String {
    code.trim().to_lowercase()
}

/// What a buyer answered to "how did you hear about us".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// From this advocate.
    Named(i64),
    /// From a customer, a friend, the community.
    ProgramUnnamed,
    /// From elsewhere.
    OtherSource,
}

/// An order or a won deal; an order was created and won on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// Its id.
    pub id: i64,
    /// The day the deal was created.
    pub day_created: i32,
    /// The day it was won, if it is.
    pub day_won: Option<i32>,
    /// What it is worth.
    pub amount_minor: i64,
    /// In which currency.
    pub currency: String,
    /// The code that was used.
    pub code: Option<String>,
    /// The answer; none if not asked or not answered.
    pub heard: Option<Heard>,
}

/// The touches of one conversion's buyer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touches {
    /// Clicks on tracked links.
    pub clicks: Vec<Touch>,
    /// Everything else: engagement with a contribution, a reference call.
    pub others: Vec<Touch>,
}

/// How answers and evidence agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// The answer names an advocate of the deciding evidence.
    Agrees,
    /// It names another one.
    NamesAnother,
    /// It names nobody, but the program.
    UnnamedCustomer,
    /// It names another source.
    OtherSource,
    /// There is none.
    NoAnswer,
}

impl Agreement {
    /// The words used in tables and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Agreement::Agrees => "agrees",
            Agreement::NamesAnother => "names another advocate",
            Agreement::UnnamedCustomer => "unnamed customer",
            Agreement::OtherSource => "other source",
            Agreement::NoAnswer => "no answer",
        }
    }
}

/// What is known of how one conversion came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Its highest tier.
    pub tier: Tier,
    /// The deciding advocates' shares, by member; empty for program, influenced and none.
    pub shares: Vec<Share>,
    /// Who touched it up to its creation, by any evidence; to be counted in full for each, never added up.
    pub sourced: Vec<i64>,
    /// Who touched it after its creation, up to the win: "helped along".
    pub accelerated: Vec<i64>,
    /// Whether the buyer clicked any tracked link within the window. A code without one may have leaked.
    pub clicked: bool,
    /// How the answer agrees with the code or the click; none for the other tiers.
    pub agreement: Option<Agreement>,
}

impl Evidence {
    /// Weighs one conversion. The window counts back from the day of creation, both ends included.
    pub fn of(
        conversion: &Conversion,
        codes: &CodeBook,
        touches: &Touches,
        window_days: i32,
        rule: Rule,
    ) -> Evidence {
        let created = conversion.day_created;
        let owner = conversion.code.as_deref().and_then(|code| codes.owner(code, created));
        let clicks = shares(&touches.clicks, created, window_days, rule);
        let within = |touch: &&Touch| (created - window_days..=created).contains(&touch.day);
        let all = touches.clicks.iter().chain(&touches.others);
        let mut sourced: BTreeSet<i64> = all.filter(within).map(|touch| touch.member).collect();
        let accelerated = helped_along(conversion, touches);
        let clicked = !clicks.is_empty();
        let only = |member| vec![Share { member, weight: 1.0 }];
        let (tier, shares) = match (owner, conversion.heard) {
            (Some(member), _) => (Tier::Code, only(member)),
            _ if clicked => (Tier::Click, clicks),
            (_, Some(Heard::Named(member))) => (Tier::Named, only(member)),
            (_, Some(Heard::ProgramUnnamed)) => (Tier::Program, Vec::new()),
            _ if !sourced.is_empty() || !accelerated.is_empty() => (Tier::Influenced, Vec::new()),
            _ => (Tier::None, Vec::new()),
        };
        // A code or an answer touches the deal as well as a click does.
        sourced.extend(owner);
        if let Some(Heard::Named(member)) = conversion.heard {
            sourced.insert(member);
        }
        let agreement =
            matches!(tier, Tier::Code | Tier::Click).then(|| agreement(conversion.heard, &shares));
        Evidence { tier, shares, sourced: sourced.into_iter().collect(), accelerated, clicked, agreement }
    }
}

/// Who touched it after the day of creation, up to and with the day it was won.
fn helped_along(conversion: &Conversion, touches: &Touches) -> Vec<i64> {
    let Some(won) = conversion.day_won else { return Vec::new() };
    let between = |touch: &&Touch| conversion.day_created < touch.day && touch.day <= won;
    let all = touches.clicks.iter().chain(&touches.others);
    let members: BTreeSet<i64> = all.filter(between).map(|touch| touch.member).collect();
    members.into_iter().collect()
}

fn agreement(heard: Option<Heard>, deciding: &[Share]) -> Agreement {
    match heard {
        Some(Heard::Named(member)) if deciding.iter().any(|share| share.member == member) => {
            Agreement::Agrees
        }
        Some(Heard::Named(_)) => Agreement::NamesAnother,
        Some(Heard::ProgramUnnamed) => Agreement::UnnamedCustomer,
        Some(Heard::OtherSource) => Agreement::OtherSource,
        None => Agreement::NoAnswer,
    }
}

/// A band instead of one number: proved ≤ with those who named a member ≤ with those who named the program. One currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_field_names, reason = "money carries its unit in its name")]
pub struct Band {
    /// By code or click.
    pub proved_minor: i64,
    /// And by name.
    pub with_named_minor: i64,
    /// And by "a customer told me".
    pub with_program_minor: i64,
    /// Everything, evidence or none.
    pub total_minor: i64,
}

impl Band {
    /// From (tier, amount) of conversions in one currency.
    pub fn of(amounts: impl IntoIterator<Item = (Tier, i64)>) -> Band {
        let mut band = Band::default();
        for (tier, amount_minor) in amounts {
            band.total_minor += amount_minor;
            if tier <= Tier::Click {
                band.proved_minor += amount_minor;
            }
            if tier <= Tier::Named {
                band.with_named_minor += amount_minor;
            }
            if tier <= Tier::Program {
                band.with_program_minor += amount_minor;
            }
        }
        band
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{Case, case, day, near};
    use std::collections::HashMap;

    fn touch(day: i32, member: i64) -> Touch {
        Touch { day, member }
    }

    fn owner(code: &str, member: i64, from: Option<i32>, until: Option<i32>) -> CodeOwner {
        CodeOwner { code: code.to_owned(), member, from, until }
    }

    fn conversion(code: Option<&str>, heard: Option<Heard>) -> Conversion {
        Conversion {
            id: 1,
            day_created: 100,
            day_won: Some(120),
            amount_minor: 1000,
            currency: "EUR".to_owned(),
            code: code.map(str::to_owned),
            heard,
        }
    }

    fn weigh(conversion: &Conversion, touches: &Touches) -> Evidence {
        let codes = CodeBook::of([owner("ANA10", 1, None, None)]);
        Evidence::of(conversion, &codes, touches, 90, Rule::Last)
    }

    #[test]
    fn the_highest_tier_decides() {
        let clicks = Touches { clicks: vec![touch(90, 2), touch(90, 3), touch(50, 4)], others: vec![] };
        let by_code = weigh(&conversion(Some(" ana10 "), Some(Heard::Named(2))), &clicks);
        assert_eq!((by_code.tier, by_code.agreement), (Tier::Code, Some(Agreement::NamesAnother)));
        assert_eq!(by_code.shares, [Share { member: 1, weight: 1.0 }]);
        assert_eq!(by_code.sourced, [1, 2, 3, 4]);
        let by_click = weigh(&conversion(Some("XMAS"), Some(Heard::Named(2))), &clicks);
        assert_eq!((by_click.tier, by_click.agreement), (Tier::Click, Some(Agreement::Agrees)));
        let weights: Vec<f64> = by_click.shares.iter().map(|share| share.weight).collect();
        assert_eq!(weights, [0.5, 0.5]);
        assert_eq!(by_click.sourced, [2, 3, 4]);
        let none = Touches::default();
        assert_eq!(weigh(&conversion(None, Some(Heard::Named(2))), &none).tier, Tier::Named);
        assert_eq!(weigh(&conversion(None, Some(Heard::ProgramUnnamed)), &none).tier, Tier::Program);
        assert_eq!(weigh(&conversion(None, Some(Heard::OtherSource)), &none).tier, Tier::None);
    }

    #[test]
    fn later_and_other_touches_influence_only() {
        let later = weigh(&conversion(None, None), &Touches { clicks: vec![touch(101, 2)], others: vec![] });
        assert_eq!((later.tier, later.clicked), (Tier::Influenced, false));
        assert_eq!((later.sourced, later.accelerated), (vec![], vec![2]));
        let engaged = weigh(&conversion(None, None), &Touches { clicks: vec![], others: vec![touch(10, 2)] });
        assert_eq!((engaged.tier, engaged.sourced), (Tier::Influenced, vec![2]));
        assert!(engaged.shares.is_empty());
        let too_late =
            weigh(&conversion(None, None), &Touches { clicks: vec![touch(121, 2)], others: vec![] });
        assert_eq!(too_late.tier, Tier::None);
        let open = Conversion { day_won: None, ..conversion(None, None) };
        assert!(
            weigh(&open, &Touches { clicks: vec![touch(101, 2)], others: vec![] }).accelerated.is_empty()
        );
    }

    #[test]
    fn a_code_belongs_to_one_advocate_at_a_time() {
        let codes = CodeBook::of([
            owner("Ana10", 1, None, Some(50)),
            owner("ANA10 ", 2, Some(51), None),
            owner("TEAM", 1, None, None),
            owner("team", 2, None, None),
        ]);
        assert_eq!((codes.owner("ana10", 50), codes.owner("ana10", 51)), (Some(1), Some(2)));
        assert_eq!(codes.owner("TEAM", 10), None);
        assert_eq!(codes.owner("nobody", 10), None);
    }

    #[test]
    fn words() {
        use Tier::{Click, Code, Influenced, Named, None, Program};
        let strongest_first = [Code, Click, Named, Program, Influenced, None];
        let words = ["code", "click", "named", "program", "influenced", "none"];
        assert_eq!(strongest_first.map(Tier::as_str), words);
        assert!(strongest_first.is_sorted());
        assert_eq!(Agreement::NoAnswer.as_str(), "no answer");
    }

    #[test]
    fn a_band_widens_with_weaker_evidence() {
        let band = Band::of([(Tier::Code, 4), (Tier::Named, 2), (Tier::Program, 1), (Tier::None, 9)]);
        assert_eq!(
            band,
            Band { proved_minor: 4, with_named_minor: 6, with_program_minor: 7, total_minor: 16 }
        );
    }

    const MEMBERS: [&str; 4] = ["ana", "ben", "cho", "dee"];

    fn member(name: &str) -> Option<i64> {
        MEMBERS.iter().zip(0..).find(|&(&known, _)| known == name).map(|(_, id)| id)
    }

    type Row = HashMap<String, String>;

    /// One won deal of the ledger in euro, as a conversion; none if its currency has no rate.
    fn ledger_conversion(deal: &Row, answers: &[Row], rates: &[Row]) -> Option<(Conversion, f64)> {
        let rate = if deal["currency"] == "EUR" {
            1.0
        } else {
            let of_day = |row: &&Row| row["date"] == deal["won_on"] && row["currency"] == deal["currency"];
            rates.iter().find(of_day)?["eur_per_unit"].parse().unwrap()
        };
        let euro = deal["amount"].parse::<f64>().unwrap() * rate;
        let answer = answers.iter().find(|row| row["deal"] == deal["deal"]).map(|row| row["answer"].as_str());
        let heard = answer.map(|answer| match answer {
            "(a customer)" => Heard::ProgramUnnamed,
            name => member(name).map_or(Heard::OtherSource, Heard::Named),
        });
        let conversion = Conversion {
            id: deal["deal"][1..].parse().unwrap(),
            day_created: day(&deal["created_on"]),
            day_won: Some(day(&deal["won_on"])),
            amount_minor: (euro * 100.0).round() as i64,
            currency: "EUR".to_owned(),
            code: Some(deal["code"].clone()),
            heard,
        };
        Some((conversion, euro))
    }

    /// What the ledger adds up to.
    #[derive(Default)]
    struct Tally {
        tier_by_deal: serde_json::Map<String, serde_json::Value>,
        amounts: Vec<(Tier, i64)>,
        euro_by_tier: BTreeMap<Tier, f64>,
        credit: [f64; 4],
        touched: [f64; 4],
        codes_without_click: u64,
        agreements: BTreeMap<Agreement, u64>,
    }

    impl Tally {
        fn add(
            &mut self,
            deal: &str,
            euro: f64,
            conversion: &Conversion,
            touches: &Touches,
            evidence: &Evidence,
        ) {
            for share in &evidence.shares {
                self.credit[share.member as usize] += euro * share.weight;
            }
            let days = conversion.day_created - 90..=conversion.day_created;
            for member in 0..4 {
                let mut all = touches.clicks.iter().chain(&touches.others);
                if all.any(|touch| touch.member == member && days.contains(&touch.day)) {
                    assert!(evidence.sourced.contains(&member));
                    self.touched[member as usize] += euro;
                }
            }
            if evidence.tier == Tier::Code {
                self.codes_without_click += u64::from(!evidence.clicked);
                *self.agreements.entry(evidence.agreement.unwrap()).or_default() += 1;
            }
            *self.euro_by_tier.entry(evidence.tier).or_default() += euro;
            self.amounts.push((evidence.tier, conversion.amount_minor));
            self.tier_by_deal.insert(deal.to_owned(), ledger_word(evidence.tier).into());
        }
    }

    fn ledger_tally(case: &Case) -> Tally {
        let (answers, rates) = (case.rows("self_reported.csv"), case.rows("rates.csv"));
        let given = case.rows("codes.csv");
        let codes = CodeBook::of(
            given.iter().map(|row| owner(&row["code"], member(&row["advocate"]).unwrap(), None, None)),
        );
        let rows = case.rows("touches.csv");
        let of_kind = |deal: &str, click: bool| -> Vec<Touch> {
            let mine = rows.iter().filter(|row| row["deal"] == deal && (row["kind"] == "click") == click);
            mine.map(|row| touch(day(&row["date"]), member(&row["advocate"]).unwrap())).collect()
        };
        let mut tally = Tally::default();
        for deal in case.rows("deals.csv") {
            let id = &deal["deal"];
            if deal["status"] != "won" || tally.tier_by_deal.contains_key(id) {
                continue;
            }
            let Some((conversion, euro)) = ledger_conversion(&deal, &answers, &rates) else { continue };
            let touches = Touches { clicks: of_kind(id, true), others: of_kind(id, false) };
            let evidence = Evidence::of(&conversion, &codes, &touches, 90, Rule::Last);
            tally.add(id, euro, &conversion, &touches, &evidence);
        }
        tally
    }

    #[test]
    fn reference_ledger() {
        let Some(case) = case("08-attribution/ledger") else { return };
        let (tally, want) = (ledger_tally(&case), &case.expected);
        let number = |object: &str, key: &str| want[object][key].as_f64().unwrap();
        assert_eq!(tally.amounts.len() as u64, want["deals_counted"].as_u64().unwrap());
        assert_eq!(serde_json::Value::Object(tally.tier_by_deal), want["tier_by_deal"]);
        for (&tier, &euro) in &tally.euro_by_tier {
            near(euro, number("eur_by_tier", ledger_word(tier)), 0.005);
            let count = tally.amounts.iter().filter(|amount| amount.0 == tier).count();
            near(count as f64, number("count_by_tier", ledger_word(tier)), 0.0);
        }
        for (index, name) in MEMBERS.iter().enumerate() {
            near(tally.credit[index], number("credit_by_advocate", name), 0.005);
            near(tally.touched[index], number("influenced_by_advocate_not_additive", name), 0.005);
        }
        assert_eq!(tally.codes_without_click, want["code_orders_without_click"].as_u64().unwrap());
        for (agreement, name) in [
            (Agreement::Agrees, "agrees"),
            (Agreement::NamesAnother, "names_another_advocate"),
            (Agreement::UnnamedCustomer, "generic_customer"),
            (Agreement::OtherSource, "other_source"),
        ] {
            near(tally.agreements[&agreement] as f64, number("code_orders_answers", name), 0.0);
        }
        // Cents were rounded deal by deal here, so the band is within half a cent a deal.
        let band = Band::of(tally.amounts);
        near(band.proved_minor as f64 / 100.0, number("band", "proved"), 0.3);
        near(band.with_named_minor as f64 / 100.0, number("band", "plus_named"), 0.3);
        near(band.with_program_minor as f64 / 100.0, number("band", "plus_programme"), 0.3);
        near(band.total_minor as f64 / 100.0, want["total_eur"].as_f64().unwrap(), 0.3);
    }

    fn ledger_word(tier: Tier) -> &'static str {
        match tier {
            Tier::Code => "1-code",
            Tier::Click => "2-click",
            Tier::Named => "3-named",
            Tier::Program => "4-programme",
            Tier::Influenced => "5-influenced",
            Tier::None => "6-none",
        }
    }
}
