//! The hosts of special URLs: "host parser" and "domain to ASCII" (URL Standard sections 3.5 and 3.3).

use percent_encoding::percent_decode_str;
use url::Host;

/// The host that `input` is, serialized.
///
/// Domains that are ASCII already cannot fail as internationalized names: they are taken as they are,
/// in lower case, whether or not what their `xn--` labels stand for is valid. The crate `url` checks
/// these labels, so it is shown others in their place.
pub fn special(input: &str) -> Option<String> {
    let decoded = percent_decode_str(input).decode_utf8_lossy();
    if !decoded.is_ascii() {
        return Some(Host::parse(input).ok()?.to_string());
    }
    let domain = decoded.to_ascii_lowercase();
    let labels: Vec<&str> = domain.split('.').collect();
    if domain.contains('%') || !labels.iter().any(|label| label.starts_with("xn--")) {
        return Some(Host::parse(input).ok()?.to_string());
    }
    let plain = labels.iter().map(|label| match label.strip_prefix("xn--") {
        Some(rest) => format!("x{rest}"),
        None => (*label).to_owned(),
    });
    let plain = plain.collect::<Vec<_>>().join(".");
    matches!(Host::parse(&plain), Ok(Host::Domain(_))).then_some(domain)
}
