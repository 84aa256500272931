from django.urls import path

from events import views

app_name = "events"
urlpatterns = [
    path("stormoeder/", views.events, name="events"),
    path("stormoeder/kalender.ics", views.calendar_feed, name="calendar"),
    path("stormoeder/<slug:slug>/", views.event, name="event"),
    path("stormoeder/<slug:slug>/kalender.ics", views.calendar_file, name="calendar_file"),
]
