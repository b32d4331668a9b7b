//! Texts of `wx doctor`.

use crate::texts::lang::Lang;

texts! {
    doctor:

    check_clock() { en: "clock", zh: "时钟" }
    check_dns() { en: "name look-up", zh: "域名解析" }
    check_proxy() { en: "proxy", zh: "代理" }
    check_connection() { en: "connection", zh: "连接" }
    check_tls() { en: "TLS", zh: "TLS" }
    check_portal() { en: "portal", zh: "上网认证" }
    check_session() { en: "session file", zh: "会话文件" }
    check_permissions() { en: "permissions", zh: "权限" }
    check_lock() { en: "lock", zh: "会话占用" }
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
    clock_late(time: &str) { en: "the time here is {time}: far in the future", zh: "本机时间 {time}，明显偏晚" }
    set_the_clock() {
        en: "set the clock: certificates and cookies depend on it",
        zh: "请校准系统时间：证书和 Cookie 依赖它",
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
        zh: "环境变量设置了代理，但 --connect-to 不经过它",
    }
    proxy_fix() {
        en: "write http://HOST:PORT or socks5://HOST:PORT in --proxy or in HTTPS_PROXY",
        zh: "请在 --proxy 或 HTTPS_PROXY 中写 http://主机:端口 或 socks5://主机:端口",
    }
    ca_fix() { en: "give a PEM file with certificates to --ca-file", zh: "请用 --ca-file 指定证书文件（PEM）" }
    not_reached() { en: "not reached", zh: "未能检查" }
    connected(host: &str) { en: "{host} answers", zh: "{host} 有应答" }
    no_connection(host: &str) { en: "no connection to {host}", zh: "无法连接 {host}" }
    no_connection_fix() {
        en: "see whether another site opens; a firewall may be in the way, or a proxy needed: --proxy URL",
        zh: "请检查其他网站能否打开；可能被防火墙拦截，或需要代理：--proxy URL",
    }
    no_answer(host: &str) { en: "{host} does not answer in time", zh: "{host} 应答超时" }
    no_answer_fix() { en: "try again; the network may be slow or cut", zh: "请重试；可能网络太慢或已中断" }
    tls_good() { en: "the certificate is trusted", zh: "证书可信" }
    tls_bad() { en: "no trusted TLS connection could be made", zh: "无法建立可信的 TLS 连接" }
    tls_fix() {
        en: "see whether a portal wants a login first (open a page in a browser), whether the clock is right, or whether \
             a proxy needs its own certificate: --ca-file PEM",
        zh: "请检查：是否要先完成上网认证（用浏览器打开任一网页）、系统时间是否正确、代理是否有自己的证书（--ca-file PEM）",
    }
    portal_none() { en: "the server itself answered", zh: "未发现" }
    portal_odd(error: &str) { en: "the answer is not the server's: {error}", zh: "应答不是服务器发出的：{error}" }
    portal_fix() {
        en: "open a page in a browser and log in to the network; or the proxy or firewall blocks the service",
        zh: "请用浏览器打开任一网页，完成上网认证；也可能是代理或防火墙拦截",
    }
    session_none(path: &str) { en: "none yet: {path}", zh: "尚未创建：{path}" }
    session_good(path: &str) { en: "{path} holds a login", zh: "{path} 已保存登录" }
    session_without_login(path: &str) { en: "{path} holds no login", zh: "{path} 中没有登录信息" }
    permissions_good() { en: "only you can read it", zh: "仅本人可读" }
    permissions_none() { en: "nothing is stored yet", zh: "尚未保存任何内容" }
    permissions_open(mode: &str) {
        en: "others can read it (mode {mode}): it holds the login",
        zh: "其他用户也能读取（权限 {mode}），其中有登录信息",
    }
    permissions_fix(path: &str) { en: "chmod 600 {path}", zh: "chmod 600 {path}" }
    permissions_unknown() { en: "this system has no file modes to check", zh: "本系统没有可检查的文件权限" }
    folder_read_only(path: &str) { en: "{path} cannot be written to", zh: "无法写入 {path}" }
    folder_fix() {
        en: "check who owns the folder, or choose another with --session FILE",
        zh: "请检查该文件夹的所有者，或用 --session 另选位置",
    }
    lock_free() { en: "no program uses the session", zh: "无程序占用" }
    lock_held(owner: &str) { en: "{owner} uses the session", zh: "占用者：{owner}" }
    lock_fix() {
        en: "one program at a time can use an account; stop it before you start another",
        zh: "同一账号一次只能由一个程序使用；启动另一个前请先结束它",
    }
    terminal_good(columns: usize, rows: usize) { en: "{columns} columns, {rows} rows", zh: "{columns} 列，{rows} 行" }
    terminal_small(columns: usize, rows: usize) {
        en: "{columns} columns, {rows} rows: too small for a QR code",
        zh: "{columns} 列，{rows} 行：显示不下二维码",
    }
    terminal_fix() { en: "make it at least 40 columns and 24 rows", zh: "请调到 40 列 24 行以上" }
    terminal_none() { en: "the output is not a terminal: plain text, no QR code", zh: "输出不是终端：纯文本，无二维码" }
    locale_good(locale: &str) { en: "{locale}", zh: "{locale}" }
    locale_other(locale: &str) { en: "{locale}: not UTF-8, names may show wrong", zh: "{locale}：不是 UTF-8，名字可能显示有误" }
    locale_none() { en: "not set: names may show wrong", zh: "未设置：名字可能显示有误" }
    locale_fix() { en: "set LANG to one that ends in .UTF-8", zh: "请把 LANG 设为以 .UTF-8 结尾的值" }
    doctor_failed() { en: "something needs repair, see above", zh: "有问题需要解决，见上" }
}
