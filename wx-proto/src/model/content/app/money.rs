use std::borrow::Cow;

use super::{
    super::{
        sentence::{self, Saying},
        source::{Source, first},
    },
    Parts, stand_in,
};

/// Money from person to person; only the phone takes it.
///
/// ```
/// use wx_proto::Transfer;
///
/// fn line(transfer: &Transfer) -> String {
///     format!("{} {}", transfer.amount.as_deref().unwrap_or("some money"), transfer.memo.as_deref().unwrap_or(""))
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Transfer {
    /// The amount with its sign, for example `￥0.10`.
    pub amount: Option<String>,
    /// The server's words.
    pub description: String,
    /// What the sender wrote with it.
    pub memo: Option<String>,
    /// The server's number for what happened: 1 sent; others follow when it is taken or sent back.
    pub stage: Option<i64>,
}

/// A red packet; only the phone opens it.
///
/// ```
/// use wx_proto::{Content, Message, RedPacket};
///
/// fn wishes(message: &Message) -> Option<&str> {
///     let Content::RedPacket(RedPacket { title, .. }) = &message.content else { return None };
///     Some(title)
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct RedPacket {
    /// What is written on it, or the server's words.
    pub title: String,
}

impl Transfer {
    pub(super) fn decode(parts: &Parts<'_, '_>) -> Self {
        let words = first([parts.description().into(), parts.title().into()]);
        Self {
            amount: parts.some("wcpayinfo/feedesc"),
            description: stand_in::without_request(&words).to_owned(),
            memo: parts.some("wcpayinfo/pay_memo"),
            stage: parts.number("wcpayinfo/paysubtype"),
        }
    }

    /// The server's words for one that the web does not show.
    pub(in super::super) const fn of_words(description: String) -> Self {
        Self { amount: None, description, memo: None, stage: None }
    }

    pub(in super::super) fn detail(&self) -> Cow<'_, str> {
        // The server's words for one say no more than the kind does.
        let is_notice = || sentence::read(&self.description) == Some(Saying::Transfer);
        let words = || if is_notice() { "" } else { &self.description };
        let amount = self.amount.as_deref().unwrap_or_else(words);
        match self.memo.as_deref() {
            None => Cow::Borrowed(amount),
            Some(memo) => format!("{amount}: {memo}").into(),
        }
    }
}

impl RedPacket {
    pub(super) fn decode(parts: &Parts<'_, '_>) -> Self {
        let title = first([
            parts.text("wcpayinfo/receivertitle").into(),
            parts.text("wcpayinfo/sendertitle").into(),
            parts.title().into(),
        ]);
        Self { title }
    }

    /// From a message of another MsgType.
    pub(in super::super) fn of_words(source: &Source<'_>) -> Self {
        Self { title: source.words().trim().to_owned() }
    }

    pub(in super::super) fn detail(&self) -> Cow<'_, str> {
        // The server's words for one say no more than the kind does.
        let is_notice = sentence::read(&self.title) == Some(Saying::RedPacket);
        Cow::Borrowed(if is_notice { "" } else { &self.title })
    }
}
