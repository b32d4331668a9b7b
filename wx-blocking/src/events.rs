//! The application's side of the event queue.

use wx_proto::Event;

use crate::Client;

/// The events of a [`Client`] as they come; `next` blocks. It ends when the client is
/// [interrupted](crate::Handle::interrupt) or its loop ends, not at a logout: another login may follow.
///
/// An application that reads slowly sees every batch, phase and outcome and the newest checkpoint, but of the rest only
/// the newest of each kind once many wait, and of many thousand changes of contacts only the last. Outcomes that nobody
/// reads, [waits](crate::Pending) for or [forgets](crate::Handle::forget) pile up.
///
/// ```no_run
/// use wx_blocking::{Client, Event};
///
/// fn print(client: &mut Client) {
///     let handle = client.handle();
///     for event in client.events() {
///         if let Event::Batch(batch) = event {
///             batch.messages().iter().for_each(|message| println!("{}", message.content.text()));
///             // Only now may they be gone for good. An error says that the client stopped.
///             let _ = handle.ack(batch.id);
///         }
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Events<'a> {
    client: &'a mut Client,
}

impl<'a> Events<'a> {
    pub(crate) const fn new(client: &'a mut Client) -> Self {
        Self { client }
    }
}

impl Iterator for Events<'_> {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        self.client.take_event(None).ok()
    }
}
