//! Replies that want to cost time.

use std::time::{Duration, Instant};

use wx_proto::{Client, Config, Endpoint, Event, LoginMethod, Output, Timestamp};
use wx_testkit::load::{Load, bodies};

/// Where a parse is linear, half a megabyte takes some 50 ms in a debug build; where it was quadratic it took a minute.
/// `cargo bench -p wx-testkit --bench parse` has the figures.
#[test]
fn no_reply_costs_more_than_its_length() {
    for endpoint in Endpoint::ALL {
        let Some((load, waiting)) = Load::before(endpoint) else { continue };
        for body in bodies(endpoint, 500_000) {
            let (what, reply) = (body.what, waiting.with_body(body.bytes));
            let mut load = load.clone();
            let start = Instant::now();
            load.hand_over(&reply);
            while load.client.poll(load.now).is_some() {}
            let taken = start.elapsed();
            assert!(taken < Duration::from_secs(3), "{endpoint}: {what}: {taken:?}");
        }
    }
}

#[test]
fn a_hundred_thousand_texts_are_one_batch() {
    let (mut load, waiting) = Load::before(Endpoint::Sync).unwrap();
    let message = r#""FromUserName":"@a","ToUserName":"@b","MsgType":1,"Content":"你好 &lt;3","CreateTime":1735700040}"#;
    let list: Vec<String> =
        (0..100_000).map(|number| format!(r#"{{"MsgId":"5120000000000{number:06}",{message}"#)).collect();
    let key = r#""SyncKey":{"Count":1,"List":[{"Key":1,"Val":7}]}"#;
    let body = format!(r#"{{"BaseResponse":{{"Ret":0}},{key},"AddMsgList":[{}]}}"#, list.join(","));
    let started = Instant::now();
    load.hand_over(&waiting.with_body(body));
    let batch = std::iter::from_fn(|| load.client.poll(load.now)).find_map(|output| match output {
        Output::Event(Event::Batch(batch)) => Some(batch),
        _ => None,
    });
    assert_eq!(batch.unwrap().messages().len(), 100_000);
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

/// A clock that says the end of time: nothing overflows. There no pause lies ahead any more, so the outputs do not end.
#[test]
fn the_end_of_time_is_survived() {
    let drain = |client: &mut Client, at| std::iter::from_fn(|| client.poll(at)).take(100).count();
    for endpoint in Endpoint::ALL {
        let Some((load, waiting)) = Load::before(endpoint) else { continue };
        for millis in [u64::MAX, u64::MAX - 1, u64::MAX - 60_000, u64::MAX / 10_000, 1 << 63] {
            let end = Timestamp::from_millis(millis);
            let mut client = Client::new(Config::default(), 1, end);
            client.login(LoginMethod::Auto).unwrap();
            drain(&mut client, end);
            assert!(client.deadline().is_some());
            let mut client = load.client.clone();
            client.handle(end, waiting.reply());
            drain(&mut client, end);
            // And back again.
            drain(&mut client, load.now);
        }
    }
}
