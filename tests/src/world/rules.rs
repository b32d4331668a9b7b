//! What a world may ask of the core.

/// The bounds that the core is held to.
///
/// ```
/// use wx_testkit::world::Rules;
///
/// // As always, and settled within a minute after the last fault.
/// let mut rules = Rules::today();
/// rules.settle_secs = 60;
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Rules {
    /// Requests in any minute, commands aside: what a burst and a minute's tokens allow.
    pub a_minute: usize,
    /// The same for a minute that brings nothing new.
    pub an_idle_minute: usize,
    /// Seconds from the end of all faults until everything is settled.
    pub settle_secs: u64,
    /// The same with a message that makes every reply of no use: it takes ten minutes until it is skipped, and as long
    /// again after a crash.
    pub settle_poisoned_secs: u64,
    /// The same after the server said "too often".
    pub settle_limited_secs: u64,
}

impl Rules {
    /// What the core promises.
    pub const fn today() -> Self {
        Self {
            a_minute: 240,
            // Whether a reply brought something is known when it comes: a file each way may have started meanwhile.
            an_idle_minute: 60 + 2,
            settle_secs: 15 * 60,
            settle_poisoned_secs: 45 * 60,
            settle_limited_secs: 5 * 3600,
        }
    }
}
