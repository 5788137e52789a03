//! What `fetch` asks of its host, and what it makes of the answers.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails"
)]

mod common;

use std::collections::BTreeMap;

use common::{TestClock, finish_with, load_with, patient};
use hook_runtime::{
    Call, CallAnswer, CallKind, CallResult, HttpRequest, HttpResponse, Invocation, Needs, Step,
};
use lifecycle::answer::Answer;
use lifecycle::bundle::Limits;
use serde_json::{Value, json};

fn request(call: &Call) -> &HttpRequest {
    match &call.kind {
        CallKind::Http(request) => request,
        other => panic!("expected an HTTP request, got {other:?}"),
    }
}

fn header<'r>(request: &'r HttpRequest, name: &str) -> Option<&'r str> {
    let found = request.headers.iter().find(|(key, _)| key == name)?;
    Some(std::str::from_utf8(&found.1).unwrap())
}

fn respond(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> CallResult {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()));
    Ok(CallAnswer::Http(HttpResponse {
        status,
        headers: headers.collect(),
        body: body.into(),
    }))
}

/// Runs `body`, the text of an asynchronous function, over a network; what it returned, and what
/// was asked for.
fn run(
    body: &str,
    mut network: impl FnMut(&HttpRequest) -> CallResult,
) -> (Value, Vec<HttpRequest>) {
    let clock = TestClock::new();
    let source = format!(
        "module.exports = async (args, callback) => callback({{ given: await (async () => {{ {body} }})() }})"
    );
    let hook = load_with(&source, true, patient(), &clock).unwrap();
    let mut asked = Vec::new();
    let ended = finish_with(&hook, &json!({}), &clock, |call| {
        asked.push(request(call).clone());
        network(request(call))
    });
    match ended.result {
        Ok(Answer::Result(given)) => (given.json["given"].clone(), asked),
        other => panic!("{body}: expected a result, got {other:?}"),
    }
}

/// The same over a network of these answers, by method and URL.
fn run_with(body: &str, answers: &[(&str, CallResult)]) -> (Value, Vec<HttpRequest>) {
    let known: BTreeMap<_, _> = answers.iter().cloned().collect();
    run(body, |request| {
        let asked = format!("{} {}", request.method, request.url);
        let answer = known.get(asked.as_str()).cloned();
        answer.unwrap_or_else(|| panic!("nobody expects {asked}"))
    })
}

fn redirect(status: u16, location: &str) -> CallResult {
    respond(status, &[("location", location)], "moved")
}

/// The invocation's next needs.
fn needs(invocation: &mut Invocation) -> Needs {
    match invocation.resume() {
        Step::Needs(needs) => needs,
        Step::Done(finished) => panic!("it is done: {finished:?}"),
    }
}

#[test]
fn a_response_is_what_came() {
    let (given, asked) = run(
        "const r = await fetch('http://api.test/a?b#c');
         let changed = true;
         try { r.headers.set('a', 'b'); } catch (error) { changed = !(error instanceof TypeError); }
         return [r.status, r.statusText, r.ok, r.type, r.url, r.redirected, [...r.headers], r.headers.getSetCookie(), changed, await r.json()]",
        |_| {
            let headers = [
                ("content-type", "application/json"),
                ("set-cookie", "a=1"),
                ("set-cookie", "b=2"),
                ("x", "\u{fc}"),
            ];
            respond(404, &headers, r#"{"a":"ü"}"#)
        },
    );
    let headers = json!([
        ["content-type", "application/json"],
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
        // A byte string: UTF-8 comes as its bytes.
        ["x", "\u{c3}\u{bc}"]
    ]);
    let expected = json!([
        404,
        "Not Found",
        false,
        "basic",
        "http://api.test/a?b",
        false,
        headers,
        ["a=1", "b=2"],
        false,
        {"a": "ü"}
    ]);
    assert_eq!(given, expected);
    assert_eq!(asked[0].url, "http://api.test/a?b");
    assert_eq!(asked[0].method, "GET");
    assert_eq!(asked[0].body, None);
}

#[test]
fn headers_are_sent_as_given_with_defaults_beside_them() {
    let (_, asked) = run(
        "await fetch('http://api.test/');
         await fetch('http://api.test/', { headers: [['Accept', 'a'], ['X-A', '1'], ['x-a', ' ü '], ['User-Agent', 'me'],
           ['Cookie', 'c=d'], ['Authorization', 'Bearer x'], ['Accept-Encoding', 'zstd']] });
         await fetch('http://api.test/', { headers: { Host: 'evil.test', Connection: 'close', 'Content-Length': '99',
           'Transfer-Encoding': 'chunked', Upgrade: 'x', TE: 'trailers', Expect: '100-continue', 'Keep-Alive': '1' } });
         await fetch('http://api.test/', { headers: { Range: 'bytes=0-1' }, cache: 'no-store' });",
        |_| respond(200, &[], ""),
    );
    let sent = |index: usize| -> Vec<String> {
        let lines = asked[index].headers.iter().map(|(name, value)| {
            // Latin-1, as JavaScript shows it.
            let value: String = value.iter().map(|byte| char::from(*byte)).collect();
            format!("{name}: {value}")
        });
        lines.collect()
    };
    let defaults = [
        "accept: */*",
        "accept-language: *",
        "user-agent: lifecycle-hooks",
        "accept-encoding: gzip, deflate, br",
    ];
    assert_eq!(sent(0), defaults);
    assert_eq!(
        sent(1),
        [
            "accept: a",
            "x-a: 1",
            "x-a: ü",
            "user-agent: me",
            "cookie: c=d",
            "authorization: Bearer x",
            "accept-encoding: zstd",
            "accept-language: *",
        ]
    );
    // What the host says about the message and its connection, a script cannot say.
    assert_eq!(sent(2), defaults);
    for line in [
        "accept-encoding: identity",
        "pragma: no-cache",
        "cache-control: no-cache",
    ] {
        assert!(sent(3).iter().any(|sent| sent == line), "{line}");
    }
}

#[test]
fn bodies_of_every_kind_are_sent_whole() {
    let (_, asked) = run(
        "const send = (body, more) => fetch('http://api.test/', { method: 'POST', body, ...more });
         await send('ü');
         await send(JSON.stringify({ a: 1 }), { headers: { 'Content-Type': 'application/json' } });
         await send(new URLSearchParams({ a: 'b c' }));
         await send(new Uint8Array([0, 255]).subarray(1));
         await send(new Blob(['x'], { type: 'a/b' }));
         const form = new FormData(); form.append('f', new Blob(['y']), 'n'); await send(form);
         await send(new ReadableStream({ start(c) { c.enqueue(new Uint8Array([1])); c.enqueue(new Uint8Array([2])); c.close(); } }), { duplex: 'half' });
         await send('');
         await fetch('http://api.test/', { method: 'POST' });
         await fetch('http://api.test/', { method: 'DELETE' });
         await fetch(new Request('http://api.test/', { method: 'PUT', body: 'again' }));",
        |_| respond(200, &[], ""),
    );
    let sent: Vec<_> = asked
        .iter()
        .map(|request| {
            let header = |name| header(request, name);
            (
                request.body.as_deref(),
                header("content-type"),
                header("content-length"),
            )
        })
        .collect();
    let text = Some("text/plain;charset=UTF-8");
    assert_eq!(sent[0], (Some("ü".as_bytes()), text, Some("2")));
    assert_eq!(
        sent[1],
        (
            Some(&br#"{"a":1}"#[..]),
            Some("application/json"),
            Some("7")
        )
    );
    let form = Some("application/x-www-form-urlencoded;charset=UTF-8");
    assert_eq!(sent[2], (Some(&b"a=b+c"[..]), form, Some("5")));
    assert_eq!(sent[3], (Some(&[255][..]), None, Some("1")));
    assert_eq!(sent[4], (Some(&b"x"[..]), Some("a/b"), Some("1")));
    let boundary = sent[5]
        .1
        .unwrap()
        .strip_prefix("multipart/form-data; boundary=");
    let multipart = format!(
        "--{0}\r\nContent-Disposition: form-data; name=\"f\"; filename=\"n\"\r\n\
         Content-Type: application/octet-stream\r\n\r\ny\r\n--{0}--\r\n",
        boundary.unwrap()
    );
    assert_eq!(sent[5].0, Some(multipart.as_bytes()));
    assert_eq!(sent[6], (Some(&[1, 2][..]), None, Some("2")));
    assert_eq!(sent[7], (Some(&[][..]), text, Some("0")));
    assert_eq!(sent[8], (None, None, Some("0")));
    assert_eq!(sent[9], (None, None, None));
    assert_eq!(sent[10], (Some(&b"again"[..]), text, Some("5")));
}

#[test]
fn redirects_are_followed_hop_by_hop() {
    let (given, asked) = run_with(
        "const r = await fetch('http://a.test/1#f'); return [r.url, r.redirected, r.status, await r.text()]",
        &[
            ("GET http://a.test/1", redirect(301, "/2?x")),
            ("GET http://a.test/2?x", redirect(302, "3#other")),
            ("GET http://a.test/3", redirect(303, "//b.test/4")),
            ("GET http://b.test/4", redirect(307, "https://c.test/ü")),
            ("GET https://c.test/%C3%BC", redirect(308, "?")),
            ("GET https://c.test/%C3%BC?", respond(200, &[], "here")),
        ],
    );
    assert_eq!(given, json!(["https://c.test/%C3%BC?", true, 200, "here"]));
    assert_eq!(asked.len(), 6);
}

#[test]
fn methods_and_bodies_after_a_redirect_are_as_the_standard_says() {
    for (status, method, expected) in [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (301, "PUT", "PUT"),
        (302, "HEAD", "HEAD"),
        (302, "DELETE", "DELETE"),
        (307, "POST", "POST"),
        (308, "PATCH", "PATCH"),
    ] {
        let body = if method == "HEAD" { "null" } else { "'x'" };
        let source = format!(
            "await fetch('http://a.test/', {{ method: '{method}', body: {body}, headers: {{ 'Content-Language': 'de', 'X-A': '1' }} }})"
        );
        let mut hops = 0;
        let (_, asked) = run(&source, |_| {
            hops += 1;
            if hops == 1 {
                redirect(status, "/next")
            } else {
                respond(200, &[], "")
            }
        });
        assert_eq!(asked[1].method, expected, "{method} {status}");
        let is_changed = method != expected;
        let sent = (method != "HEAD").then_some(&b"x"[..]);
        assert_eq!(
            asked[1].body.as_deref(),
            sent.filter(|_| !is_changed),
            "{method} {status}"
        );
        assert_eq!(
            header(&asked[1], "content-type").is_none(),
            is_changed || method == "HEAD"
        );
        assert_eq!(header(&asked[1], "content-language").is_none(), is_changed);
        assert_eq!(header(&asked[1], "x-a"), Some("1"));
    }
}

#[test]
fn credentials_stay_with_the_origin_that_they_were_for() {
    let headers = "{ headers: { Authorization: 'a', Cookie: 'b', 'Proxy-Authorization': 'c', 'X-Key': 'd' } }";
    for (location, stays) in [
        ("/same", true),
        ("http://a.test:80/", true),
        ("http://b.test/", false),
        ("https://a.test/", false),
        ("http://a.test:81/", false),
    ] {
        let mut hops = 0;
        let (_, asked) = run(&format!("await fetch('http://a.test/', {headers})"), |_| {
            hops += 1;
            if hops == 1 {
                redirect(302, location)
            } else {
                respond(200, &[], "")
            }
        });
        for name in ["authorization", "cookie", "proxy-authorization"] {
            assert_eq!(
                header(&asked[1], name).is_some(),
                stays,
                "{name} to {location}"
            );
        }
        assert_eq!(header(&asked[1], "x-key"), Some("d"));
    }
}

#[test]
fn redirects_can_be_shown_or_refused() {
    let answers = [
        ("GET http://a.test/", redirect(302, "/next")),
        (
            "GET http://a.test/304",
            respond(304, &[("location", "/x")], ""),
        ),
        ("GET http://a.test/plain", respond(302, &[], "no location")),
    ];
    let (given, _) = run_with(
        "const r = await fetch('http://a.test/', { redirect: 'manual' });
         const plain = await fetch('http://a.test/plain');
         const unchanged = await fetch('http://a.test/304');
         const refused = await fetch('http://a.test/', { redirect: 'error' }).catch((error) => error);
         return [r.status, r.headers.get('location'), r.redirected, await r.text(), plain.status, unchanged.status, unchanged.body,
           refused instanceof TypeError, refused.cause.message]",
        &answers,
    );
    let expected = json!([
        302,
        "/next",
        false,
        "moved",
        302,
        304,
        null,
        true,
        "unexpected redirect"
    ]);
    assert_eq!(given, expected);
}

#[test]
fn redirects_that_lead_nowhere_are_network_errors() {
    for location in [
        "http://",
        "ftp://a.test/",
        "data:,x",
        "http://u:p@a.test/",
        "http://a.test:22/",
    ] {
        let (given, asked) = run(
            "try { await fetch('http://a.test/'); } catch (error) { return [error instanceof TypeError, error.message] }",
            |_| redirect(302, location),
        );
        assert_eq!(given, json!([true, "fetch failed"]), "{location}");
        assert_eq!(asked.len(), 1);
    }
    let (given, _) = run(
        "const body = new ReadableStream({ start(c) { c.close(); } });
         try { await fetch('http://a.test/', { method: 'POST', body, duplex: 'half' }); } catch (error) { return error.message }",
        |_| redirect(307, "/again"),
    );
    assert_eq!(given, json!("fetch failed"));
}

#[test]
fn there_are_twenty_redirects_at_most() {
    let clock = TestClock::new();
    let limits = Limits {
        fetches: 100,
        ..patient()
    };
    let source = "module.exports = async (args, callback) => {
        const r = await fetch(`http://a.test/${args.from}`).catch((error) => error);
        callback({ given: r.status ?? r.cause.message });
    }";
    let hook = load_with(source, true, limits, &clock).unwrap();
    for (from, expected) in [(20, json!(200)), (21, json!("redirect count exceeded"))] {
        let ended = finish_with(&hook, &json!({ "from": from }), &clock, |call| {
            let left: u32 = request(call)
                .url
                .rsplit('/')
                .next()
                .unwrap()
                .parse()
                .unwrap();
            match left {
                0 => respond(200, &[], ""),
                more => redirect(302, &format!("/{}", more - 1)),
            }
        });
        match ended.result {
            Ok(Answer::Result(given)) => assert_eq!(given.json["given"], expected),
            other => panic!("expected a result, got {other:?}"),
        }
    }
}

#[test]
fn calls_go_out_together_and_come_back_in_any_order() {
    let clock = TestClock::new();
    let source = "module.exports = async (args, callback) => {
        const order = [];
        await Promise.all(['a', 'b', 'c'].map(async (name) => { order.push(await (await fetch(`http://x.test/${name}`)).text()); }));
        callback({ order });
    }";
    let hook = load_with(source, true, patient(), &clock).unwrap();
    let mut invocation = hook.start(&json!({}));
    let calls = needs(&mut invocation).calls;
    assert_eq!(calls.len(), 3);
    for index in [2, 0] {
        let url = &request(&calls[index]).url;
        invocation.answer(calls[index].id, respond(200, &[], url.as_str()));
    }
    assert!(needs(&mut invocation).calls.is_empty());
    invocation.answer(calls[1].id, respond(200, &[], "last"));
    match invocation.resume() {
        Step::Done(finished) => match finished.result {
            Some(Ok(Answer::Result(given))) => {
                let order = json!(["http://x.test/c", "http://x.test/a", "last"]);
                assert_eq!(given.json["order"], order);
            }
            other => panic!("expected a result, got {other:?}"),
        },
        Step::Needs(needs) => panic!("it needs {needs:?}"),
    }
}

#[test]
fn an_aborted_call_is_cancelled() {
    let clock = TestClock::new();
    let source = "module.exports = async (args, callback) => {
        const controller = new AbortController();
        const aborted = fetch('http://x.test/a', { signal: controller.signal }).catch((error) => error.name);
        const late = fetch('http://x.test/b', { signal: AbortSignal.timeout(10) }).catch((error) => error.name);
        setTimeout(() => controller.abort(), 5);
        const never = new AbortController();
        const unsent = fetch('http://x.test/c', { signal: never.signal }).catch((error) => error.name);
        never.abort();
        callback({ names: [await aborted, await late, await unsent] });
    }";
    let hook = load_with(source, true, patient(), &clock).unwrap();
    let mut invocation = hook.start(&json!({}));
    let first = needs(&mut invocation);
    // The third was aborted before it was sent.
    assert_eq!(first.calls.len(), 2);
    let mut wake_at = first.wake_at;
    let mut cancelled = Vec::new();
    let ended = loop {
        clock.skip_to(wake_at);
        match invocation.resume() {
            Step::Done(finished) => break finished,
            Step::Needs(needs) => {
                // What comes too late is nobody's.
                for id in &needs.cancelled {
                    invocation.answer(*id, respond(200, &[], "late"));
                }
                cancelled.extend(needs.cancelled);
                wake_at = needs.wake_at;
            }
        }
    };
    // Whatever was still called when it was done, the host need not be told of.
    assert_eq!(cancelled, [first.calls[0].id]);
    match ended.result {
        Some(Ok(Answer::Result(given))) => {
            let names = json!(["AbortError", "TimeoutError", "AbortError"]);
            assert_eq!(given.json["names"], names);
        }
        other => panic!("expected a result, got {other:?}"),
    }
}

#[test]
fn a_failed_call_is_a_type_error_with_its_cause() {
    for (message, code) in [
        ("ECONNREFUSED: connect to x.test:80", json!("ECONNREFUSED")),
        (
            "UND_ERR_CONNECT_TIMEOUT: x.test",
            json!("UND_ERR_CONNECT_TIMEOUT"),
        ),
        ("x.test is not in the egress of this hook", Value::Null),
    ] {
        let (given, _) = run(
            "try { await fetch('http://x.test/'); } catch (error) {
               return [error instanceof TypeError, error.message, error.cause instanceof Error, error.cause.message, error.cause.code ?? null] }",
            |_| Err(message.to_owned()),
        );
        assert_eq!(given, json!([true, "fetch failed", true, message, code]));
    }
}

#[test]
fn encoded_responses_are_decoded() {
    let gzip = "H4sIAAAAAAACA8tIzcnJBwCGphA2BQAAAA==";
    let zlib = "eJzLSM3JyQcABiwCFQ==";
    let raw = "y0jNyckHAA==";
    let both = "H4sIAAAAAAAAA6uYc9rj7MmT7AxsOkyiAET+haoNAAAA";
    for (encoding, body, expected) in [
        ("gzip", gzip, "hello"),
        ("X-GZIP", gzip, "hello"),
        ("deflate", zlib, "hello"),
        ("deflate", raw, "hello"),
        ("br", "CwKAaGVsbG8D", "hello"),
        ("deflate, gzip", both, "hello"),
        ("identity", "aGVsbG8=", "hello"),
        ("gzip", "aGVsbG8=", "TypeError: terminated"),
        ("gzip", "", ""),
    ] {
        let body = from_base64(body);
        let (given, _) = run(
            "const r = await fetch('http://x.test/'); return [r.status, r.headers.has('content-encoding'), await r.text().catch(String)]",
            |_| respond(200, &[("content-encoding", encoding)], body.clone()),
        );
        assert_eq!(given, json!([200, true, expected]), "{encoding}");
    }
    // Nothing to decode where there is no body.
    let (given, _) = run(
        "const r = await fetch('http://x.test/', { method: 'HEAD' }); return [r.body, await r.text()]",
        |_| respond(200, &[("content-encoding", "gzip")], ""),
    );
    assert_eq!(given, json!([null, ""]));
}

fn from_base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = 0u32;
    let mut count = 0;
    let mut bytes = Vec::new();
    for digit in text.bytes().filter(|digit| *digit != b'=') {
        let value = DIGITS.iter().position(|known| *known == digit).unwrap();
        bits = (bits << 6) | u32::try_from(value).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap());
        }
    }
    bytes
}

#[test]
fn a_response_that_is_too_large_is_a_failed_call() {
    let limit = patient().response_bytes;
    for (size, is_fine) in [(limit, true), (limit + 1, false)] {
        let (given, _) = run(
            "return fetch('http://x.test/').then(async (r) => (await r.arrayBuffer()).byteLength, (error) => `${error.message}: ${error.cause.message}`)",
            |_| respond(200, &[], vec![b'x'; size]),
        );
        if is_fine {
            assert_eq!(given, json!(size));
        } else {
            let message = given.as_str().unwrap();
            assert!(message.starts_with("fetch failed: "), "{message}");
            assert!(message.contains("limit `response`"), "{message}");
        }
    }
}

#[test]
fn more_calls_than_are_allowed_fail_and_are_not_made() {
    let clock = TestClock::new();
    let limits = Limits {
        fetches: 3,
        ..patient()
    };
    let source = "module.exports = async (args, callback) => {
        const settled = await Promise.allSettled([1, 2, 3, 4, 5].map((n) => fetch(`http://x.test/${n}`)));
        callback({ settled: settled.map((one) => one.value?.status ?? one.reason.cause.message) });
    }";
    let hook = load_with(source, true, limits, &clock).unwrap();
    let mut made = 0;
    let ended = finish_with(&hook, &json!({}), &clock, |_| {
        made += 1;
        respond(200, &[], "")
    });
    assert_eq!(made, 3);
    match ended.result {
        Ok(Answer::Result(given)) => {
            let refused = "more than 3 calls (limit `fetches` of the hook)";
            let expected = json!([200, 200, 200, refused, refused]);
            assert_eq!(given.json["settled"], expected);
        }
        other => panic!("expected a result, got {other:?}"),
    }
}

#[test]
fn calls_go_on_after_the_answer() {
    let clock = TestClock::new();
    let source = "module.exports = (args, callback) => {
        fetch('http://x.test/first').then((r) => r.text()).then((text) => fetch(`http://x.test/${text}`)).then((r) => console.log(r.status));
        callback({ text: 'done' });
    }";
    let hook = load_with(source, true, patient(), &clock).unwrap();
    let mut invocation = hook.start(&json!({}));
    let first = needs(&mut invocation);
    assert!(matches!(first.answer, Some(Ok(Answer::Result(_)))));
    assert_eq!(request(&first.calls[0]).url, "http://x.test/first");
    invocation.answer(first.calls[0].id, respond(200, &[], "second"));
    let second = needs(&mut invocation);
    assert_eq!(request(&second.calls[0]).url, "http://x.test/second");
    invocation.answer(second.calls[0].id, respond(204, &[], ""));
    match invocation.resume() {
        Step::Done(finished) => {
            assert!(finished.result.is_none());
            assert_eq!(finished.console[0].text, "204");
        }
        Step::Needs(needs) => panic!("it needs {needs:?}"),
    }
}

#[test]
fn a_timeout_that_was_not_needed_ends_with_its_fetch() {
    let clock = TestClock::new();
    let source = "module.exports = async () => { await (await fetch('http://x.test/', { signal: AbortSignal.timeout(30_000) })).text(); }";
    let hook = load_with(source, false, patient(), &clock).unwrap();
    let mut invocation = hook.start(&json!({}));
    let call = needs(&mut invocation).calls[0].id;
    invocation.answer(call, respond(200, &[], "x"));
    assert!(matches!(invocation.resume(), Step::Done(_)));
}

#[test]
fn nothing_of_a_fetch_is_left_for_the_next_invocation() {
    let clock = TestClock::new();
    let source = "let kept; module.exports = async (args, callback) => {
        const before = kept?.url ?? null;
        kept = await fetch('http://x.test/');
        callback({ before, text: await kept.text() });
    }";
    let hook = load_with(source, true, patient(), &clock).unwrap();
    for _ in 0..3 {
        let ended = finish_with(&hook, &json!({}), &clock, |_| respond(200, &[], "fine"));
        match ended.result {
            Ok(Answer::Result(given)) => {
                assert_eq!(given.json, json!({"before": null, "text": "fine"}));
            }
            other => panic!("expected a result, got {other:?}"),
        }
    }
}
