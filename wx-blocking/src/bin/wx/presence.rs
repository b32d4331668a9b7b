//! Where the client stands, in a few words for the status line.

use wx_proto::{BatchContent, Content, Event, Phase, Timestamp};

use crate::{human, lang::Lang};

/// What a person who waits wants to know.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    stand: Stand,
    /// While it lasts, when the next try is due.
    outage: Option<Timestamp>,
    messages: u64,
    /// The newest message's time.
    last: Option<Timestamp>,
}

#[derive(Debug, Default)]
enum Stand {
    #[default]
    Connecting,
    AwaitScan,
    AwaitConfirm,
    Starting,
    Online,
    Over,
}

impl Presence {
    pub(crate) fn see(&mut self, event: &Event) {
        match event {
            Event::Phase(phase) => self.stand = Stand::of(phase),
            Event::Offline { retry_at, .. } => self.outage = Some(*retry_at),
            // While there is no outage a failure is nobody's business.
            Event::Trouble { retry_at, .. } => self.outage = self.outage.map(|_| *retry_at),
            Event::Online => self.outage = None,
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
            | Event::LoggedIn { .. }
            | Event::Resume { .. }
            | Event::Contacts(_)
            | Event::ContactChanged(_)
            | Event::ContactRemoved(_)
            | Event::Checkpoint { .. }
            | Event::Done { .. }
            | _ => {}
        }
    }

    /// Empty when there is nothing to wait for.
    pub(crate) fn text(&self, lang: Lang, now: Timestamp) -> String {
        if let Some(retry_at) = self.outage {
            let left = retry_at.saturating_since(now);
            let seconds = left.as_secs().saturating_add(u64::from(left.subsec_nanos() > 0));
            return if seconds == 0 { lang.offline_trying() } else { lang.offline_until(seconds) };
        }
        match self.stand {
            Stand::Connecting => lang.connecting(),
            Stand::AwaitScan => lang.waiting_for_scan(),
            Stand::AwaitConfirm => lang.waiting_for_confirmation(),
            Stand::Starting => lang.logging_in(),
            Stand::Online => match (self.messages, self.last) {
                (0, _) | (_, None) => lang.online(),
                (1, Some(last)) => lang.online_one(&human::local(last, now)),
                (count, Some(last)) => lang.online_many(count, &human::local(last, now)),
            },
            Stand::Over => String::new(),
        }
    }
}

impl Stand {
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

#[cfg(test)]
mod tests {
    use wx_proto::{Cause, Lane};

    use super::*;

    #[test]
    fn an_outage_counts_down() {
        let mut presence = Presence::default();
        let at = Timestamp::from_secs;
        let text = |presence: &Presence, now| presence.text(Lang::En, at(now));
        assert_eq!(text(&presence, 100), "connecting");
        presence.see(&Event::Phase(Phase::Online));
        let trouble =
            |retry_at| Event::Trouble { lane: Lane::LongPoll, cause: Cause::Store, attempt: 1, retry_at };
        presence.see(&trouble(at(200)));
        assert_eq!(text(&presence, 100), "online");
        presence.see(&Event::Offline { cause: Cause::Store, retry_at: at(108) });
        assert_eq!(text(&presence, 100), "offline, next try in 8 s");
        assert_eq!(text(&presence, 108), "offline, trying now");
        presence.see(&trouble(at(120)));
        assert_eq!(presence.text(Lang::Zh, at(110)), "已断线，10 秒后重试");
        presence.see(&Event::Online);
        assert_eq!(text(&presence, 130), "online");
        presence.see(&Event::Phase(Phase::Ended(wx_proto::EndReason::LoggedOut)));
        assert_eq!(text(&presence, 130), "");
    }
}
