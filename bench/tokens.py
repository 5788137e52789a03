"""Keys and the platform's tokens, made when the benchmark runs, and what became of the tokens."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class WrongAnswer(Exception):
    """A contender does not do its work; the message says what was expected and found."""


@dataclass(frozen=True)
class KeyPair:
    """RS256 with 2048 bits, and ES256, as in RFC 7518."""

    rs256: rsa.RSAPrivateKey
    es256: ec.EllipticCurvePrivateKey

    @staticmethod
    def make() -> KeyPair:
        """New keys."""
        return KeyPair(
            rsa.generate_private_key(public_exponent=65537, key_size=2048),
            ec.generate_private_key(ec.SECP256R1()),
        )

    def of(self, algorithm: str) -> PrivateKey:
        """The key for `RS256` or `ES256`."""
        return self.rs256 if algorithm == "RS256" else self.es256

    def pem(self) -> str:
        """Both as PKCS#8, one after the other."""
        return "".join(pkcs8_pem(key) for key in self._all())

    def jwks(self) -> str:
        """The public halves (RFC 7517)."""
        return json.dumps({"keys": [_jwk(key) for key in self._all()]})

    def _all(self) -> list[PrivateKey]:
        return [self.rs256, self.es256]


def token_response(key: PrivateKey, algorithm: str, client_id: str) -> str:
    """What a platform answers to the code of a login (OpenID Connect Core 1.0 section 3.1.3.3)."""
    now = int(time.time())
    claims = {
        "iss": "https://id.example.com",
        "sub": "248289761001",
        "aud": client_id,
        "iat": now,
        "exp": now + 3600,
        "auth_time": now - 5,
        "nonce": "n-0S6_WzA2Mj-5tqbyR4s9d0Kx1w",
        "acr": "urn:example:acr:password",
        "amr": ["pwd"],
        "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
        "sid": "1f2a9d54-6a0b-4c6e-9b2a-0c3d5e7f9a1b",
        "name": "Jane Doe",
        "given_name": "Jane",
        "family_name": "Doe",
        "email": "jane.doe@example.com",
        "email_verified": True,
        "locale": "en-GB",
    }
    header = {"alg": algorithm, "typ": "JWT", "kid": "platform-1"}
    signing_input = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
    id_token = f"{signing_input}.{_encoded(_sign(key, signing_input.encode()))}"
    return json.dumps(
        {
            "access_token": "2YotnFZFEjr1zCsicMWpAAbE8vTq0nWx",
            "token_type": "Bearer",
            "expires_in": 3600,
            "refresh_token": "tGzv3JOkF0XG5Qx2TlKWIAkq7rYb1cVd",
            "scope": "openid profile email",
            "id_token": id_token,
        }
    )


def signing_input_of(response: bytes) -> bytes:
    """What was signed of the ID token in a token response."""
    id_token: str = json.loads(response)["id_token"]
    return id_token.rpartition(".")[0].encode()


def check_claim(response: bytes, key: PrivateKey, claim: str, value: str) -> None:
    """The ID token in `response` has the claim, and `key` signed it."""
    id_token: str = json.loads(response)["id_token"]
    signing_input, _, signature = id_token.rpartition(".")
    claims = json.loads(_decoded(signing_input.split(".")[1]))
    if claims.get(claim) != value:
        raise WrongAnswer(f"expected the claim {claim}={value!r}, found {claims.get(claim)!r}")
    try:
        _verify(key, _decoded(signature), signing_input.encode())
    except InvalidSignature:
        raise WrongAnswer("the ID token is not signed with the key of the hooks") from None


def check_published(jwks: bytes, keys: KeyPair) -> None:
    """The key set has the public halves of `keys`."""
    found = [_essence(jwk) for jwk in json.loads(jwks)["keys"]]
    for wanted in json.loads(keys.jwks())["keys"]:
        if _essence(wanted) not in found:
            raise WrongAnswer(f"the key set lacks the {wanted['kty']} key of the hooks")


def sign_arguments(key: PrivateKey, message: bytes) -> bytes:
    """The argument of Envoy's foreign function `sign`: the protobuf message
    {1: hash_function, 2: private_key, 3: text}."""
    fields = [b"sha256", _pkcs8(key, serialization.Encoding.DER), message]
    return b"".join(
        bytes([number << 3 | 2]) + _varint(len(value)) + value
        for number, value in enumerate(fields, start=1)
    )


def pkcs8_pem(key: PrivateKey) -> str:
    """The key as PKCS#8 in PEM."""
    return _pkcs8(key, serialization.Encoding.PEM).decode()


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _pkcs8(key: PrivateKey, encoding: serialization.Encoding) -> bytes:
    return key.private_bytes(
        encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _sign(key: PrivateKey, message: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    r, s = utils.decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _verify(key: PrivateKey, signature: bytes, message: bytes) -> None:
    if isinstance(key, rsa.RSAPrivateKey):
        key.public_key().verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        return
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    der = utils.encode_dss_signature(r, s)
    key.public_key().verify(der, message, ec.ECDSA(hashes.SHA256()))


def _jwk(key: PrivateKey) -> dict[str, str]:
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.public_key().public_numbers()
        n, e = _encoded_number(numbers.n, 256), _encoded_number(numbers.e, 3)
        return {"kty": "RSA", "kid": "platform-1", "use": "sig", "alg": "RS256", "n": n, "e": e}
    point = key.public_key().public_numbers()
    x, y = _encoded_number(point.x, 32), _encoded_number(point.y, 32)
    return {"kty": "EC", "kid": "platform-2", "use": "sig", "crv": "P-256", "x": x, "y": y}


def _essence(jwk: dict[str, Any]) -> dict[str, Any]:
    return {member: jwk.get(member) for member in ("kty", "n", "e", "crv", "x", "y")}


def _encoded_number(number: int, length: int) -> str:
    return _encoded(number.to_bytes(length, "big"))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
