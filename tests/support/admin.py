"""Staff at work in the admin: logins, addresses, forms sent as a browser sends them, publishing."""

import re
from datetime import timedelta

from django.contrib.auth.models import Group, User
from django.utils import timezone

from nejtilbander.caching.memory import clear
from nejtilbander.publishing import actions, versions
from tests.support.reader import Reader


def form_of(html):
    """The fields of the change form as a browser would send them back."""
    html = html.partition('id="content-main"')[2]
    fields = {}
    for tag in re.findall(r"<input[^>]+>", html):
        name = re.search(r'name="([^"]+)"', tag)
        if not name or 'type="submit"' in tag or ("checkbox" in tag and "checked" not in tag):
            continue
        value = re.search(r'value="([^"]*)"', tag)
        fields.setdefault(name[1], []).append(unescape(value[1]) if value else ("on" if "checkbox" in tag else ""))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL):
        fields[name] = [unescape(text).replace("\n", "\r\n")]  # browsers send line ends as two signs
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        fields[name] = re.findall(r'value="([^"]*)" selected', options)[:1] or [""]
    return fields


def unescape(text):
    return (
        text.replace("&quot;", '"')
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
    )


def form_address(obj, language="da"):
    return f"/admin/{obj._meta.app_label}/{obj._meta.model_name}/{obj.pk}/change/?sprog={language}"


def save(staff, obj, language="da", **changes):
    """Open the form of one language, change some fields, and send the rest back as it stood."""
    address = form_address(obj, language)
    fields = form_of(staff.get(address).content.decode())
    changed = {name: value if isinstance(value, list) else [value] for name, value in changes.items()}
    response = staff.post(address, {name: text for name, text in (fields | changed).items() if text != [None]})
    assert response.status_code == 302, re.findall(r"errorlist[^>]*>(.*?)</ul>", response.content.decode(), re.DOTALL)


def publish(staff, obj):
    """Press the button. What is wrong with the text is told, and fails."""
    address = form_address(obj).partition("change")[0] + "udgiv/"
    response = staff.post(address, form_of(staff.get(address).content.decode()))
    assert response.status_code == 302, re.findall(r"errornote[^>]*>(.*?)</ul>", response.content.decode(), re.DOTALL)


def edit(staff, obj, language="da", **changes):
    """Save and publish."""
    save(staff, obj, language, **changes)
    publish(staff, obj)
    obj.refresh_from_db()


def tick(staff, obj, *languages):
    for language in languages:
        save(staff, obj, language, is_read="on")
    publish(staff, obj)
    obj.refresh_from_db()


def a_new_update(initiative, at, **fields):
    return {
        f"updates-{at}-date": "2030-01-01", f"updates-{at}-initiative": str(initiative.pk), f"updates-{at}-id": "",
        "updates-TOTAL_FORMS": str(at + 1), **{f"updates-{at}-{name}": text for name, text in fields.items()},
    }  # fmt: skip


PLAIN = {"accept-encoding": ""}


def html(browser, address, status=200):
    clear()
    response = browser.get(address, headers=PLAIN)
    assert response.status_code == status, address
    return response.content.decode()


def admin_address(obj, page):
    return f"/admin/{obj._meta.app_label}/{obj._meta.model_name}/{obj.pk}/{page}/"


def status_of(obj):
    obj.refresh_from_db()
    newest = versions.newest_version(obj)
    has_plan = actions.plan_of(obj) is not None
    return versions.publication_status(obj, newest.number if newest else None, has_plan=has_plan)


def in_local(moment):
    local = timezone.localtime(moment)
    return f"{local:%Y-%m-%d}", f"{local:%H:%M:%S}"


def plan(staff, obj, **moments):
    fields = form_of(html(staff, admin_address(obj, "udgiv")))
    for name, moment in moments.items():
        fields[f"{name}_0"], fields[f"{name}_1"] = in_local(moment)
    return staff.post(admin_address(obj, "udgiv"), fields, headers=PLAIN)


def later(monkeypatch, **delta):
    then = timezone.now() + timedelta(**delta)
    monkeypatch.setattr(timezone, "now", lambda: then)
    clear()


def a_login(name, *groups, permissions=(), **fields):
    """The browser of a new member of staff with the roles `groups` (names) and the single rights `permissions`."""
    user = User.objects.create_user(name, f"{name}@example.org", is_staff=True, **fields)
    user.groups.set(Group.objects.filter(name__in=groups))
    assert user.groups.count() == len(groups)
    user.user_permissions.set(permissions)
    browser = Reader()
    browser.force_login(user)
    browser.user = user
    return browser


def row_of(title, page):
    """The row of a table, in the list or in front, that says `title`."""
    return re.search(rf"<tr>(?:(?!</tr>).)*{title}.*?</tr>", page, re.DOTALL)[0]


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def told_at(answer, field):
    """What is said at one field of a form of the admin."""
    return list(answer.context["adminform"].form.errors.get(field, []))
