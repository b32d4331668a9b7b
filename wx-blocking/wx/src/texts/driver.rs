//! What the driver and the store say, in the language of the interface. English is their own.

use std::io;

use wx_blocking::{BuildError, FileError, NetError, SendError, StoreError};

use crate::texts::lang::Lang;

impl Lang {
    /// Why a client could not be built.
    pub(crate) fn build_error(self, error: &BuildError) -> String {
        let zh = match error {
            BuildError::Net(error) => return self.net_error(error),
            BuildError::Store(error) => return self.store_error(error),
            BuildError::Session { place, what, previous, line, column } => {
                let what = match *what {
                    "not JSON" => "不是 JSON",
                    "it breaks off" => "内容不完整",
                    _ => "内容不符",
                };
                let back = previous.as_ref().map_or_else(String::new, |previous| {
                    format!("可将它换成上一份 {previous} 以继续（那之后发出的消息可能再次发出），或")
                });
                format!(
                    "本版本无法读取 {place} 中的会话（{what}，第 {line} 行第 {column} 列）；文件未改动：{back}请移走它后重新登录，\
                     或换用写入它的 wx 版本"
                )
            }
            BuildError::OtherProfile { place, stored, wanted } => {
                format!(
                    "{place} 中的登录属于 {stored} 模式，{wanted} 模式不能沿用；文件未改动：请为此模式另用一个会话"
                )
            }
            BuildError::Thread(error) => format!("无法创建线程：{}", self.io_error(error)),
            _ => "无法启动客户端".to_owned(),
        };
        self.or(zh, error)
    }

    /// Why something that waits for its outcome has none.
    pub(crate) fn send_error(self, error: &SendError) -> String {
        let zh = match error {
            SendError::Command(error) => return self.command_error(error),
            SendError::Op(error) => return self.op_error(error),
            SendError::File(error) => return self.file_error(error),
            SendError::Stopped => "结果未知，客户端已停止",
            _ => "操作失败",
        };
        self.or(zh, error)
    }

    /// Why a file could not be read or written.
    pub(crate) fn file_error(self, error: &FileError) -> String {
        let zh = match error {
            FileError::Io { action, path, kind, .. } => {
                let action = match *action {
                    "read" => "读取",
                    "write" => "写入",
                    _ => "使用",
                };
                let why = self.io_error(&io::Error::from(*kind));
                format!("无法{action} {}：{why}", path.display())
            }
            FileError::NotAFile { path } => format!("{} 不是普通文件", path.display()),
            FileError::NotUnicode { path } => format!("{} 的名称不是 Unicode：请改名", path.display()),
            FileError::Changed { path } => format!("{} 在读取时被改动", path.display()),
            FileError::NoSpace { path, needed, free } => {
                format!("{} 放不下：需要 {needed} 字节，只剩 {free} 字节", path.display())
            }
            FileError::Cancelled => "已取消".to_owned(),
            _ => "无法使用文件".to_owned(),
        };
        self.or(zh, error)
    }

    /// What is wrong with the options for the network.
    pub(crate) fn net_error(self, error: &NetError) -> String {
        let zh = match error {
            NetError::CaFile { path, .. } => {
                format!("无法使用证书文件 {}：读不出，或其中没有证书", path.display())
            }
            NetError::Roots(_) => "没有可用的根证书".to_owned(),
            NetError::Proxy { proxy, variable } => {
                let place = variable.map_or_else(String::new, |name| format!("环境变量 {name} 中的"));
                format!("{place}代理“{proxy}”不可用；请写 http://主机:端口 或 socks5://用户:密码@主机:端口")
            }
            NetError::ProxyAndConnectTo => "--proxy 与 --connect-to 不能同时使用".to_owned(),
            _ => "网络选项有误".to_owned(),
        };
        self.or(zh, error)
    }

    /// Why a session could not be opened or stored.
    pub(crate) fn store_error(self, error: &StoreError) -> String {
        let zh = match error {
            StoreError::Locked { path, pid } => {
                // A blank stands between digits and Chinese.
                let owner = pid.map_or_else(|| "另一个进程".to_owned(), |pid| format!("进程 {pid} "));
                format!("会话 {} 正被{owner}使用", path.display())
            }
            StoreError::Io { action, path, source } => {
                let action = match *action {
                    "make the folder" => "创建文件夹",
                    "open" => "打开",
                    "lock" => "锁定",
                    "read" => "读取",
                    "save the session to" => "写入",
                    "flush" => "写完",
                    "remove" => "删除",
                    _ => "访问",
                };
                format!("无法{action} {}：{}", path.display(), self.io_error(source))
            }
            StoreError::TooLarge { path, length } => {
                format!("{} 有 {length} 字节，不会是会话；请移走它后重新登录", path.display())
            }
            StoreError::NotAFile { path } => format!("{} 不是普通文件，请换一个会话文件", path.display()),
            StoreError::Foreign { path } => format!("{} 属于其他用户，请换一个会话文件", path.display()),
            StoreError::NotALock { path } => {
                format!("{} 占用了会话标记文件的位置，但不是本程序所建，请将它移走", path.display())
            }
            StoreError::TakenOver { path } => {
                format!("会话 {} 被删除后已由另一进程重建，此处的变化不再保存，请停止本程序", path.display())
            }
            StoreError::Other(error) => format!("无法使用会话：{error}"),
            _ => "无法使用会话".to_owned(),
        };
        self.or(zh, error)
    }
}
