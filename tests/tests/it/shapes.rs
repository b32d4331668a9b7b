//! Every shape a reply can have, played to the core behind a login: what it must lead to, and its journal.

use std::{ops::RangeInclusive, time::Duration};

use wx_proto::{
    BatchContent, Client, Config, Content, Event, LoginMethod, OpError, Outcome, Outgoing, Phase,
    SendOptions, Timestamp, UserName,
};
use wx_testkit::{
    player::Player,
    transcript::{Exchange, Mismatch, Scenario, Volatile},
};

const START: Timestamp = Timestamp::from_millis(1_735_700_000_000);
const FRIEND: &str = "@11112222333344445555666677778888aaaabbbbccccddddeeeeffff00001111";

/// A scenario and the numbers that are played of it.
pub(crate) type Part = (&'static str, RangeInclusive<u32>);

/// What a scenario follows, by where it leaves the client.
const START_PAGE: &[Part] = &[];
const QR_SHOWN: &[Part] = &[("refused", 1..=1)];
const CONFIRMED: &[Part] = &[("refused", 1..=3)];
const GRANTED: &[Part] = &[("kicked", 1..=4)];
const INITIALISED: &[Part] = &[("kicked", 1..=5)];
const NOTIFIED: &[Part] = &[("kicked", 1..=6)];
const ONLINE: &[Part] = &[("kicked", 1..=7)];
const WITH_GROUP: &[Part] = &[("worked", 1..=1), ("worked", 3..=10)];
pub(crate) const NEWS: &[Part] = &[("kicked", 1..=7), ("news", 1..=1)];

/// What the application does before the scenario's own exchanges.
#[derive(Clone, Copy)]
enum Act {
    Nothing,
    /// It sends so many texts.
    Send(usize),
    Logout,
    /// It ends; another run begins an hour later with the stored session.
    Restore,
}

/// Plays `name` behind what it follows. `leads_to` says in short words what must come of it: of all its exchanges in a
/// row, or, if there are several, of each alternative behind the same login.
///
/// First the phase (or the end's kind and code), then the number of requests, then what the application saw, in order,
/// last the endpoints that are waited for. An `unasked` exchange or a request that `differs` from the recorded one is
/// a fault of the core that is still to be mended; its row says so.
fn shape(name: &str, follows: &[Part], act: Act, leads_to: &[&str]) {
    let exchanges = Scenario::load("web", name).unwrap().exchanges;
    let branches = if leads_to.len() == 1 { vec![exchanges] } else { alternatives(exchanges) };
    let mut seen = Vec::new();
    let mut journals = String::new();
    for branch in branches {
        let place = format!("{name} from {:02} on", branch[0].index);
        let mut player = behind(follows);
        player = begin(player, act);
        let before = player.journal.to_string().lines().count();
        let mut words = Vec::new();
        player.add(scenario(name, branch));
        // What is recorded for later is asked for when its time comes.
        for _ in 0..6 {
            player.play(|client, event| watch(client, event, &mut words));
            if player.left_over().is_empty() || player.client.deadline().is_none() {
                break;
            }
        }
        let journal: Vec<String> = player.journal.to_string().lines().skip(before).map(Into::into).collect();
        let requests = journal.iter().filter(|line| line.contains(" -> ")).count();
        let mut line = vec![phase(player.client.phase()), format!("requests={requests}")];
        line.append(&mut words);
        line.extend(player.unanswered.iter().map(|endpoint| format!("..{endpoint}")));
        line.extend(player.left_over().iter().map(|exchange| format!("unasked:{exchange}")));
        let differs = |mismatch: &Mismatch| mismatch.to_string().lines().next().unwrap().to_owned();
        line.extend(player.mismatches.iter().map(|mismatch| format!("differs:{}", differs(mismatch))));
        seen.push(line.join(" "));
        journals.push_str(&format!("{place}\n{}\n\n", journal.join("\n")));
    }
    assert_eq!(seen, leads_to, "{name}\n{journals}");
    insta::with_settings!({ snapshot_path => "snapshots/shapes", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, journals);
    });
}

/// Each exchange with the first one's endpoint begins an alternative.
fn alternatives(exchanges: Vec<Exchange>) -> Vec<Vec<Exchange>> {
    let first = exchanges[0].endpoint.clone();
    let mut all: Vec<Vec<Exchange>> = Vec::new();
    for exchange in exchanges {
        if exchange.endpoint == first {
            all.push(Vec::new());
        }
        all.last_mut().unwrap().push(exchange);
    }
    all
}

fn scenario(name: &str, exchanges: Vec<Exchange>) -> Scenario {
    let mut scenario = Scenario::load("web", name).unwrap();
    scenario.exchanges = exchanges;
    scenario
}

fn nothing() -> Scenario {
    scenario("news", Vec::new())
}

/// A player that has played all of `follows`.
pub(crate) fn behind(follows: &[Part]) -> Player {
    let mut player = Player::new(nothing(), Config::default(), START, Volatile::page());
    player.client.login(LoginMethod::Qr).unwrap();
    for (name, numbers) in follows {
        let mut part = Scenario::load("web", name).unwrap();
        part.exchanges.retain(|exchange| numbers.contains(&exchange.index));
        player.add(part);
        player.play(|client, event| watch(client, event, &mut Vec::new()));
        assert_eq!(player.left_over(), [] as [&str; 0], "{}", player.journal);
    }
    player
}

fn begin(mut player: Player, act: Act) -> Player {
    match act {
        Act::Nothing => {}
        Act::Send(texts) => {
            for text in ["你好，晚上见", "第二条"].into_iter().take(texts) {
                let message = Outgoing::text(text);
                player.client.send(&UserName::new(FRIEND), message, SendOptions::default()).unwrap();
            }
        }
        Act::Logout => drop(player.client.logout().unwrap()),
        Act::Restore => {
            let session = player.client.session().unwrap();
            let later = START + Duration::from_secs(3600);
            player = Player::restored(session, nothing(), later, Volatile::page());
            player.client.login(LoginMethod::Auto).unwrap();
        }
    }
    player
}

/// Acknowledges every batch and notes what the application sees.
fn watch(client: &mut Client, event: &Event, words: &mut Vec<String>) {
    match event {
        Event::Batch(batch) => {
            client.ack(batch.id).unwrap();
            match &batch.content {
                BatchContent::Gap(_) => words.push("gap".to_owned()),
                BatchContent::Messages(messages) => {
                    words.extend(messages.iter().map(|message| match &message.content {
                        Content::Unknown(_) => "?".to_owned(),
                        other => format!("{:?}", other.text()),
                    }));
                }
            }
        }
        Event::Done { outcome, .. } => words.push(match outcome {
            Ok(Outcome::Sent(sent)) => {
                let id = sent.msg_id.as_ref().map_or("-", |id| id.as_str());
                format!("sent:{id}{}", if sent.repeated { ":repeated" } else { "" })
            }
            Ok(_) => "done".to_owned(),
            Err(OpError::Refused { ret, message }) => format!("refused:{ret}{message}"),
            Err(error) => format!("{error:?}"),
        }),
        Event::QrCode(code) => words.push(format!("qr:{}", code.uuid)),
        Event::Scanned { avatar } => words.push(format!("scanned:{}", avatar.is_some())),
        Event::Resume { step } => words.push(format!("resume:{}", step.as_str())),
        Event::LoggedIn { resumed, .. } => {
            words.push(format!("in{}", if *resumed { ":resumed" } else { "" }))
        }
        Event::Contacts(counts) => {
            words.push(format!("contacts:{}+{}+{}", counts.friends, counts.groups, counts.official));
        }
        Event::ContactChanged(name) => words.push(format!("changed:{:.4}", name.as_str())),
        Event::ContactRemoved(name) => words.push(format!("removed:{:.4}", name.as_str())),
        Event::Trouble { .. } => words.push("trouble".to_owned()),
        Event::Offline { .. } => words.push("offline".to_owned()),
        Event::Online => words.push("online".to_owned()),
        _ => {}
    }
}

fn phase(phase: &Phase) -> String {
    match phase {
        Phase::Ended(reason) => {
            let code = reason.code().map(|code| format!(":{code}")).unwrap_or_default();
            format!("ended:{}{code}", reason.kind())
        }
        other => format!("{other:?}"),
    }
}

macro_rules! shapes {
    ($($test:ident: $name:literal, $follows:expr, $act:expr, [$($leads_to:literal),* $(,)?];)*) => {$(
        #[test]
        fn $test() {
            shape($name, $follows, $act, &[$($leads_to),*]);
        }
    )*};
}

shapes! {
    uuid_refused: "uuid-refused", START_PAGE, Act::Nothing, [
        "AwaitScan requests=7 trouble trouble trouble trouble trouble qr:Qa1bC2dE3g== ..login",
    ];
    uuid_spent: "uuid-spent", START_PAGE, Act::Nothing, [
        "ended:qr_expired requests=12 qr:Qa1bC2dE3g== qr:Qa2bC2dE3g== qr:Qa3bC2dE3g== qr:Qa4bC2dE3g== qr:Qa5bC2dE3g== qr:Qa6bC2dE3g==",
    ];
    poll_lost: "poll-lost", QR_SHOWN, Act::Nothing, [
        "Starting requests=9 trouble trouble trouble trouble trouble scanned:false ..webwxnewloginpage",
    ];
    redirect_foreign: "redirect-foreign", QR_SHOWN, Act::Nothing, [
        "ended:foreign_host requests=0",
    ];
    redirect_unknown_parameters: "redirect-unknown-parameters", QR_SHOWN, Act::Nothing, [
        "Starting requests=2 ..webwxinit",
    ];
    page_tokens: "page-tokens", CONFIRMED, Act::Nothing, [
        "Online requests=3 in ..webwxstatusnotify ..synccheck",
        "Online requests=3 in ..webwxstatusnotify ..synccheck",
        "Online requests=3 in ..webwxstatusnotify ..synccheck",
        "Online requests=3 in ..webwxstatusnotify ..synccheck",
        "Online requests=3 in ..webwxstatusnotify ..synccheck",
        "Online requests=3 in ..webwxstatusnotify ..synccheck",
    ];
    page_refused: "page-refused", CONFIRMED, Act::Nothing, [
        "ended:refused:1203 requests=0",
        "ended:refused:1203 requests=0",
        "ended:refused:1203 requests=0",
        "ended:refused:1203 requests=0",
        "ended:refused:1203 requests=0",
        "ended:refused:-1 requests=0",
        "ended:refused:1100 requests=0",
    ];
    page_moved: "page-moved", CONFIRMED, Act::Nothing, [
        "Online requests=4 in ..webwxstatusnotify ..synccheck",
    ];
    page_moved_twice: "page-moved-twice", CONFIRMED, Act::Nothing, [
        "AwaitScan requests=3 qr:Ra2bC3dE4g== ..login",
    ];
    page_moved_foreign: "page-moved-foreign", CONFIRMED, Act::Nothing, [
        "ended:foreign_host requests=0",
        "ended:foreign_host requests=0",
        "ended:foreign_host requests=0",
    ];
    page_nothing: "page-nothing", CONFIRMED, Act::Nothing, [
        "AwaitScan requests=0",
        "AwaitScan requests=0",
        "AwaitScan requests=0",
    ];
    page_ret_alone: "page-ret-alone", CONFIRMED, Act::Nothing, [
        "Online requests=4 trouble in ..webwxstatusnotify ..synccheck",
    ];
    page_lost: "page-lost", CONFIRMED, Act::Nothing, [
        "AwaitScan requests=5 trouble trouble trouble qr:Ra2bC3dE4g== ..login",
    ];
    init_lost: "init-lost", GRANTED, Act::Nothing, [
        "Online requests=11 trouble trouble trouble trouble trouble trouble trouble trouble in ..webwxgetcontact",
    ];
    init_over: "init-over", GRANTED, Act::Nothing, [
        "ended:expired:1 requests=0",
        "ended:kicked:1101 requests=0",
        "ended:expired:-14 requests=0",
    ];
    init_over_twice: "init-over-twice", GRANTED, Act::Nothing, [
        "ended:logged_out_on_phone:1100 requests=1",
    ];
    init_over_once: "init-over-once", GRANTED, Act::Nothing, [
        "Online requests=3 in ..webwxstatusnotify ..synccheck",
    ];
    init_limited: "init-limited", GRANTED, Act::Nothing, [
        "Online requests=4 trouble trouble in ..webwxstatusnotify ..synccheck",
    ];
    notify_fails: "notify-fails", INITIALISED, Act::Nothing, [
        "Online requests=1 ..synccheck ..webwxgetcontact",
        "Online requests=1 ..synccheck ..webwxgetcontact",
        "Online requests=1 ..synccheck ..webwxgetcontact",
        "Online requests=1 ..synccheck ..webwxgetcontact",
    ];
    contacts_pages: "contacts-pages", NOTIFIED, Act::Nothing, [
        "Online requests=3 trouble contacts:3+0+1 ..synccheck",
    ];
    contacts_repeat: "contacts-repeat", NOTIFIED, Act::Nothing, [
        "Online requests=1 contacts:2+0+0 ..synccheck",
    ];
    contacts_lost: "contacts-lost", NOTIFIED, Act::Nothing, [
        "Online requests=4 trouble trouble trouble trouble contacts:1+0+0 ..synccheck",
    ];
    contacts_batch: "contacts-batch", GRANTED, Act::Nothing, [
        "Online requests=6 in contacts:1+120+0 ..synccheck",
    ];
    contacts_limited: "contacts-limited", NOTIFIED, Act::Nothing, [
        "Online requests=4 trouble offline contacts:1+0+0 ..webwxsync",
    ];
    news: "news", ONLINE, Act::Nothing, [
        "Online requests=1 ..webwxsync",
    ];
    check_over: "check-over", ONLINE, Act::Nothing, [
        "ended:kicked:1101 requests=0",
        "ended:expired:-14 requests=0",
    ];
    check_over_twice: "check-over-twice", ONLINE, Act::Nothing, [
        "ended:logged_out_on_phone:1100 requests=1",
    ];
    check_over_once: "check-over-once", ONLINE, Act::Nothing, [
        "Online requests=1",
    ];
    check_hiccups: "check-hiccups", ONLINE, Act::Nothing, [
        "Online requests=9 trouble trouble trouble trouble",
    ];
    check_odd: "check-odd", ONLINE, Act::Nothing, [
        "Online requests=4 trouble trouble \"还在\"",
    ];
    check_selectors: "check-selectors", ONLINE, Act::Nothing, [
        "Online requests=1 ..webwxsync",
        "Online requests=1 ..webwxsync",
        "Online requests=1 ..webwxsync",
        "Online requests=1 ..webwxsync",
        "Online requests=1 ..webwxsync",
        "Online requests=1 ..webwxsync",
        "Online requests=1 ..webwxsync",
    ];
    sync_over: "sync-over", NEWS, Act::Nothing, [
        "ended:kicked:1101 requests=0",
        "ended:expired:-14 requests=0",
        "ended:logged_out_on_phone:1100 requests=1",
        "Online requests=2 ..webwxsync",
    ];
    sync_over_again: "sync-over-again", NEWS, Act::Nothing, [
        "ended:logged_out_on_phone:1100 requests=2",
    ];
    sync_refused: "sync-refused", NEWS, Act::Nothing, [
        "Online requests=3 trouble trouble \"终于\"",
    ];
    sync_ladder: "sync-ladder", NEWS, Act::Nothing, [
        "Online requests=5 trouble trouble trouble \"终于\"",
    ];
    sync_ladder_renamed: "sync-ladder-renamed", NEWS, Act::Nothing, [
        "Online requests=6 trouble trouble trouble in gap contacts:1+0+0 ..webwxsync",
    ];
    sync_no_key: "sync-no-key", NEWS, Act::Nothing, [
        "Online requests=3 trouble trouble \"没有钥匙\"",
    ];
    sync_keys: "sync-keys", NEWS, Act::Nothing, [
        "Online requests=11 \"一\" \"二\" \"三\" \"四\" \"五\"",
    ];
    sync_continue: "sync-continue", NEWS, Act::Nothing, [
        "Online requests=2 \"先\" \"后\"",
    ];
    sync_renewed: "sync-renewed", NEWS, Act::Nothing, [
        "Online requests=3 \"新钥匙\" \"还是新钥匙\"",
    ];
    sync_contacts: "sync-contacts", NEWS, Act::Nothing, [
        "Online requests=5 changed:@111 changed:@@22 removed:@111 changed:@000 \"走了一个\"",
    ];
    sync_bad_text: "sync-bad-text", NEWS, Act::Nothing, [
        "Online requests=11 \"a� b\" \"好1\" \"a� b\" \"好2\" \"a\\u{1}\\0\\n\\tb\" \"好3\" \"a\\\\x b\" \"好4\" \"a��� b\" \"好5\" \"a�� b\" \"好6\"",
    ];
    sync_odd_items: "sync-odd-items", NEWS, Act::Nothing, [
        "Online requests=3 ? ? ? ? ? \"好\" ? ? ?",
    ];
    sync_own_chat: "sync-own-chat", NEWS, Act::Nothing, [
        "Online requests=3 \"备忘\" \"手机发的\" \"谁的群\" changed:@@22",
    ];
    sync_loose: "sync-loose", NEWS, Act::Nothing, [
        "Online requests=9 \"数字\" \"少\" \"数错\" \"标记\" \"换行\"",
    ];
    sync_duplicates: "sync-duplicates", NEWS, Act::Nothing, [
        "Online requests=9 \"一\" \"二\" \"三\" \"空\" \"零\" \"无\" \"空\" \"零\" \"无\"",
    ];
    sync_lost: "sync-lost", NEWS, Act::Nothing, [
        "Online requests=3 trouble trouble \"终于\"",
    ];
    sync_cut: "sync-cut", NEWS, Act::Nothing, [
        "Online requests=3 trouble trouble \"切断\"",
    ];
    sync_no_list: "sync-no-list", NEWS, Act::Nothing, [
        "Online requests=3 trouble trouble \"列表\"",
    ];
    sync_nothing: "sync-nothing", NEWS, Act::Nothing, [
        "Online requests=5",
    ];
    sync_limited: "sync-limited", NEWS, Act::Nothing, [
        "Online requests=13 trouble \"终于\"",
    ];
    send_outcomes: "send-outcomes", ONLINE, Act::Send(1), [
        "Online requests=1 sent:- ..synccheck",
        "Online requests=1 sent:- ..synccheck",
        "Online requests=1 sent:3053194738703670001 ..synccheck",
        "Online requests=1 refused:1201群聊已不存在 ..synccheck",
        "Online requests=1 refused:1204 ..synccheck",
        "Online requests=1 refused:1 ..synccheck",
        "Online requests=1 RateLimited ..synccheck",
        "Online requests=1 refused:1101 ..synccheck",
        "Online requests=1 refused:-2 ..synccheck",
        "Online requests=1 refused:1200 ..synccheck",
    ];
    send_repeated: "send-repeated", ONLINE, Act::Send(1), [
        "Online requests=3 trouble trouble sent:3053194738703670001:repeated ..synccheck",
    ];
    send_unknown: "send-unknown", ONLINE, Act::Send(1), [
        "Online requests=3 trouble trouble trouble Unknown ..synccheck",
    ];
    send_late_refusal: "send-late-refusal", ONLINE, Act::Send(1), [
        "Online requests=2 trouble Unknown ..synccheck",
    ];
    send_late_limit: "send-late-limit", ONLINE, Act::Send(1), [
        "Online requests=2 trouble Unknown ..synccheck",
    ];
    send_limited: "send-limited", ONLINE, Act::Send(2), [
        "Online requests=5 RateLimited offline sent:3053194738703670001 ..webwxsync",
    ];
    send_after_refusal: "send-after-refusal", ONLINE, Act::Send(2), [
        "Online requests=2 refused:1201 sent:3053194738703670001 ..synccheck",
    ];
    logout_replies: "logout-replies", ONLINE, Act::Logout, [
        "ended:logged_out requests=1 done ..synccheck",
        "ended:logged_out requests=1 done ..synccheck",
        "ended:logged_out requests=1 done ..synccheck",
        "ended:logged_out requests=1 done ..synccheck",
        "Online requests=1 trouble ..synccheck",
    ];
    restore_alive: "restore-alive", ONLINE, Act::Restore, [
        "Online requests=4 resume:stored in:resumed ..webwxgetcontact",
    ];
    restore_news: "restore-news", ONLINE, Act::Restore, [
        "Online requests=3 resume:stored in:resumed \"离线时\" ..webwxgetcontact",
    ];
    restore_hiccup: "restore-hiccup", ONLINE, Act::Restore, [
        "Online requests=5 resume:stored trouble trouble in:resumed ..webwxgetcontact",
    ];
    restore_init: "restore-init", ONLINE, Act::Restore, [
        "Online requests=6 resume:stored resume:init in:resumed \"离线时\" ..webwxgetcontact",
    ];
    restore_over: "restore-over", ONLINE, Act::Restore, [
        "AwaitScan requests=4 resume:stored resume:init resume:qr qr:Qa1bC2dE3g== ..login",
    ];
    restore_renamed: "restore-renamed", WITH_GROUP, Act::Restore, [
        "Online requests=7 resume:stored resume:init in:resumed gap contacts:1+0+0",
    ];
    recorded_2016: "recorded-2016", GRANTED, Act::Nothing, [
        "Online requests=7 in changed:@@54 \"\" \"Hello World\" ..synccheck ..webwxbatchgetcontact",
    ];
    page_stale_cookies: "page-stale-cookies", ONLINE, Act::Restore, [
        "AwaitScan requests=7 resume:stored resume:init resume:qr qr:Qa1bC2dE3g== qr:Ra2bC3dE4g== ..login",
    ];
}

/// A folder that no test plays proves nothing.
#[test]
fn every_scenario_is_played() {
    let played =
        [include_str!("shapes.rs"), include_str!("scenarios.rs"), include_str!("kinds/mod.rs")].concat();
    for scenario in Scenario::load_all("web").unwrap() {
        assert!(played.contains(&format!("\"{}\"", scenario.name)), "{}", scenario.name);
    }
}
