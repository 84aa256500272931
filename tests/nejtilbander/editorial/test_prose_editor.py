"""The prose widget: it writes what `prose.sanitize` keeps, and the Content-Security-Policy lets it start."""

import re
from pathlib import Path

import django_prose_editor
import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.forms import Textarea
from django_prose_editor.config import EXTENSION_MAPPING, allowlist_from_extensions

from nejtilbander.editorial.forms.prose_editor import EXTENSIONS, ProseWidget
from nejtilbander.editorial.model_admin import ContentAdmin
from nejtilbander.text import prose
from nejtilbander.web.inline_assets import csp_hash
from nejtilbander.web.security_headers import EDITOR_STYLE_HASH
from pages.models import Page
from tests.support.reader import Reader
from tests.support.sample_texts import WORD
from tests.support.waiting import effort

pytestmark = pytest.mark.walk


@pytest.fixture
def staff(static_files):
    user = get_user_model().objects.create_superuser("prove", "prove@example.dk", "en lang prøve-adgangskode")
    browser = Reader()
    browser.force_login(user)
    return browser


def policy(response):
    return response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "written",
    [
        "<h2>Hvad</h2>\n<h3>Hvordan</h3>\n<p>Ring {politi} eller {politi.dk}</p>",
        "<p><strong>Fed</strong> og <em>kursiv</em><br>ny linje</p>",
        "<ul>\n<li>En<ul>\n<li>Under</li>\n</ul>\n</li>\n</ul>\n<ol>\n<li>To</li>\n</ol>",
        '<blockquote lang="ar" dir="rtl">\n<p>لا</p>\n</blockquote>',
        '<p><span lang="ar" dir="rtl">لا</span> <span lang="so" dir="ltr">maya</span> <bdi dir="ltr">114</bdi></p>',
        '<p><a href="/hjaelp/" rel="noreferrer">Hjælp</a> <a href="https://politi.dk/" rel="noreferrer">Politi</a></p>',
        '<p><a href="mailto:a@odense.dk" rel="noreferrer">a</a> <a href="tel:114" rel="noreferrer">114</a></p>',
        "<p>1 &lt; 2 &amp; a&nbsp;b</p>",
    ],
    ids=["headings and facts", "bold and italic", "lists", "quote", "other languages", "links", "people", "signs"],
)
def test_what_the_editor_writes_is_kept_to_the_letter(written):
    assert prose.sanitize(written) == written


def test_the_editor_has_no_tool_for_what_would_be_taken_away():
    of_the_library = {name: EXTENSIONS[name] for name in EXTENSIONS.keys() & EXTENSION_MAPPING.keys()}

    assert allowlist_from_extensions(of_the_library)["tags"] <= prose.TAGS
    assert set(EXTENSIONS["Link"]["schemes"]) == prose.SCHEMES


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        (WORD, "<p><span>Vi står sammen</span></p>\n<p>Ring {politi}</p>"),
        ("<p>a</p><script>alert(1)</script><iframe src=//x></iframe>", "<p>a</p>"),
        ('<p style="color:red" onpaste="x()">a<img src=x onerror=x()></p>', "<p>a</p>"),
        ('<p><a href="data:text/html,x">a</a></p>', '<p><a rel="noreferrer">a</a></p>'),
    ],
    ids=["Word", "script", "handlers", "data link"],
)
def test_what_is_pasted_past_the_editor_is_cleaned_all_the_same(pasted, kept):
    assert prose.sanitize(pasted) == kept


def test_a_megabyte_of_text_is_cleaned_at_once():
    text = "<p>Vi står <strong>sammen</strong> i {odense}.</p>\n" * 20_000
    assert len(text) > 1_000_000

    cleaned, units = effort(lambda: prose.sanitize(text))

    assert cleaned == text.strip()
    assert units < 1000, "about 20"


def test_every_prose_field_is_written_in_the_editor_in_the_admin(rf):
    model_admins = [
        model_admin for model_admin in admin.site._registry.values() if isinstance(model_admin, ContentAdmin)
    ]
    model_admins += [
        inline(model_admin.model, admin.site) for model_admin in model_admins for inline in model_admin.inlines
    ]
    widgets = [
        model_admin.formfield_for_dbfield(field, rf.get("/admin/")).widget
        for model_admin in model_admins for field in model_admin.model._meta.concrete_fields
        if isinstance(getattr(field, "translated_field", field), prose.ProseField)
    ]  # fmt: skip

    assert len(widgets) > 60
    assert {type(widget) for widget in widgets} == {ProseWidget}


def test_the_field_itself_knows_nothing_of_the_editor():
    assert type(Page._meta.get_field("body_da").formfield().widget) is Textarea


def test_without_javascript_the_field_is_a_textarea_with_html(static_files):
    html = ProseWidget(attrs={"lang": "ar", "dir": "rtl"}).render("body_ar", "<p>لا</p>")

    assert re.fullmatch(r"<textarea [^>]+>\s*&lt;p&gt;لا&lt;/p&gt;</textarea>", html)
    assert 'name="body_ar"' in html
    assert 'lang="ar" dir="rtl"' in html
    assert "required" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/admin/pages/page/add/", "/admin/pages/page/1/change/?sprog=ar"])
def test_the_editors_import_map_is_allowed_by_a_nonce_of_this_answer_alone(staff, address):
    answers = [staff.get(address), staff.get(address)]
    nonces = [
        re.search(r'<script type="importmap" nonce="([^"]{24})">', answer.content.decode())[1] for answer in answers
    ]

    assert nonces[0] != nonces[1]
    for answer, nonce in zip(answers, nonces, strict=True):
        assert f"script-src 'self' 'nonce-{nonce}';" in f"{policy(answer)};"
        assert "unsafe" not in policy(answer)


@pytest.mark.django_db
def test_pages_without_the_editor_have_no_nonce_and_readers_policy_knows_nothing_of_it(staff):
    assert "nonce" not in policy(staff.get("/admin/pages/page/"))
    assert "nonce" not in policy(staff.get("/admin/login/"))
    for address in ["/", "/hjaelp/", "/findes-ikke/"]:
        assert "nonce" not in policy(staff.get(address))
        assert EDITOR_STYLE_HASH not in policy(staff.get(address))
        assert "'self'" not in re.search(r"(?:script|style)-src ([^;]+)", policy(staff.get(address)))[1]


def test_the_policy_knows_the_one_style_that_the_editor_puts_in_its_page():
    script = Path(django_prose_editor.__file__).parent / "static" / "django_prose_editor" / "editor.js"
    (style,) = re.findall(r"`(\.ProseMirror \{.*?)`", script.read_text("utf-8"), re.DOTALL)

    assert csp_hash(style) == EDITOR_STYLE_HASH, "the editor was changed: write the new hash in nejtilbander/headers.py"
