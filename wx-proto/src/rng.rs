//! The client's own random numbers, all drawn from the seed it was given.

/// SplitMix64. For device ids, message ids and jitter; not for secrets.
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 if `bound` is 0.
    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        let number = self.next();
        if bound == 0 { 0 } else { number % bound }
    }

    /// `e` and 15 digits: the page draws a new device id for every request.
    pub(crate) fn device_id(&mut self) -> String {
        format!("e{:015}", self.below(1_000_000_000_000_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_give_equal_numbers() {
        let mut one = Rng::new(7);
        let mut two = Rng::new(7);
        assert_eq!(one.device_id(), two.device_id());
        assert_eq!(one.device_id().len(), 16);
        assert_ne!(one.next(), two.below(1));
    }
}
