//! Messages of every kind, in the shapes that captures and write-ups show; keys, ids and addresses are made up.

use serde::{Deserialize, Serialize};

use super::account::ContactId;
use super::media::encry_file_name;
use super::queue::{MemberValue, Message};

/// A kind of message that the phone can send, by the words that `wx listen --json` has for kinds.
///
/// ```
/// use wx_testkit::{
///     runner::START,
///     server::{Kind, Server},
/// };
///
/// let mut server = Server::demo();
/// server.phone(START).say_kind("明哥", None, Kind::File, "report.pdf")?;
/// # Ok::<(), wx_testkit::server::PhoneError>(())
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// The text as it is.
    Text,
    /// A picture; the text is not used.
    Image,
    /// Spoken; the text is not used.
    Voice,
    /// A film; the text is not used.
    Video,
    /// A sticker; the text is not used.
    Emoticon,
    /// A place; the text is its address.
    Location,
    /// The phone begins to share where it is.
    LiveLocation,
    /// A person shown to the chat; the text is the name.
    Card,
    /// A file; the text is its name.
    File,
    /// A page in the web; the text is its title.
    Link,
    /// Music; the text is its title.
    Music,
    /// A page of a mini program; the text is its title.
    MiniProgram,
    /// An answer to the newest text of the chat; the text is the answer.
    Quote,
    /// Forwarded messages; the text is the title.
    ChatHistory,
    /// A film of a channel; the text describes it.
    ChannelVideo,
    /// Money; the text is the amount.
    Transfer,
    /// A red packet; the text is not used.
    RedPacket,
    /// Somebody new asks to be a friend; the text is the greeting.
    FriendRequest,
    /// A nudge by the writer.
    Pat,
    /// A call.
    Voip,
    /// The owner opened the chat on the phone.
    Status,
    /// The server's own words: the text.
    System,
    /// A message of an app of which only the title, the text, is shown.
    App,
    /// A kind that nobody knows yet; the text is its content.
    Unknown,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::Text,
        Self::Image,
        Self::Voice,
        Self::Video,
        Self::Emoticon,
        Self::Location,
        Self::LiveLocation,
        Self::Card,
        Self::File,
        Self::Link,
        Self::Music,
        Self::MiniProgram,
        Self::Quote,
        Self::ChatHistory,
        Self::ChannelVideo,
        Self::Transfer,
        Self::RedPacket,
        Self::FriendRequest,
        Self::Pat,
        Self::Voip,
        Self::Status,
        Self::System,
        Self::App,
        Self::Unknown,
    ];

    /// Turns a text into a message of this kind.
    pub(super) fn dress(self, message: &mut Message, writer: &str, quoted: Option<Quoted>) {
        let text = std::mem::take(&mut message.text);
        match self {
            Self::Text => message.text = text,
            Self::Image => {
                message.msg_type = 3;
                message.text = format!("@{}", KEY.repeat(4));
                message.set("ImgStatus", 2).set("ImgHeight", 240).set("ImgWidth", 210);
            }
            Self::Voice => voice(message, 4_051),
            Self::Video => {
                message.msg_type = 43;
                message.text = format!("@{}", KEY.repeat(8));
                message.set("ImgStatus", 2).set("PlayLength", 12).set("ImgHeight", 540).set("ImgWidth", 960);
            }
            Self::Emoticon => emoticon(message, KEY, 447_446),
            Self::Location => {
                let label = or(text, "深圳市南山区");
                message.text = format!(
                    "{label}:\n/cgi-bin/mmwebwx-bin/webwxgetpubliclinkimg?url=xxx&msgid={}&pictype=location",
                    message.id
                );
                // Here the `&` is not encoded.
                message.raw_ampersands = true;
                let url = "http://apis.map.qq.com/uri/v1/geocoder?coord=22.540000,113.930000";
                let xml = format!(
                    "<?xml version=\"1.0\"?>\n<msg>\n\t<location x=\"22.540000\" y=\"113.930000\" scale=\"16\" label=\"{}\" maptype=\"0\" poiname=\"[位置]\" poiid=\"\" />\n</msg>\n",
                    escaped(&label)
                );
                message.set("SubMsgType", 48).set("Url", url).set("OriContent", xml);
            }
            Self::LiveLocation => app(message, 17, "我发起了位置共享", ""),
            Self::Card => {
                let name = or(text, "Anna");
                message.msg_type = 42;
                message.text = format!(
                    "<?xml version=\"1.0\"?>\n<msg bigheadimgurl=\"http://wx.qlogo.cn/mmhead/ver_1/example/0\" smallheadimgurl=\"http://wx.qlogo.cn/mmhead/ver_1/example/132\" username=\"v1_example@stranger\" nickname=\"{}\"  shortpy=\"\" alias=\"\" imagestatus=\"3\" scene=\"17\" province=\"\" city=\"\" sign=\"\" sex=\"0\" certflag=\"0\" certinfo=\"\" brandFlags=\"0\" regionCode=\"\" antispamticket=\"v2_example@stranger\" />\n",
                    escaped(&name)
                );
                message.set("RecommendInfo.UserName", format!("@{KEY}")).set("RecommendInfo.NickName", name);
                message.set("RecommendInfo.Scene", 17);
            }
            Self::File => {
                let media_id = format!("@crypt_1a2b3c4d_{KEY}");
                file(message, &or(text, "report.pdf"), 1_234_567, &media_id);
            }
            Self::Link => {
                app(
                    message,
                    5,
                    &or(text, "Title"),
                    "<des>Text</des><url>https://example.com/a?x=1&amp;y=2</url><sourcedisplayname>Example</sourcedisplayname>",
                );
                message.set("Url", "https://example.com/a?x=1&amp;y=2").set("ImgStatus", 2);
            }
            Self::Music => {
                app(
                    message,
                    3,
                    &or(text, "山歌"),
                    "<des>老王</des><url>http://example.com/song</url><dataurl>http://example.com/a.mp3</dataurl><lowdataurl>http://example.com/b.mp3</lowdataurl>",
                );
                message.set("Url", "http://example.com/song").set("AppInfo.AppID", "wx485a97c844086dc9");
            }
            Self::MiniProgram => app(
                message,
                33,
                &or(text, "今日特价"),
                "<sourcedisplayname>Shop</sourcedisplayname><weappinfo><username>gh_example@app</username><appid>wx0123456789abcdef</appid><pagepath>pages/index.html</pagepath></weappinfo>",
            ),
            Self::Quote => {
                let Quoted { id, name, text: old } = quoted.unwrap_or_default();
                let inside = format!(
                    "<refermsg><type>1</type><svrid>{id}</svrid><fromusr>wxid_a</fromusr><chatusr>wxid_a</chatusr><displayname>{}</displayname><content>{}</content></refermsg>",
                    escaped(&name),
                    escaped(&old)
                );
                app(message, 57, &or(text, "好"), &inside);
            }
            Self::ChatHistory => {
                // The member says 0.
                app(
                    message,
                    19,
                    &or(text, "小明和老王的聊天记录"),
                    "<des>小明: 七点？\n老王: 好</des><recorditem><![CDATA[<recordinfo><datalist count=\"2\"><dataitem datatype=\"1\"><sourcename>小明</sourcename><sourcetime>2025-01-01 10:00</sourcetime><datadesc>七点？</datadesc></dataitem><dataitem datatype=\"1\"><sourcename>老王</sourcename><sourcetime>2025-01-01 10:01</sourcetime><datadesc>好</datadesc></dataitem></datalist></recordinfo>]]></recorditem>",
                );
                message.set("AppMsgType", 0);
            }
            Self::ChannelVideo => {
                let inside = format!(
                    "<finderFeed><objectId>1</objectId><feedType>4</feedType><nickname>山里人</nickname><desc>{}</desc><mediaCount>1</mediaCount><mediaList><media><thumbUrl>http://example.com/thumb</thumbUrl><videoPlayDuration>15</videoPlayDuration><height>1080</height><width>608</width></media></mediaList></finderFeed>",
                    escaped(&or(text, "日出"))
                );
                app(message, 51, "当前微信版本不支持展示该内容，请升级至最新版本。", &inside);
            }
            Self::Transfer => {
                let inside = format!(
                    "<des><![CDATA[收到转账。如需收钱，请点此升级至最新版本]]></des><wcpayinfo><paysubtype>1</paysubtype><feedesc>{}</feedesc></wcpayinfo>",
                    escaped(&or(text, "￥0.10"))
                );
                app(message, 2000, "微信转账", &inside);
            }
            Self::RedPacket => server_words(message, "收到红包，请在手机上查看".into()),
            Self::FriendRequest => {
                let greeting = or(text, "我是Anna");
                message.msg_type = 37;
                message.sender = None;
                message.text = format!(
                    "<msg fromusername=\"wxid_example\" encryptusername=\"v1_example@stranger\" fromnickname=\"Anna\" content=\"{}\"  shortpy=\"ANNA\" imagestatus=\"3\" scene=\"14\" country=\"CN\" province=\"Beijing\" city=\"Chaoyang\" sign=\"\" percard=\"1\" sex=\"1\" alias=\"anna\" ticket=\"v2_example@stranger\" opcode=\"2\" chatroomusername=\"1000000@chatroom\"><brandlist count=\"0\" ver=\"680000000\"></brandlist></msg>",
                    escaped(&greeting)
                );
                message.set("FromUserName", "fmessage").set("RecommendInfo.UserName", format!("@{KEY}"));
                message.set("RecommendInfo.NickName", "Anna").set("RecommendInfo.Content", greeting);
                message.set("RecommendInfo.Scene", 14).set("RecommendInfo.OpCode", 2);
                message.set("RecommendInfo.Ticket", "v2_example@stranger");
            }
            Self::Pat => server_words(message, format!("\"{writer}\" 拍了拍我")),
            Self::Voip => server_words(message, "收到一条视频/语音聊天消息，请在手机上查看".into()),
            Self::Status => {
                let chat = message.chat();
                message.msg_type = 51;
                message.sender = None;
                (message.from, message.to) = (ContactId::ME, chat);
                message.notify_code = 2;
                message.notify_chats = vec![chat];
            }
            Self::System => server_words(message, or(text, "群收款消息，请在手机上查看")),
            Self::App => app(message, 7, &or(text, "Chess: your turn"), ""),
            Self::Unknown => {
                message.msg_type = 99_999;
                message.text = text;
            }
        }
    }
}

/// What a quote answers.
#[derive(Default)]
pub(super) struct Quoted {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) text: String,
}

/// Stands for sums and keys in hex.
const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A spoken message of so many bytes.
pub(super) fn voice(message: &mut Message, len: u64) {
    message.msg_type = 34;
    message.text = format!(
        "<msg><voicemsg endflag=\"1\" cancelflag=\"0\" forwardflag=\"0\" voiceformat=\"4\" voicelength=\"2112\" length=\"{len}\" bufid=\"291965468715843925\" clientmsgid=\"41390000000000000000000000000000\" fromusername=\"wxid_example\" /></msg>"
    );
    message.set("VoiceLength", 2112);
}

/// A sticker with this sum and so many bytes.
pub(super) fn emoticon(message: &mut Message, md5: &str, len: u64) {
    message.msg_type = 47;
    message.text = format!(
        "<msg><emoji fromusername=\"wxid_a\" tousername=\"wxid_b\" type=\"2\" idbuffer=\"media:0_0\" md5=\"{md5}\" len=\"{len}\" productid=\"\" cdnurl=\"http://emoji.qpic.cn/wx_emoji/example/\" designerid=\"\" thumburl=\"\" aeskey=\"{KEY}\" width=\"240\" height=\"210\" attachedtext=\"\"></emoji><gameext type=\"0\" content=\"0\" ></gameext></msg>"
    );
    message.set("ImgStatus", 2).set("ImgHeight", 210).set("ImgWidth", 240);
}

/// A file of so many bytes.
pub(super) fn file(message: &mut Message, name: &str, len: u64, media_id: &str) {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let inside = format!(
        "<appattach><totallen>{len}</totallen><attachid>@cdn_305700_{KEY}_1</attachid><emoticonmd5></emoticonmd5><fileext>{}</fileext><cdnattachurl>305700</cdnattachurl><aeskey>{KEY}</aeskey><encryver>1</encryver></appattach>",
        escaped(ending)
    );
    app(message, 6, name, &inside);
    name_file(message, name, len, media_id);
}

/// The members by which a file is fetched.
pub(super) fn name_file(message: &mut Message, name: &str, len: u64, media_id: &str) {
    message.msg_type = 49;
    message.set("AppMsgType", 6).set("FileName", name).set("FileSize", len.to_string());
    message.set("EncryFileName", encry_file_name(name)).set("MediaId", media_id);
}

fn app(message: &mut Message, kind: i64, title: &str, inside: &str) {
    message.msg_type = 49;
    message.text = format!(
        "<?xml version=\"1.0\"?>\n<msg>\n\t<appmsg appid=\"\" sdkver=\"0\">\n\t\t<title>{}</title>\n\t\t<action />\n\t\t<type>{kind}</type>\n\t\t<showtype>0</showtype>\n\t\t{inside}\n\t</appmsg>\n\t<fromusername>wxid_example</fromusername>\n\t<scene>0</scene>\n</msg>\n",
        escaped(title)
    );
    message.set("AppMsgType", kind).set("FileName", title);
}

/// The server writes into the chat: nobody's name goes before it.
fn server_words(message: &mut Message, words: String) {
    message.msg_type = 10_000;
    message.sender = None;
    message.text = words;
}

fn or(text: String, otherwise: &str) -> String {
    if text.is_empty() { otherwise.to_owned() } else { text }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl From<&str> for MemberValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for MemberValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for MemberValue {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}
