//! What is no lifecycle event passes as if Envoy were not there, and no spelling of a lifecycle
//! path passes the filter. With the real Envoy.

// Helpers beside the test functions fail as those do (clippy.toml).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

mod common;

use std::io::{Read, Write};

use common::{Platform, Project, signing_key};

/// No hook, so nothing may be touched.
const NO_HOOKS: &[(&str, &str)] = &[("hooks.yaml", "platform: oidc\n")];

/// Headers that belong to one connection (RFC 9110 section 7.6.1), and the empty line.
fn end_to_end(head: &str) -> Vec<&str> {
    let of_connection = ["connection", "transfer-encoding", "keep-alive"];
    head.lines()
        .filter(|line| {
            !of_connection.contains(&line.split(':').next().unwrap().to_lowercase().as_str())
        })
        .filter(|line| !line.is_empty())
        .collect()
}

fn split(answer: &[u8]) -> (String, Vec<u8>) {
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap()
        + 4;
    (
        String::from_utf8(answer[..end].to_vec()).unwrap(),
        answer[end..].to_vec(),
    )
}

#[test]
fn an_answer_comes_through_as_the_platform_sent_it() {
    let head = "HTTP/1.1 226 Quite So\r\n\
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n\
                Server: Platform/1.0 (old)\r\n\
                Set-Cookie: a=1; Path=/\r\n\
                X-oDd_Name: 1\r\n\
                Set-Cookie: b=\"2\"; HttpOnly\r\n\
                X-Request-Id: theirs\r\n\
                x-powered-by: caf\\\r\n\
                Content-Length: 260\r\n\
                Vary: Accept,Cookie\r\n\r\n";
    let body: Vec<u8> = (0..=255).chain([0, 255, 13, 10]).collect();
    let answer = [head.as_bytes(), &body].concat();
    let sent = answer.clone();
    let platform = Platform::serve(move |_| sent.clone());
    let up = Project::new(NO_HOOKS).up(&platform);

    let request = b"GET / HTTP/1.1\r\nHost: id.test\r\nConnection: close\r\n\r\n";
    let (found_head, found_body) = split(&up.send(request));
    assert_eq!(end_to_end(&found_head), end_to_end(head));
    assert_eq!(found_body, body);
}

#[test]
fn a_request_reaches_the_platform_as_the_client_wrote_it() {
    let platform = Platform::serve(|_| b"HTTP/1.1 204 No Content\r\n\r\n".to_vec());
    let up = Project::new(NO_HOOKS).up(&platform);
    let target = "/a//b/../%2e%2E/c\\d;p=1/?q=%41&&r=//";
    let request = format!(
        "PATCH {target} HTTP/1.1\r\nHost: Id.Test:8080\r\nX-fOO_bar: 1\r\nCookie: a=1; b=2\r\n\
         Authorization: Basic YTpi\r\nx-request-id: mine\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let answer = up.send(request.as_bytes());
    assert!(
        answer.starts_with(b"HTTP/1.1 204 No Content\r\n"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    let heads = platform.heads();
    let (added, kept): (Vec<_>, Vec<_>) = end_to_end(&heads[0])
        .into_iter()
        .partition(|line| line.starts_with("x-forwarded-"));
    assert_eq!(kept, end_to_end(&request));
    assert_eq!(
        added.len(),
        2,
        "X-Forwarded-For and -Proto, as every proxy adds them: {added:?}"
    );
}

#[test]
fn chunks_trailers_and_old_clients_pass() {
    let platform = Platform::serve(|_| {
        b"HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n\
          3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n"
            .to_vec()
    });
    let up = Project::new(NO_HOOKS).up(&platform);
    let answer = up.get("/");
    // Envoy keeps the case of headers but not of trailers, which nobody may depend on.
    assert!(
        answer.to_lowercase().contains("\r\nx-sum: 5\r\n"),
        "{answer}"
    );
    let old = String::from_utf8(up.send(b"GET / HTTP/1.0\r\nHost: id.test\r\n\r\n")).unwrap();
    assert!(
        old.starts_with("HTTP/1.") && old.contains(" 200 OK\r\n"),
        "{old}"
    );
    assert!(old.ends_with("\r\n\r\nabcde"), "{old}");
}

#[test]
fn a_websocket_passes() {
    let platform = Platform::serve(|head| {
        assert!(
            head.to_lowercase().contains("\r\nupgrade: websocket\r\n"),
            "{head}"
        );
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
            .to_vec()
    });
    let up = Project::new(NO_HOOKS).up(&platform);
    let mut stream = up.connect();
    let request = b"GET /ws HTTP/1.1\r\nHost: id.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stream.write_all(request).unwrap();
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    assert!(head.starts_with(b"HTTP/1.1 101 Switching Protocols\r\n"));
    stream.write_all(b"\x81\x00ping").unwrap();
    let mut echo = [0; 6];
    stream.read_exact(&mut echo).unwrap();
    assert_eq!(&echo, b"\x81\x00ping");
}

/// The filter adds our public key to the platform's: where it shows, the filter was there.
#[test]
fn no_spelling_of_a_lifecycle_path_passes_the_filter() {
    let key = signing_key();
    let project = Project::new(&[
        (
            "hooks.yaml",
            "platform: ./own.yaml\n\
             signing: { key: \"${file:key.pem}\" }\n\
             hooks:\n  - { name: a, event: pre-id-token-generation, script: a.js }\n",
        ),
        (
            "own.yaml",
            "version: 1\nname: own\ninclude: [oidc]\nendpoints: { token_endpoint: /oauth/token, jwks_uri: /oauth/jwks.json }\n",
        ),
        (
            "a.js",
            "module.exports = async (args, callback) => callback();\n",
        ),
        ("key.pem", &key),
    ]);
    let platform = Platform::serve(|_| {
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"keys\":[]}".to_vec()
    });
    let up = project.up(&platform);
    for spelling in [
        "/oauth/jwks.json",
        "/oauth/jwks.json?x=1",
        "/OAuth/JWKS.json/",
        "/oauth//jwks.json",
        "/oauth/./jwks.json",
        "/x/../oauth/jwks.json",
        "/oauth/%6awks.json",
        "/oauth%2Fjwks.json",
        "/oauth\\jwks.json",
        "/oauth/jwks.json;v=1",
        "//oauth/jwks.json",
        "http://id.test/oauth/jwks.json",
    ] {
        let answer = up.get(spelling);
        assert!(answer.contains("\"ES256\""), "{spelling}: {answer}");
    }
    for other in [
        "/oauth/jwks",
        "/oauth/jwks.json/x",
        "/x%2Fjwks.json",
        "/?/oauth/jwks.json",
    ] {
        let answer = up.get(other);
        assert!(
            answer.ends_with("\r\n\r\n{\"keys\":[]}"),
            "{other}: {answer}"
        );
    }
}
