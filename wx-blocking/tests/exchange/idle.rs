//! Connections that lay idle: used again while they are good, and never at the price of a doubt.

use std::{
    io,
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    thread,
    time::Duration,
};

use wx_blocking::NetOptions;
use wx_proto::{Lane, Request};

use crate::support::{Setup, get, post};

fn send() -> Request {
    let mut request = post("https://wx.qq.com/echo", "text");
    request.lane = Lane::Send;
    request
}

/// Stands before a server and closes what lies idle for so long.
fn closing_after(idle: Duration, server: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for near in listener.incoming() {
            let (near, far) = (near.unwrap(), TcpStream::connect(server).unwrap());
            near.set_read_timeout(Some(idle)).unwrap();
            let back = (far.try_clone().unwrap(), near.try_clone().unwrap());
            thread::spawn(move || pump(near, far));
            thread::spawn(move || pump(back.0, back.1));
        }
    });
    address
}

/// Copies until nothing comes, then closes both ways.
fn pump(mut from: TcpStream, mut to: TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

#[test]
fn a_hundred_sends_share_a_connection() {
    let setup = Setup::new();
    for _ in 0..100 {
        assert_eq!(setup.run(send()), "Ok(Received(200 OK, [2 bytes]))");
    }
    assert_eq!(setup.listener().connections(), 1);
    thread::sleep(Duration::from_millis(2200));
    setup.run(send());
    assert_eq!(setup.listener().connections(), 2, "too old to be trusted");
}

#[test]
fn a_server_that_closes_idle_connections_makes_no_send_doubtful() {
    let server = Setup::new();
    let idle = Duration::from_millis(100);
    let options: NetOptions = server.options();
    let setup = Setup::to(closing_after(idle, server.address()), options);
    for pause in [0, 10, 150, 5, 200, 130, 0, 0, 180, 20, 250] {
        thread::sleep(Duration::from_millis(pause));
        assert_eq!(setup.run(send()), "Ok(Received(200 OK, [2 bytes]))", "after {pause} ms");
        assert_eq!(setup.run(get("https://wx.qq.com/echo")), "Ok(Received(200 OK, [2 bytes]))");
    }
    let opened = server.listener().connections();
    assert!((5..=7).contains(&opened), "{opened}");
}
