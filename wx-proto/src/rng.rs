//! Random numbers from a seed: the client's own, and those of its test kit.

use serde::{Deserialize, Serialize};

/// SplitMix64: equal seeds give equal numbers. For device ids, message ids and jitter; not for secrets.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SplitMix64(u64);

impl SplitMix64 {
    /// A generator that begins with this seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 if `bound` is 0.
    pub const fn below(&mut self, bound: u64) -> u64 {
        let number = self.next_u64();
        if bound == 0 { 0 } else { number % bound }
    }

    /// 15 digits behind the prefix of the flavour: the page draws a new device id for every request.
    pub(crate) fn device_id(&mut self, prefix: &str) -> String {
        format!("{prefix}{:015}", self.below(1_000_000_000_000_000))
    }

    /// So many letters and digits: the page draws 16 to part a form, the file helper's four for each upload.
    pub(crate) fn letters_and_digits(&mut self, count: usize) -> String {
        const CHARACTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let character = |_| {
            let at = usize::try_from(self.below(62)).unwrap_or(0);
            CHARACTERS.get(at).map_or('A', |byte| char::from(*byte))
        };
        (0..count).map(character).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_sequence() {
        // The published first values for seed 1234567.
        let mut rng = SplitMix64::new(1_234_567);
        assert_eq!(rng.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(rng.next_u64(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn letters_and_digits_of_all_kinds() {
        let text = SplitMix64::new(7).letters_and_digits(1_000);
        assert_eq!(text.len(), 1_000);
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        for byte in [b'A', b'z', b'9'] {
            assert!(text.bytes().any(|other| other == byte), "{byte}");
        }
    }

    #[test]
    fn equal_seeds_give_equal_numbers() {
        let mut one = SplitMix64::new(7);
        let mut two = SplitMix64::new(7);
        assert_eq!(one.device_id("e"), two.device_id("e"));
        assert_eq!(one.device_id("").len(), 15);
        assert_ne!(one.next_u64(), two.below(1));
    }
}
