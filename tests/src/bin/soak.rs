//! Runs as many simulated worlds as asked for, and says what broke.
//!
//! `soak [--seeds N] [--from S] [--jobs J] [--explain K] [--profile web|file-helper]`; with the feature `transitions` also which rows of the table of transitions were
//! not reached.

use std::{
    collections::BTreeMap,
    process::ExitCode,
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use wx_testkit::{
    coverage::Coverage,
    world::{KINDS, Plan, Report, Rules, explain_plan, run},
};

const EVERY: Duration = Duration::from_secs(10);

#[derive(Clone, Copy)]
struct Options {
    seeds: u64,
    from: u64,
    jobs: u64,
    /// Broken rules that are explained by a shortest plan and its journal; all are counted.
    explain: u64,
    draw: fn(u64) -> Plan,
}

fn options() -> Result<Options, String> {
    let mut options = Options { seeds: 10_000, from: 0, jobs: 2, explain: 3, draw: Plan::draw };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        if name == "--profile" {
            options.draw = match args.next().as_deref() {
                Some("web") => Plan::draw,
                Some("file-helper") => Plan::draw_file_helper,
                Some(_) | None => return Err("--profile is web or file-helper".to_owned()),
            };
            continue;
        }
        let value = args.next().and_then(|value| value.parse().ok());
        let value = value.ok_or_else(|| format!("{name} needs a number"))?;
        match name.as_str() {
            "--seeds" => options.seeds = value,
            "--from" => options.from = value,
            "--jobs" => options.jobs = value,
            "--explain" => options.explain = value,
            _ => {
                return Err(format!(
                    "unknown option {name}: --seeds N --from S --jobs J --explain K --profile P"
                ));
            }
        }
    }
    Ok(options)
}

/// What is kept of the worlds.
#[derive(Default)]
struct Totals {
    worlds: u64,
    lived: Duration,
    messages: Vec<u64>,
    sends: Vec<u64>,
    faults: Vec<u64>,
    crashes: Vec<u64>,
    requests: Vec<u64>,
    coverage: Coverage,
    /// In how many worlds each kind of thing was drawn.
    drawn: BTreeMap<&'static str, u64>,
    broken: BTreeMap<&'static str, Vec<u64>>,
}

impl Totals {
    fn add(&mut self, plan: &Plan, report: &Report) {
        self.worlds += 1;
        let seed = plan.seed;
        for (name, holds) in KINDS {
            *self.drawn.entry(name).or_default() += u64::from(holds(plan));
        }
        self.lived += report.lived;
        self.messages.push(report.messages);
        self.sends.push(report.sends);
        self.faults.push(report.faults);
        self.crashes.push(report.crashes);
        self.requests.push(report.requests);
        self.coverage.merge(report.coverage.clone());
        if let Some(violation) = &report.violation {
            self.broken.entry(violation.rule).or_default().push(seed);
        }
    }

    fn line(&self, since: Instant) -> String {
        let secs = since.elapsed().as_secs_f64().max(0.001);
        let days = self.lived.as_secs_f64() / 86_400.0;
        let broken: usize = self.broken.values().map(Vec::len).sum();
        format!(
            "{} worlds, {:.0}/s, {:.1} virtual days, {:.1}/s, {broken} broken",
            self.worlds,
            self.worlds as f64 / secs,
            days,
            days / secs
        )
    }
}

/// Median and least.
fn spread(values: &mut [u64]) -> (u64, u64) {
    values.sort_unstable();
    (values.get(values.len() / 2).copied().unwrap_or(0), values.first().copied().unwrap_or(0))
}

fn soak(options: Options) -> Totals {
    let rules = Rules::today();
    let next = AtomicU64::new(options.from);
    let end = options.from.saturating_add(options.seeds);
    let (results, reports) = mpsc::channel();
    let start = Instant::now();
    let mut totals = Totals::default();
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.max(1) {
            let (results, next, rules) = (results.clone(), &next, &rules);
            scope.spawn(move || {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end || results.send((seed, run(&(options.draw)(seed), rules, false))).is_err()
                    {
                        return;
                    }
                }
            });
        }
        drop(results);
        let mut told = Instant::now();
        for (seed, report) in reports {
            totals.add(&(options.draw)(seed), &report);
            if told.elapsed() >= EVERY {
                told = Instant::now();
                println!("{}", totals.line(start));
            }
        }
    });
    println!("{}", totals.line(start));
    totals
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let mut totals = soak(options);
    let columns = [
        ("messages", &mut totals.messages),
        ("sends", &mut totals.sends),
        ("faults", &mut totals.faults),
        ("crashes", &mut totals.crashes),
        ("requests", &mut totals.requests),
    ];
    let spreads = columns.map(|(name, values)| (name, spread(values)));
    let medians = spreads.map(|(name, (median, _))| format!("{median} {name}"));
    let least = spreads.map(|(name, (_, least))| format!("{least} {name}"));
    println!("medians a world: {}", medians.join(", "));
    println!("least in a world: {}", least.join(", "));
    println!("of {} worlds so many had:", totals.worlds);
    for (name, _) in KINDS {
        let drawn = totals.drawn.get(name).copied().unwrap_or(0);
        println!("  {drawn:6} {name}");
    }
    let (reached, rows) = totals.coverage.reached();
    if rows > 0 {
        println!("{reached} of {rows} rows of the table of transitions");
        for row in totals.coverage.missing() {
            println!("  not reached: {row}");
        }
    }
    for (rule, seeds) in &mut totals.broken {
        seeds.sort_unstable();
        let first: Vec<String> = seeds.iter().take(8).map(u64::to_string).collect();
        println!("{} times {rule:?}: seeds {}", seeds.len(), first.join(" "));
    }
    let explained = usize::try_from(options.explain).unwrap_or(usize::MAX);
    for seeds in totals.broken.values().take(explained) {
        let shortest = seeds.first().and_then(|seed| explain_plan(&(options.draw)(*seed), &Rules::today()));
        println!("\n{}", shortest.unwrap_or_default());
    }
    if totals.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
