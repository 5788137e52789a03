//! References to values that must not stand in a project, and how those who run hooks get them.
//!
//! There is one mechanism. `hooks.yaml` says `${env:NAME}` or `${file:path}`; the bundle always
//! says `${env:NAME}`, where a file is given a name of its own, `LEH_FILE_1` and so on in the
//! order of their first appearance. So a bundle holds no value, and whoever starts the filter,
//! the relay or a test gives them [`References::environment`]: every name with its value.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Where a value comes from when things are started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The environment variable of the same name.
    Environment,
    /// The content of this file, without the line end at its end.
    File(PathBuf),
}

/// Every reference of a project, by the name that stands in the bundle.
#[derive(Clone, Debug, Default)]
pub struct References {
    origins: BTreeMap<String, Origin>,
    files: usize,
}

/// A value that is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MissingValue {
    /// The environment has no such variable, or not as text.
    #[error("the environment variable {0} is not set")]
    Unset(String),
    /// The file cannot be read.
    #[error("{} cannot be read: {reason}", file.display())]
    Unreadable {
        /// Its path.
        file: PathBuf,
        /// The system's reason.
        reason: String,
    },
}

/// The environment in which things are started; a parameter, so that tests bring their own.
pub type Environment<'e> = &'e dyn Fn(&str) -> Option<String>;

impl References {
    /// Notes the reference `text` and says what stands for it in the bundle. Files are relative
    /// to `root`.
    ///
    /// # Errors
    /// What was expected instead, for a sentence that never repeats `text`: it may be a secret.
    pub fn add(&mut self, text: &str, root: &Path) -> Result<(String, Origin), String> {
        let expected = "expected `${env:NAME}` or `${file:path}`";
        let inner = text
            .strip_prefix("${")
            .and_then(|rest| rest.strip_suffix('}'));
        let (name, origin) = match inner.and_then(|inner| inner.split_once(':')) {
            Some(("env", name)) if is_name(name) && !name.starts_with("LEH_FILE_") => {
                (name.to_owned(), Origin::Environment)
            }
            Some(("env", name)) if is_name(name) => {
                return Err("names that begin with LEH_FILE_ are ours; choose another".to_owned());
            }
            Some(("env", _)) => {
                return Err(format!("{expected}; NAME is letters, digits and `_`"));
            }
            Some(("file", path)) if !path.is_empty() => {
                let origin = Origin::File(root.join(path));
                (self.file_name(&origin), origin)
            }
            _ => return Err(expected.to_owned()),
        };
        self.origins.insert(name.clone(), origin.clone());
        Ok((format!("${{env:{name}}}"), origin))
    }

    /// Every name with where its value comes from.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Origin)> {
        self.origins
            .iter()
            .map(|(name, origin)| (name.as_str(), origin))
    }

    /// Every name with its value.
    ///
    /// # Errors
    /// All values that are not there.
    pub fn environment(
        &self,
        environment: Environment<'_>,
    ) -> Result<BTreeMap<String, String>, Vec<MissingValue>> {
        let mut values = BTreeMap::new();
        let mut missing = Vec::new();
        for (name, origin) in &self.origins {
            match origin.value(name, environment) {
                Ok(value) => _ = values.insert(name.clone(), value),
                Err(why) => missing.push(why),
            }
        }
        if missing.is_empty() {
            Ok(values)
        } else {
            Err(missing)
        }
    }

    fn file_name(&mut self, origin: &Origin) -> String {
        let known = self.origins.iter().find(|(_, known)| *known == origin);
        if let Some((name, _)) = known {
            return name.clone();
        }
        self.files += 1;
        format!("LEH_FILE_{}", self.files)
    }
}

impl Origin {
    /// The value of the reference called `name`.
    ///
    /// # Errors
    /// It is not there.
    pub fn value(&self, name: &str, environment: Environment<'_>) -> Result<String, MissingValue> {
        match self {
            Origin::Environment => {
                environment(name).ok_or_else(|| MissingValue::Unset(name.to_owned()))
            }
            Origin::File(file) => match fs::read_to_string(file) {
                Ok(content) => {
                    let content = content.strip_suffix('\n').unwrap_or(&content);
                    Ok(content.strip_suffix('\r').unwrap_or(content).to_owned())
                }
                Err(error) => Err(MissingValue::Unreadable {
                    file: file.clone(),
                    reason: error.to_string(),
                }),
            },
        }
    }
}

/// The name in a bundle's `${env:NAME}`.
pub fn name_in(reference: &str) -> &str {
    reference
        .strip_prefix("${env:")
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(reference)
}

/// Whether a shell could set a variable of this name (POSIX.1-2024 section 3.216).
pub fn is_name(text: &str) -> bool {
    !text.starts_with(|c: char| c.is_ascii_digit())
        && !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gets_one_name_however_often_it_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "first\r\n").unwrap();
        fs::write(folder.path().join("b"), "second\n\n").unwrap();
        let mut references = References::default();
        let mut add = |text: &str| references.add(text, folder.path()).unwrap().0;
        assert_eq!(add("${file:a}"), "${env:LEH_FILE_1}");
        assert_eq!(add("${file:b}"), "${env:LEH_FILE_2}");
        assert_eq!(add("${file:a}"), "${env:LEH_FILE_1}");
        assert_eq!(add("${env:KEY}"), "${env:KEY}");
        let environment = |name: &str| (name == "KEY").then(|| "k".to_owned());
        let values = references.environment(&environment).unwrap();
        let expected = [
            ("KEY", "k"),
            ("LEH_FILE_1", "first"),
            ("LEH_FILE_2", "second\n"),
        ];
        assert_eq!(
            values,
            expected.map(|(n, v)| (n.to_owned(), v.to_owned())).into()
        );
    }

    #[test]
    fn every_missing_value_is_told() {
        let mut references = References::default();
        references.add("${env:A}", Path::new("/nowhere")).unwrap();
        references.add("${file:b}", Path::new("/nowhere")).unwrap();
        let missing = references.environment(&|_| None).unwrap_err();
        assert_eq!(
            missing[0].to_string(),
            "the environment variable A is not set"
        );
        assert!(
            missing[1]
                .to_string()
                .starts_with("/nowhere/b cannot be read: ")
        );
    }

    #[test]
    fn what_is_no_reference_is_refused_without_repeating_it() {
        for text in [
            "hunter2",
            "${env:}",
            "${env:hunter 2}",
            "${file:}",
            "x${env:HUNTER}",
            "$A",
        ] {
            let error = References::default().add(text, Path::new(".")).unwrap_err();
            assert!(
                error.starts_with("expected `${env:NAME}` or `${file:path}`"),
                "{error}"
            );
            assert!(!error.to_lowercase().contains("hunter"), "{error}");
        }
        let error = References::default()
            .add("${env:LEH_FILE_1}", Path::new("."))
            .unwrap_err();
        assert!(error.contains("are ours"), "{error}");
    }
}
