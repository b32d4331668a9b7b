//! Every text of the interface, in every language.
//!
//! A text is one entry of the table: it becomes a method of [`Lang`], and leaving a language out does not compile. Here are
//! those of several commands; the others have a file for each command.
//! The English help stands where the options are declared, its Chinese in [`help`]. What programs read (`--json`, the log)
//! is not here: it is English always.

use crate::{
    palette::{BAD, CHAT, GOOD, NOTE, WHO},
    texts::lang::Lang,
};

macro_rules! texts {
    ($all:ident: $($name:ident($($argument:ident: $type:ty),*) { en: $en:literal, zh: $zh:literal $(,)? })*) => {
        impl Lang {
            $(
                pub(crate) fn $name(self $(, $argument: $type)*) -> String {
                    match self {
                        Self::En => format!($en),
                        Self::Zh => format!($zh),
                    }
                }
            )*

            /// Each text with arguments of no meaning, for tests of the table.
            #[cfg(test)]
            pub(in crate::texts) fn $all(self) -> Vec<(&'static str, String)> {
                vec![$((stringify!($name), self.$name($(<$type as crate::texts::tests::Sample>::sample(stringify!($argument))),*)),)*]
            }
        }
    };
}

// The tables use the macro above.
mod contacts;
mod core;
mod days;
mod demo;
mod doctor;
mod driver;
mod files;
pub(crate) mod help;
mod kinds;
pub(crate) mod lang;
mod pages;
mod program;
mod sim;
mod system;
mod usage;

texts! {
    common:

    // Ends of the program.
    error() { en: "error: ", zh: "错误：" }
    next() { en: "next: ", zh: "下一步：" }
    interrupted() { en: "interrupted", zh: "已中断" }
    run_again() { en: "run it again", zh: "请重新运行" }
    run_again_verbosely() { en: "run it again with -v to see why", zh: "请加 -v 重新运行，查看原因" }
    cannot_write(error: &str) { en: "cannot write the output: {error}", zh: "无法输出：{error}" }
    see_the_output() { en: "see where the output goes", zh: "请检查输出写到了哪里" }
    cannot_write_file(path: &str, error: &str) {
        en: "cannot write {path}: {error}",
        zh: "无法写入 {path}：{error}",
    }
    cannot_read_file(path: &str, error: &str) {
        en: "cannot read {path}: {error}",
        zh: "无法读取 {path}：{error}",
    }
    comma() { en: ", ", zh: "、" }
    choose_another_folder() { en: "choose another folder", zh: "请另选文件夹" }
    client_stopped() { en: "the client stopped unexpectedly", zh: "客户端意外停止" }
    timed_out() {
        en: "the server could not be reached in time",
        zh: "连接服务器超时",
    }
    check_the_network() {
        en: "check the network (`wx doctor` helps), or give more time with --timeout SECONDS",
        zh: "请检查网络（可运行 wx doctor），或用 --timeout 延长等待时间",
    }

    // The account and its session file.
    no_login() { en: "there is no stored login for this account", zh: "此账号尚未登录" }
    run_login() { en: "run `wx login` and scan the QR code", zh: "请运行 wx login 并扫描二维码" }
    no_home() { en: "there is no home folder to keep the session in", zh: "没有可存放会话的主目录" }
    set_home() { en: "set HOME, or give --session FILE", zh: "请设置 HOME，或用 --session 指定文件" }
    session_unusable() {
        en: "choose another --account or --session FILE, or see who may write there",
        zh: "请换一个 --account 或 --session，或检查文件权限",
    }
    options_unusable() {
        en: "check the file, or --proxy, --ca-file and --session: wx --help",
        zh: "请检查该文件以及 --proxy、--ca-file、--session 选项，用法见 wx --help",
    }
    session_not_stored(error: &str) { en: "the session was not stored: {error}", zh: "会话未能保存：{error}" }
    free_space() {
        en: "free some space, or check who may write there; then run it again",
        zh: "请腾出磁盘空间或检查写权限，然后重新运行",
    }
    warning() {
        en: "wx logs in to your real WeChat account as a web client, and it is not an official one: the service may \
             warn, limit or block accounts that use one, and refuses many on the web. Use a spare account. (Gentler, for your \
             own phone only: `wx --profile file-helper login`. `wx demo` needs no account.) Ctrl-C stops here.",
        zh: "wx 会以网页版身份登录你的真实微信账号，但它不是官方客户端：账号可能因此被警告、限制或封禁，\
             也有许多账号无法登录网页版。请使用小号。（更稳妥、但只和自己的手机收发：wx --profile file-helper login；wx demo 不需要账号。）按 Ctrl-C 可中止。",
    }
    warning_file_helper() {
        en: "wx logs in to your real WeChat account as the web file helper, and it is not an official client: the service may \
             warn, limit or block accounts that use one. (`wx demo` needs no account.) Ctrl-C stops here.",
        zh: "wx 会以网页版文件传输助手的身份登录你的真实微信账号，但它不是官方客户端：账号可能因此被警告、限制或封禁。\
             （wx demo 不需要账号。）按 Ctrl-C 可中止。",
    }

    // Logging in.
    scan_this() { en: "Scan this code with WeChat on the phone:", zh: "请用手机微信扫描二维码：" }
    scan_the_new_one() {
        en: "The last code expired. Scan this one with WeChat on the phone:",
        zh: "上一个二维码已失效，请用手机微信扫描新的二维码：",
    }
    too_small_for_code(columns: usize, rows: usize) {
        en: "(this terminal is too small for the code, which takes {columns} columns and {rows} rows. Make it larger or the \
             letters smaller, and start again; or open this address on another screen and scan it there:)",
        zh: "（终端太小，显示不下二维码：需要 {columns} 列 {rows} 行。请放大窗口或缩小字号后重新运行，\
             或在其他屏幕上打开以下地址再扫描：）",
    }
    scanned() { en: "scanned; confirm on the phone", zh: "已扫码，请在手机上确认" }
    stored_login_refused() { en: "the stored login is no longer accepted", zh: "已保存的登录已失效" }
    logged_in(name: &str) {
        en: "{GOOD}logged in{GOOD:#} as {WHO}{name}{WHO:#}",
        zh: "{GOOD}已登录{GOOD:#}：{WHO}{name}{WHO:#}",
    }
    login_resumed(name: &str) {
        en: "{GOOD}logged in{GOOD:#} as {WHO}{name}{WHO:#} (login resumed)",
        zh: "{GOOD}已登录{GOOD:#}：{WHO}{name}{WHO:#}（沿用上次登录）",
    }
    login_stored() {
        en: "the login is stored; next: wx listen, or wx send --to NAME TEXT",
        zh: "登录已保存；接下来：wx listen，或 wx send --to 名字 内容",
    }
    login_stored_file_helper() {
        en: "the login is stored; next: wx --profile file-helper listen, or wx --profile file-helper send TEXT",
        zh: "登录已保存；接下来：wx --profile file-helper listen，或 wx --profile file-helper send 内容",
    }
    wrong_entry(next: &str) {
        en: "{NOTE}this account belongs to another region{NOTE:#}: the login begins anew at {next}, with a new code",
        zh: "{NOTE}此账号属于其他区域{NOTE:#}：改从 {next} 重新登录，请扫描新的二维码",
    }
    scan_for_other_entry() {
        en: "Scan this code as well, for the other region:",
        zh: "请再扫描此二维码，以登录另一区域：",
    }
    logged_out() { en: "logged out; `wx login` logs in again", zh: "已退出登录；wx login 可重新登录" }

    // While messages come.
    contacts_loaded(friends: usize, groups: usize, official: usize) {
        en: "contacts: {friends} friends, {groups} groups, {official} official",
        zh: "通讯录：好友 {friends}，群聊 {groups}，公众号 {official}",
    }
    gap(since: &str) {
        en: "{NOTE}messages since {since} may be missing here: look at the phone{NOTE:#}",
        zh: "{NOTE}{since} 以来的消息可能不全，请查看手机{NOTE:#}",
    }
    offline(cause: &str) {
        en: "{NOTE}offline{NOTE:#}: {cause}; trying again",
        zh: "{NOTE}已断线{NOTE:#}：{cause}；正在重试",
    }
    online_again() { en: "{GOOD}online again{GOOD:#}", zh: "{GOOD}已恢复连接{GOOD:#}" }
    store_trouble(cause: &str) {
        en: "{BAD}{cause}{BAD:#}: is the disk full? trying again",
        zh: "{BAD}{cause}{BAD:#}：磁盘是否已满？正在重试",
    }
    earlier_sent() { en: "a message of an earlier run was sent", zh: "上次未发完的一条消息已发出" }
    earlier_not_sent(error: &str) {
        en: "{NOTE}a message of an earlier run was not sent{NOTE:#}: {error}",
        zh: "{NOTE}上次的一条消息未能发出{NOTE:#}：{error}",
    }
    unnamed_group() { en: "unnamed group", zh: "未命名群聊" }
    unknown() { en: "unknown", zh: "未知" }
    file_helper() { en: "File Transfer", zh: "文件传输助手" }
    a_member() { en: "a member", zh: "群成员" }
    me() { en: "me", zh: "我" }
    me_to(chat: &str) { en: "{WHO}me{WHO:#} to {CHAT}{chat}{CHAT:#}", zh: "{WHO}我{WHO:#} → {CHAT}{chat}{CHAT:#}" }

    // The status line.
    connecting() { en: "connecting", zh: "正在连接" }
    waiting_for_scan() { en: "waiting for the scan", zh: "等待扫码" }
    waiting_for_confirmation() { en: "waiting for the confirmation on the phone", zh: "等待手机确认" }
    logging_in() { en: "logging in", zh: "正在登录" }
    online() { en: "online", zh: "在线" }
    online_one(last: &str) { en: "online, 1 message, last {last}", zh: "在线，1 条消息，最近 {last}" }
    online_many(count: u64, last: &str) {
        en: "online, {count} messages, last {last}",
        zh: "在线，{count} 条消息，最近 {last}",
    }
    offline_until(seconds: u64) { en: "offline, next try in {seconds} s", zh: "已断线，{seconds} 秒后重试" }
    offline_trying() { en: "offline, trying now", zh: "已断线，正在重试" }

    // Sending.
    empty_text() { en: "the text is empty", zh: "内容为空" }
    give_a_text() { en: "give a text: wx send --to NAME TEXT", zh: "请写上内容：wx send --to 名字 内容" }
    to_missing() { en: "missing: --to <NAME>", zh: "缺少：--to <名字>" }
    leave_out_to() { en: "leave out --to, or use --profile web", zh: "请去掉 --to，或改用 --profile web" }
    not_accepted() { en: "change the text, or run it again", zh: "请修改内容，或重新运行" }
    sent(name: &str, id: &str) { en: "sent to {name}{id}", zh: "已发送给 {name}{id}" }
    sent_twice(name: &str, id: &str) {
        en: "sent to {name}{id}; it was sent twice to be sure, and may show twice",
        zh: "已发送给 {name}{id}；为确保送达发送了两次，对方可能看到两条",
    }
    sent_id(id: &str) { en: ", message {id}", zh: "，消息 {id}" }
    nothing_sent_in_time() {
        en: "nothing was sent: the server could not be reached in time",
        zh: "未发送：连接服务器超时",
    }
    nothing_sent() { en: "interrupted: nothing was sent", zh: "已中断：未发送" }
    outcome_unknown() { en: "it may have been sent: its outcome is not known", zh: "可能已发送，结果未知" }
    answer_not_understood() {
        en: "the server's answer is not understood: it may have been sent",
        zh: "服务器的应答无法识别，可能已发送",
    }
    no_clear_answer() { en: "it may have been sent: no clear answer came", zh: "可能已发送，未收到明确应答" }
    not_sent(error: &str) { en: "not sent: {error}", zh: "未发送：{error}" }
    look_at_the_phone() {
        en: "look at the phone before you send it again",
        zh: "重发之前请先查看手机",
    }
    log_in_and_send() { en: "run `wx login`, then send it again", zh: "请运行 wx login，然后重发" }
    wait_and_send() { en: "wait some minutes, then send it again", zh: "请等几分钟再发" }
    may_you_write() {
        en: "see on the phone whether you can still write to this chat",
        zh: "请在手机上确认是否还能给对方发消息",
    }
    send_again() { en: "send it again", zh: "请重发" }
    bad_stdin(error: &str) { en: "cannot read stdin: {error}", zh: "无法读取标准输入：{error}" }
    give_utf8() { en: "give UTF-8 text", zh: "请输入 UTF-8 文本" }

    // People.
    nobody(name: &str) { en: "nobody is called {name:?}", zh: "没有叫“{name}”的联系人" }
    how_to_name() {
        en: "write a remark, WeChat id, nick name or group name, or a part of one; `wx contacts` lists them",
        zh: "请写出备注、微信号、昵称或群名，写其中一部分也可；wx contacts 可列出全部",
    }
    several(count: usize, name: &str) { en: "{count} chats fit {name:?}:", zh: "有 {count} 个聊天符合“{name}”：" }
    choose_one() {
        en: "write one of these in full; a remark set on the phone tells alike ones apart (user names change with the next login)",
        zh: "请完整写出其中一个；同名的可在手机上设置备注来区分（UserName 在下次登录后会变）",
    }
    nobody_fits(query: &str) { en: "no contact fits {query:?}", zh: "没有符合“{query}”的联系人" }
    search_less() { en: "try a shorter part of the name", zh: "请缩短关键词再试" }
    friend() { en: "friend", zh: "好友" }
    group() { en: "group", zh: "群聊" }
    official() { en: "official", zh: "公众号" }
    special() { en: "WeChat", zh: "系统" }
    stranger() { en: "stranger", zh: "陌生人" }
    members(count: u64) { en: "{count} members", zh: "{count} 人" }
    label_name() { en: "name", zh: "名称" }
    label_nick() { en: "nick name", zh: "昵称" }
    label_remark() { en: "remark", zh: "备注" }
    label_wechat_id() { en: "WeChat id", zh: "微信号" }
    label_kind() { en: "kind", zh: "类型" }
    label_pinyin() { en: "pinyin", zh: "拼音" }
    label_user_name() { en: "user name", zh: "UserName" }
    label_members() { en: "members", zh: "成员" }
    starred() { en: "starred", zh: "星标" }
    pinned() { en: "pinned", zh: "置顶" }
    muted() { en: "muted", zh: "免打扰" }
    blocked() { en: "blocked", zh: "黑名单" }
    label_region() { en: "region", zh: "地区" }
    label_signature() { en: "signature", zh: "个性签名" }
    nameless() { en: "(no name)", zh: "（无名称）" }

    // What is stored.
    label_account() { en: "account", zh: "账号" }
    label_file() { en: "session file", zh: "会话文件" }
    label_login() { en: "login", zh: "登录" }
    label_profile() { en: "profile", zh: "模式" }
    label_position() { en: "position", zh: "收取进度" }
    label_sends() { en: "open sends", zh: "未完成的发送" }
    label_lock() { en: "in use by", zh: "占用者" }
    label_others() { en: "other accounts", zh: "其他账号" }
    logged_in_since(name: &str, since: &str) { en: "{name}, since {since}", zh: "{name}，{since} 起" }
    no_stored_login() { en: "none", zh: "无" }
    file_missing(path: &str) { en: "{path}: none yet", zh: "{path}（尚未创建）" }
    file_size(path: &str, size: u64) { en: "{path} ({size} bytes)", zh: "{path}（{size} 字节）" }
    position_since(since: &str) {
        en: "everything before {since} is read",
        zh: "已收取 {since} 之前的全部消息",
    }
    position_none() { en: "none yet", zh: "尚未开始" }
    sends_open(open: usize, left: usize) {
        en: "{open}, of which {left} may have left",
        zh: "{open} 条，其中 {left} 条可能已发出",
    }
    nobody_holds() { en: "nobody", zh: "无" }
    process(pid: &str) { en: "process {pid}", zh: "进程 {pid}" }
    another_process() { en: "another process", zh: "另一个进程" }
    session_unreadable(path: &str, reason: &str) {
        en: "{path} holds no session that this version can read: {reason}",
        zh: "本版本无法读取 {path} 中的会话：{reason}",
    }
    session_not_understood() {
        en: "what it holds is not understood, or was altered",
        zh: "内容无法识别，或已被改动",
    }
    move_it_away() {
        en: "move it away to log in anew, or use the version that wrote it",
        zh: "请移走该文件后重新登录，或换用写入它的 wx 版本",
    }

}

#[cfg(test)]
mod tests;
