//! Through a proxy on loopback, which forwards to the listener whatever it is asked for.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use wx_blocking::NetOptions;

use crate::support::{Setup, get, post};

#[derive(Clone, Copy)]
enum Kind {
    Http,
    Refusing,
    Socks5,
    /// Forwards the TLS handshake and little more.
    Stalling,
}

/// Starts a proxy; what it is told comes with its address.
fn proxy(kind: Kind, target: SocketAddr) -> (SocketAddr, Arc<Mutex<String>>) {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let told = Arc::new(Mutex::new(String::new()));
    let log = told.clone();
    thread::spawn(move || {
        for stream in server.incoming() {
            let mut stream = stream.unwrap();
            let asked = match kind {
                Kind::Http | Kind::Refusing | Kind::Stalling => connect(&mut stream),
                Kind::Socks5 => socks5(&mut stream),
            };
            log.lock().unwrap().push_str(&asked.unwrap());
            match kind {
                Kind::Refusing => {
                    let _ = stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
                    continue;
                }
                Kind::Http | Kind::Stalling => stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap(),
                Kind::Socks5 => stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap(),
            }
            let most = if matches!(kind, Kind::Stalling) { 10_000 } else { u64::MAX };
            forward(stream, TcpStream::connect(target).unwrap(), most);
        }
    });
    (address, told)
}

fn connect(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(String::from_utf8(head).unwrap())
}

/// Without authentication, to a host name.
fn socks5(stream: &mut TcpStream) -> io::Result<String> {
    let mut start = [0; 2];
    stream.read_exact(&mut start)?;
    stream.read_exact(&mut vec![0; start[1].into()])?;
    stream.write_all(&[5, 0])?;
    let mut head = [0; 5];
    stream.read_exact(&mut head)?;
    let mut host = vec![0; usize::from(head[4]) + 2];
    stream.read_exact(&mut host)?;
    host.truncate(host.len() - 2);
    Ok(String::from_utf8(host).unwrap())
}

fn forward(client: TcpStream, server: TcpStream, most: u64) {
    let (from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let (mut from_server, mut to_client) = (server, client);
    thread::spawn(move || {
        let copied = io::copy(&mut (&from_client).take(most), &mut to_server).unwrap_or(0);
        if copied == most {
            thread::sleep(Duration::from_secs(5));
        }
    });
    thread::spawn(move || io::copy(&mut from_server, &mut to_client));
}

fn through(url: String, behind: &Setup) -> Setup {
    let mut options: NetOptions = behind.options();
    (options.proxy, options.connect_to) = (Some(url), None);
    Setup::with_options(options)
}

#[test]
fn an_http_proxy_is_asked_for_a_tunnel_and_sees_no_header() {
    let behind = Setup::new();
    let (address, told) = proxy(Kind::Http, behind.address());
    let setup = through(format!("http://anna:s3cret@{address}"), &behind);
    assert_eq!(setup.run(post("https://wx.qq.com/echo", "text")), "Ok(Received(200 OK, [2 bytes]))");
    let told = told.lock().unwrap().clone();
    assert!(told.starts_with("CONNECT wx.qq.com:443 HTTP/1.1\r\nHost: wx.qq.com:443\r\n"), "{told}");
    assert!(told.contains("Proxy-Authorization: Basic "), "{told}");
    assert!(!told.to_lowercase().contains("user-agent"), "{told}");
    let requests = behind.requests();
    assert_eq!(crate::support::headers(&requests[0]), ["content-length: 4", "host: wx.qq.com"]);
}

#[test]
fn a_socks_proxy_looks_the_name_up_itself() {
    let behind = Setup::new();
    let (address, told) = proxy(Kind::Socks5, behind.address());
    let setup = through(format!("socks5h://{address}"), &behind);
    assert_eq!(setup.run(get("https://wx2.qq.com/echo")), "Ok(Received(200 OK, [2 bytes]))");
    assert_eq!(*told.lock().unwrap(), "wx2.qq.com");
}

#[test]
fn a_proxy_that_refuses_or_is_not_there_means_nothing_left() {
    let behind = Setup::new();
    let (refusing, _) = proxy(Kind::Refusing, behind.address());
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for url in [format!("http://{refusing}"), format!("http://{gone}"), format!("socks5h://{gone}")] {
        let setup = through(url, &behind);
        for request in [get("https://wx.qq.com/echo"), post("https://wx.qq.com/echo", "text")] {
            assert_eq!(setup.run(request), "Err(Failure { kind: Connect, sent: No, received: 0 })");
        }
    }
    assert!(behind.requests().is_empty());
}

#[test]
fn an_upload_that_stalls_is_a_timeout() {
    let behind = Setup::new();
    let (address, _) = proxy(Kind::Stalling, behind.address());
    let setup = through(format!("http://{address}"), &behind);
    let mut request = post("https://wx.qq.com/echo", vec![b'x'; 32 << 20]);
    request.idle_timeout = Duration::from_millis(300);
    assert_eq!(setup.run(request), "Err(Failure { kind: Timeout, sent: Maybe, received: 0 })");
    assert!(behind.requests().is_empty());
}
