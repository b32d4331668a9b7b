//! Replies that want to cost time.

use std::time::{Duration, Instant};

use wx_proto::Endpoint;
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
