//! Where the client stands, in a few words for the status line.

use wx_proto::{BatchContent, Content, Event, Phase, Timestamp};

use crate::{screen::days, texts::lang::Lang};

/// What a person who waits wants to know.
#[derive(Debug, Default)]
pub(crate) struct ClientState {
    stage: Stage,
    outage: bool,
    messages: u64,
    /// The newest message's time.
    last: Option<Timestamp>,
}

#[derive(Debug, Default)]
enum Stage {
    #[default]
    Connecting,
    AwaitScan,
    AwaitConfirm,
    Starting,
    Online,
    Over,
}

impl ClientState {
    pub(crate) fn see(&mut self, event: &Event) {
        match event {
            Event::Phase(phase) => self.stage = Stage::of(phase),
            Event::Offline { .. } => self.outage = true,
            Event::Online => self.outage = false,
            Event::Batch(batch) => {
                if let BatchContent::Messages(messages) = &batch.content {
                    for message in
                        messages.iter().filter(|message| !matches!(message.content, Content::Status(_)))
                    {
                        self.messages = self.messages.saturating_add(1);
                        self.last = self.last.max(Some(message.time));
                    }
                }
            }
            Event::QrCode(_)
            | Event::Scanned { .. }
            | Event::Declined
            | Event::WrongEntry { .. }
            | Event::LoggedIn { .. }
            | Event::Resume { .. }
            | Event::Contacts(_)
            | Event::ContactChanged(_)
            | Event::ContactRemoved(_)
            | Event::Checkpoint { .. }
            | Event::Done { .. }
            | Event::Trouble { .. }
            | Event::Transfer(_)
            | _ => {}
        }
    }

    pub(crate) const fn is_offline(&self) -> bool {
        self.outage
    }

    /// Empty when there is nothing to wait for. `next_try` is when the next request leaves, if none is under way.
    pub(crate) fn text(&self, lang: Lang, now: Timestamp, next_try: Option<Timestamp>) -> String {
        if self.outage {
            let left = next_try.map(|at| at.saturating_since(now)).unwrap_or_default();
            let seconds = left.as_secs().saturating_add(u64::from(left.subsec_nanos() > 0));
            return if seconds == 0 { lang.offline_trying() } else { lang.offline_until(seconds) };
        }
        match self.stage {
            Stage::Connecting => lang.connecting(),
            Stage::AwaitScan => lang.waiting_for_scan(),
            Stage::AwaitConfirm => lang.waiting_for_confirmation(),
            Stage::Starting => lang.logging_in(),
            Stage::Online => match (self.messages, self.last) {
                (0, _) | (_, None) => lang.online(),
                (1, Some(last)) => lang.online_one(&days::moment(last, now, SCREEN)),
                (count, Some(last)) => lang.online_many(count, &days::moment(last, now, SCREEN)),
            },
            Stage::Over => String::new(),
        }
    }
}

impl Stage {
    const fn of(phase: &Phase) -> Self {
        match phase {
            Phase::AwaitScan => Self::AwaitScan,
            Phase::AwaitConfirm => Self::AwaitConfirm,
            Phase::Starting => Self::Starting,
            Phase::Online => Self::Online,
            Phase::Ended(_) => Self::Over,
            Phase::Idle | _ => Self::Connecting,
        }
    }
}

/// It is on a screen, whatever its size.
const SCREEN: Option<usize> = Some(0);

#[cfg(test)]
mod tests {
    use wx_proto::{Cause, EndReason, Lane};

    use super::*;

    #[test]
    fn an_outage_counts_down() {
        let mut state = ClientState::default();
        let at = Timestamp::from_secs;
        let text = |state: &ClientState, next: Option<u64>| {
            state.text(Lang::En, at(100), next.map(Timestamp::from_secs))
        };
        assert_eq!(text(&state, None), "connecting");
        state.see(&Event::Phase(Phase::Online));
        let (cause, retry_at) = (Cause::Store, at(200));
        state.see(&Event::Trouble { lane: Lane::LongPoll, cause: cause.clone(), attempt: 1, retry_at });
        assert_eq!(text(&state, Some(125)), "online");
        state.see(&Event::Offline { cause, retry_at });
        assert_eq!(text(&state, Some(108)), "offline, next try in 8 s");
        assert_eq!(
            state.text(Lang::Zh, Timestamp::from_millis(107_999), Some(at(108))),
            "已断线，1 秒后重试"
        );
        for under_way in [None, Some(100), Some(99)] {
            assert_eq!(text(&state, under_way), "offline, trying now");
        }
        state.see(&Event::Online);
        assert_eq!(text(&state, Some(125)), "online");
        state.see(&Event::Phase(Phase::Ended(EndReason::LoggedOut)));
        assert_eq!(text(&state, None), "");
    }
}
