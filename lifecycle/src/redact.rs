//! Secrets stay out of logs: their values are replaced in every text that scripts had a hand in.

use std::borrow::Cow;

use serde_json::Value;

/// Shorter values are not looked for: `1` or `eu` would be found everywhere.
const SHORTEST: usize = 4;
/// What stands in the place of a secret.
const MARK: &str = "[secret]";

/// The values that nobody must read.
#[derive(Clone, Default)]
pub struct Redactor {
    /// The longest first, so that one that contains another goes as a whole.
    values: Vec<String>,
}

/// Without the values.
impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Redactor({} values)", self.values.len())
    }
}

impl Redactor {
    /// For the strings in `values`, at any depth, and the credentials in them: of `Bearer abc` also
    /// `abc`, of a text of several lines (a PEM key) also each line.
    pub fn new<'v>(values: impl IntoIterator<Item = &'v Value>) -> Self {
        let mut found = Vec::new();
        for value in values {
            collect(value, &mut found);
        }
        found.retain(|text| text.chars().count() >= SHORTEST);
        found.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        found.dedup();
        Redactor { values: found }
    }

    /// `text` without them.
    pub fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut clean = Cow::Borrowed(text);
        for value in &self.values {
            if clean.contains(value.as_str()) {
                clean = Cow::Owned(clean.replace(value.as_str(), MARK));
            }
        }
        clean
    }
}

/// A text of a script for a log, where a line is a statement of ours: its line breaks and control
/// characters are written out (`\n`), so that it cannot make lines of its own.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let written = text.chars().map(|c| match c {
        '\t' => "\t".to_owned(),
        c if c.is_control() => c.escape_default().to_string(),
        c => c.to_string(),
    });
    Cow::Owned(written.collect())
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            found.push(text.clone());
            // As it looks in JSON, which is how objects are printed.
            let json = Value::from(text.as_str()).to_string();
            if let Some(inner) = json.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
                found.push(inner.to_owned());
            }
            if let Some((scheme, credentials)) = text.split_once(' ')
                && ["bearer", "basic", "token"].contains(&scheme.to_ascii_lowercase().as_str())
            {
                found.push(credentials.to_owned());
            }
            if text.trim_end().contains('\n') {
                let lines = text.lines().filter(|line| !line.starts_with("-----"));
                found.extend(lines.map(str::to_owned));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(members) => members.values().for_each(|member| collect(member, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_go_wherever_they_stand() {
        let redactor = Redactor::new([&json!({"KEY": "s3cret", "HEADER": "Bearer abcdef"})]);
        let text = "s3cret, abcdef and Bearer abcdef; xs3cretx";
        assert_eq!(
            redactor.clean(text),
            "[secret], [secret] and [secret]; x[secret]x"
        );
        assert_eq!(redactor.clean("nothing here"), "nothing here");
        assert!(!format!("{redactor:?}").contains("s3cret"));
    }

    #[test]
    fn a_text_cannot_make_log_lines_of_its_own() {
        assert_eq!(one_line("fine\tübel"), "fine\tübel");
        assert_eq!(
            one_line("a\r\n[critical] b\u{1b}"),
            "a\\r\\n[critical] b\\u{1b}"
        );
    }

    #[test]
    fn a_longer_secret_goes_as_a_whole() {
        let redactor = Redactor::new([&json!(["abcd", "abcdef"])]);
        assert_eq!(redactor.clean("abcdef abcd"), "[secret] [secret]");
    }

    #[test]
    fn what_is_too_short_to_mean_anything_stays() {
        let redactor = Redactor::new([&json!("eu")]);
        assert_eq!(redactor.clean("a european"), "a european");
    }

    #[test]
    fn a_secret_printed_as_json_is_found() {
        let redactor = Redactor::new([&json!("a\"b\\c")]);
        assert_eq!(
            redactor.clean(r#"{"key":"a\"b\\c"}"#),
            r#"{"key":"[secret]"}"#
        );
    }
}
