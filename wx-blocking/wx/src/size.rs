//! Sizes of files, as people write and read them.

/// So many bytes in a few characters, in powers of ten, as messages tell them: `1.2 MB`.
pub(crate) fn shown(bytes: u64) -> String {
    let Some((unit, step)) = DECIMAL.iter().find(|(_, step)| bytes >= *step) else {
        return format!("{bytes} B");
    };
    format!("{} {unit}", tenths(bytes, *step))
}

/// The same in powers of two, as limits are counted: `50 MiB`. What is over a limit by a little reads as more.
pub(crate) fn counted(bytes: u64) -> String {
    let Some((unit, step)) = BINARY.iter().find(|(_, step)| bytes >= *step) else {
        return format!("{bytes} B");
    };
    let whole = bytes.checked_div(*step).filter(|_| bytes.is_multiple_of(*step));
    whole.map_or_else(|| format!("{} {unit}", tenths(bytes, *step)), |whole| format!("{whole} {unit}"))
}

fn tenths(bytes: u64, step: u64) -> String {
    let tenths = u128::from(bytes) * 10 / u128::from(step);
    if tenths >= 1000 { format!("{}", tenths / 10) } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

/// A number of bytes, with or without `K`, `M`, `G` or `T` for powers of two; `None` if it is none.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let end = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = unit.trim().to_ascii_uppercase();
    let step = match &*unit {
        "" | "B" => 1,
        "K" | "KB" | "KIB" => 1 << 10,
        "M" | "MB" | "MIB" => 1 << 20,
        "G" | "GB" | "GIB" => 1 << 30,
        "T" | "TB" | "TIB" => 1 << 40,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(step)
}

const DECIMAL: [(&str, u64); 4] =
    [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
const BINARY: [(&str, u64); 4] = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (123_456, "123 kB"),
            (1_250_000, "1.2 MB"),
            (50 << 20, "52.4 MB"),
            (u64::MAX, "18446744 TB"),
        ] {
            assert_eq!(shown(bytes), text);
        }
        for (bytes, text) in [
            (1023, "1023 B"),
            (50 << 20, "50 MiB"),
            ((50 << 20) + 1, "50.0 MiB"),
            ((20 << 20) - 1, "19.9 MiB"),
            (3 << 29, "1.5 GiB"),
        ] {
            assert_eq!(counted(bytes), text);
        }
    }

    #[test]
    fn sizes_are_read() {
        for (text, bytes) in [
            ("0", Some(0)),
            ("12", Some(12)),
            ("500K", Some(500 << 10)),
            ("200m", Some(200 << 20)),
            ("2 GiB", Some(2 << 30)),
            ("", None),
            ("M", None),
            ("1.5G", None),
            ("-1", None),
            ("1X", None),
            ("99999999999T", None),
        ] {
            assert_eq!(parse(text), bytes, "{text}");
        }
    }
}
