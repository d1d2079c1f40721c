"""Addresses of links, of what is printed for them, and of the button on other websites."""

from django.urls import URLPattern, path

from counselling.statistics.views import button, campaigns

urlpatterns: list[URLPattern] = [
    path("k/<str:code>", campaigns.way, name="way"),
    path("k/<str:code>/", campaigns.way),
    path("button.js", button.script, name="button_script"),
    path("button.json", button.state, name="button_state"),
    path("team/statistics/button/", button.page, name="button"),
    path("team/statistics/links/", campaigns.listed, name="campaigns"),
    path("team/statistics/links/<slug:code>/", campaigns.one, name="campaign"),
    path("team/statistics/links/<slug:code>/code.svg", campaigns.svg, name="campaign_svg"),
    path("team/statistics/links/<slug:code>/code.png", campaigns.png, name="campaign_png"),
    path("team/statistics/links/<slug:code>/poster.pdf", campaigns.poster, name="campaign_poster"),
]
