//! One spelling for a request path, so that nobody passes a hook by spelling it otherwise.
//!
//! Platforms read `/oauth//token`, `/oauth/%74oken`, `/oauth/./token`, `/oauth/token/` and
//! `/OAuth/Token` more or less kindly. What is forwarded stays as the client wrote it; only
//! recognition uses this form. Recognising too much is harmless: an event needs the platform's
//! own answer to be true.

use percent_encoding::percent_decode_str;

/// The path of `target` (RFC 9112 section 3.2, origin form) in the one spelling: query and path
/// parameters cut, percent-decoded, `.` and `..` resolved (RFC 3986 section 5.2.4), backslashes
/// and empty segments as browsers and servers merge them, no trailing slash, ASCII lower case.
pub fn normalise(target: &str) -> String {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let mut segments: Vec<&str> = Vec::new();
    for segment in decoded.split(['/', '\\']) {
        match segment.split(';').next().unwrap_or_default() {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            name => segments.push(name),
        }
    }
    let mut normal = String::with_capacity(path.len());
    for segment in segments {
        normal.push('/');
        normal.push_str(segment);
    }
    normal.make_ascii_lowercase();
    normal
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn every_spelling_of_a_path_is_one() {
        let spellings = [
            "/oauth/token",
            "/oauth/token?x=/y",
            "/oauth//token",
            "/oauth/%74oken",
            "/OAuth/Token/",
            "/oauth/./token",
            "/oauth/x/../token",
            "/oauth/x/%2e%2e/token",
            "/oauth\\token",
            "/oauth/token;jsessionid=1",
            "/oauth%2Ftoken",
        ];
        for spelling in spellings {
            assert_eq!(normalise(spelling), "/oauth/token", "{spelling}");
        }
    }

    #[test]
    fn other_paths_stay_other() {
        for other in [
            "/oauth/tokens",
            "/oauth",
            "/",
            "",
            "/token/oauth",
            "/oauth/token/x",
        ] {
            assert_ne!(normalise(other), "/oauth/token", "{other}");
        }
    }

    #[test]
    fn bytes_that_are_no_utf8_are_no_trap() {
        assert_eq!(normalise("/a%ff%fe/b"), "/a\u{fffd}\u{fffd}/b");
    }
}
