//! The shape of `args`, field by field. The arguments are built of these types, and `leh types` writes
//! its TypeScript from them (feature `types`), so that what an editor says about a field is what a
//! script is given. The comments on the fields go into that file: they are for who writes hooks.

use serde::Serialize;
use serde_json::{Map, Value};
#[cfg(feature = "types")]
use ts_rs::TS;

use crate::event::EventType;

/// What a hook is given, but for `variables` and `secrets`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "types",
    derive(TS),
    ts(rename = "CommonArgs", optional_fields)
)]
pub struct Args {
    /// The application that the customer uses.
    pub application: Application,
    /// What the application asked for when it sent the customer (OpenID Connect Core 1.0, 3.1.2.1).
    pub oidc_context: OidcContext,
    /// Who this is about, as far as the flow knows them.
    pub customer: Customer,
    /// At `post-identification`, what the customer can authenticate with; at events of a factor, the
    /// factor. Empty elsewhere.
    pub authenticators: Vec<Authenticator>,
    /// The scopes that the application asked for or, at the token endpoint, is given.
    pub requested_scopes: Vec<String>,
    /// The request that shows the event.
    pub request: Request,
    /// Yours: what the hooks of this journey share. A result's `session` replaces it.
    #[cfg_attr(feature = "types", ts(type = "Session"))]
    pub session: Map<String, Value>,
    /// Null, or the query parameters with which the customer came back from a `RedirectRequest`.
    #[cfg_attr(
        feature = "types",
        ts(type = "{ [parameter: string]: any } | null", optional = false)
    )]
    pub continue_context: Option<Map<String, Value>>,
    /// What the place to which you redirect needs to send the customer back.
    pub continue_request_parameters: ContinueRequestParameters,
    /// The event itself.
    #[cfg_attr(feature = "types", ts(skip))]
    pub event: Event,
    /// The tokens that are about to be issued: at `pre-id-token-generation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(skip))]
    pub tokens: Option<Tokens>,
    /// Why the customer was turned away: at `deny-authentication`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(skip))]
    pub reason: Option<Reason>,
}

/// An application of the platform.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(TS), ts(optional_fields))]
pub struct Application {
    /// Its name; undefined where the traffic does not show it, as at the token endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its `client_id`; undefined when neither the request nor a token names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// The authorization request with which the journey began.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(TS), ts(optional_fields))]
pub struct OidcContext {
    /// Authentication context classes asked for; empty when none are known.
    pub acr_values: Vec<String>,
    /// Languages that the application prefers for the pages; empty when none are known.
    pub ui_locales: Vec<String>,
    /// The scopes; at the token endpoint those that are given.
    pub scopes: Vec<String>,
    /// Where the application takes the customer back; undefined when the request has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// Such as `code`; undefined at the token endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_type: Option<String>,
    /// Such as `login`, separated by spaces; undefined when not asked, and at the token endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// Whom the application expects; undefined when it does not say, and at the token endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
}

/// The customer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(TS), ts(optional_fields))]
pub struct Customer {
    /// The address of who calls, as Envoy trusts it: at the token endpoint of a confidential client, the
    /// application's server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// The identity store: the issuer. Undefined before anybody knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    /// The account, and what the tokens say; empty when there is none yet.
    pub info: CustomerInfo,
    /// What they can be known by.
    pub identifiers: Identifiers,
    /// What is known about them, or was given in this flow.
    pub attributes: Attributes,
    /// Consents that were given or withdrawn; empty when none are known.
    pub consents: Vec<Consent>,
    /// Groups of the account, mostly names; empty when none are known.
    #[cfg_attr(feature = "types", ts(type = "any[]"))]
    pub groups: Vec<Value>,
    /// Where they are, from the address.
    pub location: Location,
}

/// The account: its id, and the claims of the ID token.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(TS), ts(optional_fields))]
pub struct CustomerInfo {
    /// The claims; `id` and `userName` stand over claims of these names.
    #[serde(flatten)]
    #[cfg_attr(feature = "types", ts(skip))]
    pub claims: Map<String, Value>,
    /// The account's id (`sub`); undefined before there is an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name with which they log in (`preferred_username`); undefined when it is not known.
    #[serde(rename = "userName", skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
}

/// What the customer can be known by.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(TS), ts(optional_fields))]
pub struct Identifiers {
    /// An email address; undefined when none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A user name; undefined when none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// A phone number; undefined when none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// What is known about the customer. These are at these places; others are named as the flow names them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(TS), ts(optional_fields))]
pub struct Attributes {
    /// Undefined when no address is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emails: Option<Emails>,
    /// Undefined when no number is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phones: Option<Phones>,
    /// Undefined when neither name is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
}

/// Email addresses.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Emails {
    /// The one to write to.
    #[serde(rename = "primaryEmail")]
    pub primary_email: String,
}

/// Phone numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Phones {
    /// The one to call.
    #[serde(rename = "primaryPhone")]
    pub primary_phone: String,
}

/// The name of a person.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(TS), ts(optional_fields))]
pub struct PersonName {
    /// `given_name`; undefined when it is not known.
    #[serde(rename = "givenName", skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// `family_name`; undefined when it is not known.
    #[serde(rename = "familyName", skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
}

/// A consent.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(TS), ts(optional_fields))]
pub struct Consent {
    /// What it is about, in the platform's words.
    pub id: String,
    /// Whether it was given; false when it was withdrawn.
    pub granted: bool,
    /// When, RFC 3339; undefined when nobody says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
}

/// A place on earth, as Envoy's geoip filter tells it; all is undefined when it is not configured.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(TS), ts(optional_fields))]
pub struct Location {
    /// Undefined when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State, province or region; undefined when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The country's name; undefined when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// ISO 3166-1, two letters; undefined when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// Always an object.
    pub coordinates: Coordinates,
}

/// Degrees of WGS 84.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(TS), ts(optional_fields))]
pub struct Coordinates {
    /// North is positive; undefined when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// East is positive; undefined when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
}

/// Something with which a customer proves who they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(TS), ts(optional_fields))]
pub struct Authenticator {
    /// Such as `password`, `otp`, `email`, `phone`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The address or number; undefined for those that have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// A request to the platform.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(TS), ts(optional_fields))]
pub struct Request {
    /// Such as `POST`.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The host that was asked, with its port when one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The `User-Agent` header; undefined when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The language preferred in `Accept-Language`; undefined when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// For the way back from a redirect: give them to the place to which you redirect. Empty at the token
/// endpoint, where nobody can be sent away.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(TS), ts(optional_fields))]
pub struct ContinueRequestParameters {
    /// Where the customer is to be sent back to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// Comes back as the query parameter `state`, unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "types",
    derive(TS),
    ts(rename = "EventInfo", optional_fields)
)]
pub struct Event {
    /// The same on every attempt, and when a flow continues.
    pub id: String,
    /// Its name in the catalogue of events.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "types", ts(type = "LifecycleEvent"))]
    pub kind: EventType,
    /// When it happened, RFC 3339.
    pub time: String,
    /// By which road: at the token endpoint the grant type, elsewhere `password`, `social`, `email` and
    /// the like. Undefined when nothing tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// From 1; more than that when an asynchronous hook runs again after a failure.
    pub attempt: u32,
}

/// Tokens that are about to be issued.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(TS), ts(optional_fields))]
pub struct Tokens {
    /// Such as `authorization_code`; undefined when the request names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_type: Option<String>,
    /// The claims of the ID token, as the platform and the hooks before this one made them; empty when
    /// no ID token is issued.
    #[cfg_attr(feature = "types", ts(type = "Claims"))]
    pub id_token: Value,
    /// The claims of the access token, or null when it is opaque.
    #[cfg_attr(feature = "types", ts(type = "AccessTokenClaims | null"))]
    pub access_token: Value,
}

/// Why a customer was turned away.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(TS), ts(optional_fields))]
pub struct Reason {
    /// An OAuth error code, such as `access_denied`.
    pub error: String,
    /// In words; undefined when the platform gives none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
