"""A package as vendors publish theirs, generated: many modules, most of which a hook never calls
but all of which it loads. The same size gives the same bytes."""

from __future__ import annotations

import random

#: Of what resources of a vendor's API are called, and their fields.
_WORDS = (
    "account address audience balance billing campaign card charge consent contact coupon currency "
    "customer delivery device discount dispute email event family gender group identity invoice "
    "locale loyalty member message order payment phone plan point policy price profile quote rate "
    "refund region reward role scope segment session shipment status store subscription tax team "
    "tenant tier token usage user vendor visit voucher wallet webhook zone"
).split()


def files(bundled_bytes: int) -> dict[str, str]:
    """The package `vendor-sdk` by paths in a hook project; bundled and minified it has about
    `bundled_bytes`. It exports `classify(customer)`, which calls into a few of its modules, and
    throws when a module is missing."""
    words = random.Random(bundled_bytes)
    modules: dict[str, str] = {}
    # What is left of a module when comments and spaces are gone.
    while sum(map(_minified, modules.values())) < bundled_bytes:
        name = f"{words.choice(_WORDS)}_{words.choice(_WORDS)}_{len(modules)}"
        modules[name] = _module(name, words)
    names = list(modules)
    index = [
        "'use strict';",
        *(f"exports.{name} = require('./{name}');" for name in names),
        f"const rules = [{', '.join(f'exports.{name}' for name in names[:8])}];",
        "exports.classify = function classify(customer) {",
        "  const text = String(customer.email || customer.id);",
        "  return rules.reduce((score, rule) => score + rule.score(text), 0);",
        "};",
    ]
    manifest = '{ "name": "vendor-sdk", "version": "1.0.0", "main": "lib/index.js" }\n'
    folder = "node_modules/vendor-sdk"
    return {
        f"{folder}/package.json": manifest,
        f"{folder}/lib/index.js": "\n".join(index) + "\n",
        **{f"{folder}/lib/{name}.js": text for name, text in modules.items()},
    }


def _minified(text: str) -> int:
    lines = (line.strip() for line in text.splitlines())
    return sum(len(line) for line in lines if not line.startswith(("//", "/*", "*")))


def _module(name: str, words: random.Random) -> str:
    """A resource: a class with methods, a schema, an enumeration, patterns, error codes."""
    kind = "".join(part.capitalize() for part in name.split("_"))
    fields = words.sample(_WORDS, 12)
    schema = "\n".join(
        f"  {field}: {{ type: '{words.choice(['string', 'number', 'boolean', 'date'])}', "
        f"required: {str(words.random() < 0.4).lower()}, "
        f"maxLength: {words.randrange(16, 4096)} }},"
        for field in fields
    )
    codes = "\n".join(
        f"  {code.upper()}_{words.choice(['INVALID', 'MISSING', 'EXPIRED', 'REFUSED'])}: "
        f"'{kind}: the {code} was refused by the {words.choice(_WORDS)} service',"
        for code in words.sample(_WORDS, 6)
    )
    methods = "\n".join(
        f"""
  /** Asks the service about the {field} of this resource. */
  async {verb}{field.capitalize()}(id, options = {{}}) {{
    if (typeof id !== 'string' || id.length > {words.randrange(32, 256)}) {{
      throw new {kind}Error('{field.upper()}', `expected an id, found ${{typeof id}}`);
    }}
    const query = Object.entries(options).map(([key, value]) => `${{key}}=${{encodeURIComponent(value)}}`);
    return this.client.request('{verb.upper()}', `/v1/{name}/${{id}}/{field}?${{query.join('&')}}`);
  }}"""
        for verb, field in zip(
            ("get", "list", "update", "remove"), words.sample(fields, 4), strict=True
        )
    )
    return f"""'use strict';
// The resource {name}.

const SCHEMA = Object.freeze({{
{schema}
}});

const CODES = {{
{codes}
}};

const PATTERN = /^{words.choice(_WORDS)}[-_:]?([0-9a-f]{{{words.randrange(4, 12)},}})(?:@([\\w.-]+))?$/i;
const REQUIRED = new Set(Object.keys(SCHEMA).filter((field) => SCHEMA[field].required));

class {kind}Error extends Error {{
  constructor(code, message) {{
    super(`${{CODES[code] || code}}: ${{message}}`);
    this.name = '{kind}Error';
    this.code = code;
  }}
}}

class {kind} {{
  constructor(client, data = {{}}) {{
    this.client = client;
    this.data = {{ ...data }};
  }}
{methods}

  validate() {{
    for (const field of REQUIRED) {{
      if (this.data[field] === undefined) throw new {kind}Error('MISSING', field);
    }}
    return Object.entries(this.data).every(([field, value]) => {{
      const expected = SCHEMA[field];
      return expected !== undefined && String(value).length <= expected.maxLength;
    }});
  }}
}}

/** How well a text fits this resource. */
function score(text) {{
  const match = PATTERN.exec(text);
  return (match ? {words.randrange(10, 100)} : 0) + (text.length % {words.randrange(3, 17)});
}}

module.exports = {{ {kind}, {kind}Error, SCHEMA, CODES, score }};
"""
