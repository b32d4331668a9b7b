//! Events as lines for people.

use jiff::tz::TimeZone;
use wx_proto::{
    BatchContent, Contacts, Content, Direction, Event, Me, Message, Outcome, ResumeStep, Timestamp,
};

use crate::{
    clean,
    names::Names,
    recent::Recent,
    screen::{BAD, CHAT, DIM, GOOD, NOTE, WHO},
};

/// Longest name of a chat or a person, in columns.
const NAME: usize = 24;

/// The messages of a batch, or its gap; each line ends in a newline.
pub(crate) fn batch(
    content: &BatchContent,
    contacts: &Contacts,
    me: Option<&Me>,
    now: Timestamp,
    recent: &Recent,
) -> String {
    let zone = TimeZone::system();
    match content {
        BatchContent::Gap(gap) => format!(
            "{NOTE}messages since {} may be missing here: look at the phone{NOTE:#}\n",
            time(gap.since, now, &zone)
        ),
        BatchContent::Messages(messages) => messages
            .iter()
            .filter(|message| !matches!(message.content, Content::Status(_)))
            .map(|message| self::message(message, &Names::of(message, contacts, me), now, &zone, recent))
            .collect(),
    }
}

/// What there is to say of an event that is no batch and no QR code.
pub(crate) fn notice(event: &Event) -> Option<String> {
    let text = match event {
        Event::Resume { step: ResumeStep::Qr } => "the stored login is no longer accepted".to_owned(),
        Event::Scanned { .. } => "scanned; confirm on the phone".to_owned(),
        Event::LoggedIn { me, resumed } => {
            let how = if *resumed { " (login resumed)" } else { "" };
            format!("{GOOD}logged in{GOOD:#} as {WHO}{}{WHO:#}{how}", clean::cut(&me.nick_name, NAME))
        }
        Event::Contacts(counts) => {
            format!(
                "contacts: {} friends, {} groups, {} official",
                counts.friends, counts.groups, counts.official
            )
        }
        Event::Offline { cause, .. } => {
            format!("{NOTE}offline{NOTE:#}: {}; trying again", clean::line(&cause.to_string()))
        }
        Event::Online => format!("{GOOD}online again{GOOD:#}"),
        Event::Trouble { cause: cause @ wx_proto::Cause::Store, .. } => {
            format!("{BAD}{cause}{BAD:#}: is the disk full? trying again")
        }
        Event::Done { outcome: Ok(Outcome::Sent(_)), .. } => {
            "a message of an earlier run was sent".to_owned()
        }
        Event::Done { outcome: Err(error), .. } => {
            let error = clean::line(&error.to_string());
            format!("{NOTE}a message of an earlier run was not sent{NOTE:#}: {error}")
        }
        Event::Phase(_)
        | Event::QrCode(_)
        | Event::Resume { .. }
        | Event::ContactChanged(_)
        | Event::ContactRemoved(_)
        | Event::Batch(_)
        | Event::Checkpoint { .. }
        | Event::Done { .. }
        | Event::Trouble { .. }
        | _ => return None,
    };
    Some(text)
}

fn message(message: &Message, names: &Names, now: Timestamp, zone: &TimeZone, recent: &Recent) -> String {
    let mut text = message.content.text();
    if let Some(said) = recent.recalled(&message.content) {
        text = format!("{text}: {said}").into();
    }
    let shown = Shown {
        time: &time(message.time, now, zone),
        group: message.chat.is_group(),
        chat: names.chat.as_deref(),
        sender: names.sender.as_deref(),
        mine: message.direction == Direction::Outgoing,
        spoken: matches!(message.content, Content::Text(_) | Content::Quote(_)),
        text: &text,
    };
    shown.line()
}

/// What a message line shows.
struct Shown<'a> {
    time: &'a str,
    group: bool,
    chat: Option<&'a str>,
    sender: Option<&'a str>,
    mine: bool,
    /// A person's own words, not the server's about it.
    spoken: bool,
    text: &'a str,
}

impl Shown<'_> {
    fn line(&self) -> String {
        let name = |name: Option<&str>, unknown: &str| clean::cut(name.unwrap_or(unknown), NAME);
        let chat = name(self.chat, if self.group { "unnamed group" } else { "unknown" });
        let who = match (self.group, self.mine) {
            (true, true) => format!("{CHAT}[{chat}]{CHAT:#} {WHO}me{WHO:#}"),
            (true, false) if !self.spoken && self.sender.is_none() => format!("{CHAT}[{chat}]{CHAT:#}"),
            (true, false) => {
                format!("{CHAT}[{chat}]{CHAT:#} {WHO}{}{WHO:#}", name(self.sender, "a member"))
            }
            (false, true) => format!("{WHO}me{WHO:#} to {CHAT}{chat}{CHAT:#}"),
            (false, false) => format!("{WHO}{chat}{WHO:#}"),
        };
        let text = clean::block(self.text, self.time.len() + 2);
        let text = if self.spoken { text } else { format!("{DIM}{text}{DIM:#}") };
        format!("{DIM}{}{DIM:#}  {who}: {text}\n", self.time)
    }
}

/// The local time of day; with the date if it is another day.
fn time(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let local = |at: Timestamp| {
        let seconds = i64::try_from(at.as_secs()).ok()?;
        Some(jiff::Timestamp::from_second(seconds).ok()?.to_zoned(zone.clone()))
    };
    match (local(at), local(now)) {
        (Some(at), Some(now)) if at.date() == now.date() => at.strftime("%H:%M").to_string(),
        (Some(at), _) => at.strftime("%Y-%m-%d %H:%M").to_string(),
        (None, _) => "--:--".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(shown: &Shown<'_>) -> String {
        anstream::adapter::strip_str(&shown.line()).to_string()
    }

    fn shown(text: &str) -> Shown<'_> {
        Shown {
            time: "14:05",
            group: true,
            chat: Some("周末爬山"),
            sender: Some("向导老王"),
            mine: false,
            spoken: true,
            text,
        }
    }

    #[test]
    fn lines_of_messages() {
        let group = shown("明天几点？\n早点");
        assert_eq!(plain(&group), "14:05  [周末爬山] 向导老王: 明天几点？\n       早点\n");
        assert_eq!(plain(&Shown { mine: true, ..shown("好") }), "14:05  [周末爬山] me: 好\n");
        assert_eq!(plain(&Shown { sender: None, ..shown("x") }), "14:05  [周末爬山] a member: x\n");
        assert_eq!(
            plain(&Shown { sender: None, spoken: false, ..shown("joined") }),
            "14:05  [周末爬山]: joined\n"
        );
        let chat =
            |text| Shown { group: false, chat: Some("Ada 😂"), sender: Some("Ada 😂"), ..shown(text) };
        assert_eq!(plain(&chat("hi")), "14:05  Ada 😂: hi\n");
        assert_eq!(plain(&Shown { mine: true, ..chat("hi") }), "14:05  me to Ada 😂: hi\n");
        assert_eq!(plain(&Shown { chat: None, ..chat("hi") }), "14:05  unknown: hi\n");
    }

    #[test]
    fn nobody_can_fake_a_line_or_fill_it() {
        let hostile = Shown {
            chat: Some("a\n14:05  boss"),
            sender: Some("\x1b[31m\u{202e}very long name of a member of this group"),
            ..shown("one\r14:05  boss: pay\x1b[2J")
        };
        assert_eq!(
            plain(&hostile),
            "14:05  [a 14:05  boss] [31mvery long name of a…: one\n       14:05  boss: pay[2J\n"
        );
    }

    #[test]
    fn times_of_other_days_have_their_date() {
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        let at = Timestamp::from_secs(1_504_157_627);
        assert_eq!(time(at, at, &zone), "13:33");
        assert_eq!(time(at, Timestamp::from_secs(1_504_257_627), &zone), "2017-08-31 13:33");
        assert_eq!(time(Timestamp::from_millis(u64::MAX), at, &zone), "--:--");
    }
}
