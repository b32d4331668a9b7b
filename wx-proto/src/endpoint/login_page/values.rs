//! The values in the login page's XML, read as a browser would: broken markup costs only what it broke.

use std::borrow::Cow;

use quick_xml::{Reader, escape::resolve_xml_entity, events::Event};

/// The text from `<error>` on. A browser may have got it as the text of a web page; then one layer of
/// escaping is taken off.
pub(super) fn error_element(text: &str) -> Option<Cow<'_, str>> {
    let behind = |(start, tag): (usize, &str)| text.get(start.saturating_add(tag.len())..);
    let mut openings = text.match_indices("<error").filter_map(behind);
    // The first alone is looked at to its end: where it has none, none that follows has one.
    let opening = openings.find(|after| after.starts_with(|char: char| char == '>' || char.is_whitespace()));
    if let Some((_, after)) = opening.and_then(|after| after.split_once('>')) {
        return Some(after.into());
    }
    let (_, after) = text.split_once("&lt;error&gt;")?;
    let inside = after.split('<').next().unwrap_or_default();
    let plain =
        inside.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    Some(plain.into())
}

/// The first value of each element that matters, trimmed; `None` if it is missing or empty.
#[derive(Default)]
pub(super) struct Values {
    pub(super) redirecturl: Option<String>,
    pub(super) ret: Option<String>,
    pub(super) message: Option<String>,
    pub(super) skey: Option<String>,
    pub(super) wxsid: Option<String>,
    pub(super) wxuin: Option<String>,
    pub(super) pass_ticket: Option<String>,
}

impl Values {
    /// Reads what follows `<error>`. A value ends at its own closing tag or, if that is missing, at the next
    /// element that matters or at `</error>`. One that runs into the end of the text may have been cut: only
    /// the message is then taken, for people can see that it was.
    pub(super) fn read(xml: &str) -> Self {
        let mut values = Self::default();
        let mut reader = Reader::from_str(xml);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.allow_unmatched_ends = true;
        config.check_end_names = false;

        // The element whose value is being read, and the value so far.
        let mut open: Option<(String, String)> = None;
        loop {
            let event = reader.read_event();
            let piece: Cow<'_, str> = match event {
                Ok(Event::Text(text)) => text.into_inner(),
                Ok(Event::CData(text)) => text.into_inner(),
                Ok(Event::GeneralRef(reference)) => match reference.resolve_char_ref() {
                    Ok(Some(char)) => char.to_string().into(),
                    Ok(None) | Err(_) => match resolve_xml_entity(&reference) {
                        Some(text) => text.into(),
                        None => format!("&{};", &*reference).into(),
                    },
                },
                Ok(Event::Start(tag)) => {
                    let name = tag.name().0.to_owned();
                    if values.slot(&name).is_some() {
                        values.close(open.take());
                        open = Some((name, String::new()));
                    }
                    continue;
                }
                Ok(Event::End(tag)) => {
                    let name = tag.name().0;
                    if name == "error" || open.as_ref().is_some_and(|(open, _)| open == name) {
                        values.close(open.take());
                    }
                    if name == "error" {
                        return values;
                    }
                    continue;
                }
                Ok(
                    Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_),
                ) => {
                    continue;
                }
                Ok(Event::Eof) | Err(_) => {
                    values.close(open.filter(|(name, _)| name == "message"));
                    return values;
                }
            };
            if let Some((_, value)) = &mut open {
                value.push_str(&piece);
            }
        }
    }

    fn close(&mut self, element: Option<(String, String)>) {
        let Some((name, value)) = element else { return };
        let value = value.trim();
        if let Some(slot) = self.slot(&name)
            && slot.is_none()
            && !value.is_empty()
        {
            *slot = Some(value.to_owned());
        }
    }

    fn slot(&mut self, name: &str) -> Option<&mut Option<String>> {
        Some(match name {
            "redirecturl" => &mut self.redirecturl,
            "ret" => &mut self.ret,
            "message" => &mut self.message,
            "skey" => &mut self.skey,
            "wxsid" => &mut self.wxsid,
            "wxuin" => &mut self.wxuin,
            "pass_ticket" => &mut self.pass_ticket,
            _ => return None,
        })
    }
}
