//! Where things are: the platform's URL, and `host:port`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;

/// The platform's URL, as Envoy and discovery use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    url: Url,
    /// Its host and port.
    pub address: Address,
    /// Whether it is `https`.
    pub tls: bool,
}

impl Upstream {
    /// The path under which the platform lives, without a trailing slash; mostly empty.
    /// Keycloak's realms are an example of one that is not: `/realms/acme`.
    pub fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin(), self.path())
    }
}

impl FromStr for Upstream {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = "expected the platform's URL, such as http://127.0.0.1:5000";
        let url = Url::parse(text).map_err(|error| format!("{expected}: {error}"))?;
        let tls = match url.scheme() {
            "http" => false,
            "https" => true,
            other => return Err(format!("{expected}, found the scheme `{other}`")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(format!("{expected}, without credentials"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(format!("{expected}, without `?` and `#`"));
        }
        let host = url.host_str().ok_or(expected)?;
        let address = Address {
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port_or_known_default().ok_or(expected)?,
        };
        Ok(Upstream { url, address, tls })
    }
}

/// A host, as a name or an IP address, and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// A name or an IP address, without brackets.
    pub host: String,
    /// From 1.
    pub port: u16,
}

impl Address {
    /// The IP address, if it is one and no name.
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ip() {
            Some(IpAddr::V6(ip)) => write!(f, "[{ip}]:{}", self.port),
            _ => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = "expected host:port, such as 127.0.0.1:9903";
        let (host, port) = text.rsplit_once(':').ok_or(expected)?;
        let port = port.parse().ok().filter(|port| *port > 0).ok_or(expected)?;
        let bracketed = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        let valid = match bracketed {
            Some(ip) => ip.parse::<std::net::Ipv6Addr>().is_ok(),
            None => is_host(host),
        };
        if !valid {
            return Err(format!("{expected}; `{host}` is no host"));
        }
        Ok(Address {
            host: bracketed.unwrap_or(host).to_owned(),
            port,
        })
    }
}

/// Whether this can be a DNS name (RFC 1123 section 2.1, underscores as Docker allows them) or an
/// IPv4 address.
pub fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_an_origin_and_perhaps_a_path() {
        let upstream: Upstream = "https://id.example.com/realms/acme/".parse().unwrap();
        assert_eq!(upstream.to_string(), "https://id.example.com/realms/acme");
        assert_eq!(upstream.address.to_string(), "id.example.com:443");
        assert!(upstream.tls);
        let upstream: Upstream = "http://[::1]:5000".parse().unwrap();
        assert_eq!(
            (upstream.path(), upstream.address.host.as_str()),
            ("", "::1")
        );
        assert_eq!(upstream.address.to_string(), "[::1]:5000");
    }

    #[test]
    fn what_is_no_upstream_is_refused_with_the_reason() {
        for (text, reason) in [
            ("127.0.0.1:5000", "such as http://"),
            ("localhost:5000", "the scheme `localhost`"),
            ("ftp://x", "the scheme `ftp`"),
            ("http://u:p@x", "without credentials"),
            ("http://x/?a", "without `?`"),
        ] {
            let error = text.parse::<Upstream>().unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn an_address_is_a_host_and_a_port() {
        for text in ["relay:9903", "127.0.0.1:1", "[::1]:9903"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        for text in [
            "relay", "relay:0", "relay:x", ":1", "a b:1", "::1:9903", "x:70000",
        ] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
