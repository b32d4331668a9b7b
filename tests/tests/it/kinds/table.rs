//! The table of kinds in the documentation, held against fixtures and code.

use std::collections::BTreeSet;

use wx_proto::Message;
use wx_testkit::{server::Kind, transcript::Scenario};

use super::{APP, MEDIA, MORE, NOTICES, PEOPLE, WORDINGS, play};

/// A row of the table in the documentation of `Content`.
struct Row {
    line: String,
    fixture: String,
    types: Vec<i64>,
    app_types: Vec<i64>,
    word: String,
}

impl Row {
    fn parse(line: &str) -> Self {
        let cells: Vec<&str> =
            line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let [types, app_types, variant, word, fixture] = cells[..] else { panic!("{line}") };
        let numbers = |cell: &str| {
            cell.replace(" or ", ",").split(',').filter_map(|part| part.trim().parse().ok()).collect()
        };
        assert_eq!(variant.to_lowercase(), word.replace('_', ""), "{line}");
        Self {
            line: line.to_owned(),
            fixture: fixture.to_owned(),
            types: numbers(types),
            app_types: numbers(app_types),
            word: word.to_owned(),
        }
    }
}

/// MsgType, AppMsgType and the kind of a fixture's message.
fn numbers(message: &Message) -> (i64, i64, &'static str) {
    let raw: serde_json::Value = serde_json::from_slice(&message.raw).unwrap();
    // The type of the outermost app message stands in the XML before those of quoted ones.
    let xml = raw["Content"].as_str().unwrap().replace("&amp;", "&");
    let outer = xml.split("&lt;refermsg").next().unwrap();
    let in_xml =
        outer.split_once("&lt;type&gt;").and_then(|(_, rest)| rest.split_once("&lt;")?.0.parse().ok());
    let app_type = in_xml.or_else(|| raw["AppMsgType"].as_i64()).unwrap();
    (raw["MsgType"].as_i64().unwrap(), app_type, message.content.kind())
}

/// The table in the documentation of `Content` is what the code does with the fixtures that it names.
#[test]
fn the_table_of_kinds_is_true() {
    let table = include_str!("../../../../wx-proto/src/model/content/kinds.md");
    let rows: Vec<Row> = table.lines().skip(2).map(Row::parse).collect();
    for fixture in [MEDIA, APP, MORE, PEOPLE, NOTICES, WORDINGS] {
        let (messages, _) = play(Scenario::load("web", fixture).unwrap());
        let shown: Vec<(i64, i64, &str)> = messages.iter().map(numbers).collect();
        for row in rows.iter().filter(|row| row.fixture == fixture) {
            let has = |number: &i64, app: Option<&i64>| {
                let is = |(a, b, word): &(i64, i64, &str)| {
                    a == number && app.is_none_or(|app| app == b) && *word == row.word
                };
                shown.iter().any(is)
            };
            for number in &row.types {
                assert!(has(number, None), "{fixture} has no {number} for {}", row.line);
            }
            for app in &row.app_types {
                assert!(has(&49, Some(app)), "{fixture} has no {app} for {}", row.line);
            }
        }
        for (number, app, word) in shown {
            let row = rows
                .iter()
                .find(|row| row.fixture == fixture && row.types.contains(&number) && row.word == word);
            // Other numbers of apps are one row; broken messages of any number are unknown.
            let listed = row.is_some_and(|row| {
                number != 49 || word == "app" || row.app_types.contains(&app) || {
                    rows.iter().any(|row| row.word == word && row.app_types.contains(&app))
                }
            });
            assert!(listed || word == "unknown", "{fixture}: no row for {number} {app} {word}");
        }
    }
    let words: BTreeSet<String> = rows.into_iter().map(|row| row.word).collect();
    let all: BTreeSet<String> = Kind::ALL
        .iter()
        .map(|kind| serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned())
        .chain(["recalled".to_owned()])
        .collect();
    assert_eq!(words, all, "kinds without a row, or rows without a kind");
}
