"""The worker's pages about pickups."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from .views import behalf, desk, draws, feed, loads, offline, picking, returns, said, sending, threads, vans, walkin

urlpatterns = [
    path("wh", RedirectView.as_view(pattern_name="reservations:today"), name="wh"),
    path("wh/today", desk.today, name="today"),
    path("wh/today/scan", picking.scan, name="pick_scan"),
    path("wh/walkin", walkin.walkin, name="walkin"),
    path("wh/book", behalf.book, name="behalf"),
    path("wh/today/kept", offline.kept, name="day_kept"),
    path("wh/outbox/pick", offline.pick, name="outbox_pick"),
    path("wh/outbox/handover", offline.give, name="outbox_handover"),
    path("wh/code", desk.find, name="desk_find"),
    path("wh/loads/<slug:code>/report", loads.report, name="load_report"),
    path("wh/handover/<str:code>", desk.give, name="handover"),
    path("wh/handover/<str:code>/pick", desk.pick, name="pick"),
    path("wh/handover/<str:code>/scan", picking.here, name="here"),
    path("wh/handover/<str:code>/swap", picking.swap, name="swap"),
    path("wh/handover/<str:code>/receipt", desk.receipt, name="receipt"),
    path("wh/handover/<str:code>/thanks", desk.thanks, name="thanks"),
    path("wh/handover/<str:code>/messages", said.of_person, name="desk_messages"),
    path("wh/handover/<str:code>/messages/again", said.again, name="message_again"),
    path("wh/handover/<str:code>/time", desk.move, name="desk_time"),
    path("wh/handover/<str:code>/cancel", desk.cancel, name="desk_cancel"),
    re_path(r"^wh/handover/(?P<code>[^/]+)/(?P<action>missed|excuse)$", desk.act, name="desk_act"),
    path("wh/vans", vans.rounds, name="vans"),
    path("wh/vans/<slug:site>/<slug:window>", vans.sheet, name="van"),
    path("wh/deliver/<str:code>", vans.deliver, name="deliver"),
    path("wh/deliver/<str:code>/nobody", vans.nobody_there, name="nobody_there"),
    path("wh/sending", sending.sending, name="wh_sending"),
    path("wh/messages", threads.waiting, name="wh_messages"),
    path("wh/messages/<str:code>", threads.of_warehouse, name="wh_thread"),
    path("wh/calendar", feed.mine, name="wh_calendar"),
    path("wh/items/<str:code>/draw", draws.draw, name="draw"),
    path("wh/returns", returns.returns, name="returns"),
    path("wh/returns/<str:code>", returns.return_item, name="return_item"),
]
