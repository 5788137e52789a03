//! Durations and sizes as people write them: `800ms`, `16MiB`.

/// Milliseconds of `800ms`, `1s`, `2m`.
///
/// # Errors
/// What was expected, for a sentence.
pub fn duration(text: &str) -> Result<u64, String> {
    let expected = || "expected a duration such as `800ms`, `1s` or `2m`".to_owned();
    let (number, unit) = split(text).ok_or_else(expected)?;
    let factor = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        _ => return Err(expected()),
    };
    number.checked_mul(factor).ok_or_else(expected)
}

/// Bytes of `512B`, `256KiB`, `16MiB`.
///
/// # Errors
/// What was expected, for a sentence.
pub fn size(text: &str) -> Result<u64, String> {
    let expected =
        || "expected a size such as `256KiB` or `16MiB` (1 MiB = 1,048,576 bytes)".to_owned();
    let (number, unit) = split(text).ok_or_else(expected)?;
    let factor = match unit {
        "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Err(expected()),
    };
    number.checked_mul(factor).ok_or_else(expected)
}

/// A whole number.
///
/// # Errors
/// What was expected, for a sentence.
pub fn number(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| "expected a whole number".to_owned())
}

/// Milliseconds as the shortest of `800ms`, `1s`, `2m`.
pub fn show_duration(milliseconds: u64) -> String {
    match milliseconds {
        m if m >= 60_000 && m % 60_000 == 0 => format!("{}m", m / 60_000),
        s if s >= 1_000 && s % 1_000 == 0 => format!("{}s", s / 1_000),
        ms => format!("{ms}ms"),
    }
}

/// Bytes as the shortest of `512B`, `256KiB`, `16MiB`.
pub fn show_size(bytes: u64) -> String {
    match bytes {
        b if b >= 1 << 30 && b % (1 << 30) == 0 => format!("{}GiB", b >> 30),
        b if b >= 1 << 20 && b % (1 << 20) == 0 => format!("{}MiB", b >> 20),
        b if b >= 1 << 10 && b % (1 << 10) == 0 => format!("{}KiB", b >> 10),
        b => format!("{b}B"),
    }
}

/// An integer and what follows it.
fn split(text: &str) -> Option<(u64, &str)> {
    let unit = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(unit);
    Some((number.parse().ok()?, unit.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes_are_read_as_people_write_them() {
        for (text, milliseconds) in [
            ("800ms", 800),
            ("1s", 1_000),
            ("2m", 120_000),
            ("5 s", 5_000),
        ] {
            assert_eq!(duration(text), Ok(milliseconds), "{text}");
        }
        for (text, bytes) in [("512B", 512), ("256KiB", 262_144), ("16MiB", 16 << 20)] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_has_no_unit_or_a_doubtful_one_is_refused() {
        for text in [
            "",
            "800",
            "ms",
            "1.5s",
            "-1s",
            "1h",
            "1S",
            "99999999999999999999s",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
        for text in ["", "16", "16MB", "16M", "16mib", "-1MiB"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_shown_can_be_written() {
        for milliseconds in [1, 800, 1_000, 1_500, 60_000, 90_000] {
            assert_eq!(duration(&show_duration(milliseconds)), Ok(milliseconds));
        }
        for bytes in [1, 512, 1 << 10, 256 << 10, 16 << 20, (16 << 20) + 1] {
            assert_eq!(size(&show_size(bytes)), Ok(bytes));
        }
    }
}
