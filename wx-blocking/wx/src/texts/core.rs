//! What the core says, in the language of the interface. English is the core's own.

use wx_proto::{Cause, CommandError, EndReason, FailureKind, HostError, OpError, ProfileError, ReplyError};

use crate::texts::lang::Lang;

impl Lang {
    /// Why something is tried again.
    pub(crate) fn cause(self, cause: &Cause) -> String {
        let zh = match cause {
            // Which of the requests it was is in the log.
            Cause::Network { kind, .. } => return self.or(self.failure(*kind), cause),
            Cause::Reply { endpoint, error } => format!("{}（{endpoint}）", self.reply(error)),
            Cause::Store => "会话未能保存".to_owned(),
            Cause::ChecksLost => "服务器的新消息通知没有应答，改为定时收取，消息会晚一些".to_owned(),
            Cause::AckOverdue { batch } => format!("第 {batch} 批消息尚未确认"),
            _ => "出现故障".to_owned(),
        };
        self.or(zh, cause)
    }

    /// How an exchange failed.
    pub(crate) fn failure(self, kind: FailureKind) -> String {
        let zh = match kind {
            FailureKind::Resolve => "无法解析域名",
            FailureKind::Connect => "无法建立连接",
            FailureKind::Tls => "无法建立可信的 TLS 连接",
            FailureKind::Timeout => "等待应答超时",
            FailureKind::Closed => "连接中断",
            FailureKind::Protocol => "应答不是有效的 HTTP",
            FailureKind::TooLarge => "应答过大",
            FailureKind::FileUnreadable => "无法读取文件",
            FailureKind::FileChanged => "文件在选定之后已被改动",
            FailureKind::FileUnwritable => "无法写入收到的内容",
            FailureKind::Aborted => "请求已放弃",
            _ => "请求失败",
        };
        self.or(zh, kind)
    }

    /// Why a reply cannot be used.
    pub(crate) fn reply(self, error: &ReplyError) -> String {
        let zh = match error {
            ReplyError::Status(status) => format!("HTTP 状态异常：{status}"),
            ReplyError::Empty => "应答为空".to_owned(),
            ReplyError::Html => "应答是网页而非数据：可能被上网认证或代理拦截".to_owned(),
            ReplyError::Syntax { what, line, column } => {
                format!("应答不是有效的 {what}（第 {line} 行第 {column} 列）")
            }
            ReplyError::TooMany { list, most } => format!("应答中的 {list} 超过 {most} 项"),
            ReplyError::Missing(what) => format!("应答中缺少 {what}"),
            ReplyError::Ret { ret, message } => format!("服务器出错：{}", ret_and_words(*ret, message)),
            _ => "应答无法使用".to_owned(),
        };
        self.or(zh, error)
    }

    /// Why a session or a login ended.
    pub(crate) fn end_reason(self, reason: &EndReason) -> String {
        let zh = match reason {
            EndReason::LoggedOut => "已退出登录".to_owned(),
            EndReason::SessionOver { code: 1100, .. } => "已在手机上退出网页版，本机已下线".to_owned(),
            EndReason::SessionOver { code: 1101, .. } => "已在别处登录，本机已下线".to_owned(),
            EndReason::SessionOver { code, .. } => format!("登录已过期，本机已下线（代码 {code}）"),
            EndReason::LoginRefused { ret, message } => {
                format!("服务器拒绝登录：{}", ret_and_words(*ret, message))
            }
            EndReason::ForeignHost(error) => format!("登录被引向不可信的地址：{}", self.host_error(error)),
            EndReason::QrExpired => "二维码一直无人扫描".to_owned(),
            _ => "登录已结束".to_owned(),
        };
        self.or(zh, reason)
    }

    /// What to do about it.
    pub(crate) fn end_hint(self, reason: &EndReason) -> String {
        let zh = match reason {
            EndReason::LoggedOut => "请重新登录",
            EndReason::SessionOver { code: 1100, .. } => "请重新登录",
            EndReason::SessionOver { code: 1101, .. } => "请重新登录；网页版与电脑版同时只能登录一处",
            EndReason::SessionOver { .. } => "请重新登录",
            EndReason::LoginRefused { ret: 1203, .. } => {
                "许多账号无法登录网页版；可改用 --profile file-helper，只和自己的手机收发"
            }
            EndReason::LoginRefused { .. } => "原因见服务器的说明；请稍后再试",
            EndReason::ForeignHost(_) => "没有向该地址发送任何内容；请稍后重新登录",
            EndReason::QrExpired => "请重新开始登录",
            _ => "请重新登录",
        };
        self.or(zh, reason.hint())
    }

    /// How one operation failed.
    pub(crate) fn op_error(self, error: &OpError) -> String {
        let zh = match error {
            OpError::Refused { ret, message } => format!("服务器拒绝：{}", ret_and_words(*ret, message)),
            OpError::RateLimited => "发送过于频繁（Ret 1205）：请等几分钟".to_owned(),
            OpError::Unknown => "未收到明确应答：可能已完成，也可能没有".to_owned(),
            OpError::Cancelled => "发出之前已取消".to_owned(),
            OpError::Expired => "发出之前已过期".to_owned(),
            OpError::SessionEnded => "发出之前会话已结束".to_owned(),
            OpError::PeerChanged => "此聊天属于上次登录：请重新查找".to_owned(),
            OpError::Failed(kind) => self.failure(*kind),
            OpError::BadReply => "应答无法使用".to_owned(),
            OpError::UploadFailed => "服务器未接收文件，从头再传也未成功：请稍后再试".to_owned(),
            OpError::NoMedia => {
                "服务器上没有内容：可能还未就绪或已过期；请稍后再试，或在手机上查看".to_owned()
            }
            OpError::NotMedia => "服务器返回的是网页而不是文件：可能已过期；请在手机上查看".to_owned(),
            OpError::WrongLength { announced, received } => {
                format!("应有 {announced} 字节，收到 {received} 字节：请重试")
            }
            OpError::TooLarge { limit } => format!("超过了允许的 {limit} 字节"),
            _ => "操作失败".to_owned(),
        };
        self.or(zh, error)
    }

    /// Why a command was not accepted.
    pub(crate) fn command_error(self, error: &CommandError) -> String {
        let zh = match error {
            CommandError::AlreadyActive => "正在登录或已登录：请先退出登录".to_owned(),
            CommandError::NothingToResume => "没有可沿用的登录：请扫码登录".to_owned(),
            CommandError::NotOnline => "尚未登录：请先登录".to_owned(),
            CommandError::NotStored => "会话还未能保存：请检查存放位置后重试".to_owned(),
            CommandError::UnknownBatch => "没有这批消息可供确认".to_owned(),
            CommandError::OutboxFull { limit } => format!("待发消息已满（{limit} 条）：请等其中一些发完"),
            CommandError::EmptyText => "内容为空".to_owned(),
            CommandError::TextTooLong { length, limit } => {
                format!("内容有 {length} 个字符，上限为 {limit}：请分开发送")
            }
            CommandError::EmptyFile => "文件为空".to_owned(),
            CommandError::FileTooLarge { len, limit } => format!("文件有 {len} 字节，上限为 {limit}"),
            CommandError::OtherLogin => "此文件属于上次登录：请在手机上查看".to_owned(),
            CommandError::NoSuchVariant => "没有缩略图".to_owned(),
            CommandError::TooManyDownloads { limit } => format!("正在下载 {limit} 个文件：请等其中一些完成"),
            CommandError::OnlyFileHelper => "此模式只能发给文件传输助手：其他聊天请用 web 模式".to_owned(),
            CommandError::NoQrCode => "目前没有二维码".to_owned(),
            _ => "命令未被接受".to_owned(),
        };
        self.or(zh, error)
    }

    /// Why a file is no profile.
    pub(crate) fn profile_error(self, error: &ProfileError) -> String {
        let zh = match error {
            ProfileError::UnknownKey { line, key } => format!("第 {line} 行：没有 {key} 这个键"),
            ProfileError::Syntax { line, .. } => {
                format!("第 {line} 行：不是可用的 TOML，或值的类型不对、有缺失")
            }
            ProfileError::Flavour { line, flavour } => {
                format!("第 {line} 行：没有 {flavour:?} 这种模式，可用 \"web\" 或 \"file-helper\"")
            }
            ProfileError::Host { line, host } => {
                format!("第 {line} 行：{host:?} 不是主机名：只能用小写字母、数字、点和连字符，不带端口")
            }
            ProfileError::Endpoint { line, endpoint } => format!("第 {line} 行：没有 {endpoint:?} 这个接口"),
            ProfileError::Header { line, name } => format!("第 {line} 行：不能设置请求头 {name:?}"),
            ProfileError::Value { line } => format!("第 {line} 行：此值无法使用"),
            _ => "文件无法使用".to_owned(),
        };
        self.or(zh, error)
    }

    /// Why an address is not trusted.
    pub(crate) fn host_error(self, error: &HostError) -> String {
        let zh = match error {
            HostError::NotHttps => "地址不是 https".to_owned(),
            HostError::UserInfo => "地址中带有用户名".to_owned(),
            HostError::Port => "地址的端口不是 443".to_owned(),
            HostError::NotListed { host } => format!("“{host}”不在此模式的主机之列"),
            HostError::Malformed => "地址无效".to_owned(),
            _ => "地址不可信".to_owned(),
        };
        self.or(zh, error)
    }

    pub(super) fn or(self, zh: impl Into<String>, en: impl std::fmt::Display) -> String {
        match self {
            Self::En => en.to_string(),
            Self::Zh => zh.into(),
        }
    }
}

/// The server's code and its own words, where it has some.
fn ret_and_words(ret: i64, message: &str) -> String {
    if message.is_empty() { format!("代码 {ret}") } else { format!("{message}（代码 {ret}）") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_the_core_s_own() {
        let reason = EndReason::LoginRefused { ret: 1203, message: "为了你的帐号安全".to_owned() };
        assert_eq!(Lang::En.end_reason(&reason), reason.to_string());
        assert_eq!(Lang::En.end_hint(&reason), reason.hint());
        assert_eq!(Lang::Zh.end_reason(&reason), "服务器拒绝登录：为了你的帐号安全（代码 1203）");
        assert_eq!(Lang::Zh.op_error(&OpError::Failed(FailureKind::Closed)), "连接中断");
        let kind = FailureKind::Tls;
        assert_eq!(Lang::En.failure(kind), kind.to_string());
    }
}
