//! JSON in the byte layout of the real server.
//!
//! One member a line, no indentation; the closing brace of an object stands on its own line and the comma
//! after it starts the next one; the elements of an array are separated by a newline and `,`; an empty array is
//! `[]`; one newline ends the document. Layout recomputed from captures of 2015 to 2018.

/// A JSON value whose members keep their order.
#[derive(Clone, Debug)]
pub(super) enum Json {
    Int(i64),
    Text(String),
    /// Bytes put in as they are, for replies that are broken on purpose.
    Raw(Vec<u8>),
    Object(Vec<(&'static str, Json)>),
    Array(Vec<Json>),
}

impl Json {
    pub(super) fn render(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Int(value) => out.extend_from_slice(value.to_string().as_bytes()),
            Self::Text(text) => write_text(text, out),
            Self::Raw(bytes) => out.extend_from_slice(bytes),
            Self::Object(members) => write_object(members, out),
            Self::Array(items) => {
                out.push(b'[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    item.write(out);
                }
                out.push(b']');
            }
        }
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u64> for Json {
    /// Ids and times stay below 2^63.
    fn from(value: u64) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Json {
    fn from(value: usize) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Self {
        Self::Array(items)
    }
}

/// An object with its members in this order.
pub(super) fn object<const N: usize>(members: [(&'static str, Json); N]) -> Json {
    Json::Object(members.into())
}

/// The object every JSON reply starts with.
pub(super) fn base_response(ret: i64) -> (&'static str, Json) {
    ("BaseResponse", object([("Ret", ret.into()), ("ErrMsg", "".into())]))
}

fn write_object(members: &[(&'static str, Json)], out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\n");
    let mut after_object = true;
    for (at, (name, value)) in members.iter().enumerate() {
        if at > 0 {
            out.extend_from_slice(b",\n");
        }
        write_text(name, out);
        out.extend_from_slice(b": ");
        value.write(out);
        after_object = matches!(value, Json::Object(_));
        if !after_object && at + 1 == members.len() {
            out.push(b'\n');
        }
    }
    debug_assert!(after_object || out.ends_with(b"\n"), "a member is followed by a newline");
    // The newline after the brace belongs to the object: that is why a comma after it starts a line.
    out.extend_from_slice(b"}\n");
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..=0x1f => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_member_a_line() {
        let json = object([
            base_response(0),
            ("Count", 2_u64.into()),
            ("List", vec![object([("Key", 1_i64.into())]), object([("Key", 2_i64.into())])].into()),
            ("Empty", Vec::new().into()),
        ]);
        let expected = "{\n\"BaseResponse\": {\n\"Ret\": 0,\n\"ErrMsg\": \"\"\n}\n,\n\"Count\": 2,\n\"List\": [{\n\"Key\": 1\n}\n,{\n\"Key\": 2\n}\n],\n\"Empty\": []\n}\n";
        assert_eq!(String::from_utf8(json.render()).unwrap(), expected);
    }

    #[test]
    fn an_object_last_in_an_object() {
        let json = object([("A", object([("B", 1_i64.into())]))]);
        assert_eq!(json.render(), b"{\n\"A\": {\n\"B\": 1\n}\n}\n");
    }

    #[test]
    fn a_reader_gets_the_text_back() {
        let text = "a \"b\" \\ / \t\n\u{1} 微笑😂";
        let json = object([("T", text.into())]);
        let value: serde_json::Value = serde_json::from_slice(&json.render()).unwrap();
        assert_eq!(value["T"], text);
    }
}
