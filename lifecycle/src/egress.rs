//! The hosts that hooks may call: which of them a URL names, and what the host adds to the call.
//!
//! Nothing else can be called. Where a name leads is checked by whoever connects: an address that is
//! not public is refused unless the entry says `private: true` or gives the address itself
//! ([`is_public`]).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::bundle::EgressHost;
use crate::egress_cache::Header;
use crate::plan::expand;

/// All of them, with secrets resolved.
#[derive(Clone, Debug, Default)]
pub struct Egress {
    hosts: Vec<Allowed>,
}

#[derive(Clone)]
struct Allowed {
    entry: EgressHost,
    headers: Vec<(String, String)>,
}

/// Without the values of headers: they are secrets.
impl std::fmt::Debug for Allowed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Allowed").field(&self.entry).finish()
    }
}

/// Where a call goes.
#[derive(Clone, Debug)]
pub struct Route<'e> {
    /// The entry that allows it.
    pub entry: &'e EgressHost,
    /// The host as the URL names it.
    pub host: String,
    /// The port.
    pub port: u16,
    /// `:authority`, or the Host header: the port only where it is not the scheme's own.
    pub authority: String,
    /// The path and the query.
    pub path: String,
    /// Headers to set, whatever the script says.
    pub headers: &'e [(String, String)],
}

/// Why a call is not made. The text is what the script reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is no URL, or not an HTTP one.
    #[error("`{0}` cannot be called: expected an absolute http: or https: URL")]
    NoUrl(String),
    /// No entry names it.
    #[error("{0} is not in `egress` of hooks.yaml")]
    NotAllowed(String),
    /// An entry names it, on other terms.
    #[error("{host} may be called at {allowed} only (`egress` of hooks.yaml), not at {found}")]
    OtherTerms {
        /// The host.
        host: String,
        /// What the entry allows.
        allowed: String,
        /// What was asked for.
        found: String,
    },
}

/// Headers of a request that are not a script's to set: those of the connection (RFC 9110 section
/// 7.6.1, RFC 9113 section 8.2.2), and what follows from URL and body.
const OF_THE_CONNECTION: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

impl<'e> Route<'e> {
    /// The headers that are sent, names in lower case: the script's, but for what is not its own; the
    /// cache's conditions; those of hooks.yaml, whatever the script says; and the trace, unless the
    /// script has one.
    pub fn headers_sent<'h>(
        &self,
        script: &'h [Header],
        conditions: &'h [Header],
        traceparent: Option<&'h str>,
    ) -> Vec<(&'h str, &'h [u8])>
    where
        'e: 'h,
    {
        let own: &'e [(String, String)] = self.headers;
        let is_own = |name: &str| own.iter().any(|(known, _)| known == name);
        let of_script = script.iter().chain(conditions);
        let mut sent: Vec<(&str, &[u8])> = of_script
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .filter(|(name, _)| !OF_THE_CONNECTION.contains(name) && !is_own(name))
            .collect();
        sent.extend(
            own.iter()
                .map(|(name, value)| (name.as_str(), value.as_bytes())),
        );
        if let Some(trace) = traceparent
            && !sent.iter().any(|(name, _)| *name == "traceparent")
        {
            sent.push(("traceparent", trace.as_bytes()));
        }
        sent
    }
}

impl Egress {
    /// Resolves the references in headers.
    ///
    /// # Errors
    /// `(place, name)` of each variable that is not set.
    pub fn load(
        hosts: Vec<EgressHost>,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<(String, String)>> {
        let mut missing = Vec::new();
        let mut resolve = |entry: EgressHost| {
            let headers = entry.headers.iter().map(|(name, text)| {
                let value = expand(text, environment).unwrap_or_else(|variable| {
                    missing.push((
                        format!("egress `{}`, header `{name}`", entry.host),
                        variable,
                    ));
                    String::new()
                });
                (name.clone(), value)
            });
            let headers = headers.collect();
            Allowed { entry, headers }
        };
        let mut hosts: Vec<Allowed> = hosts.into_iter().map(&mut resolve).collect();
        // The most specific entry first: a whole name before `*.`, a longer name before a shorter.
        hosts.sort_by_key(|allowed| {
            let name = &allowed.entry.host;
            (name.starts_with("*."), std::cmp::Reverse(name.len()))
        });
        if missing.is_empty() {
            Ok(Egress { hosts })
        } else {
            Err(missing)
        }
    }

    /// The entries.
    pub fn entries(&self) -> impl Iterator<Item = &EgressHost> {
        self.hosts.iter().map(|allowed| &allowed.entry)
    }

    /// The values that headers of ours carry, which nobody must print.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.hosts
            .iter()
            .flat_map(|allowed| allowed.headers.iter().map(|(_, value)| value.as_str()))
    }

    /// Where a call of `url` goes.
    ///
    /// # Errors
    /// Why it goes nowhere.
    pub fn route(&self, url: &str) -> Result<Route<'_>, Refused> {
        let no_url = || Refused::NoUrl(url.to_owned());
        let parsed = Url::parse(url).map_err(|_| no_url())?;
        let tls = match parsed.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(no_url()),
        };
        let host = match parsed.host().ok_or_else(no_url)? {
            Host::Domain(name) => name.trim_end_matches('.').to_owned(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => format!("[{address}]"),
        };
        let is_name = matches!(parsed.host(), Some(Host::Domain(_)));
        let port = parsed.port_or_known_default().ok_or_else(no_url)?;
        let named: Vec<&Allowed> = self
            .hosts
            .iter()
            .filter(|allowed| names(&allowed.entry.host, &host, is_name))
            .collect();
        let fits =
            |allowed: &&&Allowed| allowed.entry.tls == tls && allowed.entry.ports.contains(&port);
        let Some(allowed) = named.iter().find(fits) else {
            return Err(match named.first() {
                None => Refused::NotAllowed(host),
                Some(allowed) => Refused::OtherTerms {
                    host,
                    allowed: terms(allowed.entry.tls, &allowed.entry.ports),
                    found: terms(tls, &[port]),
                },
            });
        };
        let mut path = parsed.path().to_owned();
        if let Some(query) = parsed.query() {
            path.push('?');
            path.push_str(query);
        }
        let authority = match parsed.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.clone(),
        };
        Ok(Route {
            entry: &allowed.entry,
            host,
            port,
            authority,
            path,
            headers: &allowed.headers,
        })
    }

    /// Whether the records of `name` may be asked for: it is a host that may be called.
    pub fn resolves(&self, name: &str) -> bool {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        self.hosts
            .iter()
            .any(|allowed| names(&allowed.entry.host, &name, true))
    }
}

/// Whether an entry's name is that of `host`, in lower case.
fn names(entry: &str, host: &str, is_name: bool) -> bool {
    match entry.strip_prefix('*') {
        // `*.crm.example.com`: every name below, not the name itself.
        Some(suffix) if is_name => host
            .strip_suffix(&suffix.to_ascii_lowercase())
            .is_some_and(|label| !label.is_empty()),
        Some(_) => false,
        None => {
            let bare = |text: &str| text.trim_matches(['[', ']']).to_ascii_lowercase();
            bare(entry) == bare(host)
        }
    }
}

fn terms(tls: bool, ports: &[u16]) -> String {
    let scheme = if tls { "https" } else { "http" };
    let ports: Vec<_> = ports.iter().map(u16::to_string).collect();
    format!("{scheme} port {}", ports.join(" or "))
}

/// The networks that are not public: what hooks cannot reach unless they are named (RFC 6890 and
/// its registry, with multicast and what is reserved).
pub const PRIVATE_NETWORKS: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "::/127",
    "::ffff:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
];

/// Whether `address` is in none of [`PRIVATE_NETWORKS`].
pub fn is_public(address: IpAddr) -> bool {
    !PRIVATE_NETWORKS
        .iter()
        .any(|network| is_in(address, network))
}

fn is_in(address: IpAddr, network: &str) -> bool {
    let Some((base, bits)) = network.split_once('/') else {
        return false;
    };
    let Ok(bits) = bits.parse::<u32>() else {
        return false;
    };
    match address {
        IpAddr::V4(address) => base.parse::<Ipv4Addr>().is_ok_and(|base| {
            let shift = 32 - bits.min(32);
            u32::from(address).checked_shr(shift) == u32::from(base).checked_shr(shift)
        }),
        IpAddr::V6(address) => base.parse::<Ipv6Addr>().is_ok_and(|base| {
            let shift = 128 - bits.min(128);
            u128::from(address).checked_shr(shift) == u128::from(base).checked_shr(shift)
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn entry(host: &str, tls: bool, ports: &[u16]) -> EgressHost {
        EgressHost {
            host: host.into(),
            tls,
            ports: ports.to_vec(),
            ..EgressHost::default()
        }
    }

    fn egress(hosts: Vec<EgressHost>) -> Egress {
        Egress::load(hosts, &|name| (name == "TOKEN").then(|| "s3cret".into())).unwrap()
    }

    #[test]
    fn only_what_is_named_can_be_called() {
        let egress = egress(vec![
            entry("crm.example.com", true, &[443, 8443]),
            entry("*.eu.example.com", true, &[443]),
            entry("127.0.0.1", false, &[9000]),
            entry("::1", false, &[80]),
        ]);
        for url in [
            "https://crm.example.com/a?b=c",
            "https://CRM.example.com:8443/",
            "https://crm.example.com./",
            "https://a.b.eu.example.com",
            "http://127.0.0.1:9000/",
            "http://0x7f.1:9000/",
            "http://[::1]/",
        ] {
            assert!(egress.route(url).is_ok(), "{url}");
        }
        for url in [
            "https://example.com/",
            "https://eu.example.com/",
            "https://crm.example.com.evil.com/",
            "https://evil.com/crm.example.com",
            "https://crm.example.com@evil.com/",
            "https://xcrm.example.com/",
            "http://crm.example.com/",
            "https://crm.example.com:444/",
            "http://127.0.0.1:9001/",
            "http://127.0.0.2:9000/",
            "ftp://crm.example.com/",
            "crm.example.com",
        ] {
            assert!(egress.route(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_route_says_what_is_sent() {
        let egress = egress(vec![EgressHost {
            headers: BTreeMap::from([("authorization".into(), "Bearer ${env:TOKEN}".into())]),
            ..entry("crm.example.com", true, &[443, 8443])
        }]);
        let route = egress
            .route("https://crm.example.com:8443/a/../b?c#d")
            .unwrap();
        assert_eq!(
            (route.authority.as_str(), route.path.as_str()),
            ("crm.example.com:8443", "/b?c")
        );
        assert_eq!(
            route.headers,
            [("authorization".to_owned(), "Bearer s3cret".to_owned())]
        );
        assert!(!format!("{egress:?}").contains("s3cret"));
    }

    #[test]
    fn what_is_sent_is_the_scripts_but_for_what_is_not_its_own() {
        let egress = egress(vec![EgressHost {
            headers: BTreeMap::from([("x-key".into(), "${env:TOKEN}".into())]),
            ..entry("crm.example.com", true, &[443])
        }]);
        let route = egress.route("https://crm.example.com/").unwrap();
        let header = |name: &str| (name.to_owned(), b"script".to_vec());
        let script = ["x-brand", "x-key", "host", "expect", "te"].map(header);
        let conditions = [header("if-none-match")];
        let names = |script: &[Header]| -> Vec<String> {
            let sent = route.headers_sent(script, &conditions, Some("trace"));
            let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
            sent.iter()
                .map(|(name, value)| format!("{name}={}", text(value)))
                .collect()
        };
        assert_eq!(
            names(&script),
            [
                "x-brand=script",
                "if-none-match=script",
                "x-key=s3cret",
                "traceparent=trace"
            ]
        );
        assert_eq!(
            names(&[header("traceparent")]),
            ["traceparent=script", "if-none-match=script", "x-key=s3cret"]
        );
    }

    #[test]
    fn a_refusal_says_what_would_be_allowed() {
        let egress = egress(vec![entry("crm.example.com", true, &[443])]);
        let error = egress
            .route("http://crm.example.com/")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("https port 443") && error.contains("http port 80"),
            "{error}"
        );
        let error = egress.route("https://evil.com/").unwrap_err().to_string();
        assert!(
            error.contains("evil.com") && error.contains("`egress`"),
            "{error}"
        );
    }

    #[test]
    fn a_missing_variable_is_named_with_its_place() {
        let host = EgressHost {
            headers: BTreeMap::from([("x-key".into(), "${env:NOWHERE}".into())]),
            ..entry("crm.example.com", true, &[443])
        };
        let missing = Egress::load(vec![host], &|_| None).unwrap_err();
        assert_eq!(missing[0].1, "NOWHERE");
        assert!(missing[0].0.contains("x-key"));
    }

    #[test]
    fn private_addresses_are_known() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "169.254.169.254",
            "192.168.0.1",
            "172.31.0.1",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "172.32.0.1",
            "2606:4700::1111",
            "2a00:1450::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }
}
