//! Services of AWS: each request's signature is made again from the secret key (AWS Signature
//! Version 4, "Create a signed AWS API request") and compared.

use std::collections::BTreeMap;

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{Call, Reply, hex, hmac, key};

/// SNS: the query protocol, answered in XML.
pub fn sns(call: &Call) -> Reply {
    if let Err(why) = verified(call, "sns") {
        return xml_error(403, "SignatureDoesNotMatch", &why);
    }
    if call.field("Action") != "Publish" || call.field("PhoneNumber") != "+31201234567" {
        return xml_error(400, "InvalidParameter", "expected a phone number");
    }
    let body = "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult>\
                <MessageId>m-1</MessageId></PublishResult><ResponseMetadata><RequestId>r-1</RequestId>\
                </ResponseMetadata></PublishResponse>";
    Reply::text(200, "text/xml", body)
}

fn xml_error(status: u16, code: &str, why: &str) -> Reply {
    let body = format!(
        "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>{why}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>"
    );
    Reply::text(status, "text/xml", &body)
}

/// EventBridge: the JSON protocol 1.1.
pub fn eventbridge(call: &Call) -> Reply {
    let json = |status, body| Reply::json(status, body).with("x-amzn-requestid", "r-1");
    if let Err(why) = verified(call, "events") {
        return json(
            403,
            json!({ "__type": "InvalidSignatureException", "message": why }),
        );
    }
    if call.header("x-amz-target") != "AWSEvents.PutEvents" {
        return json(400, json!({ "__type": "UnknownOperationException" }));
    }
    let entry = &call.json()["Entries"][0];
    if entry["EventBusName"] == "missing" {
        return json(
            400,
            json!({ "__type": "ResourceNotFoundException", "message": "no such bus" }),
        );
    }
    let good =
        entry["Source"] == "acme.login" && entry["Detail"] == r#"{"email":"jane@example.com"}"#;
    if !good {
        return json(
            400,
            json!({ "__type": "ValidationException", "message": entry.to_string() }),
        );
    }
    json(
        200,
        json!({ "FailedEntryCount": 0, "Entries": [{ "EventId": "ev-1" }] }),
    )
}

/// Whether the signature is the one that the secret key gives.
fn verified(call: &Call, service: &str) -> Result<(), String> {
    let authorization = call.header("authorization");
    let parts = authorization
        .strip_prefix("AWS4-HMAC-SHA256 ")
        .ok_or("expected AWS4-HMAC-SHA256")?;
    let parts: BTreeMap<&str, &str> = parts
        .split(',')
        .filter_map(|part| part.trim().split_once('='))
        .collect();
    let part = |name: &str| parts.get(name).copied().ok_or(format!("no {name}"));
    let time = call.header("x-amz-date");
    let date = time.split('T').next().unwrap_or_default();
    let scope = format!("{date}/eu-central-1/{service}/aws4_request");
    if part("Credential")? != format!("AKIDACME/{scope}") {
        return Err(format!("expected a credential for {scope}"));
    }
    let signed = part("SignedHeaders")?;
    for needed in ["host", "x-amz-date"] {
        if !signed.split(';').any(|name| name == needed) {
            return Err(format!("{needed} is not signed"));
        }
    }
    let headers: String = signed
        .split(';')
        .map(|name| format!("{name}:{}\n", call.header(name).trim()))
        .collect();
    let request = format!(
        "{}\n{}\n\n{headers}\n{signed}\n{}",
        call.method,
        call.path,
        hex(&Sha256::digest(&call.body))
    );
    let text = format!(
        "AWS4-HMAC-SHA256\n{time}\n{scope}\n{}",
        hex(&Sha256::digest(&request))
    );
    let key = [date, "eu-central-1", service, "aws4_request"]
        .iter()
        .fold(format!("AWS4{}", key()).into_bytes(), |key, part| {
            hmac(&key, part.as_bytes())
        });
    match part("Signature")? == hex(&hmac(&key, text.as_bytes())) {
        true => Ok(()),
        false => Err(format!("the signature is not that of {request:?}")),
    }
}
