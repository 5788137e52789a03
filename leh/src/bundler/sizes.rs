//! What a bundle is made of, by bytes.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// A file in a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Relative to the project's folder.
    pub path: String,
    /// Its part of the bundle.
    pub bytes: usize,
}

/// The files of one package in a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    /// The package; `None` for the project's own files.
    pub package: Option<String>,
    /// Their part of the bundle.
    pub bytes: usize,
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.package.as_deref().unwrap_or("the project's own files");
        write!(f, "{name} {}", show_bytes(self.bytes))
    }
}

/// `512 B`, `1.5 KiB`, `2.0 MiB`.
pub fn show_bytes(bytes: usize) -> String {
    // Exact below 2⁵³.
    let bytes = bytes as f64;
    match bytes {
        _ if bytes < 1024.0 => format!("{bytes} B"),
        _ if bytes < 1_048_576.0 => format!("{:.1} KiB", bytes / 1024.0),
        _ => format!("{:.1} MiB", bytes / 1_048_576.0),
    }
}

impl Input {
    /// The npm package that it belongs to.
    pub fn package(&self) -> Option<&str> {
        let (_, inside) = self.path.rsplit_once("node_modules/")?;
        Some(package_of(inside))
    }
}

/// The package in the name of a module: `@a/b` of `@a/b/c`, `a` of `a/b`.
pub fn package_of(module: &str) -> &str {
    let mut slashes = module.match_indices('/').map(|(at, _)| at);
    let end = if module.starts_with('@') {
        slashes.nth(1)
    } else {
        slashes.next()
    };
    end.and_then(|end| module.get(..end)).unwrap_or(module)
}

/// The `most` packages with the most bytes, the largest first.
pub fn largest(inputs: &[Input], most: usize) -> Vec<Share> {
    let mut packages: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for input in inputs {
        *packages.entry(input.package()).or_default() += input.bytes;
    }
    let share = |(package, bytes): (Option<&str>, usize)| Share {
        package: package.map(str::to_owned),
        bytes,
    };
    let mut shares: Vec<Share> = packages.into_iter().map(share).collect();
    shares.sort_by_key(|share| std::cmp::Reverse(share.bytes));
    shares.truncate(most);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(path: &str, bytes: usize) -> Input {
        Input {
            path: path.to_owned(),
            bytes,
        }
    }

    #[test]
    fn a_file_belongs_to_the_innermost_package() {
        let package = |path: &str| input(path, 1).package().map(str::to_owned);
        assert_eq!(package("hooks/a.ts"), None);
        assert_eq!(package("node_modules/a/index.js").as_deref(), Some("a"));
        assert_eq!(
            package("../node_modules/@a/b/c/d.js").as_deref(),
            Some("@a/b")
        );
        assert_eq!(
            package("node_modules/a/node_modules/b/i.js").as_deref(),
            Some("b")
        );
    }

    #[test]
    fn the_largest_packages_come_first() {
        let inputs = [
            input("hook.js", 5),
            input("node_modules/a/1.js", 4),
            input("node_modules/a/2.js", 4),
            input("node_modules/b/1.js", 1),
        ];
        let shares = largest(&inputs, 2);
        let found: Vec<_> = shares
            .iter()
            .map(|share| (share.package.as_deref(), share.bytes))
            .collect();
        assert_eq!(found, [(Some("a"), 8), (None, 5)]);
    }
}
