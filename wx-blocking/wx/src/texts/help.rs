//! The Chinese help of every command and option. The English one stands where they are declared; a test sees to it that
//! neither has what the other has not.

/// The help of one command.
pub(crate) struct Help {
    /// The program and the command: `wx contacts show`.
    pub(crate) path: &'static str,
    /// In one line.
    pub(crate) about: &'static str,
    /// What `--help` says besides; may be empty.
    pub(crate) more: &'static str,
    /// Below the options: examples, exit codes. The lines are laid out as those in English are.
    pub(crate) after: &'static str,
    /// By the option's id.
    pub(crate) options: &'static [(&'static str, &'static str)],
}

/// The help of a command.
pub(crate) fn of(path: &str) -> Option<&'static Help> {
    COMMANDS.iter().find(|help| help.path == path)
}

/// The help of an option: the command's own, or one of every command.
pub(crate) fn option(own: &[(&str, &'static str)], id: &str) -> Option<&'static str> {
    own.iter().chain(GLOBAL).find(|(known, _)| *known == id).map(|(_, text)| *text)
}

/// The names of values. What is not here stands for itself.
pub(crate) const VALUES: &[(&str, &str)] = &[
    ("PROFILE", "模式"),
    ("NAME", "名字"),
    ("FILE", "文件"),
    ("IP:PORT", "IP:端口"),
    ("MS", "毫秒"),
    ("N", "数字"),
    ("LANG", "语言"),
    ("WHEN", "方式"),
    ("CMD", "命令"),
    ("SECONDS", "秒数"),
    ("SIZE", "大小"),
    ("PATH", "路径"),
    ("MSG_ID", "消息编号"),
    ("TEXT", "内容"),
    ("QUERY", "关键词"),
    ("DIR", "文件夹"),
    ("PORT", "端口"),
    ("SHELL", "SHELL"),
    ("PEM", "PEM"),
    ("URL", "URL"),
];

/// The name of the value that is a command.
pub(crate) const COMMAND: &str = "命令";

/// Above the options of every command.
pub(crate) const GLOBAL_HEADING: &str = "所有命令通用的选项";

/// Options of every command.
pub(crate) const GLOBAL: &[(&str, &str)] = &[
    (
        "profile",
        "协议模式：web 即浏览器中的 wx.qq.com；file-helper 即网页版文件传输助手，只和自己的手机收发；或一个 TOML 文件",
    ),
    ("account", "给账号起的名字；每个账号有自己的会话文件"),
    ("session", "会话文件 [默认：~/.local/share/wx/名字/session.json，或 XDG_DATA_HOME 之下]"),
    ("connect_to", "所有连接都连到此地址；域名与证书照旧"),
    ("ca_file", "同时信任此文件中的证书"),
    ("proxy", "使用此代理：http://、https:// 或 socks5://"),
    ("send_interval", "两次发送之间的平均间隔（毫秒）"),
    ("max_file", "收发文件的大小上限，例如 200M 或 2G [默认：发送 50M，图片和视频 20M；下载 1G]"),
    ("seed", "用此数字产生编号与间隔，便于重现一次运行"),
    ("verbose", "把日志写到标准错误；写两次更详细。可用 RUST_LOG 细选"),
    ("quiet", "只输出结果和错误：不显示状态行、通知和提示"),
    ("lang", "界面语言：zh 或 en [默认：按系统区域设置，否则为英文]；--json 与日志始终为英文"),
    ("color", "是否使用颜色：auto、always 或 never；auto 遵从 NO_COLOR"),
];

const COMMANDS: &[Help] = &[
    Help {
        path: "wx",
        about: "在终端里收发微信消息。",
        more: "先试 wx demo：它在本机对着模拟服务器演示全部功能，不用联网。使用真实账号：运行 wx login，用手机扫码，\
               然后用 wx listen 收消息、wx send 发消息。",
        after: "\
示例：
  wx demo                              # 离线看一遍演示
  wx login                             # 用手机登录真实账号
  wx listen                            # 收消息
  wx listen --json | jq -c .           # 供程序使用
  wx contacts 明                       # 查找好友和群聊
  wx send --to filehelper 'hello'      # 发到自己的手机
  date | wx send --to filehelper -     # 发送其他程序的输出
  wx download                          # 收到的文件，可供下载
  wx doctor                            # 找出不能用的原因

退出码：0 完成，1 失败，2 用法有误，3 未登录或被拒绝，130 按了 Ctrl-C。

这不是官方客户端。使用非官方客户端的账号可能被警告、限制或封禁，许多账号也无法登录网页版：请使用小号。",
        options: &[],
    },
    Help {
        path: "wx completions",
        about: "输出 shell 的补全脚本",
        more: "脚本由本程序自己的命令行生成，因此包含此版本的所有命令和选项。",
        after: "\
示例：
  wx completions bash > wx.bash      # 然后：source wx.bash
  wx completions zsh > _wx           # 放到 $fpath 的某个文件夹
  wx completions fish > wx.fish      # 放到 ~/.config/fish/completions",
        options: &[("shell", "哪种 shell")],
    },
    Help {
        path: "wx contacts",
        about: "列出或查找联系人",
        more: "使用已保存的登录。期间收到的消息仍为未读，可用 wx listen 查看。不会退出登录。",
        after: "\
示例：
  wx contacts
  wx contacts 明                        # 名字、备注、微信号或拼音的一部分
  wx contacts --json | jq -r .name
  wx contacts show 周末爬山

退出码：0 完成，1 没有找到或失败，2 用法有误，3 未登录或被拒绝。",
        options: &[
            ("query", "名字、备注、微信号或拼音的一部分"),
            ("json", "每行一个 JSON 对象，供程序使用"),
            ("timeout", "超过这么多秒就放弃"),
        ],
    },
    Help {
        path: "wx contacts show",
        about: "显示一个联系人的全部信息，以及群成员",
        more: "",
        after: "\
示例：
  wx contacts show 明哥
  wx contacts show --json 'Book Club'",
        options: &[
            ("name", "备注、昵称、微信号或群名，须写全"),
            ("json", "每行一个 JSON 对象，供程序使用"),
            ("timeout", "超过这么多秒就放弃"),
        ],
    },
    Help {
        path: "wx demo",
        about: "离线演示：对着模拟服务器走完一次完整的会话",
        more: "在本机启动模拟服务器，用真正的客户端登录、收发消息和文件，中途断线一次，退出登录，再核对服务器排队的与实际收到的消息。\
               约需 20 秒，不需要账号和网络，也不保存任何内容。",
        after: "\
示例：
  wx demo
  wx demo -v              # 连同每个请求的日志
  wx demo | cat           # 纯文本",
        options: &[],
    },
    Help {
        path: "wx doctor",
        about: "找出不能用的原因",
        more: "检查时钟、网络、会话文件和终端，并逐项给出解决办法。只发出每次登录的第一个请求，不会登录任何账号。",
        after: "\
示例：
  wx doctor
  wx doctor --json | jq -r 'select(.result!=\"ok\") | \"\\(.check): \\(.message)\"'
  wx doctor --account work

退出码：0 一切正常，或只有值得注意之处；1 有故障。",
        options: &[("json", "每行一个 JSON 对象，供程序使用")],
    },
    Help {
        path: "wx download",
        about: "下载一条消息中的文件、图片、语音或视频",
        more: "只限本次登录中 wx listen 或 wx rpc 收到的消息：会话文件旁记着最近 1000 条带文件的消息。不写消息编号则列出它们。\
               名字用发送者所起的，去掉有害部分；不覆盖已有的文件，重名时为 name (2).pdf。下载完之前放在目标旁边。使用已保存的登录；\
               期间收到的消息仍为未读。",
        after: "\
示例：
  wx download                          # 可下载的内容
  wx download --json | jq -r .msg_id
  wx download 5123456789012345678 --to route.pdf      # 编号见前

退出码：0 已下载，1 失败，2 用法有误，3 未登录或被拒绝，130 按了 Ctrl-C。",
        options: &[
            ("msg_id", "消息编号；不写则列出可下载的内容"),
            ("to", "存成的文件，或存放的文件夹 [默认：当前文件夹]"),
            ("thumbnail", "只要缩略图"),
            ("force", "覆盖同名文件"),
            ("json", "每行一个 JSON 对象，供程序使用"),
            ("timeout", "超过这么多秒没有进展就放弃"),
        ],
    },
    Help {
        path: "wx listen",
        about: "消息一到就显示",
        more: "使用已保存的登录；没有登录时，在终端上或加 --login 会显示二维码，否则以 3 结束。每批消息写出后才向服务器确认：没显示过的下次会再来，不会丢失。\
               按 Ctrl-C 保存会话并结束，不会退出登录。",
        after: "\
示例：
  wx listen
  wx listen --json | jq -r 'select(.type==\"message\") | .text'
  wx listen --json --login --connect-to 127.0.0.1:8443 --ca-file CA.pem      # 连到 wx sim
  wx listen --save files
  wx listen --exec 'jq -r .text >>texts.log'
  wx listen --reply --exec 'jq -r \"\\\"you said: \\\" + .text\"'

--save：消息中的图片、语音、视频、表情和文件（自己在手机上发的也算）逐个下载，消息不会为此等待。名字用发送者所起的，去掉有害部分；\
不覆盖已有的文件，重名时为 name (2).pdf。每个文件存到何处都有一行说明；--json 有 {\"type\":\"saved\"}（msg_id、path、size、mime）、\
{\"type\":\"not_saved\"}（msg_id、kind、message）和途中的 {\"type\":\"transfer\"}。错过的可用 wx download 下载。

--exec：别人的每条消息都由 shell 运行一次指定的命令，一条接一条。标准输入是 --json 的那一行；标准输出转到标准错误，\
加 --reply 则发到消息所在的聊天。环境变量有 WX_KIND、WX_CHAT、WX_SENDER 和 WX_MSG_ID，内容和名字只在 JSON 里；不是普通词、或可能被当作选项的值不设。\
失败或超时的命令会在标准错误提示并重新运行，共三次，之后跳过这条消息。其间到达的消息照常显示，其命令排队等待。\
一批消息的命令都结束后才确认；随程序中断的命令下次启动时会再运行，其回复仍只发一次。

消息写到标准输出；不加 --json 时，其余内容写到标准错误。
退出码：0 被 SIGTERM 或关闭的管道中止，1 失败，3 未登录或被拒绝，130 按了 Ctrl-C。",
        options: &[
            ("json", "每行一个 JSON 对象，供程序使用"),
            ("login", "没有可用的登录时显示二维码；在终端上默认如此"),
            ("save", "把消息中的文件存到此文件夹"),
            ("exec", "为别人的每条消息运行一个 shell 命令，标准输入为消息的 JSON"),
            ("reply", "把命令的输出发到消息所在的聊天"),
            ("exec_timeout", "命令每次运行的最长时间"),
        ],
    },
    Help {
        path: "wx login",
        about: "扫码登录，或使用已保存的登录",
        more: "显示二维码，用手机微信扫描并确认；通讯录加载完后保存登录并结束。之后的命令直接使用它，不用再扫码。",
        after: "\
示例：
  wx login
  wx login --account work
  wx --profile file-helper login                             # 只和自己的手机收发，更稳妥
  wx login --connect-to 127.0.0.1:8443 --ca-file CA.pem      # 连到 wx sim",
        options: &[],
    },
    Help {
        path: "wx logout",
        about: "退出登录：本机与服务器上的都结束",
        more: "等服务器确认后才算退出。收不到应答时保留本机的登录，因为服务器上的会话可能还在：请重试、在手机上退出，\
               或用 --local 清除本机的登录。",
        after: "\
示例：
  wx logout
  wx logout --account work
  wx logout --local      # 仅清除本机的登录，不通知服务器

退出码：0 已退出，1 服务器未确认，3 没有登录。",
        options: &[("local", "仅清除本机的登录，不通知服务器，服务器上的会话可能还在")],
    },
    Help {
        path: "wx man",
        about: "输出手册页，或写出全部手册页",
        more: "",
        after: "\
示例：
  wx man > wx.1      # 主手册页
  wx man man1        # 每个命令一页，写到文件夹 man1",
        options: &[("folder", "手册页的文件夹：wx.1、wx-listen.1……；没有则新建")],
    },
    Help {
        path: "wx rpc",
        about: "以 JSON-RPC 2.0 为其他程序服务，使用标准输入输出",
        more: "使用已保存的登录；没有登录时，加 --login 会给出要扫的二维码，否则以 3 结束。从标准输入读请求，每行一个；应答和事件写到标准输出，每行一个。\
               标准输入结束或收到 SIGINT、SIGTERM、SIGHUP 时结束：15 秒内答完进行中的调用，保存会话，不会退出登录。",
        after: "\
示例：
  wx rpc
  wx rpc --login              # 没有可用的登录时给出二维码
  wx rpc --ack manual --account work
  wx rpc --login --connect-to 127.0.0.1:8443 --ca-file CA.pem --session me.json      # 连到 wx sim

程序写出的内容，以及对它的请求：
  {\"jsonrpc\":\"2.0\",\"method\":\"event\",\"params\":{\"type\":\"ready\"}}
  {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"send_text\",\"params\":{\"to\":\"filehelper\",\"text\":\"hello\"}}
  {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"msg_id\":\"512..\",\"client_msg_id\":\"173..\",\"outcome\":\"sent\",\"repeated\":false}}

事件与 wx listen --json 相同。文件的进度每秒最多四次，下载时为 down 和 msg_id：
  {\"type\":\"transfer\",\"direction\":\"up\",\"client_msg_id\":\"..\",\"done\":524288,\"total\":1000000}

方法：
  send_text {to, text, client_msg_id?}   结果确定后应答；to 为名字或 UserName。client_msg_id 由你指定：\
只发一次，再问则给出结果，重启后也一样，直到 forget
  send_file {to, path, kind?, name?, client_msg_id?}
                                         kind 为 file、image、video 或 emoticon，不写则由名字和内容决定；\
先读一遍文件，再与文字同时发送，重启后接着传
  forward {msg_id, to}                   转发本次运行收到的消息，或本次登录收到的文件，不必重新上传
  cancel {client_msg_id}                 {\"cancelled\":true}，原调用得到错误 cancelled；已结束则为 false
  download {msg_id, path, variant?, overwrite?}
                                         下载完后应答 {\"path\":\"..\",\"size\":1,\"mime\":\"..\"}；path 可以是文件夹，\
variant 为 full 或 thumbnail
  forget {client_msg_id}                 已得知结果：{\"forgotten\":true}
  ack {batch}                            用于 --ack manual，在带 \"last\":true 的行之后
  contacts {query?}                      {\"contacts\":[..],\"complete\":true}，每个联系人有 user_name、name、kind 等
  status
  logout                                 服务器确认后应答；未确认则登录保留，应答为错误 unknown_outcome

ready 之前的调用会等待，最多 256 个；没有登录时为 not_online。出错时 data.kind 说明原因：not_online、unknown_chat、ambiguous_name、refused、rate_limited、unknown_outcome、\
file、too_large、expired、cancelled、session_ended、peer_changed、unknown_batch、unknown_message、outbox_full。
一行最长 16 MiB，一次最多 256 个请求。应答无人读取时，程序不再读新的请求。
退出码：0 被 SIGTERM、标准输入结束、关闭的管道或 logout 中止，1 失败，3 未登录或被拒绝，130 按了 Ctrl-C。",
        options: &[("login", "没有可用的登录时给出要扫的二维码；在终端上默认如此"), ("ack", "消息何时算已收：auto 为写出之后，manual 为对方调用 ack 之时（未确认的批次重启后会再来）")],
    },
    Help {
        path: "wx send",
        about: "发送文字、文件或图片，等服务器存好才结束",
        more: "写了几项就按顺序发几项；有一项失败，其后的不再开始。文件以图片、视频、表情还是文件的形式到达，由名字和开头的字节决定。\
               被强行中止的上传，由下一个使用此会话的命令接着传完。使用已保存的登录。期间收到的消息仍为未读，可用 wx listen 查看。",
        after: "\
示例：
  wx send --to filehelper 'hello, phone'
  wx send --to 明哥 '晚上见'
  date | wx send --to 'Book Club' -
  wx --profile file-helper send 'hello, phone'
  wx send --to filehelper --file CA.pem
  wx send --to 明哥 'the certificate:' --file CA.pem --name sim.pem
  date | wx send --to filehelper --file - --name date.txt

退出码：0 服务器已存好，1 失败或可能失败，2 用法有误，3 未登录或被拒绝，130 按了 Ctrl-C（会说明消息的去向）。",
        options: &[
            ("to", "发给谁：备注、昵称、微信号或群名，须写全；filehelper 是自己的手机，在 file-helper 模式下可以不写"),
            ("text", "内容；- 表示从标准输入读取；以横线开头的内容前请加 --"),
            ("file", "发送此文件；- 表示先读完标准输入"),
            ("image", "把此文件作为图片发送，不论名字"),
            ("name", "对方看到的名字，只用于一个文件；用 --file - 时必须写"),
            ("timeout", "超过这么多秒就放弃；发文件时，指这么多秒没有进展"),
        ],
    },
    Help {
        path: "wx sim",
        about: "在本机提供模拟服务器，供任何客户端使用",
        more: "标准输出的第一行给出端口。命令从标准输入读取，每行一个 JSON，每个应答一行。不加 --scan-after 和 --confirm-after \
               时，手机自动扫码并确认，各隔一秒，客户端无人值守也能登录。收到 SIGINT 或 SIGTERM 才结束；标准输入结束并不停止，\
               除非它是终端。\n\n加 --profile file-helper 则为文件传输助手的服务器；--state 中已有的不变。\n\n--accounts N 提供 N 个账号，各有自己的联系人、消息和登录。登录归第一个既没有未完成的登录、\
               也没有会话的账号；若都有，则轮流。命令可用 \"account\" 指定账号（从 1 数起），不写则为第一个。",
        after: "\
示例：
  wx sim --port 8443 --ca-out CA.pem
  wx listen --json --login --connect-to 127.0.0.1:8443 --ca-file CA.pem --session me.json
  wx sim --accounts 3 --port 8443 --ca-out CA.pem

命令，每行一个：
  {\"cmd\":\"say\",\"chat\":\"明哥\",\"text\":\"hi\"}    有人发消息；在群里用 \"from\" 指定谁；\"kind\" 可为 image、voice、\
video、emoticon、location、file、link、quote、card……
  {\"cmd\":\"burst\",\"count\":1000,\"rate\":0}    大量文字，每秒 rate 条，0 为一次发完
  {\"cmd\":\"recall\",\"msg_id\":\"..\"}           有人撤回消息
  {\"cmd\":\"scan\"}                           另有 confirm、decline、expire_qr
  {\"cmd\":\"refuse\",\"ret\":1203}              拒绝登录；0 解除
  {\"cmd\":\"kick\",\"retcode\":1101}            结束会话
  {\"cmd\":\"fault\",\"kind\":\"status\",\"count\":1}
      接下来的应答出错：status、html、empty、garbage、ret、lose_request、lose_reply、empty_key、no_media_id、\
cut（\"at\"：第几个字节）、slow（\"ms\"）、forget（\"chunk\"）；用 \"endpoint\":\"webwxsync\" 限定接口
  {\"cmd\":\"region\",\"entry\":\"szfilehelper.weixin.qq.com\"}
      配合 --profile file-helper：只有此入口认得该账号；null 解除
  {\"cmd\":\"echo\"}                           发出的消息会回到客户端；\"on\":false 停止
  {\"cmd\":\"send_file\",\"chat\":\"明哥\",\"kind\":\"file\",\"name\":\"a.pdf\",\"size\":1000000}
      有人发来文件（kind 也可为 image、video、voice、emoticon），内容随机生成；用 \"path\" 代替 \"size\" 则发本机上的文件
  {\"cmd\":\"files\"}                          收到的文件：名称、大小、md5、收件人、类型
  {\"cmd\":\"sent\"}                           另有 delivered、world、complaints
  {\"cmd\":\"scan\",\"account\":2}               以上命令都可指定账号，这里是第二个",
        options: &[
            ("port", "127.0.0.1 上的端口；0 为任意空闲端口"),
            ("ca_out", "客户端须信任的证书写到哪里"),
            ("state", "把各账号、消息队列、登录和 CA 密钥保存在此文件，下次接着用"),
            ("accounts", "提供多少个账号，最多 1000 个；默认为状态文件中的个数，没有则为 1"),
            ("scan_after", "客户端开始等待扫码后多久扫码；never 则等待 {\"cmd\":\"scan\"}"),
            ("confirm_after", "扫码后多久确认；never 则等待 {\"cmd\":\"confirm\"}"),
            ("hold", "没有新消息时，长轮询保持多久"),
            ("script", "按各行的 \"at_ms\"（启动后的毫秒数）执行此文件中的命令"),
        ],
    },
    Help {
        path: "wx status",
        about: "查看账号在本机保存的信息",
        more: "只读取会话文件：不发请求，也不打扰正在使用会话的程序。",
        after: "\
示例：
  wx status
  wx status --account work
  wx status --json | jq .logged_in

退出码：0 完成，1 失败，3 会话已结束。",
        options: &[("json", "输出一个 JSON 对象，供程序使用")],
    },
];

/// Every path, for tests.
#[cfg(test)]
pub(crate) fn paths() -> impl Iterator<Item = &'static Help> {
    COMMANDS.iter()
}
