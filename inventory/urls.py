"""The addresses of the catalogue and of the warehouse. Codes, never keys."""

from django.urls import path

from .views import alerts, browse, item, method, saved, scan, site_import
from .warehouse_urls import urlpatterns as warehouse

app_name = "inventory"

urlpatterns: list = [
    path("", browse.front, name="front"),
    path("items", browse.items, name="items"),
    path("items/saved", saved.saved, name="saved"),
    path("items/saved/tidy", saved.tidy, name="tidy"),
    path("items/<str:code>", item.item, name="item"),
    path("items/<str:code>/save", saved.save, name="save"),
    path("items/<str:code>/unsave", saved.unsave, name="unsave"),
    path("c/<slug:key>", browse.category, name="category"),
    path("alerts/new", alerts.new, name="alert_new"),
    path("alerts/sent", alerts.sent, name="alert_sent"),
    path("alerts/<str:token>", alerts.alert, name="alert"),
    path("alerts/<str:token>/<slug:act>", alerts.act, name="alert_act"),
    path("impact", method.method, name="method"),
    path("manage/sites", site_import.sites, name="manage_sites"),
    path("manage/sites/<str:token>", site_import.preview, name="manage_sites_import"),
    *warehouse,
]

# Outside the language prefix: labels and messages carry these.
short_links: list = [
    path("a/<str:token>", alerts.link, name="alert_link"),
    path("i/<str:code>", browse.short_link, name="short_link"),
    path("s/<slug:site>/<path:code>", scan.shelf_link, name="shelf_link"),
]
