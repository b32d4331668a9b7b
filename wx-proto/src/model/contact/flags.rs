//! The bits that the server sends with a contact, each set its own type.

use std::fmt;

macro_rules! flags {
    (
        $(#[$doc:meta])*
        $name:ident { $( $(#[$bit_doc:meta])* $method:ident = $bit:literal ),+ $(,)? }
    ) => {
        $(#[$doc])*
        ///
        /// Bits without a name here are kept, see [`bits`](Self::bits).
        #[derive(Clone, Copy, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(u32);

        impl $name {
            /// Takes bits as they were sent.
            pub const fn new(bits: u32) -> Self {
                Self(bits)
            }

            /// All bits as they were sent.
            pub const fn bits(self) -> u32 {
                self.0
            }

            $(
                $(#[$bit_doc])*
                pub const fn $method(self) -> bool {
                    self.0 & $bit != 0
                }
            )+

            /// The named bits that are set, and all bits that have no name.
            fn parts(self) -> (Vec<&'static str>, u32) {
                let mut names = Vec::new();
                let mut known = 0;
                $(
                    known |= $bit;
                    names.extend(self.$method().then_some(stringify!($method)));
                )+
                (names, self.0 & !known)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let (names, unnamed) = self.parts();
                write!(f, "{}({}", stringify!($name), names.join(" | "))?;
                if unnamed != 0 {
                    write!(f, "{}{unnamed:#x}", if names.is_empty() { "" } else { " | " })?;
                }
                f.write_str(")")
            }
        }
    };
}

flags! {
    /// `ContactFlag`: what the account made of a contact. Names as in the official page's script, but for
    /// `hides_their_moments`, which comes from another client.
    ///
    /// ```
    /// let flags = wx_proto::ContactFlags::new(2051);
    /// assert!(flags.is_contact() && flags.is_pinned() && !flags.is_muted());
    /// assert_eq!(format!("{flags:?}"), "ContactFlags(is_contact | is_chat | is_pinned)");
    /// ```
    ContactFlags {
        /// In the contact list: a friend, or an account that is followed.
        is_contact = 1,
        /// In the list of chats.
        is_chat = 2,
        /// A group saved to the contact list.
        is_saved_group = 4,
        /// On the black list.
        is_blocked = 8,
        /// A contact of a domain.
        is_domain = 16,
        /// Hidden.
        is_hidden = 32,
        /// Starred.
        is_starred = 64,
        /// A third party's application.
        is_third_party = 128,
        /// This contact may not see the account's moments.
        hides_my_moments = 256,
        /// Muted; for people. A group says it in another way: [`Contact::is_muted`](crate::Contact::is_muted) knows both.
        is_muted = 512,
        /// Pinned to the top of the list of chats.
        is_pinned = 2048,
        /// The account does not see this contact's moments.
        hides_their_moments = 65536,
    }
}

flags! {
    /// `VerifyFlag`: what an account is. Names as in the official page's script.
    ///
    /// ```
    /// let flags = wx_proto::VerifyFlags::new(24);
    /// assert!(flags.is_brand() && flags.is_verified());
    /// ```
    VerifyFlags {
        /// A business.
        is_business = 1,
        /// A famous person.
        is_famous = 2,
        /// A big business.
        is_big_business = 4,
        /// A public account: every one has it.
        is_brand = 8,
        /// Verified.
        is_verified = 16,
    }
}

flags! {
    /// `SnsFlag`: moments.
    ///
    /// ```
    /// assert!(wx_proto::SnsFlags::new(17).has_album());
    /// ```
    SnsFlags {
        /// Has an album of moments.
        has_album = 1,
    }
}

/// What a person told of their sex.
///
/// ```
/// assert_eq!(wx_proto::Sex::Female.as_str(), "female");
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Sex {
    /// Not told.
    #[default]
    Unknown,
    /// `Sex` 1.
    Male,
    /// `Sex` 2.
    Female,
}

impl Sex {
    pub(super) const fn of(number: u64) -> Self {
        match number {
            1 => Self::Male,
            2 => Self::Female,
            _ => Self::Unknown,
        }
    }

    /// A stable word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Male => "male",
            Self::Female => "female",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_have_their_names_and_unknown_ones_stay() {
        let pinned = ContactFlags::new(34819);
        assert!(pinned.is_contact() && pinned.is_chat() && pinned.is_pinned());
        assert!(!pinned.is_starred() && !pinned.is_muted() && !pinned.is_blocked());
        assert_eq!(pinned.bits(), 34819);
        assert_eq!(format!("{pinned:?}"), "ContactFlags(is_contact | is_chat | is_pinned | 0x8000)");
        let all = ContactFlags::new(3 + 4 + 8 + 16 + 32 + 64 + 128 + 256 + 512 + 65536);
        assert!(all.is_saved_group() && all.is_blocked() && all.is_domain() && all.is_hidden());
        assert!(all.is_starred() && all.is_third_party() && all.hides_my_moments() && all.is_muted());
        assert!(all.hides_their_moments() && !all.is_pinned());
        let team = VerifyFlags::new(56);
        assert!(team.is_brand() && team.is_verified());
        assert_eq!(format!("{team:?}"), "VerifyFlags(is_brand | is_verified | 0x20)");
        assert_eq!(format!("{:?}", SnsFlags::new(16)), "SnsFlags(0x10)");
        assert!(SnsFlags::new(17).has_album());
        assert_eq!([0, 1, 2, 3].map(Sex::of), [Sex::Unknown, Sex::Male, Sex::Female, Sex::Unknown]);
    }
}
