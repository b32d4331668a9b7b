//! Events as lines for people.

use wx_proto::{
    BatchContent, ContactCounts, Contacts, Content, Direction, Event, Me, Message, Outcome, ResumeStep,
    Timestamp, UserName,
};

use crate::{
    messages::{
        names::{Names, text_of},
        recent::RecentMessages,
    },
    palette::{CHAT, DIM, WHO},
    screen::{
        clean,
        days::{self, Days},
        wrap,
    },
    texts::lang::say,
};

/// The messages of a batch, or its gap, for a terminal of so many columns; each line ends in a newline.
pub(crate) fn batch(
    content: &BatchContent,
    contacts: &Contacts,
    me: Option<&Me>,
    now: Timestamp,
    columns: Option<usize>,
    recent: &RecentMessages,
    days: &mut Days,
) -> String {
    match content {
        BatchContent::Gap(gap) => {
            let since = days::moment(gap.since, now, columns);
            format!("{}\n", wrap::wrap(&say().gap(&since), columns, 2))
        }
        BatchContent::Messages(messages) => messages
            .iter()
            .filter(|message| says_something(message))
            .map(|message| {
                let (title, label) = days.label(message.time, now, columns);
                let names = Names::of(message, contacts, me);
                title + &self::message(message, &names, contacts, &label, columns, recent)
            })
            .collect(),
    }
}

/// Whether there is something to see: what the phone does with its chats, and empty words of the server, are nothing.
fn says_something(message: &Message) -> bool {
    if let Content::System(system) = &message.content {
        return wrap::width(clean::block(&system.text, 0).trim()) > 0;
    }
    !matches!(message.content, Content::Status(_))
}

/// What there is to say of an event that is no batch and no QR code.
pub(crate) fn notice(event: &Event) -> Option<String> {
    let say = say();
    let text = match event {
        Event::Resume { step: ResumeStep::Qr } => say.stored_login_refused(),
        Event::Scanned { .. } => say.scanned(),
        Event::WrongEntry { next, .. } => say.wrong_entry(next.as_str()),
        Event::LoggedIn { me, resumed } => {
            let name = clean::cut(&me.nick_name, NAME);
            if *resumed { say.login_resumed(&name) } else { say.logged_in(&name) }
        }
        // Nobody is there in the file helper.
        Event::Contacts(ContactCounts { friends: 0, groups: 0, official: 0, .. }) => return None,
        Event::Contacts(counts) => say.contacts_loaded(counts.friends, counts.groups, counts.official),
        Event::Offline { cause, .. } => say.offline(&clean::line(&say.cause(cause))),
        Event::Online => say.online_again(),
        Event::Trouble { cause: cause @ wx_proto::Cause::Store, .. } => say.store_trouble(&say.cause(cause)),
        Event::Trouble { cause: cause @ wx_proto::Cause::ChecksLost, .. } => say.cause(cause),
        Event::Done { outcome: Ok(Outcome::Sent(_)), .. } => say.earlier_sent(),
        Event::Done { outcome: Err(error), .. } => say.earlier_not_sent(&clean::line(&say.op_error(error))),
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

/// A line of one's own, which just left.
pub(crate) fn sent(label: &str, chat: &str, text: &str, columns: Option<usize>) -> String {
    let who = say().me_to(&clean::cut(chat, name_width(columns)));
    line(label, &who, text, columns)
}

fn message(
    message: &Message,
    names: &Names,
    contacts: &Contacts,
    label: &str,
    columns: Option<usize>,
    recent: &RecentMessages,
) -> String {
    let mut text = say().content(&message.content);
    if matches!(&message.content, Content::Pat(pat) if !pat.text.is_empty()) {
        text = text_of(message, contacts);
    }
    if let Some(said) = recent.recalled_shown(message) {
        text = format!("{text}: {said}").into();
    }
    let helper = (message.chat.as_str() == UserName::FILE_HELPER).then(|| say().file_helper());
    let shown = Shown {
        time: label,
        group: message.chat.is_group(),
        chat: names.chat.as_deref().or(helper.as_deref()),
        sender: names.sender.as_deref(),
        nobodys: message.sender.is_none(),
        mine: message.direction == Direction::Outgoing,
        spoken: matches!(message.content, Content::Text(_) | Content::Quote(_)),
        text: &text,
    };
    shown.line(columns)
}

/// What a message line shows.
struct Shown<'a> {
    time: &'a str,
    group: bool,
    chat: Option<&'a str>,
    sender: Option<&'a str>,
    /// The server wrote it.
    nobodys: bool,
    mine: bool,
    /// A person's own words, not the server's about it.
    spoken: bool,
    text: &'a str,
}

impl Shown<'_> {
    fn line(&self, columns: Option<usize>) -> String {
        let say = say();
        let name = |name: Option<&str>, unknown: String| {
            // What has nothing to see would let the text pass for the name.
            let name = name.map(|name| clean::cut(name, name_width(columns)));
            name.filter(|name| wrap::width(name.trim()) > 0).unwrap_or(unknown)
        };
        let chat = name(self.chat, if self.group { say.unnamed_group() } else { say.unknown() });
        let who = match (self.group, self.mine) {
            _ if self.nobodys && !self.spoken => format!("{CHAT}[{chat}]{CHAT:#}"),
            (true, true) => format!("{CHAT}[{chat}]{CHAT:#} {WHO}{}{WHO:#}", say.me()),
            (true, false) => {
                format!("{CHAT}[{chat}]{CHAT:#} {WHO}{}{WHO:#}", name(self.sender, say.a_member()))
            }
            (false, true) => say.me_to(&chat),
            (false, false) => format!("{WHO}{chat}{WHO:#}"),
        };
        let text = clean::block(self.text, 0);
        let text = if self.spoken { text } else { format!("{DIM}{text}{DIM:#}") };
        line(self.time, &who, &text, columns)
    }
}

/// A line of the stream of messages. Only a line that begins at the left edge is a message: all others are indented.
fn line(label: &str, who: &str, text: &str, columns: Option<usize>) -> String {
    let indent = wrap::width(label) + 2;
    // Little room is better used for the text.
    let indent = columns.map_or(indent, |columns| indent.min(columns / 4).max(2));
    let line = format!("{DIM}{label}{DIM:#}  {who}: {text}");
    format!("{}\n", wrap::wrap(&line, columns, indent))
}

/// The columns that a name may take.
fn name_width(columns: Option<usize>) -> usize {
    columns.map_or(NAME, |columns| (columns / 4).clamp(8, NAME))
}

/// Longest name of a chat or a person, in columns.
const NAME: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(shown: &Shown<'_>) -> String {
        in_columns(shown, None)
    }

    fn in_columns(shown: &Shown<'_>, columns: Option<usize>) -> String {
        anstream::adapter::strip_str(&shown.line(columns)).to_string()
    }

    fn shown(text: &str) -> Shown<'_> {
        Shown {
            time: "14:05",
            group: true,
            chat: Some("周末爬山"),
            sender: Some("向导老王"),
            nobodys: false,
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
            plain(&Shown { sender: None, nobodys: true, spoken: false, ..shown("joined") }),
            "14:05  [周末爬山]: joined\n"
        );
        let chat =
            |text| Shown { group: false, chat: Some("Ada 😂"), sender: Some("Ada 😂"), ..shown(text) };
        assert_eq!(plain(&chat("hi")), "14:05  Ada 😂: hi\n");
        assert_eq!(plain(&Shown { mine: true, ..chat("hi") }), "14:05  me to Ada 😂: hi\n");
        assert_eq!(plain(&Shown { chat: None, ..chat("hi") }), "14:05  unknown: hi\n");
        let notice = Shown { nobodys: true, spoken: false, mine: true, ..chat("recalled") };
        assert_eq!(plain(&notice), "14:05  [Ada 😂]: recalled\n");
    }

    #[test]
    fn trouble_that_lasts_is_told() {
        use wx_proto::{Cause, FailureKind, Lane};
        let told = |cause| {
            let retry_at = Timestamp::from_secs(1);
            notice(&Event::Trouble { lane: Lane::LongPoll, cause, attempt: 1, retry_at })
        };
        assert_eq!(told(Cause::ChecksLost), Some(Cause::ChecksLost.to_string()));
        assert!(told(Cause::Store).is_some());
        let passing = Cause::Network { endpoint: wx_proto::Endpoint::SyncCheck, kind: FailureKind::Closed };
        assert_eq!(told(passing), None);
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
    fn a_name_without_anything_to_see_is_no_name() {
        for empty in ["", " ", "\u{200b}\u{200b}", "\u{202e}"] {
            assert_eq!(
                plain(&Shown { sender: Some(empty), ..shown("x") }),
                "14:05  [周末爬山] a member: x\n"
            );
        }
    }

    #[test]
    fn narrow_and_wide_terminals() {
        let long = shown(
            "我们周六早上七点在南门集合 remember to bring water and https://example.org/a/map/of/the/mountain",
        );
        let in_40 = in_columns(&long, Some(40));
        assert_eq!(
            in_40,
            "14:05  [周末爬山] 向导老王: 我们周六早上\n       七点在南门集合 remember to bring\n       water and\n       \
             https://example.org/a/map/of/the/mountain\n"
        );
        assert_eq!(in_columns(&long, Some(200)).lines().count(), 1);
        let dated = Shown { time: "2017-08-31 13:33", ..shown("one two three four five six seven") };
        assert!(in_columns(&dated, Some(40)).lines().skip(1).all(|line| line.starts_with("          ")));
        let named = Shown { chat: Some("a group with a very long name"), ..shown("x") };
        assert!(in_columns(&named, Some(40)).starts_with("14:05  [a group w…] 向导老王: x"));
    }
}
