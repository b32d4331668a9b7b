//! A QR code in half blocks.

use qrcode::{Color, EcLevel, QrCode};

/// Modules of white around the code; a scanner needs them.
const QUIET: usize = 4;
/// Black on white by the numbers of the 256-colour table, which themes leave alone.
const BLACK_ON_WHITE: &str = "\x1b[38;5;16;48;5;231m";
const RESET: &str = "\x1b[0m";

/// A drawn code.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Drawing {
    /// Lines, each ending in a newline.
    pub(crate) text: String,
    pub(crate) columns: usize,
}

/// What the code is drawn with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ink {
    /// Black on white, whatever the terminal's own colours are.
    Colours,
    /// The white in the terminal's text colour, for light on dark.
    Light,
    /// The black in the terminal's text colour, for dark on light.
    Dark,
}

impl Ink {
    /// Without colours most terminals are light on dark; some say that they are not.
    pub(crate) fn of(has_colour: bool) -> Self {
        Self::choose(has_colour, std::env::var("COLORFGBG").ok().as_deref())
    }

    /// `fgbg` is text and background as numbers of the first 16 colours: `0;15` is black on white.
    fn choose(has_colour: bool, fgbg: Option<&str>) -> Self {
        let background = fgbg.and_then(|both| both.rsplit(';').next());
        match (has_colour, background) {
            (true, _) => Self::Colours,
            (false, Some("7" | "15")) => Self::Dark,
            (false, _) => Self::Light,
        }
    }
}

/// The code of `text`, one line of the terminal for two rows of it; `None` if it is too long for a code.
pub(crate) fn draw(text: &str, ink: Ink) -> Option<Drawing> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let (width, modules) = (code.width(), code.to_colors());
    let side = width + 2 * QUIET;
    let is_dark = |x: usize, y: usize| {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|&at| at < width);
        let module = inside(x).zip(inside(y)).and_then(|(x, y)| modules.get(y * width + x));
        module == Some(&Color::Dark)
    };
    // Below an odd last row there is the terminal's own background.
    let has_ink = |x, y| match ink {
        Ink::Colours | Ink::Dark => y < side && is_dark(x, y),
        Ink::Light => y < side && !is_dark(x, y),
    };
    let (begin, end) = if ink == Ink::Colours { (BLACK_ON_WHITE, RESET) } else { ("", "") };
    let mut out = String::new();
    for y in (0..side).step_by(2) {
        out.push_str(begin);
        for x in 0..side {
            out.push(match (has_ink(x, y), has_ink(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        out.push_str(end);
        out.push('\n');
    }
    Some(Drawing { text: out, columns: side })
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
        let drawn = |ink| draw(URL, ink).unwrap().text;
        assert!(!drawn(Ink::Light).contains('\x1b') && !drawn(Ink::Dark).contains('\x1b'));
        for (ink, ink_is_dark) in [(Ink::Colours, true), (Ink::Dark, true), (Ink::Light, false)] {
            let rows = modules(&drawn(ink), ink_is_dark);
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
        let Drawing { text, columns } = draw(URL, Ink::Light).unwrap();
        assert!(text.lines().count() <= 20, "{text}");
        assert!(columns <= 40 && text.lines().all(|line| line.chars().count() == columns), "{text}");
        assert_eq!(draw(&"x".repeat(10_000), Ink::Light), None);
    }

    #[test]
    fn without_colours_the_background_counts() {
        assert_eq!(Ink::choose(true, Some("0;15")), Ink::Colours);
        assert_eq!(Ink::choose(false, Some("0;15")), Ink::Dark);
        assert_eq!(Ink::choose(false, Some("0;default;7")), Ink::Dark);
        for dark in [None, Some("15;0"), Some("")] {
            assert_eq!(Ink::choose(false, dark), Ink::Light, "{dark:?}");
        }
    }
}
