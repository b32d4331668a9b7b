//! Many accounts: each request reaches its own.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};
use wx_proto::{Endpoint, Timestamp};

use super::super::{Accounts, Answer, Server, ServerConfig};
use super::browser::{START, between, body, now};

const JSLOGIN: &str = "https://login.wx.qq.com/jslogin?appid=wx782c26e4c19acffb";

/// What a client says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
struct Credentials {
    uin: u64,
    sid: String,
    skey: String,
}

fn three() -> Accounts {
    Accounts::demo(&ServerConfig::web(), 3, 7)
}

fn get(accounts: &mut Accounts, at: Timestamp, address: &str, cookies: &Credentials) -> Answer {
    accounts.handle(at, request(http::Request::get(address), cookies, Bytes::new()))
}

fn request(builder: http::request::Builder, cookies: &Credentials, body: Bytes) -> http::Request<Bytes> {
    let Credentials { uin, sid, .. } = cookies;
    let builder = match uin {
        0 => builder,
        _ => builder.header("Cookie", format!("wxuin={uin}; wxsid={sid}")),
    };
    builder.body(body).unwrap()
}

/// Asks for a code; gives its uuid.
fn jslogin(accounts: &mut Accounts, at: Timestamp) -> String {
    let reply = body(&now(get(accounts, at, JSLOGIN, &Credentials::default())));
    between(&reply, "uuid = \"", "\"").to_owned()
}

/// Whose code this is.
fn owner(accounts: &Accounts, uuid: &str) -> usize {
    let owners: Vec<usize> =
        (0..).zip(accounts.servers()).filter(|(_, server)| server.shows(uuid)).map(|(at, _)| at).collect();
    assert_eq!(owners.len(), 1, "{uuid} is of {owners:?}");
    owners[0]
}

fn server(accounts: &mut Accounts, index: usize) -> &mut Server {
    accounts.get_mut(index).unwrap()
}

/// The tokens of a confirmed code.
fn redeem(accounts: &mut Accounts, at: Timestamp, uuid: &str) -> Credentials {
    let owner = owner(accounts, uuid);
    let server = server(accounts, owner);
    server.phone(at).scan().unwrap();
    server.phone(at).confirm().unwrap();
    let ticket = server.attempts.last().unwrap().ticket.clone();
    let address = format!(
        "https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxnewloginpage?ticket={ticket}&uuid={uuid}&fun=new"
    );
    let page = body(&now(get(accounts, at, &address, &Credentials::default())));
    let part = |name: &str| between(&page, &format!("<{name}>"), &format!("</{name}>")).to_owned();
    Credentials { uin: part("wxuin").parse().unwrap(), sid: part("wxsid"), skey: part("skey") }
}

fn log_in(accounts: &mut Accounts, at: Timestamp) -> Credentials {
    let uuid = jslogin(accounts, at);
    redeem(accounts, at, &uuid)
}

/// `webwxinit`, with these cookies and this BaseRequest.
fn init(accounts: &mut Accounts, cookies: &Credentials, base: &Credentials) -> Value {
    let address = "https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxinit?r=1";
    let body =
        json!({"BaseRequest": {"Uin": base.uin, "Sid": base.sid, "Skey": base.skey, "DeviceID": "e1"}});
    let asked = request(http::Request::post(address), cookies, body.to_string().into());
    serde_json::from_slice(now(accounts.handle(START, asked)).body()).unwrap()
}

/// A `synccheck` of the first key, with these cookies and this query.
fn check(accounts: &mut Accounts, cookies: &Credentials, query: &Credentials, key: &Value) -> Answer {
    let pairs: Vec<String> = (key["List"].as_array().unwrap().iter())
        .map(|pair| format!("{}_{}", pair["Key"], pair["Val"]))
        .collect();
    let escaped = |text: &str| text.replace('/', "%2F").replace('+', "%2B").replace('@', "%40");
    let address = format!(
        "https://webpush.wx2.qq.com/cgi-bin/mmwebwx-bin/synccheck?skey={}&sid={}&uin={}&deviceid=e1&synckey={}",
        escaped(&query.skey),
        escaped(&query.sid),
        query.uin,
        pairs.join("%7C"),
    );
    get(accounts, START, &address, cookies)
}

fn complaints(accounts: &Accounts) -> Vec<usize> {
    accounts.servers().map(|server| server.record().complaints().len()).collect()
}

#[test]
fn accounts_have_nothing_in_common() {
    let accounts = three();
    let all = |of: &dyn Fn(&Server) -> String| accounts.servers().map(of).collect::<BTreeSet<_>>().len();
    assert_eq!(all(&|server| server.account().uin().to_string()), 3);
    assert_eq!(all(&|server| server.account().contacts()[0].nick.clone()), 3);
    let names = accounts.servers().flat_map(|server| {
        let named = server.account().contacts().iter().filter(|contact| contact.fixed_name.is_none());
        named.map(|contact| server.user_name(contact.id)).collect::<Vec<_>>()
    });
    let names: Vec<String> = names.collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}

#[test]
fn the_first_account_is_the_only_one_s() {
    let alone = Server::new(ServerConfig::web(), super::super::Account::demo(), 7);
    let first = serde_json::to_string(three().first()).unwrap();
    assert_eq!(first, serde_json::to_string(&alone).unwrap());
    assert_eq!(Accounts::demo(&ServerConfig::web(), 0, 7).count(), 1);
    assert_eq!(Accounts::demo(&ServerConfig::web(), usize::MAX, 7).count(), Accounts::MOST);
}

#[test]
fn a_login_is_of_the_first_account_that_is_free() {
    let mut accounts = three();
    let next = |accounts: &mut Accounts, at| {
        let uuid = jslogin(accounts, at);
        owner(accounts, &uuid)
    };
    assert_eq!([next(&mut accounts, START), next(&mut accounts, START)], [0, 1]);
    // A code that was declined is not open any more.
    let phone = server(&mut accounts, 1);
    phone.phone(START).scan().unwrap();
    phone.phone(START).decline().unwrap();
    assert_eq!(next(&mut accounts, START), 1);
    assert_eq!(next(&mut accounts, START), 2);
    // They take turns.
    let turns: Vec<usize> = (0..4).map(|_| next(&mut accounts, START)).collect();
    assert_eq!(turns, [0, 1, 2, 0]);
    // A session counts as the code did; codes expire.
    let mut accounts = three();
    assert_eq!(log_in(&mut accounts, START).uin, 1_234_567_890);
    assert_eq!(next(&mut accounts, START), 1);
    let later = START + Duration::from_secs(301);
    assert_eq!(next(&mut accounts, later), 1);
    // So do sessions, and they end.
    server(&mut accounts, 0).phone(later).kick(1101).unwrap();
    assert_eq!(next(&mut accounts, later), 0);
    let mut accounts = three();
    log_in(&mut accounts, START);
    assert_eq!(next(&mut accounts, START + Duration::from_secs(13 * 3600)), 0);
}

#[test]
fn a_code_is_polled_scanned_and_shown_at_its_account() {
    let mut accounts = three();
    let codes = [(); 3].map(|()| jslogin(&mut accounts, START));
    let mut holds = Vec::new();
    for code in &codes {
        let nobody = Credentials::default();
        let picture = format!("https://login.weixin.qq.com/qrcode/{code}");
        assert_eq!(now(get(&mut accounts, START, &picture, &nobody)).status(), StatusCode::OK);
        let poll = format!("https://login.wx.qq.com/cgi-bin/mmwebwx-bin/login?uuid={code}&tip=1");
        let Answer::Held(hold) = get(&mut accounts, START, &poll, &nobody) else { panic!("{code}") };
        holds.push(hold);
    }
    assert_eq!(holds.iter().collect::<BTreeSet<_>>().len(), 3);
    server(&mut accounts, 1).phone(START).scan().unwrap();
    let (hold, reply) = accounts.poll(START).expect("the second code was scanned");
    assert_eq!(hold, holds[1]);
    assert!(body(&reply).starts_with("window.code=201;"));
    assert!(accounts.poll(START).is_none(), "the others wait on");
    // A client that goes away is gone at its own account.
    accounts.abandon(holds[2]);
    let waiting: Vec<usize> = accounts.servers().map(|server| server.holds.len()).collect();
    assert_eq!(waiting, [1, 0, 0]);
    // An unknown code is an expired one.
    let unknown = "https://login.wx.qq.com/cgi-bin/mmwebwx-bin/login?uuid=none&tip=1";
    let reply = now(get(&mut accounts, START, unknown, &Credentials::default()));
    assert_eq!(body(&reply), "window.code=400;");
}

#[test]
fn news_reach_the_account_they_are_for() {
    let mut accounts = three();
    let logins = [(); 3].map(|()| log_in(&mut accounts, START));
    let mut holds = Vec::new();
    for login in &logins {
        let reply = init(&mut accounts, login, login);
        assert_eq!(reply["User"]["Uin"], login.uin);
        let Answer::Held(hold) = check(&mut accounts, login, login, &reply["SyncKey"]) else { panic!() };
        holds.push(hold);
    }
    for at in [2, 0, 1] {
        server(&mut accounts, at).phone(START).say("明哥", None, "hi").unwrap();
        let (hold, reply) = accounts.poll(START).expect("there is something new");
        assert_eq!((hold, body(&reply).contains("selector:\"2\"")), (holds[at], true));
        assert!(accounts.poll(START).is_none());
    }
    assert_eq!(complaints(&accounts), [0, 0, 0]);
}

/// Every mixture of the credentials of two accounts is refused as a wrong session is, and tells nothing of either.
#[test]
fn credentials_of_two_accounts_are_none() {
    let mut accounts = three();
    let [one, other] = [(); 2].map(|()| log_in(&mut accounts, START));
    let key = init(&mut accounts, &one, &one)["SyncKey"].clone();
    init(&mut accounts, &other, &other);
    let (a, b) = (&one, &other);
    let mixed = |uin: &Credentials, sid: &Credentials, skey: &Credentials| Credentials {
        uin: uin.uin,
        sid: sid.sid.clone(),
        skey: skey.skey.clone(),
    };
    let bases = [a, b].map(|uin| [a, b].map(|sid| [a, b].map(|skey| mixed(uin, sid, skey))));
    let mut refused = 0;
    for (cookies, of) in [((a, a), Some(a)), ((a, b), None), ((b, a), None), ((b, b), Some(b))] {
        let cookies = mixed(cookies.0, cookies.1, a);
        for base in bases.iter().flatten().flatten() {
            let reply = init(&mut accounts, &cookies, base);
            let checked = check(&mut accounts, &cookies, base, &key);
            let ret = &reply["BaseResponse"]["Ret"];
            if of == Some(base) {
                assert_eq!((ret, &reply["User"]["Uin"]), (&json!(0), &json!(base.uin)));
                continue;
            }
            refused += 1;
            assert_eq!(*ret, if of.is_some() { 1 } else { 1100 }, "{cookies:?} {base:?}");
            assert!(reply["User"]["UserName"].as_str().is_none_or(str::is_empty), "{reply}");
            assert_eq!(body(&now(checked)), "window.synccheck={retcode:\"1102\",selector:\"0\"}");
        }
    }
    assert_eq!(refused, 30);
    assert_eq!(complaints(&accounts)[2], 0, "the third has nothing to do with it");
}

/// Without cookies a request is refused; the complaint stands where the client meant to go.
#[test]
fn a_request_without_cookies_is_noted_where_it_meant_to_go() {
    let mut accounts = three();
    let logins = [(); 3].map(|()| log_in(&mut accounts, START));
    let nobody = Credentials::default();
    let reply = init(&mut accounts, &nobody, &logins[1]);
    assert_eq!(reply["BaseResponse"]["Ret"], 1100);
    assert_eq!(complaints(&accounts), [0, 1, 0]);
    let key = json!({"List": []});
    let reply = now(check(&mut accounts, &nobody, &logins[2], &key));
    assert_eq!(body(&reply), "window.synccheck={retcode:\"1102\",selector:\"0\"}");
    assert_eq!(complaints(&accounts), [0, 1, 1]);
    init(&mut accounts, &nobody, &nobody);
    now(get(&mut accounts, START, "https://wx2.qq.com/nowhere", &nobody));
    assert_eq!(complaints(&accounts), [2, 1, 1], "what is nobody's is the first one's");
    assert_eq!(accounts.servers().map(|server| server.record().requests(Endpoint::Init)).sum::<u64>(), 2);
}
