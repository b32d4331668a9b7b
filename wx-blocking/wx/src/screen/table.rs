//! Labels and values, one pair a line.

use std::io;

use crate::{
    palette::DIM,
    screen::{Screen, clean, wrap},
};

/// Labels and values, aligned; long values are wrapped beside their label.
pub(crate) fn show(rows: &[(String, String)], screen: &mut Screen) -> io::Result<()> {
    let width = rows.iter().map(|(label, _)| wrap::width(label)).max().unwrap_or_default();
    let columns = screen.columns();
    let indent = columns.map_or(width + 2, |columns| (width + 2).min(columns / 2));
    for (label, value) in rows {
        let line = format!("{DIM}{}{DIM:#}  {value}", clean::pad(label, width));
        screen.write(&format!("{}\n", wrap::wrap(&line, columns, indent)))?;
    }
    Ok(())
}
