from django.urls import path

from blended import views

app_name = "blended"

urlpatterns = [path("appointment/", views.appointment, name="appointment")]
