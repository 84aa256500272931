"""Taking the second factor away from a login whose owner has lost the phone."""

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from nejtilbander.accounts.reset import reset_second_factor
from nejtilbander.approvals import logins, rules
from nejtilbander.editorial.views import approvals
from nejtilbander.editorial.views.base import staff_user


def take_away(request: HttpRequest, login: User) -> HttpResponse:
    """GET asks whether it is meant; POST does it. On a login that is guarded it takes a yes, and asks for one first.

    Whoever may change `login` comes as far. Under a lock on the row, or it might become guarded meanwhile.
    """
    by = staff_user(request)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).filter(pk=login.pk).first()
        takes_two = rules.requires_second_person(by, logins.SECOND_FACTOR, login)
        if takes_two and rules.usable(by, logins.SECOND_FACTOR, login) is None:
            return approvals.ask_first(request, logins.SECOND_FACTOR, login)
        if request.method == "POST":
            if takes_two:
                rules.use(by, logins.SECOND_FACTOR, login)
            reset_second_factor(login)
            messages.success(request, f"{login} har ingen anden faktor mere, er logget ud overalt og får en mail.")
            return HttpResponseRedirect(reverse("admin:auth_user_change", args=[login.pk]))
    context = admin.site.each_context(request) | {"title": f"Fjern anden faktor: {login}", "login": login}
    return TemplateResponse(request, "editorial/take_second_factor.html", context)
