"""A phone with passkeys in software: makes them and signs with them, as the standard says, or wrongly when asked to."""

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

ORIGIN = "https://kierto.example"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def web(data):
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def raw(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Phone:
    def __init__(self, origin=ORIGIN, flags=PRESENT | VERIFIED):
        self.origin, self.flags = origin, flags
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.handle = b""

    def _client(self, kind, challenge):
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _about(self, rp_id, flags, more=b""):
        return hashlib.sha256(rp_id.encode()).digest() + struct.pack(">BI", flags, 0) + more

    def _answer(self, **response):
        return json.dumps(
            {
                "id": web(self.id),
                "rawId": web(self.id),
                "type": "public-key",
                "response": {name: web(value) for name, value in response.items()},
                "clientExtensionResults": {},
            }
        )

    def make(self, options):
        """A passkey for whom the options name; the answer as the page's script posts it."""
        asked = options["publicKey"]
        self.handle = raw(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        more = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor.encode(key)
        about = self._about(asked["rp"]["id"], self.flags | ATTESTED, more)
        attested = cbor.encode({"fmt": "none", "attStmt": {}, "authData": about})
        client = self._client("webauthn.create", asked["challenge"])
        return self._answer(clientDataJSON=client, attestationObject=attested)

    def sign(self, options):
        """The signature that opens the account."""
        asked = options["publicKey"]
        about = self._about(asked["rpId"], self.flags)
        client = self._client("webauthn.get", asked["challenge"])
        signature = self.key.sign(about + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=client, authenticatorData=about, signature=signature, userHandle=self.handle
        )
