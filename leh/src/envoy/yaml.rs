//! The little YAML that the template needs: a quoted scalar, a block in its place.

/// `text` as a double-quoted scalar (YAML 1.2 section 7.3.1), which any YAML reader gives back
/// byte for byte.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            // Not printable (section 5.1), or a line break in the eyes of YAML 1.1.
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// `block` with every line indented by `spaces`, without the last line end.
pub fn indented(block: &str, spaces: usize) -> String {
    let margin = " ".repeat(spaces);
    let lines: Vec<String> = block
        .lines()
        .map(|line| format!("{margin}{line}"))
        .collect();
    lines.join("\n")
}

/// `template` with each `@NAME@` replaced by its value, in one pass: values are never read again.
/// A line whose only value is empty goes away with it.
pub fn filled(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len());
    for line in template.split_inclusive('\n') {
        let whole = values
            .iter()
            .find(|(name, _)| line.trim_end() == format!("@{name}@"));
        match whole {
            Some((_, "")) => {}
            Some((_, block)) => {
                filled.push_str(block);
                filled.push('\n');
            }
            None => fill_line(line, values, &mut filled),
        }
    }
    filled
}

fn fill_line(mut rest: &str, values: &[(&str, &str)], filled: &mut String) {
    while let Some((before, after)) = rest.split_once('@') {
        filled.push_str(before);
        let value = after.split_once('@').and_then(|(name, after)| {
            values
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value, after))
        });
        match value {
            Some((value, after)) => {
                filled.push_str(value);
                rest = after;
            }
            // Such as the @ of "@type".
            None => {
                filled.push('@');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_scalar_is_read_back_as_it_was() {
        let text = "a\"b\\c\n\tä \u{1F600} \u{85}\u{2028}\u{feff}\u{7f} @X@ ${env:A} #";
        let quoted = quoted(text);
        let found = saphyr_parser::Parser::new_from_str(&quoted).find_map(|event| match event {
            Ok((saphyr_parser::Event::Scalar(text, ..), _)) => Some(text.into_owned()),
            _ => None,
        });
        assert_eq!(found.as_deref(), Some(text));
    }

    #[test]
    fn values_are_put_in_once_and_empty_blocks_leave_no_line() {
        let template = "\"@type\": x\n@BLOCK@\n@EMPTY@\na: @A@, @B@\n";
        let values = [
            ("BLOCK", "  b: @A@\n  c"),
            ("EMPTY", ""),
            ("A", "@B@"),
            ("B", "1"),
        ];
        assert_eq!(
            filled(template, &values),
            "\"@type\": x\n  b: @A@\n  c\na: @B@, 1\n"
        );
    }
}
