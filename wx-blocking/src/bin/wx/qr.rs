//! A QR code in half blocks.

use qrcode::{Color, EcLevel, QrCode};

/// Modules of white around the code; a scanner needs them.
const QUIET: usize = 4;
/// Black on white by the numbers of the 256-colour table, which themes leave alone.
const BLACK_ON_WHITE: &str = "\x1b[38;5;16;48;5;231m";
const RESET: &str = "\x1b[0m";

/// The code of `text`, one line of the terminal for two rows of it; `None` if it is too long for a code.
///
/// With `colour` it is black on white whatever the terminal's own colours are. Without, the white is drawn in
/// the terminal's text colour, which is right where that is light on dark.
pub(crate) fn draw(text: &str, colour: bool) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let (width, modules) = (code.width(), code.to_colors());
    let side = width + 2 * QUIET;
    let is_dark = |x: usize, y: usize| {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|&at| at < width);
        let module = inside(x).zip(inside(y)).and_then(|(x, y)| modules.get(y * width + x));
        module == Some(&Color::Dark)
    };
    let mut out = String::new();
    for y in (0..side).step_by(2) {
        if colour {
            out.push_str(BLACK_ON_WHITE);
        }
        for x in 0..side {
            // Below an odd last row there is the terminal's own background.
            let below = if y + 1 < side { is_dark(x, y + 1) } else { !colour };
            let ink = if colour { (is_dark(x, y), below) } else { (!is_dark(x, y), !below) };
            out.push(match ink {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        out.push_str(if colour { RESET } else { "" });
        out.push('\n');
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://login.weixin.qq.com/l/gbCdEfGhIj==";

    /// The modules of a drawing, true for dark.
    fn modules(drawing: &str, ink_is_dark: bool) -> Vec<Vec<bool>> {
        let mut rows = Vec::new();
        for line in drawing.lines() {
            let cells = line.trim_start_matches(BLACK_ON_WHITE).trim_end_matches(RESET);
            for halves in [['█', '▀'], ['█', '▄']] {
                rows.push(cells.chars().map(|cell| halves.contains(&cell) == ink_is_dark).collect());
            }
        }
        rows
    }

    #[test]
    fn both_drawings_show_the_code() {
        let code = QrCode::with_error_correction_level(URL, EcLevel::L).unwrap();
        let (colour, plain) = (draw(URL, true).unwrap(), draw(URL, false).unwrap());
        assert!(!plain.contains('\x1b'));
        for rows in [modules(&colour, true), modules(&plain, false)] {
            for (y, row) in rows.iter().enumerate() {
                assert_eq!(row.len(), code.width() + 2 * QUIET);
                for (x, &dark) in row.iter().enumerate() {
                    let inside = (QUIET..QUIET + code.width()).contains(&x)
                        && (QUIET..QUIET + code.width()).contains(&y);
                    let expected = inside && code[(x - QUIET, y - QUIET)] == Color::Dark;
                    let past_the_end = y == code.width() + 2 * QUIET;
                    assert_eq!(dark && !past_the_end, expected, "{x} {y}");
                }
            }
        }
    }

    #[test]
    fn it_fits_a_small_terminal() {
        let drawing = draw(URL, false).unwrap();
        assert!(drawing.lines().count() <= 20, "{drawing}");
        assert!(drawing.lines().all(|line| line.chars().count() <= 40), "{drawing}");
        assert_eq!(draw(&"x".repeat(10_000), true), None);
    }
}
