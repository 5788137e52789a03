//! Header fields as they are on the wire: names are text, values are bytes (RFC 9110 section 5.5
//! allows any byte but controls), order and repetition count.

use std::fmt;

/// Fields in order. Names are lower case, as Envoy hands them to filters.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<(String, Vec<u8>)>);

impl Headers {
    /// Fields from pairs of name and value.
    pub fn new<V: AsRef<[u8]>>(fields: impl IntoIterator<Item = (impl AsRef<str>, V)>) -> Self {
        let owned = |(name, value): (_, V)| own(name, value.as_ref());
        Headers(fields.into_iter().map(owned).collect())
    }

    /// The first value of a field.
    pub fn first(&self, name: &str) -> Option<&[u8]> {
        self.all(name).next()
    }

    /// The first value as text; `None` too when it is no UTF-8.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.first(name)
            .and_then(|value| std::str::from_utf8(value).ok())
    }

    /// All values of a field, in order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.0
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_slice())
    }

    /// Adds a field behind the others.
    pub fn add(&mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) {
        self.0.push(own(name, value.as_ref()));
    }

    /// Makes this the only value, at the place of the first one if there was one.
    pub fn set(&mut self, name: &str, value: impl AsRef<[u8]>) {
        let place = self
            .0
            .iter()
            .position(|(known, _)| known.eq_ignore_ascii_case(name));
        self.remove(name);
        let place = place.unwrap_or(self.0.len());
        self.0.insert(place, own(name, value.as_ref()));
    }

    /// Removes every value of a field.
    pub fn remove(&mut self, name: &str) {
        self.0
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }
}

fn own(name: impl AsRef<str>, value: &[u8]) -> (String, Vec<u8>) {
    (name.as_ref().to_ascii_lowercase(), value.to_owned())
}

/// One field a line; bytes outside ASCII are escaped.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.0 {
            writeln!(f, "{name}: {}", value.escape_ascii())?;
        }
        Ok(())
    }
}
