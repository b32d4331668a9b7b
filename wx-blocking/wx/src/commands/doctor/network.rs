//! The way to the server, tried with the request that every login begins with.

use std::{net::ToSocketAddrs, sync::mpsc, thread, time::Duration};

use wx_blocking::{Net, NetOptions, Worker};
use wx_proto::{Client, Event, FailureKind, LoginMethod, Output, Phase, Reply, Request};

use super::check::{Check, Subject, Verdict};
use crate::{account, clock, error::Result, options::GlobalOptions, texts::lang::Lang};

/// Looks at each step of the way, and tells it as soon as it is known.
pub(super) fn look(global: &GlobalOptions, lang: Lang, tell: &mut impl FnMut(Check) -> Result) -> Result {
    let mut client = Client::new(account::config(global), global.seed.unwrap_or_default(), clock::now());
    let Some(request) = first_request(&mut client) else { return skip(lang, tell) };
    let host = request.http.uri().host().unwrap_or_default().to_owned();
    let options = options(global);
    let proxy = options.proxy_in_use();

    let dns = match (global.connect_to, &proxy) {
        (Some(address), _) => Check::new(Subject::Dns, Verdict::Skip, lang.dns_fixed(&address.to_string())),
        (None, Ok(Some(_)) | Err(_)) => Check::new(Subject::Dns, Verdict::Skip, lang.dns_by_proxy()),
        (None, Ok(None)) => look_up(&host, lang),
    };
    let reachable = dns.result != Verdict::Fail;
    tell(dns)?;

    let proxy = match proxy {
        Ok(proxy) => proxy,
        Err(error) => {
            tell(Check::new(Subject::Proxy, Verdict::Fail, lang.net_error(&error)).next(lang.proxy_fix()))?;
            return skip(lang, tell);
        }
    };
    let net = match Net::new(&options) {
        Ok(net) => net,
        Err(error) => {
            tell(Check::new(Subject::Tls, Verdict::Fail, lang.net_error(&error)).next(lang.ca_fix()))?;
            return Ok(());
        }
    };
    let ignored = || !matches!(anywhere(options.clone()).proxy_in_use(), Ok(None));
    tell(match proxy {
        Some(place) => Check::new(Subject::Proxy, Verdict::Ok, lang.proxy_used(&place)),
        None if global.connect_to.is_some() && ignored() => {
            Check::new(Subject::Proxy, Verdict::Ok, lang.proxy_ignored())
        }
        None => Check::new(Subject::Proxy, Verdict::Ok, lang.proxy_none()),
    })?;
    if !reachable {
        return skip(lang, tell);
    }
    let answer = ask(net, request);
    for check in judge(&mut client, answer, &host, lang) {
        tell(check)?;
    }
    Ok(())
}

/// jslogin, as the core makes it.
fn first_request(client: &mut Client) -> Option<Request> {
    client.login(LoginMethod::Qr).ok()?;
    std::iter::from_fn(|| client.poll(clock::now())).find_map(|output| match output {
        Output::Start(request) => Some(request),
        Output::Abort(_) | Output::Event(_) => None,
    })
}

fn options(global: &GlobalOptions) -> NetOptions {
    let mut options = NetOptions::default();
    options.proxy.clone_from(&global.proxy);
    options.ca_file.clone_from(&global.ca_file);
    options.connect_to = global.connect_to;
    options
}

/// The same without a fixed address.
fn anywhere(mut options: NetOptions) -> NetOptions {
    options.connect_to = None;
    options
}

fn look_up(host: &str, lang: Lang) -> Check {
    let (sender, receiver) = mpsc::channel();
    let name = host.to_owned();
    // No look-up can be given up: a thread is left behind with it.
    thread::spawn(move || {
        let found = (name, 443).to_socket_addrs().map(Iterator::count);
        let _ = sender.send(found);
    });
    match receiver.recv_timeout(LOOK_UP) {
        Ok(Ok(count)) if count > 0 => Check::new(Subject::Dns, Verdict::Ok, lang.dns_found(host, count)),
        Ok(_) => Check::new(Subject::Dns, Verdict::Fail, lang.dns_failed(host)).next(lang.dns_fix()),
        Err(_) => Check::new(Subject::Dns, Verdict::Fail, lang.dns_slow(host)).next(lang.dns_fix()),
    }
}

/// Runs the request; `None` if nothing came of it in time.
fn ask(net: Net, request: Request) -> Option<Reply> {
    let (sender, receiver) = mpsc::channel();
    let worker = Worker::new(request.lane, net, move |reply| {
        let _ = sender.send(reply);
    });
    worker.start(request);
    receiver.recv_timeout(ANSWER).ok()
}

/// What the reply, or its absence, says about each step.
fn judge(client: &mut Client, reply: Option<Reply>, host: &str, lang: Lang) -> Vec<Check> {
    let ok = |subject, message| Check::new(subject, Verdict::Ok, message);
    let skip = |subject| Check::new(subject, Verdict::Skip, lang.not_reached());
    let fail = |subject, message, next| Check::new(subject, Verdict::Fail, message).next(next);
    let connected = || ok(Subject::Connection, lang.connected(host));
    let unreached = |message, next| {
        vec![fail(Subject::Connection, message, next), skip(Subject::Tls), skip(Subject::Portal)]
    };
    let Some(reply) = reply else { return unreached(lang.no_answer(host), lang.no_answer_fix()) };
    match reply.received() {
        Err(failure) => match failure.kind {
            FailureKind::Resolve | FailureKind::Connect => {
                unreached(lang.no_connection(host), lang.no_connection_fix())
            }
            FailureKind::Timeout | FailureKind::Aborted => {
                unreached(lang.no_answer(host), lang.no_answer_fix())
            }
            FailureKind::Tls => {
                vec![connected(), fail(Subject::Tls, lang.tls_bad(), lang.tls_fix()), skip(Subject::Portal)]
            }
            kind @ (FailureKind::Closed | FailureKind::Protocol | FailureKind::TooLarge | _) => {
                let odd = lang.portal_odd(&lang.failure(kind));
                vec![
                    connected(),
                    ok(Subject::Tls, lang.tls_good()),
                    fail(Subject::Portal, odd, lang.portal_fix()),
                ]
            }
        },
        Ok(_) => {
            client.handle(clock::now(), reply);
            let portal = match answer(client, lang) {
                Ok(()) => ok(Subject::Portal, lang.portal_none()),
                Err(odd) => fail(Subject::Portal, lang.portal_odd(&odd), lang.portal_fix()),
            };
            vec![connected(), ok(Subject::Tls, lang.tls_good()), portal]
        }
    }
}

/// Whether the core takes the reply for the server's.
fn answer(client: &mut Client, lang: Lang) -> std::result::Result<(), String> {
    while let Some(output) = client.poll(clock::now()) {
        if let Output::Event(event) = output {
            match event {
                Event::QrCode(_) => return Ok(()),
                Event::Trouble { cause, .. } | Event::Offline { cause, .. } => return Err(lang.cause(&cause)),
                Event::Phase(Phase::Ended(reason)) => return Err(lang.end_reason(&reason)),
                Event::Phase(_)
                | Event::Scanned { .. }
                | Event::Declined
                | Event::WrongEntry { .. }
                | Event::Resume { .. }
                | Event::LoggedIn { .. }
                | Event::Contacts(_)
                | Event::ContactChanged(_)
                | Event::ContactRemoved(_)
                | Event::Batch(_)
                | Event::Checkpoint { .. }
                | Event::Done { .. }
                | Event::Online
                | _ => {}
            }
        }
    }
    Err(lang.not_reached())
}

fn skip(lang: Lang, tell: &mut impl FnMut(Check) -> Result) -> Result {
    for subject in [Subject::Connection, Subject::Tls, Subject::Portal] {
        tell(Check::new(subject, Verdict::Skip, lang.not_reached()))?;
    }
    Ok(())
}

const LOOK_UP: Duration = Duration::from_secs(5);
/// Longer than the request's own limits for connecting and for silence.
const ANSWER: Duration = Duration::from_secs(45);
