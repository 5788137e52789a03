//! `signing:`, the keys with which changed tokens are signed. No message holds key material.

use std::path::Path;

use lifecycle::bundle::Signing;
use lifecycle::token::key::SigningKeys;

use super::fields::{Keys, Reader};
use super::reference::{Environment, References, name_in};
use super::yaml::Node;

const SIGNING: Keys = Keys {
    what: "`signing`",
    known: &["key"],
    refused: &[],
};

/// Reads it, and checks the keys as far as their values are there.
pub fn read(
    node: &Node,
    root: &Path,
    references: &mut References,
    environment: Environment<'_>,
    reader: &mut Reader<'_>,
) -> Option<Signing> {
    reader.source.conceal(node.span.line..=node.last_line);
    let fields = reader.fields(node, &SIGNING)?;
    let node = fields.require("key", "\"${env:LEH_SIGNING_KEY}\"", reader)?;
    let text = reader.text(node, "`${env:NAME}`, `${file:path}` or PEM")?;

    if text.contains("-----BEGIN") {
        let help = "write \"${file:path}\" or \"${env:NAME}\" instead";
        let message = "everybody who reads this file has the signing key";
        reader.warning(node.span, message).help(help);
        check(text, node, reader)?;
        return Some(Signing {
            key: text.to_owned(),
        });
    }
    let (key, origin) = match references.add(text, root) {
        Ok(reference) => reference,
        Err(expected) => {
            reader.error(node.span, format!("{expected}, or PKCS#8 keys in PEM"));
            return None;
        }
    };
    match origin.value(name_in(&key), environment) {
        Ok(value) => check(&value, node, reader)?,
        Err(missing) => _ = reader.warning(node.span, format!("the key is not checked: {missing}")),
    }
    Some(Signing { key })
}

fn check(pem: &str, node: &Node, reader: &mut Reader<'_>) -> Option<()> {
    match SigningKeys::from_pem(pem) {
        Ok(_) => Some(()),
        Err(error) => {
            reader.error(
                node.span,
                format!("the signing key cannot be used: {error}"),
            );
            None
        }
    }
}
