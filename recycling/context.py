"""What every page has around it: the service's and the city's name, the way to get help, the chosen theme."""

from django.conf import settings

from recycling.policy.models import Policy

THEMES = ("light", "dark", "auto")
THEME_COOKIE = "theme"


def chosen_theme(request):
    """``light``, ``dark`` or ``auto`` as the person chose it, or "" when nobody chose anything."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in THEMES else ""


def chrome(request):
    """The context processor behind ``base.html``."""
    policy = Policy.shown()
    return {
        "service_name": policy.service_name,
        "city_name": policy.city_name,
        "help_phone": policy.help_phone,
        "help_email": policy.help_email,
        "help_hours": policy.help_hours,
        "theme": chosen_theme(request),
        "demo": settings.DEMO,
    }
