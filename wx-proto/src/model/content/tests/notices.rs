//! What the server writes into a chat, calls, and the phone's status.

use super::*;

#[test]
fn notices() {
    let revoke = "<sysmsg type=\"revokemsg\"><revokemsg><msgid>7</msgid><replacemsg>r</replacemsg></revokemsg></sysmsg>";
    for number in [10_000, 10_002] {
        says(&xml(number, revoke, ""), "recalled", "r");
        let pat = xml(
            number,
            "<sysmsg type=\"pat\"><pat><fromusername>wxid_a</fromusername><pattedusername>wxid_b</pattedusername><template><![CDATA[\"${wxid_a}\" 拍了拍我]]></template></pat></sysmsg>",
            "",
        );
        says(&pat, "pat", "\"wxid_a\" 拍了拍我");
        says(
            &xml(number, "<sysmsg type=\"roomtoolstips\"><todo><title>T</title></todo></sysmsg>", ""),
            "system",
            "T",
        );
        says(
            &xml(number, "<sysmsg type=\"new\"/>", ""),
            "unknown",
            &format!("[unsupported message, type {number}]"),
        );
    }
    says(&wire(FRIEND, 10_000, "\"小明\" 拍了拍我", ""), "pat", "\"小明\" 拍了拍我");
    says(
        &wire(FRIEND, 10_000, "收到一条视频/语音聊天消息，请在手机上查看", ""),
        "voip",
        "[call: see the phone]",
    );
    for number in [50, 52, 53] {
        assert_eq!(wire(FRIEND, number, "", "").kind(), "voip");
    }
    let invited = "你邀请\"X\"加入了群聊  &lt;a href=\"weixin://revoke/\"&gt;撤销&lt;/a&gt;";
    for (from, event) in [(FRIEND, false), (GROUP, true)] {
        let content = wire(from, 10_000, invited, "");
        says(&content, "system", "你邀请\"X\"加入了群聊  撤销");
        let Content::System(system) = content else { panic!() };
        assert_eq!(system.event.is_some(), event, "only a group has such events");
    }
    let status = xml(
        51,
        "<msg>\n<op id='4'>\n<username>filehelper,1@chatroom</username>\n</op>\n</msg>",
        "\"StatusNotifyCode\":4,\"StatusNotifyUserName\":\"filehelper,@@2\"",
    );
    says(&status, "status", "");
    let Content::Status(status) = status else { panic!() };
    assert_eq!(
        (status.event, status.ids.join(" ").as_str()),
        (StatusEvent::ChatList, "filehelper 1@chatroom")
    );
    let short = xml(
        51,
        "<msg><op id='4'><username>a</username></op></msg>",
        "\"StatusNotifyUserName\":\"filehelper,@@2,\"",
    );
    let Content::Status(short) = short else { panic!() };
    assert_eq!((short.event, short.users.len(), short.ids.len()), (StatusEvent::ChatList, 2, 0));
}
