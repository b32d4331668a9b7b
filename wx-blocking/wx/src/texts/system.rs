//! What the system says, in the language of the interface.

use std::io;

use crate::texts::lang::Lang;

impl Lang {
    /// Why the system refused something. Its own words are English here; what has no kind is told by its number.
    pub(crate) fn io_error(self, error: &io::Error) -> String {
        match self {
            Self::En => error.to_string(),
            Self::Zh => chinese(error),
        }
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the list is the system's and grows")]
fn chinese(error: &io::Error) -> String {
    use io::ErrorKind as Kind;
    let text = match error.kind() {
        Kind::NotFound => "文件或文件夹不存在",
        Kind::PermissionDenied => "没有权限",
        Kind::ConnectionRefused => "连接被拒绝",
        Kind::ConnectionReset | Kind::ConnectionAborted | Kind::NotConnected | Kind::BrokenPipe => {
            "连接已中断"
        }
        Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::NetworkDown => "网络不可达",
        Kind::AddrInUse => "地址已被占用",
        Kind::AddrNotAvailable => "地址不可用",
        Kind::AlreadyExists => "文件已存在",
        Kind::NotADirectory => "路径中有一段不是文件夹",
        Kind::IsADirectory => "这是文件夹，不是文件",
        Kind::DirectoryNotEmpty => "文件夹不为空",
        Kind::ReadOnlyFilesystem => "文件系统只读",
        Kind::StorageFull | Kind::WriteZero => "磁盘已满",
        Kind::QuotaExceeded => "超出磁盘配额",
        Kind::FileTooLarge => "文件过大",
        Kind::ResourceBusy | Kind::ExecutableFileBusy => "资源正被占用",
        Kind::InvalidFilename => "文件名无效",
        Kind::InvalidInput | Kind::InvalidData => "内容无效",
        Kind::TimedOut => "超时",
        Kind::Interrupted => "操作被中断",
        Kind::Unsupported => "系统不支持此操作",
        Kind::UnexpectedEof => "内容不完整",
        Kind::OutOfMemory => "内存不足",
        _ => {
            return error
                .raw_os_error()
                .map_or_else(|| "系统出错".to_owned(), |code| format!("系统错误 {code}"));
        }
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_speaks_chinese() {
        for code in 1..=133 {
            let error = io::Error::from_raw_os_error(code);
            let text = Lang::Zh.io_error(&error);
            assert!(text.chars().all(|char| !char.is_ascii_alphabetic()), "{code}: {text}");
            assert_eq!(Lang::En.io_error(&error), error.to_string());
        }
        assert_eq!(Lang::Zh.io_error(&io::Error::other("odd")), "系统出错");
    }
}
