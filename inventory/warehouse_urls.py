"""The worker's pages about things."""

from django.urls import path, re_path

from .views import (
    complete,
    counting,
    intake,
    labels,
    loads,
    lots,
    outbox,
    places,
    scan,
    shelves,
    stocktake,
    write_offs,
)

ROOM = r"^wh/loads/(?P<code>[\w-]+)/rooms/(?P<number>[0-9]{1,4})"

urlpatterns = [
    path("wh/new", intake.new, name="wh_new"),
    path("wh/uploads", intake.upload, name="wh_upload"),
    path("wh/complete", complete.overview, name="wh_complete"),
    re_path(r"^wh/complete/(?P<key>size|weight|photo|old)$", complete.one, name="wh_complete_one"),
    path("wh/loads", loads.overview, name="wh_loads"),
    path("wh/loads/<slug:code>", loads.load, name="wh_load"),
    re_path(r"^wh/loads/(?P<code>[\w-]+)/(?P<action>close|reopen)$", loads.end, name="wh_load_end"),
    path("wh/loads/<slug:code>/arrived", loads.arrived, name="wh_load_arrived"),
    re_path(rf"{ROOM}$", loads.room, name="wh_room"),
    re_path(rf"{ROOM}/shots$", loads.shot, name="wh_shot"),
    re_path(rf"{ROOM}/group$", loads.group, name="wh_group"),
    path("wh/items", shelves.items, name="wh_items"),
    path("wh/items/<str:code>", shelves.item, name="wh_item"),
    re_path(r"^wh/items/(?P<code>[^/]+)/(?P<action>publish|withdraw|reopen)$", shelves.act, name="wh_act"),
    path("wh/items/<str:code>/undo", intake.undo, name="wh_undo"),
    path("wh/items/<str:code>/codes", shelves.attach, name="wh_attach"),
    path("wh/items/<str:code>/codes/<str:alias>/detach", shelves.detach, name="wh_detach"),
    path("wh/items/<str:code>/count", shelves.count, name="wh_count"),
    path("wh/items/<str:code>/aside", shelves.set_aside, name="wh_aside"),
    path("wh/items/<str:code>/aside/end", shelves.end_aside, name="wh_end_aside"),
    path("wh/items/<str:code>/split", lots.split, name="wh_split"),
    path("wh/items/<str:code>/merge", lots.merge, name="wh_merge"),
    path("wh/items/<str:code>/writeoff", write_offs.write_off, name="wh_write_off"),
    path("wh/items/<str:code>/history", lots.whole_history, name="wh_history"),
    path("wh/items/<str:code>/photos", shelves.add_photos, name="wh_photos"),
    re_path(
        r"^wh/items/(?P<code>[^/]+)/photos/(?P<key>[A-Za-z0-9]+)/(?P<action>left|right|remove)$",
        shelves.photo,
        name="wh_photo",
    ),
    path("wh/writeoffs", write_offs.write_offs, name="wh_write_offs"),
    path("wh/move", places.move, name="wh_move"),
    path("wh/shelves", places.shelves, name="wh_shelves"),
    path("wh/shelves/<slug:site>/<path:code>", places.shelf, name="wh_shelf"),
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
    path("wh/outbox", outbox.outbox, name="wh_outbox"),
    path("wh/outbox/item", outbox.item, name="wh_outbox_item"),
    path("wh/outbox/move", outbox.move, name="wh_outbox_move"),
    path("wh/scan", scan.scan, name="wh_scan"),
    path("wh/labels", labels.choose, name="wh_labels"),
    path("wh/labels.pdf", labels.pdf, name="wh_labels_pdf"),
    path("wh/labels/blank", labels.blank, name="wh_blank"),
    path("wh/labels/blank/<slug:sheet>", labels.blank_done, name="wh_blank_done"),
    path("wh/labels/blank/<slug:sheet>.pdf", labels.blank_pdf, name="wh_blank_pdf"),
    path("wh/labels/claim/<str:code>", scan.claim, name="wh_claim"),
]
