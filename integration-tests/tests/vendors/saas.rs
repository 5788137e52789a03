//! HubSpot, Slack, Stripe and Salesforce, as far as hooks use them.

use serde_json::json;

use super::{Call, Reply, key};
use crate::support::http::form;

/// Contacts of the CRM API, version 3.
pub fn hubspot(call: &Call) -> Reply {
    if !call.has_bearer() {
        return Reply::refused(401, "who are you?");
    }
    let contact = |properties| {
        json!({
            "id": "501", "archived": false, "properties": properties,
            "createdAt": "2020-01-01T00:00:00.000Z", "updatedAt": "2025-01-01T00:00:00.000Z",
        })
    };
    match call.route() {
        ("POST", path) if path.ends_with("/search") => {
            let filter = &call.json()["filterGroups"][0]["filters"][0];
            let expected =
                json!({ "propertyName": "email", "operator": "EQ", "value": "jane@example.com" });
            if *filter != expected {
                return Reply::refused(400, "expected a search for jane@example.com");
            }
            let found =
                contact(json!({ "email": "jane@example.com", "lifecyclestage": "customer" }));
            Reply::json(200, json!({ "total": 1, "results": [found] }))
        }
        ("PATCH", path) if path.ends_with("/501") && call.is_json() => {
            Reply::json(200, contact(call.json()["properties"].clone()))
        }
        _ => {
            let error = json!({ "status": "error", "category": "OBJECT_NOT_FOUND", "message": "not found", "correlationId": "1" });
            Reply::json(404, error)
        }
    }
}

/// Incoming webhooks.
pub fn slack(call: &Call) -> Reply {
    let path = format!("/services/T0/B0/{}", key());
    let text = &call.json()["text"];
    if call.route() == ("POST", path.as_str())
        && call.is_json()
        && text == "jane@example.com logged in"
    {
        Reply::text(200, "text/html", "ok")
    } else {
        Reply::text(404, "text/html", "no_service")
    }
}

/// Customers: lists, and a new one, in forms.
pub fn stripe(call: &Call) -> Reply {
    if !call.has_bearer() {
        return Reply::refused(401, "who are you?");
    }
    let customer = |id: &str, plan: &str| json!({ "id": id, "object": "customer", "metadata": { "plan": plan } });
    match call.route() {
        ("GET", "/v1/customers") if call.parameter("email") == "jane@example.com" => {
            let data = [customer("cus_1", "gold")];
            Reply::json(
                200,
                json!({ "object": "list", "has_more": false, "data": data }),
            )
        }
        ("POST", "/v1/customers") if call.header("idempotency-key") == "login-1" => {
            let sent = form(&call.body);
            let expected = [
                ("email", "jane@example.com"),
                ("metadata[sub]", "248289761001"),
            ];
            if sent != expected.map(|(name, value)| (name.to_owned(), value.to_owned())) {
                return Reply::refused(400, &format!("expected {expected:?}, found {sent:?}"));
            }
            Reply::json(200, customer("cus_2", "none"))
        }
        _ => {
            let error = json!({ "type": "invalid_request_error", "code": "resource_missing", "message": "No such customer" });
            Reply::json(404, json!({ "error": error }))
        }
    }
}

/// The SOAP login, which says where to go on, and the REST API there.
pub fn salesforce(call: &Call) -> Reply {
    let body = String::from_utf8_lossy(&call.body).into_owned();
    let path = call.path.as_str();
    if call.host == "login.salesforce.com" {
        let named = body.contains("<username>api@acme.example</username>");
        if !named || !body.contains(&format!("<password>{}</password>", key())) {
            return Reply::text(
                500,
                "text/xml",
                "<soapenv:Fault><faultstring>INVALID_LOGIN</faultstring></soapenv:Fault>",
            );
        }
        return Reply::text(200, "text/xml", &soap_login());
    }
    if !call.has_bearer_of("salesforce-session") {
        return Reply::json(
            401,
            json!([{ "errorCode": "INVALID_SESSION_ID", "message": "expired" }]),
        );
    }
    let select = "SELECT Id, Tier__c FROM Contact WHERE Email = 'jane@example.com'";
    match call.method.as_str() {
        "GET" if path.ends_with("/query") && call.parameter("q") == select => {
            let contact = json!({
                "attributes": { "type": "Contact", "url": "/services/data/v50.0/sobjects/Contact/003000000000001" },
                "Id": "003000000000001", "Tier__c": "gold",
            });
            Reply::json(
                200,
                json!({ "totalSize": 1, "done": true, "records": [contact] }),
            )
        }
        "PATCH" if path.ends_with("/sobjects/Contact/003000000000001") => {
            if call.json() != json!({ "LastLogin__c": "2026-01-01" }) {
                return Reply::json(
                    400,
                    json!([{ "errorCode": "JSON_PARSER_ERROR", "message": body }]),
                );
            }
            Reply {
                status: 204,
                headers: vec![],
                body: vec![],
            }
        }
        _ => Reply::json(
            404,
            json!([{ "errorCode": "NOT_FOUND", "message": "The requested resource does not exist" }]),
        ),
    }
}

fn soap_login() -> String {
    let url = "https://acme.my.salesforce.com/services/Soap/u/50.0/00D000000000001";
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope \
         xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"urn:partner.soap.sforce.com\">\
         <soapenv:Body><loginResponse><result><serverUrl>{url}</serverUrl>\
         <sessionId>salesforce-session</sessionId><userId>005000000000001</userId>\
         <userInfo><organizationId>00D000000000001</organizationId></userInfo>\
         </result></loginResponse></soapenv:Body></soapenv:Envelope>"
    )
}
