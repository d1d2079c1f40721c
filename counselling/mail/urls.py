from django.urls import path

from counselling.mail import views

app_name = "mail"

urlpatterns = [path("letter/", views.letter, name="letter")]
