//! Texts of `wx sim`.

use wx_testkit::server::PhoneError;

use crate::texts::lang::Lang;

impl Lang {
    /// What is wrong with a line of a script. What exactly is English; it is in the log too.
    pub(crate) fn script_problem(self, problem: &str) -> String {
        match self {
            Self::En => problem.to_owned(),
            Self::Zh => "没有这样的命令，或缺少以毫秒计的 at_ms".to_owned(),
        }
    }
}

texts! {
    sim:

    sim_port(port: u64, error: &str) { en: "cannot listen on port {port}: {error}", zh: "无法监听端口 {port}：{error}" }
    sim_port_next() {
        en: "choose another --port; 0 takes a free one",
        zh: "请另选 --port；0 表示任意空闲端口",
    }
    sim_no_ca(error: &str) { en: "no certificate could be made: {error}", zh: "无法生成证书：{error}" }
    sim_ca_next() { en: "choose another --ca-out", zh: "请另选 --ca-out" }
    sim_script_line(path: &str, line: u64, problem: &str) {
        en: "{path}, line {line} is no command: {problem}",
        zh: "{path} 第 {line} 行不是有效的命令：{problem}",
    }
    sim_script_next() {
        en: "write one command a line with its time: {{\"at_ms\":2000,\"cmd\":\"scan\"}}",
        zh: "每行写一个带时间的命令：{{\"at_ms\":2000,\"cmd\":\"scan\"}}",
    }
    sim_state(path: &str, what: &str) { en: "cannot go on from {path}: {what}", zh: "无法从 {path} 继续：{what}" }
    not_json_here(line: usize, column: usize) {
        en: "what it holds is not understood (line {line}, column {column})",
        zh: "内容无法识别（第 {line} 行第 {column} 列）",
    }
    sim_state_version(found: u64, known: u64, newest: u64) {
        en: "its version is {found}, not {known} or {newest}",
        zh: "版本为 {found}，本程序只支持 {known} 和 {newest}",
    }
    sim_more_accounts(count: usize, wanted: usize) {
        en: "the state holds {count} accounts, more than --accounts {wanted}",
        zh: "状态文件中有 {count} 个账号，多于 --accounts {wanted}",
    }
    sim_more_accounts_next(count: usize) {
        en: "use --accounts {count} or more, or another --state FILE",
        zh: "请用 --accounts {count} 或更大的数，或另选 --state 文件",
    }
    sim_state_next() {
        en: "choose another --state FILE, or move this one away to start anew",
        zh: "请另选 --state 文件，或移走此文件以重新开始",
    }
}

impl Lang {
    /// Why the simulated phone did not do something.
    pub(crate) fn phone_error(self, error: &PhoneError) -> String {
        let zh = match error {
            PhoneError::NoLogin => "没有等待中的登录".to_owned(),
            PhoneError::UnknownName(name) => format!("没有叫“{name}”的人"),
            PhoneError::WrongKind(name) => format!("“{name}”不能这样使用"),
            PhoneError::NotInChat(name) => format!("“{name}”不在此聊天中"),
            PhoneError::UnknownMessage(id) => format!("没有编号为 {id} 的消息"),
            _ => "手机无法这样操作".to_owned(),
        };
        self.or(zh, error)
    }
}
