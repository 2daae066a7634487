"""The worker's pages about things."""

from django.urls import path, re_path

from .views import intake, labels, scan, shelves

urlpatterns = [
    path("wh/new", intake.new, name="wh_new"),
    path("wh/uploads", intake.upload, name="wh_upload"),
    path("wh/items", shelves.items, name="wh_items"),
    path("wh/items/<str:code>", shelves.item, name="wh_item"),
    re_path(r"^wh/items/(?P<code>[^/]+)/(?P<action>publish|withdraw|reopen)$", shelves.act, name="wh_act"),
    path("wh/items/<str:code>/codes", shelves.attach, name="wh_attach"),
    path("wh/items/<str:code>/codes/<str:alias>/detach", shelves.detach, name="wh_detach"),
    path("wh/items/<str:code>/count", shelves.count, name="wh_count"),
    path("wh/items/<str:code>/aside", shelves.set_aside, name="wh_aside"),
    path("wh/items/<str:code>/aside/end", shelves.end_aside, name="wh_end_aside"),
    path("wh/items/<str:code>/photos", shelves.add_photos, name="wh_photos"),
    re_path(
        r"^wh/items/(?P<code>[^/]+)/photos/(?P<key>[A-Za-z0-9]+)/(?P<action>left|right|remove)$",
        shelves.photo,
        name="wh_photo",
    ),
    path("wh/scan", scan.scan, name="wh_scan"),
    path("wh/labels", labels.choose, name="wh_labels"),
    path("wh/labels.pdf", labels.pdf, name="wh_labels_pdf"),
    path("wh/labels/blank", labels.blank, name="wh_blank"),
    path("wh/labels/blank/<slug:sheet>", labels.blank_done, name="wh_blank_done"),
    path("wh/labels/blank/<slug:sheet>.pdf", labels.blank_pdf, name="wh_blank_pdf"),
    path("wh/labels/claim/<str:code>", scan.claim, name="wh_claim"),
]
