"""The admin of pictures: upload, and the focus point of the crop.

A picture that is in use is never changed. Another crop or credit makes another picture, which staff choose on the page
and publish like any other change.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from nejtilbander.editorial import picture_words
from nejtilbander.editorial.usage import UsageChangeList, Uses, links_to_forms, picture_uses, uses_of
from nejtilbander.editorial.views.base import staff_user
from nejtilbander.images.decoding import MAX_BYTES, InvalidImage, Raster, open_image
from nejtilbander.images.models import Original, Picture
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


class GalleryChangeList(UsageChangeList):
    """Each picture says too whether words about it are missing somewhere."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        for picture in self.result_list:
            picture.lacks_words = any(use.lacks for use in picture.uses)


class UseFilter(admin.SimpleListFilter):
    """The pictures that nothing shows, and those with words missing where they are shown."""

    title, parameter_name = "brug", "brug"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("ikke", "Ikke brugt"), ("ord", "Mangler ord")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Picture]) -> QuerySet[Picture]:
        if self.value() not in {"ikke", "ord"}:
            return queryset
        uses = picture_uses(list(queryset.values_list("pk", flat=True)))
        if self.value() == "ikke":
            return queryset.exclude(pk__in=list(uses))
        return queryset.filter(pk__in=[pk for pk, own in uses.items() if any(use.lacks for use in own)])


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin):
    change_list_template = "editorial/pictures.html"
    list_filter = [UseFilter]
    search_fields = ["name", "credit"]
    list_per_page = 60
    actions = None  # each picture is looked at before it is deleted

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
        return [(None, {"fields": ["name", "credit", "shown_on", "words"]}), ("Udsnit", {
            "fields": ["uncropped", "focus_x", "focus_y", "cropped"],
            "description": "Klik på det vigtigste i billedet, eller skriv tallene.",
        })]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Picture | None = None) -> list[str]:
        return ["shown_on", "words", "uncropped", "cropped"] if obj else []

    def get_urls(self) -> list[URLPattern]:
        original = self.admin_site.admin_view(self.original)
        words = self.admin_site.admin_view(self.words_page)
        return [
            path("<int:pk>/hele/", original, name="nejtilbander_picture_original"),
            path("<int:pk>/ord/", words, name="nejtilbander_picture_words"),
            *super().get_urls(),
        ]

    def words_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All places of the picture with their words in six languages."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return picture_words.words_page(request, self, pk)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Billeder"} | (extra_context or {}))

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[GalleryChangeList]:
        return GalleryChangeList

    def uses(self, pks: list[int]) -> Uses:
        return picture_uses(pks)

    def original(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The uncropped picture, for staff alone: what is outside the crop is not for readers."""
        body = Original.objects.filter(picture=pk).values_list("body", flat=True).first()
        if body is None or not self.has_view_permission(request):
            raise Http404
        return HttpResponse(bytes(body), content_type="image/jpeg", headers={"Cache-Control": "no-store"})

    def has_delete_permission(self, request: HttpRequest, obj: Picture | None = None) -> bool:
        """False while a page or a draft shows it."""
        return not (obj and uses_of(self, obj)) and super().has_delete_permission(request, obj)

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
            if uses_of(self, old):
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

    @admin.display(description="sådan bliver det vist")
    def cropped(self, obj: Picture) -> SafeString:
        return format_html('<img src="{}" alt="Udsnittet" width="360" height="240">', obj.draft_url())

    @admin.display(description="hele billedet")
    def uncropped(self, obj: Picture) -> SafeString:
        url = reverse("admin:nejtilbander_picture_original", args=[obj.pk])
        return format_html('<img src="{}" alt="Hele billedet" class="desk-focus" data-focus>', url)

    @admin.display(description="bruges på")
    def shown_on(self, obj: Picture) -> SafeString | str:
        return links_to_forms(uses_of(self, obj))

    @admin.display(description="ordene")
    def words(self, obj: Picture) -> SafeString:
        url = reverse("admin:nejtilbander_picture_words", args=[obj.pk])
        return format_html('<a href="{}">Hvad billedet viser, på seks sprog</a>', url)
