//! Where the platform's endpoints are: what the profile names, and for the rest what the
//! platform's discovery document says (OpenID Connect Discovery 1.0 section 4).
//!
//! Of the document's URLs only the path counts: their host is the public one, which is Envoy.

use std::time::Duration;

use lifecycle::bundle::{Endpoint, Endpoints};
use reqwest::header::{HOST, LOCATION};
use reqwest::{Client, Response, Url, redirect};
use serde_json::Value;

use crate::build::changes_tokens;
use crate::project::{Profile, Project, Upstream, is_path};

const TIMEOUT: Duration = Duration::from_secs(10);
/// Documents have a few KiB; more is none.
const MAX_BYTES: usize = 1 << 20;

/// The platform does not say where its endpoints are.
#[derive(Debug, thiserror::Error)]
pub enum DiscoveryError {
    /// Nobody said where the platform is.
    #[error(
        "the profile `{profile}` names no {missing}, so the platform must be asked; say where it \
         is with --upstream URL or `upstream:` in hooks.yaml"
    )]
    UpstreamUnknown {
        /// The profile's name.
        profile: String,
        /// The endpoints that it does not name.
        missing: String,
    },
    /// It did not answer with a document.
    #[error(
        "the discovery document {url} {reason}; start the platform, or name the endpoints in a \
         profile of your own (`endpoints: {{ token_endpoint: /…, jwks_uri: /… }}`)"
    )]
    DocumentMissing {
        /// What was asked for.
        url: String,
        /// What happened.
        reason: String,
    },
    /// The document lacks what is needed.
    #[error(
        "the discovery document {url} has no {member} that is a URL; name it in a profile of your \
         own (`endpoints: {{ {member}: /… }}`)"
    )]
    EndpointMissing {
        /// What was asked for.
        url: String,
        /// The member.
        member: &'static str,
    },
}

/// The endpoints, and what is strange about them, each a sentence.
pub async fn endpoints(
    project: &Project,
    upstream: Option<&Upstream>,
) -> Result<(Endpoints, Vec<String>), DiscoveryError> {
    let mut endpoints = named(&project.profile, upstream);
    let missing = missing(project, &endpoints);
    if missing.is_empty() {
        return Ok((endpoints, Vec::new()));
    }
    let upstream = upstream.ok_or_else(|| DiscoveryError::UpstreamUnknown {
        profile: project.profile.name.clone(),
        missing: missing.join(" and "),
    })?;
    let document = Document::fetch(upstream, &project.profile.discovery).await?;
    let mut warnings = Vec::new();
    for member in missing {
        let path = document.path(member, &mut warnings)?;
        *slot(&mut endpoints, member) = Some(path);
    }
    Ok((endpoints, warnings))
}

/// What the profile names, under the upstream's path.
fn named(profile: &Profile, upstream: Option<&Upstream>) -> Endpoints {
    let under = |path: &String| format!("{}{path}", upstream.map_or("", Upstream::path));
    Endpoints {
        token_endpoint: profile.endpoints.token_endpoint.as_ref().map(under),
        jwks_uri: profile.endpoints.jwks_uri.as_ref().map(under),
    }
}

/// The members of the discovery document that the project needs and the profile does not name.
fn missing(project: &Project, named: &Endpoints) -> Vec<&'static str> {
    let rules = project
        .hooks
        .iter()
        .filter_map(|hook| project.profile.events.get(&hook.event));
    let at_token = rules
        .flatten()
        .any(|rule| rule.endpoint == Endpoint::TokenEndpoint);
    let mut missing = Vec::new();
    if at_token && named.token_endpoint.is_none() {
        missing.push("token_endpoint");
    }
    if changes_tokens(&project.hooks) && named.jwks_uri.is_none() {
        missing.push("jwks_uri");
    }
    missing
}

fn slot<'e>(endpoints: &'e mut Endpoints, member: &str) -> &'e mut Option<String> {
    match member {
        "token_endpoint" => &mut endpoints.token_endpoint,
        _ => &mut endpoints.jwks_uri,
    }
}

/// A discovery document and where it came from.
struct Document {
    url: String,
    json: Value,
}

impl Document {
    async fn fetch(upstream: &Upstream, path: &str) -> Result<Self, DiscoveryError> {
        let url = format!("{upstream}{path}");
        match get_json(&url).await {
            Ok(json) => Ok(Document { url, json }),
            Err(reason) => Err(DiscoveryError::DocumentMissing { url, reason }),
        }
    }

    /// The path of the URL that is `member`.
    fn path(
        &self,
        member: &'static str,
        warnings: &mut Vec<String>,
    ) -> Result<String, DiscoveryError> {
        let missing = || DiscoveryError::EndpointMissing {
            url: self.url.clone(),
            member,
        };
        let url = self.url_of(member).ok_or_else(missing)?;
        if !is_path(url.path()) {
            return Err(missing());
        }
        if let Some(issuer) = self
            .url_of("issuer")
            .filter(|issuer| issuer.origin() != url.origin())
        {
            let (here, there) = (issuer.origin(), url.origin());
            warnings.push(format!(
                "{member} is at {}, but the issuer is at {}; hooks see only what comes through \
                 Envoy, which stands in front of the issuer",
                there.ascii_serialization(),
                here.ascii_serialization()
            ));
        }
        Ok(url.path().to_owned())
    }

    fn url_of(&self, member: &str) -> Option<Url> {
        self.json.get(member)?.as_str()?.parse().ok()
    }
}

/// The JSON object at `url`, or what happened instead, to follow the URL in a sentence.
async fn get_json(url: &str) -> Result<Value, String> {
    let client = Client::builder()
        .timeout(TIMEOUT)
        .redirect(redirect::Policy::none())
        .build();
    let client = client.map_err(|error| format!("cannot be asked for: {}", chain(&error)))?;
    let get = |request: reqwest::RequestBuilder| async {
        request.send().await.map_err(|error| unanswered(&error))
    };
    let mut response = get(client.get(url)).await?;
    // A platform that insists on its public name is asked again under it: as Envoy will do, which
    // leaves the Host header alone, and not over the public name itself, which may be this Envoy.
    if let Some(host) = public_host(url, &response) {
        response = get(client.get(url).header(HOST, host)).await?;
    }
    if !response.status().is_success() {
        let to = response
            .headers()
            .get(LOCATION)
            .and_then(|location| location.to_str().ok());
        let to = to
            .map(|location| format!(" to {location}"))
            .unwrap_or_default();
        return Err(format!("was answered {}{to}", response.status()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| format!("broke off: {}", chain(&error)))?
    {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_BYTES {
            return Err("has more than 1 MiB".to_owned());
        }
    }
    match serde_json::from_slice(&body) {
        Ok(json @ Value::Object(_)) => Ok(json),
        Ok(_) => Err("is no JSON object".to_owned()),
        Err(error) => Err(format!("is no JSON: {error}")),
    }
}

/// The host to which `response` sends those who asked for `url`, when the path stays the same.
fn public_host(url: &str, response: &Response) -> Option<String> {
    if !response.status().is_redirection() {
        return None;
    }
    let asked: Url = url.parse().ok()?;
    let location = asked
        .join(response.headers().get(LOCATION)?.to_str().ok()?)
        .ok()?;
    if location.path() != asked.path() || location.origin() == asked.origin() {
        return None;
    }
    let host = location.host_str()?;
    Some(
        location
            .port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
    )
}

fn unanswered(error: &reqwest::Error) -> String {
    let reason = chain(error);
    let advice = match reason.contains("certificate") {
        true => " (name the certificates of an authority of your own in SSL_CERT_FILE)",
        false => "",
    };
    format!("was not answered: {reason}{advice}")
}

/// An error with its causes: reqwest alone says only that it could not.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// Answers one request after the other with these bytes; gives its URL and the requests.
    fn serve(answers: Vec<String>) -> (String, thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = thread::spawn(move || {
            let answer = |answer: String| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = vec![0; 4096];
                let length = stream.read(&mut request).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
                String::from_utf8_lossy(&request[..length]).into_owned()
            };
            answers.into_iter().map(answer).collect()
        });
        (url, requests)
    }

    fn answer(status: &str, headers: &str, body: &str) -> String {
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
    }

    async fn ask(answers: Vec<String>, path: &str) -> (Result<Value, String>, Vec<String>) {
        let (url, requests) = serve(answers);
        let result = get_json(&format!("{url}{path}")).await;
        (result, requests.join().unwrap())
    }

    #[tokio::test]
    async fn a_platform_that_insists_on_its_public_name_is_asked_again_under_it() {
        let redirect = answer(
            "308 Permanent Redirect",
            "Location: http://id.test:8080/d\r\n",
            "",
        );
        let (json, requests) = ask(vec![redirect, answer("200 OK", "", "{\"a\":1}")], "/d").await;
        assert_eq!(json.unwrap()["a"], 1);
        assert!(
            requests[1]
                .to_lowercase()
                .contains("\r\nhost: id.test:8080\r\n"),
            "{requests:?}"
        );
    }

    #[tokio::test]
    async fn what_is_no_document_is_told() {
        let cases = [
            (
                answer("404 Not Found", "", ""),
                "was answered 404 Not Found",
            ),
            (
                answer("302 Found", "Location: /login\r\n", ""),
                "was answered 302 Found to /login",
            ),
            (answer("200 OK", "", "<html>"), "is no JSON: "),
            (answer("200 OK", "", "[]"), "is no JSON object"),
            (
                answer("200 OK", "", &" ".repeat(MAX_BYTES + 1)),
                "has more than 1 MiB",
            ),
        ];
        for (answer, reason) in cases {
            let error = ask(vec![answer], "/d").await.0.unwrap_err();
            assert!(error.starts_with(reason), "{reason}: {error}");
        }
        let nobody = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let error = get_json(&format!("http://{nobody}/d")).await.unwrap_err();
        assert!(error.starts_with("was not answered: "), "{error}");
    }

    #[test]
    fn only_the_path_counts_and_another_host_than_the_issuers_is_told() {
        let document = Document {
            url: "http://127.0.0.1:5000/.well-known/openid-configuration".to_owned(),
            json: serde_json::json!({
                "issuer": "https://id.example.com/realms/acme",
                "token_endpoint": "https://id.example.com/realms/acme/token?x=1",
                "jwks_uri": "https://keys.example.com/jwks",
                "userinfo_endpoint": 7,
            }),
        };
        let mut warnings = Vec::new();
        let mut path = |member| document.path(member, &mut warnings);
        assert_eq!(path("token_endpoint").unwrap(), "/realms/acme/token");
        assert_eq!(path("jwks_uri").unwrap(), "/jwks");
        let error = path("userinfo_endpoint").unwrap_err().to_string();
        assert!(
            error.contains("has no userinfo_endpoint that is a URL"),
            "{error}"
        );
        let [warning] = &warnings[..] else {
            panic!("{warnings:?}")
        };
        assert!(warning.starts_with("jwks_uri is at https://keys.example.com, but the issuer"));
    }
}
