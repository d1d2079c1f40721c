"""Addresses of statistics and supervision; each story has a list of its own."""

app_name = "statistics"
urlpatterns: list = []
