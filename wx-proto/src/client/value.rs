//! What the end of a request was good for.

/// The rates count what brings nothing. The greater of two counts.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum ReplyValue {
    Nothing,
    /// A check says that there are news, and a fetch follows it, which decides.
    Promised,
    /// A message, a contact or a new state.
    Useful,
}

impl ReplyValue {
    pub(super) const fn useful_if(useful: bool) -> Self {
        if useful { Self::Useful } else { Self::Nothing }
    }
}
