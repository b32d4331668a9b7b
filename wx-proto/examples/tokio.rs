//! A complete driver on tokio and reqwest, and a program that prints messages with it.
//!
//! ```text
//! cargo run -p wx-proto --example tokio -- [--connect-to ADDR] [--ca FILE]
//! ```
//!
//! Without options it logs in to the real server. `wx sim` serves a simulated one and prints its port and its CA.

#[path = "tokio/driver.rs"]
mod driver;

use std::{
    error::Error,
    hash::{BuildHasher, RandomState},
    net::SocketAddr,
    time::Duration,
};

use tokio::{select, signal};
use wx_proto::{Batch, BatchContent, Client, Config, Event, LoginMethod, Phase, Profile, Storing};

use driver::{Handle, Net};

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::wildcard_enum_match_arm, reason = "other events need nothing done")]
async fn main() -> Result<(), Box<dyn Error>> {
    let net = net()?;
    let mut config = Config::new(Profile::web());
    // To resume a login: store `client.session()` at each `Event::Checkpoint`, tell the core with
    // `client.stored(revision)`, and begin with `Client::restore`.
    config.storing = Storing::Nothing;
    // Device ids come from the seed: from one that is the same in every copy, so would they be. The system gives each
    // process random keys for its hash maps.
    let seed = RandomState::new().hash_one(std::process::id());
    let client = Client::new(config, seed, driver::read_clocks().wall);
    let (handle, mut events) = driver::spawn(client, net);

    handle.with(|client| client.login(LoginMethod::Qr)).await.ok_or(GONE)??;
    loop {
        select! {
            event = events.recv() => match event.ok_or(GONE)? {
                Event::QrCode(code) => println!("scan this as a QR code: {}", code.url),
                Event::Scanned { .. } => println!("confirm the login on the phone"),
                Event::LoggedIn { me, .. } => println!("logged in as {}", printable(&me.nick_name)),
                Event::Batch(batch) => {
                    let id = batch.id;
                    print(&handle, batch).await?;
                    // Printed is done. What is not acknowledged comes again in the next run.
                    handle.with(move |client| client.ack(id)).await.ok_or(GONE)??;
                }
                Event::Trouble { cause, .. } | Event::Offline { cause, .. } => eprintln!("{cause}"),
                Event::Phase(Phase::Ended(reason)) => {
                    println!("{reason}");
                    return Ok(());
                }
                _ => {}
            },
            // A second one while the server is told has nothing to end.
            signal = signal::ctrl_c() => {
                signal?;
                let _ = handle.with(Client::logout).await;
            }
        }
    }
}

/// Prints messages with the names known so far: a message does not wait for them.
async fn print(handle: &Handle, batch: Batch) -> Result<(), &'static str> {
    let lines = move |client: &mut Client| match &batch.content {
        BatchContent::Gap(_) => vec!["messages may be missing: look at the phone".to_owned()],
        BatchContent::Messages(messages) => {
            let line = |message: &wx_proto::Message| {
                let chat = client.contacts().name_of(message.chat.as_str());
                let chat = chat.as_deref().unwrap_or(message.chat.as_str());
                printable(&format!("{chat}: {}", message.content.text()))
            };
            messages.iter().map(line).collect()
        }
    };
    for line in handle.with(lines).await.ok_or(GONE)? {
        println!("{line}");
    }
    Ok(())
}

/// Whatever comes from the network may hold commands for the terminal.
fn printable(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// The network as the command line wants it.
fn net() -> Result<Net, Box<dyn Error>> {
    let (mut connect_to, mut ca_pem) = (None::<SocketAddr>, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(option) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{option} needs a value"))?;
        match option.as_str() {
            "--connect-to" => connect_to = Some(value.parse()?),
            "--ca" => ca_pem = Some(std::fs::read(&value)?),
            _ => return Err(format!("unknown option {option}").into()),
        }
    }
    Ok(Net::new(connect_to, ca_pem.as_deref(), CONNECT_TIMEOUT)?)
}

/// What every request of the core asks for.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const GONE: &str = "the driver is gone";
