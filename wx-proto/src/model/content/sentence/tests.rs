use std::collections::BTreeMap;

use super::*;

const QUOTES: [(&str, &str); 5] = [("", ""), ("\"", "\""), ("“", "”"), ("「", "」"), ("\" ", "\"")];
const STOPS: [&str; 6] = ["", ".", "。", "  ", ".   ", "  撤销"];
const ANNA: &str = "Anna 😂";
const NAMES: [&str; 3] = ["小乔", "Tom$e", "示例_助手"];

/// Every spelling of a pattern: one word of each choice.
fn spellings(pattern: &str) -> Vec<String> {
    match Piece::first(pattern) {
        None => vec![String::new()],
        Some((piece, rest)) => {
            let words: Vec<String> = match piece {
                Piece::Words(words) => vec![words.to_owned()],
                Piece::Choice(words) => words.split('|').map(str::to_owned).collect(),
                Piece::Slot(slot) => vec![format!("{{{slot}}}")],
            };
            let rests = spellings(rest);
            words.iter().flat_map(|word| rests.iter().map(move |rest| format!("{word}{rest}"))).collect()
        }
    }
}

/// Lists of so many names, with every sign that may stand between them.
fn lists(language: Language, count: usize, (open, close): (&str, &str)) -> Vec<String> {
    let names = &NAMES[..count];
    if count == 1 {
        return vec![format!("{open}{}{close}", names[0])];
    }
    let own: &[&str] = match language {
        Language::English => &[", ", ",", " and "],
        Language::Chinese | Language::Japanese | Language::Other => &["、"],
    };
    if open.is_empty() {
        return own.iter().map(|sign| names.join(sign)).collect();
    }
    let each: Vec<String> = names.iter().map(|name| format!("{open}{name}{close}")).collect();
    let whole =
        own.iter().filter(|sign| **sign != " and ").map(|sign| format!("{open}{}{close}", names.join(sign)));
    whole.chain(["、", ", ", ",", "和", " and "].map(|sign| each.join(sign))).collect()
}

/// Traditional characters for simplified ones.
fn traditional(text: &str) -> String {
    let map: BTreeMap<char, char> = ('\u{4e00}'..='\u{9fff}')
        .filter(|char| simplified(*char) != *char)
        .map(|char| (simplified(char), char))
        .collect();
    text.chars().map(|char| map.get(&char).copied().unwrap_or(char)).collect()
}

fn means(language: Language, means: Means, who: usize) -> Option<Saying> {
    let found = Found {
        by: Some(ANNA),
        who: NAMES[..who].to_vec(),
        name: Some("周末爬山"),
        span: Some(Duration::from_secs(65)),
        doubtful: false,
    };
    Way { language, means, found }.saying()
}

#[test]
fn every_wording_in_every_spelling_is_read() {
    let mut read_so_far = 0;
    let mut wrong = Vec::new();
    for (language, what, patterns) in WORDINGS {
        let numbered = patterns.iter().flat_map(|pattern| spellings(pattern).into_iter().enumerate());
        for (number, spelling) in numbered {
            // All quotes, signs and stops with the first spelling; each other one with some of them, in turn.
            let whole = number == 0;
            for (turn, quotes) in QUOTES.into_iter().enumerate() {
                if !whole && number % QUOTES.len() != turn {
                    continue;
                }
                let (open, close) = quotes;
                let polite = if *language == Language::Japanese { "さん" } else { "" };
                let fill = |text: &str| format!("{open}{text}{close}{polite}");
                let counts: &[usize] = if spelling.contains("{who}") { &[1, 3] } else { &[1] };
                for who in counts.iter().copied() {
                    for list in lists(*language, who, quotes) {
                        let filled = spelling
                            .replace("{by}", &fill(ANNA))
                            .replace("{one}", &fill(NAMES[0]))
                            .replace("{who}", &format!("{list}{polite}"))
                            .replace("{name}", &format!("{open}周末爬山{close}"))
                            .replace("{others}", &NAMES.join("、"))
                            .replace("{span}", "01:05")
                            .replace("{any}", "me");
                        let named = ["{one}", "{who}"].iter().any(|slot| spelling.contains(slot));
                        let expected = means(*language, *what, if named { who } else { 0 });
                        assert!(expected.is_some(), "{spelling}");
                        for (turn, stop) in STOPS.into_iter().enumerate() {
                            if !whole && number / QUOTES.len() % STOPS.len() != turn {
                                continue;
                            }
                            // A link follows words only, not names.
                            if stop.contains("撤销") && spelling.ends_with('}') {
                                continue;
                            }
                            let text = format!("{filled}{stop}");
                            if read(&text) != expected {
                                wrong.push(text.clone());
                            }
                            if *language == Language::Chinese && turn == 0 {
                                let text = traditional(&text);
                                if read(&text) != expected {
                                    wrong.push(text);
                                }
                            }
                            read_so_far += 1;
                        }
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {read_so_far}: {:#?}", wrong.len(), &wrong[..wrong.len().min(40)]);
    assert!(read_so_far > 10_000, "{read_so_far}");
}

#[test]
fn capitals_and_brackets_do_not_matter() {
    for text in [
        "[Received video/voice chat message. View on phone.]",
        "RECEIVED VIDEO/VOICE CHAT MESSAGE. VIEW ON PHONE",
        "【收到一条视频/语音聊天消息,请在手机上查看】",
    ] {
        assert_eq!(read(text), Some(Saying::Call(Voip::Call)), "{text}");
    }
}

fn people(text: &str) -> Option<(Vec<String>, Option<String>)> {
    let name = |person: &Person| person.name().unwrap_or("<me>").to_owned();
    let Some(Saying::Event(event)) = read(text) else { return None };
    let (who, by) = match event {
        GroupEvent::Joined { who, by, .. } => (who, by),
        GroupEvent::Removed { who, by } => (who, Some(by)),
        GroupEvent::Left { who } => (who, None),
        GroupEvent::Renamed { name, by } => (vec![Person::Named(name)], Some(by)),
        GroupEvent::OwnerChanged { owner } => (vec![owner], None),
    };
    Some((who.iter().map(name).collect(), by.as_ref().map(name)))
}

#[test]
fn list_signs_of_other_languages_are_parts_of_names() {
    let who = |text: &str| people(text).map(|(who, _)| who).unwrap_or_default();
    assert_eq!(
        who("You invited 大山、Zoe, 小乔, 示例_助手 to the group chat.   "),
        ["大山、Zoe", "小乔", "示例_助手"]
    );
    assert_eq!(who("你邀请\"Smith, John、小乔\"加入了群聊"), ["Smith, John", "小乔"]);
    assert_eq!(who("\"大山、Zoe\" joined the group chat via the QR Code shared by \"Anna\"."), ["大山、Zoe"]);
    assert_eq!(who("你邀请\"Tom and Jerry\"加入了群聊"), ["Tom and Jerry"]);
    assert_eq!(who("你邀请\"和平\"加入了群聊"), ["和平"]);
    assert_eq!(who("You invited . 木 子 .呵呵 to the group chat.   "), [". 木 子 .呵呵"]);
}

#[test]
fn names_that_hold_wordings_invent_nobody() {
    let mine = |by: &str| Some((vec!["<me>".to_owned()], Some(by.to_owned())));
    // One way only to read them.
    assert_eq!(people("\"5\" TV\"邀请你加入了群聊"), mine("5\" TV"));
    for text in [
        // Who invited whom?
        "\"A\"邀请\"B\"邀请\"C\"加入了群聊",
        "\"X\"邀请\"A\"邀请\"B\"加入了群聊",
        "你邀请\"A\"邀请\"B\"加入了群聊",
        "\"A\"邀请\"B\"邀请你加入了群聊",
        "A invited B invited C to the group chat",
        "你将\"A\"邀请\"B\"移出了群聊",
        "\"A、B\"邀请\"C\"退出了群聊",
        "\"X\"修改群名为“T”\"修改群名为“U”",
        "X changed the group name to Y invited Z to the group chat",
        "\"A\" 拍了拍B\"邀请\"C\"加入了群聊",
        "A 拍了拍我并邀请B加入了群聊",
        // Other sentences, with a wording in a name.
        "群公告：A邀请B加入了群聊",
        "\"A\"邀请你加入了群聊，群聊参与人还有：B\" 开启了群聊邀请确认",
        "群主已启用“群聊邀请确认”，\"A\"邀请\"B\"加入了群聊需确认",
        "\"A\"邀请\"B\"加入了群聊\" 设置了群公告",
        "",
        "\"\"邀请\"\"加入了群聊",
    ] {
        assert_eq!(people(text), None, "{text}");
    }
}

#[test]
fn long_and_hostile_sentences_end() {
    for piece in [
        "邀请",
        "\"",
        "\"A\"邀请",
        " invited ",
        "拍了拍",
        "、",
        "さんが",
        "修改群名为“",
        "通过扫描",
        " and ",
        "[",
        "a",
    ] {
        for count in [10, 1000, 100_000] {
            let _ = read(&piece.repeat(count));
            let _ = read(&format!("\"{}\"加入了群聊", piece.repeat(count)));
        }
    }
}
