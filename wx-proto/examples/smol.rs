//! A small driver on smol and hyper, on one thread, and a program that prints messages with it.
//!
//! ```text
//! cargo run -p wx-proto --example smol -- [--connect-to ADDR] [--ca FILE]
//! ```
//!
//! Without options it logs in to the real server. `wx sim` serves a simulated one and prints its port and its CA.

#[path = "smol/driver.rs"]
mod driver;

use std::{
    error::Error,
    hash::{BuildHasher, RandomState},
    net::SocketAddr,
};

use smol::channel::{self, Sender};
use wx_proto::{Client, CommandError, Config, Event, LoginMethod, Phase, Profile, Storing};

use driver::{Command, Net};

#[expect(clippy::wildcard_enum_match_arm, reason = "other events need nothing done")]
fn main() -> Result<(), Box<dyn Error>> {
    let net = net()?;
    let mut config = Config::new(Profile::web());
    // Each run logs in anew. The tokio example says how to resume.
    config.storing = Storing::Nothing;
    // Device ids come from the seed: from one that is the same in every copy, so would they be. The system gives each
    // process random keys for its hash maps.
    let seed = RandomState::new().hash_one(std::process::id());
    let client = Client::new(config, seed, driver::read_clocks().wall);
    let (commands, to_driver) = channel::unbounded();
    let (to_application, events) = channel::unbounded();
    let exchange = move |request, progress| net.clone().exchange(request, progress);
    let driving = driver::run(client, exchange, to_driver, to_application);
    smol::block_on(smol::future::or(
        async {
            driving.await;
            Ok(())
        },
        async {
            give(&commands, |client| client.login(LoginMethod::Qr))?;
            while let Ok(event) = events.recv().await {
                match event {
                    Event::QrCode(code) => println!("scan this as a QR code: {}", code.url),
                    Event::LoggedIn { .. } => println!("logged in"),
                    Event::Batch(batch) => {
                        for message in batch.messages() {
                            // Whatever comes from the network may hold commands for the terminal.
                            println!("{}", message.content.text().replace(char::is_control, " "));
                        }
                        // Printed is done.
                        give(&commands, move |client| client.ack(batch.id))?;
                    }
                    Event::Phase(Phase::Ended(reason)) => {
                        println!("{reason}");
                        break;
                    }
                    _ => {}
                }
            }
            Ok(())
        },
    ))
}

/// Gives a command to the core; one that it refuses is printed.
fn give(
    commands: &Sender<Command>,
    command: impl FnOnce(&mut Client) -> Result<(), CommandError> + Send + 'static,
) -> Result<(), Box<dyn Error>> {
    let command = move |client: &mut Client| {
        if let Err(error) = command(client) {
            eprintln!("{error}");
        }
    };
    Ok(commands.try_send(Box::new(command)).map_err(|_| "the driver is gone")?)
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
    Ok(Net::new(connect_to, driver::tls(ca_pem.as_deref())?))
}
