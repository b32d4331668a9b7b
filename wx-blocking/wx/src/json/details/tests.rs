//! The fields of the kinds that have lists or words of their own.

use serde_json::{Value, json};

use super::*;
use crate::fixtures;

fn details(fixture: &str, id: &str) -> Value {
    serde_json::to_value(Details::of(&fixtures::messages(fixture)[id], false)).unwrap()
}

#[test]
fn articles_of_a_push() {
    assert_eq!(
        details("kinds-app-more", "342"),
        json!({
            "title": "第一条", "description": "摘要一", "url": "http://view.inews.qq.com/a/1", "source": "腾讯新闻",
            "articles": [
                {
                    "title": "第一条", "description": "摘要一", "url": "http://view.inews.qq.com/a/1",
                    "cover_url": "http://example.com/1.jpg",
                },
                {"title": "第二条", "description": "摘要二", "url": "http://view.inews.qq.com/a/2"},
            ],
        })
    );
}

#[test]
fn records_of_a_history() {
    let history = details("kinds-app-more", "349");
    assert_eq!(history["description"], "甲: 表在这\n乙: [文件] 方案.pdf");
    let records = history["records"].as_array().unwrap();
    let time = |minute: u8| format!("2024-9-24 10:0{minute}");
    assert_eq!(
        records[1..],
        [
            json!({
                "sender": "乙", "time": time(1), "kind": "file", "text": "[file 方案.pdf 2.0 kB]",
                "file_name": "方案.pdf", "size": 2048,
            }),
            json!({"sender": "乙", "time": time(2), "kind": "image", "text": "[image]"}),
            json!({
                "sender": "乙", "time": time(3), "kind": "video", "text": "[video 0:07]", "duration_ms": 7000,
            }),
            json!({
                "sender": "丁", "time": time(4), "kind": "location", "text": "[location 东门, 示例市东门]",
                "label": "示例市东门", "name": "东门", "latitude": 22.54, "longitude": 113.93,
            }),
            json!({
                "sender": "丙", "time": time(5), "kind": "chat_history",
                "text": "[chat history 内层记录]\n丁: 内层正文", "title": "内层记录",
                "records": [{
                    "sender": "丁", "time": "2024-9-23 09:00", "kind": "text", "text": "内层正文",
                }],
            }),
        ]
    );
}

#[test]
fn words_of_apps() {
    let more = |id| details("kinds-app-more", id);
    assert_eq!(
        more("343"),
        json!({"title": "", "description": "今晚八点直播赶海", "source": "山里人家", "live": true})
    );
    assert_eq!(more("344"), json!({"app_type": 87, "title": "周六九点东门集合\n带水"}));
    assert_eq!(more("347")["description"], "示例租房丨邻居都在这儿");
    assert_eq!(more("348")["source"], "示例点评");
    assert_eq!(more("371"), json!({"description": "收到转账0.10元。", "stage": 1}));
    let thrown = ["352", "353"].map(|id| (more(id)["game"].clone(), more(id)["result"].clone()));
    assert_eq!(thrown, [(json!("dice"), json!("6")), (json!("rock_paper_scissors"), json!("scissors"))]);
}
