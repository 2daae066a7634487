"""The city's OpenID Connect provider, on the library's ground but stricter than it.

The library leaves the signature of the ID token unread where it came straight from the provider, knows no nonce, and does not
compare whose userinfo it got. Here the token is proved as the standard says, whichever way it came.
"""

import hmac
import secrets

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from recycling.accounts.domain.sign_on import PROVIDER
from recycling.translated import reading_language

# Signatures with a key pair alone: with a shared secret whoever knows the public key could sign.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
# What we need of a provider's discovery document.
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
LEEWAY = 60  # seconds that the clocks may differ


class CityAdapter(OpenIDConnectOAuth2Adapter):
    """One sign-in: the questions to the provider, and the proof of its answer."""

    nonce = ""

    @property
    def openid_config(self):
        try:
            found = super().openid_config
        except AttributeError as error:  # JSON, and no object
            raise OAuth2Error("no discovery document") from error
        if not all(isinstance(found.get(name), str) for name in NEEDED):
            raise OAuth2Error("no discovery document")
        if found["issuer"].rstrip("/") != settings.SIGN_ON["issuer"].rstrip("/"):
            raise OAuth2Error("another issuer")
        return found

    def get_callback_url(self, request, app):  # noqa: ARG002  (the library's signature)
        """The one address that the city registers: without a language, and never from the Host header."""
        return f"{settings.SITE_URL}{reverse('sign_on_callback')}"

    def parse_token(self, data):
        """For one question, and then forgotten: nothing of it is kept."""
        return SocialToken(token=str(data["access_token"]))

    def complete_login(self, request, app, token, **kwargs):
        claims = self._proved(app, kwargs["response"].get("id_token") or "")
        if self.openid_config.get("userinfo_endpoint"):
            userinfo = self._fetch_user_info(token.token)
            if not isinstance(userinfo, dict) or userinfo.get("sub") != claims["sub"]:
                raise OAuth2Error("userinfo of another person")
            claims = userinfo | claims  # what is signed counts more
        login = self.get_provider().sociallogin_from_response(request, claims)
        login.claims = claims
        return login

    def _proved(self, app, id_token):
        try:
            claims = jwt.decode(
                id_token,
                self._key_of(id_token),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=LEEWAY,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise OAuth2Error("the ID token is not good") from error
        if not self.nonce or not hmac.compare_digest(str(claims.get("nonce") or ""), self.nonce):
            raise OAuth2Error("another nonce")
        # A token for several audiences has to say that it was given to us.
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("given to another client")
        return claims

    def _key_of(self, id_token):
        header = jwt.get_unverified_header(id_token)
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = [
            key for key in jwt.PyJWKSet.from_dict(answer.json()).keys if key.public_key_use in (None, "sig")
        ]
        if "kid" in header:
            keys = [key for key in keys if key.key_id == header["kid"]]
        if len(keys) != 1:
            raise jwt.InvalidKeyError("no such key")
        return keys[0]


class CityProvider(OpenIDConnectProvider):
    id = PROVIDER
    name = "city"
    oauth2_adapter_class = CityAdapter
    pkce_enabled_default = True

    def extract_extra_data(self, data):  # noqa: ARG002  (the library's signature)
        """Nothing of the claims is kept beside what the person's own row says."""
        return {}

    def redirect(self, request, process, next_url=None, data=None, **kwargs):  # noqa: ARG002  (the library's signature)
        """To the city's sign-in page, with a nonce that its answer has to carry. Nothing of the address decides what is asked."""
        nonce = secrets.token_urlsafe(24)
        return super().redirect(
            request,
            AuthProcess.LOGIN,
            next_url=next_url,
            scope=settings.SIGN_ON["scope"],
            auth_params={"nonce": nonce, "ui_locales": reading_language()},
            nonce=nonce,
            language=reading_language(),
        )


class CityCallback(OAuth2CallbackView):
    """The way back. The library takes the state out of the session before anything else, so that it serves once."""

    adapter: CityAdapter

    def _get_state(self, request, provider):
        state, response = super()._get_state(request, provider)
        if state:
            self.adapter.nonce = state.get("nonce", "")
            # The address of the way back has no language; the person's own is the one they left in.
            translation.activate(state.get("language") or settings.LANGUAGE_CODE)
        return state, response


provider_classes = [CityProvider]
