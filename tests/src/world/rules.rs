//! What a world may ask of the core, and how much of it.

/// The rules that the core is held to. Worlds draw only what these rules answer.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Rules {
    /// A login page that ends early is a lost reply.
    pub cut_page: bool,
    /// A webwxsync with contact changes may lack a key, or leave messages behind.
    pub contacts: bool,
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
            cut_page: false,
            contacts: false,
            a_minute: 240,
            an_idle_minute: 60,
            settle_secs: 15 * 60,
            settle_limited_secs: 5 * 3600,
        }
    }
}
