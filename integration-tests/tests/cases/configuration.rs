//! Configurations that cannot be honoured are refused at the door, with the reason.

use integration_tests::case::Case;
use lifecycle::bundle::{Bundle, Hook, Signing};
use lifecycle::event::EventType;

use crate::platform::*;

pub fn cases() -> Vec<Case> {
    let json = |bundle: Bundle| bundle.to_json().expect("a bundle is always JSON");
    let good = json(bundle([gold()]));
    let with_key = |key: &str| {
        json(Bundle {
            signing: Some(Signing { key: key.into() }),
            ..bundle([gold()])
        })
    };
    let twice = json(bundle([gold(), gold()]));
    let keyless = json(Bundle {
        signing: None,
        ..bundle([gold()])
    });
    let relayless = json(Bundle {
        relay: None,
        ..bundle([login_hook()])
    });
    let unseen = json(bundle([Hook {
        event: EventType::PostRegistration,
        ..gold()
    }]));
    vec![
        refused("nothing at all", "", "the bundle cannot be read"),
        refused("no JSON", "hooks: []", "the bundle cannot be read"),
        refused(
            "an unknown member",
            &good.replace(r#""hooks":"#, r#""hoks":"#),
            "hoks",
        ),
        refused(
            "an unknown event",
            &good.replace("pre-id-token-generation", "pre-id-token"),
            "pre-id-token",
        ),
        refused(
            "another format",
            &good.replace(r#""format":1"#, r#""format":9"#),
            "format 9",
        ),
        refused(
            "two hooks of one name",
            &twice,
            "two hooks are called `enrich`",
        ),
        refused(
            "an event that the profile does not show",
            &unseen,
            "does not recognise post-registration",
        ),
        refused("no signing key", &keyless, "needs `signing"),
        refused(
            "no relay for an asynchronous hook",
            &relayless,
            "needs a relay",
        ),
        refused(
            "a key that is none",
            &with_key("secret"),
            "expected a PKCS#8 private key in PEM",
        ),
        refused(
            "a variable that is not set",
            &with_key("${env:NOT_THERE}"),
            "environment variable NOT_THERE",
        ),
        refused(
            "a script with a syntax error",
            &json(bundle([hook("export default async () => {\n  return }}")])),
            "hooks/enrich.js:2:",
        ),
        refused(
            "a script that exports no hook",
            &json(bundle([hook("export const x = 1")])),
            "hooks/enrich.js",
        ),
        refused(
            "a script that throws when loaded",
            &json(bundle([hook("throw new Error('no way')")])),
            "no way",
        ),
        refused(
            "a script that never ends loading",
            &json(bundle([hook("for (;;);")])),
            "hooks/enrich.js",
        ),
    ]
}

fn refused(name: &str, configuration: &str, reason: &str) -> Case {
    let keys = our_keys();
    Case::configured(&format!("{name} is refused"), configuration)
        .variable("LEH_SIGNING_KEY", &keys)
        .variable("VENDOR_KEY", VENDOR_KEY)
        .refused(reason)
        .check(move |seen| {
            assert!(
                !seen.logs(keys.lines().nth(1).unwrap_or("no key")),
                "a key is in the log"
            )
        })
}
