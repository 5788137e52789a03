//! Calls that hooks make for real: where they may go, what is added to them, and how they fail.

// Helpers beside the test functions fail as those do (clippy.toml).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a panic is how a test fails"
)]

mod common;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Output;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use common::{Platform, Project, leh, stderr};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use serde_json::{Value, json};

const SCRIPT: &str = "export default async ({ variables }) => {
  const bodies = [];
  for (const url of JSON.parse(variables.URLS)) {
    const response = await fetch(url, JSON.parse(variables.INIT));
    bodies.push(`${response.status} ${await response.text()}`);
  }
  return new TokenClaims({ bodies });
};
";

/// A server that answers every path with it as the body.
fn echo() -> Platform {
    Platform::serve(|head| answer(head, ""))
}

fn answer(head: &str, headers: &str) -> Vec<u8> {
    let path = head.split(' ').nth(1).unwrap_or_default();
    format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{path}",
        path.len()
    )
    .into_bytes()
}

fn port(server: &Platform) -> String {
    server.url().rsplit(':').next().unwrap().to_owned()
}

struct Call {
    egress: String,
    urls: Vec<String>,
    init: Value,
    limits: &'static str,
    script: &'static str,
    variables: Vec<(&'static str, PathBuf)>,
}

impl Call {
    fn of(egress: &str, url: &str) -> Self {
        Call {
            egress: egress.to_owned(),
            urls: vec![url.to_owned()],
            init: json!({}),
            limits: "",
            script: SCRIPT,
            variables: vec![],
        }
    }

    fn output(&self) -> Output {
        let (urls, init) = (json!(self.urls).to_string(), self.init.to_string());
        let yaml = format!(
            "platform: oidc\nsigning: {{ key: \"${{env:LEH_TEST_UNSET}}\" }}\negress:\n  {}\nhooks:\n  \
             - {{ name: call, event: pre-id-token-generation, script: call.js, timeout: 10s, cpu: 1s{},\n      \
             variables: {{ URLS: {}, INIT: {} }} }}\n",
            self.egress,
            self.limits,
            Value::from(urls),
            Value::from(init),
        );
        let project = Project::new(&[("hooks.yaml", &yaml), ("call.js", self.script)]);
        let mut command = leh();
        command
            .args(["run", "call", "--json"])
            .env("LEH_TEST_TOKEN", "s3cret-value")
            .envs(self.variables.iter().map(|(name, path)| (*name, path)))
            .current_dir(project.path(""));
        command.output().unwrap()
    }

    fn object(&self) -> Value {
        let output = self.output();
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", stderr(&output)))
    }

    /// The bodies that the script read.
    fn bodies(&self) -> Vec<String> {
        let object = self.object();
        let bodies = object["outcome"]["idToken"]["bodies"].as_array();
        let bodies = bodies.unwrap_or_else(|| panic!("{object:#}"));
        bodies
            .iter()
            .map(|body| body.as_str().unwrap().to_owned())
            .collect()
    }

    /// Why its last call failed.
    fn error(&self) -> String {
        let object = self.object();
        assert_eq!(object["outcome"], Value::Null, "{object:#}");
        let calls = object["http"].as_array().unwrap();
        calls.last().unwrap()["error"].as_str().unwrap().to_owned()
    }
}

#[test]
fn a_host_that_is_named_is_called_with_the_headers_of_the_project() {
    let server = echo();
    let egress = format!(
        "\"127.0.0.1\": {{ tls: false, port: {}, headers: {{ authorization: \"Bearer ${{secret:LEH_TEST_TOKEN}}\" }} }}",
        port(&server)
    );
    let mut call = Call::of(&egress, &format!("{}/a?b=c", server.url()));
    call.init = json!({ "headers": { "authorization": "mine", "x-own": "1", "host": "evil" } });
    let output = call.output();
    let text = String::from_utf8(output.stdout).unwrap();
    let object: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        object["outcome"]["idToken"]["bodies"],
        json!(["200 /a?b=c"]),
        "{text}"
    );
    let head = server.heads().remove(0).to_ascii_lowercase();
    assert!(
        head.contains("\r\nauthorization: bearer s3cret-value\r\n"),
        "{head}"
    );
    assert!(
        !head.contains("mine") && head.contains("\r\nx-own: 1\r\n"),
        "{head}"
    );
    assert_eq!(head.matches("\r\nhost: ").count(), 1, "{head}");
    assert!(head.contains("\r\nhost: 127.0.0.1:"), "{head}");
    assert!(
        !text.contains("s3cret-value") && text.contains("[secret]"),
        "{text}"
    );
}

#[test]
fn what_is_not_named_is_not_called() {
    let server = echo();
    let url = format!("{}/", server.url());
    let error = Call::of("crm.example.com: {}", &url).error();
    assert_eq!(error, "127.0.0.1 is not in `egress` of hooks.yaml");
    let error = Call::of("\"127.0.0.1\": { tls: false, port: 1 }", &url).error();
    assert!(
        error.contains("may be called at http port 1 only"),
        "{error}"
    );
    assert_eq!(server.heads(), [] as [String; 0]);
}

#[test]
fn a_name_that_leads_to_a_private_address_needs_a_word_for_it() {
    let server = echo();
    let url = format!("http://localhost:{}/", port(&server));
    let closed = format!("localhost: {{ tls: false, port: {} }}", port(&server));
    let error = Call::of(&closed, &url).error();
    assert!(
        error.starts_with("EACCES: localhost leads to ") && error.contains("`private: true`"),
        "{error}"
    );
    assert_eq!(server.heads(), [] as [String; 0]);
    let open = closed.replace(" }", ", private: true }");
    assert_eq!(Call::of(&open, &url).bodies(), ["200 /"]);
}

#[test]
fn an_address_stands_in_for_the_host_which_keeps_its_name() {
    let server = echo();
    let egress = format!(
        "crm.example.com: {{ ports: [443, 8443], address: \"http://127.0.0.1:{}\" }}",
        port(&server)
    );
    let mut call = Call::of(&egress, "https://crm.example.com/a");
    call.urls.push("https://crm.example.com:8443/b".into());
    assert_eq!(call.bodies(), ["200 /a", "200 /b"]);
    let heads = server.heads().join("").to_ascii_lowercase();
    assert!(heads.contains("\r\nhost: crm.example.com\r\n"), "{heads}");
    assert!(
        heads.contains("\r\nhost: crm.example.com:8443\r\n"),
        "{heads}"
    );
}

#[test]
fn redirects_stay_within_what_is_named() {
    let server = Platform::serve(|head| {
        let to = match head.split(' ').nth(1) {
            Some("/inside") => "/there",
            Some("/outside") => "http://169.254.169.254/latest/meta-data",
            _ => return answer(head, ""),
        };
        format!(
            "HTTP/1.1 302 Found\r\nLocation: {to}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        )
        .into_bytes()
    });
    let egress = format!("\"127.0.0.1\": {{ tls: false, port: {} }}", port(&server));
    let inside = Call::of(&egress, &format!("{}/inside", server.url()));
    assert_eq!(inside.bodies(), ["200 /there"]);
    let outside = Call::of(&egress, &format!("{}/outside", server.url()));
    assert_eq!(
        outside.error(),
        "169.254.169.254 is not in `egress` of hooks.yaml"
    );
}

#[test]
fn limits_hold() {
    let server = Platform::serve(|_| {
        let mut answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n".to_vec();
        answer.resize(answer.len() + 5_000, b'x');
        answer.extend(b"\r\n0\r\n\r\n");
        answer
    });
    let egress = format!("\"127.0.0.1\": {{ tls: false, port: {} }}", port(&server));
    let mut call = Call::of(&egress, &server.url());
    call.limits = ", response: 4KiB";
    let error = call.error();
    assert!(error.contains("more than 4096 bytes"), "{error}");
    call.limits = ", response: 5000B";
    assert_eq!(call.bodies()[0].len(), 5_004);
    call.limits = ", fetches: 1";
    call.urls.push(server.url());
    assert_eq!(call.object()["outcome"], Value::Null);
}

#[test]
fn failures_have_nodes_codes() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    let egress = format!("\"127.0.0.1\": {{ tls: false, port: {port} }}");
    let call = Call::of(&egress, &format!("http://127.0.0.1:{port}/"));
    // Connections are taken and never answered.
    let mut silent = Call::of(&egress, &format!("http://127.0.0.1:{port}/"));
    silent.script = "export default async ({ variables }) => {
      await fetch(JSON.parse(variables.URLS)[0], { signal: AbortSignal.timeout(300) });
    };\n";
    let begun = Instant::now();
    let object = silent.object();
    assert!(begun.elapsed() < Duration::from_secs(9), "aborted in time");
    assert_eq!(object["error"]["kind"], "exception", "{object:#}");
    assert!(
        object["error"]["message"]
            .as_str()
            .unwrap()
            .contains("TimeoutError"),
        "{object:#}"
    );
    drop(free);
    let error = call.error();
    assert!(
        error.starts_with("ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:"),
        "{error}"
    );
    let closes = Platform::serve(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".to_vec());
    let port = self::port(&closes);
    let egress = format!("\"127.0.0.1\": {{ tls: false, port: {port} }}");
    let mut half = Call::of(&egress, &closes.url());
    half.script = "export default async ({ variables }) => {
      const response = await fetch(JSON.parse(variables.URLS)[0], { signal: AbortSignal.timeout(500) });
      return new TokenClaims({ body: await response.text() });
    };\n";
    assert_eq!(half.object()["outcome"], Value::Null);
}

#[test]
fn answers_are_kept_and_shared_where_the_project_says() {
    let server = Platform::serve(|head| {
        thread::sleep(Duration::from_millis(100));
        answer(head, "Cache-Control: max-age=60\r\n")
    });
    let script = "export default async ({ variables }) => {
      const [url] = JSON.parse(variables.URLS);
      const text = async () => (await fetch(url)).text();
      const bodies = await Promise.all([text(), text(), text()]);
      return new TokenClaims({ bodies: [...bodies, await text()] });
    };\n";
    let heads = |terms: &str| {
        let before = server.heads().len();
        let egress = format!(
            "\"127.0.0.1\": {{ tls: false, port: {}{terms} }}",
            port(&server)
        );
        let mut call = Call::of(&egress, &format!("{}/x", server.url()));
        call.script = script;
        assert_eq!(call.bodies(), ["/x", "/x", "/x", "/x"]);
        server.heads().len() - before
    };
    assert_eq!(heads(""), 4);
    assert_eq!(heads(", coalesce: true"), 2);
    assert_eq!(heads(", coalesce: true, cache: true"), 1);
}

#[test]
fn what_is_said_over_tls_goes_to_the_host_itself_only() {
    let folder = tempfile::tempdir().unwrap();
    for (name, works) in [("crm.example.com", true), ("other.example.com", false)] {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let roots = folder.path().join(name);
        std::fs::write(&roots, certificate.pem()).unwrap();
        let address = tls_server(certificate.der().to_vec(), key.serialize_der());
        let egress = format!("crm.example.com: {{ address: \"{address}\" }}");
        let mut call = Call::of(&egress, "https://crm.example.com/tls");
        call.variables = vec![("SSL_CERT_FILE", roots.clone())];
        if works {
            assert_eq!(call.bodies(), ["200 ok"]);
            // A certificate that nobody here trusts.
            call.variables.clear();
        }
        let error = call.error();
        assert!(error.starts_with("ERR_TLS: crm.example.com:"), "{error}");
    }
}

/// One that answers each connection once; it ends with the test's process.
fn tls_server(certificate: Vec<u8>, key: Vec<u8>) -> String {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.into()],
            PrivateKeyDer::try_from(key).unwrap(),
        )
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream);
            let mut buffer = [0; 4_096];
            if stream.read(&mut buffer).is_ok_and(|length| length > 0) {
                let _ = stream.write_all(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
                );
            }
        }
    });
    address
}
