//! Which encoding the bytes are in. Order of attempts: what the user says, the BOM, the pattern of NUL bytes, UTF-8, and only then a guess.

use std::sync::LazyLock;

use anyhow::Result;

use crate::app::fail::usage;
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, X_USER_DEFINED};

use super::census::Census;
use super::plausible;

/// The encoding of DOS, which consoles in western Europe still write. The decoder hands its upper bytes over as they are; [`dos`]
/// makes letters of them.
pub static CP850: &Encoding = X_USER_DEFINED;

/// Bytes 80 to FF (Unicode's table CP850.TXT).
const DOS: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}";
static DOS_LETTERS: LazyLock<Vec<char>> = LazyLock::new(|| DOS.chars().collect());

/// The letters of CP850 in place of what its decoder makes of the bytes.
pub fn dos(text: &str) -> String {
    let letter = |c: char| match c {
        '\u{F780}'..='\u{F7FF}' => DOS_LETTERS[c as usize - 0xF780],
        c => c,
    };
    text.chars().map(letter).collect()
}

/// The text of some bytes.
pub fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> String {
    let text = encoding.decode_without_bom_handling(bytes).0;
    if encoding == CP850 { dos(&text) } else { text.into_owned() }
}

/// An encoding, and how it was found.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// The decoder.
    pub encoding: &'static Encoding,
    /// Bytes of byte order mark to leave out.
    pub bom: usize,
    /// The name for people.
    pub name: &'static str,
    /// Only the likelihood of the letters speaks for it.
    pub guessed: bool,
}

impl Found {
    /// Text of our own making, from a sheet; `name` is the workbook's kind.
    pub fn sheet(name: &'static str) -> Self {
        Self { encoding: UTF_8, bom: 0, name, guessed: false }
    }

    fn sure(encoding: &'static Encoding, bom: usize) -> Self {
        Self { encoding, bom, name: name(encoding, bom > 0), guessed: false }
    }
}

/// Finds the encoding; `wanted` is what the user named, `chinese` that the program's language is simplified Chinese.
pub fn detect(census: &Census, wanted: Option<&str>, chinese: bool) -> Result<Found> {
    let head = census.head.as_slice();
    let bom = Encoding::for_bom(head);
    if let Some(label) = wanted {
        let Some(encoding) = by_label(label) else {
            return Err(usage(format!(
                "--encoding {label}: no encoding is called that; try utf-8, gb18030, windows-1252 or macintosh"
            )));
        };
        let bom = bom.filter(|(found, _)| *found == encoding).map_or(0, |(_, length)| length);
        return Ok(Found::sure(encoding, bom));
    }
    if let Some((encoding, length)) = bom {
        return Ok(Found::sure(encoding, length));
    }
    if let Some(encoding) = utf16_without_bom(head) {
        return Ok(Found::sure(encoding, 0));
    }
    // Stray bytes, or a few lines, in a file that is otherwise UTF-8 do not make it something else.
    let [sound, odd] = census.utf8_lines;
    if census.utf8_errors == 0 || census.utf8_characters >= 4 * census.utf8_errors || sound >= 4 * odd {
        return Ok(Found::sure(UTF_8, 0));
    }
    let encoding = plausible::guess(&census.odd_lines, chinese);
    Ok(Found { encoding, bom: 0, name: name(encoding, false), guessed: true })
}

pub(super) fn by_label(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().to_lowercase();
    let label = label.trim_end_matches("-bom").trim_end_matches("-sig");
    match label {
        "gbk" | "gb2312" | "cp936" | "936" => Some(GB18030),
        "cp850" | "ibm850" | "850" => Some(CP850),
        "x-user-defined" => None,
        "mac-roman" | "macroman" | "mac roman" => Some(encoding_rs::MACINTOSH),
        _ => Encoding::for_label(label.as_bytes()).or_else(|| {
            let number = label.strip_prefix("cp").unwrap_or(label);
            Encoding::for_label(format!("windows-{number}").as_bytes())
        }),
    }
}

/// Text in UTF-16 has NULs on one side of its pairs only, and its line ends are among them. Chinese has NULs only beside its
/// digits, commas and line ends: an eighth of the pairs is enough. A stray NUL in other text stands before no line end.
fn utf16_without_bom(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = || head.chunks_exact(2);
    let (high, low) =
        (pairs().filter(|pair| pair[0] == 0).count(), pairs().filter(|pair| pair[1] == 0).count());
    let enough = |nuls: usize| nuls >= 3 && nuls * 8 * 2 >= head.len();
    let ends = |pair: [u8; 2]| pairs().any(|found| found == pair.as_slice());
    if enough(low) && high == 0 && (ends([b'\n', 0]) || ends([b'\r', 0])) {
        return Some(UTF_16LE);
    }
    (enough(high) && low == 0 && (ends([0, b'\n']) || ends([0, b'\r']))).then_some(UTF_16BE)
}

/// Lower-case names, the BOM in them, as receipts print them.
fn name(encoding: &'static Encoding, bom: bool) -> &'static str {
    match (encoding.name(), bom) {
        ("UTF-8", false) => "utf-8",
        ("UTF-8", true) => "utf-8-bom",
        ("UTF-16LE", false) => "utf-16le",
        ("UTF-16LE", true) => "utf-16le-bom",
        ("UTF-16BE", false) => "utf-16be",
        ("UTF-16BE", true) => "utf-16be-bom",
        ("Big5", _) => "big5",
        ("Shift_JIS", _) => "shift_jis",
        ("EUC-JP", _) => "euc-jp",
        ("EUC-KR", _) => "euc-kr",
        ("x-user-defined", _) => "cp850",
        (other, _) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> &'static str {
        let mut census = Census::default();
        census.observe(bytes);
        census.finish();
        detect(&census, None, false).expect("encoding").name
    }

    fn encoded(label: &str, text: &str) -> Vec<u8> {
        by_label(label).expect("label").encode(text).0.into_owned()
    }

    #[test]
    fn the_encoding_of_dos() {
        assert_eq!(
            found(b"nom,ville\nH\x82l\x8Ane Dupr\x82,Orl\x82ans\nFran\x87oise C\x93t\x82,N\x8Cmes\n"),
            "cp850"
        );
        assert_eq!(decoded(by_label("CP850").expect("label"), b"M\x81ller\xFF"), "Müller\u{A0}");
        assert_eq!(DOS_LETTERS.len(), 128);
        assert!(by_label("x-user-defined").is_none());
    }

    #[test]
    fn half_width_yen_signs_are_chinese() {
        let text = |rows: usize| "编号,金额\n".to_owned() + &"1,¥289.00\n".repeat(rows);
        for rows in [1, 3, 2000] {
            assert_eq!(found(&encoded("gb18030", &text(rows))), "gb18030");
            assert_eq!(found(&encoded("gb18030", &text(rows).replace('¥', "￥"))), "gb18030");
            assert_eq!(found(&encoded("gb18030", &text(rows)[14..])), "gb18030");
        }
    }

    #[test]
    fn marks_and_patterns_are_sure() {
        assert_eq!(found(b"\xEF\xBB\xBFid,name\n"), "utf-8-bom");
        assert_eq!(found(b"\xFF\xFEi\0d\0\n\0"), "utf-16le-bom");
        assert_eq!(found(b"\xFE\xFF\0i\0d\0\n"), "utf-16be-bom");
        assert_eq!(found(b"i\0d\0,\0b\0\n\0"), "utf-16le");
        assert_eq!(found(b"\0i\0d\0,\0b\0\n"), "utf-16be");
        assert_eq!(found("id,名字\n1,王小明\n".as_bytes()), "utf-8");
        assert_eq!(found(b"plain"), "utf-8");
        assert_eq!(found(b"a,b,c\n\0,2,3\n"), "utf-8");
        let chinese: Vec<u8> = "姓名,评分\n王小明,9\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(found(&chinese), "utf-16le");
    }

    #[test]
    fn a_line_that_was_pasted_in_decides_nothing() {
        let sound = "José\n".repeat(4).into_bytes();
        let pasted = b"A\xF1o, \xBFd\xF3nde, cu\xE1ndo, c\xF3mo\n";
        assert_eq!(found(&[&sound[..], pasted].concat()), "utf-8");
        assert_eq!(found(&[&sound[..5], pasted].concat()), "windows-1252");
    }

    #[test]
    fn decoding_without_error_proves_nothing() {
        // Chinese that every one-byte encoding decodes, and western bytes that GB18030 decodes.
        assert_eq!(found(&encoded("gbk", "编号,姓名,城市\n1,王小明,北京\n2,张伟,上海\n")), "gb18030");
        assert_eq!(found(b"id,What do you think?\x8C\xE6\n1,fine\n"), "windows-1252");
    }

    #[test]
    fn western_files_by_their_letters() {
        assert_eq!(
            found(&encoded("windows-1252", "name,fee\nJosé Núñez,£100\nMüller,“ok”…\n")),
            "windows-1252"
        );
        assert_eq!(
            found(&encoded("macintosh", "city\nSan José\nBogotá\nCórdoba\nMalmö\nSão Paulo\n")),
            "macintosh"
        );
        assert_eq!(
            found(&encoded("windows-1251", "дата;бележка\n3.апр;добре дошли\n1.юни;всичко е наред\n")),
            "windows-1251"
        );
    }

    #[test]
    fn other_scripts() {
        assert_eq!(
            found(&encoded(
                "big5",
                "編號,姓名,意見\n1,陳小明,服務非常滿意，謝謝你們的幫助\n2,林美玲,還可以再改進\n"
            )),
            "big5"
        );
        assert_eq!(
            found(&encoded(
                "shift_jis",
                "名前,コメント\n田中,とても満足しています\n鈴木,ありがとうございました\n"
            )),
            "shift_jis"
        );
        assert_eq!(
            found(&encoded(
                "euc-kr",
                "이름,의견\n김철수,서비스가 아주 좋았습니다\n이영희,감사합니다 추천하고 싶어요\n"
            )),
            "euc-kr"
        );
    }

    #[test]
    fn other_alphabets() {
        for (label, text) in [
            ("windows-1253", "όνομα,σχόλιο\nΝίκος,πολύ καλή εξυπηρέτηση ευχαριστώ\n"),
            ("windows-1250", "imię,uwagi\nŁukasz,żółć jest świetna\nGrażyna,dziękuję, było miło\n"),
            (
                "windows-1254",
                "ad,yorum\nŞule,çok güzel hizmet teşekkürler\nIşıl,değişiklik istiyorum, ürün güzel ama kargo çok geç geldi\n",
            ),
        ] {
            assert_eq!(found(&encoded(label, text)), label);
        }
    }

    #[test]
    fn a_word_that_is_repeated_tells_no_more_than_one() {
        for (label, words) in [
            ("gb18030", ["不错", "北京", "普通", "已付款", "客服很好"].as_slice()),
            ("euc-kr", &["서울", "좋아요", "만족합니다", "배송이 빨라요"]),
            ("big5", &["臺北", "滿意", "很好", "已付款"]),
            ("shift_jis", &["東京", "満足", "とても良い", "サポート"]),
            ("windows-1250", &["żółta łódź, ąęśćń", "Łódź", "příští týden"]),
            ("windows-1251", &["Москва", "хорошо", "SMSки не приходят"]),
        ] {
            for word in words {
                for rows in [1, 2, 12, 400] {
                    let row = format!("ana@example.com,9,{word},2026-01-02\n");
                    let text = format!("Email,NPS,Comment,Date\n{}", row.repeat(rows));
                    let bytes = encoded(label, &text);
                    let mut census = Census::default();
                    census.observe(&bytes);
                    census.finish();
                    let found = detect(&census, None, false).expect("encoding");
                    assert_eq!(decoded(found.encoding, &bytes), text, "{rows} rows, {}", found.name);
                }
            }
        }
    }

    #[test]
    fn one_broken_byte_leaves_utf8_what_it_is() {
        let mut bytes = "id,名字\n1,王小明\n2,李雷\n".as_bytes().to_vec();
        bytes.extend_from_slice(b"3,caf\xE9\n");
        assert_eq!(found(&bytes), "utf-8");
    }

    #[test]
    fn the_user_has_the_first_word() {
        let census = Census::default();
        assert_eq!(detect(&census, Some("GBK"), false).expect("label").name, "gb18030");
        assert_eq!(detect(&census, Some("cp1251"), false).expect("label").name, "windows-1251");
        assert!(detect(&census, Some("klingon"), false).expect_err("label").to_string().contains("klingon"));
    }
}
