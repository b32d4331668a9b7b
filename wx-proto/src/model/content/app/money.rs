use std::borrow::Cow;

use super::{
    super::source::{Source, first},
    Parts, stand_in,
};

/// Money from person to person; only the phone takes it.
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

    pub(in super::super) fn detail(&self) -> Cow<'_, str> {
        let amount = self.amount.as_deref().unwrap_or(&self.description);
        match self.memo.as_deref() {
            None => Cow::Borrowed(amount),
            Some(memo) => format!("{amount}: {memo}").into(),
        }
    }
}

impl RedPacket {
    /// The notice that stands for one on the web.
    pub(in super::super) const NOTICE: &str = "收到红包，请在手机上查看";

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
        Cow::Borrowed(if self.title == Self::NOTICE { "" } else { &self.title })
    }
}
