//! Digests as text, and digests that only who has the key can make.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// HMAC-SHA256 (RFC 2104) of a text.
pub fn keyed(key: &str, text: &str) -> [u8; 32] {
    // HMAC takes a key of any length, so this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return [0; 32] };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// The first sixteen bytes of a SHA-256 over the parts, which cannot run into one another, as a number: what a record is
/// known by when it comes again.
pub fn natural<T: AsRef<[u8]>>(parts: &[T]) -> u128 {
    let mut hash = Sha256::new();
    for part in parts {
        let part = part.as_ref();
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let mut key = [0; 16];
    key.copy_from_slice(&hash.finalize()[..16]);
    u128::from_be_bytes(key)
}

/// A number that tells things of a kind apart, the same on every machine and in every version: FNV-1a (Fowler, Noll, Vo)
/// with the last step of Murmur3 (Appleby), so that all bits differ. No secret: who knows the thing knows the number.
pub fn short(kind: &str, bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let hash = kind.as_bytes().iter().chain(&[0]).chain(bytes).fold(0xcbf2_9ce4_8422_2325, step);
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// Without letters that look alike; 32 of them, so that five bits make one.
const DIGITS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Digits of a pseudonym: 40 bits, so that of half a million people hardly two share one.
const LENGTH: usize = 8;

/// What stands for something of a kind that is not to be named: the same word for the same thing and key.
pub fn pseudonym(key: &str, kind: &str, text: &str) -> String {
    let bytes = keyed(key, &format!("pseudonym\n{kind}\n{text}"));
    let digits = bytes.iter().take(LENGTH).map(|byte| char::from(DIGITS[usize::from(byte % 32)]));
    format!("{kind}-{}", digits.collect::<String>())
}

/// Two lower-case hex digits a byte, as `sha256sum` prints them.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hmac_of_rfc_4231() {
        let bytes = keyed("Jefe", "what do ya want for nothing?");
        assert_eq!(bytes[..4], [0x5b, 0xdc, 0xc1, 0x46]);
    }

    #[test]
    fn a_pseudonym_is_the_same_for_the_same_thing_and_key() {
        assert_eq!(pseudonym("a", "member", "7"), pseudonym("a", "member", "7"));
        assert_ne!(pseudonym("a", "member", "7"), pseudonym("b", "member", "7"));
        assert_ne!(pseudonym("a", "member", "7"), pseudonym("a", "member", "8"));
        assert_eq!(pseudonym("a", "member", "7").len(), "member-".len() + LENGTH);
    }

    #[test]
    fn a_short_number_never_changes() {
        // Stored in program files: another number for the same thing would count people twice.
        assert_eq!(short("visitor", b"v7"), 0x9c4e_81bf_8e7d_b998);
        assert_ne!(short("visitor", b"7"), short("member", b"7"));
        let all: std::collections::BTreeSet<u64> =
            (0..10_000_u32).map(|n| short("visitor", &n.to_be_bytes())).collect();
        assert_eq!(all.len(), 10_000);
    }

    #[test]
    fn every_byte_has_two_digits() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }
}
