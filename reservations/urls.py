"""The addresses of booking and of reservations. Codes and tokens of our own alphabet, never keys."""

from django.urls import path

from . import converters  # noqa: F401  (registers what the addresses below are written with)
from .department_urls import urlpatterns as department
from .desk_urls import urlpatterns as desk
from .views import at_place, booking, choosing, feed, find, hold, places, queue, reservation

app_name = "reservations"

urlpatterns: list = [
    path("book", hold.hold, name="hold"),
    path("book/<token:bundle>", hold.resume, name="resume"),
    path("book/<token:bundle>/time", booking.time, name="time"),
    path("book/<token:bundle>/contact", booking.contact, name="contact"),
    path("book/<token:bundle>/code", booking.code, name="code"),
    path("book/<token:bundle>/resend", booking.resend, name="resend"),
    path("book/<token:bundle>/check", booking.check, name="check"),
    path("book/<token:bundle>/confirm", booking.confirm, name="confirm"),
    path("book/<token:bundle>/extend", booking.extend, name="extend"),
    path("book/<token:bundle>/release", hold.release, name="release"),
    path("r/<token:token>", reservation.manage, name="manage"),
    path("r/<token:token>/coming", reservation.coming, name="coming"),
    path("r/<token:token>/change", reservation.change, name="change"),
    path("r/<token:token>/cancel", reservation.cancel, name="cancel"),
    path("r/<token:token>/messages", choosing.messages_of, name="messages"),
    path("r/<token:token>/here", at_place.at_place, name="at_place"),
    path("r/<token:token>/calendar.ics", reservation.calendar_file, name="calendar"),
    path("r/<token:token>/qr.svg", reservation.qr, name="qr"),
    path("items/<str:code>/queue", queue.join, name="queue_join"),
    path("q/<token:token>", queue.place, name="queue"),
    path("q/<token:token>/code", queue.code, name="queue_code"),
    path("q/<token:token>/resend", queue.resend, name="queue_resend"),
    path("q/<token:token>/leave", queue.leave, name="queue_leave"),
    path("my", find.find, name="find"),
    path("my/forget", find.forget, name="forget"),
    path("where", places.places, name="places"),
    *desk,
    *department,
]

# Outside the language prefix: messages, QR codes and calendar programs carry these.
short_links: list = [
    path("r/<token:token>", reservation.link, name="reservation_link"),
    path("r/<token:token>/q", reservation.question_link, name="question_link"),
    path("q/<token:token>", queue.link, name="queue_link"),
    path("cal/<token:token>.ics", feed.file, name="calendar_feed"),
]
