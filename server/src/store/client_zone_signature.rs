//! Which pieces of one to three letters the clients of a zone have, as a set of bits: two for each piece. Pieces may
//! share bits, so a zone can seem to have what it lacks, but never lacks what it has. With one bit each, some piece would
//! share it with one that stands in every zone, and a search for it would leave out none.
//!
//! Signatures stand in databases: which bit stands for a piece never changes without a migration that forgets them.

use std::collections::BTreeSet;

use super::client_search;

/// How long a signature is: long enough that all clients of a zone leave most of its bits alone.
const BYTES: usize = 2_048;

/// A term of so many bits is told from all others already.
const ASKED: usize = 8;

/// The bits of a piece, in 0..16,384: two multiplications mix it, each after the upper half was folded onto the lower.
const fn bits_of(piece: u64) -> [usize; 2] {
    const ODD: u64 = 0xd6e8_feb8_6659_fd93;
    let mixed = (piece ^ (piece >> 32)).wrapping_mul(ODD);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(ODD);
    [(mixed >> 50) as usize, (mixed << 14 >> 50) as usize]
}

/// The signature of a zone whose clients have these texts.
pub(super) fn signature<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
    let mut signature = vec![0; BYTES];
    let pieces = texts.into_iter().flat_map(client_search::all_numbers);
    for bit in pieces.flat_map(bits_of) {
        if let Some(byte) = signature.get_mut(bit / 8) {
            *byte |= 1 << (bit % 8);
        }
    }
    signature
}

/// Bits that the signature of every text has that contains `term`: some, where it is long. Each is numbered from the least of the first byte, as PostgreSQL does.
pub(super) fn bits(term: &str) -> BTreeSet<usize> {
    let pieces = client_search::numbers(term).into_iter();
    pieces.flat_map(bits_of).take(ASKED).collect()
}

/// Every byte that has this bit.
pub(super) fn bytes_with(bit: usize) -> Vec<u8> {
    (0..=u8::MAX)
        .filter(|byte| byte & (1 << (bit % 8)) != 0)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn has(signature: &[u8], bit: usize) -> bool {
        bytes_with(bit).contains(&signature[bit / 8])
    }

    #[test]
    fn the_bits_of_a_piece_never_change() {
        let bits = |text| -> Vec<[usize; 2]> {
            let pieces = client_search::numbers(text).into_iter();
            pieces.map(bits_of).collect()
        };
        assert_eq!(
            bits("worker"),
            [[15393, 8745], [9759, 13931], [4229, 7522], [14964, 4601]]
        );
        assert_eq!(bits("夜間請求"), [[12167, 9168], [10239, 2079]]);
        assert_eq!(BYTES * 8, 1 << (64 - 50));
    }

    #[test]
    fn a_bit_stands_in_half_of_all_bytes() {
        for bit in 0..16 {
            assert_eq!(bytes_with(bit).len(), 128);
        }
    }

    #[test]
    fn a_zone_lacks_what_none_of_its_texts_has() {
        let texts = ["worker 17\nsc_17\n", "夜間請求バッチ"];
        let known = signature(texts);
        assert!(bits("worker").iter().all(|it| has(&known, *it)));
        assert!(bits("請求バ").iter().all(|it| has(&known, *it)));
        assert!(!bits("quartz").iter().all(|it| has(&known, *it)));
    }

    proptest! {
        #[test]
        fn a_signature_has_every_bit_of_a_term_that_a_text_contains(
            before in ".{0,40}", term in ".{1,30}", after in ".{0,40}", other in ".{0,40}",
        ) {
            let text = format!("{before}{term}{after}");
            let known = signature([other.as_str(), &text]);
            for bit in bits(&term) {
                prop_assert!(has(&known, bit), "{bit} of {term:?} in {text:?}");
            }
        }
    }
}
