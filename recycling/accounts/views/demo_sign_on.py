"""The demo city's single sign-on: a small OpenID Connect provider with a page of people instead of passwords.

It has addresses only where the demo is on. Whoever comes in through it takes the same way as through a real one.
"""

import base64
import hashlib
import hmac
import time
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recycling.accounts.models import User
from recycling.translated import reading_language

KID = "demo"
CODE_SECONDS = 60
# Somebody of the city whom the service has never seen, with and without a unit.
STRANGERS = {
    "uusi": {
        "name": "Ulla Uusi",
        "email": "ulla@kierto.example",
        "groups": ["kierto-koulut"],
        "unit": "31",
    },
    "ulkona": {"name": "Otto Outolintu", "email": "otto@kierto.example", "groups": [], "unit": ""},
}


def _key():
    """The same in each process: derived from the demo's key, which anybody may read, as all of the demo is."""
    digest = hashlib.sha256(f"demo-sign-on:{settings.SECRET_KEY}".encode()).digest()
    return ec.derive_private_key(int.from_bytes(digest) >> 8, ec.SECP256R1())


def _people():
    """{subject: claims} of everybody who may be chosen."""
    known = User.objects.filter(is_demo=True, is_active=True).order_by("pk")
    found: dict[str, dict] = {
        f"demo-{one.pk}": {"name": one.name, "email": one.email, "groups": [], "unit": ""} for one in known
    }
    return found | STRANGERS


@login_not_required
@require_safe
def discovery(request):  # noqa: ARG001  (Django's signature)
    issuer = settings.SIGN_ON["issuer"] if settings.SIGN_ON else settings.SITE_URL
    return JsonResponse(
        {
            "issuer": issuer,
            "authorization_endpoint": settings.SITE_URL + reverse("demo_sign_on:authorize"),
            "token_endpoint": settings.SITE_URL + reverse("demo_sign_on:token"),
            "jwks_uri": settings.SITE_URL + reverse("demo_sign_on:jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }
    )


@login_not_required
@require_safe
def jwks(request):  # noqa: ARG001  (Django's signature)
    public = jwt.algorithms.ECAlgorithm.to_jwk(_key().public_key(), as_dict=True)
    return JsonResponse({"keys": [public | {"kid": KID, "alg": "ES256", "use": "sig"}]})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def authorize(request):
    """Choose who you are; POST goes back to the service with a code."""
    asked = request.GET
    back = settings.SITE_URL + reverse("sign_on_callback")
    good = (
        settings.SIGN_ON
        and asked.get("client_id") == settings.SIGN_ON["client_id"]
        and asked.get("redirect_uri") == back
        and asked.get("code_challenge_method") == "S256"
    )
    if not good:
        return HttpResponseBadRequest(
            "This is not a question of the demo's service.", content_type="text/plain"
        )
    translation.activate(reading_language(asked.get("ui_locales")))
    if request.method != "POST":
        return render(request, "demo/sign_on.html", {"people": _people().items()})
    if request.POST.get("person") not in _people():
        return redirect(f"{back}?{urlencode({'error': 'access_denied', 'state': asked.get('state', '')})}")
    kept = {
        "sub": request.POST["person"],
        "nonce": asked.get("nonce"),
        "challenge": asked.get("code_challenge"),
    }
    code = signing.dumps(kept, salt="demo-sign-on")
    return redirect(f"{back}?{urlencode({'code': code, 'state': asked.get('state', '')})}")


# The service asks here, not a browser: it proves itself by its secret and the verifier, and has no token of a form.
@csrf_exempt
@login_not_required
@require_POST
def token(request):
    if request.headers.get("Origin") or request.headers.get("Sec-Fetch-Site"):
        raise PermissionDenied
    asked, city = request.POST, settings.SIGN_ON
    try:
        kept = signing.loads(asked.get("code", ""), salt="demo-sign-on", max_age=CODE_SECONDS)
    except signing.BadSignature:
        return JsonResponse({"error": "invalid_grant"}, status=400)
    digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    proved = city and all(
        hmac.compare_digest(str(one), str(other))
        for one, other in (
            (asked.get("client_id"), city["client_id"]),
            (asked.get("client_secret"), city["secret"]),
            (challenge, kept["challenge"]),
        )
    )
    person = _people().get(kept["sub"])
    if not proved or person is None:
        return JsonResponse({"error": "invalid_grant"}, status=400)
    now = int(time.time())
    claims = {
        "iss": city["issuer"],
        "sub": kept["sub"],
        "aud": city["client_id"],
        "iat": now,
        "exp": now + 300,
        "nonce": kept["nonce"],
        "email_verified": True,
        **person,
    }
    signed = jwt.encode(claims, _key(), algorithm="ES256", headers={"kid": KID})
    return JsonResponse(
        {"access_token": "demo", "token_type": "Bearer", "expires_in": 300, "id_token": signed}
    )


def demo_urls():
    """The provider's addresses, or none outside the demo."""
    if not settings.DEMO:
        return []
    return [
        path(".well-known/openid-configuration", discovery, name="discovery"),
        path("jwks", jwks, name="jwks"),
        path("authorize", authorize, name="authorize"),
        path("token", token, name="token"),
    ]
