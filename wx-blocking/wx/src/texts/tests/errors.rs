//! Every error that a person can see, in Chinese.

use std::{io, path::PathBuf};

use wx_blocking::{BuildError, FileError, NetError, SendError, StoreError};
use wx_proto::{
    Cause, CommandError, EndReason, FailureKind, HostError, OpError, Profile, ProfileError, ReplyError,
};
use wx_testkit::server::PhoneError;

use super::{has_han, is_set_well};
use crate::texts::lang::Lang;

fn failures() -> [FailureKind; 11] {
    [
        FailureKind::Resolve,
        FailureKind::Connect,
        FailureKind::Tls,
        FailureKind::Timeout,
        FailureKind::Closed,
        FailureKind::Protocol,
        FailureKind::TooLarge,
        FailureKind::FileUnreadable,
        FailureKind::FileChanged,
        FailureKind::FileUnwritable,
        FailureKind::Aborted,
    ]
}

fn replies() -> Vec<ReplyError> {
    vec![
        ReplyError::Status(502),
        ReplyError::Empty,
        ReplyError::Html,
        ReplyError::Syntax { what: "JSON", line: 1, column: 2 },
        ReplyError::Missing("UUID"),
        ReplyError::Ret { ret: -1, message: String::new() },
        ReplyError::Ret { ret: -1, message: "系统繁忙".to_owned() },
    ]
}

fn hosts() -> [HostError; 5] {
    let host = "evil.example".to_owned();
    [
        HostError::NotHttps,
        HostError::UserInfo,
        HostError::Port,
        HostError::NotListed { host },
        HostError::Malformed,
    ]
}

fn commands() -> [CommandError; 15] {
    [
        CommandError::AlreadyActive,
        CommandError::NothingToResume,
        CommandError::NotOnline,
        CommandError::NotStored,
        CommandError::UnknownBatch,
        CommandError::OutboxFull { limit: 7 },
        CommandError::EmptyFile,
        CommandError::FileTooLarge { len: 9, limit: 7 },
        CommandError::OtherLogin,
        CommandError::NoSuchVariant,
        CommandError::TooManyDownloads { limit: 7 },
        CommandError::EmptyText,
        CommandError::TextTooLong { length: 9, limit: 7 },
        CommandError::OnlyFileHelper,
        CommandError::NoQrCode,
    ]
}

fn ops() -> Vec<OpError> {
    let mut all = vec![
        OpError::Refused { ret: 1, message: String::new() },
        OpError::Refused { ret: 1, message: "对方不是好友".to_owned() },
        OpError::RateLimited,
        OpError::Unknown,
        OpError::Cancelled,
        OpError::Expired,
        OpError::SessionEnded,
        OpError::PeerChanged,
        OpError::BadReply,
        OpError::UploadFailed,
        OpError::NoMedia,
        OpError::NotMedia,
        OpError::WrongLength { announced: 9, received: 7 },
        OpError::TooLarge { limit: 7 },
    ];
    all.extend(failures().map(OpError::Failed));
    all
}

fn ends() -> Vec<EndReason> {
    let over = |code| EndReason::SessionOver { code, endpoint: wx_proto::Endpoint::SyncCheck, age_secs: 3 };
    let refused = |ret, message: &str| EndReason::LoginRefused { ret, message: message.to_owned() };
    let mut all =
        vec![EndReason::LoggedOut, EndReason::QrExpired, refused(1203, ""), refused(1, "为了你的帐号安全")];
    all.extend([1100, 1101, 1102].map(over));
    all.extend(hosts().map(EndReason::ForeignHost));
    all
}

fn stores() -> Vec<StoreError> {
    let path = || PathBuf::from("/home/anna/session.json");
    let io = |action| StoreError::Io { action, path: path(), source: io::ErrorKind::PermissionDenied.into() };
    let mut all = vec![
        StoreError::Locked { path: path(), pid: Some(29_559) },
        StoreError::Locked { path: path(), pid: None },
        StoreError::TooLarge { path: path(), length: 9 },
    ];
    all.extend(
        ["make the folder", "open", "lock", "read", "save the session to", "flush", "remove", "?"].map(io),
    );
    all
}

fn nets() -> Vec<NetError> {
    vec![
        NetError::CaFile { path: PathBuf::from("CA.pem"), reason: "no certificate in it".to_owned() },
        NetError::Proxy { proxy: "ftp://x".to_owned(), variable: None },
        NetError::Proxy { proxy: "socks9://x".to_owned(), variable: Some("ALL_PROXY") },
        NetError::ProxyAndConnectTo,
    ]
}

fn builds() -> Vec<BuildError> {
    let place = || "session.json".to_owned();
    let session = |what| {
        let previous = (what == "it breaks off").then(|| "session.json.previous".to_owned());
        BuildError::Session { place: place(), what, previous, line: 1, column: 2 }
    };
    let other =
        BuildError::OtherProfile { place: place(), stored: "web".to_owned(), wanted: "uos".to_owned() };
    let mut all = vec![other, BuildError::Thread(io::ErrorKind::OutOfMemory.into())];
    all.extend(["not JSON", "unexpected data", "it breaks off"].map(session));
    all.extend(nets().into_iter().map(BuildError::Net));
    all.extend(stores().into_iter().map(BuildError::Store));
    all
}

fn profiles() -> Vec<ProfileError> {
    [
        "flavour",
        "flavour='web'\nhost=1",
        "flavour='desktop'",
        "flavour='web'\n[[hosts]]\npage='A'",
        "flavour='web'\n[query.nothing]\na='b'",
        "flavour='web'\n[header.jslogin]\nHost='b'",
        "flavour='web'\nappid=''",
    ]
    .map(|text| Profile::from_toml(text).unwrap_err())
    .into()
}

fn phones() -> [PhoneError; 5] {
    let name = || "Anna".to_owned();
    [
        PhoneError::NoLogin,
        PhoneError::UnknownName(name()),
        PhoneError::WrongKind(name()),
        PhoneError::NotInChat(name()),
        PhoneError::UnknownMessage(7),
    ]
}

fn files() -> Vec<FileError> {
    let path = || PathBuf::from("/a/b.pdf");
    let (kind, reason) = (io::ErrorKind::StorageFull, String::new());
    vec![
        FileError::Io { action: "read", path: path(), kind, reason: reason.clone() },
        FileError::Io { action: "write", path: path(), kind, reason },
        FileError::NotAFile { path: path() },
        FileError::NotUnicode { path: path() },
        FileError::Changed { path: path() },
        FileError::NoSpace { path: path(), needed: 2, free: 1 },
        FileError::Cancelled,
    ]
}

/// Each error in English, and in Chinese.
fn all() -> Vec<(String, String)> {
    let zh = Lang::Zh;
    let mut all = Vec::new();
    let mut add = |en: String, zh: String| all.push((en, zh));
    failures().iter().for_each(|error| add(error.to_string(), zh.failure(*error)));
    replies().iter().for_each(|error| add(error.to_string(), zh.reply(error)));
    hosts().iter().for_each(|error| add(error.to_string(), zh.host_error(error)));
    commands().iter().for_each(|error| add(error.to_string(), zh.command_error(error)));
    ops().iter().for_each(|error| add(error.to_string(), zh.op_error(error)));
    ends().iter().for_each(|reason| add(reason.to_string(), zh.end_reason(reason)));
    ends().iter().for_each(|reason| add(reason.hint().to_owned(), zh.end_hint(reason)));
    stores().iter().for_each(|error| add(error.to_string(), zh.store_error(error)));
    nets().iter().for_each(|error| add(error.to_string(), zh.net_error(error)));
    builds().iter().for_each(|error| add(error.to_string(), zh.build_error(error)));
    profiles().iter().for_each(|error| add(error.to_string(), zh.profile_error(error)));
    phones().iter().for_each(|error| add(error.to_string(), zh.phone_error(error)));
    let sends = [SendError::Stopped, SendError::Op(OpError::Unknown)];
    let sends = sends.into_iter().chain(files().into_iter().map(SendError::File)).collect::<Vec<_>>();
    sends.iter().for_each(|error| add(error.to_string(), zh.send_error(error)));
    let endpoint = wx_proto::Endpoint::SyncCheck;
    for kind in failures() {
        let cause = Cause::Network { endpoint, kind };
        add(cause.to_string(), zh.cause(&cause));
    }
    for error in replies() {
        let cause = Cause::Reply { endpoint, error };
        add(cause.to_string(), zh.cause(&cause));
    }
    for cause in [Cause::Store, Cause::ChecksLost] {
        add(cause.to_string(), zh.cause(&cause));
    }
    all
}

#[test]
fn every_error_speaks_chinese() {
    for (en, zh) in all() {
        assert!(has_han(&zh), "{en}: {zh}");
        // Names, paths, codes and addresses may be there, but no sentence.
        let is_latin = |word: &str| word.len() > 1 && word.chars().all(|char| char.is_ascii_lowercase());
        let mut pairs = zh.split(' ').zip(zh.split(' ').skip(1));
        assert!(!pairs.any(|(word, next)| is_latin(word) && is_latin(next)), "{en}: {zh}");
        assert!(is_set_well(&zh), "{en}: {zh}");
    }
}

#[test]
fn english_is_their_own() {
    for error in builds() {
        assert_eq!(Lang::En.build_error(&error), error.to_string());
    }
    for error in commands() {
        assert_eq!(Lang::En.command_error(&error), error.to_string());
    }
    for error in ops() {
        assert_eq!(Lang::En.op_error(&error), error.to_string());
    }
}

#[test]
fn who_holds_a_session_is_told_with_blanks_where_they_belong() {
    let locked = |pid| StoreError::Locked { path: PathBuf::from("s.json"), pid };
    assert_eq!(Lang::Zh.store_error(&locked(Some(29_559))), "会话 s.json 正被进程 29559 使用");
    assert_eq!(Lang::Zh.store_error(&locked(None)), "会话 s.json 正被另一个进程使用");
}
