//! Requests that wait, requests in flight, and the watchdog over each.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use crate::{ClientTime, Lane, RequestId, endpoint::Call, host::Host};

/// How long after its own timeouts a request that the driver lost is given up.
const GRACE: Duration = Duration::from_secs(5);

#[derive(Clone, Debug)]
struct Scheduled {
    call: Call,
    at: ClientTime,
    /// True if the rates hold it back.
    rated: bool,
}

impl Scheduled {
    fn at(&self, open: ClientTime) -> ClientTime {
        if self.rated { self.at.max(open) } else { self.at }
    }
}

/// A request that is out.
#[derive(Clone, Debug)]
pub(super) struct Flight {
    pub(super) call: Call,
    /// When it was started.
    pub(super) begun: ClientTime,
    /// Where it went, for the cookies of its reply.
    pub(super) host: Host,
    pub(super) path: Box<str>,
    pub(super) rated: bool,
    watchdog: ClientTime,
}

#[derive(Clone, Debug, Default)]
struct Queue {
    waiting: VecDeque<Scheduled>,
    in_flight: usize,
    last_start: ClientTime,
}

impl Queue {
    /// When the next call may start; those that the rates hold back not before `open`.
    fn next_at(&self, width: usize, open: ClientTime) -> Option<ClientTime> {
        let free = self.in_flight < width;
        if free { self.waiting.iter().map(|scheduled| scheduled.at(open)).min() } else { None }
    }
}

/// The queues of all lanes and the table of what is in flight.
#[derive(Clone, Debug, Default)]
pub(super) struct Lanes {
    control: Queue,
    long_poll: Queue,
    send: Queue,
    transfer: Queue,
    flights: BTreeMap<RequestId, Flight>,
    aborts: VecDeque<RequestId>,
    last_id: u64,
}

impl Lanes {
    /// Request ids come after this one.
    pub(super) const fn count_from(&mut self, id: u64) {
        self.last_id = id;
    }

    /// Lets a call start at `at`, when its lane is free and, if it is `rated`, the rates allow.
    pub(super) fn schedule(&mut self, call: Call, at: ClientTime, rated: bool) {
        self.queue(call.lane()).waiting.push_back(Scheduled { call, at, rated });
    }

    /// Takes back what waits in a lane.
    pub(super) fn unschedule(&mut self, lane: Lane) {
        self.queue(lane).waiting.clear();
    }

    /// The next call whose time has come, and whether it is rated. The rates are open from `open` on.
    pub(super) fn next_due(&mut self, now: ClientTime, open: ClientTime) -> Option<(Call, bool)> {
        for lane in Lane::ALL {
            let queue = self.queue(lane);
            if queue.next_at(width(lane), open).is_some_and(|at| at <= now) {
                let place = queue.waiting.iter().position(|scheduled| scheduled.at(open) <= now)?;
                return queue.waiting.remove(place).map(|scheduled| (scheduled.call, scheduled.rated));
            }
        }
        None
    }

    /// Notes that a call is out.
    pub(super) fn begin(
        &mut self,
        call: Call,
        rated: bool,
        to: (Host, Box<str>),
        now: ClientTime,
    ) -> RequestId {
        self.last_id += 1;
        let id = RequestId::new(self.last_id);
        let timeouts = call.spec().timeouts;
        let watchdog = now + timeouts.total.unwrap_or(timeouts.idle) + GRACE;
        let queue = self.queue(call.lane());
        queue.in_flight += 1;
        queue.last_start = now;
        let (host, path) = to;
        self.flights.insert(id, Flight { call, begun: now, host, path, rated, watchdog });
        id
    }

    /// Notes that bytes of a request or its reply pass: the watchdog of one that may take as long as it likes starts anew.
    /// `None` if it is late, given up or unknown.
    pub(super) fn progress(&mut self, id: RequestId, now: ClientTime) -> Option<&Call> {
        let flight = self.flights.get_mut(&id)?;
        let timeouts = flight.call.spec().timeouts;
        if timeouts.total.is_none() {
            flight.watchdog = now + timeouts.idle + GRACE;
        }
        Some(&flight.call)
    }

    /// Takes a request off the table; `None` if it is late, given up or unknown.
    pub(super) fn finish(&mut self, id: RequestId) -> Option<Flight> {
        let flight = self.flights.remove(&id)?;
        let queue = self.queue(flight.call.lane());
        queue.in_flight = queue.in_flight.saturating_sub(1);
        Some(flight)
    }

    /// Gives up a request whose driver never answered.
    pub(super) fn overdue(&mut self, now: ClientTime) -> Option<Flight> {
        let id = self.flights.iter().find(|(_, flight)| flight.watchdog <= now).map(|(id, _)| *id)?;
        self.aborts.push_back(id);
        self.finish(id)
    }

    /// Gives up the requests that `which` picks, waiting or in flight; gives their calls.
    pub(super) fn give_up(&mut self, which: impl Fn(&Call) -> bool) -> Vec<Call> {
        let mut calls = Vec::new();
        for lane in Lane::ALL {
            self.queue(lane).waiting.retain(|scheduled| {
                let picked = which(&scheduled.call);
                if picked {
                    calls.push(scheduled.call.clone());
                }
                !picked
            });
        }
        let ids: Vec<RequestId> =
            self.flights.iter().filter(|(_, flight)| which(&flight.call)).map(|(id, _)| *id).collect();
        for id in ids {
            calls.extend(self.finish(id).map(|flight| flight.call));
            self.aborts.push_back(id);
        }
        calls
    }

    pub(super) fn next_abort(&mut self) -> Option<RequestId> {
        self.aborts.pop_front()
    }

    pub(super) fn in_flight(&self, which: impl Fn(&Call) -> bool) -> bool {
        self.flights.values().any(|flight| which(&flight.call))
    }

    pub(super) const fn last_start(&self, lane: Lane) -> ClientTime {
        self.queue_of(lane).last_start
    }

    /// When the next call may start or the next watchdog gives a request up.
    pub(super) fn deadline(&self, open: ClientTime) -> Option<ClientTime> {
        let starts = Lane::ALL.iter().filter_map(|lane| self.queue_of(*lane).next_at(width(*lane), open));
        starts.chain(self.flights.values().map(|flight| flight.watchdog)).min()
    }

    const fn queue(&mut self, lane: Lane) -> &mut Queue {
        match lane {
            Lane::Control => &mut self.control,
            Lane::LongPoll => &mut self.long_poll,
            Lane::Send => &mut self.send,
            Lane::Transfer => &mut self.transfer,
        }
    }

    const fn queue_of(&self, lane: Lane) -> &Queue {
        match lane {
            Lane::Control => &self.control,
            Lane::LongPoll => &self.long_poll,
            Lane::Send => &self.send,
            Lane::Transfer => &self.transfer,
        }
    }
}

/// Requests of a lane that may be out at once.
const fn width(lane: Lane) -> usize {
    match lane {
        Lane::Control | Lane::LongPoll | Lane::Send => 1,
        Lane::Transfer => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_does_not_wait_for_what_is_not() {
        let at = ClientTime::from_secs;
        let mut lanes = Lanes::default();
        lanes.schedule(Call::GetContact { seq: 0 }, at(100), false);
        lanes.schedule(Call::StatusNotify, at(10), false);
        assert_eq!((lanes.deadline(at(0)), lanes.next_due(at(9), at(0))), (Some(at(10)), None));
        assert_eq!(lanes.next_due(at(10), at(0)), Some((Call::StatusNotify, false)));
        assert_eq!((lanes.deadline(at(0)), lanes.next_due(at(99), at(0))), (Some(at(100)), None));
    }
}
