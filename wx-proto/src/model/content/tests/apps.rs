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
