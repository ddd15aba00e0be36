//! Discount codes as shops write them down.

/// The codes in one cell: `ANA10, FREESHIP`, or `code:ana10|amount:2.00`. One code is itself.
pub fn in_cell(cell: &str) -> Vec<&str> {
    let signs = [',', ';', '|', '\n', '、', '，', '；'];
    let named = |part: &str| part.split_once([':', '：']).map(|(name, _)| name.trim().to_lowercase());
    let mut codes = Vec::new();
    for part in cell.split(signs).map(str::trim).filter(|part| !part.is_empty()) {
        match named(part).as_deref() {
            None => codes.push(part),
            // What else a shop says of a coupon: its amount, its description.
            Some("code" | "coupon") => {
                codes.extend(part.split_once([':', '：']).map(|(_, code)| code.trim()));
            }
            Some(_) => {}
        }
    }
    if codes.is_empty() { vec![cell.trim()] } else { codes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_codes_stand_in_one_cell() {
        assert_eq!(in_cell("ANA10, FREESHIP"), ["ANA10", "FREESHIP"]);
        assert_eq!(in_cell("code:ana10|description:x|amount:2.00;code:b|amount:1"), ["ana10", "b"]);
        assert_eq!(in_cell(" ANA10 "), ["ANA10"]);
        assert_eq!(in_cell("x:y"), ["x:y"]);
    }
}
