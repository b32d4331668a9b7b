//! What goes to the peer, in order, written by a thread of its own: whoever has something to say never waits for a
//! peer that does not read, and takes on no more work until there is room again.

use std::{
    collections::VecDeque,
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use wx_proto::{BatchId, OpId};

/// Lines to write together, and what follows from their being written.
#[derive(Debug, Default)]
pub(super) struct Item {
    pub(super) text: String,
    pub(super) then: Vec<AfterWrite>,
}

impl Item {
    /// What it takes while it waits: one without text takes memory too.
    const fn size(&self) -> usize {
        self.text.len() + size_of::<Self>() + self.then.len() * size_of::<AfterWrite>()
    }

    fn is_nothing(&self) -> bool {
        self.text.is_empty() && self.then.is_empty()
    }
}

/// What may be done once the lines are with the peer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum AfterWrite {
    Ack(BatchId),
    Forget(OpId),
}

/// The way out; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Output(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    items: VecDeque<Item>,
    bytes: usize,
    /// An item is on its way.
    is_writing: bool,
    failure: Option<io::Error>,
    /// Nothing is written any more.
    is_closed: bool,
}

impl Output {
    /// Starts the thread that writes to `sink`; `then` is called when an item is written and flushed.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(super) fn start(
        mut sink: impl Write + Send + 'static,
        mut then: impl FnMut(AfterWrite) + Send + 'static,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let writer = Arc::clone(&shared);
        let run = move || {
            while let Some(item) = writer.take() {
                let size = item.size();
                let result = sink.write_all(item.text.as_bytes()).and_then(|()| sink.flush());
                if result.is_ok() {
                    item.then.into_iter().for_each(&mut then);
                }
                writer.written(size, result);
            }
        };
        thread::Builder::new().name("wx-out".to_owned()).spawn(run)?;
        Ok(Self(shared))
    }

    /// Puts an item at the end. It never waits: see [`wait_for_room`](Self::wait_for_room).
    pub(super) fn push(&self, item: Item) {
        let mut state = self.0.lock();
        if !state.is_closed && !item.is_nothing() {
            state.bytes += item.size();
            state.items.push_back(item);
        }
        drop(state);
        self.0.changed.notify_all();
    }

    /// Waits until there is room for more, or nothing is written any more. False if that takes longer than `timeout`.
    pub(super) fn wait_for_room(&self, timeout: Duration) -> bool {
        self.wait(timeout, |state| state.bytes < ROOM)
    }

    /// Waits until everything is written, or nothing is written any more. False if that takes longer than `timeout`.
    pub(super) fn drain(&self, timeout: Duration) -> bool {
        self.wait(timeout, |state| state.items.is_empty() && !state.is_writing)
    }

    /// Why nothing is written any more; told once.
    pub(super) fn take_failure(&self) -> Option<io::Error> {
        self.0.lock().failure.take()
    }

    fn wait(&self, timeout: Duration, goal: impl Fn(&State) -> bool) -> bool {
        let by = Instant::now() + timeout;
        let mut state = self.0.lock();
        while !state.is_closed && !goal(&state) {
            let left = by.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.0.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next item; waits for one. `None` once nothing is written any more.
    fn take(&self) -> Option<Item> {
        let idle = |state: &mut State| !state.is_closed && state.items.is_empty();
        let mut state = self.changed.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
        let item = if state.is_closed { None } else { state.items.pop_front() };
        state.is_writing = item.is_some();
        item
    }

    fn written(&self, size: usize, result: io::Result<()>) {
        let mut state = self.lock();
        state.is_writing = false;
        state.bytes = state.bytes.saturating_sub(size);
        if let Err(error) = result {
            state.failure = Some(error);
            state.is_closed = true;
            state.items.clear();
        }
        drop(state);
        self.changed.notify_all();
    }
}

/// With so many bytes waiting nothing more is taken on.
const ROOM: usize = 256 << 10;

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    /// Writes only what it is allowed to.
    struct Gate(mpsc::Receiver<io::Result<()>>, mpsc::Sender<String>);

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.recv().unwrap()?;
            self.1.send(String::from_utf8_lossy(bytes).into_owned()).unwrap();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_has_no_text_takes_room_too() {
        let (_allow, allowed) = mpsc::channel();
        let (write, _written) = mpsc::channel();
        let out = Output::start(Gate(allowed, write), |_| ()).unwrap();
        out.push(Item { text: "x".to_owned(), then: Vec::new() });
        for _ in 0..ROOM {
            out.push(Item::default());
        }
        assert!(out.wait_for_room(Duration::ZERO), "nothing at all takes nothing");
        for _ in 0..ROOM / size_of::<Item>() {
            out.push(Item { text: String::new(), then: vec![AfterWrite::Forget(OpId::new(1))] });
        }
        assert!(!out.wait_for_room(Duration::ZERO));
    }

    #[test]
    fn nothing_follows_before_it_is_written() {
        let (allow, allowed) = mpsc::channel();
        let (write, written) = mpsc::channel();
        let (tell, told) = mpsc::channel();
        let out = Output::start(Gate(allowed, write), move |then| tell.send(then).unwrap()).unwrap();
        let then = |op| vec![AfterWrite::Forget(OpId::new(op))];
        out.push(Item { text: "x".repeat(ROOM), then: then(1) });
        out.push(Item { text: String::new(), then: then(2) });
        assert!(!out.wait_for_room(Duration::ZERO) && !out.drain(Duration::from_millis(1)));
        assert!(told.try_recv().is_err());
        allow.send(Ok(())).unwrap();
        assert_eq!(written.recv_timeout(LONG).unwrap().len(), ROOM);
        assert!(out.wait_for_room(LONG) && out.drain(LONG));
        assert_eq!([told.recv().unwrap(), told.recv().unwrap()].map(|then| vec![then]), [then(1), then(2)]);

        for _ in 0..3 {
            out.push(Item { text: "y".repeat(ROOM), then: then(3) });
        }
        allow.send(Err(io::ErrorKind::BrokenPipe.into())).unwrap();
        assert!(out.drain(LONG) && out.wait_for_room(LONG));
        assert_eq!(out.take_failure().unwrap().kind(), io::ErrorKind::BrokenPipe);
        assert!(out.take_failure().is_none() && told.try_recv().is_err());
    }
}
