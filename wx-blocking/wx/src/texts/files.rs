//! Texts about files that are sent and fetched.

use wx_proto::{MediaKind, MediaRef};

use crate::{palette::DIM, texts::lang::Lang};

texts! {
    files:

    // How far they are.
    transfer_quarter(name: &str, percent: u64, size: &str) {
        en: "{name}: {percent}% of {size}",
        zh: "{name}：{size} 已完成 {percent}%",
    }
    time_left(time: &str) { en: "{time} left", zh: "剩余 {time}" }
    more_transfers(count: usize) { en: "and {count} more", zh: "另有 {count} 个" }

    // Sending.
    nothing_to_send() { en: "there is nothing to send", zh: "没有要发送的内容" }
    give_something() {
        en: "give a text, --file PATH or --image PATH: `wx send --help` has examples",
        zh: "请写上内容，或用 --file、--image 指定文件；示例见 wx send --help",
    }
    stdin_twice() { en: "stdin can be sent once only", zh: "标准输入只能发送一次" }
    one_dash() { en: "give - once", zh: "请只写一个 -" }
    stdin_needs_name() { en: "what comes from stdin has no file name", zh: "标准输入没有文件名" }
    give_name() { en: "give one with --name, such as --name report.txt", zh: "请用 --name 指定，例如 --name report.txt" }
    name_of_which(count: usize) { en: "--name is for one file, and here are {count}", zh: "--name 只用于一个文件，这里有 {count} 个" }
    send_one_by_one() { en: "send them one by one", zh: "请分别发送" }
    not_a_file(path: &str) { en: "{path} is not a regular file", zh: "{path} 不是普通文件" }
    pack_or_pipe() {
        en: "pack a folder into one file first; for what a program writes use `--file - --name NAME`",
        zh: "文件夹请先打包成一个文件；程序的输出请用 --file - --name 名字",
    }
    check_the_path() { en: "check the path, and whether you may read it", zh: "请检查路径和读取权限" }
    empty_file(path: &str) { en: "{path} is empty", zh: "{path} 是空文件" }
    send_another() { en: "the service takes no empty files: choose another", zh: "不能发送空文件，请另选一个" }
    file_too_large(path: &str, size: &str, limit: &str) {
        en: "{path} has {size}, {limit} are allowed",
        zh: "{path} 有 {size}，上限为 {limit}",
    }
    stdin_too_large(limit: &str) { en: "stdin holds more than {limit}", zh: "标准输入超过 {limit}" }
    raise_the_limit() {
        en: "split or compress it, or raise the limit with --max-file SIZE (the service may refuse it)",
        zh: "请拆分或压缩，或用 --max-file 提高上限（服务器可能拒绝）",
    }
    send_when_still() {
        en: "send it again once nobody writes to it any more",
        zh: "请等它不再改动后重新发送",
    }
    cannot_keep_stdin(error: &str) {
        en: "what comes from stdin cannot be put into a temporary file: {error}",
        zh: "标准输入无法存入临时文件：{error}",
    }
    free_temporary_space() {
        en: "free some space there, or choose another place with TMPDIR",
        zh: "请腾出磁盘空间，或用 TMPDIR 另选位置",
    }
    sent_file(file: &str, size: &str, name: &str, id: &str) {
        en: "sent {file} ({size}) to {name}{id}",
        zh: "已将 {file}（{size}）发送给 {name}{id}",
    }
    sent_file_twice(file: &str, size: &str, name: &str, id: &str) {
        en: "sent {file} ({size}) to {name}{id}; a try before may have arrived as well",
        zh: "已将 {file}（{size}）发送给 {name}{id}；之前的一次可能也已送达",
    }
    rest_not_begun(what: &str, count: usize) {
        en: "{what}; {count} more not begun",
        zh: "{what}；其后 {count} 项未开始",
    }

    // Fetching.
    unknown_message(id: &str) {
        en: "no message {id} with a file is known here",
        zh: "这里没有带文件的消息 {id}",
    }
    list_downloads() {
        en: "`wx download` lists what can be fetched: the files of messages that `wx listen` or `wx rpc` received",
        zh: "可下载的内容见 wx download：即 wx listen 或 wx rpc 收到的消息中的文件",
    }
    nothing_to_fetch() {
        en: "nothing to fetch: files of messages that `wx listen` or `wx rpc` receives are listed here",
        zh: "没有可下载的内容；wx listen 或 wx rpc 收到的消息中的文件会列在这里",
    }
    saved(path: &str, size: &str) { en: "saved {path} ({size})", zh: "已保存 {path}（{size}）" }
    saved_beside(path: &str, size: &str) {
        en: "{DIM}saved {path} ({size}){DIM:#}",
        zh: "{DIM}已保存 {path}（{size}）{DIM:#}",
    }
    not_fetched(why: &str) { en: "not fetched: {why}", zh: "未能下载：{why}" }
    not_saved(name: &str, why: &str, id: &str) {
        en: "not saved: {name}: {why}; next: wx download {id}",
        zh: "未能保存 {name}：{why}；可稍后运行 wx download {id}",
    }
    fetch_again() { en: "try again later, or look at the phone", zh: "请稍后重试，或在手机上查看" }
    nothing_fetched() { en: "nothing was fetched", zh: "未下载任何内容" }
    nothing_fetched_in_time() { en: "nothing was fetched in time", zh: "未能及时下载" }
    too_many_wait() { en: "too many others wait", zh: "排队的文件过多" }
    stopped_before() { en: "the program was stopped before", zh: "程序已先停止" }
    raise_download_limit() {
        en: "allow more with --max-file SIZE",
        zh: "可用 --max-file 提高上限",
    }
    choose_target() { en: "choose another place with --to", zh: "请用 --to 另选位置" }
    no_such_folder(path: &str) { en: "there is no folder {path}", zh: "没有文件夹 {path}" }
    make_it() { en: "make it first, or choose another", zh: "请先建好，或另选一个" }
}

impl Lang {
    /// What to call a file on the screen: its own name, which may hold anything, or what it is.
    pub(crate) fn media_name(self, media: &MediaRef) -> String {
        media.file_name().map_or_else(|| self.media_kind(media.kind()), str::to_owned)
    }

    /// What has no name of its own.
    pub(crate) fn media_kind(self, kind: MediaKind) -> String {
        let zh = match kind {
            MediaKind::Image => "图片",
            MediaKind::Emoticon => "动画表情",
            MediaKind::Voice => "语音",
            MediaKind::Video => "视频",
            MediaKind::Cover => "封面",
            MediaKind::Map => "地图",
            MediaKind::File => "文件",
            _ => "内容",
        };
        self.or(zh, kind.as_str())
    }
}
