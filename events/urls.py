from django.urls import path

from events import views, visiting

app_name = "events"
urlpatterns = [
    path("stormoeder/", views.events, name="events"),
    path("stormoeder/kalender.ics", views.calendar_feed, name="calendar"),
    path("stormoeder/<slug:slug>/", views.event, name="event"),
    path("stormoeder/<slug:slug>/kalender.ics", views.calendar_file, name="calendar_file"),
    path("stormoeder/<slug:slug>/tilmelding/", visiting.sign_up, name="sign_up"),
    path("stormoeder/<slug:slug>/kvittering/", visiting.receipt, name="receipt"),
    path("min-tilmelding/slettet/", visiting.forgotten, name="forgotten"),
    path("min-tilmelding/<str:token>/", visiting.manage, name="manage"),
    path("min-tilmelding/<str:token>/kalender.ics", visiting.manage_calendar, name="manage_calendar"),
]
