from django.urls import path

from counselling.mail.views import absence, notify

urlpatterns = [
    path("inbox/notify/", notify.page, name="notify"),
    path("team/absence/", absence.page, name="absence"),
]
