//! Where a place in a bundled script is in the file that somebody wrote: the decoder of source maps,
//! version 3 (ECMA-426).
//!
//! An error in a script is rare and a map is long, so the mappings stay as the text they are, and are
//! decoded when a place is asked for.

use serde::Deserialize;

/// A source map, as far as places need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceMap {
    sources: Vec<String>,
    mappings: String,
}

/// Why a text is no source map.
#[derive(Debug, thiserror::Error)]
pub enum SourceMapError {
    /// It is not the JSON of one.
    #[error("the source map cannot be read: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Another version.
    #[error("the source map has version {found}, this program reads 3")]
    OtherVersion {
        /// The version it names.
        found: u64,
    },
    /// Its `mappings` are not what ECMA-426 describes.
    #[error("the mappings of the source map are broken in line {line}")]
    BrokenMappings {
        /// The line of the bundled script, from 1.
        line: u32,
    },
}

/// A place in the bundled script, and where it came from.
#[derive(Clone, Copy)]
struct Segment {
    line: u32,
    column: u32,
    /// Index of the source, line and column in it, all from 0; none of what the bundler made.
    origin: Option<(usize, u32, u32)>,
}

impl SourceMap {
    /// Reads a map.
    ///
    /// # Errors
    /// What about it is not as the standard says.
    pub fn parse(json: &str) -> Result<Self, SourceMapError> {
        #[derive(Deserialize)]
        struct Document {
            version: u64,
            sources: Vec<Option<String>>,
            mappings: String,
        }
        let Document {
            version,
            sources,
            mappings,
        } = serde_json::from_str(json)?;
        if version != 3 {
            return Err(SourceMapError::OtherVersion { found: version });
        }
        let sources: Vec<String> = sources.into_iter().map(Option::unwrap_or_default).collect();
        let known = |segment: &Segment| {
            segment
                .origin
                .is_none_or(|(source, ..)| source < sources.len())
        };
        let mut segments = Segments::of(&mappings);
        while let Some(segment) = segments.next() {
            if !segment.is_some_and(|segment| known(&segment)) {
                return Err(SourceMapError::BrokenMappings {
                    line: segments.line + 1,
                });
            }
        }
        Ok(SourceMap { sources, mappings })
    }

    /// The file, line and column from which a place of the bundled script came. Lines and columns
    /// count from 1, columns in UTF-16 code units. Without a column it is what the line begins with.
    /// What the bundler itself made came from nowhere.
    pub fn locate(&self, line: u32, column: Option<u32>) -> Option<(&str, u32, u32)> {
        let line = line.checked_sub(1)?;
        let mut on_line = Segments::of(&self.mappings)
            .map_while(|segment| segment)
            .skip_while(|segment| segment.line < line)
            .take_while(|segment| segment.line == line);
        let found = match column {
            None => on_line.find(|segment| segment.origin.is_some()),
            Some(column) => {
                let before = |segment: &Segment| segment.column < column;
                on_line.take_while(before).last()
            }
        };
        let (source, line, column) = found?.origin?;
        Some((self.sources.get(source)?, line + 1, column + 1))
    }
}

/// The mappings one after the other; `None` where they are broken, and nothing after it.
struct Segments<'m> {
    rest: &'m [u8],
    line: u32,
    /// Column, source, line and column of the source: each is told as the difference to the last.
    column: i64,
    origin: [i64; 3],
    broken: bool,
}

impl<'m> Segments<'m> {
    fn of(mappings: &'m str) -> Self {
        Segments {
            rest: mappings.as_bytes(),
            line: 0,
            column: 0,
            origin: [0; 3],
            broken: false,
        }
    }

    /// One segment, at the first of its characters.
    fn segment(&mut self) -> Option<Segment> {
        self.column += self.number()?;
        let column = u32::try_from(self.column).ok()?;
        let mut origin = None;
        if !self.is_at_end() {
            for index in 0..3 {
                let difference = self.number()?;
                *self.origin.get_mut(index)? += difference;
            }
            let [source, line, column] = self.origin;
            origin = Some((
                usize::try_from(source).ok()?,
                u32::try_from(line).ok()?,
                u32::try_from(column).ok()?,
            ));
        }
        if !self.is_at_end() {
            // The index of a name, which we have no use for.
            self.number()?;
        }
        self.is_at_end().then_some(Segment {
            line: self.line,
            column,
            origin,
        })
    }

    fn is_at_end(&self) -> bool {
        matches!(self.rest.first(), None | Some(b',' | b';'))
    }

    /// A base64 VLQ (ECMA-426 section 4): five bits a digit, the lowest first, a sign in the first.
    fn number(&mut self) -> Option<i64> {
        let mut value: i64 = 0;
        for shift in (0..32).step_by(5) {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            let digit = i64::from(base64_digit(*byte)?);
            value |= (digit & 31) << shift;
            if digit & 32 == 0 {
                let magnitude = value >> 1;
                return Some(if value & 1 == 0 {
                    magnitude
                } else {
                    -magnitude
                });
            }
        }
        None
    }
}

impl Iterator for Segments<'_> {
    type Item = Option<Segment>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some((separator @ (b',' | b';'), rest)) = self.rest.split_first() {
            self.rest = rest;
            if *separator == b';' {
                self.line += 1;
                self.column = 0;
            }
        }
        if self.broken || self.rest.is_empty() {
            return None;
        }
        let segment = self.segment();
        self.broken = segment.is_none();
        Some(segment)
    }
}

fn base64_digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(mappings: &str) -> Result<SourceMap, SourceMapError> {
        SourceMap::parse(&format!(
            r#"{{"version":3,"sources":["hook.ts","lib/a.js"],"names":[],"mappings":"{mappings}"}}"#
        ))
    }

    #[test]
    fn a_place_is_that_of_the_segment_before_it() {
        // Line 1: column 1 is hook.ts 1:1, column 5 is hook.ts 3:2. Line 2: nothing. Line 3: column 3
        // is lib/a.js 2:1 (with a name).
        let map = map("AAAA,IAEC;;ECDDA").unwrap();
        assert_eq!(map.locate(1, Some(1)), Some(("hook.ts", 1, 1)));
        assert_eq!(map.locate(1, Some(4)), Some(("hook.ts", 1, 1)));
        assert_eq!(map.locate(1, Some(5)), Some(("hook.ts", 3, 2)));
        assert_eq!(map.locate(1, Some(900)), Some(("hook.ts", 3, 2)));
        assert_eq!(map.locate(2, Some(1)), None);
        assert_eq!(map.locate(3, Some(3)), Some(("lib/a.js", 2, 1)));
        assert_eq!(map.locate(3, None), Some(("lib/a.js", 2, 1)));
        assert_eq!(map.locate(4, None), None);
        assert_eq!(map.locate(0, None), None);
    }

    #[test]
    fn what_the_bundler_made_came_from_nowhere() {
        let map = map("A,IAAA,I").unwrap();
        assert_eq!(map.locate(1, Some(1)), None);
        assert_eq!(map.locate(1, Some(5)), Some(("hook.ts", 1, 1)));
        assert_eq!(map.locate(1, Some(9)), None);
        assert_eq!(map.locate(1, None), Some(("hook.ts", 1, 1)));
    }

    #[test]
    fn large_and_negative_differences_are_read() {
        // Column 1000 of 17 lines down, and the next one back at the first.
        let map = map("w+BAgBA,CAhBA").unwrap();
        assert_eq!(map.locate(1, Some(1002)), Some(("hook.ts", 1, 1)));
        assert_eq!(map.locate(1, None), Some(("hook.ts", 17, 1)));
    }

    #[test]
    fn broken_maps_are_refused() {
        let error = map("AAAA;A!").unwrap_err().to_string();
        assert!(error.ends_with("in line 2"), "{error}");
        // A source that is not there, a column before the first, an endless number, half an origin.
        for mappings in ["AEAA", "D", "ggggggggggggA", "AA"] {
            let error = map(mappings).unwrap_err();
            assert!(
                matches!(error, SourceMapError::BrokenMappings { line: 1 }),
                "{mappings}: {error}"
            );
        }
        let error = SourceMap::parse(r#"{"version":2,"sources":[],"mappings":""}"#).unwrap_err();
        assert!(error.to_string().contains("version 2"), "{error}");
        assert!(SourceMap::parse("{}").is_err());
    }
}
