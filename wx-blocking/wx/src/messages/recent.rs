//! What was said lately, to tell what a recalled message said.

use std::collections::{BTreeMap, VecDeque};

use wx_proto::{Content, Event, Message, MsgId, UserName};

use crate::texts::lang::say;

/// The texts of the newest messages of this run; bounded.
#[derive(Debug, Default)]
pub(crate) struct RecentMessages {
    texts: BTreeMap<MsgId, Said>,
    /// The ids, oldest first.
    order: VecDeque<MsgId>,
}

/// What a message said.
#[derive(Debug)]
struct Said {
    /// Where: a notice counts in its own chat only.
    chat: UserName,
    /// For programs.
    text: Box<str>,
    /// For people, where that differs.
    shown: Option<Box<str>>,
}

impl RecentMessages {
    /// How many messages are known.
    const MOST: usize = 1000;
    /// Longest text that is kept, in characters.
    const LONGEST: usize = 400;

    /// Takes the messages of a batch; nothing of other events.
    pub(crate) fn note(&mut self, event: &Event) {
        let Event::Batch(batch) = event else { return };
        for message in batch.messages() {
            self.add(message);
        }
    }

    fn add(&mut self, message: &Message) {
        let Some(id) = &message.id else { return };
        if matches!(message.content, Content::Recalled(_) | Content::Status(_)) || self.texts.contains_key(id)
        {
            return;
        }
        self.remember(id, &message.chat, &message.content.text(), &say().content(&message.content));
    }

    fn remember(&mut self, id: &MsgId, chat: &UserName, text: &str, shown: &str) {
        let cut = |text: &str| match text.char_indices().nth(Self::LONGEST) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
            None => text.into(),
        };
        let said = Said { chat: chat.clone(), text: cut(text), shown: (shown != text).then(|| cut(shown)) };
        self.texts.insert(id.clone(), said);
        self.order.push_back(id.clone());
        while self.order.len() > Self::MOST {
            let oldest = self.order.pop_front();
            oldest.and_then(|id| self.texts.remove(&id));
        }
    }

    /// What the message said that `notice` recalls, if it is still known and was said in the same chat.
    pub(crate) fn recalled(&self, notice: &Message) -> Option<&str> {
        Some(&self.said(notice)?.text)
    }

    /// The same in the language of the interface.
    pub(crate) fn recalled_shown(&self, notice: &Message) -> Option<&str> {
        let Said { text, shown, .. } = self.said(notice)?;
        Some(shown.as_ref().unwrap_or(text))
    }

    fn said(&self, notice: &Message) -> Option<&Said> {
        let Content::Recalled(recalled) = &notice.content else { return None };
        self.texts.get(recalled.recalled.as_ref()?).filter(|said| said.chat == notice.chat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_much_is_remembered() {
        let mut recent = RecentMessages::default();
        for number in 0..=RecentMessages::MOST {
            let (id, chat) = (MsgId::new(number.to_string()), UserName::new("@1"));
            recent.remember(&id, &chat, &"你".repeat(RecentMessages::LONGEST + 1), "");
        }
        assert_eq!((recent.texts.len(), recent.order.len()), (RecentMessages::MOST, RecentMessages::MOST));
        assert!(!recent.texts.contains_key("0") && recent.texts.contains_key("1000"));
        assert!(
            recent
                .texts
                .values()
                .all(|Said { text, .. }| text.chars().count() == RecentMessages::LONGEST + 1
                    && text.ends_with('…'))
        );
    }
}
