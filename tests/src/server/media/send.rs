//! `webwxsendmsgimg`, `webwxsendvideomsg`, `webwxsendappmsg`, `webwxsendemoticon`.

use serde_json::Value;
use wx_proto::Endpoint;

use super::super::{
    Server,
    auth::WRONG,
    call::{Call, int_of, text_of},
    record::SentFile,
    reply::Reply,
};
use super::UNSIGNED;

/// What the message of a send carries.
struct Carried {
    kind: &'static str,
    text: String,
    file: Option<SentFile>,
}

impl Server {
    pub(in crate::server) fn send_media(&mut self, endpoint: Endpoint, call: &Call) -> Result<Reply, i64> {
        self.look_for_appid(endpoint, call);
        let send = self.read_send(endpoint, call)?;
        let (msg_type, text) = (int_of(&send.message, "Type"), text_of(&send.message, "Content"));
        let (message, content) = (&send.message, text.unwrap_or_default());
        let carried = match (endpoint, msg_type) {
            (Endpoint::SendMsgImg, Some(3)) => {
                self.carried_file(endpoint, message, "image", &["pic"], content)?
            }
            (Endpoint::SendVideoMsg, Some(43 | 62)) => {
                self.carried_file(endpoint, message, "video", &["video"], content)?
            }
            (Endpoint::SendEmoticon, Some(47 | 1)) => self.carried_emoticon(message)?,
            (Endpoint::SendAppMsg, Some(6)) => self.carried_app(message, content)?,
            (Endpoint::SendAppMsg, Some(_)) if content.contains("<appmsg") => {
                Carried { kind: "app", text: content, file: None }
            }
            _ => return self.deny(endpoint, WRONG, "of a type that does not belong there"),
        };
        Ok(self.finish_send(endpoint, send, carried.kind, carried.text, carried.file))
    }

    /// An uploaded file, or one of a received message whose content is sent on.
    fn carried_file(
        &mut self,
        endpoint: Endpoint,
        message: &Value,
        kind: &'static str,
        media_types: &[&str],
        content: String,
    ) -> Result<Carried, i64> {
        let media_id = text_of(message, "MediaId").unwrap_or_default();
        if media_id.is_empty() {
            if content.is_empty() {
                return self.deny(endpoint, WRONG, "without MediaId and without Content");
            }
            return Ok(Carried { kind, text: content, file: None });
        }
        let file = self.known_file(endpoint, &media_id)?;
        let media_type = self.media.with_media_id(&media_id).map(|upload| upload.media_type.clone());
        if media_type.is_some_and(|media_type| !media_types.contains(&media_type.as_str())) {
            self.record.complain(format!("{endpoint} with a file of another mediatype"));
        }
        Ok(Carried { kind, text: String::new(), file: Some(file) })
    }

    /// A sticker: of the account, by its MD5, which comes first, or an uploaded picture.
    fn carried_emoticon(&mut self, message: &Value) -> Result<Carried, i64> {
        let endpoint = Endpoint::SendEmoticon;
        if int_of(message, "Type") != Some(47) {
            self.record.complain(format!("{endpoint} without Type 47"));
        }
        if int_of(message, "EmojiFlag") != Some(2) {
            self.record.complain(format!("{endpoint} without EmojiFlag 2"));
        }
        match text_of(message, "EMoticonMd5").filter(|md5| !md5.is_empty()) {
            Some(md5) if md5.parse::<wx_proto::Md5>().is_ok() => {
                Ok(Carried { kind: "emoticon", text: md5, file: None })
            }
            Some(_) => self.deny(endpoint, WRONG, "with an EMoticonMd5 that is no MD5"),
            None => self.carried_file(endpoint, message, "emoticon", &["doc", "pic"], String::new()),
        }
    }

    /// A file: what the XML says has to fit the upload, and a large one needs its Signature.
    fn carried_app(&mut self, message: &Value, content: String) -> Result<Carried, i64> {
        let endpoint = Endpoint::SendAppMsg;
        if !content.trim_start().starts_with("<appmsg") {
            return self.deny(endpoint, WRONG, "without an appmsg as Content");
        }
        let Some(media_id) = element(&content, "attachid").filter(|id| !id.is_empty()) else {
            return self.deny(endpoint, WRONG, "without an attachid");
        };
        let mut file = self.known_file(endpoint, &media_id)?;
        if element(&content, "totallen") != Some(file.len.to_string()) {
            return self.deny(endpoint, WRONG, "with a totallen that is not the length of the file");
        }
        if element(&content, "type").as_deref() != Some("6") {
            return self.deny(endpoint, WRONG, "with a file that is not of type 6");
        }
        if file.len > UNSIGNED && !self.is_granted(message, file.len, file.md5) {
            return self.deny(endpoint, WRONG, "of over 25 MB without the Signature for it");
        }
        file.name = element(&content, "title").unwrap_or_default();
        if self.media.with_media_id(&media_id).is_some_and(|upload| upload.media_type != "doc") {
            self.record.complain(format!("{endpoint} with a file of another mediatype"));
        }
        Ok(Carried { kind: "file", text: content, file: Some(file) })
    }

    /// The file that a MediaId names: of an upload, or of a message that is sent on.
    fn known_file(&mut self, endpoint: Endpoint, media_id: &str) -> Result<SentFile, i64> {
        if let Some(upload) = self.media.with_media_id(media_id) {
            let media_id = media_id.to_owned();
            return Ok(SentFile { name: upload.name.clone(), len: upload.len, md5: upload.md5, media_id });
        }
        match self.message_with_file(media_id) {
            Some((name, content)) => {
                let (len, md5) = (content.len(), Some(content.md5()));
                Ok(SentFile { name, len, md5, media_id: media_id.to_owned() })
            }
            None => self.deny(endpoint, WRONG, "with a MediaId that was never given"),
        }
    }
}

/// The text in the first element of this name, entities decoded.
fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    let decoded =
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    Some(decoded.replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements() {
        let xml = "<appmsg appid='' sdkver=''><title>a &amp;lt; b</title><des></des></appmsg>";
        assert_eq!(element(xml, "title").as_deref(), Some("a &lt; b"));
        assert_eq!(element(xml, "des").as_deref(), Some(""));
        assert_eq!(element(xml, "type"), None);
        assert_eq!(element("<title>a", "title"), None);
    }
}
