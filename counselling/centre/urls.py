from django.urls import path

from counselling.centre import views

app_name = "centre"

urlpatterns = [
    path("help/", views.help_page, name="help"),
    path("anonymous/", views.anonymous, name="anonymous"),
    path("imprint/", views.imprint, name="imprint"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("accessibility/thanks/", views.accessibility_thanks, name="accessibility_thanks"),
    path("easy/", views.easy, name="easy"),
    path("brand.css", views.brand_css, name="brand"),
]
