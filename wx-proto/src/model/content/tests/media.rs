//! Places, pictures, sound, films and stickers.

use super::*;

#[test]
fn locations() {
    let members = r#""Url":"http://apis.map.qq.com/uri/v1/geocoder?coord=22.540000,113.930000","OriContent":"<?xml version=\"1.0\"?>\n<msg>\n\t<location x=\"22.540000\" y=\"113.930000\" scale=\"16\" label=\"深圳市南山区\" maptype=\"0\" poiname=\"[位置]\" poiid=\"\" />\n</msg>\n""#;
    let body =
        "深圳市南山区:<br/>/cgi-bin/mmwebwx-bin/webwxgetpubliclinkimg?url=xxx&msgid=7&pictype=location";
    let content = wire(FRIEND, 1, body, members);
    says(&content, "location", "[location 深圳市南山区]");
    let Content::Location(location) = &content else { panic!() };
    assert_eq!(location.point.unwrap().to_string(), "22.540000,113.930000");
    assert_eq!((location.name.as_deref(), location.url.is_some()), (None, true));
    assert_eq!(location.map.as_ref().unwrap().kind(), MediaKind::Map);
    // Without the XML the address has the point.
    let bare =
        wire(FRIEND, 1, body, r#""Url":"http://apis.map.qq.com/uri/v1/geocoder?coord=22.540000,113.930000""#);
    says(&bare, "location", "[location 深圳市南山区]");
    let Content::Location(bare) = &bare else { panic!() };
    assert_eq!(bare.point, location.point);
    let old = wire(FRIEND, 1, "http://weixin.qq.com/cgi-bin/redirectforward?args=x", "");
    says(&old, "location", "[location]");
    let of_48 = xml(48, "<msg><location label='L' poiname='P' x='1' y='-2'/></msg>", "");
    says(&of_48, "location", "[location P, L]");
    says(&xml(48, "<msg><location x='1' y='-2'/></msg>", ""), "location", "[location 1.000000,-2.000000]");
    says(&xml(48, "<msg/>", ""), "unknown", "[unsupported message, type 48]");
    says(&app(17, ""), "live_location", "[sharing a live location: see the phone]");
    says(&wire(FRIEND, 10_000, "位置共享已经结束", ""), "live_location", "[the live location ended]");
}

#[test]
fn pictures_sound_and_film() {
    let image = wire(FRIEND, 3, "@0123456789abcdef", "\"ImgHeight\":240,\"ImgWidth\":210");
    says(&image, "image", "[image 210x240]");
    let Content::Image(image) = image else { panic!() };
    assert_eq!((image.size, image.media.unwrap().kind()), (None, MediaKind::Image));
    let own = xml(
        3,
        "<?xml version=\"1.0\"?>\n<msg>\n\t<img length=\"52523\" hdlength=\"0\" cdnthumbwidth=\"89\" cdnthumbheight=\"120\"/>\n</msg>",
        "",
    );
    says(&own, "image", "[image 89x120]");
    assert_eq!(own.media().unwrap().size(), Some(52523));
    says(&wire(FRIEND, 3, "", ""), "image", "[image]");
    let voice =
        xml(34, "<msg><voicemsg voicelength=\"2112\" length=\"4051\"/></msg>", "\"VoiceLength\":2112");
    says(&voice, "voice", "[voice 3 s]");
    assert_eq!(voice.media().unwrap().size(), Some(4051));
    says(&wire(FRIEND, 34, "@00", ""), "voice", "[voice]");
    for (number, micro) in [(43, false), (62, true)] {
        let video = xml(
            number,
            "<msg><videomsg length=\"328666\" playlength=\"2\" cdnthumbwidth=\"960\" cdnthumbheight=\"540\"/></msg>",
            "",
        );
        says(&video, "video", "[video 0:02]");
        let Content::Video(video) = video else { panic!() };
        assert_eq!((video.micro, video.dimensions), (micro, Some(Dimensions { width: 960, height: 540 })));
    }
    says(&wire(FRIEND, 43, "@00", "\"PlayLength\":75"), "video", "[video 1:15]");
}

#[test]
fn stickers() {
    let sticker = xml(
        47,
        "<msg><emoji md5 = \"59ab\" len=\"447446\" cdnurl=\"http://emoji.qpic.cn/a/\" width=\"240\" height=\"210\"></emoji><gameext type=\"0\"></gameext></msg>",
        "",
    );
    says(&sticker, "emoticon", "[emoticon 240x210]");
    let Content::Emoticon(sticker) = sticker else { panic!() };
    assert_eq!(
        (sticker.md5.as_deref(), sticker.url.as_deref()),
        (Some("59ab"), Some("http://emoji.qpic.cn/a/"))
    );
    assert!(!sticker.store && sticker.media.is_some());
    for (number, body) in [(47, ""), (1, "该类型暂不支持，请在手机上查看")] {
        let store = wire(FRIEND, number, body, "\"HasProductId\":1,\"ImgStatus\":2");
        says(&store, "emoticon", "[emoticon]");
        assert!(store.media().is_none());
    }
}
