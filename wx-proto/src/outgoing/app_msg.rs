//! The XML of a file's app message, as the page writes it: one line, single quotes, no `<msg>` around it.

use std::fmt::Write as _;

use super::FileName;

/// Of a file that was uploaded, or that lies on the server already. The server compares `len` with the file's.
pub(crate) fn of_file(name: &FileName, len: u64, media_id: &str) -> String {
    // What the page's script makes of a name without an ending.
    let ending = name.extension().unwrap_or("undefined");
    let mut xml = "<appmsg appid='wxeb7ec651dd0aefa9' sdkver=''><title>".to_owned();
    escape(name.as_str(), &mut xml);
    // Writing to a String cannot fail.
    let _ = write!(
        xml,
        "</title><des></des><action></action><type>6</type><content></content><url></url><lowurl></lowurl>\
         <appattach><totallen>{len}</totallen><attachid>"
    );
    escape(media_id, &mut xml);
    xml.push_str("</attachid><fileext>");
    escape(ending, &mut xml);
    xml.push_str("</fileext></appattach><extinfo></extinfo></appmsg>");
    xml
}

/// Of a file that was received: its own, with the name that the server now has for it. `None` if it has no place for that.
pub(crate) fn of_received(xml: &str, media_id: &str) -> Option<String> {
    const ATTACH_ID: [&str; 2] = ["<attachid>", "</attachid>"];
    let [begin, end] = ATTACH_ID;
    let from = xml.find("<appmsg")?;
    let to = xml.rfind("</appmsg>")?.checked_add("</appmsg>".len())?;
    let (before, rest) = xml.get(from..to)?.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    let mut own = before.to_owned();
    own.push_str(begin);
    escape(media_id, &mut own);
    own.push_str(end);
    own.push_str(after);
    Some(own)
}

fn escape(text: &str, out: &mut String) {
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            char => out.push(char),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped() {
        let xml = of_file(&FileName::new("a<b>&'\"c\".d&e"), 7, "@crypt_1<");
        assert_eq!(
            xml,
            "<appmsg appid='wxeb7ec651dd0aefa9' sdkver=''><title>a&lt;b&gt;&amp;'\"c\".d&amp;e</title><des></des>\
             <action></action><type>6</type><content></content><url></url><lowurl></lowurl><appattach>\
             <totallen>7</totallen><attachid>@crypt_1&lt;</attachid><fileext>d&amp;e</fileext></appattach>\
             <extinfo></extinfo></appmsg>"
        );
        assert!(of_file(&FileName::new("Makefile"), 7, "").contains("<fileext>undefined</fileext>"));
    }

    #[test]
    fn a_received_one_keeps_all_but_its_attachment() {
        let xml = "<?xml version=\"1.0\"?>\n<msg>\n\t<appmsg appid=\"\"><title>x</title><appattach>\
                   <attachid>@cdn_1</attachid><fileext>x</fileext></appattach></appmsg>\n<a>b</a></msg>";
        assert_eq!(
            of_received(xml, "@crypt_2").as_deref(),
            Some(
                "<appmsg appid=\"\"><title>x</title><appattach><attachid>@crypt_2</attachid>\
                 <fileext>x</fileext></appattach></appmsg>"
            )
        );
        for none in
            ["", "<msg></msg>", "<appmsg></appmsg>", "</appmsg><appmsg>", "<appmsg><attachid></appmsg>"]
        {
            assert_eq!(of_received(none, "@crypt_2"), None, "{none}");
        }
    }
}
