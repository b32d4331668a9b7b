//! Time against size, endpoint by endpoint: `cargo bench -p wx-testkit --bench parse`.
//!
//! Each reply is given to a client that waits for it, with 1, 2, 4 and 8 MB of plain and of hostile bytes. Twice the bytes must
//! take about twice the time: a row where the last two steps each take more than three times is marked.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench may fail")]

use std::time::{Duration, Instant};

use wx_proto::Endpoint;
use wx_testkit::load::{Load, bodies};

const SIZES: [usize; 4] = [1, 2, 4, 8];

fn main() {
    println!("| endpoint | body | 1 MB | 2 MB | 4 MB | 8 MB | |");
    println!("|---|---|---|---|---|---|---|");
    for endpoint in Endpoint::ALL {
        let Some((load, waiting)) = Load::before(endpoint) else { continue };
        let tables = SIZES.map(|size| bodies(endpoint, size * 1_000_000));
        for row in 0..tables[0].len() {
            let times = tables.each_ref().map(|table| {
                let reply = waiting.with_body(table[row].bytes.clone());
                (0..5).map(|_| time(&load, &reply)).min().unwrap()
            });
            let ms = |at: usize| times[at].as_secs_f64() * 1e3;
            let odd = ms(3) > 20.0 && ms(3) > 3.0 * ms(2) && ms(2) > 3.0 * ms(1);
            println!(
                "| {endpoint} | `{}` | {:.1} ms | {:.1} | {:.1} | {:.1} | {} |",
                tables[0][row].what,
                ms(0),
                ms(1),
                ms(2),
                ms(3),
                if odd { "NOT LINEAR" } else { "" }
            );
        }
    }
}

fn time(load: &Load, reply: &wx_testkit::load::Waiting) -> Duration {
    let mut load = load.clone();
    let (start, on_cpu) = (Instant::now(), on_cpu());
    load.hand_over(reply);
    while load.client.poll(load.now).is_some() {}
    let (wall, cpu) = (start.elapsed(), self::on_cpu().saturating_sub(on_cpu));
    // Too coarse for short times; of long ones it leaves out what other programs took.
    if cpu > Duration::from_millis(20) { cpu } else { wall }
}

/// How long this thread ran, on Linux; else nothing.
fn on_cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0))
}
