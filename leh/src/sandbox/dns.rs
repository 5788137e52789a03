//! Names: the addresses that are connected to, and the records that scripts ask for with Node's
//! `dns`.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::OnceLock;

use hickory_resolver::TokioResolver;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{RData, RecordType};
use serde_json::{Map, Value, json};

/// A future of a trait's method.
pub type Answering<'a, T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send + 'a>>;

/// Looks names up. Errors begin with a code of Node's.
pub trait Names: Send + Sync {
    /// The addresses of a host, as the system finds them (hosts file included).
    fn addresses<'a>(&'a self, host: &'a str) -> Answering<'a, Vec<IpAddr>>;
    /// The records of a name as Node's `dns` gives them: a list.
    fn records<'a>(&'a self, name: &'a str, record: &'a str) -> Answering<'a, Vec<Value>>;
}

/// The system's resolver, and its name servers.
#[derive(Default)]
pub struct SystemNames {
    servers: OnceLock<Result<TokioResolver, String>>,
}

impl SystemNames {
    fn servers(&self) -> Result<&TokioResolver, String> {
        let servers = self.servers.get_or_init(|| {
            TokioResolver::builder_tokio()
                .and_then(|builder| builder.build())
                .map_err(|error| format!("ECONNREFUSED: no name server is known: {error}"))
        });
        servers.as_ref().map_err(Clone::clone)
    }
}

impl Names for SystemNames {
    fn addresses<'a>(&'a self, host: &'a str) -> Answering<'a, Vec<IpAddr>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await.map_err(|error| {
                let code = if error.to_string().contains("Temporary failure") {
                    "EAI_AGAIN"
                } else {
                    "ENOTFOUND"
                };
                format!("{code}: getaddrinfo {code} {host}")
            })?;
            let mut addresses: Vec<IpAddr> = Vec::new();
            for address in found.map(|address| address.ip()) {
                if !addresses.contains(&address) {
                    addresses.push(address);
                }
            }
            Ok(addresses)
        })
    }

    fn records<'a>(&'a self, name: &'a str, record: &'a str) -> Answering<'a, Vec<Value>> {
        Box::pin(async move { look_up(self.servers()?, name, record).await })
    }
}

/// Asks `servers`.
async fn look_up(servers: &TokioResolver, name: &str, record: &str) -> Result<Vec<Value>, String> {
    let kind: RecordType = record
        .parse()
        .map_err(|_| format!("EINVAL: `{record}` is no type of record"))?;
    // Absolute: the search list of this machine means nothing to a script.
    let absolute = format!("{}.", name.trim_end_matches('.'));
    let failed = |error: NetError| {
        let code = code(&error);
        format!("{code}: query{record} {code} {name}")
    };
    let found = servers.lookup(absolute, kind).await.map_err(failed)?;
    let records: Vec<Value> = found
        .answers()
        .iter()
        .filter(|answer| answer.record_type() == kind)
        .filter_map(|answer| as_node_gives(&answer.data))
        .collect();
    if records.is_empty() {
        return Err(format!("ENODATA: query{record} ENODATA {name}"));
    }
    Ok(records)
}

/// The code of Node's (c-ares's) for an error.
fn code(error: &NetError) -> &'static str {
    match error {
        NetError::Timeout => "ETIMEOUT",
        NetError::Dns(DnsError::NoRecordsFound(no)) => match no.response_code {
            ResponseCode::NXDomain => "ENOTFOUND",
            ResponseCode::NoError => "ENODATA",
            ResponseCode::Refused => "EREFUSED",
            ResponseCode::FormErr => "EFORMERR",
            ResponseCode::NotImp => "ENOTIMP",
            _ => "ESERVFAIL",
        },
        NetError::Dns(DnsError::ResponseCode(ResponseCode::Refused)) => "EREFUSED",
        NetError::Dns(DnsError::ResponseCode(ResponseCode::NotImp)) => "ENOTIMP",
        NetError::Dns(_) => "ESERVFAIL",
        NetError::Proto(_) => "EBADNAME",
        _ => "ECONNREFUSED",
    }
}

/// A record as Node's `dns.resolve…` gives it.
fn as_node_gives(data: &RData) -> Option<Value> {
    let name = |name: &hickory_resolver::proto::rr::Name| {
        let text = name.to_ascii();
        text.strip_suffix('.').unwrap_or(&text).to_owned()
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some(match data {
        RData::A(address) => json!(address.0.to_string()),
        RData::AAAA(address) => json!(address.0.to_string()),
        RData::CNAME(target) => json!(name(&target.0)),
        RData::NS(target) => json!(name(&target.0)),
        RData::PTR(target) => json!(name(&target.0)),
        RData::MX(mx) => json!({ "exchange": name(&mx.exchange), "priority": mx.preference }),
        RData::TXT(txt) => {
            let chunks: Vec<String> = txt.txt_data.iter().map(|chunk| text(chunk)).collect();
            json!(chunks)
        }
        RData::SRV(srv) => json!({
            "name": name(&srv.target), "port": srv.port,
            "priority": srv.priority, "weight": srv.weight,
        }),
        RData::CAA(caa) => {
            let critical = if caa.issuer_critical { 128 } else { 0 };
            let mut object = Map::new();
            object.insert("critical".into(), json!(critical));
            object.insert(caa.tag.clone(), json!(text(&caa.value)));
            Value::Object(object)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, UdpSocket};
    use std::thread;

    use hickory_resolver::config::{
        ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts,
    };
    use hickory_resolver::net::runtime::TokioRuntimeProvider;
    use hickory_resolver::proto::op::{Message, MessageType};
    use hickory_resolver::proto::rr::rdata::{A, CAA, MX, SRV, TXT};
    use hickory_resolver::proto::rr::{Name, Record};

    use super::*;

    /// A name server of this test's process; it ends with it.
    fn server() -> TokioResolver {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        thread::spawn(move || {
            let mut buffer = [0; 1_500];
            while let Ok((length, peer)) = socket.recv_from(&mut buffer) {
                let query = Message::from_vec(&buffer[..length]).unwrap();
                let answer = answer(&query).to_vec().unwrap();
                socket.send_to(&answer, peer).unwrap();
            }
        });
        let mut connection = ConnectionConfig::udp();
        connection.port = port;
        let ip = Ipv4Addr::LOCALHOST.into();
        let server = NameServerConfig::new(ip, true, vec![connection]);
        let config = ResolverConfig::from_parts(None, vec![], vec![server]);
        TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            .with_options(ResolverOpts::default())
            .build()
            .unwrap()
    }

    fn answer(query: &Message) -> Message {
        let asked = query.queries[0].clone();
        let mut answer = Message::new(
            query.metadata.id,
            MessageType::Response,
            query.metadata.op_code,
        );
        let name = asked.name().clone();
        let of = |text: &str| Name::from_ascii(text).unwrap();
        let data: Vec<RData> = match (name.to_ascii().as_str(), asked.query_type()) {
            ("mail.test.", RecordType::A) => vec![RData::A(A(Ipv4Addr::new(192, 0, 2, 1)))],
            ("mail.test.", RecordType::MX) => vec![RData::MX(MX::new(10, of("mx.mail.test.")))],
            ("mail.test.", RecordType::TXT) => {
                vec![RData::TXT(TXT::new(vec!["v=spf1".into(), "-all".into()]))]
            }
            ("mail.test.", RecordType::SRV) => {
                vec![RData::SRV(SRV::new(1, 2, 443, of("s.mail.test.")))]
            }
            ("mail.test.", RecordType::CAA) => vec![RData::CAA(CAA::new_issue(
                true,
                Some(of("ca.test")),
                vec![],
            ))],
            ("mail.test.", _) => vec![],
            _ => {
                answer.metadata.response_code = ResponseCode::NXDomain;
                vec![]
            }
        };
        answer.add_query(asked);
        for data in data {
            answer.add_answer(Record::from_rdata(name.clone(), 60, data));
        }
        answer
    }

    #[tokio::test]
    async fn records_are_given_as_node_gives_them() {
        let servers = server();
        for (record, expected) in [
            ("A", json!(["192.0.2.1"])),
            (
                "MX",
                json!([{ "exchange": "mx.mail.test", "priority": 10 }]),
            ),
            ("TXT", json!([["v=spf1", "-all"]])),
            (
                "SRV",
                json!([{ "name": "s.mail.test", "port": 443, "priority": 1, "weight": 2 }]),
            ),
            ("CAA", json!([{ "critical": 128, "issue": "ca.test" }])),
        ] {
            let found = look_up(&servers, "mail.test", record).await.unwrap();
            assert_eq!(Value::from(found), expected, "{record}");
        }
    }

    #[tokio::test]
    async fn errors_have_nodes_codes() {
        let servers = server();
        for (name, record, code) in [
            (
                "nowhere.test",
                "A",
                "ENOTFOUND: queryA ENOTFOUND nowhere.test",
            ),
            ("mail.test", "NS", "ENODATA: queryNS ENODATA mail.test"),
            ("mail.test", "NONSENSE", "EINVAL: "),
        ] {
            let error = look_up(&servers, name, record).await.unwrap_err();
            assert!(error.starts_with(code), "{error}");
        }
    }
}
