//! What system texts tell of a group.

/// What happened in a group.
///
/// ```
/// use wx_proto::GroupEvent;
///
/// fn new_name(event: &GroupEvent) -> Option<&str> {
///     if let GroupEvent::Renamed { name, .. } = event { Some(name) } else { None }
/// }
/// ```
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
    /// The group has a new owner.
    OwnerChanged {
        /// Who it is now.
        owner: Person,
    },
}

/// A person as a system text names them.
///
/// ```
/// use wx_proto::Person;
///
/// assert_eq!(Person::Named("Anna".to_owned()).name(), Some("Anna"));
/// assert_eq!(Person::Me.name(), None);
/// ```
#[derive(Clone, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum Person {
    /// The account itself.
    Me,
    /// Somebody else, by the name that is shown.
    Named(String),
}

impl GroupEvent {
    /// A stable word for programs.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Joined { .. } => "joined",
            Self::Left { .. } => "left",
            Self::Removed { .. } => "removed",
            Self::Renamed { .. } => "renamed",
            Self::OwnerChanged { .. } => "owner_changed",
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
}

#[cfg(test)]
mod tests {
    use super::{
        super::sentence::{self, Saying},
        *,
    };

    fn event(text: &str) -> Option<GroupEvent> {
        match sentence::read(text) {
            Some(Saying::Event(event)) => Some(event),
            _ => None,
        }
    }

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
            assert_eq!(event(text), Some(expected), "{text}");
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
            assert_eq!(event(text), Some(GroupEvent::Removed { who, by }), "{text}");
        }
        for text in ["\"X\"退出了群聊", "\"X\" left the group chat"] {
            assert_eq!(event(text), Some(GroupEvent::Left { who: vec![x()] }), "{text}");
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
            assert_eq!(event(text), Some(expected), "{text}");
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
            assert_eq!(event(text), None, "{text}");
        }
    }
}
