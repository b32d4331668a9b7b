use std::borrow::Cow;

use super::{
    super::{
        MediaRef,
        media_ref::Attachment,
        source::{first, some},
    },
    Parts,
};

/// A file.
///
/// ```
/// use wx_proto::File;
///
/// fn may_be_fetched(file: &File) -> bool {
///     file.media.is_some() && file.size.is_some_and(|bytes| bytes < 1 << 20)
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct File {
    /// Its name, as its sender wrote it: it may hold anything.
    pub name: String,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// The MD5 sum in hex, where the server tells.
    pub md5: Option<String>,
    /// Where to fetch it.
    pub media: Option<MediaRef>,
}

impl File {
    pub(super) fn decode(parts: &Parts<'_, '_>) -> Self {
        let members = &parts.source.members;
        let name = first([parts.source.member("FileName").into(), parts.text("title").into()]);
        let total = || u64::try_from(parts.number("appattach/totallen")?).ok().filter(|size| *size > 0);
        let size = members.amount("FileSize").or_else(total);
        let attachment = Attachment {
            media_id: members.text("MediaId").into_owned(),
            encry_file_name: members.text("EncryFileName").into_owned(),
            file_name: name.clone(),
            size,
        };
        let media = parts.source.place.and_then(|place| MediaRef::of_file(place, attachment));
        let md5 = some(parts.text("md5"));
        Self { name, size, md5, media }
    }

    pub(in super::super) fn detail(&self) -> Cow<'_, str> {
        match self.size {
            Some(size) => format!("{} {}", self.name, readable(size)).into(),
            None => Cow::Borrowed(&self.name),
        }
    }
}

/// A size as people write it, in powers of ten: `999 B`, `1.2 MB`.
fn readable(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut tenths = u128::from(bytes) / 100;
    let mut units = UNITS.iter();
    let mut unit = units.next();
    while tenths >= 10_000 {
        let Some(larger) = units.next() else { break };
        tenths /= 1000;
        unit = Some(larger);
    }
    let unit = unit.copied().unwrap_or_default();
    if tenths >= 1000 {
        format!("{} {unit}", tenths / 10)
    } else {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (1_250_000, "1.2 MB"),
            (99_999, "99.9 kB"),
            (123_456, "123 kB"),
            (999_999, "999 kB"),
            (1_000_000_000, "1.0 GB"),
            (u64::MAX, "18446744 TB"),
        ] {
            assert_eq!(readable(bytes), text);
        }
    }
}
