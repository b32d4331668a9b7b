//! Texts of `wx sim`.

use crate::lang::Lang;

texts! {
    sim:

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
}
