//! What is remembered of answers to hooks' calls: kept ones (`cache: true`, RFC 9111 as a private
//! cache), and calls under way that identical ones join (`coalesce: true`).
//!
//! Nothing here calls anybody: [`EgressCache::lookup`] says what to do about a call,
//! [`EgressCache::settle`] takes what came of it and names those who get the same.
//!
//! Calls are the same only when all of their headers are, but those that tell one request from
//! another in traces: what one customer's token fetched is never another's answer. That is stricter
//! than `Vary` asks.

use std::collections::HashMap;
use std::time::SystemTime;

use http::header::{HeaderName, HeaderValue};
use http_cache_semantics::{AfterResponse, BeforeRequest, CacheOptions, CachePolicy};

use crate::bundle::EgressHost;

/// Answers kept at most, whatever their size.
const MOST_ENTRIES: usize = 1_024;
/// Differ from call to call and mean nothing to the answer.
const TRACING: &[&str] = &["traceparent", "tracestate", "baggage"];
/// With these the script does its own caching, or wants a part only.
const OWN_TERMS: &[&str] = &[
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "if-range",
    "range",
];

/// A header's name in lower case, and its value.
pub type Header = (String, Vec<u8>);

/// A call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// As it is sent.
    pub method: String,
    /// The absolute URL.
    pub url: String,
    /// As the script gave them.
    pub headers: Vec<Header>,
    /// Whether it has a body.
    pub has_body: bool,
}

/// Its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<Header>,
    /// The whole body.
    pub body: Vec<u8>,
}

/// What to do about a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Nothing: here is its answer.
    Hit(Response),
    /// Wait: an identical one is under way, and its [`Settled::shared`] will name this one.
    Join,
    /// Make it, with these headers added, which ask whether the kept answer still holds.
    /// [`EgressCache::settle`] takes what comes.
    Go(Vec<Header>),
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// For the call itself: a kept answer, where the host says that it still holds.
    pub outcome: Result<Response, String>,
    /// The calls that joined it, for which it is the answer too.
    pub shared: Vec<u64>,
}

/// Kept answers and calls under way, of one process or one worker.
#[derive(Debug)]
pub struct EgressCache {
    most_bytes: usize,
    bytes: usize,
    /// Counts uses, to tell which answer was not used for longest.
    uses: u64,
    kept: HashMap<Key, Kept>,
    under_way: HashMap<u64, UnderWay>,
    /// The calls that others can join.
    leaders: HashMap<Key, u64>,
    /// Whom those follow that have joined.
    followers: HashMap<u64, u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    method: String,
    url: String,
    headers: Vec<Header>,
}

#[derive(Debug)]
struct Kept {
    policy: CachePolicy,
    response: Response,
    used: u64,
}

#[derive(Debug)]
struct UnderWay {
    key: Key,
    /// Whether its answer is to be kept, if it allows that.
    keep: bool,
    /// Whether it changes what its URL stands for, so that kept answers go (RFC 9111 section 4.4).
    changes: bool,
    followers: Vec<u64>,
    /// Whether whoever asked first waits no longer.
    left: bool,
}

impl EgressCache {
    /// One that keeps up to so many bytes.
    pub fn new(most_bytes: usize) -> Self {
        EgressCache {
            most_bytes,
            bytes: 0,
            uses: 0,
            kept: HashMap::new(),
            under_way: HashMap::new(),
            leaders: HashMap::new(),
            followers: HashMap::new(),
        }
    }

    /// What to do about `request` to the host of `entry`; `id` names it from now on, unique among
    /// all calls.
    pub fn lookup(
        &mut self,
        now: SystemTime,
        id: u64,
        entry: &EgressHost,
        request: &Request,
    ) -> Lookup {
        if !entry.cache && !entry.coalesce {
            return Lookup::Go(Vec::new());
        }
        let reads = matches!(request.method.as_str(), "GET" | "HEAD");
        let changes = !reads && !matches!(request.method.as_str(), "OPTIONS" | "TRACE");
        let on_own_terms = request.has_body
            || request
                .headers
                .iter()
                .any(|(name, _)| OWN_TERMS.contains(&name.as_str()));
        let key = Key::of(request);
        let mut added = Vec::new();
        let ours = if reads {
            !on_own_terms
        } else {
            changes && entry.cache
        };
        if !ours {
            return Lookup::Go(added);
        }
        if reads && entry.cache {
            match self.fresh(now, &key) {
                Some(Ok(response)) => return Lookup::Hit(response),
                Some(Err(conditions)) => added = conditions,
                None => {}
            }
        }
        if reads && entry.coalesce {
            if let Some(leader) = self.leaders.get(&key)
                && let Some(under_way) = self.under_way.get_mut(leader)
            {
                under_way.followers.push(id);
                self.followers.insert(id, *leader);
                return Lookup::Join;
            }
            self.leaders.insert(key.clone(), id);
        }
        let under_way = UnderWay {
            key,
            keep: reads && entry.cache,
            changes,
            followers: Vec::new(),
            left: false,
        };
        self.under_way.insert(id, under_way);
        Lookup::Go(added)
    }

    /// Takes what came of the call `id`.
    pub fn settle(
        &mut self,
        now: SystemTime,
        id: u64,
        outcome: Result<Response, String>,
    ) -> Settled {
        let Some(under_way) = self.under_way.remove(&id) else {
            let shared = Vec::new();
            return Settled { outcome, shared };
        };
        let UnderWay {
            key,
            keep,
            changes,
            followers: shared,
            ..
        } = under_way;
        if self.leaders.get(&key) == Some(&id) {
            self.leaders.remove(&key);
        }
        for follower in &shared {
            self.followers.remove(follower);
        }
        let outcome = match outcome {
            Ok(response) if keep => Ok(self.keep(now, key, response)),
            Ok(response) => {
                if changes && response.status < 400 {
                    self.forget(&key.url);
                }
                Ok(response)
            }
            Err(error) => Err(error),
        };
        Settled { outcome, shared }
    }

    /// Nobody waits for the call `id` any more. Gives the call that can be cancelled, if any: not
    /// one that others have joined.
    pub fn leave(&mut self, id: u64) -> Option<u64> {
        let leader = self.followers.remove(&id).unwrap_or(id);
        let Some(under_way) = self.under_way.get_mut(&leader) else {
            return (leader == id).then_some(id);
        };
        if leader == id {
            under_way.left = true;
        } else {
            under_way.followers.retain(|follower| *follower != id);
        }
        if !under_way.left || !under_way.followers.is_empty() {
            return None;
        }
        let key = under_way.key.clone();
        self.under_way.remove(&leader);
        if self.leaders.get(&key) == Some(&leader) {
            self.leaders.remove(&key);
        }
        Some(leader)
    }

    /// A kept answer, or the headers that ask whether it still holds.
    fn fresh(&mut self, now: SystemTime, key: &Key) -> Option<Result<Response, Vec<Header>>> {
        let kept = self.kept.get_mut(key)?;
        let request = key.request()?;
        match kept.policy.before_request(&request, now) {
            BeforeRequest::Fresh(parts) => {
                self.uses += 1;
                kept.used = self.uses;
                Some(Ok(Response {
                    status: parts.status.as_u16(),
                    headers: headers_of(&parts.headers),
                    body: kept.response.body.clone(),
                }))
            }
            BeforeRequest::Stale { request, matches } if matches => {
                let conditions = headers_of(&request.headers);
                let conditions = conditions
                    .into_iter()
                    .filter(|(name, _)| OWN_TERMS.contains(&name.as_str()));
                Some(Err(conditions.collect()))
            }
            BeforeRequest::Stale { .. } => None,
        }
    }

    /// Keeps an answer, if it may be, and gives the one for who asked.
    fn keep(&mut self, now: SystemTime, key: Key, response: Response) -> Response {
        let (Some(request), Some(parts)) = (key.request(), response_parts(&response)) else {
            return response;
        };
        let old = self.kept.remove(&key);
        if let Some(old) = &old {
            self.bytes = self.bytes.saturating_sub(size(&key, &old.response));
        }
        let (policy, response) = match old {
            Some(old) if response.status == 304 => {
                match old.policy.after_response(&request, &parts, now) {
                    AfterResponse::NotModified(policy, parts) => {
                        let response = Response {
                            status: parts.status.as_u16(),
                            headers: headers_of(&parts.headers),
                            body: old.response.body,
                        };
                        (policy, response)
                    }
                    AfterResponse::Modified(..) => return response,
                }
            }
            _ => {
                let options = CacheOptions {
                    shared: false,
                    // Only what the host says itself.
                    cache_heuristic: 0.0,
                    ..CacheOptions::default()
                };
                let policy = CachePolicy::new_options(&request, &parts, now, options);
                (policy, response)
            }
        };
        let can_be_used = policy.is_storable()
            && (!policy.is_stale(now) || response.headers.iter().any(|(name, _)| name == "etag"));
        let added = size(&key, &response);
        if can_be_used && added <= self.most_bytes / 4 {
            self.uses += 1;
            self.bytes += added;
            let kept = Kept {
                policy,
                response: response.clone(),
                used: self.uses,
            };
            self.kept.insert(key, kept);
            self.make_room();
        }
        response
    }

    fn make_room(&mut self) {
        while self.bytes > self.most_bytes || self.kept.len() > MOST_ENTRIES {
            let oldest = self.kept.iter().min_by_key(|(_, kept)| kept.used);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else {
                return;
            };
            self.remove(&oldest);
        }
    }

    fn forget(&mut self, url: &str) {
        let keys: Vec<Key> = self
            .kept
            .keys()
            .filter(|key| key.url == url)
            .cloned()
            .collect();
        keys.iter().for_each(|key| self.remove(key));
    }

    fn remove(&mut self, key: &Key) {
        if let Some(kept) = self.kept.remove(key) {
            self.bytes = self.bytes.saturating_sub(size(key, &kept.response));
        }
    }
}

impl Key {
    fn of(request: &Request) -> Self {
        let mut headers = request.headers.clone();
        headers.retain(|(name, _)| !TRACING.contains(&name.as_str()));
        headers.sort();
        let url = request.url.split('#').next().unwrap_or_default();
        Key {
            method: request.method.clone(),
            url: url.to_owned(),
            headers,
        }
    }

    /// As the crate of RFC 9111 takes it; `None` where it is no HTTP.
    fn request(&self) -> Option<http::request::Parts> {
        let mut request = http::Request::builder()
            .method(self.method.as_str())
            .uri(self.url.as_str())
            .body(())
            .ok()?;
        append(request.headers_mut(), &self.headers)?;
        Some(request.into_parts().0)
    }
}

fn response_parts(response: &Response) -> Option<http::response::Parts> {
    let mut parts = http::Response::builder()
        .status(response.status)
        .body(())
        .ok()?;
    append(parts.headers_mut(), &response.headers)?;
    Some(parts.into_parts().0)
}

fn append(map: &mut http::HeaderMap, headers: &[Header]) -> Option<()> {
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        map.append(name, HeaderValue::from_bytes(value).ok()?);
    }
    Some(())
}

fn headers_of(map: &http::HeaderMap) -> Vec<Header> {
    map.iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
        .collect()
}

/// What it takes in memory, nearly.
fn size(key: &Key, response: &Response) -> usize {
    let headers = |headers: &[Header]| -> usize {
        headers
            .iter()
            .map(|(name, value)| name.len() + value.len() + 64)
            .sum()
    };
    // The policy has the headers too.
    key.url.len() + 2 * headers(&key.headers) + 2 * headers(&response.headers) + response.body.len()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn now(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + seconds)
    }

    fn entry(cache: bool, coalesce: bool) -> EgressHost {
        EgressHost {
            cache,
            coalesce,
            ..EgressHost::default()
        }
    }

    fn get(url: &str) -> Request {
        Request {
            method: "GET".into(),
            url: url.into(),
            ..Request::default()
        }
    }

    fn with(mut request: Request, name: &str, value: &str) -> Request {
        request.headers.push((name.into(), value.into()));
        request
    }

    fn response(body: &str, headers: &[(&str, &str)]) -> Response {
        Response {
            status: 200,
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()))
                .collect(),
            body: body.into(),
        }
    }

    fn body(lookup: &Lookup) -> Option<&str> {
        match lookup {
            Lookup::Hit(response) => std::str::from_utf8(&response.body).ok(),
            _ => None,
        }
    }

    const URL: &str = "https://crm.example.com/a";

    /// A cache to which `request` brought `answer` at 0.
    fn kept(request: &Request, answer: Response) -> EgressCache {
        let mut cache = EgressCache::new(1 << 20);
        let terms = entry(true, false);
        assert_eq!(cache.lookup(now(0), 1, &terms, request), Lookup::Go(vec![]));
        cache.settle(now(0), 1, Ok(answer));
        cache
    }

    #[test]
    fn an_answer_is_used_as_long_as_it_says() {
        let mut cache = kept(&get(URL), response("x", &[("cache-control", "max-age=60")]));
        let terms = entry(true, false);
        let hit = cache.lookup(now(59), 2, &terms, &get(URL));
        assert_eq!(body(&hit), Some("x"));
        let Lookup::Hit(response) = hit else { panic!() };
        assert!(response.headers.contains(&("age".into(), b"59".to_vec())));
        assert_eq!(
            cache.lookup(now(61), 3, &terms, &get(URL)),
            Lookup::Go(vec![])
        );
        // Another host's terms, without `cache`.
        assert_eq!(
            cache.lookup(now(1), 4, &entry(false, false), &get(URL)),
            Lookup::Go(vec![])
        );
    }

    #[test]
    fn what_may_not_be_kept_is_not() {
        let mut post = get(URL);
        post.method = "POST".into();
        for (request, answer) in [
            (get(URL), response("x", &[("cache-control", "no-store")])),
            (get(URL), response("x", &[])),
            (
                get(URL),
                response("x", &[("last-modified", "Mon, 01 Jan 2001 00:00:00 GMT")]),
            ),
            (post, response("x", &[("cache-control", "max-age=60")])),
            (
                with(get(URL), "cache-control", "no-store"),
                response("x", &[("cache-control", "max-age=60")]),
            ),
            (
                with(get(URL), "range", "bytes=0-1"),
                response("x", &[("cache-control", "max-age=60")]),
            ),
        ] {
            let mut cache = kept(&request, answer);
            let again = cache.lookup(now(1), 2, &entry(true, false), &request);
            assert_eq!(again, Lookup::Go(vec![]), "{request:?}");
        }
    }

    #[test]
    fn one_customers_answer_is_nobody_elses() {
        let anne = with(get(URL), "authorization", "Bearer anne");
        let mut cache = kept(&anne, response("anne", &[("cache-control", "max-age=60")]));
        let terms = entry(true, false);
        let bob = with(get(URL), "authorization", "Bearer bob");
        assert_eq!(cache.lookup(now(1), 2, &terms, &bob), Lookup::Go(vec![]));
        let traced = with(anne, "traceparent", "00-1-2-01");
        assert_eq!(
            body(&cache.lookup(now(1), 3, &terms, &traced)),
            Some("anne")
        );
    }

    #[test]
    fn a_stale_answer_is_asked_about() {
        let answer = response("x", &[("cache-control", "max-age=1"), ("etag", "\"1\"")]);
        let mut cache = kept(&get(URL), answer);
        let terms = entry(true, false);
        let asked = vec![("if-none-match".to_owned(), b"\"1\"".to_vec())];
        assert_eq!(
            cache.lookup(now(9), 2, &terms, &get(URL)),
            Lookup::Go(asked)
        );
        let mut not_modified = response("", &[("etag", "\"1\""), ("cache-control", "max-age=5")]);
        not_modified.status = 304;
        let settled = cache.settle(now(9), 2, Ok(not_modified)).outcome.unwrap();
        assert_eq!(
            (settled.status, settled.body.as_slice()),
            (200, b"x".as_slice())
        );
        assert_eq!(
            body(&cache.lookup(now(12), 3, &terms, &get(URL))),
            Some("x")
        );
    }

    #[test]
    fn a_change_makes_it_forget() {
        let mut cache = kept(&get(URL), response("x", &[("cache-control", "max-age=60")]));
        let terms = entry(true, false);
        let mut put = get(URL);
        put.method = "PUT".into();
        put.has_body = true;
        assert_eq!(cache.lookup(now(1), 2, &terms, &put), Lookup::Go(vec![]));
        cache.settle(now(1), 2, Ok(response("", &[])));
        assert_eq!(
            cache.lookup(now(2), 3, &terms, &get(URL)),
            Lookup::Go(vec![])
        );
    }

    #[test]
    fn it_is_bounded() {
        let mut cache = EgressCache::new(40_000);
        let terms = entry(true, false);
        for id in 0..20 {
            let request = get(&format!("{URL}{id}"));
            cache.lookup(now(0), id, &terms, &request);
            let answer = response(&"x".repeat(4_000), &[("cache-control", "max-age=60")]);
            cache.settle(now(0), id, Ok(answer));
        }
        assert!(
            cache.bytes <= 40_000 && cache.kept.len() < 20,
            "{}",
            cache.bytes
        );
        let newest = cache.lookup(now(0), 99, &terms, &get(&format!("{URL}19")));
        assert!(body(&newest).is_some());
    }

    #[test]
    fn identical_calls_share_one_answer() {
        let mut cache = EgressCache::new(1 << 20);
        let terms = entry(false, true);
        assert_eq!(
            cache.lookup(now(0), 1, &terms, &get(URL)),
            Lookup::Go(vec![])
        );
        assert_eq!(cache.lookup(now(0), 2, &terms, &get(URL)), Lookup::Join);
        assert_eq!(cache.lookup(now(0), 3, &terms, &get(URL)), Lookup::Join);
        assert_eq!(
            cache.lookup(now(0), 4, &terms, &get("https://x/")),
            Lookup::Go(vec![])
        );
        assert_eq!(cache.leave(2), None);
        let settled = cache.settle(now(1), 1, Err("ECONNRESET: gone".into()));
        assert_eq!(settled.shared, [3]);
        // The next one is a call of its own.
        assert_eq!(
            cache.lookup(now(1), 5, &terms, &get(URL)),
            Lookup::Go(vec![])
        );
    }

    #[test]
    fn a_call_is_cancelled_when_the_last_who_waits_leaves() {
        let mut cache = EgressCache::new(1 << 20);
        let terms = entry(false, true);
        cache.lookup(now(0), 1, &terms, &get(URL));
        cache.lookup(now(0), 2, &terms, &get(URL));
        assert_eq!(cache.leave(1), None);
        assert_eq!(cache.leave(2), Some(1));
        assert_eq!(
            cache.leave(7),
            Some(7),
            "one it does not know has nobody else"
        );
        assert_eq!(
            cache.lookup(now(0), 3, &terms, &get(URL)),
            Lookup::Go(vec![])
        );
    }
}
