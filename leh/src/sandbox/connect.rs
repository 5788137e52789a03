//! Connections to the hosts that hooks may call: where a name leads is looked up and judged here,
//! at the moment of connecting, so that no second answer of the DNS can lead elsewhere.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use lifecycle::egress::{Egress, is_public};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tower_service::Service;

use super::dns::Names;

/// As long as Node's `fetch` tries.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The head start of each address over the next (RFC 8305 section 8).
const HEAD_START: Duration = Duration::from_millis(250);

/// Why there is no connection: begins with a code of Node's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConnectError(pub String);

/// Connects as `egress` says.
#[derive(Clone)]
pub struct Connector {
    egress: Arc<Egress>,
    names: Arc<dyn Names>,
    tls: Arc<ClientConfig>,
}

impl Connector {
    /// With these trusted certificates ([`trusted`]).
    pub fn new(egress: Arc<Egress>, names: Arc<dyn Names>, tls: Arc<ClientConfig>) -> Self {
        Connector { egress, names, tls }
    }

    async fn connect(&self, uri: &Uri) -> Result<Stream, ConnectError> {
        let route = self
            .egress
            .route(&uri.to_string())
            .map_err(|refused| ConnectError(refused.to_string()))?;
        let entry = route.entry;
        let (addresses, port) = match &entry.address {
            Some(address) => self.stand_in(address).await?,
            None => (
                self.addresses(&route.host, entry.private).await?,
                route.port,
            ),
        };
        let addresses: Vec<SocketAddr> = addresses
            .into_iter()
            .map(|address| SocketAddr::new(address, port))
            .collect();
        let shown = format!("{}:{port}", route.host);
        let stream = first_to_answer(addresses, &shown).await?;
        // Small requests at once; without it they wait for more.
        let _ = stream.set_nodelay(true);
        if !entry.connects_with_tls() {
            return Ok(Stream::Plain(TokioIo::new(stream)));
        }
        // The vendor's name, wherever it is connected to.
        let bare = route.host.trim_matches(['[', ']']).to_owned();
        let failed = |reason: String| ConnectError(format!("ERR_TLS: {shown}: {reason}"));
        let name = ServerName::try_from(bare).map_err(|error| failed(error.to_string()))?;
        let shaken = TlsConnector::from(self.tls.clone()).connect(name, stream);
        match timeout(CONNECT_TIMEOUT, shaken).await {
            Ok(Ok(stream)) => Ok(Stream::Tls(Box::new(TokioIo::new(stream)))),
            Ok(Err(error)) => Err(failed(error.to_string())),
            Err(_) => Err(timed_out(&shown)),
        }
    }

    /// The addresses that stand in for the host, whatever they are: hooks.yaml names them.
    async fn stand_in(&self, address: &str) -> Result<(Vec<IpAddr>, u16), ConnectError> {
        let wrong = || ConnectError(format!("EINVAL: `address: {address}` is no HOST:PORT"));
        let (host, port) = address.rsplit_once(':').ok_or_else(wrong)?;
        let port = port.parse().map_err(|_| wrong())?;
        let host = host.trim_matches(['[', ']']);
        let found = match host.parse() {
            Ok(address) => vec![address],
            Err(_) => self.names.addresses(host).await.map_err(ConnectError)?,
        };
        Ok((found, port))
    }

    /// The addresses of the host that may be connected to.
    async fn addresses(&self, host: &str, private: bool) -> Result<Vec<IpAddr>, ConnectError> {
        if let Ok(address) = host.trim_matches(['[', ']']).parse() {
            // Only an entry that gives this very address allows it.
            return Ok(vec![address]);
        }
        let found = self.names.addresses(host).await.map_err(ConnectError)?;
        public(host, found, private).map_err(ConnectError)
    }
}

/// Those of the addresses of `host` that hooks may reach.
///
/// # Errors
/// There are none.
pub fn public(host: &str, found: Vec<IpAddr>, private: bool) -> Result<Vec<IpAddr>, String> {
    let first = found.first().copied();
    let allowed: Vec<IpAddr> = found
        .into_iter()
        .filter(|address| private || is_public(*address))
        .collect();
    match (allowed.is_empty(), first) {
        (false, _) => Ok(allowed),
        (true, Some(first)) => Err(format!(
            "EACCES: {host} leads to {first}, which is no public address; \
             `private: true` at its entry in `egress` allows that"
        )),
        (true, None) => Err(format!("ENOTFOUND: getaddrinfo ENOTFOUND {host}")),
    }
}

/// Tries one after the other, each with a head start, and takes the first that answers.
async fn first_to_answer(
    addresses: Vec<SocketAddr>,
    shown: &str,
) -> Result<TcpStream, ConnectError> {
    let mut attempts = JoinSet::new();
    for (index, address) in (0..).zip(addresses) {
        attempts.spawn(async move {
            sleep(HEAD_START * index).await;
            (address, TcpStream::connect(address).await)
        });
    }
    let race = async {
        let mut failed = None;
        while let Some(attempt) = attempts.join_next().await {
            match attempt {
                Ok((_, Ok(stream))) => return Ok(stream),
                Ok((address, Err(error))) => failed = Some((address, error)),
                Err(_) => {}
            }
        }
        Err(failed)
    };
    let failed = match timeout(CONNECT_TIMEOUT, race).await {
        Ok(Ok(stream)) => return Ok(stream),
        Ok(Err(failed)) => failed,
        Err(_) => return Err(timed_out(shown)),
    };
    Err(ConnectError(match failed {
        Some((address, error)) => {
            let code = io_code(&error);
            format!("{code}: connect {code} {address} ({shown})")
        }
        None => format!("ENOTFOUND: {shown} has no address"),
    }))
}

fn timed_out(shown: &str) -> ConnectError {
    let seconds = CONNECT_TIMEOUT.as_secs();
    ConnectError(format!(
        "UND_ERR_CONNECT_TIMEOUT: no connection to {shown} within {seconds} s"
    ))
}

/// Node's code for an error of the system.
pub fn io_code(error: &std::io::Error) -> &'static str {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::ConnectionRefused => "ECONNREFUSED",
        ErrorKind::ConnectionReset => "ECONNRESET",
        ErrorKind::ConnectionAborted => "ECONNABORTED",
        ErrorKind::BrokenPipe => "EPIPE",
        ErrorKind::TimedOut => "ETIMEDOUT",
        ErrorKind::HostUnreachable => "EHOSTUNREACH",
        ErrorKind::NetworkUnreachable => "ENETUNREACH",
        ErrorKind::AddrNotAvailable => "EADDRNOTAVAIL",
        ErrorKind::PermissionDenied => "EACCES",
        ErrorKind::UnexpectedEof => "UND_ERR_SOCKET",
        _ => "EIO",
    }
}

/// TLS 1.2 and 1.3, HTTP/2 where the host speaks it, and the certificates that this system trusts
/// (`SSL_CERT_FILE` and `SSL_CERT_DIR` name others); Mozilla's where it has none.
///
/// # Errors
/// The cryptography cannot be set up.
pub fn trusted() -> Result<Arc<ClientConfig>, String> {
    let mut roots = RootCertStore::empty();
    let system = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(system.certs);
    if roots.is_empty() {
        let mozilla = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned();
        roots.add_parsable_certificates(mozilla);
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, ConnectError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move { connector.connect(&uri).await })
    }
}

/// A connection.
pub enum Stream {
    /// In clear text.
    Plain(TokioIo<TcpStream>),
    /// Over TLS.
    Tls(Box<TokioIo<TlsStream<TcpStream>>>),
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        let h2 = match self {
            Stream::Plain(_) => false,
            Stream::Tls(stream) => stream.inner().get_ref().1.alpn_protocol() == Some(b"h2"),
        };
        if h2 {
            Connected::new().negotiated_h2()
        } else {
            Connected::new()
        }
    }
}

impl Read for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Stream::Tls(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl Write for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Stream::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
