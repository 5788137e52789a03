//! The trigger form: `event`, `api`, and what of them becomes the answer.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails"
)]

mod common;

use common::{Ended, TestClock, finish, load, load_with, patient};
use hook_runtime::{Form, Level};
use lifecycle::answer::{Answer, FailureKind};
use lifecycle::event::EventType;
use lifecycle::sample;
use serde_json::{Value, json};

const LOGIN: EventType = EventType::PostAccountLogin;

/// Runs `source` on `args`.
fn run_on(source: &str, args: &Value) -> Ended {
    let clock = TestClock::new();
    let hook = load_with(source, true, patient(), &clock).unwrap();
    assert_eq!(hook.form(), Form::Trigger);
    finish(&hook, args, &clock)
}

/// Runs the body of a trigger at an event.
fn run_at(event: EventType, trigger: &str, body: &str) -> Ended {
    let source = format!("exports.onExecute{trigger} = async (event, api) => {{\n{body}\n}}");
    run_on(&source, &sample::args(event))
}

fn calls_of(ended: &Ended) -> Value {
    match &ended.result {
        Ok(Answer::Calls(calls)) => calls
            .iter()
            .map(|call| json!([call.method, call.arguments]))
            .collect(),
        other => panic!("{other:?}"),
    }
}

/// The calls of a login trigger.
fn calls(body: &str) -> Value {
    calls_of(&run_at(LOGIN, "PostLogin", body))
}

/// What `expression` over `event` gives in a login.
fn shown_on(expression: &str, args: &Value) -> Value {
    let source = format!(
        "exports.onExecutePostLogin = async (event, api) => {{ api.idToken.setCustomClaim('x', {expression}) }}"
    );
    calls_of(&run_on(&source, args))[0][1][1].clone()
}

fn shown(expression: &str) -> Value {
    shown_on(expression, &sample::args(LOGIN))
}

/// What a login trigger is refused with.
fn refused(body: &str) -> String {
    let failure = run_at(LOGIN, "PostLogin", body).result.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Exception);
    failure.message
}

#[test]
fn a_script_tells_its_triggers() {
    let hook = load(
        "exports.onExecutePostLogin = async () => {}; exports.onContinuePostLogin = async () => {}; exports.helper = 1",
    );
    assert_eq!(hook.triggers(), ["onExecutePostLogin"]);
    for source in [
        "export const onExecutePostLogin = async () => {}",
        "export default { onExecutePostLogin() {} }",
        "module.exports = { onExecutePostLogin: async function () {} }",
    ] {
        assert_eq!(load(source).triggers(), ["onExecutePostLogin"], "{source}");
    }
    assert!(load("export default () => {}").triggers().is_empty());
}

#[test]
fn calls_are_noted_in_order_and_chain() {
    let body = "
        const same = api.idToken.setCustomClaim('a', { b: [1] });
        if (same !== api) throw new Error('no api');
        api.accessToken.setCustomClaim('c', undefined).accessToken.addScope('read').accessToken.removeScope('write');
        api.user.setUserMetadata('color', 'red').user.setAppMetadata('vip', null);";
    assert_eq!(
        calls(body),
        json!([
            ["idToken.setCustomClaim", ["a", {"b": [1]}]],
            ["accessToken.setCustomClaim", ["c", null]],
            ["accessToken.addScope", ["read"]],
            ["accessToken.removeScope", ["write"]],
            ["user.setUserMetadata", ["color", "red"]],
            ["user.setAppMetadata", ["vip", null]],
        ])
    );
}

#[test]
fn what_is_given_counts_as_it_was_given() {
    let body = "const roles = ['a']; api.idToken.setCustomClaim('roles', roles); roles.push('b')";
    assert_eq!(
        calls(body),
        json!([["idToken.setCustomClaim", ["roles", ["a"]]]])
    );
}

#[test]
fn factors_are_noted() {
    let body = "
        api.multifactor.enable('any', { allowRememberBrowser: true });
        api.authentication.challengeWith({ type: 'otp' }, { additionalFactors: [{ type: 'email' }] });
        api.authentication.challengeWithAny([{ type: 'phone', options: { preferredMethod: 'sms' } }]);
        api.authentication.enrollWith({ type: 'webauthn-roaming' });
        api.authentication.enrollWithAny([{ type: 'otp' }]);
        api.authentication.recordMethod('https://factor.example.com');
        api.authentication.setPrimaryUser('u2');";
    assert_eq!(
        calls(body),
        json!([
            ["multifactor.enable", ["any", {"allowRememberBrowser": true}]],
            ["authentication.challengeWith", [[{"type": "otp"}, {"type": "email"}]]],
            ["authentication.challengeWithAny", [[{"type": "phone", "options": {"preferredMethod": "sms"}}]]],
            ["authentication.enrollWith", [[{"type": "webauthn-roaming"}]]],
            ["authentication.enrollWithAny", [[{"type": "otp"}]]],
            ["authentication.recordMethod", ["https://factor.example.com"]],
            ["authentication.setPrimaryUser", ["u2"]],
        ])
    );
}

#[test]
fn wrong_arguments_are_type_errors_that_name_the_method() {
    for (body, message) in [
        (
            "api.idToken.setCustomClaim()",
            "api.idToken.setCustomClaim: the claim's name must be a string that is not empty, found undefined",
        ),
        (
            "api.idToken.setCustomClaim('f', () => {})",
            "api.idToken.setCustomClaim: the claim must be a value that JSON knows, found function",
        ),
        (
            "api.idToken.setCustomClaim('n', 1n)",
            "api.idToken.setCustomClaim: the claim cannot be written as JSON",
        ),
        (
            "api.accessToken.addScope('two words')",
            "api.accessToken.addScope: the scope must be one word",
        ),
        (
            "api.multifactor.enable('sms')",
            "the provider must be one of any, duo,",
        ),
        (
            "api.multifactor.enable('any', true)",
            "api.multifactor.enable: the options must be an object, found boolean",
        ),
        (
            "api.authentication.challengeWith('otp')",
            "a factor must be an object such as { type: \"otp\" }, found string",
        ),
        (
            "api.authentication.enrollWithAny([])",
            "the factors must be an array that is not empty",
        ),
        (
            "api.redirect.sendUserTo()",
            "api.redirect.sendUserTo: the URL must be",
        ),
        (
            "api.redirect.sendUserTo('https://a.example', { query: 'x' })",
            "query must be an object",
        ),
        (
            "api.redirect.encodeToken({ payload: {} })",
            "api.redirect.encodeToken: the secret must be",
        ),
        (
            "api.user.setUserMetadata({ a: 1 })",
            "api.user.setUserMetadata: the name must be",
        ),
        (
            "api.cache.set('k', { a: 1 })",
            "api.cache.set: the value must be a string, found an object",
        ),
        (
            "api.cache.set('k', 'v', { ttl: '1' })",
            "api.cache.set: ttl (milliseconds) must be a number above 0",
        ),
    ] {
        let error = refused(body);
        assert!(
            error.contains("TypeError") && error.contains(message),
            "{body}: {error}"
        );
    }
}

#[test]
fn what_has_no_counterpart_says_so() {
    for body in [
        "api.samlResponse.setAttribute('a', 1)",
        "api.session.revoke('x')",
        "api.session.setExpiresAt(1)",
        "api.refreshToken.revoke()",
        "api.access.rejectInvalidSubjectToken('x')",
    ] {
        let error = refused(body);
        assert!(
            error.contains("no counterpart in front of an identity platform"),
            "{error}"
        );
    }
    assert_eq!(
        calls("if (api.rules.wasExecuted('rul_1') !== false) throw 1"),
        json!([])
    );
}

#[test]
fn each_trigger_has_its_own_api() {
    let spaces = |event, trigger, body: &str| calls_of(&run_at(event, trigger, body));
    let names = "throw new Error(Object.keys(api).sort().join())";
    for (event, trigger, expected) in [
        (
            EventType::PreRegistration,
            "PreUserRegistration",
            "access,cache,user,validation",
        ),
        (EventType::PostRegistration, "PostUserRegistration", "cache"),
        (EventType::PostPasswordReset, "PostChangePassword", "cache"),
        (
            EventType::PrePasswordReset,
            "PostChallenge",
            "access,authentication,cache,redirect",
        ),
        (EventType::PreMfaMethodDispatch, "SendPhoneMessage", "cache"),
        (
            LOGIN,
            "PostLogin",
            "access,accessToken,authentication,cache,idToken,multifactor,prompt,redirect,refreshToken,rules,samlResponse,session,user",
        ),
    ] {
        let failure = run_at(event, trigger, names).result.unwrap_err();
        assert!(
            failure.message.contains(&format!("Error: {expected}")),
            "{failure}"
        );
    }
    assert_eq!(
        spaces(
            EventType::PreRegistration,
            "PreUserRegistration",
            "api.access.deny('bot', 'Not today').validation.error('x', 'Too young')"
        ),
        json!([
            ["access.deny", ["access_denied", "Not today", "bot"]],
            ["validation.error", ["x", "Too young"]],
        ])
    );
    assert_eq!(
        spaces(
            EventType::PrePasswordReset,
            "PostChallenge",
            "api.access.deny('no')"
        ),
        json!([["access.deny", ["access_denied", "no", null]]])
    );
}

fn client_credentials() -> Value {
    sample::of_triggers(
        EventType::PreIdTokenGeneration,
        &["onExecuteCredentialsExchange"],
    )
}

#[test]
fn an_application_that_gets_a_token_for_itself_is_no_login() {
    let source = "
        exports.onExecutePostLogin = async (event, api) => { api.accessToken.setCustomClaim('by', 'login') };
        exports.onExecuteCredentialsExchange = async (event, api) => {
            api.accessToken.setCustomClaim('by', event.client.client_id);
            api.access.deny('invalid_scope', 'not this one');
        };";
    assert_eq!(
        calls_of(&run_on(source, &client_credentials())),
        json!([
            ["accessToken.setCustomClaim", ["by", "stock-sync"]],
            ["access.deny", ["invalid_scope", "not this one", null]],
        ])
    );
    let login = sample::args(EventType::PreIdTokenGeneration);
    assert_eq!(calls_of(&run_on(source, &login))[0][1][1], "login");
    let only_login =
        "exports.onExecutePostLogin = async (event, api) => { throw new Error('never') }";
    assert_eq!(
        calls_of(&run_on(only_login, &client_credentials())),
        json!([])
    );
    // Nothing says which it is: then it is the one that the script is for.
    let only_exchange = "exports.onExecuteCredentialsExchange = async (event, api) => { api.access.deny('invalid_scope') }";
    let nothing_known = json!({"event": {"type": "pre-id-token-generation"}});
    assert_eq!(
        calls_of(&run_on(only_exchange, &nothing_known))[0][0],
        "access.deny"
    );
}

#[test]
fn a_trigger_of_another_event_is_an_error() {
    let ended = run_at(EventType::PostRegistration, "PostLogin", "");
    let failure = ended.result.unwrap_err();
    assert!(
        failure.message.contains("onExecutePostLogin does not run at post-registration; onExecutePostUserRegistration does"),
        "{failure}"
    );
}

#[test]
fn who_comes_back_goes_on_in_the_other_function() {
    let source = "
        exports.onExecutePostLogin = async (event, api) => { api.redirect.sendUserTo('https://ask.example.com', { query: { lang: 'en' } }) };
        exports.onContinuePostLogin = async (event, api) => { api.idToken.setCustomClaim('answer', event.request.query.answer) };";
    let mut args = sample::args(LOGIN);
    args["continue_request_parameters"] = json!({"state": "s1"});
    assert_eq!(
        calls_of(&run_on(source, &args)),
        json!([["redirect.sendUserTo", ["https://ask.example.com", {"state": "s1", "lang": "en"}]]])
    );
    args["continue_context"] = json!({"answer": "yes", "state": "s1"});
    assert_eq!(
        calls_of(&run_on(source, &args)),
        json!([["idToken.setCustomClaim", ["answer", "yes"]]])
    );
    let without = "exports.onExecutePostLogin = async () => { throw new Error('again') }";
    assert_eq!(calls_of(&run_on(without, &args)), json!([]));
}

#[test]
fn a_denial_is_out_at_once_and_the_script_runs_on() {
    let ended = run_at(
        LOGIN,
        "PostLogin",
        "api.access.deny('first'); api.user.setAppMetadata('denied', true);
         await new Promise((done) => setTimeout(done, 50));
         api.access.deny('second'); console.log('to its end')",
    );
    assert_eq!(
        calls_of(&ended),
        json!([
            ["access.deny", ["access_denied", "first", null]],
            ["user.setAppMetadata", ["denied", true]],
        ])
    );
    let lines: Vec<_> = ended
        .console
        .iter()
        .map(|line| line.text.as_str())
        .collect();
    assert_eq!(
        lines,
        [
            "api.access.deny came after the answer and was ignored",
            "to its end"
        ]
    );
}

#[test]
fn a_denial_stands_whatever_comes_after() {
    for (after, logged) in [
        ("throw new Error('after')", true),
        ("await later(5); throw new Error('after')", true),
        ("setTimeout(() => { throw new Error('after') }, 5)", true),
        (
            "await later(5); Promise.reject(new Error('after')); await later(5)",
            true,
        ),
        ("Promise.reject(new Error('after'))", false),
        ("await new Promise(() => {})", false),
    ] {
        let body = format!(
            "const later = (time) => new Promise((done) => setTimeout(done, time));
             api.access.deny('no'); {after}"
        );
        let ended = run_at(LOGIN, "PostLogin", &body);
        assert_eq!(calls_of(&ended)[0][0], "access.deny", "{after}");
        if logged {
            let mut lines = ended.console.iter();
            assert!(
                lines.any(|line| line.text.contains("Error: after")),
                "{after}: {:?}",
                ended.console
            );
        }
    }
}

#[test]
fn a_validation_error_stands_too() {
    let body = "api.validation.error('young', 'Too young'); throw new Error('after')";
    let ended = run_at(EventType::PreRegistration, "PreUserRegistration", body);
    assert_eq!(
        calls_of(&ended),
        json!([["validation.error", ["young", "Too young"]]])
    );
    assert_eq!(ended.console[0].level, Level::Error);
}

#[test]
fn any_reason_denies() {
    for (reason, shown) in [
        ("", json!(null)),
        ("7", json!("7")),
        ("new Error('x')", json!("Error: x")),
    ] {
        let calls = calls(&format!("api.access.deny({reason})"));
        assert_eq!(
            calls,
            json!([["access.deny", ["access_denied", shown, null]]])
        );
    }
}

#[test]
fn errors_are_errors_wherever_they_are() {
    for (body, message) in [
        (
            "api.idToken.setCustomClaim('a', 1); throw new Error('thrown')",
            "Error: thrown",
        ),
        (
            "setTimeout(() => { throw new Error('bare') }, 5); await new Promise((r) => setTimeout(r, 50))",
            "Error: bare",
        ),
        (
            "Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 50))",
            "unhandled rejection: Error: lost",
        ),
        ("event.nothing.here", "TypeError"),
    ] {
        let failure = run_at(LOGIN, "PostLogin", body).result.unwrap_err();
        assert!(failure.message.contains(message), "{failure}");
        assert!(failure.message.contains("hooks/x.js:2"), "{failure}");
    }
    let ended = run_on(
        "exports.onExecutePostLogin = (event, api) => { throw new Error('not even a promise') }",
        &sample::args(LOGIN),
    );
    assert!(
        ended
            .result
            .unwrap_err()
            .message
            .contains("not even a promise")
    );
}

#[test]
fn what_is_pending_goes_on_after_the_answer() {
    let body = "setTimeout(() => { console.log('in the background'); api.idToken.setCustomClaim('late', 1) }, 50); api.idToken.setCustomClaim('a', 1)";
    let ended = run_at(LOGIN, "PostLogin", body);
    assert_eq!(
        calls_of(&ended),
        json!([["idToken.setCustomClaim", ["a", 1]]])
    );
    assert_eq!(ended.console[0].text, "in the background");
    assert!(ended.console[1].text.contains("came after the answer"));
}

#[test]
fn an_asynchronous_hook_ends_when_nothing_is_pending() {
    let source = "exports.onExecutePostUserRegistration = async (event) => {
        setTimeout(() => console.log(event.user.email), 100);
    }";
    let clock = TestClock::new();
    let hook = load_with(source, false, patient(), &clock).unwrap();
    let ended = finish(&hook, &sample::args(EventType::PostRegistration), &clock);
    assert_eq!(ended.console[0].text, "jane@example.com");
}

#[test]
fn a_functions_this_is_what_exports_it() {
    let source = "module.exports = { tier: 'gold', async onExecutePostLogin(event, api) { api.idToken.setCustomClaim('tier', this.tier) } }";
    assert_eq!(
        calls_of(&run_on(source, &sample::args(LOGIN)))[0][1][1],
        "gold"
    );
}

#[test]
fn the_event_of_a_login() {
    let args = sample::args(EventType::PreIdTokenGeneration);
    for (path, value) in [
        ("user.user_id", json!("248289761001")),
        ("user.email", json!("jane@example.com")),
        ("user.email_verified", json!(true)),
        ("user.username", json!("jane")),
        ("user.name", json!("Jane Doe")),
        ("user.phone_number", json!("+31201234567")),
        ("user.groups", json!(["customers"])),
        ("user.user_metadata", json!({})),
        ("user.app_metadata", json!({})),
        ("user.iss", json!(null)),
        ("client", json!({"client_id": "storefront", "metadata": {}})),
        ("connection", json!({"metadata": {}})),
        ("request.ip", json!("192.0.2.1")),
        ("request.hostname", json!("id.example.com")),
        ("request.method", json!("POST")),
        ("request.user_agent", json!("sample")),
        ("request.language", json!("en")),
        ("request.query", json!({})),
        ("request.body", json!({})),
        ("request.geoip.countryCode", json!("NL")),
        ("request.geoip.cityName", json!("Utrecht")),
        ("request.geoip.latitude", json!(52.0907)),
        ("transaction.protocol", json!("oidc-basic-profile")),
        ("transaction.acr_values", json!([])),
        (
            "transaction.requested_scopes",
            json!(["openid", "profile", "email"]),
        ),
        (
            "transaction.redirect_uri",
            json!("https://shop.example.com/callback"),
        ),
        (
            "authentication.methods",
            json!([{"name": "pwd", "timestamp": "2025-12-31T23:59:50.000Z"}]),
        ),
        (
            "resource_server.identifier",
            json!("https://api.example.com"),
        ),
        ("session.id", json!("08a5019c-17e1-4977-8f42-65a12843ea02")),
        ("stats", json!({})),
        ("secrets", json!({})),
        ("configuration", json!({})),
        ("tenant.id", json!("https://id.example.com")),
    ] {
        assert_eq!(shown_on(&format!("event.{path}"), &args), value, "{path}");
    }
    for unknown in [
        "organization",
        "authorization",
        "user.multifactor",
        "stats.logins_count",
        "authentication.riskAssessment",
    ] {
        assert_eq!(
            shown(&format!("typeof event.{unknown}")),
            "undefined",
            "{unknown}"
        );
    }
}

#[test]
fn a_token_request_may_be_a_refresh_and_a_browser_event_names_its_flow() {
    let mut args = sample::args(EventType::PreIdTokenGeneration);
    args["tokens"]["grant_type"] = json!("refresh_token");
    assert_eq!(
        shown_on("event.transaction.protocol", &args),
        "oauth2-refresh-token"
    );
    let mut args = sample::args(LOGIN);
    args["event"]["path"] = json!("password-form");
    args["oidc_context"] = json!({"response_type": "code id_token", "prompt": "login consent", "ui_locales": ["nl", "en"]});
    assert_eq!(
        shown_on(
            "[event.transaction.protocol, event.transaction.prompt, event.transaction.locale, event.transaction.ui_locales]",
            &args
        ),
        json!([
            "oidc-hybrid-profile",
            ["login", "consent"],
            "nl",
            ["nl", "en"]
        ])
    );
}

#[test]
fn what_is_always_there_is_there_without_anything() {
    let paths = [
        "user.user_metadata",
        "user.app_metadata",
        "client.metadata",
        "connection.metadata",
        "request.query",
        "request.body",
        "request.geoip",
        "secrets",
        "configuration",
        "transaction.acr_values",
        "authentication.methods",
    ];
    for path in paths {
        let list = path.ends_with('s') && (path.contains("methods") || path.contains("values"));
        let value = shown_on(&format!("event.{path}"), &json!({}));
        assert_eq!(value, if list { json!([]) } else { json!({}) }, "{path}");
    }
}

#[test]
fn nothing_is_frozen() {
    assert_eq!(
        shown(
            "(event.user.app_metadata.n = 1, event.transaction.acr_values.push('a'), event.extra = 2, [event.user.app_metadata, event.transaction.acr_values, event.extra])"
        ),
        json!([{"n": 1}, ["a"], 2])
    );
}

#[test]
fn an_event_may_bring_what_the_traffic_does_not_tell() {
    let mut args = sample::args(LOGIN);
    args["user"] = json!({"app_metadata": {"plan": "pro"}, "user_metadata": null, "multifactor": ["guardian"]});
    args["connection"] = json!({"name": "Users", "strategy": "auth0"});
    args["organization"] = json!({"id": "org_1", "name": "acme"});
    args["authorization"] = json!({"roles": ["admin"]});
    args["stats"] = json!({"logins_count": 1});
    args["request"]["query"] = json!({"q": "1"});
    args["secrets"] = json!({"KEY": "s"});
    args["variables"] = json!({"MODE": "m"});
    assert_eq!(
        shown_on(
            "[event.user.app_metadata.plan, event.user.user_metadata, event.user.email, event.user.multifactor, event.connection, event.organization.id, event.authorization.roles, event.stats.logins_count, event.request.query.q, event.secrets.KEY, event.configuration.MODE]",
            &args
        ),
        json!(["pro", {}, "jane@example.com", ["guardian"], {"metadata": {}, "name": "Users", "strategy": "auth0"}, "org_1", ["admin"], 1, "1", "s", "m"])
    );
}

#[test]
fn registration_shows_what_was_submitted() {
    let ended = run_at(
        EventType::PreRegistration,
        "PreUserRegistration",
        "throw new Error(JSON.stringify([event.user.email, event.user.given_name, event.user.name, event.user.user_id]))",
    );
    let message = ended.result.unwrap_err().message;
    assert!(
        message.contains(r#"["jane@example.com","Jane","Jane Doe",null]"#),
        "{message}"
    );
    let phone = run_at(
        EventType::PreMfaMethodDispatch,
        "SendPhoneMessage",
        "throw new Error(event.message_options.recipient)",
    );
    assert!(phone.result.unwrap_err().message.contains("+31201234567"));
}

#[test]
fn texts_are_kept_from_one_invocation_to_the_next() {
    let source = "exports.onExecutePostLogin = async (event, api) => {
        const before = api.cache.get('n');
        const set = api.cache.set('n', String(Number(before?.value ?? 0) + 1), { ttl: 60000 });
        const left = before && before.expires_at - Date.now();
        api.idToken.setCustomClaim('n', [before?.value, set, left === undefined || (left > 50000 && left <= 60000)]);
    }";
    let clock = TestClock::new();
    let hook = load_with(source, true, patient(), &clock).unwrap();
    let mut seen = vec![];
    for _ in 0..2 {
        let ended = finish(&hook, &sample::args(LOGIN), &clock);
        seen.push(calls_of(&ended)[0][1][1].clone());
    }
    assert_eq!(seen[0], json!([null, {"type": "success"}, true]));
    assert_eq!(seen[1], json!(["1", {"type": "success"}, true]));
}

#[test]
fn the_cache_forgets_and_has_bounds() {
    let body = "
        const seen = [];
        api.cache.set('a', '1'); api.cache.delete('a'); seen.push(api.cache.get('a') === undefined);
        api.cache.set('b', '1', { expires_at: Date.now() - 1 }); seen.push(api.cache.get('b') === undefined);
        api.cache.set('c', '1', { ttl: 20 }); await new Promise((r) => setTimeout(r, 40)); seen.push(api.cache.get('c') === undefined);
        seen.push(api.cache.set('d', 'x'.repeat(1 << 20)));
        api.idToken.setCustomClaim('seen', seen);";
    assert_eq!(
        calls(body)[0][1][1],
        json!([true, true, true, {"type": "error", "code": "CacheItemSizeExceeded"}])
    );
}

#[test]
fn a_token_says_who_is_sent_away() {
    let body = "
        const token = api.redirect.encodeToken({ secret: 's', payload: { order: 7, sub: 'forged' }, expiresInSeconds: 60 });
        const [header, payload] = token.split('.').slice(0, 2).map((part) => JSON.parse(atob(part.replace(/-/g, '+').replace(/_/g, '/'))));
        const now = Math.floor(Date.now() / 1000);
        api.idToken.setCustomClaim('x', [header, payload.exp - payload.iat, Math.abs(payload.iat - now) < 5, payload.order, payload.sub, payload.iss, payload.ip]);";
    assert_eq!(
        calls(body)[0][1][1],
        json!([{"alg": "HS256", "typ": "JWT"}, 60, true, 7, "248289761001", "id.example.com", "192.0.2.1"])
    );
}

#[test]
fn the_token_of_who_comes_back_is_checked() {
    // The other side is played by the script: it makes the token of which the next run is told.
    let make = |claims: &str, secret: &str| {
        let body = format!(
            "api.idToken.setCustomClaim('x', api.redirect.encodeToken({{ secret: '{secret}', payload: {claims} }}))"
        );
        calls(&body)[0][1][1].as_str().unwrap().to_owned()
    };
    let check = |token: &str, options: &str| {
        let source = format!(
            "exports.onExecutePostLogin = () => {{}};
             exports.onContinuePostLogin = async (event, api) => {{ api.idToken.setCustomClaim('x', api.redirect.validateToken({options}).order) }}"
        );
        let mut args = sample::args(LOGIN);
        args["continue_context"] = json!({"state": "s1", "session_token": token, "other": token});
        run_on(&source, &args)
    };
    let good = make("{ order: 7, state: 's1' }", "s");
    for options in [
        "{ secret: 's' }",
        "{ secret: 's', tokenParameterName: 'other' }",
    ] {
        assert_eq!(calls_of(&check(&good, options))[0][1][1], 7);
    }
    let (signed, _) = good.rsplit_once('.').unwrap();
    for (token, options, why) in [
        (
            good.clone(),
            "{ secret: 'other' }",
            "no JWT with an HS256 signature",
        ),
        (
            good.clone(),
            "{ secret: 's', tokenParameterName: 'none' }",
            "in `none` is not there",
        ),
        (format!("{signed}."), "{ secret: 's' }", "no JWT"),
        (
            make("{ state: 's2' }", "s"),
            "{ secret: 's' }",
            "not of this journey",
        ),
        (make("{}", "s"), "{ secret: 's' }", "not of this journey"),
    ] {
        let failure = check(&token, options).result.unwrap_err();
        assert!(failure.message.contains(why), "{failure}");
    }
}
