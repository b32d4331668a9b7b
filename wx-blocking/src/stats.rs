//! What a client did so far.

/// Numbers since the client was built.
///
/// ```
/// use wx_blocking::Client;
///
/// let client = Client::builder().build()?;
/// let stats = client.handle().stats();
/// assert_eq!((stats.requests, stats.messages), (0, 0), "nothing happens before a login");
/// # Ok::<(), wx_blocking::BuildError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Stats {
    /// Requests started.
    pub requests: u64,
    /// Requests that came to an end, whatever it was.
    pub replies: u64,
    /// Batches handed to the application.
    pub batches: u64,
    /// Messages in them.
    pub messages: u64,
    /// Messages of the batches that were acknowledged.
    pub acknowledged: u64,
    /// Sends that the server stored.
    pub sent: u64,
    /// Sends that ended in any other way.
    pub failed: u64,
    /// Times the session was stored.
    pub stores: u64,
}
