//! The server's wordings: the one table of what its sentences mean, in the languages of phones.
//!
//! A pattern is what the server writes, with slots for what it puts in. `[a|b|]` is one of several words or nothing.
//! It is in simplified characters and small letters, which stand for traditional ones and capitals: see
//! [`sentence`](super::sentence), which also bears with quotes, full stops and blanks. Slots: `{by}` a person, `{one}` the
//! person it is about, `{who}` people it is about, `{name}` a group's new name, `{others}` people who are not told of,
//! `{span}` minutes and seconds, `{any}` anything.
//!
//! Recorded texts come first in each list; what follows are the same words as other versions of the clients put them. Only
//! wordings known for certain are here: a sentence that is not is shown as it is.

use super::Voip;

/// A language, as far as lists of names go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Language {
    /// Chinese, in both scripts.
    Chinese,
    English,
    Japanese,
    /// Sentences without names only.
    Other,
}

/// What a sentence means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Means {
    /// People came into the group: those named, and with `me` the account itself.
    Joined {
        me: bool,
        by: By,
        by_code: bool,
    },
    Left {
        me: bool,
    },
    Removed {
        me: bool,
        by: By,
    },
    Renamed {
        by: By,
    },
    Owner {
        me: bool,
    },
    Pat,
    Call(Voip),
    /// A call that was held, and how long.
    Talked,
    RedPacket,
    Transfer,
    LocationStarted,
    LocationEnded,
    /// What the web does not show.
    Unseen,
    /// The account withdrew a message.
    OwnRecall,
}

/// Who did it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum By {
    Nobody,
    Me,
    /// Who is named in the sentence.
    Named,
}

use self::{
    By::{Me, Named, Nobody},
    Language::{Chinese, English, Japanese, Other},
};

const fn joined(by: By) -> Means {
    Means::Joined { me: false, by, by_code: false }
}

const fn i_joined(by: By) -> Means {
    Means::Joined { me: true, by, by_code: false }
}

const fn scanned(by: By) -> Means {
    Means::Joined { me: false, by, by_code: true }
}

const fn i_scanned(by: By) -> Means {
    Means::Joined { me: true, by, by_code: true }
}

/// The table: language, meaning, patterns.
pub(super) const WORDINGS: &[(Language, Means, &[&str])] = &[
    // Groups, in Chinese.
    (Chinese, joined(Me), &["[你|您]邀请{who}加入[了|]群[聊|组]"]),
    (
        Chinese,
        i_joined(Named),
        &[
            "{by}邀请[你|您]加入[了|]群[聊|组]",
            "{by}邀请[你|您]加入[了|]群[聊|组]，[群聊|群组|][参与人|参与者|成员]还有：{others}",
            "{by}邀请[你|您][和|与|、]{who}加入[了|]群[聊|组]",
            "{by}邀请[你|您][和|与|、]{who}加入[了|]群[聊|组]，[群聊|群组|][参与人|参与者|成员]还有：{others}",
        ],
    ),
    (Chinese, joined(Named), &["{by}邀请{who}加入[了|]群[聊|组]"]),
    (
        Chinese,
        scanned(Me),
        &["{one}[通|透]过扫描[你|您]分享的[二维码|二维条码|行动条码| qr code ]加入[了|]群[聊|组]"],
    ),
    (
        Chinese,
        scanned(Named),
        &["{one}[通|透]过扫描{by}分享的[二维码|二维条码|行动条码| qr code ]加入[了|]群[聊|组]"],
    ),
    (
        Chinese,
        i_scanned(Named),
        &[
            "[你|您][通|透]过扫描{by}分享的[二维码|二维条码|行动条码| qr code ]加入[了|]群[聊|组]",
            "[你|您][通|透]过扫描{by}分享的[二维码|二维条码|行动条码| qr code ]加入[了|]群[聊|组]，[群聊|群组|][参与人|参与者|成员]还有：{others}",
        ],
    ),
    (
        Chinese,
        i_scanned(Nobody),
        &[
            "[你|您][通|透]过扫描[二维码|二维条码|行动条码| qr code ]加入[了|]群[聊|组]，[群聊|群组|][参与人|参与者|成员]还有：{others}",
            "[你|您][通|透]过扫描[二维码|二维条码|行动条码| qr code ]加入[了|]群[聊|组]",
        ],
    ),
    (Chinese, scanned(Nobody), &["{one}[通|透]过扫描[二维码|二维条码|行动条码| qr code ]加入[了|]群[聊|组]"]),
    (
        Chinese,
        i_joined(Nobody),
        &[
            "[你|您][已|]加入[了|][该|此|]群[聊|组]",
            "[你|您][已|]加入[了|][该|此|]群[聊|组]，[群聊|群组|][参与人|参与者|成员]还有：{others}",
        ],
    ),
    (Chinese, Means::Removed { me: false, by: Me }, &["[你|您]将{who}移出[了|]群[聊|组]"]),
    (Chinese, Means::Removed { me: true, by: Named }, &["[你|您][已|]被{by}移出[了|]群[聊|组]"]),
    (Chinese, Means::Removed { me: false, by: Named }, &["{by}将{who}移出[了|]群[聊|组]"]),
    (Chinese, Means::Left { me: false }, &["{one}[已|]退出[了|]群[聊|组]", "{one}离开[了|]群[聊|组]"]),
    (Chinese, Means::Left { me: true }, &["[你|您][已|]退出[了|]群[聊|组]"]),
    (
        Chinese,
        Means::Renamed { by: Named },
        &[
            "{by}[修改|更改|变更][了|]群[聊|组|]名[称|]为{name}",
            "{by}将群[聊|组|]名[称|][修改|更改|变更|改]为{name}",
        ],
    ),
    (
        Chinese,
        Means::Renamed { by: Me },
        &[
            "[你|您][修改|更改|变更][了|]群[聊|组|]名[称|]为{name}",
            "[你|您]将群[聊|组|]名[称|][修改|更改|变更|改]为{name}",
        ],
    ),
    (Chinese, Means::Owner { me: false }, &["{one}[已|]成为[新|]群主"]),
    (Chinese, Means::Owner { me: true }, &["[你|您][已|]成为[新|]群主"]),
    // Groups, in English.
    (English, joined(Me), &["you invited {who} to [the|a|this] group chat"]),
    (
        English,
        i_joined(Named),
        &[
            "{by} invited you to [the|a|this] group chat",
            "{by} invited you to [the|a|this] group chat with {others}",
            "{by} invited you and {who} to [the|a|this] group chat",
            "{by} invited you and {who} to [the|a|this] group chat with {others}",
        ],
    ),
    (English, joined(Named), &["{by} invited {who} to [the|a|this] group chat"]),
    (English, scanned(Me), &["{one} joined [the |a |this |]group chat via [the |a |]qr code you shared"]),
    (
        English,
        scanned(Named),
        &["{one} joined [the |a |this |]group chat via [the |a |]qr code shared by {by}"],
    ),
    (
        English,
        i_scanned(Named),
        &["you[ have|'ve|] joined [the |a |this |]group chat via [the |a |]qr code shared by {by}"],
    ),
    (
        English,
        i_scanned(Nobody),
        &[
            "you[ have|'ve|] joined [the |a |this |]group chat via [the |a |]qr code",
            "you[ have|'ve|] joined [the |a |this |]group chat with {others} via [the |a |]qr code",
        ],
    ),
    (English, scanned(Nobody), &["{one} joined [the |a |this |]group chat via [the |a |]qr code"]),
    (English, i_joined(Nobody), &["you[ have|'ve|] joined [this |the |a |]group chat"]),
    (English, Means::Removed { me: false, by: Me }, &["you removed {who} from [the|this] group chat"]),
    (
        English,
        Means::Removed { me: true, by: Named },
        &[
            "you were removed from [the|this] group chat by {by}",
            "{by} removed you from [the|this] group chat",
        ],
    ),
    (English, Means::Removed { me: false, by: Named }, &["{by} removed {who} from [the|this] group chat"]),
    (English, Means::Left { me: false }, &["{one}[ has|] left [the|this] group chat"]),
    (English, Means::Left { me: true }, &["you[ have|'ve|] left [the|this] group chat"]),
    (English, Means::Renamed { by: Named }, &["{by} changed [the |]group[ chat|] name to {name}"]),
    (English, Means::Renamed { by: Me }, &["you changed [the |]group[ chat|] name to {name}"]),
    (English, Means::Owner { me: false }, &["{one} [is now|has become|became] the [new |]group owner"]),
    (English, Means::Owner { me: true }, &["you [are now|have become|became] the [new |]group owner"]),
    // Groups, in Japanese.
    (
        Japanese,
        i_joined(Nobody),
        &["グループチャットに参加しました", "あなた[が|は]グループチャットに参加しました"],
    ),
    (Japanese, joined(Named), &["{by}[が|は]{who}をグループチャットに招待しました"]),
    (Japanese, joined(Me), &["あなた[が|は]{who}をグループチャットに招待しました"]),
    (
        Japanese,
        i_joined(Named),
        &[
            "{by}[が|は]あなたをグループチャットに招待しました",
            "{by}[が|は]あなた[と|、]{who}をグループチャットに招待しました",
        ],
    ),
    (
        Japanese,
        Means::Removed { me: false, by: Me },
        &["あなた[が|は]{who}をグループチャットから削除しました"],
    ),
    (
        Japanese,
        Means::Removed { me: false, by: Named },
        &["{by}[が|は]{who}をグループチャットから削除しました"],
    ),
    (
        Japanese,
        Means::Removed { me: true, by: Named },
        &["{by}[が|は]あなたをグループチャットから削除しました"],
    ),
    (Japanese, Means::Left { me: false }, &["{one}[が|は]グループチャット[を|から]退出しました"]),
    (Japanese, Means::Renamed { by: Named }, &["{by}[が|は]グループ名を{name}に変更しました"]),
    (Japanese, Means::Renamed { by: Me }, &["あなた[が|は]グループ名を{name}に変更しました"]),
    (Japanese, Means::Owner { me: false }, &["{one}[が|は]グループマネージャーになりました"]),
    (Japanese, Means::Owner { me: true }, &["あなた[が|は]グループマネージャーになりました"]),
    // Pats. What stands behind is what the patted person chose.
    (Chinese, Means::Pat, &["{by}拍了拍{any}", "[我|你|您]拍了拍{any}", "拍拍"]),
    (English, Means::Pat, &["{by} tickled {any}", "[i|you] tickled {any}"]),
    // Money.
    (
        Chinese,
        Means::RedPacket,
        &[
            "收到[一个|][红包|利是]，请在手机上[查看|检视]",
            "[发出|发送][了|][一个|][红包|利是]，请在手机上[查看|检视]",
        ],
    ),
    (
        English,
        Means::RedPacket,
        &[
            "red packet [received|sent]. view [it |]on [your |]phone",
            "[received|sent] [a |]red packet. view [it |]on [your |]phone",
        ],
    ),
    (
        Chinese,
        Means::Transfer,
        &[
            "收到[一条|一笔|][微信|]转账[消息|讯息|]，请在手机上[查看|检视]",
            "[发出|发起|发送][了|][一条|一笔|][微信|]转账[消息|讯息|]，请在手机上[查看|检视]",
        ],
    ),
    (
        English,
        Means::Transfer,
        &[
            "[received|sent] [a |]transfer. view [it |]on [your |]phone",
            "transfer [received|sent]. view [it |]on [your |]phone",
            "received a micro-message transfer message, please view on the phone",
        ],
    ),
    // Calls.
    (
        Chinese,
        Means::Call(Voip::Call),
        &[
            "收到[一条|][视频/语音|语音/视频|视讯/语音|语音/视讯|视频|视讯|语音][聊天|通话][消息|讯息|]，请在手机上[查看|检视]",
            "[你|您]的微信版本[较|过]低，升级微信体验多人[语音|视频|视讯|音视频]通话",
            "{by}发起[了|][多人|][语音|视频|视讯][通话|聊天]",
            "[我|你|您]发起[了|][多人|][语音|视频|视讯][通话|聊天]",
        ],
    ),
    (
        English,
        Means::Call(Voip::Call),
        &[
            "received [a |][video/voice|voice/video|video|voice] [chat|call] message. view [it |]on [your |]phone",
            "receive a video / voice chat message, view it on your phone",
            "{by} started a [voice|video|group] call",
        ],
    ),
    (Chinese, Means::Call(Voip::Cancelled), &["[通话|对方|][已|]取消"]),
    (English, Means::Call(Voip::Cancelled), &["[call |]cance[l|ll]ed[ by caller|]"]),
    (Chinese, Means::Call(Voip::Declined), &["[对方|][已|]拒绝[通话|接听|]"]),
    (English, Means::Call(Voip::Declined), &["[call |]declined[ by other party| by user|]"]),
    (Chinese, Means::Call(Voip::Missed), &["[对方|][未接听|未应答|无应答]", "未接[来电|通话|]"]),
    (
        English,
        Means::Call(Voip::Missed),
        &["[call |][not answered|unanswered]", "missed[ call|]", "no answer"],
    ),
    (Chinese, Means::Call(Voip::Busy), &["[对方|]忙线[中|未接听|]", "对方[正|]忙"]),
    (English, Means::Call(Voip::Busy), &["line busy", "busy"]),
    (Chinese, Means::Call(Voip::Elsewhere), &["已在其[它|他]设备[接听|拒绝]"]),
    (English, Means::Call(Voip::Elsewhere), &["[call |]answered on [other|another] device"]),
    (Chinese, Means::Talked, &["[语音|视频|视讯|][通话|聊天]时[长|间][：|]{span}"]),
    (English, Means::Talked, &["[call |]duration[:|] {span}"]),
    (Chinese, Means::Call(Voip::Ended), &["[多人|][语音|视频|视讯|][通话|聊天][已经|已|]结束", "通话中断"]),
    (English, Means::Call(Voip::Ended), &["[voice |video |group |]call [has |]ended"]),
    // Places.
    (
        Chinese,
        Means::LocationStarted,
        &[
            "{by}发起[了|]位置[共|分]享，请在手机上[查看|检视]",
            "[我|你|您]发起[了|]位置[共|分]享，请在手机上[查看|检视]",
        ],
    ),
    (English, Means::LocationStarted, &["{by} started a real-time location session. view on phone"]),
    (Chinese, Means::LocationEnded, &["位置[共|分]享已[经|]结束"]),
    (
        English,
        Means::LocationEnded,
        &["[the |]real-time location session [has |]ended", "[the |]location sharing [has |]ended"],
    ),
    // Stand-ins.
    (
        Chinese,
        Means::Unseen,
        &[
            "该类型暂不支持，请在手机上[查看|检视]",
            "暂时不支援该类型，请在手机上[查看|检视]",
            "收到一条网页版微信暂不支持的消息类型，请在手机上[查看|检视]",
            "该消息网页版微信暂时不支持",
        ],
    ),
    (English, Means::Unseen, &["this type of message is not supported on web wechat. view it on your phone"]),
    (
        Japanese,
        Means::Unseen,
        &["このタイプのメッセージはwechatではサポートされていません。あなたの電話で見る"],
    ),
    (Other, Means::Unseen, &["ဤစာအမ်ိဳးအစားသည္ ဝက္ဘ္ wechat တြင္ မေထာက္ပံ့ပါ။ ၄င္းကို သင့္ဖုန္းတြင္ ၾကည့္ပါ။"]),
    // Recalls of one's own.
    (Chinese, Means::OwnRecall, &["[你|您][撤回|收回]了一[条|则][消息|讯息|信息]"]),
    (English, Means::OwnRecall, &["you[ have|'ve|] [recalled|unsent] a message"]),
    (
        Japanese,
        Means::OwnRecall,
        &[
            "あなた[が|は]メッセージを[取り消しました|撤回しました]",
            "メッセージを[取り消しました|撤回しました]",
        ],
    ),
];

/// The simplified one of a traditional character, among those of the wordings; any other as it is.
pub(super) const fn simplified(char: char) -> char {
    match char {
        '請' => '请',
        '掃' => '扫',
        '維' => '维',
        '碼' => '码',
        '條' => '条',
        '將' => '将',
        '與' => '与',
        '還' => '还',
        '參' => '参',
        '員' => '员',
        '組' => '组',
        '訊' => '讯',
        '則' => '则',
        '視' => '视',
        '頻' => '频',
        '語' => '语',
        '機' => '机',
        '檢' => '检',
        '發' => '发',
        '紅' => '红',
        '轉' => '转',
        '對' => '对',
        '絕' => '绝',
        '聽' => '听',
        '無' => '无',
        '應' => '应',
        '長' => '长',
        '間' => '间',
        '時' => '时',
        '線' => '线',
        '經' => '经',
        '結' => '结',
        '為' => '为',
        '過' => '过',
        '該' => '该',
        '類' => '类',
        '暫' => '暂',
        '話' => '话',
        '離' => '离',
        '級' => '级',
        '設' => '设',
        '備' => '备',
        '個' => '个',
        '筆' => '笔',
        '稱' => '称',
        '動' => '动',
        '來' => '来',
        '電' => '电',
        '較' => '较',
        '體' => '体',
        '驗' => '验',
        '網' => '网',
        '頁' => '页',
        '變' => '变',
        '斷' => '断',
        '開' => '开',
        '賬' | '帳' => '账',
        other => other,
    }
}

/// Words of links after a sentence, left when the link is reduced to its text.
pub(super) const LINKS: &[&str] = &[
    "$revoke$",
    "撤销",
    "撤銷",
    "撤消",
    "Revoke",
    "Undo",
    "取り消す",
    "取り消し",
    "重新编辑",
    "重新編輯",
    "Re-edit",
    "Edit",
    "再編集",
];

/// The account itself, as sentences name it.
pub(super) const PRONOUNS: &[&str] = &["你", "您", "我", "you", "I", "me", "あなた", "私"];
