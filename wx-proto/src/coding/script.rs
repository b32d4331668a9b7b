//! Reading script replies: assignments such as `window.code=408;`.
//!
//! Tolerates what sources print of them: blanks around the sign, no separator or a full-width one between
//! statements, straight, curly or no quotes.

use http::StatusCode;

use super::stripped;
use crate::ReplyError;

/// A reply that is a script.
pub(crate) struct Script(String);

impl Script {
    /// The script of a reply: status 200 and a body that is not a web page.
    pub(crate) fn of(status: StatusCode, body: &[u8]) -> Result<Self, ReplyError> {
        let bytes = stripped(status, body)?;
        if bytes.starts_with(b"<") {
            return Err(ReplyError::Html);
        }
        Ok(Self(String::from_utf8_lossy(bytes).into_owned()))
    }

    /// A number, as `None` if nothing of that name is assigned.
    pub(crate) fn number(&self, name: &str) -> Result<Option<i64>, ReplyError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let digits = match value {
            Value::Quoted(text) => text.trim(),
            Value::Bare(text) => {
                let end = |char: char| char.is_whitespace() || ";,}，；".contains(char);
                text.split(end).next().unwrap_or_default()
            }
        };
        let syntax = ReplyError::Syntax { what: "script", line: 0, column: 0 };
        digits.parse().map(Some).map_err(|_| syntax)
    }

    /// A text that is not empty. Without quotes it ends at a blank.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let text = match self.value(name)? {
            Value::Quoted(text) => text.trim(),
            Value::Bare(text) => {
                let word = text.split(char::is_whitespace).next().unwrap_or_default();
                word.trim_end_matches([';', ',', '；', '，'])
            }
        };
        (!text.is_empty()).then_some(text)
    }

    fn value(&self, name: &str) -> Option<Value<'_>> {
        self.0.match_indices(name).find_map(|(start, _)| {
            let (before, after) = self.0.split_at_checked(start)?;
            let part_of_a_name = |char: char| char.is_alphanumeric() || char == '_' || char == '.';
            if before.ends_with(part_of_a_name) {
                return None;
            }
            let after = after.strip_prefix(name)?;
            let after = after.strip_prefix(QUOTES).unwrap_or(after).trim_start();
            let after = after.strip_prefix(['=', ':', '：'])?.trim_start();
            let Some(quote) = after.chars().next().filter(|char| QUOTES.contains(char)) else {
                return Some(Value::Bare(after));
            };
            let closing = match quote {
                '\'' | '‘' | '’' => ['\'', '‘', '’'],
                _ => ['"', '“', '”'],
            };
            let text = after.strip_prefix(quote)?;
            // A quote that is never closed is a body that was cut.
            Some(Value::Quoted(text.split_once(closing)?.0))
        })
    }
}

enum Value<'a> {
    Quoted(&'a str),
    /// Everything to the end of the script.
    Bare(&'a str),
}

const QUOTES: [char; 6] = ['"', '“', '”', '\'', '‘', '’'];

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &str) -> Script {
        Script::of(StatusCode::OK, text.as_bytes()).unwrap()
    }

    #[test]
    fn values_in_all_their_dresses() {
        for text in
            ["a.b=7;", "a.b = 7", "\u{feff}a.b\t=\r\n'7';", "x=1;a.b=\"7\"", "{\"a.b\":”7”}", "a.b：7，c"]
        {
            assert_eq!(script(text).number("a.b"), Ok(Some(7)), "{text}");
            assert_eq!(
                script(text).text("a.b"),
                Some(if text.contains("，c") { "7，c" } else { "7" }),
                "{text}"
            );
        }
        for text in ["", "aa.b=7", "x.a.b=7", "a.bc=7", "a.b", "a.b 7", "a.b='7"] {
            assert_eq!(script(&format!("-{text}")).number("a.b"), Ok(None), "{text}");
        }
        for text in ["a.b=", "a.b=;", "a.b=''", "a.b=x", "a.b=7x", "a.b=99999999999999999999", "a.b='7 7'"] {
            assert!(script(text).number("a.b").is_err(), "{text}");
        }
        assert_eq!(script("a='x;y \"z\"' ; b").text("a"), Some("x;y \"z\""));
        assert_eq!(script("a = x;y\nb").text("a"), Some("x;y"));
        assert_eq!(script("a=''; b").text("a"), None);
        assert_eq!(script("a=\"ab; a=\"cd\"").text("a"), Some("ab; a="));
    }

    #[test]
    fn what_is_no_script() {
        let of = |status, body: &[u8]| Script::of(status, body).err();
        assert_eq!(of(StatusCode::OK, b""), Some(ReplyError::Empty));
        assert_eq!(of(StatusCode::OK, b" <html>window.code=200;"), Some(ReplyError::Html));
        assert_eq!(of(StatusCode::BAD_GATEWAY, b"window.code=200;"), Some(ReplyError::Status(502)));
        assert_eq!(of(StatusCode::OK, b"\xff\xfe"), None);
    }
}
