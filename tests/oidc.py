"""A city's single sign-on for tests: a real OpenID Connect provider that speaks HTTP, and can be told to misbehave.

Independent of the service's own code and of the library it uses: it is built on joserfc, and it is strict about what it is
asked (client, secret, redirect, verifier, each code once).
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "kierto-test", "a-secret-between-two"


def new_key(kid):
    return RSAKey.generate_key(2048, parameters={"kid": kid, "alg": "RS256", "use": "sig"})


KEY, OTHER_KEY = new_key("one"), new_key("one")


class Provider:
    """``provider.person`` is who signs in next: claims by their names. Everything else is for misbehaving."""

    def __init__(self):
        self.asked: list[dict] = []
        self.codes: dict[str, dict] = {}
        self.tokens: dict[str, dict] = {}
        self.redirect_uri = ""
        self.behave()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self.server.server_port}/city"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def behave(self):
        self.person = {
            "sub": "u-1001",
            "name": "Pia Puisto",
            "email": "pia@kaupunki.example",
            "email_verified": True,
            "locale": "sv-FI",
        }
        self.signing_key = KEY
        # The claims of the ID token and the answer of the endpoints, as they would be, to be changed.
        self.change_token: Callable[[dict], dict] = lambda claims: claims
        self.change_signed: Callable[[str], str] = lambda signed: signed
        self.change_userinfo: Callable[[dict], dict] = lambda claims: claims
        self.change_discovery: Callable[[dict], dict] = lambda found: found
        self.refuses = False

    def settings(self, **more):
        """What the service's settings say of it."""
        return {
            "issuer": self.issuer,
            "client_id": CLIENT,
            "secret": SECRET,
            "scope": ["openid", "profile", "email"],
            "groups_claim": "groups",
            "unit_claim": "unit",
            "trust_email": False,
            "origins": [],
            "passkeys": False,
        } | more

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    # -- the endpoints

    def discovery(self):
        return self.change_discovery(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/jwks",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        )

    def authorize(self, asked):
        """Where the browser is sent back to; whoever comes is signed in already, as in an office."""
        self.asked.append(asked)
        told = {
            name: asked[name]
            for name in ("response_type", "client_id", "redirect_uri", "code_challenge_method")
        }
        assert told == {
            "response_type": "code",
            "client_id": CLIENT,
            "redirect_uri": self.redirect_uri,
            "code_challenge_method": "S256",
        }
        assert all([asked["nonce"], asked["state"], "openid" in asked["scope"].split()]), asked
        if self.refuses:
            return f"{self.redirect_uri}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return f"{self.redirect_uri}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, asked):
        """(status, answer) for the service that brings a code, its secret and the verifier."""
        begun = self.codes.pop(asked.get("code"), None)
        challenge = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        good = (
            begun is not None
            and (asked.get("client_id"), asked.get("client_secret")) == (CLIENT, SECRET)
            and asked.get("grant_type") == "authorization_code"
            and asked.get("redirect_uri") == begun["redirect_uri"]
            and base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() == begun["code_challenge"]
        )
        if not good:
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(8)
        self.tokens[access] = self.person
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": begun["nonce"]}
        claims = self.change_token(claims | {"sub": self.person["sub"]})
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signing_key)
        return 200, {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self.change_signed(signed),
        }

    def userinfo(self, access):
        if access not in self.tokens:
            return 401, {"error": "invalid_token"}
        return 200, self.change_userinfo(self.tokens[access])


def _handler(provider):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            asked = dict(parse_qsl(parts.query))
            match parts.path:
                case "/city/.well-known/openid-configuration":
                    self._say(200, provider.discovery())
                case "/city/jwks":
                    self._say(200, {"keys": [KEY.as_dict(private=False)]})
                case "/city/userinfo":
                    self._say(
                        *provider.userinfo(self.headers.get("Authorization", "").removeprefix("Bearer "))
                    )
                case "/city/authorize":
                    self.send_response(302)
                    self.send_header("Location", provider.authorize(asked))
                    self.end_headers()
                case _:
                    self._say(404, {})

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(*provider.token(dict(parse_qsl(body))))

        def _say(self, status, answer):
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            """Quiet."""

    return Handler
