"""Every address of the service. Pages carry their language; links in messages and on labels do not."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from inventory import urls as inventory
from recycling import health, offline, pages
from recycling.accounts import urls as accounts
from recycling.accounts.views import demo_sign_on
from recycling.media import media_urls
from recycling.notifications import urls as notifications
from reservations import urls as reservations
from reservations.views.home import home

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("sw.js", offline.service_worker, name="service_worker"),
    *notifications.hooks,
    *accounts.callback,
    *inventory.short_links,
    *reservations.short_links,
    *i18n_patterns(
        path("", include(inventory)),
        path("", include(reservations)),
        path("", include((pages.urlpatterns, "pages"))),
        path("home", home, name="home"),
        path("accounts/", include(accounts)),
        *accounts.people,
        path("manage/", include("recycling.accounts.manage_urls")),
        path("", include((notifications.managed, "texts"))),
        path("django-admin/", admin.site.urls),
        prefix_default_language=True,
    ),
    *notifications.demo_urls(),
    path("demo/sign-on/", include((demo_sign_on.demo_urls(), "demo_sign_on"))),
    *media_urls(settings),
]

handler403 = "recycling.pages.forbidden"
