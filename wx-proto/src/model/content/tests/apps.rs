//! Titles and articles of app messages.

use super::*;

#[test]
fn a_push_under_a_title_of_its_own() {
    let item =
        |title: &str| format!("<item><title>{title}</title><shorturl>http://{title}</shorturl></item>");
    let push = |titles: &[&str]| {
        let items: String = titles.iter().map(|title| item(title)).collect();
        app(5, &format!("<mmreader><category>{items}</category></mmreader>"))
    };
    says(&push(&["a", "b"]), "link", "[link 题 A&B: http://a]\na: http://a\nb: http://b");
    says(&push(&["题 A&amp;B", "b"]), "link", "[link 题 A&B: http://题 A&B]\nb: http://b");
    says(&push(&["a"]), "link", "[link 题 A&B: http://a]\ndes");
    let many = push(&["a"; 50]);
    let Content::Link(link) = &many else { panic!("{many:?}") };
    assert_eq!((link.articles.len(), many.text().lines().count()), (20, 21));
}

#[test]
fn titles_about_versions() {
    let titled = |title: &str, url: &str| {
        let body = format!(
            "<msg><appmsg><title>{title}</title><des>summary</des><type>5</type><url>{url}</url></appmsg></msg>"
        );
        xml(49, &body, "")
    };
    let stand_in = "当前微信版本不支持展示该内容，请升级至最新版本。";
    says(&titled(stand_in, "https://support.weixin.qq.com/update/"), "link", "[link summary]");
    says(&titled(stand_in, ""), "link", "[link summary]");
    // An article may be about versions.
    let article = titled("新版本更新：这些内容不支持旧手机", "https://example.com/a");
    says(&article, "link", "[link 新版本更新：这些内容不支持旧手机: https://example.com/a]");
    // A person may answer with anything.
    let quote = xml(49, &format!("<msg><appmsg><title>{stand_in}</title><type>57</type></appmsg></msg>"), "");
    says(&quote, "quote", stand_in);
}

/// The records of a history, one line each.
fn records(items: &str) -> Vec<String> {
    let list = format!("<recordinfo><datalist>{items}</datalist></recordinfo>");
    let Content::ChatHistory(history) = app(19, &format!("<recorditem><![CDATA[{list}]]></recorditem>"))
    else {
        panic!()
    };
    history.records.iter().map(|record| record.text().into_owned()).collect()
}

#[test]
fn records_in_other_shapes() {
    let items = [
        ("6", "<location label=\"L\" poiname=\"P\" lat=\"1.5\" lng=\"-2\" />", "[location P, L]"),
        ("6", "<locitem><lat>1.5</lat><lng>-2</lng></locitem>", "[location 1.500000,-2.000000]"),
        ("6", "<datatitle>somewhere</datatitle>", "[location somewhere]"),
        ("16", "<datadesc>Anna</datadesc>", "[contact Anna]"),
        ("16", "<datadesc>&lt;msg nickname=\"News\" certflag=\"24\"/&gt;</datadesc>", "[account News]"),
        ("26", "<finderShareNameCard><nickname>Harbour</nickname></finderShareNameCard>", "Harbour"),
        ("36", "<weburlitem><title>T</title><link>http://x</link></weburlitem>", "[link T: http://x]"),
        ("3", "<duration>2</duration>", "[voice 2 s]"),
        ("15", "<duration>61</duration>", "[video 1:01]"),
        ("8", "", "[file]"),
        ("37", "", "[emoticon]"),
        ("", "<datadesc>a\nb</datadesc>", "a\nb"),
    ];
    let xml: String = items
        .iter()
        .map(|(kind, inside, _)| format!("<dataitem datatype=\"{kind}\">{inside}</dataitem>"))
        .collect();
    assert_eq!(records(&xml), items.map(|(.., line)| line));
}

#[test]
fn histories_in_histories_may_be_escaped() {
    let info = "<recordinfo><datalist><dataitem><datadesc>in</datadesc></dataitem></datalist></recordinfo>";
    for inner in [info.to_owned(), info.replace('<', "&lt;")] {
        let item = format!("<dataitem datatype=\"17\"><recordxml>{inner}</recordxml></dataitem>");
        assert_eq!(records(&item), ["[chat history]\nin"], "{inner}");
    }
}
