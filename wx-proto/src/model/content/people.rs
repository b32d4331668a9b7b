//! People shown to other people.

use std::borrow::Cow;

use super::{
    Note,
    source::{Source, first, some},
};
use crate::{
    Secret, UserName,
    coding::{json::Members, text::plain_text, xml::Node},
};

/// A person or an account that somebody shows to the chat, or that the server suggests.
///
/// ```
/// use wx_proto::Card;
///
/// fn line(card: &Card) -> String {
///     format!("{} {}", if card.official { "account" } else { "contact" }, card.nick_name)
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Card {
    /// The user name to ask for friendship with; `None` if the server does not say.
    pub user_name: Option<UserName>,
    /// The name people see.
    pub nick_name: String,
    /// The account id that its owner chose.
    pub alias: Option<String>,
    /// A public account instead of a person.
    pub official: bool,
    /// The place it says it is from; may be empty.
    pub region: String,
    /// What goes with a request for friendship; a secret.
    pub ticket: Option<Secret<String>>,
}

/// Somebody asks to be a friend.
///
/// ```
/// use wx_proto::FriendRequest;
///
/// fn line(request: &FriendRequest) -> String {
///     format!("{} asks: {}", request.nick_name, request.greeting)
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct FriendRequest {
    /// Who asks.
    pub user_name: Option<UserName>,
    /// Their name.
    pub nick_name: String,
    /// The account id that they chose.
    pub alias: Option<String>,
    /// What they wrote.
    pub greeting: String,
    /// How they found the account: the server's number, for example 3 by searching, 14 in a group, 17 by a card.
    pub scene: Option<i64>,
    /// The place they say they are from; may be empty.
    pub region: String,
    /// What goes back with the acceptance; a secret.
    pub ticket: Option<Secret<String>>,
}

/// The same of both.
struct Person<'a> {
    info: Members<'a>,
    msg: Option<Node>,
}

impl Card {
    pub(super) fn decode(source: &Source<'_>) -> Result<Self, Note> {
        let person = Person::of(source)?;
        let flags = |text: &str| text.parse::<i64>().is_ok_and(|flags| flags != 0);
        let official = match person.info.number("VerifyFlag") {
            Some(flags) if flags != 0 => true,
            Some(_) | None => flags(person.attribute("certflag")),
        };
        Ok(Self {
            user_name: person.user_name(),
            nick_name: person.either("NickName", "nickname"),
            alias: some(&person.either("Alias", "alias")),
            official,
            region: person.region(),
            ticket: person.ticket("antispamticket"),
        })
    }

    /// One inside a forwarded history: the XML of a card in a text, else a name.
    pub(super) fn of_record(item: &Node) -> Self {
        let msg = Node::parse(item.text_at("datadesc")).ok();
        let attribute = |name| msg.as_ref().map_or("", |msg| msg.attribute(name));
        let channel = || item.text_at("finderShareNameCard/nickname");
        let words = if msg.is_none() { item.text_at("datadesc") } else { "" };
        let names = [attribute("nickname"), channel(), item.text_at("datatitle"), words];
        Self {
            user_name: None,
            nick_name: first(names.map(Into::into)),
            alias: some(attribute("alias")),
            official: attribute("certflag").parse::<i64>().is_ok_and(|flags| flags != 0),
            region: String::new(),
            ticket: None,
        }
    }

    pub(super) fn detail(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.nick_name)
    }
}

impl FriendRequest {
    pub(super) fn decode(source: &Source<'_>) -> Result<Self, Note> {
        let person = Person::of(source)?;
        let scene = person.info.number("Scene").filter(|scene| *scene != 0);
        let old = || source.members.text("Ticket").into_owned();
        Ok(Self {
            user_name: person.user_name(),
            nick_name: person.either("NickName", "fromnickname"),
            alias: some(&person.either("Alias", "alias")),
            greeting: person.either("Content", "content"),
            scene: scene.or_else(|| person.attribute("scene").parse().ok()),
            region: person.region(),
            ticket: person.ticket("ticket").or_else(|| some(&old()).map(Secret::new)),
        })
    }

    pub(super) fn detail(&self) -> Cow<'_, str> {
        let colon = if self.greeting.is_empty() { "" } else { ": " };
        format!("{}{colon}{}", self.nick_name, self.greeting).into()
    }
}

impl<'a> Person<'a> {
    /// The members are enough, and so is the XML.
    fn of(source: &Source<'a>) -> Result<Self, Note> {
        let info = source.members.object("RecommendInfo").unwrap_or_default();
        let named = !info.text("UserName").is_empty() || !info.text("NickName").is_empty();
        let xml = source.xml();
        if !named {
            let msg = xml.as_ref().map_err(|note| *note)?;
            if ["nickname", "fromnickname"].iter().all(|name| msg.attribute(name).is_empty()) {
                return Err(Note::Incomplete);
            }
        }
        Ok(Self { info, msg: xml.ok() })
    }

    fn attribute(&self, name: &str) -> &str {
        self.msg.as_ref().map_or("", |msg| msg.attribute(name))
    }

    fn either(&self, member: &str, attribute: &str) -> String {
        first([plain_text(&self.info.text(member)).into(), self.attribute(attribute).into()])
    }

    /// The name that requests take is the member's; the XML has lasting ids.
    fn user_name(&self) -> Option<UserName> {
        self.info.user_name("UserName")
    }

    fn region(&self) -> String {
        let province = self.either("Province", "province");
        let city = self.either("City", "city");
        if province.is_empty() || city.is_empty() { province + &city } else { format!("{province} {city}") }
    }

    fn ticket(&self, attribute: &str) -> Option<Secret<String>> {
        let ticket = first([self.info.text("Ticket"), self.attribute(attribute).into()]);
        some(&ticket).map(Secret::new)
    }
}
