//! Writing a driver: what the core leaves to you.
//!
//! A driver is a loop around [`Client`](crate::Client) and a function that turns a [`Request`](crate::Request) into a
//! [`Reply`](crate::Reply). `examples/smol.rs` is a small one with a connection for each request, `examples/tokio.rs` one with
//! a pool; `wx-blocking` has one on threads. Hold yours against `wx_testkit::conformance`: it runs in half a minute and
//! looks for most of what follows.
//!
//! # The request
//!
//! - It is complete. Add `Host`, `Connection` and `Content-Length`, and no other header.
//! - **Follow no redirect.** A 301 is an answer like any other, and often the one that was waited for. A redirect may lead to
//!   a host that must not see the tokens; the core judges that.
//! - **Keep no cookies.** They are in the core, which stores them.
//! - **Repeat nothing.** Many HTTP libraries send a request again when a pooled connection turns out to be dead. For a message
//!   that is a message twice. Turn it off.
//! - No status is an error: every reply that arrived whole goes to [`Reply::collected`](crate::Reply::collected).
//!
//! # TLS
//!
//! Check the certificate's chain and its name against the host of the URL; take what the platform trusts. A certificate that
//! does not fit ends the exchange with [`FailureKind::Tls`](crate::FailureKind::Tls) before a byte of the request leaves: the
//! first line of a request has tokens in it. There is no case for a switch that turns the check off. A test server has a CA of its
//! own, to be trusted beside the others.
//!
//! # Three timeouts
//!
//! Each request brings its own, and a server may fall silent anywhere.
//!
//! - [`connect_timeout`](crate::Request::connect_timeout): until the connection stands, looking up the name and TLS included.
//! - [`idle_timeout`](crate::Request::idle_timeout): the longest silence after that. It starts anew with each piece of the
//!   reply. A long poll is silent for 25 seconds and is well: its own timeout allows that, a fixed one for all requests does not.
//! - [`total_timeout`](crate::Request::total_timeout): for all of it, against a server that sends a byte now and then.
//!
//! The core has a watchdog for a request that never ends. It comes late, and the connection stays with you: do not
//! rely on it.
//!
//! # What `Sent` means
//!
//! [`Sent::No`](crate::Sent::No) is a promise that the server cannot have acted on the request. The core then sends a message again and
//! says nothing of it. [`Sent::Maybe`](crate::Sent::Maybe) makes the outcome of a repeat say `repeated`.
//!
//! - Say `No` for what fails before the first byte of the body is written: no name, no connection, no trust, a connect
//!   timeout.
//! - Say `Maybe` for everything after it, and whenever you cannot know.
//! - `No` where bytes left hides a message that went out twice. `Maybe` where nothing left frightens people after each outage.
//!
//! # How long a reply may be
//!
//! [`Expect::route`](crate::Expect::route) has the limit, in **decoded** bytes. Undo `Content-Encoding: gzip`, count what comes out, and
//! stop at the limit with [`FailureKind::TooLarge`](crate::FailureKind::TooLarge): a few KiB of gzip can become gigabytes.
//! `Content-Length` is the encoded length and says nothing of that.
//!
//! # Files
//!
//! The core never sees the bytes of a file. A request may have a stretch of one in its body, a reply may go into one.
//!
//! - [`Body::Upload`](crate::Body::Upload): open the file that [`locator`](crate::FileSource::locator) names, and look at its length
//!   and, if [`modified`](crate::FileSource::modified) says it, its time of change **before the first byte leaves**. What cannot
//!   be opened is [`FailureKind::FileUnreadable`](crate::FailureKind::FileUnreadable), what is not as described
//!   [`FailureKind::FileChanged`](crate::FailureKind::FileChanged), both with `Sent::No`. Send the prefix, the stretch and the suffix
//!   with the `Content-Length` of all three, not chunked, and read as you send. If the file ends too early, or has
//!   changed once you have read the stretch, break the connection off: a request that comes whole must be right.
//! - [`Route::Stream`](crate::Route::Stream): write the decoded bytes from its offset on, piece by piece. With the first
//!   piece what lies at the offset and behind it goes; a reply that brings nothing changes nothing. Then say
//!   [`Reply::streamed`](crate::Reply::streamed) with how many bytes are there now and the first
//!   [`Streamed::START`](crate::Streamed::START) of the whole. Of a reply that breaks off, what came stays: say how much is there in
//!   [`Failure::received`](crate::Failure::received), and the next request goes on behind it. What cannot be written, or has
//!   less than the offset in it, is [`FailureKind::FileUnwritable`](crate::FailureKind::FileUnwritable).
//! - Who gives the command says where its bytes go, before the core is polled again: its
//!   [`OpId`](crate::OpId) comes back in the route. Put the file in its place at [`Event::Done`](crate::Event::Done), and drop
//!   it if that is an error.
//! - While a file passes, call [`Client::progress`](crate::Client::progress) about every second. Silence is what
//!   [`idle_timeout`](crate::Request::idle_timeout) counts, in both directions: a chunk that takes minutes is well as long as it moves.
//! - An exchange that was given up must not write any more: the next one may have begun.
//! - [`FileSource`](crate::FileSource) has length and MD5 of the whole file, so it is read once before the command. Its
//!   locator is in the session: an upload goes on in the next process, with a driver that finds the file by it.
//!
//! # Pools
//!
//! The server closes idle connections without a word. A request on such a connection fails, and whether it left is then
//! unknown. So take a new connection for [`Lane::Send`](crate::Lane::Send), or one that was used a moment ago and is still open. For
//! other lanes a pool saves a handshake and a stale connection costs one repeat.
//!
//! A pool counts how long a connection lay idle by a clock that stands still while the computer sleeps. Empty it when
//! [`Clock::take_jump`] says so, before the next request starts.
//!
//! [`Output::Abort`](crate::Output::Abort) closes the connection of its request: one with half a reply on it is of no use. No
//! reply is needed for it.
//!
//! # Clocks and suspend
//!
//! Give the core the wall clock as it is. Steps back and forth are its business. A wait is not measured by that clock: on most
//! systems timers stand still while the computer is suspended, and no timer notices that the clock was set. [`Clock`] takes both
//! clocks and has the answers:
//!
//! - [`update`](Clock::update) gives the time for the core.
//! - [`wait`](Clock::wait) is how long to wait for [`deadline`](crate::Client::deadline): ten seconds at most in one piece, after
//!   which the loop looks again.
//! - [`take_jump`](Clock::take_jump) tells that the computer slept, or that the clock was set forward.
//!
//! After a suspend every connection is dead, but nothing says so to the one who reads from it, and the timeouts of requests that
//! were out begin to count again. Do nothing about those. The core's watchdog counts by the wall clock: the next
//! [`poll`](crate::Client::poll) gives up what is older than its total timeout and five seconds, with
//! [`Output::Abort`](crate::Output::Abort), and asks again. What a shorter sleep interrupted may still be answered, and has what is
//! left of that time.
//!
//! # Storing
//!
//! At [`Event::Checkpoint`](crate::Event::Checkpoint) write [`Client::session`](crate::Client::session) in place of the one before, whole
//! or not at all: a temporary file that is renamed, or a row in a transaction. Then call
//! [`Client::stored`](crate::Client::stored) with its revision; sends and fetches wait for that. If it cannot be written,
//! say so with [`Client::store_failed`](crate::Client::store_failed). Never say that it is stored before it is. The next process
//! goes on with [`Client::restore`](crate::Client::restore) and [`LoginMethod::Auto`](crate::LoginMethod::Auto). The session holds the login: nobody
//! else may read it.
//!
//! # The seed
//!
//! Device ids, message ids and pauses come from the seed. Take a new one from the system for each client, restored ones too:
//! `std::hash::RandomState::new().hash_one(std::process::id())` does, `getrandom` does. A seed that stands in the code gives each
//! copy of the program the same device ids, and all clients ask at the same moments. Fixed seeds are for tests.

mod clock;

pub use clock::{Clock, Reading};
