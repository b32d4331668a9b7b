//! Messages of apps as people posted them.

use std::time::Duration;

use wx_proto::{Content, Event, Game, StatusEvent};
use wx_testkit::transcript::Scenario;

use super::{MORE, message};
use crate::shapes::behind;

const TODAY: &str = "http://mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMA==&mid=2650000000&idx=";

#[test]
fn all_articles_of_a_push() {
    let link = content!(
        MORE,
        341,
        Link,
        [
            "[link 早上好 | 示例日报: TODAY1&sn=00112233445566778899aabbccddeeff&scene=0#rd]",
            "天使轮融资 | 企鹅数钱: TODAY2&sn=00112233445566778899aabbccddeeff&scene=0#rd",
            "周末去哪儿: TODAY3&sn=00112233445566778899aabbccddeeff&scene=0#rd",
        ]
        .join("\n")
        .replace("TODAY", TODAY)
    );
    assert_eq!(link.articles.len(), 3);
    assert_eq!(
        link.articles[2].cover_url.as_deref(),
        Some("http://mmbiz.qpic.cn/mmbiz_jpg/example3/300?wxtype=jpeg&wxfrom=0")
    );
    assert_eq!(link.source.as_deref(), Some("示例日报"));
    let link = content!(
        MORE,
        369,
        Link,
        "[link 头条: https://example.com/1?a=1&b=2]\n只有一句话的消息\n第三条: https://example.com/3"
    );
    assert_eq!((link.description.as_str(), link.source.as_deref()), ("一句话", Some("示例日报")));
}

#[test]
fn all_articles_of_the_news() {
    let news = content!(
        MORE,
        342,
        Link,
        "[link 第一条: http://view.inews.qq.com/a/1]\n第二条: http://view.inews.qq.com/a/2"
    );
    let digests: Vec<&str> = news.articles.iter().map(|article| article.description.as_str()).collect();
    assert_eq!((news.description.as_str(), digests), ("摘要一", vec!["摘要一", "摘要二"]));
    assert_eq!(news.source.as_deref(), Some("腾讯新闻"));
    content!(MORE, 375, Link, "[link 晚报: https://example.com/l]\n摘要");
}

#[test]
fn a_notice_of_a_payment() {
    let Content::Link(paid) = message(MORE, 340).content else { panic!() };
    let lines = "收款金额：￥0.01\n汇总：今日第1笔收款，共计￥0.01\n收款成功，已存入零钱。点击可查看详情";
    assert_eq!((paid.title.as_str(), paid.description.as_str()), ("微信支付收款0.01元", lines));
    assert_eq!(paid.source.as_deref(), Some("微信支付"));
    assert!(Content::Link(paid).text().ends_with(&format!("]\n{lines}")));
    content!(
        MORE,
        370,
        Link,
        "[link 交易提醒: https://example.com/bill]\n付款金额: ￥8.00\n收款方: 示例小馆"
    );
    content!(MORE, 371, Transfer, "[transfer 收到转账0.10元。]");
}

#[test]
fn words_behind_a_title_that_says_nothing() {
    for (id, kind, text) in [
        (343, "channel_video", "[channel live 山里人家: 今晚八点直播赶海]"),
        (344, "app", "[group announcement 周六九点东门集合\n带水]"),
        (345, "channel_video", "[channel video 山里人家: 今天的日落 #山 #海]"),
        (354, "channel_video", "[channel live Harbour: Boats at eight]"),
        (355, "channel_video", "[channel live 山里人家]"),
        (356, "app", "[app 山里人家: 渔民]"),
        (357, "app", "[app 干贝 250 g]"),
        (358, "app", "[app 山里人家: 早市]"),
        (359, "app", "[group announcement Meet at nine\nBring water]"),
        (361, "pat", "\"小乔\" 拍了拍 \"大山\""),
        (377, "app", "[group announcement 明天停水]"),
        (372, "red_packet", "[red packet 我给你发了一个红包，赶紧去拆!]"),
        // Nothing is in it.
        (373, "app", "[app 当前微信版本不支持展示该内容，请升级至最新版本。]"),
    ] {
        let content = message(MORE, id).content;
        assert_eq!((content.kind(), content.text().as_ref()), (kind, text), "{id}");
        if let Content::App(app) = content {
            assert_eq!(app.url, None, "{id}");
        }
    }
    let Content::ChannelVideo(live) = message(MORE, 343).content else { panic!() };
    assert!(live.live && live.cover_url.is_some());
}

#[test]
fn words_beside_the_title() {
    let program =
        content!(MORE, 347, MiniProgram, "[mini program Hi，这是小区邻居 小🐠满💋发布的房源，快来看看吧～]");
    assert_eq!(program.description, "示例租房丨邻居都在这儿");
    assert!(
        program.url.unwrap().starts_with("https://mp.weixin.qq.com/mp/waerrpage?appid=wx0123456789abcdef&")
    );
    let shop = content!(MORE, 348, Link, "[link 示例小馆(湖滨店): http://m.example.com/appshare/shop/1]");
    assert_eq!(shop.source.as_deref(), Some("示例点评"));
    assert_eq!(shop.description.lines().count(), 4);
    assert!(shop.articles.is_empty());
    let weather = content!(MORE, 346, App, "[app 上海 晴 12℃\n明天 多云]");
    assert_eq!(weather.source.as_deref(), Some("天气"));
    let song = content!(MORE, 363, Music, "[music 山歌 - 老王]");
    assert_eq!(song.source.as_deref(), Some("示例音乐"));
    assert_eq!(content!(MORE, 379, App, "[app 一起玩]").description, "示例棋: 来一局");
    let notice = content!(MORE, 374, Link, "[link 服务通知: https://example.com/n]");
    assert_eq!(notice.description, "到期：\n明天。续期");
}

#[test]
fn every_kind_of_record() {
    let text = "[chat history 群聊的聊天记录]\n甲: 表在这 https://example.com/wiki/1?sheet=2&from=im，请看\n\
                乙: [file 方案.pdf 2.0 kB]\n乙: [image]\n乙: [video 0:07]\n丁: [location 东门, 示例市东门]\n\
                丙: [chat history 内层记录]\n  丁: 内层正文";
    let history = content!(MORE, 349, ChatHistory, text);
    let Content::ChatHistory(inner) = &history.records[5].content else { panic!() };
    assert_eq!(inner.records[0].sender.as_deref(), Some("丁"));
    let Content::Location(place) = &history.records[4].content else { panic!() };
    assert_eq!(place.point.unwrap().to_string(), "22.540000,113.930000");
    let text = "[chat history 群聊的聊天记录]\n甲: [voice 4 s]\n乙: [contact Anna]\n\
                丙: [link 早报: https://example.com/a?x=1&y=2]\n丁: [mini program Shop: 今日特价]\n\
                甲: [channel video 山里人家: 今天的日落]\n乙: [channel live 今晚直播]\n丙: [music 山歌 - 老王]\n\
                丁: [dice: 1]\n甲: 以后的种类\n乙: [unsupported message]";
    let history = content!(MORE, 365, ChatHistory, text);
    let Content::Voice(voice) = &history.records[0].content else { panic!() };
    assert_eq!(voice.duration, Duration::from_millis(3200));
    content!(MORE, 376, ChatHistory, "[chat history 转发的聊天记录]\n甲: 一句");
    content!(MORE, 368, ChatHistory, "[chat history 清单的笔记]\n米、油、盐\n[image]");
}

#[test]
fn histories_have_bounds() {
    let Content::ChatHistory(long) = message(MORE, 367).content else { panic!() };
    assert_eq!(long.records.len(), 200);
    let text = Content::ChatHistory(long).text().into_owned();
    assert_eq!((text.lines().count(), text.lines().last()), (52, Some("…")));
    let Content::ChatHistory(mut level) = message(MORE, 366).content else { panic!() };
    let mut depth = 0;
    while let Some(Content::ChatHistory(next)) = level.records.pop().map(|record| record.content) {
        (level, depth) = (next, depth + 1);
    }
    assert_eq!((depth, level.title.as_str()), (4, "第5层的记录"));
}

#[test]
fn dice_and_hands() {
    assert_eq!(content!(MORE, 352, Emoticon, "[dice: 6]").game, Some(Game::Dice(6)));
    let hand = content!(MORE, 353, Emoticon, "[rock-paper-scissors: scissors]");
    assert_eq!(hand.game, Some(Game::Scissors));
    assert_eq!(hand.dimensions.unwrap().width, 100);
}

#[test]
fn quotes_of_films_and_of_quotes() {
    content!(MORE, 350, Quote, "> 小乔: [video]\n太美了");
    content!(MORE, 378, Quote, "> 小明: [channel live 山里人家: 赶海]\n好的");
    let outer = content!(MORE, 351, Quote, "> 换个名字22: 3\n4");
    let Content::Quote(inner) = *outer.quoted.unwrap().content else { panic!() };
    assert_eq!(inner.text, "3");
}

#[test]
fn nudges_and_files_on_their_way() {
    let pat = content!(MORE, 360, Pat, "\"小明\" 拍了拍我");
    assert_eq!((pat.from_id.as_deref(), pat.patted_id.as_deref()), (Some("wxid_a"), Some("wxid_b")));
    let file = content!(MORE, 362, File, "[file 方案.pdf 2.0 kB]");
    assert_eq!(file.media, None);
    content!(MORE, 364, Music, "[music 渔歌 - 老王]");
}

/// A recording of 2016: the phone's chat list tells the lasting ids of all its chats.
#[test]
fn lasting_ids_of_a_recording() {
    let mut player = behind(&[("kicked", 1..=4)]);
    player.add(Scenario::load("web", "recorded-2016").unwrap());
    let mut contents = Vec::new();
    player.play(|_, event| {
        if let Event::Batch(batch) = event {
            contents.extend(batch.messages().iter().map(|message| message.content.clone()));
        }
    });
    let [Content::Status(status), Content::Text(text)] = &contents[..] else { panic!("{contents:?}") };
    assert_eq!(text.text, "Hello World");
    assert_eq!((status.event, status.users.len(), status.ids.len()), (StatusEvent::ChatList, 99, 99));
    let kinds = player.client.contacts().counts();
    assert_eq!((kinds.groups, kinds.friends + kinds.official), (2, 5));
}
