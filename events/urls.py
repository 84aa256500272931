from django.urls import path, re_path

from events import posters, views
from events.signups import views as signup_views

app_name = "events"
urlpatterns = [
    path("stormoeder/", views.events, name="events"),
    path("stormoeder/kalender.ics", views.calendar_feed, name="calendar"),
    path("stormoeder/tidligere/", views.past_events, name="past"),
    # No <int:year>: it takes 02026 too, and every page has one address.
    re_path(r"^stormoeder/tidligere/(?P<year>[0-9]{4})/$", views.past_events, name="past_year"),
    path("stormoeder/<slug:slug>/", views.event, name="event"),
    path("stormoeder/<slug:slug>/plakat/", posters.meeting_poster, name="poster"),
    path("stormoeder/<slug:slug>/kalender.ics", views.calendar_file, name="calendar_file"),
    path("stormoeder/<slug:slug>/tilmelding/", signup_views.sign_up, name="sign_up"),
    path("stormoeder/<slug:slug>/kvittering/", signup_views.receipt, name="receipt"),
    path("min-tilmelding/slettet/", signup_views.forgotten, name="forgotten"),
    path("min-tilmelding/<str:token>/", signup_views.manage, name="manage"),
    path("min-tilmelding/<str:token>/kalender.ics", signup_views.manage_calendar, name="manage_calendar"),
]
