//! Real logins: real platforms, real OpenID Connect clients, a real Envoy between them. What hooks
//! do to tokens passes every check of the clients; what they do to a flow arrives as it should.

// Helpers beside the test functions fail as those do (clippy.toml).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails"
)]

mod support;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use support::login::{AUTH_METHODS, CLIENTS, Client, How, how};
use support::platform::{Kind, Platform};
use support::project::Project;
use support::up::{Up, address_for_later};

/// A claim for the ID token, and an asynchronous hook that says whose login it saw.
fn project(kind: Kind) -> Project {
    let profile = kind.profile();
    let yaml = format!(
        "platform: {profile}\n\
         signing: {{ key: \"${{env:LEH_SIGNING_KEY}}\" }}\n\
         hooks:\n  \
         - {{ name: tier, event: pre-id-token-generation, script: tier.js, cpu: 1s, load: 1s, timeout: 30s }}\n  \
         - {{ name: log, event: post-account-login, mode: async, script: log.js }}\n"
    );
    let access_token = match kind {
        Kind::OidcProviderWithApi => "{ tier, orders: ['read', 'write'] }",
        Kind::Canaille | Kind::OidcProvider { .. } => "{}",
    };
    let tier = format!(
        "export default async ({{ customer }}) => {{
           const tier = customer.info.sub === customer.info.id ? 'gold' : 'silver';
           return new TokenClaims({{ tier }}, {access_token});
         }};\n"
    );
    let log = "module.exports = async ({ application, customer, event }) => {
      console.log(`${application.client_id} ${customer.info.id} ${event.path} ${event.attempt}`);
    };\n";
    Project::new(&[("hooks.yaml", &yaml), ("tier.js", &tier), ("log.js", log)])
}

/// Every client with every authentication method at one platform.
fn every_login(kind: Kind) {
    let address = address_for_later();
    let platform = Platform::start(kind, &format!("http://{address}"));
    let up = Up::start(&project(kind), &platform.url, &address);
    let mut logins = 0;
    for client in CLIENTS {
        for auth_method in AUTH_METHODS {
            println!("{kind:?}, {client:?}, {auth_method}");
            let report = client.log_in(&platform, &how(auth_method)).verified();
            let (client_id, _) = platform.client(auth_method);
            check_login(&platform, client_id, &report);
            check_refresh(kind, &report["refreshed"]);

            logins += 1;
            let newest = up.ended_deliveries(logins).swap_remove(0);
            let sub = report["id_token"]["sub"].as_str().unwrap();
            check_delivery(&newest, client_id, sub);
        }
    }
    // The filter counts before the client has its answer, so nothing can come any more.
    assert_eq!(
        up.counter("event.post-account-login"),
        logins as u64,
        "a refresh is no login"
    );
    assert_eq!(
        up.counter("event.pre-id-token-generation"),
        2 * logins as u64
    );
    assert_eq!(up.counter("hook.tier.done"), 2 * logins as u64);
    assert_eq!(up.counter("relay.stored"), logins as u64);
    let ids: BTreeSet<_> = up
        .deliveries()
        .iter()
        .map(|one| one["id"].to_string())
        .collect();
    assert_eq!(ids.len(), logins);
    assert_eq!(
        up.relay_lines()
            .iter()
            .filter(|line| line.starts_with("relay: hook log on post-account-login, "))
            .count(),
        logins
    );
    assert!(up.stop());
}

/// What the client has verified already (signature, iss, aud, nonce, at_hash) it tells by its exit
/// code; what it saw is checked here.
fn check_login(platform: &Platform, client_id: &str, report: &Value) {
    let id_token = &report["id_token"];
    assert_eq!(id_token["tier"], "gold", "{report}");
    assert_eq!(id_token["iss"], platform.issuer.as_str());
    let audience = &id_token["aud"];
    assert!(
        audience == client_id || *audience == json!([client_id]),
        "{audience}"
    );
    assert!(id_token["nonce"].is_string(), "{id_token}");
    check_at_hash(platform.kind, &report["at_hash_ok"]);
    check_access_token(platform.kind, &report["access_token"]);

    // Signed by our key of the platform's algorithm, beside which all of its own are still there.
    let kid = &report["header"]["kid"];
    let alg = match platform.kind {
        Kind::OidcProvider { alg } => alg,
        Kind::Canaille | Kind::OidcProviderWithApi => "RS256",
    };
    assert_eq!(report["header"]["alg"], alg);
    assert_eq!(report["kid_in_jwks"], true, "{report}");
    assert_eq!(report["platform_keys_in_jwks"], true, "{report}");
    let platform_kids = report["platform_kids"].as_array().unwrap();
    assert!(
        !platform_kids.is_empty() && !platform_kids.contains(kid),
        "{report}"
    );
    if platform.kind != Kind::OidcProviderWithApi {
        assert_eq!(report["userinfo"]["sub"], id_token["sub"]);
        assert_eq!(
            report["userinfo"]["tier"],
            Value::Null,
            "only tokens are changed"
        );
    }
}

fn check_refresh(kind: Kind, refreshed: &Value) {
    if kind == Kind::Canaille {
        assert_eq!(refreshed["id_token"], Value::Null, "{refreshed}");
        return;
    }
    assert_eq!(refreshed["id_token"]["tier"], "gold", "{refreshed}");
    assert_eq!(refreshed["kid_in_jwks"], true, "{refreshed}");
    check_at_hash(kind, &refreshed["at_hash_ok"]);
    check_access_token(kind, &refreshed["access_token"]);
}

fn check_at_hash(kind: Kind, ok: &Value) {
    match kind {
        Kind::Canaille => assert_eq!(*ok, true),
        // It has none in the code flow, where it is optional (OpenID Connect Core 3.1.3.6).
        Kind::OidcProvider { .. } | Kind::OidcProviderWithApi => assert_eq!(*ok, Value::Null),
    }
}

fn check_access_token(kind: Kind, claims: &Value) {
    if kind == Kind::OidcProviderWithApi {
        assert_eq!(claims["tier"], "gold", "{claims}");
        assert_eq!(claims["orders"], json!(["read", "write"]), "{claims}");
    }
}

fn check_delivery(record: &Value, client_id: &str, sub: &str) {
    assert_eq!(record["hook"], "log", "{record}");
    assert_eq!(record["event"], "post-account-login", "{record}");
    assert_eq!(
        (&record["state"], &record["attempts"]),
        (&json!("done"), &json!(1)),
        "{record}"
    );
    let printed = format!("{client_id} {sub} authorization_code 1");
    assert_eq!(record["console"], json!([printed]), "{record}");
}

#[test]
fn logins_at_canaille() {
    every_login(Kind::Canaille);
}

#[test]
fn logins_at_oidc_provider_with_rs256() {
    every_login(Kind::OidcProvider { alg: "RS256" });
}

#[test]
fn logins_at_oidc_provider_with_es256() {
    every_login(Kind::OidcProvider { alg: "ES256" });
}

#[test]
fn logins_at_oidc_provider_with_claims_for_an_api() {
    every_login(Kind::OidcProviderWithApi);
}

#[test]
fn the_hash_of_a_changed_access_token_is_that_of_the_changed_one() {
    let address = address_for_later();
    let platform = Platform::start(Kind::Canaille, &format!("http://{address}"));
    let yaml = "platform: canaille\nsigning: { key: \"${env:LEH_SIGNING_KEY}\" }\nhooks:\n  \
                - { name: api, event: pre-id-token-generation, script: api.js, cpu: 1s, load: 1s, timeout: 30s }\n";
    let api = "export default async () => new TokenClaims({}, { tier: 'gold' });\n";
    let project = Project::new(&[("hooks.yaml", yaml), ("api.js", api)]);
    let up = Up::start(&project, &platform.url, &address);
    for client in CLIENTS {
        // An access token with claims of ours is for APIs: Canaille knows its own signature only.
        let how = How {
            userinfo: false,
            ..how(AUTH_METHODS[0])
        };
        let report = client.log_in(&platform, &how).verified();
        assert_eq!(report["at_hash_ok"], true, "{report}");
        let platform_kids = report["platform_kids"].as_array().unwrap();
        assert!(
            !platform_kids.contains(&report["header"]["kid"]),
            "{report}"
        );
    }
    assert_eq!(up.counter("hook.api.failed.exchange"), 0);
    assert_eq!(up.counter("hook.api.done"), 4);
    assert!(up.stop());
}

/// Hooks that deny or fail, each for one client of the platform.
fn failing(platform: &Platform) -> Project {
    let [basic, post, public] = AUTH_METHODS.map(|method| platform.client(method).0);
    let yaml = format!(
        "platform: canaille\n\
         signing: {{ key: \"${{env:LEH_SIGNING_KEY}}\" }}\n\
         hooks:\n  \
         - {{ name: closed, event: pre-id-token-generation, script: closed.js, cpu: 1s, load: 1s, timeout: 30s, applications: [{basic}] }}\n  \
         - {{ name: lenient, event: pre-id-token-generation, script: throws.js, cpu: 1s, load: 1s, timeout: 30s, applications: [{post}] }}\n  \
         - {{ name: greedy, event: pre-id-token-generation, script: greedy.js, cpu: 1s, load: 1s, timeout: 30s, applications: [{post}] }}\n  \
         - {{ name: strict, event: pre-id-token-generation, script: throws.js, cpu: 1s, load: 1s, timeout: 30s, on_error: deny, applications: [{public}] }}\n  \
         - {{ name: log, event: post-account-login, mode: async, script: log.js }}\n"
    );
    let closed = "module.exports = async (args, callback, deny) => {
      deny(new DenyRequest('access_denied', 'the shop is closed'));
    };\n";
    let throws = "export default async () => { throw new Error('the directory is away'); };\n";
    let greedy =
        "export default async () => new TokenClaims({ tier: 'gold', sub: 'somebody-else' });\n";
    let log = "module.exports = async () => {};\n";
    Project::new(&[
        ("hooks.yaml", &yaml),
        ("closed.js", closed),
        ("throws.js", throws),
        ("greedy.js", greedy),
        ("log.js", log),
    ])
}

#[test]
fn a_denial_and_a_failure_arrive_as_the_brand_said() {
    let address = address_for_later();
    let platform = Platform::start(Kind::Canaille, &format!("http://{address}"));
    let up = Up::start(&failing(&platform), &platform.url, &address);
    let [basic, post, public] = AUTH_METHODS;
    for client in CLIENTS {
        println!("{client:?}");
        let denied = client.log_in(&platform, &how(basic));
        assert_eq!(denied.code, Some(3), "{} {}", denied.error, denied.report);
        let expected = json!({
            "error": "access_denied", "error_description": "the shop is closed",
            "status": 400, "endpoint": "token",
        });
        assert_eq!(denied.report, expected);

        // Neither of its two failing hooks leaves a trace, not even the claim that was allowed.
        let report = client.log_in(&platform, &how(post)).verified();
        assert_eq!(report["id_token"]["tier"], Value::Null, "{report}");
        assert_eq!(
            report["id_token"]["sub"],
            platform.user.as_str(),
            "{report}"
        );
        let platform_kids = report["platform_kids"].as_array().unwrap();
        assert!(platform_kids.contains(&report["header"]["kid"]), "{report}");

        let refused = client.log_in(&platform, &how(public));
        match client {
            Client::Authlib => {
                assert_eq!(refused.code, Some(3), "{}", refused.error);
                assert_eq!(refused.report["error"], "server_error");
                assert_eq!(refused.report["status"], 500);
            }
            // An OAuth error with a status above 499 is just a failure to it (RFC 6749 section
            // 5.2 knows 400 and 401 only).
            Client::OpenidClient => assert_eq!(refused.code, Some(1), "{}", refused.report),
        }
        assert!(
            !refused.report.to_string().contains("directory"),
            "{}",
            refused.report
        );
        assert!(!refused.error.contains("directory"), "{}", refused.error);
    }
    for part in [
        "hook `lenient` at pre-id-token-generation failed: exception: Error: the directory is away (throws.js:1:",
        "the claim `sub` is protected",
        "hook `strict` at pre-id-token-generation failed: exception: Error: the directory is away (throws.js:1:",
        "hook `closed` denied with `access_denied`",
    ] {
        up.logged(part);
    }
    for (counter, number) in [
        ("hook.closed.denied", 2),
        // A refresh comes to the hooks as well.
        ("hook.lenient.failed.exception", 4),
        ("hook.greedy.failed.answer", 4),
        ("hook.strict.failed.exception", 2),
        ("event.post-account-login", 2),
        ("relay.stored", 2),
    ] {
        assert_eq!(
            up.counter(counter),
            number,
            "{counter} of {:?}",
            up.counters()
        );
    }
    assert_eq!(
        up.ended_deliveries(2).len(),
        2,
        "nobody logged in who was denied"
    );
    assert!(up.stop());
}
