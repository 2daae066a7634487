"""The pages of the city's units."""

from django.urls import path, re_path

from .views import department, giving, giving_pickups, unit_impact

urlpatterns = [
    path("dept", department.dept, name="dept"),
    path("dept/give", giving.overview, name="give"),
    path("dept/give/new", giving.new, name="give_new"),
    path("dept/give/uploads", giving.upload, name="give_upload"),
    path("dept/give/windows", giving_pickups.times_kept, name="give_windows"),
    path("dept/give/times/<str:code>", giving_pickups.answer, name="give_times"),
    path("dept/give/handover", giving_pickups.find, name="give_find"),
    path("dept/give/handover/<str:code>", giving_pickups.give, name="give_handover"),
    path("dept/give/<str:code>", giving.one, name="give_item"),
    re_path(
        r"^dept/give/(?P<code>[^/]+)/(?P<action>residents|transport|gone|end|extend|again|count)$",
        giving.act,
        name="give_act",
    ),
    path("dept/impact", unit_impact.unit_impact, name="unit_impact"),
]
