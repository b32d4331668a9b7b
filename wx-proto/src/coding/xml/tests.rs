use super::*;

fn node(xml: &str) -> Node {
    Node::parse(xml).unwrap()
}

#[test]
fn elements_attributes_and_texts() {
    let msg = node(
        "\u{feff}<?xml version=\"1.0\"?>\n<msg>\n\t<a  y = '2&quot;'\n x=\"1\" x=\"3\"/><b><c>一<![CDATA[<二>&amp;]]>&amp;&#33;</c></b>\n</msg> rest",
    );
    assert!(msg.is("msg") && msg.child("b").is_some());
    let a = msg.child("a").unwrap();
    assert_eq!(
        (a.attribute("x"), a.attribute("Y"), a.attribute("z"), a.amount("x")),
        ("1", "2\"", "", Some(1))
    );
    assert_eq!((msg.text_at("b/c"), msg.text_at("b/d"), msg.number_at("b/c")), ("一<二>&amp;&!", "", None));
    assert_eq!(msg.children("b").count(), 1);
}

#[test]
fn it_may_be_escaped() {
    for content in [
        "&lt;msg&gt;<br/>\t&lt;a&gt;A&amp;amp;B&lt;/a&gt;<br/>&lt;/msg&gt;&lt;br/&gt;<br/>",
        "&amp;lt;msg&amp;gt;&amp;lt;a&amp;gt;A&amp;amp;amp;B&amp;lt;/a&amp;gt;&amp;lt;/msg&amp;gt;",
        "<msg><a>A&amp;B</a></msg>",
    ] {
        assert_eq!(Node::of_content(content).unwrap().text_at("a"), "A&B", "{content}");
    }
}

#[test]
fn wrong_and_missing_end_tags() {
    for xml in [
        "<msg><a>x</a>",
        "<msg><a>x",
        "<msg><a>x</A></MSG>",
        "<msg><a>x</b></a></msg>",
        "<msg><c><a2></c></nothing><a>x</a></msg>",
        "<msg><a>x</a><b y=\"1",
        "<msg><a>x</a><b y=>",
        "<msg><a>x</a><![CDATA[ no end",
    ] {
        assert_eq!(node(xml).text_at("a"), "x", "{xml}");
    }
}

#[test]
fn no_xml_at_all() {
    for text in [
        "",
        "hello",
        "@hex0123",
        "a < b",
        "<",
        "&lt;",
        "<!-- -->",
        "<?xml version=\"1.0\"?>",
        "</msg>",
        "x<msg/>",
        "wxid_a:<br/>&lt;msg/&gt;",
        "a: <msg/>",
    ] {
        assert_eq!(Node::of_content(text), Err(XmlError::NotXml), "{text}");
    }
}

#[test]
fn nothing_grows() {
    let bomb =
        "<!DOCTYPE m [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><msg><t>&b;&b;</t></msg>";
    assert_eq!(node(bomb).text_at("t"), "&b;&b;");
    let deep = node(&format!("<msg>{}x", "<a>".repeat(100_000)));
    assert_eq!(deep.children.len(), 1);
    let wide = node(&format!("<msg>{}</msg>", "<a/>".repeat(50_000)));
    assert!(wide.children.len() <= MOST);
    let many = node(&format!("<msg><a {}/></msg>", "x=\"\" ".repeat(50_000)));
    assert!(many.child("a").unwrap().attributes.len() <= MOST);
    let long = format!("<msg>{}</msg>", "x".repeat(LONGEST));
    assert_eq!(Node::parse(&long), Err(XmlError::TooLarge));
    assert_eq!(Node::of_content(&long), Err(XmlError::TooLarge));
}

#[test]
fn every_cut_is_read() {
    let whole = "<?xml version=\"1.0\"?><msg a=\"1&amp;\"><b><![CDATA[<c>]]>&#x4f60;</b><!-- d --><e/></msg>";
    for (end, _) in whole.char_indices() {
        if let Ok(node) = Node::parse(&whole[..end]) {
            assert!(node.is("msg"));
        }
    }
}
