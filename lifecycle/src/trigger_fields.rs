//! What a script of the form `(event, api)` reads and calls, as far as its text shows: for warnings
//! before it is ever run. Paths like `event.user.email` are found; what goes through variables is not.

/// Something in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Its line, from 1.
    pub line: usize,
    /// Its path without `event` or `api`, such as `user.app_metadata.plan`.
    pub path: String,
}

/// What `event` can have at the token endpoint: these members, and whatever is in them.
const AT_TOKEN_ENDPOINT: &[&str] = &[
    "user.user_id",
    "user.email",
    "user.email_verified",
    "user.username",
    "user.name",
    "user.given_name",
    "user.family_name",
    "user.nickname",
    "user.picture",
    "user.phone_number",
    "user.phone_verified",
    "user.updated_at",
    "user.groups",
    "client.client_id",
    "organization.id",
    "organization.name",
    "authorization.roles",
    "resource_server.identifier",
    "request.ip",
    "request.hostname",
    "request.method",
    "request.user_agent",
    "request.language",
    "transaction.protocol",
    "transaction.requested_scopes",
    "transaction.redirect_uri",
    "transaction.locale",
    "authentication.methods",
    "session.id",
    "tenant.id",
    "accessToken.scope",
    "secrets",
    "configuration",
];

/// What of `api` has no counterpart in front of a platform.
const WITHOUT_COUNTERPART: &[&str] = &[
    "samlResponse",
    "session",
    "refreshToken",
    "prompt",
    "access.rejectInvalidSubjectToken",
    "authentication.setPrimaryUser",
];

/// The fields of `event` that `source` reads and that are never there (or always empty) where the
/// event shows at the token endpoint, unless the ID token has a claim of that name (for `user`).
/// Each once, by its first line.
pub fn never_there(source: &str) -> Vec<Mention> {
    let mut found = mentions(source, Parameter::Event);
    found.retain(|mention| {
        !AT_TOKEN_ENDPOINT
            .iter()
            .any(|known| within(&mention.path, known) || within(known, &mention.path))
    });
    found
}

/// The methods of `api` in `source` that throw when they are called, because nothing in front of a
/// platform can do what they say. Each once, by its first line.
pub fn without_counterpart(source: &str) -> Vec<Mention> {
    let mut found = mentions(source, Parameter::Api);
    found.retain(|mention| {
        WITHOUT_COUNTERPART
            .iter()
            .any(|refused| within(&mention.path, refused))
    });
    found
}

/// Whether `path` is `outer`, or something in it.
fn within(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[derive(Clone, Copy, PartialEq)]
enum Parameter {
    Event,
    Api,
}

impl Parameter {
    /// What it is mostly called.
    fn usual(self) -> &'static str {
        match self {
            Parameter::Event => "event",
            Parameter::Api => "api",
        }
    }
}

fn mentions(source: &str, parameter: Parameter) -> Vec<Mention> {
    let tokens = tokens(source);
    let mut names = vec![parameter.usual().to_owned()];
    names.extend(parameter_names(&tokens, parameter));
    let mut found: Vec<Mention> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let Kind::Name(name) = &token.kind else {
            continue;
        };
        let before = index.checked_sub(1).and_then(|before| tokens.get(before));
        let is_member = before.is_some_and(|token| token.is('.'));
        if is_member || !names.contains(name) {
            continue;
        }
        let path = path(tokens.get(index + 1..).unwrap_or_default());
        if !path.is_empty() && !found.iter().any(|known| known.path == path) {
            found.push(Mention {
                line: token.line,
                path,
            });
        }
    }
    found
}

/// The names that the functions of triggers give to `parameter`: of `onExecuteX = async (e, a) =>`,
/// `onExecuteX: function (e, a)`, `onExecuteX(e, a) {`.
fn parameter_names(tokens: &[Token], parameter: Parameter) -> Vec<String> {
    let is_handler = |token: &Token| matches!(&token.kind, Kind::Name(name) if name.starts_with("onExecute") || name.starts_with("onContinue"));
    let mut names = Vec::new();
    for (index, _) in tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| is_handler(token))
    {
        let rest = tokens.get(index + 1..).unwrap_or_default();
        let open = rest.iter().take(5).position(|token| token.is('('));
        let Some(parameters) = open.and_then(|open| rest.get(open + 1..)) else {
            continue;
        };
        let place = match parameter {
            Parameter::Event => 0,
            Parameter::Api => match parameters
                .iter()
                .position(|token| token.is(',') || token.is(')'))
            {
                Some(comma) => comma + 1,
                None => continue,
            },
        };
        if let Some(Kind::Name(name)) = parameters.get(place).map(|token| &token.kind) {
            names.push(name.clone());
        }
    }
    names
}

/// The members that follow: `.a`, `?.a`, `["a"]`, `!.a` (TypeScript).
fn path(mut tokens: &[Token]) -> String {
    let mut path = String::new();
    loop {
        while let [first, rest @ ..] = tokens
            && (first.is('?') || first.is('!'))
            && rest.first().is_some_and(|next| next.is('.'))
        {
            tokens = rest;
        }
        let (name, rest) = match tokens {
            [
                dot,
                Token {
                    kind: Kind::Name(name),
                    ..
                },
                rest @ ..,
            ] if dot.is('.') => (name, rest),
            [
                dot,
                open,
                Token {
                    kind: Kind::Text(name),
                    ..
                },
                close,
                rest @ ..,
            ] if dot.is('.') && open.is('[') && close.is(']') => (name, rest),
            [
                open,
                Token {
                    kind: Kind::Text(name),
                    ..
                },
                close,
                rest @ ..,
            ] if open.is('[') && close.is(']') => (name, rest),
            _ => return path,
        };
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        tokens = rest;
    }
}

#[derive(Debug)]
struct Token {
    kind: Kind,
    line: usize,
}

#[derive(Debug)]
enum Kind {
    /// An identifier, a keyword or a number.
    Name(String),
    /// A string.
    Text(String),
    /// Any other character.
    Other(char),
}

impl Token {
    fn is(&self, other: char) -> bool {
        matches!(self.kind, Kind::Other(found) if found == other)
    }
}

/// The words of JavaScript or TypeScript, without comments, regular expressions and the text of
/// templates (their expressions are kept). Good enough for finding paths; it never fails.
fn tokens(source: &str) -> Vec<Token> {
    let mut scanner = Scanner {
        rest: source.chars().peekable(),
        line: 1,
        tokens: Vec::new(),
    };
    scanner.code();
    scanner.tokens
}

struct Scanner<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    line: usize,
    tokens: Vec<Token>,
}

impl Scanner<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        if c == '\n' {
            self.line += 1;
        }
        Some(c)
    }

    fn push(&mut self, kind: Kind) {
        let line = self.line;
        self.tokens.push(Token { kind, line });
    }

    fn code(&mut self) {
        // How many braces are open, in the innermost expression of a template when we are inside one.
        let (mut depth, mut inside) = (0usize, false);
        // Those around it, on a list: no recursion that a script could drive.
        let mut templates = vec![];
        while let Some(c) = self.next() {
            match c {
                '/' if self.rest.peek() == Some(&'/') => {
                    while self.rest.peek().is_some_and(|c| *c != '\n') {
                        self.next();
                    }
                }
                '/' if self.rest.peek() == Some(&'*') => {
                    self.next();
                    let mut last = ' ';
                    while let Some(c) = self.next() {
                        if last == '*' && c == '/' {
                            break;
                        }
                        last = c;
                    }
                }
                '/' if self.regex_may_begin() => self.regex(),
                '"' | '\'' => self.text(c),
                '`' => {
                    if self.template() {
                        templates.push((depth, inside));
                        (depth, inside) = (0, true);
                    }
                }
                '{' => {
                    depth += 1;
                    self.push(Kind::Other(c));
                }
                '}' if depth == 0 && inside => {
                    // Back in the text of the template.
                    if !self.template() {
                        (depth, inside) = templates.pop().unwrap_or((0, false));
                    }
                }
                '}' => {
                    depth = depth.saturating_sub(1);
                    self.push(Kind::Other(c));
                }
                c if c.is_alphanumeric() || c == '_' || c == '$' => self.name(c),
                c if c.is_whitespace() => {}
                c => self.push(Kind::Other(c)),
            }
        }
    }

    fn name(&mut self, first: char) {
        let mut name = String::from(first);
        while let Some(c) = self
            .rest
            .next_if(|c| c.is_alphanumeric() || *c == '_' || *c == '$')
        {
            name.push(c);
        }
        self.push(Kind::Name(name));
    }

    fn text(&mut self, quote: char) {
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                '\\' => _ = self.next(),
                '\n' => break,
                c if c == quote => break,
                c => text.push(c),
            }
        }
        self.push(Kind::Text(text));
    }

    /// The text of a template; whether it ends where an expression begins.
    fn template(&mut self) -> bool {
        while let Some(c) = self.next() {
            match c {
                '\\' => _ = self.next(),
                '`' => {
                    self.push(Kind::Text(String::new()));
                    return false;
                }
                '$' if self.rest.peek() == Some(&'{') => {
                    self.next();
                    return true;
                }
                _ => {}
            }
        }
        false
    }

    /// Whether `/` begins a regular expression here: it divides only what is a value.
    fn regex_may_begin(&self) -> bool {
        match self.tokens.last().map(|token| &token.kind) {
            None => true,
            Some(Kind::Text(_)) => false,
            Some(Kind::Name(name)) => {
                matches!(
                    name.as_str(),
                    "return" | "typeof" | "case" | "in" | "of" | "await"
                )
            }
            Some(Kind::Other(c)) => !matches!(c, ')' | ']' | '}'),
        }
    }

    fn regex(&mut self) {
        let mut in_class = false;
        while let Some(c) = self.next() {
            match c {
                '\\' => _ = self.next(),
                '[' => in_class = true,
                ']' => in_class = false,
                '\n' => break,
                '/' if !in_class => break,
                _ => {}
            }
        }
        self.push(Kind::Text(String::new()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(source: &str) -> Vec<String> {
        let found = mentions(source, Parameter::Event).into_iter();
        found.map(|mention| mention.path).collect()
    }

    #[test]
    fn paths_are_found_however_they_are_written() {
        let source = r#"
            exports.onExecutePostLogin = async (event, api) => {
                const a = event.user.email;
                event?.organization?.id; event["request"]['query'].x; event.user!.app_metadata?.["plan"];
                `text event.no.way ${event.stats.logins_count} ${`${event.deep.er}`} event.no`;
                // event.in.comment
                /* event.in.another */
                "event.in.text"; /event.in.regex/.test(event.client.name); other.event.user.nickname;
                if (a / event.session.id / 2) {}
            }"#;
        assert_eq!(
            paths(source),
            [
                "user.email",
                "organization.id",
                "request.query.x",
                "user.app_metadata.plan",
                "stats.logins_count",
                "deep.er",
                "client.name",
                "session.id",
            ]
        );
    }

    #[test]
    fn the_parameter_may_have_another_name() {
        for source in [
            "exports.onExecutePostLogin = async (e, a) => { e.user.email; a.session.revoke() }",
            "module.exports = { async onExecutePostLogin(e, a) { e.user.email; a.session.revoke() } }",
            "exports.onContinuePostLogin = async function named(e, a) { e.user.email; a.session.revoke() }",
            "export const onExecutePostLogin = async (e: Event, a: Api) => { e.user.email; a.session.revoke() }",
        ] {
            assert_eq!(paths(source), ["user.email"], "{source}");
            assert_eq!(
                without_counterpart(source)[0].path,
                "session.revoke",
                "{source}"
            );
        }
    }

    #[test]
    fn what_is_never_there_is_told_with_its_line() {
        let source = "exports.onExecutePostLogin = async (event, api) => {\n\
             event.user.email.toLowerCase(); event.secrets.KEY; event.user;\n\
             if (event.authentication.riskAssessment) {}\n\
             event.connection.name; event.connection.name; event.user.app_metadata.plan;\n}";
        let mention = |line, path: &str| Mention {
            line,
            path: path.into(),
        };
        assert_eq!(
            never_there(source),
            [
                mention(3, "authentication.riskAssessment"),
                mention(4, "connection.name"),
                mention(4, "user.app_metadata.plan"),
            ]
        );
    }

    #[test]
    fn what_would_throw_is_told() {
        let source = "exports.onExecutePostLogin = async (event, api) => { api.samlResponse.setAttribute('a', 1); api.idToken.setCustomClaim('a', 1) }";
        assert_eq!(
            without_counterpart(source)[0].path,
            "samlResponse.setAttribute"
        );
        assert_eq!(without_counterpart(source).len(), 1);
    }

    #[test]
    fn any_text_is_scanned_to_its_end() {
        for source in [
            "`${`${",
            "/* ",
            "'",
            "event.",
            "event[",
            "}}}}`",
            "/[",
            "\\",
            "event?.?.[",
        ] {
            assert!(never_there(source).is_empty(), "{source}");
        }
    }
}
