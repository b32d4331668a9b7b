//! Every text of the interface, in every language.
//!
//! A text is one entry of the table: it becomes a method of [`Lang`], and leaving a language out does not compile.
//! What programs read (`--json`, the help, the log) is not here: it is English always.

mod core;

use crate::{
    lang::Lang,
    screen::{BAD, CHAT, GOOD, NOTE, WHO},
};

macro_rules! texts {
    ($($name:ident($($argument:ident: $type:ty),*) { en: $en:literal, zh: $zh:literal $(,)? })*) => {
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
            fn all(self) -> Vec<(&'static str, String)> {
                vec![$((stringify!($name), self.$name($(<$type as tests::Sample>::sample(stringify!($argument))),*)),)*]
            }
        }
    };
}

texts! {
    // Ends of the program.
    error() { en: "error: ", zh: "错误：" }
    next() { en: "next: ", zh: "下一步：" }
    interrupted() { en: "interrupted", zh: "已中断" }
    run_again() { en: "run it again", zh: "请重新运行" }
    run_again_verbosely() { en: "run it again with -v to see why", zh: "请加 -v 重新运行，查看原因" }
    cannot_write(error: &str) { en: "cannot write the output: {error}", zh: "无法写出：{error}" }
    see_the_output() { en: "see where the output goes", zh: "请检查输出的去向" }
    cannot_write_file(path: &str, error: &str) {
        en: "cannot write {path}: {error}",
        zh: "无法写入 {path}：{error}",
    }
    choose_another_folder() { en: "choose another folder", zh: "请另选文件夹" }
    client_stopped() { en: "the client stopped unexpectedly", zh: "客户端意外停止" }
    timed_out() {
        en: "the server could not be reached in time",
        zh: "未能及时连上服务器",
    }
    check_the_network() {
        en: "check the network (`wx doctor` helps), or give more time with --timeout SECONDS",
        zh: "请检查网络（可运行 wx doctor），或用 --timeout 秒数 延长等待",
    }

    // The account and its session file.
    no_login() { en: "there is no stored login for this account", zh: "此账号没有已存的登录" }
    run_login() { en: "run `wx login` and scan the QR code", zh: "请运行 wx login 并扫描二维码" }
    no_home() { en: "there is no home folder to keep the session in", zh: "没有可存放会话的主目录" }
    set_home() { en: "set HOME, or give --session FILE", zh: "请设置 HOME，或用 --session 文件" }
    session_unusable() {
        en: "stop the other program, choose another --account or --session FILE, or see who may write there",
        zh: "请先结束那个程序，换一个 --account 或 --session，或检查文件权限",
    }
    options_unusable() {
        en: "check the file, or --proxy, --ca-file and --session: wx --help",
        zh: "请检查该文件，或 --proxy、--ca-file、--session 选项：wx --help",
    }
    session_not_stored(error: &str) { en: "the session was not stored: {error}", zh: "会话未能保存：{error}" }
    free_space() {
        en: "free some space, or check who may write there; then run it again",
        zh: "请腾出磁盘空间或检查写权限，然后重新运行",
    }
    warning() {
        en: "wx logs in to your real WeChat account as a web client, and it is not an official one: the service may \
             warn, limit or block accounts that use one, and refuses many on the web. Use a spare account. (A gentler \
             flavour, for the file helper only, is to come; `wx demo` needs no account.) Ctrl-C stops here.",
        zh: "wx 将以网页客户端的身份登录你真实的微信账号，而它并非官方客户端：使用非官方客户端的账号可能被警告、限制或封禁，\
             许多账号也无法登录网页版。请使用小号。（更温和的“文件传输助手”模式尚在计划中；wx demo 不需要账号。）按 Ctrl-C 可就此停止。",
    }

    // Logging in.
    scan_this() { en: "Scan this code with WeChat on the phone:", zh: "请用手机微信扫描二维码：" }
    scan_the_new_one() {
        en: "The last code expired. Scan this one with WeChat on the phone:",
        zh: "上一个二维码已失效，请用手机微信扫描新的二维码：",
    }
    too_narrow(columns: usize) {
        en: "(this terminal is too small for the code: it takes {columns} columns. Open the address on another screen and scan \
             it there)",
        zh: "（终端太窄，显示二维码需要 {columns} 列。可在别的屏幕上打开此地址再扫描）",
    }
    scanned() { en: "scanned; confirm on the phone", zh: "已扫码，请在手机上确认" }
    stored_login_refused() { en: "the stored login is no longer accepted", zh: "已存的登录已失效" }
    logged_in(name: &str) {
        en: "{GOOD}logged in{GOOD:#} as {WHO}{name}{WHO:#}",
        zh: "{GOOD}已登录{GOOD:#}：{WHO}{name}{WHO:#}",
    }
    login_resumed(name: &str) {
        en: "{GOOD}logged in{GOOD:#} as {WHO}{name}{WHO:#} (login resumed)",
        zh: "{GOOD}已登录{GOOD:#}：{WHO}{name}{WHO:#}（恢复登录）",
    }
    login_stored() {
        en: "the login is stored; next: wx listen, or wx send --to NAME TEXT",
        zh: "登录已保存；接下来：wx listen，或 wx send --to 名字 内容",
    }
    logged_out() { en: "logged out; `wx login` logs in again", zh: "已退出登录；wx login 可重新登录" }
    logout_failed() {
        en: "try again; the phone can end a web login as well",
        zh: "请重试；也可在手机上退出网页版",
    }

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
        zh: "{BAD}{cause}{BAD:#}：磁盘满了吗？正在重试",
    }
    earlier_sent() { en: "a message of an earlier run was sent", zh: "上次运行的一条消息已发出" }
    earlier_not_sent(error: &str) {
        en: "{NOTE}a message of an earlier run was not sent{NOTE:#}: {error}",
        zh: "{NOTE}上次运行的一条消息未发出{NOTE:#}：{error}",
    }
    unnamed_group() { en: "unnamed group", zh: "未命名群聊" }
    unknown() { en: "unknown", zh: "未知" }
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
    give_a_text() { en: "give a text: wx send --to NAME TEXT", zh: "请给出内容：wx send --to 名字 内容" }
    not_accepted() { en: "change the text, or run it again", zh: "请修改内容，或重新运行" }
    sent(name: &str, id: &str) { en: "sent to {name}{id}", zh: "已发送给 {name}{id}" }
    sent_twice(name: &str, id: &str) {
        en: "sent to {name}{id}; it was sent twice to be sure, and may show twice",
        zh: "已发送给 {name}{id}；为保险发送了两次，对方可能看到两条",
    }
    sent_id(id: &str) { en: ", message {id}", zh: "，消息 {id}" }
    nothing_sent_in_time() {
        en: "nothing was sent: the server could not be reached in time",
        zh: "未发送：未能及时连上服务器",
    }
    nothing_sent() { en: "interrupted: nothing was sent", zh: "已中断：未发送" }
    outcome_unknown() { en: "it may have been sent: its outcome is not known", zh: "可能已发送：结果未知" }
    answer_not_understood() {
        en: "the server's answer is not understood: it may have been sent",
        zh: "无法理解服务器的答复：可能已发送",
    }
    no_clear_answer() { en: "it may have been sent: no clear answer came", zh: "可能已发送：没有明确的答复" }
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
    nobody(name: &str) { en: "nobody is called {name:?}", zh: "没有叫 {name:?} 的联系人" }
    whole_name() {
        en: "write the whole remark, nick name or group name, as the phone shows it; `wx contacts` lists them",
        zh: "请完整写出备注、昵称或群名，与手机上所示一致；wx contacts 可列出全部",
    }
    several(count: usize, name: &str) { en: "{count} chats are called {name:?}:", zh: "有 {count} 个聊天叫 {name:?}：" }
    choose_one() {
        en: "give one of these user names instead; they change with the next login",
        zh: "请改用其中一个 UserName；它们在下次登录后会变",
    }
    nobody_fits(query: &str) { en: "no contact fits {query:?}", zh: "没有符合 {query:?} 的联系人" }
    search_less() { en: "try a shorter part of the name", zh: "请试试更短的一部分" }
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
    nameless() { en: "(no name)", zh: "（无名称）" }

    // What is stored.
    label_account() { en: "account", zh: "账号" }
    label_file() { en: "session file", zh: "会话文件" }
    label_login() { en: "login", zh: "登录" }
    label_profile() { en: "profile", zh: "模式" }
    label_position() { en: "position", zh: "位置" }
    label_sends() { en: "open sends", zh: "未完成的发送" }
    label_lock() { en: "in use by", zh: "占用者" }
    label_others() { en: "other accounts", zh: "其他账号" }
    logged_in_since(name: &str, since: &str) { en: "{name}, since {since}", zh: "{name}，自 {since}" }
    no_stored_login() { en: "none", zh: "无" }
    file_missing() { en: "none yet", zh: "尚无" }
    file_size(path: &str, size: u64) { en: "{path} ({size} bytes)", zh: "{path}（{size} 字节）" }
    position_since(since: &str) {
        en: "everything before {since} is read",
        zh: "{since} 之前的消息均已读取",
    }
    position_none() { en: "none yet", zh: "尚无" }
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
    move_it_away() {
        en: "move it away to log in anew, or use the version that wrote it",
        zh: "请移走该文件后重新登录，或使用写入它的版本",
    }

    // Doctor.
    check_clock() { en: "clock", zh: "时钟" }
    check_dns() { en: "name look-up", zh: "域名解析" }
    check_proxy() { en: "proxy", zh: "代理" }
    check_connection() { en: "connection", zh: "连接" }
    check_tls() { en: "TLS", zh: "TLS" }
    check_portal() { en: "portal", zh: "认证网页" }
    check_session() { en: "session file", zh: "会话文件" }
    check_permissions() { en: "permissions", zh: "权限" }
    check_lock() { en: "lock", zh: "锁" }
    check_terminal() { en: "terminal", zh: "终端" }
    check_locale() { en: "locale", zh: "语言环境" }
    mark_ok() { en: "ok", zh: "正常" }
    mark_warn() { en: "warn", zh: "注意" }
    mark_fail() { en: "fail", zh: "失败" }
    mark_skip() { en: "skip", zh: "跳过" }
    clock_plausible(time: &str) { en: "the time here is {time}", zh: "本机时间 {time}" }
    clock_before(time: &str) {
        en: "the time here is {time}: before this program was written",
        zh: "本机时间 {time}，早于本程序的编写时间",
    }
    clock_late(time: &str) { en: "the time here is {time}: far in the future", zh: "本机时间 {time}，远在将来" }
    set_the_clock() {
        en: "set the clock: certificates and cookies depend on it",
        zh: "请校准时钟：证书与 Cookie 依赖时间",
    }
    dns_found(host: &str, count: usize) { en: "{host} has {count} addresses", zh: "{host} 有 {count} 个地址" }
    dns_failed(host: &str) { en: "{host} could not be looked up", zh: "无法解析 {host}" }
    dns_slow(host: &str) { en: "no answer about {host} in time", zh: "解析 {host} 超时" }
    dns_fix() {
        en: "see whether the network is up, and which name server is set (/etc/resolv.conf)",
        zh: "请检查网络是否连通，以及域名服务器设置（/etc/resolv.conf）",
    }
    dns_fixed(address: &str) { en: "--connect-to: everything goes to {address}", zh: "--connect-to：一律连接 {address}" }
    dns_by_proxy() { en: "left to the proxy", zh: "由代理解析" }
    proxy_none() { en: "none", zh: "无" }
    proxy_used(proxy: &str) { en: "{proxy}", zh: "{proxy}" }
    proxy_ignored() {
        en: "the environment names one; --connect-to goes past it",
        zh: "环境变量中有代理；--connect-to 不经过它",
    }
    proxy_fix() {
        en: "write http://HOST:PORT or socks5://HOST:PORT in --proxy or in HTTPS_PROXY",
        zh: "请在 --proxy 或 HTTPS_PROXY 中写 http://主机:端口 或 socks5://主机:端口",
    }
    ca_fix() { en: "give a PEM file with certificates to --ca-file", zh: "请给 --ca-file 一个含证书的 PEM 文件" }
    not_reached() { en: "not reached", zh: "未能到达" }
    connected(host: &str) { en: "{host} answers", zh: "{host} 有应答" }
    no_connection(host: &str) { en: "no connection to {host}", zh: "无法连接 {host}" }
    no_connection_fix() {
        en: "see whether another site opens; a firewall may be in the way, or a proxy needed: --proxy URL",
        zh: "请看别的网站能否打开；可能被防火墙拦截，或需要代理：--proxy URL",
    }
    no_answer(host: &str) { en: "{host} does not answer in time", zh: "{host} 未及时应答" }
    no_answer_fix() { en: "try again; the network may be slow or cut", zh: "请重试；网络可能缓慢或中断" }
    tls_good() { en: "the certificate is trusted", zh: "证书可信" }
    tls_bad() { en: "no trusted TLS connection could be made", zh: "无法建立可信的 TLS 连接" }
    tls_fix() {
        en: "see whether a portal wants a login first (open a page in a browser), whether the clock is right, or whether \
             a proxy needs its own certificate: --ca-file PEM",
        zh: "请看是否要先通过认证网页（用浏览器打开任一网页）、时钟是否正确，或代理是否需要自己的证书：--ca-file PEM",
    }
    portal_none() { en: "the server itself answered", zh: "是服务器本身的应答" }
    portal_odd(error: &str) { en: "the answer is not the server's: {error}", zh: "应答并非来自服务器：{error}" }
    portal_fix() {
        en: "open a page in a browser and log in to the network; or the proxy or firewall blocks the service",
        zh: "请用浏览器打开任一网页并登录网络；或者代理、防火墙拦截了该服务",
    }
    session_none(path: &str) { en: "none yet: {path}", zh: "尚无：{path}" }
    session_good(path: &str) { en: "{path} holds a login", zh: "{path} 存有登录" }
    session_without_login(path: &str) { en: "{path} holds no login", zh: "{path} 没有登录" }
    permissions_good() { en: "only you can read it", zh: "只有你能读取" }
    permissions_none() { en: "nothing is stored yet", zh: "尚未存储" }
    permissions_open(mode: &str) {
        en: "others can read it (mode {mode}): it holds the login",
        zh: "别人也能读取（权限 {mode}）：其中存有登录",
    }
    permissions_fix(path: &str) { en: "chmod 600 {path}", zh: "chmod 600 {path}" }
    permissions_unknown() { en: "this system has no file modes to check", zh: "本系统没有可检查的文件权限" }
    folder_read_only(path: &str) { en: "{path} cannot be written to", zh: "无法写入 {path}" }
    folder_fix() {
        en: "check who owns the folder, or choose another with --session FILE",
        zh: "请检查该目录的所有者，或用 --session 文件 另选",
    }
    lock_free() { en: "no program uses the session", zh: "没有程序占用会话" }
    lock_held(owner: &str) { en: "{owner} uses the session", zh: "{owner} 正在使用会话" }
    lock_fix() {
        en: "one program at a time can use an account; stop it before you start another",
        zh: "同一账号一次只能由一个程序使用；启动另一个前请先结束它",
    }
    terminal_good(columns: usize, rows: usize) { en: "{columns} columns, {rows} rows", zh: "{columns} 列，{rows} 行" }
    terminal_small(columns: usize, rows: usize) {
        en: "{columns} columns, {rows} rows: too small for a QR code",
        zh: "{columns} 列，{rows} 行：不够显示二维码",
    }
    terminal_fix() { en: "make it at least 40 columns and 24 rows", zh: "请调至至少 40 列 24 行" }
    terminal_none() { en: "the output is not a terminal: plain text, no QR code", zh: "输出不是终端：纯文本，无二维码" }
    locale_good(locale: &str) { en: "{locale}", zh: "{locale}" }
    locale_other(locale: &str) { en: "{locale}: not UTF-8, names may show wrong", zh: "{locale}：不是 UTF-8，名字可能显示有误" }
    locale_none() { en: "not set: names may show wrong", zh: "未设置：名字可能显示有误" }
    locale_fix() { en: "set LANG to one that ends in .UTF-8", zh: "请把 LANG 设为以 .UTF-8 结尾的值" }
    doctor_failed() { en: "something needs repair, see above", zh: "有需要修复的问题，见上" }

    // The simulated server.
    sim_port(port: u64, error: &str) { en: "cannot listen on port {port}: {error}", zh: "无法监听端口 {port}：{error}" }
    sim_port_next() {
        en: "choose another --port; 0 takes a free one",
        zh: "请另选 --port；0 表示任意空闲端口",
    }
    sim_ca_next() { en: "choose another --ca-out", zh: "请另选 --ca-out" }
    sim_script_next() {
        en: "write one command a line with its time: {{\"at_ms\":2000,\"cmd\":\"scan\"}}",
        zh: "每行写一个带时间的命令：{{\"at_ms\":2000,\"cmd\":\"scan\"}}",
    }
    sim_state(path: &str, what: &str) { en: "cannot go on from {path}: {what}", zh: "无法从 {path} 继续：{what}" }
    sim_state_version(found: u64, known: u64) {
        en: "its version is {found}, not {known}",
        zh: "其版本为 {found}，而非 {known}",
    }
    sim_state_next() {
        en: "choose another --state FILE, or move this one away to start anew",
        zh: "请另选 --state 文件，或移走此文件以重新开始",
    }

    // The demonstration.
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
    demo_connection_breaks() {
        en: "The connection breaks while messages are on their way",
        zh: "消息在途时连接中断",
    }
    demo_logging_out() { en: "Logging out", zh: "退出登录" }
    demo_logged_out() { en: "{GOOD}logged out{GOOD:#}", zh: "{GOOD}已退出登录{GOOD:#}" }
    demo_record() { en: "The server's own record of what was sent to it", zh: "服务器自己的收信记录" }
    demo_stored_once() { en: "(stored once)", zh: "（存了一次）" }
    demo_stored_more() { en: "(stored more than once)", zh: "（存了不止一次）" }
    demo_summary() { en: "Summary", zh: "总结" }
    demo_requests(made: u64, served: u64) {
        en: "requests      {made} made, {served} reached the server",
        zh: "请求          发出 {made}，到达服务器 {served}",
    }
    demo_messages_in(queued: u64, handed: u64, received: u64) {
        en: "messages in   {queued} queued by the server, {handed} handed out with repeats, {received} received",
        zh: "收到的消息    服务器排队 {queued}，连重复共交付 {handed}，收到 {received}",
    }
    demo_messages_out(sent: u64, stored: u64) {
        en: "messages out  {sent} sent, {stored} stored by the server",
        zh: "发出的消息    发送 {sent}，服务器存储 {stored}",
    }
    demo_outages(count: u64) { en: "outages       {count}", zh: "断线次数      {count}" }
    demo_fits() { en: "{GOOD}nothing lost, nothing twice{GOOD:#}", zh: "{GOOD}不丢不重{GOOD:#}" }
    demo_differs() { en: "{BAD}this does not match{BAD:#}", zh: "{BAD}两边对不上{BAD:#}" }
    demo_sent() { en: "sent ", zh: "已发 " }
}

#[cfg(test)]
mod tests;
