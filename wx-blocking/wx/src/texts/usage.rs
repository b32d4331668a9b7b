//! Texts about the command line itself: the frame of its help, and what is wrong with a line.

use crate::texts::lang::Lang;

texts! {
    usage:

    usage_heading() { en: "Usage:", zh: "用法：" }
    commands_heading() { en: "Commands:", zh: "命令：" }
    arguments_heading() { en: "Arguments:", zh: "参数：" }
    options_heading() { en: "Options:", zh: "选项：" }
    any_options() { en: "[OPTIONS]", zh: "[选项]" }
    default_value(value: &str) { en: "[default: {value}]", zh: "[默认：{value}]" }
    possible_values(values: &str) { en: "[possible values: {values}]", zh: "[可选值：{values}]" }
    print_help() { en: "Print this help; -h is shorter", zh: "显示此帮助；-h 较简短" }
    print_version() { en: "Print the version", zh: "显示版本" }
    help_command() { en: "Print this help, or the help of a command", zh: "显示此帮助，或某个命令的帮助" }

    unknown_option(word: &str) { en: "unknown option {word}", zh: "未知的选项 {word}" }
    unexpected_word(word: &str) { en: "unexpected argument {word:?}", zh: "多余的参数“{word}”" }
    unknown_command(word: &str) { en: "unknown command {word:?}", zh: "未知的命令“{word}”" }
    value_missing(option: &str) { en: "{option} needs a value", zh: "{option} 缺少值" }
    value_unknown(value: &str, option: &str, values: &str) {
        en: "{value:?} is no value of {option}, only {values}",
        zh: "“{value}”不能用于 {option}，可选值：{values}",
    }
    value_wrong(value: &str, option: &str) { en: "{value:?} is no value of {option}", zh: "“{value}”不能用于 {option}" }
    value_wrong_why(value: &str, option: &str, why: &str) {
        en: "{value:?} is no value of {option}: {why}",
        zh: "“{value}”不能用于 {option}：{why}",
    }
    value_number(option: &str) { en: "{option} takes another number of values", zh: "{option} 的值数量不对" }
    option_twice(option: &str) { en: "{option} is given more than once", zh: "{option} 重复给出" }
    options_conflict(option: &str, other: &str) {
        en: "{option} and {other} exclude each other",
        zh: "{option} 与 {other} 不能同时使用",
    }
    words_missing(words: &str) { en: "missing: {words}", zh: "缺少：{words}" }
    command_missing() { en: "which command?", zh: "缺少命令" }
    not_utf8() { en: "an argument is not UTF-8", zh: "参数不是 UTF-8" }
    line_unusable() { en: "this line cannot be understood", zh: "无法理解这行命令" }
    did_you_mean(word: &str) { en: "did you mean {word}? ", zh: "是否想写 {word}？" }
    see_help(command: &str) { en: "`{command} --help` tells what there is", zh: "用法见 {command} --help" }

    want_account_name() {
        en: "use letters, digits and . _ - @ +, no dot at the beginning",
        zh: "只能用字母、汉字、数字和 . _ - @ +，且不能以 . 开头",
    }
    want_profile() { en: "use web, file-helper, or a file in TOML", zh: "请用 web、file-helper 或一个 TOML 文件" }
    want_colour() { en: "use auto, always or never", zh: "请用 auto、always 或 never" }
    want_pause() { en: "use milliseconds, or never", zh: "请用毫秒数，或 never" }
    want_account_count(most: usize) { en: "use a number from 1 to {most}", zh: "请用 1 到 {most} 的数" }
    want_size() { en: "use a size such as 500K, 200M or 2G", zh: "请写大小，例如 500K、200M 或 2G" }
    want_whole_number() { en: "use a whole number", zh: "请用整数" }
    want_larger_number() { en: "use a number in the range", zh: "数字超出范围" }
    want_address() { en: "use IP:PORT, such as 127.0.0.1:8443", zh: "请用 IP:端口，例如 127.0.0.1:8443" }
    query_or_show() {
        en: "a search and `show` exclude each other",
        zh: "查找与 show 不能同时使用",
    }
}
