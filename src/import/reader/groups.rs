//! Reports that write a group's value on its first row only and a subtotal under its last: each row is given its group, and the
//! subtotals are told from rows.

use csv::StringRecord;

use super::super::values::text::{trim, words};
use super::header::filled;
use super::record::Record;

/// Carries the values of a report's groups down to their rows.
#[derive(Clone, Debug)]
pub struct Groups {
    /// The columns that hold them: the first, and the one behind the last.
    from: usize,
    to: usize,
    carried: Vec<String>,
}

impl Groups {
    /// The groups of a table that begins with these records, the first `header` of them its header.
    pub fn find(records: &[&Record], header: usize) -> Option<Self> {
        let (names, rows) = records.split_at_checked(header).filter(|(names, _)| !names.is_empty())?;
        let names = &names.last()?.cells;
        let from = names.iter().position(|name| !trim(name).is_empty())?;
        let rows: Vec<&StringRecord> =
            rows.iter().map(|record| &record.cells).filter(|cells| filled(cells) > 0).collect();
        let is_under = |cells: &&&StringRecord| is_subtotal(cells) && !is_blank(cells, from);
        rows.iter().find(is_under)?;
        let rows: Vec<&StringRecord> = rows.into_iter().filter(|cells| !is_subtotal(cells)).collect();
        let is_group = |at: &usize| {
            let blank = rows.iter().filter(|cells| is_blank(cells, *at)).count();
            // Groups of two are the smallest that show.
            blank < rows.len()
                && blank * 3 >= rows.len()
                && rows.first().is_some_and(|cells| !is_blank(cells, *at))
        };
        let to = (from..names.len()).take_while(is_group).last()? + 1;
        Some(Self { from, to, carried: vec![String::new(); to - from] })
    }

    /// The row with its groups' values; `None` for a subtotal.
    pub fn fill(&mut self, cells: &StringRecord) -> Option<StringRecord> {
        if is_subtotal(cells) {
            return None;
        }
        for at in self.from..self.to {
            if !is_blank(cells, at) {
                cells[at].clone_into(&mut self.carried[at - self.from]);
                // A group of its own begins, with groups of its own.
                self.carried[at - self.from + 1..].fill(String::new());
            }
        }
        let cell =
            |(at, cell): (usize, &str)| match at.checked_sub(self.from).and_then(|at| self.carried.get(at)) {
                Some(carried) => carried.clone(),
                None => cell.to_owned(),
            };
        Some(cells.iter().enumerate().map(cell).collect())
    }
}

fn is_blank(cells: &StringRecord, at: usize) -> bool {
    cells.get(at).is_none_or(|cell| trim(cell).is_empty())
}

fn is_subtotal(cells: &StringRecord) -> bool {
    let Some(first) = cells.iter().map(trim).find(|cell| !cell.is_empty()).filter(|cell| cell.len() <= 40)
    else {
        return false;
    };
    let first = first.to_lowercase();
    let kinds =
        words(include_str!("../../../data/words/groups.tsv")).filter_map(|line| line.split_once('\t'));
    kinds.into_iter().any(|(kind, word)| {
        let number = || first.strip_prefix(word).map(|rest| rest.trim_start_matches([':', ' ']));
        match kind {
            "count" => {
                number().is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
            }
            _ => first == word,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::delimiter::Delimiter;
    use super::super::record::parse;
    use super::*;

    fn filled_down(text: &str) -> Option<Vec<String>> {
        let records = parse(text, Delimiter::Comma);
        let mut groups = Groups::find(&records.iter().collect::<Vec<_>>(), 1)?;
        let rows = records.into_iter().skip(1).filter_map(|record| groups.fill(&record.cells));
        Some(rows.map(|cells| cells.iter().collect::<Vec<_>>().join(",")).collect())
    }

    #[test]
    fn each_row_is_given_its_groups() {
        let text = "Stage,Deal,Amount\nWon,a,1\n,b,2\nSubtotal,,3\n,Count 2,\nLost,c,4\n,d,5\nSubtotal,,9\n,Count: 2,\nTotal,,12\n";
        assert_eq!(filled_down(text).expect("groups"), ["Won,a,1", "Won,b,2", "Lost,c,4", "Lost,d,5"]);
        let text =
            ",Stage,Owner,Deal\n,Won,Ada,a\n,,,b\n,,Bo,c\n,,,d\n,Subtotal,,\n,Lost,Cy,e\n,,,f\n,Subtotal,,\n";
        assert_eq!(
            filled_down(text).expect("groups"),
            [",Won,Ada,a", ",Won,Ada,b", ",Won,Bo,c", ",Won,Bo,d", ",Lost,Cy,e", ",Lost,Cy,f"]
        );
    }

    #[test]
    fn gaps_without_subtotals_are_no_groups() {
        for text in [
            "Stage,Deal\nWon,a\n,b\n,c\n",
            "Stage,Deal\nWon,a\nWon,b\nTotal,2\n",
            "Stage,Deal\n,a\n,b\nSubtotal,2\n",
            "Stage,Deal\nWon,a\n,Total\n,b\n",
        ] {
            assert_eq!(filled_down(text), None, "{text}");
        }
    }
}
