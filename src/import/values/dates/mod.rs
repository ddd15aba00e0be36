//! Dates as exports write them. A reading is never guessed: the whole column must agree on one, or the user says it.

mod clock;
mod evidence;
mod format;
mod shape;
mod words;

use chrono::{NaiveDate, NaiveTime};

pub use evidence::Evidence;
pub use format::DateFormat;

/// A point in time as the file gives it: naive where the file has no zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The day.
    pub date: NaiveDate,
    /// The time of day, if the cell has one.
    pub time: Option<NaiveTime>,
    /// Seconds east of UTC, if the cell says; `Some(0)` for `Z` and `UTC`.
    pub offset_seconds: Option<i32>,
}

/// Which part of an all-number date is which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// 31/12/2026
    Dmy,
    /// 12/31/2026
    Mdy,
    /// 26/12/31
    Ymd,
}

impl DateOrder {
    const ALL: [Self; 3] = [Self::Dmy, Self::Mdy, Self::Ymd];

    /// As typed after `--date-order`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.name() == text.trim().to_lowercase())
    }

    /// As typed after `--date-order`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
            Self::Ymd => "ymd",
        }
    }
}

/// Why a column has no one reading. The text says what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DateProblem {
    /// No cell is filled.
    Empty,
    /// Day and month may be exchanged in every value.
    Ambiguous {
        /// The first value that is open.
        example: String,
    },
    /// A value that the given order cannot read.
    Contradicted {
        /// That value.
        value: String,
        /// The order that was given.
        order: DateOrder,
    },
    /// Some values have the day first, others the month.
    Conflict {
        /// A value with the day first.
        day_first: String,
        /// A value with the month first.
        month_first: String,
    },
    /// `February 28`, and no year was given.
    NeedsYear {
        /// The first such value.
        example: String,
    },
    /// Dates without a year that run over more than one New Year.
    YearsUnclear,
    /// `2w`, `6h`: counted from a day that the file does not name.
    Relative {
        /// The first such value.
        example: String,
    },
    /// No reading fits most values.
    Unreadable {
        /// The first value that no reading fits.
        example: String,
    },
}

impl std::fmt::Display for DateProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => write!(f, "the date column is empty"),
            Self::Ambiguous { example } => {
                write!(
                    f,
                    "\"{example}\" may be day/month or month/day, and no value in the column decides it: say --date-order dmy or --date-order mdy"
                )
            }
            Self::Contradicted { value, order } => {
                write!(
                    f,
                    "\"{value}\" cannot be read with --date-order {}: leave the flag out or give the other order",
                    order.name()
                )
            }
            Self::Conflict { day_first, month_first } => {
                write!(
                    f,
                    "\"{day_first}\" has the day first and \"{month_first}\" the month: one column must have one order"
                )
            }
            Self::NeedsYear { example } => {
                write!(f, "\"{example}\" has no year: say --year, the year of the last row")
            }
            Self::YearsUnclear => {
                write!(
                    f,
                    "the dates have no year and run over more than twelve months: import a file of at most one year with --year"
                )
            }
            Self::Relative { example } => {
                write!(
                    f,
                    "\"{example}\" counts back from the day of the export, which the file does not name: export with full dates"
                )
            }
            Self::Unreadable { example } => write!(f, "\"{example}\" is no date in any known form"),
        }
    }
}

/// True if the cell alone reads as some date: to tell headers from data, never to take a value.
pub fn is_dateish(text: &str) -> bool {
    shape::shape(text).is_some_and(|shape| !matches!(shape.day, shape::Day::Serial(_) | shape::Day::Pair(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(cells: &[&str]) -> Evidence {
        let mut evidence = Evidence::default();
        for cell in cells {
            evidence.observe(cell);
        }
        evidence
    }

    fn read(cells: &[&str], order: Option<DateOrder>, year: Option<i32>) -> Result<Vec<String>, DateProblem> {
        let format = evidence(cells).decide(order, year)?;
        Ok(cells.iter().map(|cell| format.parse(cell).map_or("none".to_owned(), show)).collect())
    }

    fn show(stamp: Stamp) -> String {
        let time = stamp.time.map_or(String::new(), |time| format!(" {time}"));
        let offset = stamp.offset_seconds.map_or(String::new(), |seconds| format!(" {seconds:+}"));
        format!("{}{time}{offset}", stamp.date)
    }

    #[test]
    fn forms_with_one_reading() {
        for (text, expected) in [
            ("2026-03-01", "2026-03-01"),
            ("2026-01-01 10:00:00 PST", "2026-01-01 10:00:00 -28800"),
            ("Thu Jan 1 10:00:00 EST 2026", "2026-01-01 10:00:00 -18000"),
            ("2018-03-01 12:34:56 UTC", "2018-03-01 12:34:56 +0"),
            ("2025-12-06 10:37:33 -0500", "2025-12-06 10:37:33 -18000"),
            ("2025-01-01T01:00:00", "2025-01-01 01:00:00"),
            ("2026-07-13T00:00:00+00:00", "2026-07-13 00:00:00 +0"),
            ("2026-07-13T00:00:00.123Z", "2026-07-13 00:00:00.123 +0"),
            ("2026/9/3 12:00:00", "2026-09-03 12:00:00"),
            ("2020/01/05 3:12:45 PM GMT+1", "2020-01-05 15:12:45 +3600"),
            ("2026.09.03", "2026-09-03"),
            ("2026-9-3", "2026-09-03"),
            ("Sep 9, 2024", "2024-09-09"),
            ("9 Sep 2024", "2024-09-09"),
            ("9-Sep-24", "2024-09-09"),
            ("Tue, Aug 26, 2025", "2025-08-26"),
            ("August 26th, 2025 at 3:04 PM", "2025-08-26 15:04:00"),
            ("Tue Aug 26 10:00:00 +0000 2025", "2025-08-26 10:00:00 +0"),
            ("8 de marzo de 2026", "2026-03-08"),
            ("mar, 26 ago 2025", "2025-08-26"),
            ("9. März 2024 14:30", "2024-03-09 14:30:00"),
            ("1er janvier 2024", "2024-01-01"),
            ("3 de dezembro de 2025", "2025-12-03"),
            ("2026年03月24日17时33分05秒", "2026-03-24 17:33:05"),
            ("2026年3月24日", "2026-03-24"),
            ("２０２６年３月２４日", "2026-03-24"),
            ("２０２６／０３／２４", "2026-03-24"),
            ("2026년 3월 24일", "2026-03-24"),
            ("20231010", "2023-10-10"),
            ("20231010T101500Z", "none"),
        ] {
            let expected = if expected == "none" { None } else { Some(expected.to_owned()) };
            assert_eq!(read(&[text], None, None).ok().map(|days| days[0].clone()), expected, "{text}");
        }
    }

    #[test]
    fn the_column_proves_its_order() {
        let days = read(&["05/11/2019", "13/11/2019 7:38"], None, None).expect("dmy");
        assert_eq!(days, ["2019-11-05", "2019-11-13 07:38:00"]);
        let days = read(&["5/10/18 4:01", "5/13/18 4:01"], None, None).expect("mdy");
        assert_eq!(days, ["2018-05-10 04:01:00", "2018-05-13 04:01:00"]);
        assert_eq!(read(&["01-09-2021", "25-12-2021"], None, None).expect("dmy")[0], "2021-09-01");
        assert_eq!(
            read(&["24.03.2026", "1. 4. 2026"], None, None).expect("dmy"),
            ["2026-03-24", "2026-04-01"]
        );
        assert_eq!(read(&["05/05/2024"], None, None).expect("either"), ["2024-05-05"]);
    }

    #[test]
    fn nothing_is_guessed() {
        let problem = read(&["9/6/2018 0:06:16", "9/6/2018"], None, None).expect_err("open");
        assert_eq!(problem, DateProblem::Ambiguous { example: "9/6/2018 0:06:16".to_owned() });
        assert!(problem.to_string().contains("--date-order"));
        assert_eq!(read(&["9/6/2018"], Some(DateOrder::Mdy), None).expect("given"), ["2018-09-06"]);
        let problem = read(&["9/6/2018", "13/6/2018"], Some(DateOrder::Mdy), None).expect_err("contradicted");
        assert_eq!(
            problem,
            DateProblem::Contradicted { value: "13/6/2018".to_owned(), order: DateOrder::Mdy }
        );
        let problem = read(&["13/6/2018", "6/13/2018"], None, None).expect_err("conflict");
        assert!(
            matches!(problem, DateProblem::Conflict { day_first, month_first } if day_first == "13/6/2018" && month_first == "6/13/2018")
        );
    }

    #[test]
    fn layouts_mix_when_each_is_proved() {
        let days =
            read(&["20/11/2025 6:32", "1/12/2025 7:38", "2025-11-20 10:05:43"], None, None).expect("mixed");
        assert_eq!(days[1..], ["2025-12-01 07:38:00", "2025-11-20 10:05:43"]);
        assert!(read(&["1/12/2025", "2025-11-20"], None, None).is_err());
    }

    #[test]
    fn a_few_unreadable_cells_are_left_to_their_rows() {
        assert_eq!(read(&["2026-01-01", "2026-01-02", "soon"], None, None).expect("most")[2], "none");
        assert_eq!(read(&["soon", "later", "2026-01-02"], None, None).expect("some")[2], "2026-01-02");
        assert_eq!(
            read(&["soon", "later", "then", "now", "2026-01-02"], None, None),
            Err(DateProblem::Unreadable { example: "soon".to_owned() })
        );
        assert_eq!(read(&[], None, None), Err(DateProblem::Empty));
    }

    #[test]
    fn years_come_from_the_user_and_wrap_once() {
        let history = ["February 28", "March 1", "December 31", "January 1", "February 27"];
        assert!(matches!(read(&history, None, None), Err(DateProblem::NeedsYear { .. })));
        let days = read(&history, None, Some(2026)).expect("history");
        assert_eq!(days, ["2025-02-28", "2025-03-01", "2025-12-31", "2026-01-01", "2026-02-27"]);
        let newest_first = read(&["Feb 10", "Jan 3", "Dec 20", "Nov 2"], None, Some(2026)).expect("posts");
        assert_eq!(newest_first, ["2026-02-10", "2026-01-03", "2025-12-20", "2025-11-02"]);
        assert_eq!(read(&["8 de marzo", "9 de marzo"], None, Some(2026)).expect("spanish")[0], "2026-03-08");
        let long = ["Jan 1", "May 1", "Sep 1", "Jan 1", "May 1", "Sep 1", "Jan 1", "May 1", "Sep 1"];
        assert_eq!(read(&long, None, Some(2026)), Err(DateProblem::YearsUnclear));
    }

    #[test]
    fn day_and_month_in_numbers_need_a_year_and_an_order() {
        let open = ["08/01", "09/01"];
        assert!(matches!(read(&open, None, None), Err(DateProblem::NeedsYear { .. })));
        assert!(matches!(read(&open, None, Some(2026)), Err(DateProblem::Ambiguous { .. })));
        let days = read(&open, Some(DateOrder::Dmy), Some(2026)).expect("given");
        assert_eq!(days, ["2026-01-08", "2026-01-09"]);
        assert_eq!(read(&open, Some(DateOrder::Mdy), Some(2026)).expect("given")[1], "2026-09-01");
        assert!(matches!(
            read(&open, Some(DateOrder::Ymd), Some(2026)),
            Err(DateProblem::Contradicted { .. })
        ));
        // A day that is no month proves the order; a step back is a New Year.
        let history = ["12/29", "12/30", "12/31 14:05", "01/01", "01/02"];
        let days = read(&history, None, Some(2026)).expect("proved");
        assert_eq!(days[2..4], ["2025-12-31 14:05:00", "2026-01-01"]);
        assert_eq!(read(&["8.1.", "28.2."], None, Some(2026)).expect("proved"), ["2026-01-08", "2026-02-28"]);
        assert_eq!(read(&["01-28", "02-03"], None, Some(2026)).expect("proved")[1], "2026-02-03");
        assert!(matches!(read(&["13/02", "02/13"], None, Some(2026)), Err(DateProblem::Conflict { .. })));
        // Marks out of ten are no dates by themselves.
        assert!(!evidence(&["8/10", "9/10"]).looks_like_dates() && !is_dateish("8/10"));
    }

    #[test]
    fn relative_dates_are_refused() {
        let problem = read(&["2w", "6h", "3w\n  Edited"], None, None).expect_err("relative");
        assert_eq!(problem, DateProblem::Relative { example: "2w".to_owned() });
    }

    #[test]
    fn numbers_are_dates_only_in_a_column_of_them() {
        assert_eq!(
            read(&["1700000000", "1700000060"], None, None).expect("unix")[0],
            "2023-11-14 22:13:20 +0"
        );
        assert_eq!(read(&["1700000000123"], None, None).expect("unix")[0], "2023-11-14 22:13:20.123 +0");
        assert!(read(&["1700000000", "seventeen"], None, None).is_err());
        assert_eq!(read(&["0", "1700000000", "0"], None, None).expect("unix")[0], "none");
        assert!(read(&["0", "0"], None, None).is_err());
        assert_eq!(
            read(&["42075", "42075.5"], None, None).expect("serial"),
            ["2015-03-12", "2015-03-12 12:00:00"]
        );
        assert!(read(&["3292879998", "3288372923"], None, None).is_err());
        assert!(!evidence(&["42075", "42076"]).looks_like_dates());
        assert!(evidence(&["9/6/2018"]).looks_like_dates());
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "9",
            "3.5",
            "2026-13-01",
            "0000-00-00",
            "1-2",
            "10-15 people",
            "May",
            "C45",
            "0:00:41",
            "v1.2.3",
            "31/02/2024",
        ] {
            let dead = matches!(read(&[text], None, Some(2026)), Err(DateProblem::Unreadable { .. }));
            assert!(dead, "{text}");
        }
    }
}
