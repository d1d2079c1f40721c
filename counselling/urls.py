"""The composition root of the pages: the only place beside asgi.py that names chat/ and blended/."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("counselling.web.urls")),
    path("", include("counselling.centre.urls")),
    path("", include("counselling.cases.urls")),
    path("", include("counselling.cases.own_urls")),
    path("", include("counselling.cases.panel_urls")),
    path("", include("counselling.mail.urls")),
    path("", include("counselling.statistics.urls")),
    path("", include("chat.urls")),
    path("", include("blended.urls")),
    path("team/", include("counselling.people.urls")),
    # The admin's own doors know neither limits nor second factors nor keys: they lead to ours.
    path("admin/login/", RedirectView.as_view(pattern_name="people:sign_in", query_string=True)),
    path("admin/logout/", RedirectView.as_view(pattern_name="cases:sign_out")),
    path("admin/password_change/", RedirectView.as_view(pattern_name="people:password")),
    path("admin/", admin.site.urls),
]

handler400 = "counselling.web.errors.bad_request"
handler403 = "counselling.web.errors.forbidden"
handler404 = "counselling.web.errors.not_found"
handler500 = "counselling.web.errors.server_error"
