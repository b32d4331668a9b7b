//! The table of transitions: its snapshot and the diagrams that are made from it.

use std::fmt::Write as _;

use wx_proto::transitions::{Table, Transition, table};

#[test]
fn table_is_the_agreed_one() {
    let table = table();
    for (flow, starts) in &table.starts {
        let mut text = format!("Begins: {}.\n\n", starts.join(", "));
        text.push_str("| State | Input | Next | Effects |\n|---|---|---|---|\n");
        for row in rows_of(&table, flow) {
            let Transition { state, input, next, effects, .. } = row;
            writeln!(text, "| {state} | {input} | {next} | {} |", effects.join(", ")).unwrap();
        }
        insta::assert_snapshot!(format!("transitions_{flow}"), text);
    }
}

/// `UPDATE_DIAGRAMS=1 cargo test -p wx-testkit --test it diagrams` writes them anew.
#[test]
fn diagrams_are_those_of_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../ARCHITECTURE.md");
    let old = std::fs::read_to_string(path).unwrap();
    let table = table();
    let mut new = old.clone();
    for (flow, starts) in &table.starts {
        let begin = format!("<!-- transitions:{flow} -->\n");
        let start = new.find(&begin).expect("each flow has its place in ARCHITECTURE.md") + begin.len();
        let length = new[start..].find("<!-- end -->").expect("the place has an end");
        new.replace_range(start..start + length, &diagram(&table, flow, starts));
    }
    if std::env::var_os("UPDATE_DIAGRAMS").is_some() {
        std::fs::write(path, new).unwrap();
    } else {
        assert_eq!(old, new, "UPDATE_DIAGRAMS=1 writes the diagrams anew");
    }
}

/// States and the inputs that lead from one to another; what leads back to the same state is left out.
fn diagram(table: &Table, flow: &str, starts: &[&str]) -> String {
    let mut arrows: Vec<((&str, &str), Vec<&str>)> = Vec::new();
    for row in rows_of(table, flow).filter(|row| row.state != row.next) {
        match arrows.iter_mut().find(|(ends, _)| *ends == (row.state, row.next)) {
            Some((_, inputs)) if inputs.contains(&row.input) => {}
            Some((_, inputs)) => inputs.push(row.input),
            None => arrows.push(((row.state, row.next), vec![row.input])),
        }
    }
    let mut text = "```mermaid\nstateDiagram-v2\n".to_owned();
    for start in starts {
        writeln!(text, "    [*] --> {start}").unwrap();
    }
    for ((from, to), inputs) in &arrows {
        writeln!(text, "    {from} --> {to}: {}", inputs.join(", ")).unwrap();
    }
    text + "```\n"
}

fn rows_of<'a>(table: &'a Table, flow: &str) -> impl Iterator<Item = &'a Transition> {
    table.rows.iter().filter(move |row| row.flow == flow)
}
