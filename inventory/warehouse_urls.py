"""The worker's pages about things."""

from django.urls import path, re_path

from .views import counting, intake, shelves, stocktake

urlpatterns = [
    path("wh/new", intake.new, name="wh_new"),
    path("wh/uploads", intake.upload, name="wh_upload"),
    path("wh/items", shelves.items, name="wh_items"),
    path("wh/items/<str:code>", shelves.item, name="wh_item"),
    re_path(r"^wh/items/(?P<code>[^/]+)/(?P<action>publish|withdraw|reopen)$", shelves.act, name="wh_act"),
    path("wh/items/<str:code>/count", shelves.count, name="wh_count"),
    path("wh/items/<str:code>/aside", shelves.set_aside, name="wh_aside"),
    path("wh/items/<str:code>/aside/end", shelves.end_aside, name="wh_end_aside"),
    path("wh/items/<str:code>/photos", shelves.add_photos, name="wh_photos"),
    re_path(
        r"^wh/items/(?P<code>[^/]+)/photos/(?P<key>[A-Za-z0-9]+)/(?P<action>left|right|remove)$",
        shelves.photo,
        name="wh_photo",
    ),
    # A stock-take by its token, its places by their keys.
    path("wh/count", stocktake.takes, name="wh_takes"),
    path("wh/count/<str:token>", stocktake.take, name="wh_take"),
    path("wh/count/<str:token>/scans", counting.scans, name="wh_take_scans"),
    path("wh/count/<str:token>/close", stocktake.close, name="wh_take_close"),
    path("wh/count/<str:token>/settle", stocktake.settle, name="wh_take_settle"),
    re_path(
        r"^wh/count/(?P<token>[^/]+)/(?P<action>pause|resume|cancel)$", stocktake.act, name="wh_take_act"
    ),
    re_path(r"^wh/count/(?P<token>[^/]+)/(?P<key>[2-9A-Z]{6})$", counting.shelf, name="wh_take_shelf"),
    re_path(r"^wh/count/(?P<token>[^/]+)/(?P<key>[2-9A-Z]{6})/undo$", counting.undo, name="wh_take_undo"),
    re_path(
        r"^wh/count/(?P<token>[^/]+)/(?P<key>[2-9A-Z]{6})/(?P<action>counted|again)$",
        counting.finish,
        name="wh_take_finish",
    ),
]
