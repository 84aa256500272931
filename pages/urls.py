from django.urls import path, re_path
from django.views.generic import RedirectView

from nejtilbander.web.decorators import public_view
from pages import views

app_name = "pages"
urlpatterns = [
    path("udtalelse/", views.statement, name="statement"),
    path("udtalelse/<int:number>/", views.statement, name="statement_version"),
    path("indsatser/", views.initiatives, name="initiatives"),
    path("indsatser/<slug:slug>/", views.initiative, name="initiative"),
    path("hjaelp/", views.guide, name="guide"),
    re_path(r"^anmeld/?$", public_view()(RedirectView.as_view(pattern_name="pages:guide")), name="report"),
    path("hvem/", views.partners, name="partners"),
    path("<slug:slug>/", views.plain_page, name="page"),
]
