"""The view of who is responsible for an object, and when it is reviewed next. Readers see nothing of it."""

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from nejtilbander.editorial.forms.date_fields import LocalDateField
from nejtilbander.editorial.views.base import EditorialAdmin, get_object, log_change, render_admin_page


class OwnershipForm(forms.Form):
    owner = forms.ModelChoiceField(User.objects.filter(is_staff=True), label="Ansvarlig", required=False)
    review_by = LocalDateField(label="Gennemgås senest", required=False)


def ownership(request: HttpRequest, model_admin: EditorialAdmin, pk: int) -> HttpResponse:
    """Owner and review date are saved on the row at once; they are a part of no version."""
    obj = get_object(request, model_admin, pk)
    if not model_admin.has_full_change_permission(request):
        raise PermissionDenied
    form = OwnershipForm(
        request.POST if request.method == "POST" else None,
        initial={"owner": obj.owner_id, "review_by": obj.review_by},
    )
    if request.method == "POST" and form.is_valid():
        type(obj)._default_manager.filter(pk=pk).update(**form.cleaned_data)
        log_change(request, obj, "Ansvarlig og dato for gennemgang ændret.")
        messages.success(request, "Gemt.")
        return HttpResponseRedirect(model_admin.url_for("change", pk))
    return render_admin_page(
        request, model_admin, "ownership", title=f"Ansvarlig og gennemgang: {obj}", original=obj, form=form
    )
