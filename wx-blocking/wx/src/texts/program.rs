//! Texts about what the program does as a whole: its end, the session it holds, logging out, commands for messages.

use crate::texts::lang::Lang;

texts! {
    program:

    no_signals(error: &str) { en: "cannot wait for signals: {error}", zh: "无法接收信号：{error}" }
    no_thread(error: &str) { en: "the system gives no thread: {error}", zh: "系统无法创建线程：{error}" }
    free_memory() { en: "free some memory, then run it again", zh: "请释放一些内存后重试" }

    scan_after_decline() {
        en: "The login was declined on the phone. To try again, scan this code with WeChat:",
        zh: "手机上已取消登录。如需重试，请用手机微信扫描新的二维码：",
    }

    // Without a login, and the end of one.
    no_login_here() {
        en: "run `wx login` first, or add --login to be given a QR code here",
        zh: "请先运行 wx login，或加上 --login 在此扫码登录",
    }
    session_ended(since: &str, why: &str) {
        en: "the session ended at {since}: {why}",
        zh: "会话已于 {since} 结束：{why}",
    }
    login_ended(since: &str, why: &str, next: &str) {
        en: "none; the last session ended at {since}: {why}; {next}",
        zh: "无；上次会话于 {since} 结束：{why}；{next}",
    }

    // Sending.
    stdin_too_long(most: usize) {
        en: "stdin holds more than the {most} characters that a text may have",
        zh: "标准输入超过一条文本允许的 {most} 个字符",
    }
    split_it() { en: "split it into several texts", zh: "请分成几条发送" }

    // Logging out.
    logout_unconfirmed(why: &str) {
        en: "the server did not confirm the logout ({why}): the session there may go on, and the login is kept here",
        zh: "服务器未确认退出（{why}）：服务器上的会话可能还在，本机的登录保留",
    }
    no_answer_in_time() { en: "no answer in time", zh: "等待应答超时" }
    logout_failed() {
        en: "run `wx logout` again once the network works, or log the web version out on the phone; \
             `wx logout --local` forgets the login here only",
        zh: "网络恢复后请再运行 wx logout，或在手机上退出网页版；wx logout --local 仅清除本机的登录",
    }
    forgotten_here() {
        en: "the login is forgotten here; the server was not asked: log the web version out on the phone to end it there",
        zh: "已清除本机的登录；未通知服务器，如需结束服务器上的会话，请在手机上退出网页版",
    }

    // Who has the session.
    session_held(path: &str, holder: &str) {
        en: "the session {path} is in use by {holder}",
        zh: "会话 {path} 正被占用：{holder}",
    }
    process_named(pid: &str, command: &str) { en: "process {pid} (`{command}`)", zh: "进程 {pid}（{command}）" }
    stop_holder(pid: &str) {
        en: "stop it first (Ctrl-C there, or `kill {pid}`; it keeps the login), then run this again; to use the account from \
             several programs, let one `wx rpc` run and send through its send_text. A second login under another name \
             would log the first one out",
        zh: "请先结束它（按 Ctrl-C 或 kill {pid}，登录会保留），再运行本命令；若要多个程序共用账号，请只运行一个 wx rpc，\
             用它的 send_text 发送。换个名字另行登录会使先前的登录下线",
    }
    stop_the_holder() {
        en: "stop it first (it keeps the login), then run this again; to use the account from several programs, let one \
             `wx rpc` run and send through its send_text. A second login under another name would log the first one out",
        zh: "请先结束它（登录会保留），再运行本命令；若要多个程序共用账号，请只运行一个 wx rpc，用它的 send_text 发送。\
             换个名字另行登录会使先前的登录下线",
    }
    use_holder(pid: &str) {
        en: "let that `wx rpc` do it (its methods send_text, send_file, download, contacts, logout), or stop it first (`kill {pid}`; it keeps the \
             login). A second login under another name would log the first one out",
        zh: "请交给那个 wx rpc 去做（方法 send_text、send_file、download、contacts、logout），或先结束它（kill {pid}，登录会保留）。换个名字另行登录会使先前的登录下线",
    }

    // Commands for messages.
    exec_message(id: &str, what: &str) { en: "exec: message {id}: {what}", zh: "exec：消息 {id}：{what}" }
    exec_reply_lost(error: &str) { en: "exec: a reply was not sent: {error}", zh: "exec：一条回复未发出：{error}" }
    exec_reply_refused(error: &str) { en: "the reply was not sent: {error}", zh: "回复未发出：{error}" }
    exec_cannot_run(error: &str) { en: "the command cannot be run: {error}", zh: "命令无法运行：{error}" }
    exec_lost(error: &str) { en: "the command was lost: {error}", zh: "命令失去联系：{error}" }
    exec_failed(status: &str) { en: "the command failed: {status}", zh: "命令失败：{status}" }
    exec_too_slow(seconds: u64) {
        en: "the command took longer than {seconds} s (--exec-timeout) and was stopped",
        zh: "命令超过 {seconds} 秒（--exec-timeout），已终止",
    }
    exit_code(code: u64) { en: "exit status: {code}", zh: "退出码 {code}" }
    killed() { en: "it was killed", zh: "被信号终止" }
    cannot_read_input(error: &str) { en: "cannot read stdin: {error}", zh: "无法读取标准输入：{error}" }
    see_the_input() { en: "see where the input comes from", zh: "请检查输入从哪里来" }
    exec_not_utf8() { en: "the reply is not UTF-8 and was not sent", zh: "回复不是 UTF-8，未发送" }
    exec_again(run: u64, of: u64) { en: "; run {run} of {of}, trying again", zh: "；第 {run} 次（共 {of} 次），即将重试" }
    exec_passed_by(runs: u64) {
        en: "; {runs} runs failed, the message is passed by",
        zh: "；{runs} 次均失败，跳过这条消息",
    }
}
