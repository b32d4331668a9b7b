//! A login never leaves the profile's hosts.

use bytes::Bytes;
use wx_proto::{Client, Config, EndReason, Event, LoginMethod, Output, Phase, Reply};
use wx_testkit::{coverage::Coverage, io::plain, runner::START};

/// Answers a login up to the confirmation, with this redirect; gives the end and every host that was asked.
fn log_in_with_redirect(redirect: &str) -> (Phase, Vec<String>) {
    let mut client = Client::new(Config::default(), 1, START);
    client.login(LoginMethod::Qr).unwrap();
    let mut hosts = Vec::new();
    let mut replies = Vec::new();
    for _ in 0..100 {
        while let Some(output) = client.poll(START) {
            match output {
                Output::Start(request) => {
                    let id = request.id;
                    let http = plain(request.http);
                    hosts.push(http.uri().host().unwrap().to_owned());
                    let body = match http.uri().path() {
                        "/jslogin" => {
                            r#"window.QRLogin.code = 200; window.QRLogin.uuid = "AAAA";"#.to_owned()
                        }
                        "/cgi-bin/mmwebwx-bin/login" => {
                            format!("window.code=200;\nwindow.redirect_uri=\"{redirect}\";")
                        }
                        _ => String::new(),
                    };
                    replies.push((id, body));
                }
                Output::Event(Event::Checkpoint { revision }) => client.stored(revision),
                Output::Abort(_) | Output::Event(_) => {}
            }
        }
        let Some((id, body)) = replies.pop() else { break };
        let (head, ()) = http::Response::new(()).into_parts();
        client.handle(START, Reply::collected(id, head, Bytes::from(body)));
        if matches!(client.phase(), Phase::Ended(_)) {
            break;
        }
    }
    Coverage::default().take_from(&mut client);
    (client.phase().clone(), hosts)
}

#[test]
fn a_foreign_redirect_ends_the_login_and_is_never_asked() {
    for redirect in [
        "https://evil.example/cgi-bin/mmwebwx-bin/webwxnewloginpage?ticket=A",
        "http://wx.qq.com/cgi-bin/mmwebwx-bin/webwxnewloginpage?ticket=A",
        "https://wx.qq.com:8443/cgi-bin/mmwebwx-bin/webwxnewloginpage?ticket=A",
        "https://wx.qq.com@evil.example/cgi-bin/mmwebwx-bin/webwxnewloginpage?ticket=A",
        "https://wx.qq.com:443@evil.example/x?ticket=A",
        "https://evil.example@wx.qq.com/x?ticket=A",
        "https://wx.qq.com.evil.example/x?ticket=A",
        "https://evil.example#@wx.qq.com/x?ticket=A",
        "https://evil.example\\\\@wx.qq.com/x?ticket=A",
        "//evil.example/x?ticket=A",
        "ftp://wx.qq.com/x",
    ] {
        let (phase, hosts) = log_in_with_redirect(redirect);
        assert!(matches!(phase, Phase::Ended(EndReason::ForeignHost(_))), "{redirect}: {phase:?}");
        assert_eq!(hosts, ["login.wx.qq.com", "login.wx.qq.com"], "{redirect}");
        let Phase::Ended(reason) = phase else { continue };
        assert!(!reason.to_string().is_empty() && !reason.hint().is_empty());
        assert!(!reason.to_string().contains("ticket"), "{reason}");
    }
}

#[test]
fn a_listed_redirect_is_followed() {
    let (_, hosts) =
        log_in_with_redirect("https://wx8.qq.com/cgi-bin/mmwebwx-bin/webwxnewloginpage?ticket=A");
    assert!(hosts.contains(&"wx8.qq.com".to_owned()), "{hosts:?}");
}
