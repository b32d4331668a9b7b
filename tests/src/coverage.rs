//! Which rows of the table of transitions were taken. A transition that is not in the table is a failure at once.
//!
//! It needs the feature `transitions`; without it nothing is ever seen.

use std::collections::BTreeSet;

use wx_proto::Client;

/// The rows of the table of transitions that were taken.
///
/// ```
/// use wx_proto::LoginMethod;
/// use wx_testkit::{coverage::Coverage, runner::Runner};
///
/// let mut runner = Runner::demo();
/// runner.log_in(LoginMethod::Auto);
/// let mut all = Coverage::default();
/// all.merge(runner.coverage);
/// let (taken, rows) = all.reached();
/// println!("{taken} of {rows} rows taken; not yet: {:?}", all.missing());
/// assert!(taken <= rows);
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Coverage {
    rows: BTreeSet<usize>,
    ignored: BTreeSet<String>,
}

impl Coverage {
    /// Takes over all that another one saw.
    pub fn merge(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.ignored.extend(other.ignored);
    }

    /// Takes the transitions that a client took since the last time.
    ///
    /// # Panics
    /// For one that is not in the table.
    pub fn take_from(&mut self, client: &mut Client) {
        if let Err(transition) = self.try_take_from(client) {
            panic!("not in the table of transitions: {transition}");
        }
    }

    /// Inputs that came where they are left alone.
    pub fn ignored(&self) -> impl Iterator<Item = &str> {
        self.ignored.iter().map(String::as_str)
    }
}

#[cfg(feature = "transitions")]
mod with {
    use std::{collections::BTreeMap, sync::LazyLock};

    use wx_proto::transitions::{Transition, table};

    use super::{Client, Coverage};

    struct Known {
        rows: Vec<Transition>,
        /// The row of each transition; none for one that is left alone.
        places: BTreeMap<Transition, Option<usize>>,
    }

    static KNOWN: LazyLock<Known> = LazyLock::new(|| {
        let table = table();
        let ignored = table.ignored.into_iter().map(|transition| (transition, None));
        let rows = table.rows.iter().enumerate();
        let taken = rows.map(|(place, row)| (row.clone(), Some(place)));
        Known { places: ignored.chain(taken).collect(), rows: table.rows }
    });

    impl Coverage {
        /// Takes the transitions that a client took since the last time.
        ///
        /// # Errors
        /// One that is not in the table.
        pub fn try_take_from(&mut self, client: &mut Client) -> Result<(), String> {
            for transition in client.take_transitions() {
                match KNOWN.places.get(&transition) {
                    Some(Some(place)) => drop(self.rows.insert(*place)),
                    Some(None) => drop(self.ignored.insert(transition.to_string())),
                    None => return Err(transition.to_string()),
                }
            }
            Ok(())
        }

        /// How many rows of how many were taken.
        pub fn reached(&self) -> (usize, usize) {
            (self.rows.len(), KNOWN.rows.len())
        }

        /// The rows that were not taken.
        pub fn missing(&self) -> Vec<String> {
            let rows = KNOWN.rows.iter().enumerate();
            rows.filter(|(place, _)| !self.rows.contains(place)).map(|(_, row)| row.to_string()).collect()
        }
    }
}

#[cfg(not(feature = "transitions"))]
impl Coverage {
    /// Takes the transitions that a client took since the last time: none without the feature `transitions`.
    ///
    /// # Errors
    /// One that is not in the table.
    #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "the form it has with the feature")]
    pub const fn try_take_from(&mut self, _client: &mut Client) -> Result<(), String> {
        Ok(())
    }

    /// How many rows of how many were taken.
    #[allow(clippy::unused_self, reason = "the form it has with the feature")]
    pub const fn reached(&self) -> (usize, usize) {
        (0, 0)
    }

    /// The rows that were not taken.
    #[allow(clippy::unused_self, reason = "the form it has with the feature")]
    pub const fn missing(&self) -> Vec<String> {
        Vec::new()
    }
}
