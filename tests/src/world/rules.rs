//! What a world may ask of the core, and how much of it.

/// The rules that the core is held to. Worlds draw only what these rules answer.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Rules {
    /// Broken JSON is repaired: raw control characters and cut UTF-8 in a message may occur.
    pub repair: bool,
    /// A single unexplained 1100 or 1102 is tried once more: it may occur, and ends nothing.
    pub single_end: bool,
    /// A Gap's time lies before everything it stands for, also after a reply that left messages behind.
    pub gap_time: bool,
    /// The id of a send never comes again, even if the process died before anything of its run was stored.
    pub op_ids: bool,
    /// A login page that ends early is a lost reply.
    pub cut_page: bool,
    /// A webwxsync that renews the cookies loses nothing on a server that accepts only its newest key.
    pub safe_renewal: bool,
    /// Requests in any minute, commands aside: what a burst and a minute's tokens allow.
    pub a_minute: usize,
    /// The same for a minute that brings nothing new.
    pub an_idle_minute: usize,
    /// Seconds from the end of all faults until everything is settled.
    pub settle_secs: u64,
    /// The same after the server said "too often".
    pub settle_limited_secs: u64,
}

impl Rules {
    /// Everything the core promises today.
    pub const fn today() -> Self {
        Self {
            repair: true,
            single_end: true,
            gap_time: true,
            op_ids: true,
            cut_page: false,
            safe_renewal: true,
            a_minute: 240,
            an_idle_minute: 60,
            settle_secs: 15 * 60,
            settle_limited_secs: 5 * 3600,
        }
    }
}
