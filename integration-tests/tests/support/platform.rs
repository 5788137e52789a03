//! A real OpenID Connect platform as a process, with a port and clients of its own.

use std::process::Command;

use serde_json::Value;

use super::child::Child;
use super::programs;

/// Where customers are sent back to; nothing listens there, since no browser is a real one.
pub const REDIRECT_URI: &str = "http://127.0.0.1:9000/callback";
/// The audience of oidc-provider's access tokens when they are JWTs (platforms/oidc-provider).
pub const API: &str = "urn:example:orders-api";

/// Which platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// RS256; its access tokens are JWTs; a refresh brings no new ID token.
    Canaille,
    /// Opaque access tokens; a refresh brings a new ID token.
    OidcProvider {
        /// `RS256` or `ES256`.
        alg: &'static str,
    },
    /// The same with RS256 and access tokens that are JWTs for [`API`].
    OidcProviderWithApi,
}

impl Kind {
    /// The profile that is for it.
    pub fn profile(self) -> &'static str {
        match self {
            Kind::Canaille => "canaille",
            Kind::OidcProvider { .. } | Kind::OidcProviderWithApi => "oidc",
        }
    }

    fn command(self) -> Command {
        let folder = programs::file("platforms");
        let mut command;
        match self {
            Kind::Canaille => {
                command = Command::new(programs::python());
                command.arg(folder.join("canaille.py"));
            }
            Kind::OidcProvider { .. } | Kind::OidcProviderWithApi => {
                command = Command::new(programs::node());
                command.arg(folder.join("oidc-provider/server.mjs"));
            }
        }
        match self {
            Kind::Canaille => {}
            Kind::OidcProvider { alg } => {
                command.args(["--alg", alg]);
            }
            Kind::OidcProviderWithApi => {
                command.arg("--jwt-access-tokens");
            }
        }
        command
    }
}

/// A running platform.
pub struct Platform {
    _child: Child,
    pub kind: Kind,
    /// Where it listens.
    pub url: String,
    /// What it calls itself: where Envoy is to listen.
    pub issuer: String,
    /// Its one customer.
    pub user: String,
    pub password: String,
    clients: Value,
}

impl Platform {
    /// Behind `public_url`, when it serves.
    pub fn start(kind: Kind, public_url: &str) -> Self {
        let mut command = kind.command();
        command.args(["--public-url", public_url, "--redirect-uri", REDIRECT_URI]);
        command.arg("--exit-with-parent");
        let mut child = Child::secretive("platform", command);
        let ready: Value = serde_json::from_str(&format!("{{{}", child.line("{"))).unwrap();
        let text = |name: &str| ready[name].as_str().unwrap().to_owned();
        Platform {
            _child: child,
            kind,
            url: text("url"),
            issuer: text("issuer"),
            user: text("user"),
            password: text("password"),
            clients: ready["clients"].clone(),
        }
    }

    /// The client with this authentication method: its id, and its secret if it has one.
    pub fn client(&self, auth_method: &str) -> (&str, Option<&str>) {
        let client = &self.clients[auth_method];
        (
            client["client_id"].as_str().unwrap(),
            client["client_secret"].as_str(),
        )
    }

    /// Its address, without the scheme.
    pub fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }
}
