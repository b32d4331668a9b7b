//! What a comparison reports.

use std::fmt;

/// The first difference between a request and the recorded one.
///
/// ```
/// use wx_testkit::transcript::{Part, Scenario, Volatile, compare};
///
/// let scenario = Scenario::load("web", "refused")?;
/// let recorded = &scenario.exchanges[0].request;
/// let mut other = recorded.clone();
/// *other.method_mut() = http::Method::PUT;
/// let mismatch = compare(recorded, &other, &Volatile::page()).unwrap_err();
/// assert_eq!(mismatch.part, Part::Method);
/// assert_eq!(mismatch.actual.as_deref(), Some("PUT"));
/// # Ok::<(), wx_testkit::transcript::ReadError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Mismatch {
    /// The recorded request: method and URL without the query.
    pub request: String,
    /// Which part differs.
    pub part: Part,
    /// What was recorded; `None` if nothing.
    pub expected: Option<String>,
    /// What came; `None` if nothing.
    pub actual: Option<String>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
        write!(
            f,
            "{}: {} differs\n  expected: {}\n    actual: {}",
            self.request,
            self.part,
            text(&self.expected),
            text(&self.actual)
        )
    }
}

impl std::error::Error for Mismatch {}

/// A part of a request.
///
/// ```
/// use wx_testkit::transcript::Part;
///
/// let part = Part::Body { at: 17, member: Some("Sid".to_owned()) };
/// assert_eq!(part.to_string(), "the body at byte 17 (Sid)");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Part {
    /// The method.
    Method,
    /// Scheme, host and port.
    Origin,
    /// The path.
    Path,
    /// A query parameter, by its place from 1.
    Query(usize),
    /// All values of a header, by its name in lower case.
    Header(String),
    /// The body.
    Body {
        /// Offset in the recorded body.
        at: usize,
        /// The last member name before that place, in a JSON body.
        member: Option<String>,
    },
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method => f.write_str("the method"),
            Self::Origin => f.write_str("the origin"),
            Self::Path => f.write_str("the path"),
            Self::Query(place) => write!(f, "query parameter {place}"),
            Self::Header(name) => write!(f, "header {name}"),
            Self::Body { at, member: None } => write!(f, "the body at byte {at}"),
            Self::Body { at, member: Some(member) } => write!(f, "the body at byte {at} ({member})"),
        }
    }
}
