"""The view behind the buttons of the launch checklist on the admin's front page."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from nejtilbander.editorial.views.base import staff_user
from nejtilbander.publishing.launch_checklist import ITEMS, tick, untick


def may_tick(request: HttpRequest) -> bool:
    """Those who publish pages answer for what the pages say."""
    return request.user.has_perm("nejtilbander.publish_pages")


@require_POST
def set_tick(request: HttpRequest, key: str) -> HttpResponse:
    """Ticks the item with "is_checked" in the form, and takes the tick back without. Twice is as good as once."""
    if not may_tick(request):
        raise PermissionDenied
    item = next((item for item in ITEMS if item.key == key), None)
    if item is None:
        raise Http404
    is_checked, user = bool(request.POST.get("is_checked")), staff_user(request)
    if row := tick(item, user) if is_checked else untick(item):
        message = "Tjekket." if is_checked else "Ikke tjekket alligevel."
        LogEntry.objects.log_actions(user.pk, [row], CHANGE, message, single_object=True)
    return HttpResponseRedirect(f"{reverse('admin:index')}#launch")
