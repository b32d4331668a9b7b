//! What the tests share.

use std::time::Duration;

use wx_proto::{Batch, BatchContent, BatchId, Config, Event, Gap, LoginMethod, Phase, UserName};
use wx_testkit::{
    runner::Runner,
    server::{Account, Server, ServerConfig},
};

/// A server whose phone scans and confirms by itself.
pub(crate) fn server_with(change: impl FnOnce(&mut ServerConfig)) -> Server {
    let mut config = ServerConfig::web();
    config.scan_after = Some(Duration::from_secs(3));
    config.confirm_after = Some(Duration::from_secs(2));
    change(&mut config);
    Server::new(config, Account::demo(), 7)
}

/// A client that is online, its contacts loaded.
pub(crate) fn online() -> Runner {
    online_with(Config::default(), |_| {})
}

pub(crate) fn online_with(config: Config, change: impl FnOnce(&mut ServerConfig)) -> Runner {
    let mut runner = Runner::new(config, server_with(change), 1);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online, "{}", runner.journal);
    let loaded = runner.run_until(Duration::from_secs(60), |runner| runner.count(is_contacts) == 1);
    assert!(loaded, "{}", runner.journal);
    runner
}

pub(crate) fn is_qr(event: &Event) -> bool {
    matches!(event, Event::QrCode(_))
}

pub(crate) fn is_contacts(event: &Event) -> bool {
    matches!(event, Event::Contacts(_))
}

/// The user name of a contact of the demo world, by its shown name.
pub(crate) fn user(runner: &Runner, name: &str) -> UserName {
    match runner.client.contacts().find(name) {
        wx_proto::Found::One(user_name) => user_name,
        other => panic!("{name}: {other:?}"),
    }
}

/// Somebody writes something now; gives the message id.
pub(crate) fn say(runner: &mut Runner, chat: &str, text: &str) -> u64 {
    let now = runner.now();
    runner.io.server.phone(now).say(chat, None, text).expect("a chat of the demo world")
}

/// The batch that was handed out last.
pub(crate) fn last_batch(runner: &Runner) -> BatchId {
    let batch = |event: &Event| if let Event::Batch(batch) = event { Some(batch.id) } else { None };
    runner.events.iter().rev().find_map(batch).expect("a batch was handed out")
}

/// The Gaps the application got.
pub(crate) fn gaps(runner: &Runner) -> Vec<Gap> {
    let gap = |event: &Event| match event {
        Event::Batch(Batch { content: BatchContent::Gap(gap), .. }) => Some(gap.clone()),
        _ => None,
    };
    runner.events.iter().filter_map(gap).collect()
}

pub(crate) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
