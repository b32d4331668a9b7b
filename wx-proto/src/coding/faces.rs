//! The faces of the keyboard, which travel as words in brackets: `[微笑]`, or `[Smile]` from somebody who uses English.
//!
//! Texts keep them as they are. This table turns them into the other language; newer faces that are not in it stay.

use std::borrow::Cow;

/// The names of the official page's faces, Chinese and English, in its order; older Chinese names after them.
const FACES: &[(&str, &str)] = &[
    ("微笑", "Smile"),
    ("撇嘴", "Grimace"),
    ("色", "Drool"),
    ("发呆", "Scowl"),
    ("得意", "CoolGuy"),
    ("流泪", "Sob"),
    ("害羞", "Shy"),
    ("闭嘴", "Silent"),
    ("睡", "Sleep"),
    ("大哭", "Cry"),
    ("尴尬", "Awkward"),
    ("发怒", "Angry"),
    ("调皮", "Tongue"),
    ("呲牙", "Grin"),
    ("惊讶", "Surprise"),
    ("难过", "Frown"),
    ("酷", "Ruthless"),
    ("冷汗", "Blush"),
    ("抓狂", "Scream"),
    ("吐", "Puke"),
    ("偷笑", "Chuckle"),
    ("愉快", "Joyful"),
    ("白眼", "Slight"),
    ("傲慢", "Smug"),
    ("饥饿", "Hungry"),
    ("困", "Drowsy"),
    ("惊恐", "Panic"),
    ("流汗", "Sweat"),
    ("憨笑", "Laugh"),
    ("悠闲", "Commando"),
    ("奋斗", "Determined"),
    ("咒骂", "Scold"),
    ("疑问", "Shocked"),
    ("嘘", "Shhh"),
    ("晕", "Dizzy"),
    ("疯了", "Tormented"),
    ("衰", "Toasted"),
    ("骷髅", "Skull"),
    ("敲打", "Hammer"),
    ("再见", "Wave"),
    ("擦汗", "Speechless"),
    ("抠鼻", "NosePick"),
    ("鼓掌", "Clap"),
    ("糗大了", "Shame"),
    ("坏笑", "Trick"),
    ("左哼哼", "Bah！L"),
    ("右哼哼", "Bah！R"),
    ("哈欠", "Yawn"),
    ("鄙视", "Pooh-pooh"),
    ("委屈", "Shrunken"),
    ("快哭了", "TearingUp"),
    ("阴险", "Sly"),
    ("亲亲", "Kiss"),
    ("吓", "Wrath"),
    ("可怜", "Whimper"),
    ("菜刀", "Cleaver"),
    ("西瓜", "Watermelon"),
    ("啤酒", "Beer"),
    ("篮球", "Basketball"),
    ("乒乓", "PingPong"),
    ("咖啡", "Coffee"),
    ("饭", "Rice"),
    ("猪头", "Pig"),
    ("玫瑰", "Rose"),
    ("凋谢", "Wilt"),
    ("嘴唇", "Lips"),
    ("爱心", "Heart"),
    ("心碎", "BrokenHeart"),
    ("蛋糕", "Cake"),
    ("闪电", "Lightning"),
    ("炸弹", "Bomb"),
    ("刀", "Dagger"),
    ("足球", "Soccer"),
    ("瓢虫", "Ladybug"),
    ("便便", "Poop"),
    ("月亮", "Moon"),
    ("太阳", "Sun"),
    ("礼物", "Gift"),
    ("拥抱", "Hug"),
    ("强", "ThumbsUp"),
    ("弱", "ThumbsDown"),
    ("握手", "Shake"),
    ("胜利", "Peace"),
    ("抱拳", "Fight"),
    ("勾引", "Beckon"),
    ("拳头", "Fist"),
    ("差劲", "Pinky"),
    ("爱你", "RockOn"),
    ("NO", "Nuh-uh"),
    ("OK", "OK"),
    ("爱情", "InLove"),
    ("飞吻", "Blowkiss"),
    ("跳跳", "Waddle"),
    ("发抖", "Tremble"),
    ("怄火", "Aaagh!"),
    ("转圈", "Twirl"),
    ("磕头", "Kotow"),
    ("回头", "Dramatic"),
    ("跳绳", "JumpRope"),
    ("投降", "Surrender"),
    ("激动", "Hooray"),
    ("乱舞", "Meditate"),
    ("献吻", "Smooch"),
    ("左太极", "TaiChi L"),
    ("右太极", "TaiChi R"),
    ("嘿哈", "Hey"),
    ("捂脸", "Facepalm"),
    ("奸笑", "Smirk"),
    ("机智", "Smart"),
    ("皱眉", "Concerned"),
    ("耶", "Yeah!"),
    ("鸡", "Chicken"),
    ("红包", "Packet"),
    ("可爱", "Joyful"),
    ("大兵", "Commando"),
    ("折磨", "Tormented"),
];

/// Longest name in the table, in bytes.
const LONGEST: usize = 15;

/// `text` with the faces in English.
///
/// ```
/// assert_eq!(wx_proto::faces::in_english("早[微笑]"), "早[Smile]");
/// ```
pub fn in_english(text: &str) -> Cow<'_, str> {
    translated(text, |name| FACES.iter().find(|(chinese, _)| *chinese == name).map(|(_, english)| *english))
}

/// `text` with the faces in Chinese.
///
/// ```
/// assert_eq!(wx_proto::faces::in_chinese("hi [Smile]"), "hi [微笑]");
/// ```
pub fn in_chinese(text: &str) -> Cow<'_, str> {
    translated(text, |name| FACES.iter().find(|(_, english)| *english == name).map(|(chinese, _)| *chinese))
}

fn translated<'t>(text: &'t str, look_up: impl Fn(&str) -> Option<&'static str>) -> Cow<'t, str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, marked)) = rest.split_once('[') {
        let end = marked.bytes().take(LONGEST + 1).position(|byte| byte == b']');
        let name = end.and_then(|end| marked.get(..end));
        out.push_str(before);
        out.push('[');
        rest = marked;
        if let Some(name) = name
            && let Some(other) = look_up(name)
        {
            out.push_str(other);
            rest = marked.strip_prefix(name).unwrap_or(marked);
        }
    }
    if rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faces_are_translated() {
        assert_eq!(in_english("你好[微笑][NO] [旺柴] [可爱]["), "你好[Smile][Nuh-uh] [旺柴] [Joyful][");
        assert_eq!(in_chinese("hi [Smile][Joyful][OK]]"), "hi [微笑][愉快][OK]]");
        assert!(matches!(in_english("no face here"), Cow::Borrowed(_)));
        let many = "[".repeat(1 << 20);
        assert_eq!(in_english(&many), many);
    }

    #[test]
    fn the_table_is_sound() {
        assert_eq!(FACES.len(), 113 + 3);
        for (chinese, english) in FACES {
            assert!(chinese.len() <= LONGEST && english.len() <= LONGEST, "{chinese}");
            assert!(!format!("{chinese}{english}").contains(['[', ']']), "{chinese}");
            assert_eq!(in_english(&format!("[{chinese}]")), format!("[{english}]"));
        }
    }
}
