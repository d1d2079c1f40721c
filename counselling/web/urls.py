from django.urls import path
from django.views.i18n import set_language

from counselling.web import exit as quick_exit

app_name = "web"

urlpatterns = [
    path("exit/", quick_exit.leave, name="exit"),
    path("exit/returned/", quick_exit.returned, name="returned"),
    path("language/", set_language, name="language"),
]
