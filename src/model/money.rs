//! Money: whole minor units of one currency, never added to another's.

/// How many decimals a currency's minor unit has (ISO 4217; two unless listed).
pub fn decimals(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// An amount in minor units as a decimal string: `12345` EUR is `123.45`.
pub fn decimal(minor: i64, currency: &str) -> String {
    let places = decimals(currency) as usize;
    if places == 0 {
        return minor.to_string();
    }
    let sign = if minor < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", minor.unsigned_abs(), width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    format!("{sign}{whole}.{part}")
}

/// Whether the text has the form of an ISO 4217 code: three capital letters.
pub fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_units_are_written_out() {
        assert_eq!(decimal(12_345, "EUR"), "123.45");
        assert_eq!(decimal(-5, "USD"), "-0.05");
        assert_eq!(decimal(0, "CNY"), "0.00");
        assert_eq!(decimal(700, "JPY"), "700");
        assert_eq!(decimal(1_234, "KWD"), "1.234");
    }
}
