//! Chance from a seed: numbers for worlds, text for the server.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use wx_proto::SplitMix64;

const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PATH_SAFE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Draws numbers and text. Equal seeds draw the same; nothing here is a secret.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Rng(SplitMix64);

impl Rng {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(SplitMix64::new(seed))
    }

    pub(crate) const fn draw(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `limit`; 0 for a limit of 0.
    pub(crate) const fn below(&mut self, limit: u64) -> u64 {
        self.0.below(limit)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) const fn from(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    pub(crate) const fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn millis(&mut self, low: u64, high: u64) -> Duration {
        Duration::from_millis(self.from(low, high))
    }

    /// Small numbers often, numbers up to `high` now and then.
    pub(crate) fn skewed(&mut self, high: u64) -> u64 {
        let bits = u64::from(u64::BITS - high.leading_zeros());
        let cap = 1_u64 << self.from(0, bits);
        self.below(cap.min(high) + 1)
    }

    pub(crate) fn pick<T: Copy>(&mut self, first: T, others: &[T]) -> T {
        let at = self.below(others.len() as u64 + 1);
        match at.checked_sub(1).and_then(|at| usize::try_from(at).ok()) {
            Some(at) => others.get(at).copied().unwrap_or(first),
            None => first,
        }
    }

    pub(crate) fn hex(&mut self, len: usize) -> String {
        let mut text = String::with_capacity(len + 16);
        while text.len() < len {
            text.push_str(&format!("{:016x}", self.draw()));
        }
        text.truncate(len);
        text
    }

    /// Text of the base64 alphabet, so with `+` and `/` now and then.
    pub(crate) fn base64(&mut self, len: usize) -> String {
        self.text(BASE64, len)
    }

    /// Text of the base64 alphabet for URLs.
    pub(crate) fn path_safe(&mut self, len: usize) -> String {
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
    fn text_has_the_length_asked_for() {
        let mut rng = Rng::new(1);
        assert_eq!(rng.hex(32).len(), 32);
        assert_eq!(rng.base64(16).len(), 16);
        assert!(rng.path_safe(200).bytes().all(|byte| PATH_SAFE.contains(&byte)));
    }
}
