//! Comparing what the two hosts showed of a case. They must show the same, but for what these
//! rules name: what a host adds of its own, and what is drawn or measured anew each time.

use std::sync::OnceLock;

use regex_lite::Regex;

use crate::case::{Case, Client};
use crate::headers::Headers;
use crate::observed::{Callout, ENVOY_ITSELF, LogLine, Observed, PlatformSaw, Received};

/// Headers that the host writes, not the filter, and why they differ.
const OF_THE_HOST: &[(&str, &str)] = &[
    ("date", "the time of the answer"),
    ("server", "Envoy names itself, our host does not"),
    ("x-request-id", "drawn for every request"),
    (
        "x-forwarded-for",
        "with the client's port range and proxies, as Envoy is told",
    ),
    ("x-forwarded-proto", "added by the connection manager"),
    (
        "x-envoy-external-address",
        "added by the connection manager",
    ),
    ("x-envoy-internal", "added by the connection manager"),
    ("x-envoy-expected-rq-timeout-ms", "added by the router"),
    ("x-envoy-upstream-service-time", "added by the router"),
    ("x-envoy-decorator-operation", "added by the router"),
    (
        "transfer-encoding",
        "framing of the connection; content-length is compared",
    ),
    ("connection", "framing of the connection"),
];

/// Texts that are drawn or measured anew each time: what replaces them, and how they look.
const OF_THE_MOMENT: &[(&str, &str)] = &[
    // The claims are compared; that the signature is good is for the case to check.
    (
        "$1.<signature>",
        r"(eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*)\.[A-Za-z0-9_-]+",
    ),
    (
        "<uuid>",
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    ),
    ("<time>", r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z"),
    ("<duration>", r"[0-9]+(\.[0-9]+)? ?(ms|µs|s)\b"),
];

/// In what the hosts differ, for a reader.
pub fn differences(case: &Case, ours: &Observed, envoys: &Observed) -> Vec<String> {
    let mut found = Vec::new();
    if ours.refused || envoys.refused {
        // Why is expected by the case; Envoy adds lines of its own, and may load more than once.
        return found;
    }
    let mut compare = |what: String, ours: Vec<String>, envoys: Vec<String>| {
        let lines = ours.len().max(envoys.len());
        let differs = (0..lines).find(|line| ours.get(*line) != envoys.get(*line));
        if let Some(line) = differs {
            let shown = |lines: &[String]| {
                lines
                    .get(line)
                    .map_or("nothing".to_owned(), |text| shorten(text))
            };
            found.push(format!(
                "{what}:\n    our host: {}\n    Envoy:    {}",
                shown(&ours),
                shown(&envoys)
            ));
        }
    };
    for (number, (ours, envoys)) in ours.exchanges.iter().zip(&envoys.exchanges).enumerate() {
        if case.exchanges[number].client == Client::Patient {
            compare(
                format!("what client {number} got"),
                received(&ours.client),
                received(&envoys.client),
            );
        }
        compare(
            format!("what the platform got in exchange {number}"),
            platform_saw(ours.platform.as_ref()),
            platform_saw(envoys.platform.as_ref()),
        );
        compare(
            format!("the place of exchange {number}'s end"),
            vec![ours.ended.to_string()],
            vec![envoys.ended.to_string()],
        );
    }
    compare(
        "the callouts".to_owned(),
        callouts(&ours.callouts),
        callouts(&envoys.callouts),
    );
    compare("the counters".to_owned(), counters(ours), counters(envoys));
    compare("the log".to_owned(), log(ours), log(envoys));
    found
}

fn received(received: &Received) -> Vec<String> {
    let mut lines = vec![
        format!("status {}", received.status),
        format!("ended {:?}", received.end),
    ];
    lines.extend(headers(&received.headers));
    lines.push(format!("body {}", of_any_moment(&received.body)));
    lines.extend(headers(&received.trailers));
    lines
}

fn platform_saw(saw: Option<&PlatformSaw>) -> Vec<String> {
    let Some(saw) = saw else { return Vec::new() };
    let mut lines = vec![format!("{} {}", saw.method, saw.path)];
    lines.extend(headers(&saw.headers));
    lines.push(format!("body {}", of_any_moment(&saw.body)));
    lines.extend(headers(&saw.trailers));
    lines
}

fn callouts(callouts: &[Callout]) -> Vec<String> {
    let line = |callout: &Callout| {
        let headers = headers(&callout.headers).join(", ");
        format!(
            "{} {} {headers} {}",
            callout.method,
            callout.path,
            of_any_moment(&callout.body)
        )
    };
    callouts.iter().map(line).collect()
}

fn counters(seen: &Observed) -> Vec<String> {
    seen.counters
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect()
}

/// In order of the text: the order of lines from different exchanges is the hosts' own. Lines of
/// loading are no part of it, since every worker of Envoy loads for itself, at the latest with the
/// first exchange; nor are lines of Envoy itself.
fn log(seen: &Observed) -> Vec<String> {
    let of_the_case = seen
        .log
        .iter()
        .filter(|line| !line.text.starts_with(ENVOY_ITSELF) && !seen.load_log.contains(line));
    let text = |line: &LogLine| format!("{}: {}", line.level, of_any_moment(line.text.as_bytes()));
    let mut lines: Vec<_> = of_the_case.map(text).collect();
    lines.sort();
    lines
}

/// In order of the names: hosts may insert theirs anywhere, and the order of fields with different
/// names means nothing (RFC 9110 section 5.3).
fn headers(headers: &Headers) -> Vec<String> {
    let kept = headers
        .0
        .iter()
        .filter(|(name, _)| OF_THE_HOST.iter().all(|(host, _)| host != name));
    let mut lines: Vec<_> = kept
        .map(|(name, value)| (name, of_any_moment(value)))
        .collect();
    lines.sort_by_key(|(name, _)| (*name).clone());
    lines
        .into_iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect()
}

fn of_any_moment(bytes: &[u8]) -> String {
    static RULES: OnceLock<Vec<(&str, Regex)>> = OnceLock::new();
    let rules = RULES.get_or_init(|| {
        let compile = |(with, pattern): &(&'static str, &str)| {
            (*with, Regex::new(pattern).expect("a valid pattern"))
        };
        OF_THE_MOMENT.iter().map(compile).collect()
    });
    let text = bytes.escape_ascii().to_string();
    rules.iter().fold(text, |text, (with, pattern)| {
        pattern.replace_all(&text, *with).into_owned()
    })
}

fn shorten(text: &str) -> String {
    const SHOWN: usize = 2_000;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}
