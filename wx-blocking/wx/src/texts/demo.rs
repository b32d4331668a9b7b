//! Texts of `wx demo`.

use crate::{
    palette::{BAD, GOOD, NOTE},
    texts::lang::Lang,
};

texts! {
    demo:

    demo_stuck(what: &str) { en: "the demonstration is stuck: {what}", zh: "演示无法继续：{what}" }
    demo_no_login() { en: "the login did not get through", zh: "登录未能完成" }
    demo_no_logout(error: &str) { en: "the logout failed: {error}", zh: "退出登录失败：{error}" }
    demo_no_play(error: &str) { en: "the play and the world do not fit: {error}", zh: "剧本与模拟世界不符：{error}" }
    demo_no_contact(name: &str) { en: "{name} is not among the contacts", zh: "通讯录中没有 {name}" }
    demo_not_accepted(error: &str) { en: "a message was not accepted: {error}", zh: "一条消息未被接受：{error}" }
    demo_not_sent(error: &str) { en: "a message was not sent: {error}", zh: "一条消息未发出：{error}" }
    demo_not_sent_in_time() { en: "a message was not sent in time", zh: "一条消息未及时发出" }
    demo_no_agreement() { en: "client and server do not agree", zh: "客户端与服务器不一致" }
    demo_verbosely() { en: "run it again with -v to see the requests", zh: "请加 -v 重新运行，查看请求" }
    demo_no_listener(error: &str) {
        en: "the simulated server cannot listen: {error}",
        zh: "模拟服务器无法监听：{error}",
    }
    demo_loopback() { en: "see whether loopback works", zh: "请检查回环地址是否可用" }
    demo_intro() {
        en: "{NOTE}wx demo{NOTE:#}: the real client and a simulated server, on this computer only",
        zh: "{NOTE}wx demo{NOTE:#}：真正的客户端与模拟服务器，只在本机运行",
    }
    demo_address(address: &str) {
        en: "server on https://{address}, offline, nothing is stored",
        zh: "服务器 https://{address}，离线运行，不保存任何内容",
    }
    demo_logging_in() { en: "Logging in", zh: "登录" }
    demo_messages_arrive() { en: "Messages arrive", zh: "收消息" }
    demo_messages_sent() { en: "Messages are sent", zh: "发消息" }
    demo_files() { en: "A file goes up, and one comes down", zh: "收发文件" }
    demo_file(name: &str, size: &str) { en: "[file {name} {size}]", zh: "[文件 {name} {size}]" }
    demo_fetched(name: &str, size: &str) {
        en: "{GOOD}saved as {name}{GOOD:#} ({size}), the same bytes",
        zh: "{GOOD}已存为 {name}{GOOD:#}（{size}），内容一致",
    }
    demo_other_bytes() { en: "other bytes came than were sent", zh: "收到的内容与发出的不同" }
    demo_no_file_came() { en: "a file did not come in time", zh: "文件未及时收到" }
    demo_connection_breaks() {
        en: "The connection breaks while messages are on their way",
        zh: "收消息途中断线",
    }
    demo_logging_out() { en: "Logging out", zh: "退出登录" }
    demo_logged_out() { en: "{GOOD}logged out{GOOD:#}", zh: "{GOOD}已退出登录{GOOD:#}" }
    demo_record() { en: "The server's own record of what was sent to it", zh: "服务器收到的消息记录" }
    demo_stored_once() { en: " (stored once)", zh: "（仅存一次）" }
    demo_stored_more() { en: " (stored more than once)", zh: "（存了多次）" }
    demo_summary() { en: "Summary", zh: "总结" }
    demo_label_requests() { en: "requests", zh: "请求" }
    demo_requests(made: u64, served: u64) {
        en: "{made} made, {served} reached the server",
        zh: "发出 {made}，到达服务器 {served}",
    }
    demo_label_in() { en: "messages in", zh: "收到的消息" }
    demo_messages_in(queued: u64, handed: u64, received: u64) {
        en: "{queued} queued by the server, {handed} handed out with repeats, {received} received",
        zh: "服务器待发 {queued}，含重发共下发 {handed}，实际收到 {received}",
    }
    demo_label_out() { en: "messages out", zh: "发出的消息" }
    demo_messages_out(sent: u64, stored: u64) {
        en: "{sent} sent, {stored} stored by the server",
        zh: "发送 {sent}，服务器存下 {stored}",
    }
    demo_label_outages() { en: "outages", zh: "断线次数" }
    demo_fits() { en: "{GOOD}nothing lost, nothing twice{GOOD:#}", zh: "{GOOD}不丢不重{GOOD:#}" }
    demo_differs() { en: "{BAD}this does not match{BAD:#}", zh: "{BAD}两边对不上{BAD:#}" }
    demo_no_file(error: &str) { en: "cannot write a temporary file: {error}", zh: "无法写入临时文件：{error}" }
    demo_complaint(text: &str) { en: "the server complains: {text}", zh: "服务器指出问题：{text}" }
    demo_sent() { en: "sent ", zh: "已发 " }
}
