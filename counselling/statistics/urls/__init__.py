"""Addresses of statistics and supervision; each story has a list of its own."""

from counselling.statistics.urls import campaigns, live, report, steering

app_name = "statistics"
urlpatterns = [*report.urlpatterns, *live.urlpatterns, *steering.urlpatterns, *campaigns.urlpatterns]
