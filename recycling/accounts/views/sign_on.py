"""To the city's single sign-on and back."""

from datetime import timedelta

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from recycling.accounts.adapter import refused
from recycling.accounts.device import network_of
from recycling.accounts.domain import limits
from recycling.accounts.domain.sign_on import PROVIDER, SignOnAway
from recycling.accounts.provider import CityAdapter, CityCallback
from recycling.errors import Refused

# A provider that is away, or answers something else than what was agreed.
BROKEN = (RequestException, OAuth2Error)


def _only_with_sign_on():
    if not settings.SIGN_ON:
        raise Http404


@login_not_required
@require_POST
def start(request):
    """Lead to the city's sign-in page."""
    _only_with_sign_on()
    try:
        limits.count(
            "sign_on_network", network_of(request), limit=1000, per=timedelta(hours=1), at=timezone.now()
        )
        provider = get_adapter(request).get_provider(request, PROVIDER)
        return provider.redirect(request, AuthProcess.LOGIN, next_url=get_next_redirect_url(request))
    except Refused as refusal:
        return refused(request, refusal)
    except BROKEN:
        return refused(request, SignOnAway())


@login_not_required
@require_safe
def callback(request):
    """Where the city's sign-on sends the browser back to, with a code or with an error."""
    _only_with_sign_on()
    try:
        return CityCallback.adapter_view(CityAdapter(request, PROVIDER))(request)
    except BROKEN:
        return refused(request, SignOnAway())
