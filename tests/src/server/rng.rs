//! Random text from a seed: splitmix64.

use serde::{Deserialize, Serialize};

const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PATH_SAFE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A splitmix64 generator. Equal seeds give equal text; nothing here is a secret.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Rng(u64);

impl Rng {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn hex(&mut self, len: usize) -> String {
        let mut text = String::with_capacity(len + 16);
        while text.len() < len {
            text.push_str(&format!("{:016x}", self.draw()));
        }
        text.truncate(len);
        text
    }

    /// Text of the base64 alphabet, so with `+` and `/` now and then.
    pub(super) fn base64(&mut self, len: usize) -> String {
        self.text(BASE64, len)
    }

    /// Text of the base64 alphabet for URLs.
    pub(super) fn path_safe(&mut self, len: usize) -> String {
        self.text(PATH_SAFE, len)
    }

    fn text(&mut self, alphabet: &[u8], len: usize) -> String {
        let size = alphabet.len() as u64;
        (0..len)
            .filter_map(|_| usize::try_from(self.draw() % size).ok())
            .filter_map(|at| alphabet.get(at))
            .map(|&byte| char::from(byte))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_sequence() {
        // The published first values of splitmix64 for seed 1234567.
        let mut rng = Rng::new(1_234_567);
        assert_eq!(rng.draw(), 6_457_827_717_110_365_317);
        assert_eq!(rng.draw(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn text_has_the_length_asked_for() {
        let mut rng = Rng::new(1);
        assert_eq!(rng.hex(32).len(), 32);
        assert_eq!(rng.base64(16).len(), 16);
        assert!(rng.path_safe(200).bytes().all(|byte| PATH_SAFE.contains(&byte)));
    }
}
