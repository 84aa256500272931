"""The admin of pictures: upload, and the focus point of the crop.

A picture that is in use is never changed. Another crop or credit makes another picture, which staff choose on the page
and publish like any other change.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from nejtilbander.editorial.audit_trail import AuditedDeletions
from nejtilbander.editorial.views.base import staff_user
from nejtilbander.images.decoding import MAX_BYTES, InvalidImage, Raster, open_image
from nejtilbander.images.models import Original, Picture, pictured_models
from nejtilbander.images.processing import load_original, save_picture


class FocusForm(forms.ModelForm):
    class Meta:
        model = Picture
        fields = ["name", "credit", "focus_x", "focus_y"]

    raster: Raster | None = None


class UploadForm(FocusForm):
    file = forms.FileField(
        label="billedfil",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"}),
        help_text="JPEG, PNG, WebP eller AVIF. Hvor og hvornår det er taget, bliver slettet af filen.",
        error_messages={"required": f"Vælg en fil. Den må højst fylde {MAX_BYTES // 1024 // 1024} MB."},
    )

    def clean_file(self) -> UploadedFile:
        """Also decodes the image, into `self.raster`."""
        file = self.cleaned_data["file"]
        try:
            self.raster = open_image(file, file.size)
        except InvalidImage as refused:
            raise forms.ValidationError(str(refused)) from None
        return file


@admin.register(Picture)
class PictureAdmin(AuditedDeletions, admin.ModelAdmin):
    list_display = ["thumbnail", "name", "credit", "made_at", "shown_on"]
    list_display_links = ["name"]
    search_fields = ["name", "credit"]
    list_per_page = 40

    class Media:
        js = ["js/focus.js"]

    def get_form(
        self, request: HttpRequest, obj: Picture | None = None, change: bool = False, **kwargs: object
    ) -> type[forms.ModelForm]:
        return super().get_form(request, obj, change, form=FocusForm if obj else UploadForm, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Picture | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["file", "name", "credit"]}), ("Udsnit", {
                "fields": ["focus_x", "focus_y"],
                "description": "Alle billeder bliver vist lige brede. Det, der er vigtigst, kommer altid med. "
                               "Du kan vælge det med et klik, når billedet er hentet ind.",
            })]  # fmt: skip
        return [(None, {"fields": ["name", "credit", "shown_on"]}), ("Udsnit", {
            "fields": ["uncropped", "focus_x", "focus_y", "cropped"],
            "description": "Klik på det vigtigste i billedet, eller skriv tallene.",
        })]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Picture | None = None) -> list[str]:
        return ["shown_on", "uncropped", "cropped"] if obj else []

    def get_urls(self) -> list[URLPattern]:
        original = self.admin_site.admin_view(self.original)
        return [path("<int:pk>/hele/", original, name="nejtilbander_picture_original"), *super().get_urls()]

    def original(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The uncropped picture, for staff alone: what is outside the crop is not for readers."""
        body = Original.objects.filter(picture=pk).values_list("body", flat=True).first()
        if body is None or not self.has_view_permission(request):
            raise Http404
        return HttpResponse(bytes(body), content_type="image/jpeg", headers={"Cache-Control": "no-store"})

    def has_delete_permission(self, request: HttpRequest, obj: Picture | None = None) -> bool:
        """False while a page shows it."""
        return not (obj and placements(obj)) and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Picture, form: FocusForm, change: bool) -> None:
        """The name alone is changed in place; another crop or credit makes a new picture."""
        if not change:
            self._save_new(request, obj, form.raster)
        elif set(form.changed_data) <= {"name"}:
            super().save_model(request, obj, form, change)
        else:
            old = Picture.objects.get(pk=obj.pk)
            obj.pk, obj.digest, obj.made_at = None, "", timezone.now()
            obj._state.adding = True
            self._save_new(request, obj, load_original(old))
            if placements(old):
                text = "Gemt som et nyt billede, for det gamle står på siden. Vælg det nye dér, og udgiv."
                messages.warning(request, text)
            elif old.pk != obj.pk:
                old.delete()

    @staticmethod
    def _save_new(request: HttpRequest, obj: Picture, raster: Raster | None) -> None:
        """Saves `obj` with its renditions, or points it at the picture that has the same bytes already."""
        if raster is None:  # the form has refused it
            raise Http404
        saved = save_picture(obj, raster, staff_user(request))
        if saved is not obj:
            obj.pk, obj._state.adding = saved.pk, False
            messages.info(request, "Det billede er her i forvejen.")

    @admin.display(description="billede")
    def thumbnail(self, obj: Picture) -> SafeString:
        return format_html('<img src="{}" alt="" width="120" height="80" loading="lazy">', obj.draft_url())

    @admin.display(description="sådan bliver det vist")
    def cropped(self, obj: Picture) -> SafeString:
        return format_html('<img src="{}" alt="Udsnittet" width="360" height="240">', obj.draft_url())

    @admin.display(description="hele billedet")
    def uncropped(self, obj: Picture) -> SafeString:
        url = reverse("admin:nejtilbander_picture_original", args=[obj.pk])
        return format_html('<img src="{}" alt="Hele billedet" class="desk-focus" data-focus>', url)

    @admin.display(description="står på")
    def shown_on(self, obj: Picture) -> str:
        return ", ".join(str(place) for place in placements(obj)) or "ikke noget, som læserne ser"


def placements(picture: Picture) -> list[Model]:
    """The objects that show `picture`."""
    return [obj for model in pictured_models() for obj in model._default_manager.filter(picture=picture)]
