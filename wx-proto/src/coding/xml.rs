//! Reading the XML inside messages: phones, years and other clients write it in many ways, and people's words are in it.
//!
//! What can be read is worth more than strictness: end tags may be wrong or missing, the text may stop anywhere, unknown
//! references stay as they are written. Line breaks stay: some are layout, some are people's. Size, depth and number of elements are bounded; entities are never defined, so
//! that nothing in a message can grow.

use std::fmt::Write as _;

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_xml_entity,
    events::{BytesRef, BytesStart, Event},
};

use super::text::plain_text;

/// Longest XML that is read, in bytes.
const LONGEST: usize = 1 << 20;
/// Elements further in are left out.
const DEEPEST: usize = 24;
/// Elements and attributes beyond this number are left out.
const MOST: usize = 20_000;

/// An element: its attributes, its own text, and the elements in it.
#[derive(Debug, Default, Eq, PartialEq)]
pub(crate) struct Node {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Node>,
}

/// Why there is no element.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum XmlError {
    NotXml,
    TooLarge,
}

impl Node {
    /// The outermost element of a content as the server encodes it.
    pub(crate) fn of_content(encoded: &str) -> Result<Self, XmlError> {
        if encoded.len() > LONGEST {
            return Err(XmlError::TooLarge);
        }
        Self::parse(&plain_text(encoded))
    }

    /// The outermost element of `xml`, which may be escaped once more. It must begin with it.
    pub(crate) fn parse(xml: &str) -> Result<Self, XmlError> {
        if xml.len() > LONGEST {
            return Err(XmlError::TooLarge);
        }
        let xml = start(xml);
        if xml.starts_with("&lt;") {
            return read(start(&plain_text(xml))).ok_or(XmlError::NotXml);
        }
        read(xml).ok_or(XmlError::NotXml)
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The first element in it of that name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.is(name))
    }

    /// All elements in it of that name.
    pub(crate) fn children<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'n Self> {
        self.children.iter().filter(move |child| child.is(name))
    }

    /// All elements in it.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter()
    }

    /// The element at the end of a path such as `appmsg/appattach`.
    pub(crate) fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |node, name| node.child(name))
    }

    /// The first element of that name anywhere in it.
    pub(crate) fn find(&self, name: &str) -> Option<&Self> {
        self.children.iter().find_map(|child| if child.is(name) { Some(child) } else { child.find(name) })
    }

    /// Its own text.
    pub(crate) fn words(&self) -> &str {
        self.text.trim()
    }

    /// The text at the end of a path; empty if there is none.
    pub(crate) fn text_at(&self, path: &str) -> &str {
        self.at(path).map_or("", Self::words)
    }

    /// Whether words stand only in its innermost elements, as the server writes notices.
    pub(crate) fn is_tidy(&self) -> bool {
        self.children.is_empty() || (self.words().is_empty() && self.children.iter().all(Self::is_tidy))
    }

    pub(crate) fn number_at(&self, path: &str) -> Option<i64> {
        self.text_at(path).parse().ok()
    }

    /// An attribute; empty if there is none.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        let mut found = self.attributes.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        found.next().map_or("", |(_, value)| value.trim())
    }

    /// A number above 0 in an attribute.
    pub(crate) fn amount(&self, name: &str) -> Option<u64> {
        self.attribute(name).parse().ok().filter(|number| *number > 0)
    }
}

/// Where the XML begins: after blanks, and nothing else. What has words before it was written by people.
fn start(xml: &str) -> &str {
    xml.trim_start_matches(|char: char| char.is_whitespace() || char == '\u{feff}')
}

fn read(xml: &str) -> Option<Node> {
    if !xml.starts_with('<') {
        return None;
    }
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut tree = Tree::default();
    while tree.root.is_none() {
        match reader.read_event() {
            Ok(Event::Start(tag)) => tree.open(&tag),
            Ok(Event::Empty(tag)) => {
                tree.open(&tag);
                tree.close(tag.local_name().as_ref());
            }
            Ok(Event::End(tag)) => tree.close(tag.local_name().as_ref()),
            Ok(Event::Text(text)) => tree.add(&text.xml_content(XmlVersion::Implicit1_0)),
            Ok(Event::CData(text)) => tree.add(&text.xml_content(XmlVersion::Implicit1_0)),
            Ok(Event::GeneralRef(name)) => tree.add_reference(&name),
            Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {}
            // Broken XML: what came before the break stands.
            Ok(Event::Eof) | Err(_) => break,
        }
    }
    tree.finish()
}

/// The elements that are open, and the outermost one once it is closed.
#[derive(Default)]
struct Tree {
    open: Vec<Node>,
    /// Open elements that are left out.
    skipped: usize,
    seen: usize,
    root: Option<Node>,
}

impl Tree {
    fn open(&mut self, tag: &BytesStart<'_>) {
        self.seen = self.seen.saturating_add(1);
        if self.skipped > 0 || self.open.len() >= DEEPEST || self.seen > MOST {
            self.skipped = self.skipped.saturating_add(1);
            return;
        }
        let mut attributes = Vec::new();
        // A broken attribute ends them, for what follows it may be read wrongly.
        for attribute in tag.attributes().with_checks(false).map_while(Result::ok) {
            self.seen = self.seen.saturating_add(1);
            if self.seen <= MOST {
                let name = attribute.key.local_name().as_ref().to_owned();
                attributes.push((name, unescaped(&attribute.value)));
            }
        }
        let name = tag.local_name().as_ref().to_owned();
        self.open.push(Node { name, attributes, text: String::new(), children: Vec::new() });
    }

    /// Ends the innermost open element of that name and all in it. An end without a beginning is left out.
    fn close(&mut self, name: &str) {
        if self.skipped > 0 {
            self.skipped -= 1;
        } else if let Some(at) = self.open.iter().rposition(|node| node.is(name)) {
            while self.open.len() > at {
                self.close_innermost();
            }
        }
    }

    fn close_innermost(&mut self) {
        let Some(node) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(node),
            None => self.root = Some(node),
        }
    }

    fn add(&mut self, text: &str) {
        if self.skipped == 0
            && let Some(node) = self.open.last_mut()
        {
            node.text.push_str(text);
        }
    }

    fn add_reference(&mut self, name: &BytesRef<'_>) {
        if self.skipped == 0
            && let Some(node) = self.open.last_mut()
        {
            resolve(name, &mut node.text);
        }
    }

    fn finish(mut self) -> Option<Node> {
        while !self.open.is_empty() {
            self.close_innermost();
        }
        self.root
    }
}

fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((plain, marked)) = rest.split_once('&') {
        out.push_str(plain);
        // The longest name of interest is `#x10ffff`.
        let end = marked.bytes().take(10).position(|byte| byte == b';');
        match end.and_then(|end| marked.split_at_checked(end)) {
            Some((name, after)) => {
                resolve(&BytesRef::new(name), &mut out);
                rest = after.split_at_checked(1).map_or("", |(_, rest)| rest);
            }
            None => {
                out.push('&');
                rest = marked;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Writes what a reference stands for; an unknown one as it is.
fn resolve(name: &BytesRef<'_>, out: &mut String) {
    match (name.resolve_char_ref(), resolve_xml_entity(name)) {
        (Ok(Some(char)), _) => out.push(char),
        (_, Some(text)) => out.push_str(text),
        (Ok(None) | Err(_), None) => {
            // Writing to a String cannot fail.
            let _ = write!(out, "&{};", &**name);
        }
    }
}

#[cfg(test)]
mod tests;
