"""Every address of the admin, asked for by every role: one table says who gets in, and nothing stands outside it."""

import re
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied

from nejtilbander.approvals import logins, rules
from nejtilbander.approvals.models import Approval
from nejtilbander.audit import chain
from nejtilbander.audit.models import AuditLine
from nejtilbander.editorial.views import base
from nejtilbander.images.models import Original, Picture
from nejtilbander.publishing import versions
from nejtilbander.publishing.models import Redirect
from pages.models import Partner
from tests.support.documents import a_document
from tests.support.factories import a_meeting, a_notice, a_page, a_statement, an_initiative
from tests.support.reader import Reader
from tests.support.routes import role_of, routes

pytestmark = pytest.mark.django_db

# What a role may do with a kind of thing. "publish" is also to take it back, and to delete what readers have seen.
MAY = """
                                Redaktør  Udgiver  Oversætter  Mødeleder  Listeansvarlig  Administrator  none
the desk: read                     x         x         x           x            x               x         x
all texts: read                    x         x         x           x            x               x         -
texts: read                        x         x         x           -            -               x         -
texts: write                       x         x         -           -            -               x         -
texts: publish                     -         x         -           -            -               x         -
meetings: read                     x         x         x           x            x               x         -
meetings: write                    x         x         -           x            -               x         -
meetings: publish                  -         x         -           x            -               x         -
list: read, write                  -         -         -           -            x               -         -
notices: read                      -         x         x           -            -               x         -
notices: write, publish            -         x         -           -            -               x         -
moves: read, write, publish        -         x         -           -            -               x         -
pictures: read, write              x         x         -           x            -               x         -
pictures: publish                  -         x         -           x            -               x         -
documents: read, write             x         x         -           x            -               x         -
documents: publish                 -         x         -           x            -               x         -
documents: alter                   -         -         -           -            -               -         -
the site: read                     x         x         x           x            -               x         -
files: read, write                 x         x         x           x            -               x         -
launch: tick                       -         x         -           -            -               x         -
users: read, write, publish        -         -         -           -            -               x         -
logins: answer                     -         -         -           -            -               x         -
roles: read                        -         -         -           -            -               x         -
roles: write, publish              -         -         -           -            -               -         -
audit: read                        -         -         -           -            -               x         -
audit: write, publish              -         -         -           -            -               -         -
nowhere: read                      -         -         -           -            -               -         -
"""
KINDS = {
    "pages/statement/": "texts", "pages/initiative/": "texts", "pages/partner/": "texts", "pages/page/": "texts",
    "events/event/": "meetings", "nejtilbander/notice/": "notices", "nejtilbander/redirect/": "moves",
    "nejtilbander/picture/": "pictures", "nejtilbander/document/": "documents", "auth/user/": "users",
    "auth/group/": "roles",
    "nejtilbander/auditline/": "audit",
}  # fmt: skip
ACTS = {  # of one kind's addresses: what it is to ask for it, and what it is to send something there
    "": "read read", "add/": "write write", "change/": "read write", "delete/": "publish publish",
    "history/": "read read", "version/<int:number>/": "read write", "se/<str:language>/": "read read",
    "se/<str:language>/side/": "read read", "del/": "read write", "omsorg/": "write write", "nu/": "write write",
    "udgiv/": "publish publish", "fortryd/": "publish publish",
    "drop-planen/": "publish publish", "traek-tilbage/": "publish publish",
    "slettede/": "read write", "gennemsyn/": "read write", "tilmelding/": "read publish",
    "brev/": "publish publish", "hele/": "read", "ord/": "read write",
    "password/": "write write", "anden-faktor/": "write write",
}  # fmt: skip
APART = {  # what belongs to no single thing
    **dict.fromkeys(
        ["", "login/", "logout/", "password_change/", "password_change/done/", "jsi18n/", "vejledning/",
         "r/<path:content_type_id>/<path:object_id>/", "sider/", *(f"{kind}<path:object_id>/" for kind in KINDS)],
        "the desk: read",
    ),
    "events/event/<int:pk>/grupper/": "list: read write",
    **dict.fromkeys(["konto/", "konto/passkey/alle/"], "the desk: read"),  # one's own account, whoever one is
    "events/event/<int:pk>/liste/<str:what>/": "list: read write", "aabning/<slug:key>/": "launch:  tick",
    "ja/<int:pk>/": "logins: answer answer", "overblik/": "all texts: read",
    "overblik/<str:language>/": "all texts: read", "soeg/": "all texts: read",
    "po/": "files: read write", "po/hent/": "files: read",
    "nejtilbander/document/<path:object_id>/change/": "documents: read alter",
    "pages/": "texts: read", "events/": "meetings: read", "auth/": "users: read", "nejtilbander/": "the site: read",
    "autocomplete/": "nowhere: read", "findes-ikke/": "nowhere: read",
}  # fmt: skip
# What is for strangers too, or is there only sometimes: tests/nejtilbander/accounts/ knows more of it.
FOR_STRANGERS = {
    "konto/log-ind/", "konto/log-ind/passkey/", "konto/log-ind/bekraeft/", "konto/log-ud/", "konto/lukket/",
    "konto/glemt/", "konto/adgangskode/<str:token>/", "konto/kommune/<str:provider_id>/",
    "konto/kommune/<str:provider_id>/svar/", "konto/kommune-afbrudt/",
}  # fmt: skip
SOMETIMES = {
    "konto/aktiv/", "konto/log-ud/alle-steder/", "konto/bekraeft/", "konto/bekraeft/kode/", "konto/bekraeft/passkey/",
    "konto/app/fjern/", "konto/passkey/<int:pk>/", "konto/passkey/<int:pk>/fjern/", "konto/noedkoder/",
    "konto/noedkoder/nye/", "konto/app/", "konto/passkey/",
}  # fmt: skip
ROLES = {"Oversætter": "Oversætter (arabisk)"}  # one language stands for all


def table():
    """(what, act) -> the roles that get in."""
    head, *lines = MAY.strip("\n").splitlines()
    roles = head.split()
    may = {}
    for line in lines:
        area, marks = line[:32], line[32:].split()
        what, _, acts = area.partition(": ")
        for act in acts.split(","):
            may[what, act.strip()] = {role for role, mark in zip(roles, marks, strict=True) if mark == "x"}
    return roles, may


def admin_routes():
    """Every address of the admin as it is written in its pattern; those that are patterns of text, once for each."""
    for address, view in routes():
        if role_of(address, view) == "public" or not address.startswith("admin/"):
            continue
        bare = address.removeprefix("admin/")
        if bare in FOR_STRANGERS | SOMETIMES:
            continue
        if "app_label" in bare:
            yield from (f"{label}/" for label in re.search(r">([\w|]+)\)", bare)[1].split("|"))
        else:
            yield "findes-ikke/" if "(?P<url>" in bare else bare


def area_of(route):
    """(what, what asking is, what sending is), with "" for what is not sent; None for an address in no area."""
    kind = next((kind for kind in KINDS if route.startswith(kind)), "")
    rest = re.sub(r"^(<int:pk>|<path:object_id>|<id>)/", "", route.removeprefix(kind))
    said = APART.get(route) or (f"{KINDS[kind]}: {ACTS[rest]}" if kind and rest in ACTS else "")
    what, _, acts = said.partition(": ")
    asking, _, sending = acts.partition(" ")
    return (what, asking, sending) if said else None


@pytest.fixture
def objects(static_files):
    """One of each kind, by the beginning of its addresses: seen by readers, and nobody's to miss."""
    made = [
        a_statement(9), an_initiative(), Partner.objects.first(), a_page(), a_meeting(), a_notice(),
        Redirect.objects.create(old_path="/gammel/", new_path="/hvem/"),
        Picture.objects.create(name="Hus", digest="0" * 16, width=900), a_document(), User.objects.create_user("anden"),
        Group.objects.create(name="En rolle"),
        chain.append(AuditLine.Kind.LOGIN),
    ]  # fmt: skip
    Original.objects.create(picture=made[7], body=b"JPEG")
    rules.ask(User.objects.create_user("spoerger"), logins.PASSWORD, made[9])
    for obj in made[:6]:
        versions.ensure_first_version(obj)
    return dict(zip(KINDS, made, strict=True))


def filled(route, objects):
    """An address that is there, for a route."""
    obj = next((obj for kind, obj in objects.items() if route.startswith(kind)), objects["pages/page/"])
    values = {
        "language": "da", "number": 1, "what": "door", "content_type_id": ContentType.objects.get_for_model(obj).pk,
        "key": "mail", "pk": Approval.objects.get().pk if route.startswith("ja/") else obj.pk,
    }  # fmt: skip
    return "/admin/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values.get(found[1], obj.pk)), route)


def a_browser(role):
    user = User.objects.create_user("en", is_staff=True)
    user.groups.set(Group.objects.filter(name=ROLES.get(role, role)))
    assert user.groups.count() == (role != "none")
    browser = Reader()
    browser.force_login(user)
    return browser


def test_every_address_of_the_admin_is_in_an_area_and_every_area_in_the_table():
    found = list(admin_routes())

    assert [route for route in found if area_of(route) is None] == []
    assert len(found) > 100
    asked = {(what, act) for what, *acts in map(area_of, found) for act in acts if act}
    assert asked == table()[1].keys()


def test_an_address_that_nobody_has_placed_is_found():
    assert [area_of(route) for route in ("nyt/", "pages/page/<int:pk>/nyt/", "pages/ny/")] == [None, None, None]


@pytest.mark.parametrize("role", table()[0])
def test_each_role_gets_in_where_the_table_says_and_nowhere_else(objects, role):
    browser, may = a_browser(role), table()[1]
    wrong = []
    for route in dict.fromkeys(admin_routes()):
        what, asking, sending = area_of(route)
        address = filled(route, objects)
        for method, act in (("GET", asking), ("POST", sending)):
            if not act:
                continue
            status = browser.generic(method, address).status_code
            is_let_in = status not in {403, 404} or (method == "POST" and status == 404)
            if is_let_in != (role in may[what, act]):
                wrong.append(f"{method} {address}: {status}, but {what}: {act}")
    assert wrong == []


def test_a_stranger_is_sent_to_the_login_from_everywhere(objects, reader):
    for route in dict.fromkeys(admin_routes()):
        address = filled(route, objects)
        for method in ("GET", "POST"):
            answer = reader.generic(method, address)
            if route == "login/":
                assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/konto/log-ind/")
            else:
                to = "/admin/" if route == "logout/" else f"/admin/login/?next={address}"
                assert (answer.status_code, answer.headers["Location"]) == (302, to)


def test_a_strangers_way_to_what_is_only_sometimes_there_is_the_login_too(static_files, reader):
    for route in SOMETIMES:
        address = filled(route, {"pages/page/": User.objects.create_user(route)})
        for method in ("GET", "POST"):
            answer = reader.generic(method, address)
            assert (answer.status_code, answer.headers["Location"]) == (302, f"/admin/login/?next={address}")


def test_nobody_does_anything_without_a_name():
    with pytest.raises(PermissionDenied):
        base.staff_user(SimpleNamespace(user=AnonymousUser()))
