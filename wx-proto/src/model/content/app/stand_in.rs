//! Titles that only say that a client is too old, and the words that they stand in front of.

use crate::coding::{markup::plain_words, xml::Node};

/// Longest such title, in bytes. What is longer was written by somebody.
const LONGEST: usize = 300;

/// What such titles have in common, language by language: one word out of each list, in lower case.
const WORDINGS: [&[&[&str]]; 7] = [
    // 当前微信版本不支持展示该内容，请升级至最新版本。 目前的微信版本不支援顯示此內容，請升級至最新版本。
    &[
        &["版本"],
        &["不支持", "不支援", "暂不支", "暫不支", "无法", "無法", "不能", "过低", "過低"],
        &["内容", "內容", "消息", "訊息", "信息", "资讯", "升级", "升級", "更新"],
    ],
    &[&["请升级", "請升級", "请更新", "請更新"], &["最新版", "新版本", "微信"]],
    &[
        &["version"],
        &["not support", "n't support", "unsupported", "not compatible", "can't", "cannot", "not available"],
        &["content", "message", "wechat", "weixin", "update", "upgrade"],
    ],
    &[&["please up", "update to the latest", "upgrade to the latest"], &["version", "wechat", "weixin"]],
    // 現在のWeChatバージョンではこのコンテンツを表示できません。最新バージョンにアップデートしてください。
    &[&["バージョン"], &["サポート", "対応", "できません", "アップデート", "アップグレード", "更新"]],
    &[&["버전"], &["지원", "표시할 수", "업데이트", "업그레이드"]],
    // The other languages of phones.
    &[
        &["versi", "versão", "phiên bản", "เวอร์ชัน", "верси", "sürüm"],
        &[
            "no es compatible",
            "no admite",
            "não suporta",
            "não é compatível",
            "ne prend pas en charge",
            "unterstützt",
            "non supporta",
            "tidak mendukung",
            "tidak menyokong",
            "không hỗ trợ",
            "ไม่รองรับ",
            "не поддерж",
            "desteklemiyor",
        ],
    ],
];

/// Whether a title only says that the client is too old for the message.
pub(super) fn is_stand_in(title: &str) -> bool {
    if title.len() > LONGEST {
        return false;
    }
    let title = title.to_lowercase().replace('\u{2019}', "'");
    let says = |words: &&[&str]| words.iter().any(|word| title.contains(word));
    WORDINGS.iter().any(|wording| wording.iter().all(says))
}

/// Whether an address leads to the page that asks for another version, in whatever language the title is.
pub(super) fn is_upgrade_page(url: &str) -> bool {
    let Some((host, page)) = place(url) else { return false };
    let support = ["support.weixin.qq.com", "support.wechat.com"].contains(&host);
    support && (page.starts_with("update") || page.contains("upgrade"))
}

/// Whether an address leads to a page that somebody wrote, whose title may be about versions too.
pub(super) fn is_article(url: &str) -> bool {
    let Some((host, _)) = place(url) else { return !url.is_empty() };
    host == "mp.weixin.qq.com" || !(host.ends_with("weixin.qq.com") || host.ends_with("wechat.com"))
}

/// Host and page of an address.
fn place(url: &str) -> Option<(&str, &str)> {
    let (_, address) = url.split_once("://")?;
    Some(address.split_once('/').unwrap_or((address, "")))
}

/// The server's words without a sentence at their end that asks for another version.
pub(super) fn without_request(words: &str) -> &str {
    let (said, request) = match words.trim_end_matches('。').rsplit_once('。') {
        Some((said, request)) if is_stand_in(request) || request.contains("升级至最新版本") => {
            (said, request)
        }
        Some(_) | None => return words,
    };
    words.get(..said.len().saturating_add('。'.len_utf8())).filter(|_| !request.is_empty()).unwrap_or(words)
}

/// Elements that hold a message's own words, the best first; several are a name and what is said.
const OWN: [&[&str]; 12] = [
    &["textannouncement"],
    &["finderLive/nickname", "finderLive/desc"],
    &["finderFeed/nickname", "finderFeed/desc"],
    &["findernamecard/nickname", "findernamecard/auth_job"],
    &["finderTopic/topic"],
    &["finderColumn/title"],
    &["patMsg/records/record/templete"],
    &["finderLiveProductShare/title"],
    &["finderShopWindowShare/nickname"],
    &["designershared/designername"],
    &["emotionpageshared/title", "emotionpageshared/desc"],
    &["gamecenter/namecard/name", "gamecenter/namecard/desc"],
];

/// Elements that any message may have.
const COMMON: [&[&str]; 3] =
    [&["streamvideo/streamvideotitle"], &["mmreader/category/item/title"], &["sourcedisplayname"]];

/// Names of elements anywhere that usually hold words, the best first.
const NAMES: [&str; 9] =
    ["title", "desc", "des", "description", "nickname", "text", "wording", "digest", "name"];

/// The words of the elements that only certain kinds have.
pub(super) fn own_words(appmsg: &Node) -> Option<String> {
    OWN.iter().find_map(|places| together(appmsg, places))
}

/// The first words that say something inside an app message whose title says nothing.
pub(super) fn inner_words(appmsg: &Node) -> Option<String> {
    let announced = || useful(appmsg.text_at("textannouncement"));
    let common = || COMMON.iter().find_map(|places| together(appmsg, places));
    // The records of a note and the like are XML in a text.
    let record = || {
        let info = Node::parse(appmsg.text_at("recorditem")).ok()?;
        let summary = ["desc", "title"].iter().find_map(|name| useful(info.text_at(name)));
        summary.or_else(|| ["datadesc", "datatitle"].iter().find_map(|name| anywhere(&info, name)))
    };
    announced()
        .or_else(|| useful(appmsg.text_at("des")))
        .or_else(|| own_words(appmsg))
        .or_else(record)
        .or_else(common)
        .or_else(|| NAMES.iter().find_map(|name| anywhere(appmsg, name)))
}

/// The words at the places, one after the other.
fn together(node: &Node, places: &[&str]) -> Option<String> {
    let words: Vec<String> = places.iter().filter_map(|place| useful(node.text_at(place))).collect();
    (!words.is_empty()).then(|| words.join(": "))
}

fn anywhere(node: &Node, name: &str) -> Option<String> {
    node.elements().find_map(|child| {
        let own = if child.is(name) { useful(child.words()) } else { None };
        own.or_else(|| anywhere(child, name))
    })
}

/// Words that a person can read: no stand-in, no address, no number, no XML.
fn useful(words: &str) -> Option<String> {
    let words = plain_words(words);
    let says = words.chars().any(char::is_alphabetic) || !words.is_ascii();
    let address = words.contains("://") && !words.contains(char::is_whitespace);
    (says && !address && !words.starts_with('<') && !is_stand_in(&words)).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_in_the_languages_of_phones() {
        for title in [
            "当前微信版本不支持展示该内容，请升级至最新版本。",
            "当前版本不支持展示该内容，请升级至最新版本",
            "当前客户端版本不支持展示该内容，请升级至最新版。",
            "该消息类型暂不支持，请升级至最新版本",
            "你的微信版本过低，请更新微信后查看",
            "无法显示此消息，你目前使用的微信版本暂时不支持此类型的信息。",
            "目前的微信版本不支援顯示此內容，請升級至最新版本。",
            "目前版本暫不支援此訊息，請更新至最新版本。",
            "Your current WeChat version does not support this content. Update to the latest version.",
            "Your current Weixin version does not support this content",
            "This version of WeChat doesn\u{2019}t support this message. Please upgrade.",
            "Unsupported content. Please upgrade WeChat to the latest version",
            "現在のWeChatバージョンではこのコンテンツを表示できません。最新バージョンにアップデートしてください。",
            "현재 버전에서는 이 콘텐츠를 지원하지 않습니다. 최신 버전으로 업데이트하세요.",
        ] {
            assert!(is_stand_in(title), "{title}");
        }
        for title in
            ["", "今日特价", "版本更新说明", "Version 2 of the plan", "请查收新版本", "上海 晴", "群接龙"]
        {
            assert!(!is_stand_in(title), "{title}");
        }
        assert!(!is_stand_in(&"当前微信版本不支持展示该内容".repeat(20)));
    }

    #[test]
    fn upgrade_pages() {
        for url in [
            "https://support.weixin.qq.com/security/readtemplate?t=w_security_center_website/upgrade",
            "https://support.weixin.qq.com/update/",
            "http://support.weixin.qq.com/update",
        ] {
            assert!(is_upgrade_page(url), "{url}");
        }
        for url in ["", "https://example.com/upgrade", "https://support.weixin.qq.com/cgi-bin/help", "update"]
        {
            assert!(!is_upgrade_page(url), "{url}");
        }
        for url in ["https://example.com", "http://mp.weixin.qq.com/s?a=1", "http://not-weixin.example/"] {
            assert!(is_article(url), "{url}");
        }
        for url in ["", "https://support.weixin.qq.com/update/", "https://channels.weixin.qq.com/x"] {
            assert!(!is_article(url), "{url}");
        }
    }

    #[test]
    fn requests_for_another_version_are_no_news() {
        let paid = "收到转账0.10元。如需收钱，请点此升级至最新版本";
        assert_eq!(without_request(paid), "收到转账0.10元。");
        for kept in ["", "收到转账0.10元。", "一。二。", "请升级至最新版本"] {
            assert_eq!(without_request(kept), kept);
        }
    }

    #[test]
    fn words_inside() {
        for (inside, words) in [
            ("<textannouncement>a\nb</textannouncement><des>c</des>", Some("a\nb")),
            (
                "<des>请升级至最新版本</des><finderLive><nickname>n</nickname><desc>d</desc></finderLive>",
                Some("n: d"),
            ),
            ("<finderFeed><nickname>n</nickname></finderFeed>", Some("n")),
            ("<patMsg><records><record><templete>拍</templete></record></records></patMsg>", Some("拍")),
            ("<new><id>7</id><deep><title>http://x/y</title><desc>here</desc></deep></new>", Some("here")),
            (
                "<recorditem>&lt;recordinfo&gt;&lt;desc&gt;d&lt;/desc&gt;&lt;/recordinfo&gt;</recorditem>",
                Some("d"),
            ),
            ("<url>http://x</url><type>99</type><md5>ab</md5><title>1</title>", None),
        ] {
            let node = Node::parse(&format!("<appmsg>{inside}</appmsg>")).unwrap();
            assert_eq!(inner_words(&node).as_deref(), words, "{inside}");
        }
    }
}
