//! Between TLS and the socket.

use std::{
    io::{self, IoSlice, Read, Write},
    sync::Arc,
    time::Instant,
};

use ureq::unversioned::transport::{NextTimeout, Transport, TransportAdapter, time};

/// A transport that TLS reads from and writes to. Records that are ready together leave together: ureq's own adapter
/// makes a system call of each.
pub(super) struct Records {
    adapter: TransportAdapter,
    timeout: NextTimeout,
    since: Instant,
}

impl Records {
    pub(super) fn new(
        transport: Box<dyn Transport>,
        current_time: Arc<dyn Fn() -> time::Instant + Send + Sync>,
    ) -> Self {
        let adapter = TransportAdapter::new(transport, current_time);
        Self { adapter, timeout: NextTimeout::default(), since: Instant::now() }
    }

    /// All that follows may take so long.
    pub(super) fn set_timeout(&mut self, timeout: NextTimeout) {
        self.adapter.set_timeout(timeout);
        (self.timeout, self.since) = (timeout, Instant::now());
    }

    pub(super) fn transport(&mut self) -> &mut dyn Transport {
        self.adapter.get_mut()
    }

    fn left(&self) -> NextTimeout {
        let after = match self.timeout.after {
            time::Duration::Exact(limit) => limit.saturating_sub(self.since.elapsed()).into(),
            time::Duration::NotHappening => time::Duration::NotHappening,
        };
        NextTimeout { after, ..self.timeout }
    }
}

impl Read for Records {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.adapter.read(buf)
    }
}

impl Write for Records {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.adapter.write(buf)
    }

    fn write_vectored(&mut self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
        let left = self.left();
        let transport = self.transport();
        let (mut room, mut amount) = (transport.buffers().output(), 0);
        for buf in bufs {
            let length = buf.len().min(room.len());
            let (place, rest) = room.split_at_mut(length);
            place.copy_from_slice(buf.get(..length).unwrap_or_default());
            (room, amount) = (rest, amount + length);
        }
        transport.transmit_output(amount, left).map_err(ureq::Error::into_io)?;
        Ok(amount)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.adapter.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use ureq::unversioned::transport::{Buffers, LazyBuffers};

    use super::*;

    /// Takes whatever is written, and tells it piece by piece.
    #[derive(Debug)]
    struct Fake {
        buffers: LazyBuffers,
        written: Arc<Mutex<Vec<Vec<u8>>>>,
    }

    impl Transport for Fake {
        fn buffers(&mut self) -> &mut dyn Buffers {
            &mut self.buffers
        }

        fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
            if *timeout.after == std::time::Duration::ZERO {
                return Err(ureq::Error::Timeout(timeout.reason));
            }
            self.written.lock().unwrap().push(self.buffers.output()[..amount].to_vec());
            Ok(())
        }

        fn await_input(&mut self, _: NextTimeout) -> Result<bool, ureq::Error> {
            Ok(false)
        }

        fn is_open(&mut self) -> bool {
            true
        }
    }

    #[test]
    fn what_is_ready_leaves_at_once_as_far_as_there_is_room() {
        let written = Arc::default();
        let fake = Fake { buffers: LazyBuffers::new(8, 8), written: Arc::clone(&written) };
        let mut records = Records::new(Box::new(fake), Arc::new(time::Instant::now));
        let ready = [b"abc", b"def", b"ghi"].map(|piece| IoSlice::new(piece));
        assert_eq!(records.write_vectored(&ready[..2]).unwrap(), 6);
        assert_eq!(records.write_vectored(&ready).unwrap(), 8);
        assert_eq!(*written.lock().unwrap(), [&b"abcdef"[..], b"abcdefgh"]);
        let now = NextTimeout { after: time::Duration::from_secs(0), ..NextTimeout::default() };
        records.set_timeout(now);
        assert!(records.write_vectored(&ready).is_err(), "its time is up");
    }
}
