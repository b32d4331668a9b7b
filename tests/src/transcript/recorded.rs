//! The scenarios of this repository, held against the format and the matcher.

use super::{Exchange, Scenario, Volatile, compare};

#[test]
fn reads_every_recorded_scenario() {
    let scenarios = Scenario::load_all("web").unwrap();
    for name in ["declined", "kicked", "qr-expires", "refused", "seed-login", "seed-selectors", "worked"] {
        assert!(scenarios.iter().any(|scenario| scenario.name == name), "{name}");
    }
}

#[test]
fn reads_the_worked_transcript_to_the_byte() {
    let worked = Scenario::load("web", "worked").unwrap();
    let lengths: Vec<_> =
        worked.exchanges.iter().map(|e| (e.endpoint.as_str(), e.response.body().len())).collect();
    assert_eq!(
        lengths,
        [
            ("jslogin", 64),
            ("qrcode", 936),
            ("login", 16),
            ("login", 271),
            ("login", 184),
            ("webwxnewloginpage", 268),
            ("webwxinit", 3128),
            ("webwxstatusnotify", 80),
            ("webwxgetcontact", 908),
            ("webwxbatchgetcontact", 1350),
            ("synccheck", 43),
            ("webwxsync", 2939),
            ("webwxsendmsg", 112),
            ("webwxuploadmedia", 333),
            ("webwxsendappmsg", 112),
            ("synccheck", 43),
            ("webwxlogout", 0),
        ]
    );
}

#[test]
fn every_recorded_request_equals_itself() {
    for (profile, volatile) in [("web", Volatile::page()), ("file-helper", Volatile::file_helper())] {
        for scenario in Scenario::load_all(profile).unwrap() {
            for Exchange { index, request, .. } in &scenario.exchanges {
                let result = compare(request, request, &volatile);
                assert_eq!(result, Ok(()), "{} {index}", scenario.name);
            }
        }
    }
}
