//! A login by a real OpenID Connect client, in a process of its own.

use std::process::Command;

use serde_json::Value;

use super::platform::{API, Kind, Platform, REDIRECT_URI};
use super::programs;

/// Which client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// Python's Authlib.
    Authlib,
    /// npm's openid-client.
    OpenidClient,
}

pub const CLIENTS: [Client; 2] = [Client::Authlib, Client::OpenidClient];
/// Ways in which clients authenticate at the token endpoint; all of them use PKCE.
pub const AUTH_METHODS: [&str; 3] = ["client_secret_basic", "client_secret_post", "none"];

/// What the client printed (its file's head describes it), and how it ended.
#[derive(Debug)]
pub struct Login {
    /// 0: all verified; 3: the platform answered with an OAuth error; 1: anything else.
    pub code: Option<i32>,
    /// The report; null when there is none.
    pub report: Value,
    /// Why it failed.
    pub error: String,
}

impl Login {
    /// The report of a login in which everything was verified.
    pub fn verified(self) -> Value {
        assert_eq!(self.code, Some(0), "{} {}", self.error, self.report);
        self.report
    }
}

/// How a client logs in.
#[derive(Clone, Copy, Debug)]
pub struct How<'h> {
    /// One of [`AUTH_METHODS`].
    pub auth_method: &'h str,
    /// A URL that takes the issuer's traffic instead of it.
    pub connect_to: Option<&'h str>,
    /// Whether it asks userinfo.
    pub userinfo: bool,
}

/// In this way, at the issuer, with userinfo.
pub fn how(auth_method: &str) -> How<'_> {
    How {
        auth_method,
        connect_to: None,
        userinfo: true,
    }
}

impl Client {
    /// A login, with all of the client's checks.
    pub fn log_in(self, platform: &Platform, how: &How<'_>) -> Login {
        let How {
            auth_method,
            connect_to,
            userinfo,
        } = *how;
        let clients = programs::file("clients");
        let mut command;
        match self {
            Client::Authlib => {
                command = Command::new(programs::python());
                command.arg(clients.join("authlib_login.py"));
            }
            Client::OpenidClient => {
                command = Command::new(programs::node());
                command.arg(clients.join("openid_client_login.mjs"));
            }
        }
        let (client_id, client_secret) = platform.client(auth_method);
        command.args(["--issuer", &platform.issuer, "--jwks", &platform.url]);
        command.args(["--user", &platform.user, "--password", &platform.password]);
        command.args(["--client-id", client_id, "--auth-method", auth_method]);
        command.args(["--redirect-uri", REDIRECT_URI, "--timeout", "100"]);
        if let Some(secret) = client_secret {
            command.args(["--client-secret", secret]);
        }
        if let Some(address) = connect_to {
            command.args(["--connect-to", address]);
        }
        // Access tokens for an API are not for userinfo.
        let api = platform.kind == Kind::OidcProviderWithApi;
        if api {
            command.args(["--api", API]);
        }
        if api || !userinfo {
            command.arg("--no-userinfo");
        }
        let output = command.output().unwrap();
        Login {
            code: output.status.code(),
            report: serde_json::from_slice(&output.stdout).unwrap_or_default(),
            error: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
