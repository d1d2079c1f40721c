"""All addresses of letters under one name: young people's pages, the team's, files, and notifications."""

from counselling.mail.urls import files, notify, seeker, team, writing

app_name = "mail"

urlpatterns = [
    *seeker.urlpatterns,
    *files.urlpatterns,
    *notify.urlpatterns,
    *team.urlpatterns,
    *writing.urlpatterns,
]
