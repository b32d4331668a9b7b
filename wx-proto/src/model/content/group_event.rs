//! What system texts tell of a group, in Chinese and English.

use crate::bounds;

/// What happened in a group.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub enum GroupEvent {
    /// People came in.
    Joined {
        /// Who came in.
        who: Vec<Person>,
        /// Who invited them, or whose QR code it was; `None` if the text does not tell.
        by: Option<Person>,
        /// By a QR code instead of an invitation.
        by_code: bool,
    },
    /// People went by themselves.
    Left {
        /// Who went.
        who: Vec<Person>,
    },
    /// People were removed.
    Removed {
        /// Who was removed.
        who: Vec<Person>,
        /// Who did it.
        by: Person,
    },
    /// The group has a new name.
    Renamed {
        /// The new name.
        name: String,
        /// Who did it.
        by: Person,
    },
}

/// A person as a system text names them.
#[derive(Clone, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum Person {
    /// The account itself.
    Me,
    /// Somebody else, by the name that is shown.
    Named(String),
}

impl GroupEvent {
    /// Reads a system text.
    pub(super) fn of_words(text: &str) -> Option<Self> {
        let text = text.trim();
        renamed(text)
            .or_else(|| by_code(text))
            .or_else(|| removed(text))
            .or_else(|| invited(text))
            .or_else(|| left(text))
    }

    /// A stable word for programs.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Joined { .. } => "joined",
            Self::Left { .. } => "left",
            Self::Removed { .. } => "removed",
            Self::Renamed { .. } => "renamed",
        }
    }
}

impl Person {
    /// The name; `None` for the account itself.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Me => None,
            Self::Named(name) => Some(name),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if ["你", "You", "you"].contains(&text) {
            return Some(Self::Me);
        }
        // `" X"` has a blank in it.
        let name = quoted(text).unwrap_or(text).trim();
        (!name.is_empty()).then(|| Self::Named(name.to_owned()))
    }

    /// `"X"`; without the quotes it is no person.
    fn in_quotes(text: &str) -> Option<Self> {
        let text = text.trim();
        (text == "你" || quoted(text).is_some()).then(|| Self::parse(text))?
    }

    /// `"X、Y"`, `"X" and "Y"`, `X, Y`.
    fn list(text: &str) -> Vec<Self> {
        let text = text.trim();
        let within = quoted(text).filter(|inner| !inner.contains('"')).unwrap_or(text);
        within
            .split(['、', ','])
            .flat_map(|part| part.split("\" and \""))
            .filter_map(|part| Self::parse(part.trim().trim_matches('"')))
            .take(bounds::NAMES)
            .collect()
    }
}

fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"')
}

/// `"X"修改群名为“T”`, `"X" changed the group name to "T"`
fn renamed(text: &str) -> Option<GroupEvent> {
    let (who, name) = match text.split_once("修改群名为“") {
        Some((who, name)) => (who, name.strip_suffix('”')?),
        None => {
            let (who, name) = text.split_once(" changed the group name to ")?;
            (who, quoted(name).or_else(|| name.strip_prefix('“')?.strip_suffix('”'))?)
        }
    };
    let by = Person::in_quotes(who).or_else(|| (who == "You").then_some(Person::Me))?;
    Some(GroupEvent::Renamed { name: name.to_owned(), by })
}

/// `" X"通过扫描"Y"分享的二维码加入群聊`, `"X" joined the group chat via the QR Code shared by "Y"`
fn by_code(text: &str) -> Option<GroupEvent> {
    let joined = |who: &str, by: Option<Person>| {
        Some(GroupEvent::Joined { who: vec![Person::in_quotes(who)?], by, by_code: true })
    };
    if let Some((who, rest)) = text.split_once("\"通过扫描") {
        let (owner, end) = rest.rsplit_once("分享的二维码加入")?;
        return if end.starts_with("群聊") || end.starts_with("了群聊") {
            joined(&format!("{who}\""), Person::parse(owner))
        } else {
            None
        };
    }
    let (who, how) = text.split_once("\" joined ")?;
    let how = how.strip_prefix("the ").unwrap_or(how).strip_prefix("group chat via the QR ")?;
    let owner = match how.split_once(" shared by ") {
        Some((_, owner)) => Person::parse(owner),
        None => how.ends_with(" you shared").then_some(Person::Me),
    };
    joined(&format!("{who}\""), owner)
}

/// `你将"X"移出了群聊`, `你被"X"移出群聊`, and in English
fn removed(text: &str) -> Option<GroupEvent> {
    let removed = |who: Vec<Person>, by: Person| Some(GroupEvent::Removed { who, by });
    if let Some(rest) = text.strip_prefix("你将\"") {
        let (who, _) = rest.rsplit_once("\"移出了群聊")?;
        return removed(Person::list(who), Person::Me);
    }
    if let Some(rest) = text.strip_prefix("你被\"") {
        let (by, _) = rest.rsplit_once("\"移出")?;
        return removed(vec![Person::Me], Person::parse(by)?);
    }
    if let Some(by) = text.strip_prefix("You were removed from the group chat by ") {
        return removed(vec![Person::Me], Person::parse(by)?);
    }
    let (who, _) = text.strip_prefix("You removed ")?.rsplit_once(" from the group chat")?;
    removed(Person::list(who), Person::Me)
}

/// `"X"邀请你和"Y"加入了群聊`, `X invited you and Y to the group chat`
fn invited(text: &str) -> Option<GroupEvent> {
    let joined = |who: Vec<Person>, by: Person| {
        (!who.is_empty()).then_some(GroupEvent::Joined { who, by: Some(by), by_code: false })
    };
    let with_me = |others: &str| [Person::Me].into_iter().chain(Person::list(others)).collect();
    let chinese = match text.strip_prefix("你邀请\"") {
        Some(rest) => Some((Person::Me, format!("\"{rest}"))),
        None => (text.strip_prefix('"'))
            .and_then(|rest| rest.split_once("\"邀请"))
            .and_then(|(by, rest)| Some((Person::parse(by)?, rest.to_owned()))),
    };
    if let Some((by, rest)) = chinese {
        let (who, _) = rest.rsplit_once("加入了群聊")?;
        return match who.strip_prefix('你') {
            Some("") => joined(vec![Person::Me], by),
            Some(others) => joined(with_me(others.strip_prefix('和')?), by),
            None => joined(Person::list(quoted(who)?), by),
        };
    }
    let (by, rest) = text.split_once(" invited ")?;
    let by = Person::parse(by)?;
    if rest.starts_with("you to a group chat") || rest == "you to the group chat" {
        return joined(vec![Person::Me], by);
    }
    let (who, _) = rest.rsplit_once(" to the group chat")?;
    match who.strip_prefix("you and ") {
        Some(others) => joined(with_me(others), by),
        None => joined(Person::list(who), by),
    }
}

/// No recording has this text: these are the words it would most likely have.
fn left(text: &str) -> Option<GroupEvent> {
    let ends = ["退出了群聊", "退出群聊", " left the group chat", " has left the group chat"];
    let who = ends.iter().find_map(|end| text.strip_suffix(end))?;
    Some(GroupEvent::Left { who: vec![Person::in_quotes(who)?] })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> Vec<Person> {
        names.iter().map(|name| Person::Named((*name).to_owned())).collect()
    }

    fn x() -> Person {
        Person::Named("X".to_owned())
    }

    #[test]
    fn people_join() {
        let mine = || vec![Person::Me];
        let both = || vec![Person::Me, Person::Named("Y".to_owned())];
        for (text, who, by, by_code) in [
            ("你邀请\"X\"加入了群聊  撤销", named(&["X"]), Some(Person::Me), false),
            ("你邀请\"X、Y\"加入了群聊  ", named(&["X", "Y"]), Some(Person::Me), false),
            ("You invited X to the group chat", named(&["X"]), Some(Person::Me), false),
            ("\"X\"邀请你加入了群聊，群聊参与人还有：A、B", mine(), Some(x()), false),
            ("X invited you to a group chat with A, B", mine(), Some(x()), false),
            ("\"X\"邀请你和\"Y\"加入了群聊", both(), Some(x()), false),
            ("X invited you and Y to the group chat", both(), Some(x()), false),
            ("\"X\"邀请\"Y\"加入了群聊", named(&["Y"]), Some(x()), false),
            ("X invited Y to the group chat", named(&["Y"]), Some(x()), false),
            ("\"X\" invited \"Y\" and \"Z\" to the group chat", named(&["Y", "Z"]), Some(x()), false),
            ("\" X\"通过扫描你分享的二维码加入群聊", named(&["X"]), Some(Person::Me), true),
            ("\" X\" joined group chat via the QR code you shared", named(&["X"]), Some(Person::Me), true),
            ("\" Y\"通过扫描\"X\"分享的二维码加入群聊", named(&["Y"]), Some(x()), true),
            ("\"Y\" joined the group chat via the QR Code shared by \"X\"", named(&["Y"]), Some(x()), true),
        ] {
            let expected = GroupEvent::Joined { who, by, by_code };
            assert_eq!(GroupEvent::of_words(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn people_go() {
        for (text, who, by) in [
            ("你将\"X\"移出了群聊", named(&["X"]), Person::Me),
            ("You removed \"X\" from the group chat", named(&["X"]), Person::Me),
            ("你被\"X\"移出群聊", vec![Person::Me], x()),
            ("You were removed from the group chat by \"X\"", vec![Person::Me], x()),
        ] {
            assert_eq!(GroupEvent::of_words(text), Some(GroupEvent::Removed { who, by }), "{text}");
        }
        for text in ["\"X\"退出了群聊", "\"X\" left the group chat"] {
            assert_eq!(GroupEvent::of_words(text), Some(GroupEvent::Left { who: vec![x()] }), "{text}");
        }
    }

    #[test]
    fn groups_are_renamed() {
        for (text, by) in [
            ("\"X\"修改群名为“T “1””", x()),
            ("你修改群名为“T “1””", Person::Me),
            ("\"X\" changed the group name to \"T “1”\"", x()),
            ("You changed the group name to \"T “1”\"", Person::Me),
        ] {
            let expected = GroupEvent::Renamed { name: "T “1”".to_owned(), by };
            assert_eq!(GroupEvent::of_words(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_texts_tell_nothing() {
        for text in [
            "",
            "\"\"",
            "你已添加了X，现在可以开始聊天了。",
            "X has enabled Friend Confirmation…",
            "邀请加入了群聊",
            "你邀请\"\"加入了群聊",
            "你将\"X\"",
            "你被\"",
            "\"通过扫描",
            "\"X\" joined ",
            " invited ",
            "You removed ",
            "修改群名为“T”",
        ] {
            assert_eq!(GroupEvent::of_words(text), None, "{text}");
        }
    }
}
