//! The calls that scripts make to other hosts, as values: whoever holds the invocation performs
//! them.

/// A call that a script asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Unique within the invocation.
    pub id: u32,
    /// What to do.
    pub kind: CallKind,
}

/// What a script can ask of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// An HTTP request. Redirects are not followed: the script's own `fetch` does that, one call
    /// each.
    Http(HttpRequest),
    /// The records of a name, for Node's `dns`.
    Resolve {
        /// The name.
        name: String,
        /// `A`, `AAAA`, `MX`, `TXT`, `CNAME`, `NS`, `SRV`, `PTR`, `CAA`.
        record: String,
    },
}

/// An HTTP request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpRequest {
    /// As it is sent.
    pub method: String,
    /// An absolute `http:` or `https:` URL, without fragment and credentials.
    pub url: String,
    /// Names in lower case and values as they are sent, repeated ones repeated.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body; `None` where there is none.
    pub body: Option<Vec<u8>>,
}

/// What came of a call.
pub type CallResult = Result<CallAnswer, String>;

/// The answer to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallAnswer {
    /// To [`CallKind::Http`].
    Http(HttpResponse),
    /// To [`CallKind::Resolve`]: the records as Node's `dns` gives them, as JSON.
    Records(String),
}

/// An HTTP response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpResponse {
    /// Its status.
    pub status: u16,
    /// Names in lower case and values, repeated ones repeated.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The whole body, as it was sent: still encoded where `content-encoding` says so.
    pub body: Vec<u8>,
}
