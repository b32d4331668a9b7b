//! The whole flow against the simulated server under a virtual clock.

use std::time::Duration;

use wx_proto::{Config, Event, LoginMethod, Outcome, Outgoing, Phase, SendOptions, UserName};
use wx_testkit::{
    runner::Runner,
    server::{Server, ServerConfig, World},
};

fn server() -> Server {
    let mut config = ServerConfig::web();
    config.scan_after = Some(Duration::from_secs(3));
    config.confirm_after = Some(Duration::from_secs(2));
    Server::new(config, World::demo(), 7)
}

fn online() -> Runner {
    let mut runner = Runner::new(Config::default(), server(), 1);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online, "{}", runner.journal);
    runner
}

#[test]
fn logs_in_receives_sends_and_logs_out() {
    let mut runner = online();
    runner.run_for(Duration::from_secs(5));
    let friend = runner.client.contacts().friends().next().unwrap().user_name.clone();
    let now = runner.now();
    runner.server.phone(now).say("小林", None, "你好 <3").unwrap();
    runner.run_for(Duration::from_secs(1));
    assert_eq!(runner.texts(), ["你好 <3"], "{}", runner.journal);
    runner.client.send(&friend, Outgoing::text("晚上见"), SendOptions::default()).unwrap();
    runner.run_for(Duration::from_secs(1));
    assert!(
        matches!(runner.outcomes().as_slice(), [Ok(Outcome::Sent(sent))] if !sent.repeated),
        "{}",
        runner.journal
    );
    assert_eq!(runner.server.record().sent()[0].text, "晚上见");
    runner.client.logout().unwrap();
    runner.run_for(Duration::from_secs(1));
    assert!(matches!(runner.client.phase(), Phase::Ended(_)));
    assert_eq!(runner.server.record().complaints(), &[] as &[String], "{}", runner.journal);
    assert!(
        runner
            .client
            .send(&UserName::new("filehelper"), Outgoing::text("x"), SendOptions::default())
            .is_err()
    );
    assert_eq!(runner.count(|event| matches!(event, Event::Contacts(_))), 1);
}
