//! Values that must never be printed.

use std::fmt;

/// A token, ticket or cookie value. `Debug` writes `[redacted]`; there is no `Display`, and storing one has to
/// be asked for on each field.
///
/// ```
/// use wx_proto::Secret;
///
/// let secret = Secret::new("ticket");
/// assert!(!format!("{secret:?}").contains("ticket"));
/// assert_eq!(*secret.expose(), "ticket");
/// ```
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself: for the wire and for the stored session, not for people.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// `#[serde(with = "secret::exposed")]`: writes the value into a stored session.
pub(crate) mod exposed {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Secret;

    pub(crate) fn serialize<T: Serialize, S: Serializer>(
        secret: &Secret<T>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        secret.expose().serialize(to)
    }

    pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Secret<T>, D::Error> {
        T::deserialize(from).map(Secret::new)
    }
}

/// `#[serde(with = "secret::exposed_option")]`: the same for one that may be missing.
pub(crate) mod exposed_option {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Secret;

    pub(crate) fn serialize<T: Serialize, S: Serializer>(
        secret: &Option<Secret<T>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        secret.as_ref().map(Secret::expose).serialize(to)
    }

    pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Secret<T>>, D::Error> {
        Ok(Option::deserialize(from)?.map(Secret::new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_says_nothing() {
        assert_eq!(format!("{:?}", Secret::new("@crypt_1")), "[redacted]");
    }
}
