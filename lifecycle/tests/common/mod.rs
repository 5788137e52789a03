//! A platform's tokens and a bundle around them, with keys made for each run.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails"
)]

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::OnceLock;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lifecycle::answer::{Answer, Failure, Given};
use lifecycle::bundle::{
    Bundle, Endpoint, Endpoints, FORMAT, Hook, Limits, Mode, OnError, Platform, Relay, Rule,
    Script, Signing,
};
use lifecycle::event::EventType;
use lifecycle::exchange::{Client, Effect, Exchange, Headers, Input, Seed};
use lifecycle::plan::Plan;
use lifecycle::token::{Algorithm, SigningKeys};
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use rand_core::OsRng;
use serde_json::{Value, json};

/// An RSA and an EC key of ours, in PEM, made once for each run.
pub fn our_pem() -> &'static str {
    static PEM: OnceLock<String> = OnceLock::new();
    PEM.get_or_init(|| format!("{}{}", rsa_pem(2048), ec_pem()))
}

pub fn rsa_pem(bits: usize) -> String {
    let key = rsa::RsaPrivateKey::new(&mut OsRng, bits).unwrap();
    key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string()
}

pub fn ec_pem() -> String {
    let key = p256::SecretKey::random(&mut OsRng);
    key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string()
}

/// A token as a platform would issue it; its signature is never looked at.
pub fn platform_token(algorithm: &str, claims: &str) -> String {
    let header =
        json!({"alg": algorithm, "kid": "platform", "typ": "JWT", "x5t": "of-the-platform"});
    let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    format!(
        "{}.{}.c2lnbmF0dXJl",
        encode(&header.to_string()),
        encode(claims)
    )
}

/// Header and claims of a token.
pub fn decoded(token: &str) -> (Value, Value) {
    let mut parts = token
        .split('.')
        .map(|part| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap());
    let mut object = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (object(), object())
}

pub fn hook(name: &str, event: EventType, mode: Mode) -> Hook {
    Hook {
        name: name.into(),
        event,
        mode,
        script: Script {
            file: format!("hooks/{name}.js"),
            source: String::new(),
            map: None,
        },
        place: lifecycle::bundle::Place::Filter,
        on_error: OnError::Continue,
        limits: Limits::default(),
        applications: None,
        variables: BTreeMap::new(),
        secrets: BTreeMap::new(),
    }
}

pub fn bundle(hooks: Vec<Hook>) -> Bundle {
    let rule = |grants: &[&str]| {
        let grant_types = grants.iter().map(|grant| (*grant).to_owned()).collect();
        vec![Rule {
            endpoint: Endpoint::TokenEndpoint,
            grant_types,
        }]
    };
    Bundle {
        format: FORMAT,
        platform: Platform {
            profile: "oidc".into(),
            endpoints: Endpoints {
                token_endpoint: Some("/oauth/token".into()),
                jwks_uri: Some("/oauth/jwks.json".into()),
            },
            events: BTreeMap::from([
                (
                    EventType::PreIdTokenGeneration,
                    rule(&["authorization_code", "refresh_token"]),
                ),
                (EventType::PostAccountLogin, rule(&["authorization_code"])),
            ]),
        },
        signing: Some(Signing {
            key: our_pem().into(),
        }),
        relay: Some(Relay {
            cluster: "leh_relay".into(),
        }),
        egress: vec![],
        hooks,
    }
}

pub fn plan(hooks: Vec<Hook>) -> Rc<Plan> {
    Rc::new(Plan::load(bundle(hooks), &|_| None).unwrap())
}

pub const SEED: Seed = Seed {
    unix_ms: 1_767_225_600_000,
    random: [7; 10],
};

pub fn open(plan: &Rc<Plan>, method: &str, target: &str) -> Option<Exchange> {
    plan.exchange(method.as_bytes(), target, || SEED, Client::default)
}

pub fn headers(pairs: &[(&str, &str)]) -> Headers {
    let pairs = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()));
    Headers(pairs.collect())
}

pub const JSON_OK: &[(&str, &str)] = &[
    (":status", "200"),
    ("content-type", "application/json; charset=utf-8"),
];

/// A token request up to the point where its hooks begin: the effects of the response's body.
pub fn token_response(exchange: &mut Exchange, form: &str, body: &str) -> Vec<Effect> {
    exchange.on(Input::RequestHeaders(&headers(&[(
        "content-type",
        "application/x-www-form-urlencoded",
    )])));
    exchange.on(Input::RequestBody(form.as_bytes()));
    let held = exchange.on(Input::ResponseHeaders {
        headers: &headers(JSON_OK),
        end: false,
    });
    assert!(held.is_empty(), "{held:?}");
    if !exchange.holds_response() {
        return vec![Effect::Release];
    }
    exchange.on(Input::ResponseBody(body.as_bytes()))
}

pub const CODE_FORM: &str =
    "grant_type=authorization_code&code=c&client_id=shop&redirect_uri=https://shop/cb";

/// What came of an exchange: everything it did, in order.
#[derive(Default)]
pub struct Performed {
    pub status: Option<String>,
    pub body: Option<Value>,
    pub body_text: Option<String>,
    pub released: bool,
    pub hooks_run: Vec<(usize, Value)>,
    pub counters: Vec<String>,
    pub lines: Vec<String>,
    pub deliveries: Vec<lifecycle::exchange::Delivery>,
    pub signatures: usize,
    pub reply: Option<lifecycle::exchange::Reply>,
}

/// Performs `effects` to the end; `answer` is what hook number n answers.
pub fn perform(
    exchange: &mut Exchange,
    effects: Vec<Effect>,
    mut answer: impl FnMut(usize) -> Result<Answer, Failure>,
) -> Performed {
    let mut done = Performed::default();
    let mut queue = std::collections::VecDeque::from(effects);
    while let Some(effect) = queue.pop_front() {
        match effect {
            Effect::RunHook(invocation) => {
                done.hooks_run.push((invocation.hook, invocation.args));
                queue.extend(exchange.on(Input::HookEnded(answer(invocation.hook))));
            }
            Effect::Sign(request) => {
                done.signatures += 1;
                let signature = request.key.sign(&mut OsRng, request.message.as_bytes());
                queue.extend(exchange.on(Input::Signed(signature)));
            }
            Effect::SetResponseHeader(":status", value) => done.status = Some(value),
            Effect::ReplaceResponseBody(body) => {
                done.body = Some(serde_json::from_slice(&body).unwrap());
                done.body_text = Some(String::from_utf8(body).unwrap());
            }
            Effect::Release => done.released = true,
            Effect::Report(report) => {
                done.counters.push(report.counter());
                done.lines.extend(report.line());
            }
            Effect::Deliver(delivery) => done.deliveries.push(delivery),
            Effect::LocalReply(reply) => done.reply = Some(reply),
            _ => {}
        }
    }
    done
}

pub fn claims(json: Value) -> Result<Answer, Failure> {
    let json = json!({"idToken": json});
    Ok(Answer::Result(Given {
        class: Some("TokenClaims".into()),
        json,
        undefined: vec![],
    }))
}

/// Whether `token` is signed by the key of ours for `algorithm`, checked by another library than
/// the one that signs.
pub fn is_ours(token: &str, algorithm: Algorithm) -> bool {
    use p256::ecdsa::signature::Verifier;
    use p256::pkcs8::DecodePublicKey;
    let keys = SigningKeys::from_pem(our_pem()).unwrap();
    let key = keys.fitting(algorithm).unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    let public = key.public_der().unwrap();
    match algorithm {
        Algorithm::Rs256 => {
            let public = rsa::RsaPublicKey::from_public_key_der(&public).unwrap();
            let verifier = rsa::pkcs1v15::VerifyingKey::<sha2::Sha256>::new(public);
            let signature = rsa::pkcs1v15::Signature::try_from(signature.as_slice()).unwrap();
            verifier.verify(message.as_bytes(), &signature).is_ok()
        }
        Algorithm::Es256 => {
            let verifier = p256::ecdsa::VerifyingKey::from_public_key_der(&public).unwrap();
            let signature = p256::ecdsa::Signature::from_slice(&signature).unwrap();
            verifier.verify(message.as_bytes(), &signature).is_ok()
        }
    }
}
