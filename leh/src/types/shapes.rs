//! Declarations of what the program is made of: written from its own types and tables.

use lifecycle::arguments::model;
use lifecycle::event::EventType;
use lifecycle::outcome::{Kind, PROTECTED_CLAIMS};
use ts_rs::{Config, TS};

/// The events, and what each gives and takes.
pub fn events() -> String {
    let union = |keep: &dyn Fn(EventType) -> bool| -> String {
        let kept = EventType::ALL.iter().filter(|event| keep(**event));
        let names: Vec<_> = kept.map(|event| format!("\"{event}\"")).collect();
        names.join(" | ")
    };
    let claims: Vec<_> = PROTECTED_CLAIMS
        .iter()
        .map(|claim| format!("\"{claim}\""))
        .collect();
    let takes_deny = |event: EventType| Kind::taken_at(event).contains(&Kind::Deny);
    let mut text = String::new();
    for (comment, name, union) in [
        ("The events.", "LifecycleEvent", union(&|_| true)),
        (
            "The events at which `args.tokens` is there.",
            "EventWithTokens",
            union(&EventType::has_tokens),
        ),
        (
            "The events at which `args.reason` is there.",
            "EventWithReason",
            union(&EventType::has_reason),
        ),
        (
            "The events at which `deny` means something.",
            "DeniableEvent",
            union(&takes_deny),
        ),
        (
            "Claims that no hook can change.",
            "ProtectedClaim",
            claims.join(" | "),
        ),
    ] {
        text.push_str(&format!("  /** {comment} */\n  type {name} = {union};\n"));
    }
    text.push_str(
        "\n  /** What each event takes, beside nothing and an `AllowAuthentication` that only goes on. */\n  \
         interface Results {\n",
    );
    for event in EventType::ALL {
        let results: Vec<_> = Kind::taken_at(*event)
            .iter()
            .filter(|kind| **kind != Kind::Deny)
            .map(|kind| kind.name())
            .collect();
        text.push_str(&format!("    \"{event}\": {};\n", results.join(" | ")));
    }
    text.push_str("  }\n");
    text
}

/// The parts of `args`.
pub fn arguments() -> String {
    [
        interface::<model::Args>(None),
        interface::<model::Application>(None),
        interface::<model::OidcContext>(None),
        interface::<model::Customer>(None),
        interface::<model::CustomerInfo>(Some("Claims")),
        interface::<model::Identifiers>(None),
        interface::<model::Attributes>(Some("Open")),
        interface::<model::Emails>(Some("Open")),
        interface::<model::Phones>(Some("Open")),
        interface::<model::PersonName>(Some("Open")),
        interface::<model::Consent>(None),
        interface::<model::Location>(None),
        interface::<model::Coordinates>(None),
        interface::<model::Authenticator>(None),
        interface::<model::Request>(None),
        interface::<model::ContinueRequestParameters>(None),
        interface::<model::Event>(None),
        interface::<model::Tokens>(None),
        interface::<model::Reason>(None),
    ]
    .concat()
}

/// The declaration of a type, in a namespace. `open` names an interface of what else may be in it.
fn interface<T: TS>(open: Option<&str>) -> String {
    let config = Config::default();
    let name = T::name(&config);
    let extends = open.map(|open| format!(" extends {open}"));
    let declared = T::inline(&config);
    let body = declared
        .trim()
        .trim_start_matches('{')
        .trim_end_matches('}');
    let mut text = format!("\n{}", comment(&T::docs().unwrap_or_default(), "  "));
    text.push_str(&format!(
        "  interface {name}{} {{\n",
        extends.unwrap_or_default()
    ));
    let mut pending = String::new();
    for line in body.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line.starts_with("/**") || line.starts_with('*') {
            pending.push_str(line);
            pending.push('\n');
            continue;
        }
        text.push_str(&comment(&pending, "    "));
        pending.clear();
        text.push_str(&format!("    {};\n", line.trim_end_matches(',')));
    }
    text.push_str("  }\n");
    text
}

/// A documentation comment as ts-rs writes it, laid out as we do.
fn comment(docs: &str, indent: &str) -> String {
    let lines: Vec<_> = docs
        .lines()
        .map(|line| line.trim().trim_start_matches("/**").trim_end_matches("*/"))
        .map(|line| line.trim_start_matches('*').trim())
        .filter(|line| !line.is_empty())
        .collect();
    match lines.as_slice() {
        [] => String::new(),
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let lines: Vec<_> = lines
                .iter()
                .map(|line| format!("{indent} * {line}\n"))
                .collect();
            format!("{indent}/**\n{}{indent} */\n", lines.concat())
        }
    }
}
