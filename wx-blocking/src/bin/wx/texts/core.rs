//! What the core and the store say, in the language of the interface. What is not translated here is told in the
//! core's own English.

use wx_blocking::StoreError;
use wx_proto::{Cause, EndReason, FailureKind, OpError, ReplyError};

use crate::lang::Lang;

impl Lang {
    /// Why something is tried again.
    pub(crate) fn cause(self, cause: &Cause) -> String {
        match (self, cause) {
            (Self::Zh, Cause::Network { endpoint, kind }) => format!("{endpoint}：{}", self.failure(*kind)),
            (Self::Zh, Cause::Reply { endpoint, error }) => format!("{endpoint}：{}", self.reply(error)),
            (Self::Zh, Cause::Store) => "会话未能保存".to_owned(),
            (Self::Zh, Cause::ChecksLost) => "synccheck 没有应答；改为直接收取，消息会晚一些".to_owned(),
            (Self::Zh, Cause::AckOverdue { batch }) => format!("第 {batch} 批消息尚未确认"),
            (Self::En, _) | (Self::Zh, _) => cause.to_string(),
        }
    }

    /// How an exchange failed.
    pub(crate) fn failure(self, kind: FailureKind) -> String {
        let zh = match kind {
            FailureKind::Resolve => "无法解析域名",
            FailureKind::Connect => "无法建立连接",
            FailureKind::Tls => "无法建立可信的 TLS 连接",
            FailureKind::Timeout => "未及时应答",
            FailureKind::Closed => "连接中断",
            FailureKind::Protocol => "应答不是有效的 HTTP",
            FailureKind::TooLarge => "应答过大",
            FailureKind::Aborted => "请求已放弃",
            _ => return kind.to_string(),
        };
        self.or(zh, kind)
    }

    /// Why a reply cannot be used.
    pub(crate) fn reply(self, error: &ReplyError) -> String {
        let zh = match error {
            ReplyError::Status(status) => format!("意外的 HTTP 状态 {status}"),
            ReplyError::Empty => "应答为空".to_owned(),
            ReplyError::Html => "应答是网页而非数据：可能有认证网页或代理拦在中间".to_owned(),
            ReplyError::Syntax { what, line, column } => {
                format!("应答无法作为 {what} 读取（第 {line} 行第 {column} 列）")
            }
            ReplyError::Missing(what) => format!("应答缺少可用的 {what}"),
            ReplyError::Ret { ret, message } => format!("Ret {ret} {message}"),
            _ => return error.to_string(),
        };
        self.or(zh, error)
    }

    /// Why a session or a login ended.
    pub(crate) fn end_reason(self, reason: &EndReason) -> String {
        let zh = match reason {
            EndReason::LoggedOut => "已退出登录".to_owned(),
            EndReason::SessionOver { code, endpoint, age_secs } => {
                format!("{endpoint} 表示会话已结束（代码 {code}，历时 {age_secs} 秒）")
            }
            EndReason::LoginRefused { ret, message } => format!("服务器拒绝登录（ret {ret}）：{message}"),
            EndReason::ForeignHost(error) => format!("登录被引向不受信任的地址：{error}"),
            EndReason::QrExpired => "二维码未及时扫描".to_owned(),
            _ => return reason.to_string(),
        };
        self.or(zh, reason)
    }

    /// What to do about it.
    pub(crate) fn end_hint(self, reason: &EndReason) -> String {
        let zh = match reason {
            EndReason::LoggedOut => "请重新登录",
            EndReason::SessionOver { code: 1100, .. } => "手机端结束了会话，或 Cookie 丢失：请重新登录",
            EndReason::SessionOver { code: 1101, .. } => "另一个网页或桌面登录顶替了会话：请重新登录",
            EndReason::SessionOver { .. } => "Cookie 过旧或丢失：请重新登录",
            EndReason::LoginRefused { ret: 1203, .. } => {
                "许多账号一直无法登录网页版；请为此账号使用其他客户端"
            }
            EndReason::LoginRefused { .. } => "原因见服务器原话；请稍后再试",
            EndReason::ForeignHost(_) => {
                "没有向那里发送任何内容；若主机无误，请加入自定义 profile 的页面主机"
            }
            EndReason::QrExpired => "请重新开始登录",
            _ => return reason.hint().to_owned(),
        };
        self.or(zh, reason.hint())
    }

    /// How one operation failed.
    pub(crate) fn op_error(self, error: &OpError) -> String {
        let zh = match error {
            OpError::Refused { ret, message } => format!("服务器拒绝（Ret {ret} {message}）"),
            OpError::RateLimited => "服务器表示过于频繁（Ret 1205）：请等几分钟".to_owned(),
            OpError::Unknown => "没有明确的答复：可能已完成，也可能没有".to_owned(),
            OpError::Cancelled => "发出之前已取消".to_owned(),
            OpError::Expired => "发出之前已过期".to_owned(),
            OpError::SessionEnded => "发出之前会话已结束".to_owned(),
            OpError::PeerChanged => "此聊天属于先前的登录：请重新查找".to_owned(),
            OpError::Failed(kind) => self.failure(*kind),
            OpError::BadReply => "应答无法使用".to_owned(),
            _ => return error.to_string(),
        };
        self.or(zh, error)
    }

    /// Why a session could not be opened.
    pub(crate) fn store_error(self, error: &StoreError) -> String {
        match (self, error) {
            (Self::Zh, StoreError::Locked { path, pid }) => {
                let owner = pid.map_or_else(|| self.another_process(), |pid| self.process(&pid.to_string()));
                format!("会话 {} 正被{owner}使用", path.display())
            }
            (Self::Zh, StoreError::NotAFile { path }) => {
                format!("{} 不是普通文件，请换一个会话文件", path.display())
            }
            (Self::Zh, StoreError::Foreign { path }) => {
                format!("{} 属于其他用户，请换一个会话文件", path.display())
            }
            (Self::Zh, StoreError::NotALock { path }) => {
                format!("{} 占了锁文件的位置，但不是本程序所建，请将它移走", path.display())
            }
            (Self::Zh, StoreError::TakenOver { path }) => {
                format!("会话 {} 被删除后已由另一进程重建，此处的变化不再保存，请停止本程序", path.display())
            }
            (Self::En, _) | (Self::Zh, _) => error.to_string(),
        }
    }

    fn or(self, zh: impl Into<String>, en: impl std::fmt::Display) -> String {
        match self {
            Self::En => en.to_string(),
            Self::Zh => zh.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_the_core_s_own() {
        let reason = EndReason::LoginRefused { ret: 1203, message: "为了你的帐号安全".to_owned() };
        assert_eq!(Lang::En.end_reason(&reason), reason.to_string());
        assert_eq!(Lang::En.end_hint(&reason), reason.hint());
        assert_eq!(Lang::Zh.end_reason(&reason), "服务器拒绝登录（ret 1203）：为了你的帐号安全");
        assert_eq!(Lang::Zh.op_error(&OpError::Failed(FailureKind::Closed)), "连接中断");
        let kind = FailureKind::Tls;
        assert_eq!(Lang::En.failure(kind), kind.to_string());
    }
}
