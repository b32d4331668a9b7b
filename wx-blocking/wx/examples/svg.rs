//! Draws what a terminal shows as SVG: `tmux capture-pane -e -p -N | cargo run --example svg -- COLUMNS > picture.svg`.
//!
//! Every character stands in its cell whatever font the reader has, and blocks are drawn as rectangles: a QR code in a
//! picture can be scanned.

use std::{
    env,
    error::Error,
    fmt::Write,
    io::{self, Read},
    num::NonZero,
};

use vt100::{Cell, Color, Parser, Screen};

fn main() -> Result<(), Box<dyn Error>> {
    let columns: NonZero<u16> = env::args().nth(1).ok_or("give the columns of the terminal")?.parse()?;
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let text = text.trim_end();
    let rows = NonZero::new(u16::try_from(text.lines().count())?).ok_or("there is nothing to draw")?;
    let mut terminal = Parser::new(rows, columns, 0);
    terminal.process(text.replace('\n', "\r\n").as_bytes());
    print!("{}", picture(terminal.screen(), columns.get(), rows.get())?);
    Ok(())
}

fn picture(screen: &Screen, columns: u16, rows: u16) -> Result<String, std::fmt::Error> {
    let (width, height) = (x(columns) + 2.0 * MARGIN, y(rows) + 2.0 * MARGIN);
    let mut out = String::new();
    writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.1} {height:.1}" width="{width:.1}" height="{height:.1}">"#
    )?;
    writeln!(
        out,
        "<style>text{{font:14px {FONTS};white-space:pre}}.w{{font-size:16px}}.b{{font-weight:bold}}.d{{opacity:.6}}</style>"
    )?;
    writeln!(out, r#"<rect width="100%" height="100%" rx="6" fill="{PAPER}"/>"#)?;
    writeln!(out, r#"<g transform="translate({MARGIN} {MARGIN})" fill="{TEXT}">"#)?;
    for row in 0..rows {
        let cells: Vec<(u16, &Cell)> =
            (0..columns).filter_map(|column| Some((column, screen.cell(row, column)?))).collect();
        for part in cells.chunk_by(|(_, a), (_, b)| a.bgcolor() == b.bgcolor()) {
            if let Some(&(column, first)) = part.first()
                && let Some(fill) = colour(first.bgcolor())
            {
                rectangle(&mut out, column, part.len(), y(row), ROW, fill)?;
            }
        }
        // The second halves of wide characters are drawn with the first.
        let cells: Vec<_> = cells.into_iter().filter(|(_, cell)| !cell.is_wide_continuation()).collect();
        // A wide character stands alone: not every reader heeds `textLength`.
        let joins = |a: &Cell, b: &Cell| !a.is_wide() && kind(a) == kind(b);
        for part in cells.chunk_by(|(_, a), (_, b)| joins(a, b)) {
            draw(&mut out, row, part)?;
        }
    }
    writeln!(out, "</g>\n</svg>")?;
    Ok(out)
}

/// What can be drawn together.
#[derive(PartialEq)]
enum Kind {
    Empty,
    /// Upper and lower half of a cell in ink.
    Blocks(bool, bool, Color),
    Text {
        wide: bool,
        bold: bool,
        dim: bool,
        colour: Color,
    },
}

fn kind(cell: &Cell) -> Kind {
    let colour = cell.fgcolor();
    match cell.contents() {
        "" | " " => Kind::Empty,
        "█" => Kind::Blocks(true, true, colour),
        "▀" => Kind::Blocks(true, false, colour),
        "▄" => Kind::Blocks(false, true, colour),
        _ => Kind::Text { wide: cell.is_wide(), bold: cell.bold(), dim: cell.dim(), colour },
    }
}

fn draw(out: &mut String, row: u16, part: &[(u16, &Cell)]) -> std::fmt::Result {
    let Some(&(column, first)) = part.first() else { return Ok(()) };
    match kind(first) {
        Kind::Empty => Ok(()),
        Kind::Blocks(upper, lower, ink) => {
            let top = if upper { y(row) } else { y(row) + ROW / 2.0 };
            let height = if upper && lower { ROW } else { ROW / 2.0 };
            rectangle(out, column, part.len(), top, height, colour(ink).unwrap_or(TEXT))
        }
        Kind::Text { wide, bold, dim, colour: ink } => {
            let classes = [(wide, 'w'), (bold, 'b'), (dim && !bold, 'd')];
            let classes: Vec<String> =
                classes.iter().filter(|(is_so, _)| *is_so).map(|(_, class)| class.to_string()).collect();
            let class =
                if classes.is_empty() { String::new() } else { format!(r#" class="{}""#, classes.join(" ")) };
            let fill = colour(ink).map(|fill| format!(r#" fill="{fill}""#)).unwrap_or_default();
            let text: String = part.iter().map(|(_, cell)| escape(cell.contents())).collect();
            let columns = u16::try_from(part.len()).unwrap_or(u16::MAX) * if wide { 2 } else { 1 };
            writeln!(
                out,
                r#"<text x="{:.1}" y="{:.1}" textLength="{:.1}"{class}{fill}>{text}</text>"#,
                x(column),
                y(row) + BASELINE,
                x(columns)
            )
        }
    }
}

fn rectangle(
    out: &mut String,
    column: u16,
    columns: usize,
    top: f64,
    height: f64,
    fill: &str,
) -> std::fmt::Result {
    let (left, width) = (x(column), x(u16::try_from(columns).unwrap_or(u16::MAX)));
    writeln!(
        out,
        r#"<rect x="{left:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}" fill="{fill}" shape-rendering="crispEdges"/>"#
    )
}

/// The colours that the program uses.
const fn colour(colour: Color) -> Option<&'static str> {
    match colour {
        Color::Default | Color::Rgb(..) => None,
        Color::Idx(1 | 9) => Some("#f47067"),
        Color::Idx(2 | 10) => Some("#8ddb8c"),
        Color::Idx(3 | 11) => Some("#eac55f"),
        Color::Idx(6 | 14) => Some("#6cb6ff"),
        Color::Idx(0 | 16) => Some("#000000"),
        Color::Idx(231) => Some("#ffffff"),
        Color::Idx(_) => Some(TEXT),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn x(columns: u16) -> f64 {
    f64::from(columns) * COLUMN
}

fn y(rows: u16) -> f64 {
    f64::from(rows) * ROW
}

/// A character's cell; half its height is nearly its width, as QR codes need it.
const COLUMN: f64 = 8.4;
const ROW: f64 = 17.0;
const BASELINE: f64 = 13.0;
const MARGIN: f64 = 12.0;
const PAPER: &str = "#22272e";
const TEXT: &str = "#cdd9e5";
const FONTS: &str = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Noto Sans Mono CJK SC','Noto Sans CJK SC',monospace";
