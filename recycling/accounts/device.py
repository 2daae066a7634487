"""The browser somebody books with: a random key in a signed cookie, known to the database only by its hash.

It is set when a person first holds something, never by looking around. Whoever has it may go on with the booking that it
started, and is not asked again for a code that was typed on it.
"""

import hashlib
import secrets
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# With the prefix a browser takes it from this host alone: no neighbour under the city's domain can plant a device of its own.
COOKIE = f"{'__Host-' if settings.SESSION_COOKIE_SECURE else ''}kierto_device"
SALT = "kierto.device"
MAX_AGE = 366 * 24 * 60 * 60


def key_of(request: HttpRequest) -> str:
    """The device's key as rows hold it, or "" for a browser that has none."""
    secret = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=MAX_AGE)
    return _hashed(secret) if secret else ""


def new() -> tuple[str, str]:
    """A secret for the cookie and the key for the rows."""
    secret = secrets.token_urlsafe(24)
    return secret, _hashed(secret)


def remember(response: HttpResponse, secret: str) -> None:
    response.set_signed_cookie(
        COOKIE,
        secret,
        salt=SALT,
        max_age=MAX_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def network_of(request: HttpRequest) -> str:
    """The network address that asks, as seen behind the proxies that we trust; an IPv6 address by its /64."""
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = [
        part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()
    ]
    if settings.TRUSTED_PROXIES and len(forwarded) >= settings.TRUSTED_PROXIES:
        address = forwarded[-settings.TRUSTED_PROXIES]
    return _network(address)


def _network(address):
    """An IPv4 address or the /64 of an IPv6 one, written in one way. Some proxies add a port, which is new each time."""
    host = address[1:].partition("]")[0] if address.startswith("[") else address
    host = host.partition(":")[0] if host.count(":") == 1 else host
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return "unknown"
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ip_network((int(found) >> 64 << 64, 64)))


def _hashed(secret):
    return hashlib.sha256(secret.encode()).hexdigest()
