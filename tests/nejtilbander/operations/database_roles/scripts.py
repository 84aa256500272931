"""Code for processes of each part: what the owner prepares, and a part then does."""

BEGIN = """
import django; django.setup()
from datetime import timedelta
from django.contrib.auth.models import User
from django.db import DatabaseError, connection
from django.utils import timezone
from events.models import *
from nejtilbander.audit import chain
from nejtilbander.audit.models import AuditLine
from nejtilbander.background import worker
from nejtilbander.publishing import actions, versions
from pages.models import Page
from nejtilbander.accounts import letters as account_letters
from nejtilbander.accounts.models import LoginLink, StaffLetter
from nejtilbander.approvals import logins, rules
from nejtilbander.approvals.models import Approval, ApprovalLetter
from nejtilbander.publishing.search_index import SearchEntry
from nejtilbander.reviews import rules as review_rules
from nejtilbander.reviews.models import Remark, Review, ReviewLetter
from events.signups import groups
from tests.support.factories import a_guest, a_meeting, a_page, a_signup, a_working_copy

ONE_PLACE = [f"person{number}@forening.example.net" for number in range(3)]
"""
SOMETHING_OF_EVERYTHING = (
    BEGIN
    + """
from django.contrib.admin.models import LogEntry
user = User.objects.create_superuser("ejer")
event = a_meeting("noget", key=True)
a_guest(event, "bo@example.dk")
waits = a_signup(event, "ida@example.dk", hold=False)
Signup.objects.filter(pk=waits.pk).update(state="waiting")
AccessLogEntry.objects.create(event=event, what="door", by=user)
Letter.objects.create(kind="opened", event=event, language="fa")
LogEntry.objects.log_actions(user.pk, [event], 2, single_object=True)
groups.decide(event, "m" * 43, "let_in")
rules.ask(user, logins.PASSWORD, User.objects.create_superuser("vagt"))
account_letters.invite(user)
"""
)
MUCH_TO_DO = (
    BEGIN
    + """
anna = User.objects.create_user("anna", "anna@example.dk", "en lang adgangskode", is_staff=True)
page = a_page("planlagt", owner=anna, review_by=timezone.localdate())
actions.publish(page, a_working_copy(page), timezone.now() + timedelta(hours=1))
versions.versions_of(page).exclude(due_at=None).update(due_at=timezone.now())
old = a_meeting("forbi", key=True)
a_guest(old, "bo@example.dk", question="Hvem?", needs=["wheelchair"])
AccessLogEntry.objects.create(event=old, what="door", by=anna)
month = timedelta(days=40)
Event.objects.filter(pk=old.pk).update(starts_at=old.starts_at - 2 * month, ends_at=old.ends_at - 2 * month)
coming = a_meeting("snart", key=True, capacity=60)
a_guest(coming, "ib@example.dk")
grows = a_guest(coming, "ea@example.dk", 2)
Signup.objects.filter(pk=grows.pk).update(wanted=5)
for email in ONE_PLACE:
    a_guest(coming, email, 2)
(group,) = groups.groups(coming)
groups.decide(coming, group.mark, "taken_out")
Letter.objects.create(kind="opened", event=coming, language="da")
bulk = BulkLetter.objects.create(event=coming, texts={"da": "Hej"})
bulk.sign()
Letter.objects.create(kind="test", event=coming, language="da", staff=anna, bulk_letter=bulk)
for kind in StaffLetter.Kind:
    account_letters.queue(kind, anna)
bo = User.objects.create_superuser("bo", "bo@example.dk")
asked = rules.ask(anna, logins.PASSWORD, bo)
rules.refuse(User.objects.create_superuser("ib", "ib@example.dk"), asked.pk, "Nej.")
review_rules.ask(anna, page, 2, review_rules.Question("Se lige."))
Approval.objects.filter(pk=rules.ask(bo, logins.PASSWORD, anna).pk).update(asked_at=timezone.now() - 3 * month)
SearchEntry.objects.filter(kind="pages.page", object_id=page.pk).delete()
chain.append(AuditLine.Kind.LOGIN, anna)
AuditLine.objects.all()._update([(AuditLine._meta.get_field("at"), None, timezone.now() - timedelta(days=900))])
"""
)
WORKER = (
    BEGIN
    + """
from events.privacy import scrubbing
from nejtilbander.background.models import Heartbeat
from nejtilbander.links.checker import check_links
from nejtilbander.publishing import review_reminders
Heartbeat.objects.update_or_create(name="reviews", defaults={"at": timezone.now()})
for task in worker.tasks:
    task()
worker.run(forever=False)
try:
    password = User.objects.get(username="anna").password
except DatabaseError as error:
    password = str(error).strip()
old = Event.objects.get(slug="forbi")
print(json.dumps({
    "published": Page.objects.get(slug="planlagt").title_da,
    "erased": bool(old.seats.erased_at) and not old.signups.exists() and not old.access_log.exists(),
    "lines": sorted(set(AuditLine.objects.filter(kind="folded").values_list("kind", flat=True))),
    "broken": len([line for line in check_links() if "proeve" in line]),
    "letters": list(Letter.objects.exclude(state="sent").values_list("kind", "error")),
    "to staff": [list(model.objects.exclude(state="sent").values_list("kind", "error"))
        for model in (StaffLetter, ApprovalLetter, ReviewLetter)],
    "links": LoginLink.objects.filter(user__username="anna").count(),
    "requests": Approval.objects.filter(asked_by__username__in=["anna", "bo"]).count(),
    "taken out": Signup.objects.filter(event__slug="snart", state="refused").count(),
    "grown": list(Signup.objects.filter(event__slug="snart", seats=5, wanted=0).values_list("state", flat=True)),
    "counted": KeptCounts.objects.filter(event__slug="snart").count(),
    "found": SearchEntry.objects.filter(kind="pages.page", title__contains="nyt").exists(),
    "scrubbed": scrubbing.scrub() == (connection.pg_version >= 170_000),  # before, it is autovacuum's
    "reminded": Heartbeat.objects.get(name="reviews").at > timezone.now(),
    "password": password,
}))
"""
)
LOGIN_AND_GUESTS = (
    BEGIN
    + """
User.objects.create_superuser("red", "red@example.dk", "en lang adgangskode")
a_page("rettes")
event = a_meeting("huset", capacity=20, key=True)
a_guest(event, "bo@example.dk", 3, name="Bodil", contact=True, needs=["wheelchair"], question="Hvem?")
waits = a_signup(event, "ida@example.dk", 4, hold=False)
Signup.objects.filter(pk=waits.pk).update(verified=True)
for email in ONE_PLACE:
    a_guest(event, email, 2)
Letter.objects.filter(event=event).update(state="failed", tries=20)
"""
)
STAFF = (
    BEGIN
    + """
from django.contrib.admin.models import LogEntry
from django.test.utils import setup_test_environment
setup_test_environment()
import re
from events.privacy.keys import create_missing_keys
from events.privacy.two_people import CONTACT_LIST
from tests.events.staff_views.driver import act, at
from tests.nejtilbander.accounts.driver import a_user, an_app, logged_in
from tests.support import admin
from tests.support.approvals import a_yes
from tests.support.reader import Reader

red, staff, done = User.objects.get(username="red"), Reader(), {}
assert staff.login(username="red", password="en lang adgangskode")
page, event = Page.objects.get(slug="rettes"), Event.objects.get(slug="huset")

admin.save(staff, page, title_da="Nyt")
staff.post(f"/admin/pages/page/{page.pk}/kladde/", {"sprog": "da"})
admin.publish(staff, page)
page.refresh_from_db()
done["edited"] = page.title_da

from nejtilbander.publishing import undo
from nejtilbander.publishing.models import SharedPreview
from nejtilbander.security.sealed_boxes import token_hash
from nejtilbander.publishing.versions import kind_of
SharedPreview.objects.create(token_hash=token_hash("hemmelig"), kind=kind_of(page), object_id=page.pk, made_by=red)
done["draft"] = Reader().get("/ar/kladde/hemmelig/").status_code

act(staff, event, "tilmelding", action="resend")
act(staff, event, "tilmelding", action="capacity", capacity="30")
event = Event.objects.with_seats().get(pk=event.pk)
done["capacity"], done["offered"] = event.seats.capacity, Signup.objects.filter(state="offered").count()
a_yes(red, CONTACT_LIST, event)
done["list"] = staff.post(f"/admin/events/event/{event.pk}/liste/contact/").status_code
done["openings"] = AccessLogEntry.objects.filter(event=event).count()

from tests.events.staff_views.test_bulk_letters import as_seen, write_circular
write_circular(staff, event, da="Husk tøj.")
act(staff, event, "brev", action="test", **as_seen(event))
act(staff, event, "brev", action="send", **as_seen(event))
done["bulk"] = Letter.objects.filter(kind="bulk").count()

admin.save(staff, event, state="cancelled", state_reason_da="Salen er lukket.")
admin.publish(staff, event)
event.refresh_from_db()
undone = {"publication": undo.last_publication(event).pk, "confirmed": "yes"}
staff.post(f"/admin/events/event/{event.pk}/fortryd/", undone)
cancelled = Letter.objects.filter(event=event, kind="cancelled").count()
done["undone"] = [Event.objects.get(pk=event.pk).state, cancelled]
admin.publish(staff, event)
done["moved"] = Event.objects.with_seats().get(pk=event.pk).seats.is_closed
kinds = set(Letter.objects.filter(event=event).values_list("kind", flat=True))
done["letters"] = sorted(kinds & {"bulk", "cancelled", "opened", "test"})

(group,) = groups.groups(event)
act(staff, event, "grupper", action="out", group=group.mark)
done["groups"] = list(GroupDecision.objects.filter(event=event).values_list("decision", "done_at"))
an_app(a_user("lone"))
logged_in("lone")
Reader().post("/admin/konto/glemt/", {"username": "lone"})
staff.post(f"/admin/auth/user/{User.objects.get(username='lone').pk}/anden-faktor/")
staff.post("/admin/auth/user/add/", {"username": "inviteret", "email": "i@example.dk"})
own = StaffLetter.objects.filter(user__username__in=["lone", "inviteret"])
done["to staff"] = sorted(own.values_list("kind", flat=True))

new = a_meeting("ny")
done["keys"] = create_missing_keys() > 0 and bool(Event.objects.get(slug="ny").seats.key)
staff.post(f"/admin/events/event/{new.pk}/delete/", {"post": "yes"})
month = timedelta(days=30)
Event.objects.filter(pk=event.pk).update(starts_at=event.starts_at - month, ends_at=event.ends_at - month)
answer = staff.post(f"/admin/events/event/{event.pk}/delete/", {"post": "yes"})
done["event gone"] = answer.status_code == 302 and not Event.objects.filter(slug__in=["huset", "ny"]).exists()

other = User.objects.create_user("ny", "ny@example.dk", "en lang adgangskode", is_staff=True)
second = User.objects.create_superuser("nummer-to", "to@example.dk")
newest = versions.newest_version(page).number
for words in ("Se lige.", "Og en gang til."):
    review_rules.ask(other, page, newest, review_rules.Question(words))
done["asked"] = list(ReviewLetter.objects.filter(user=second).values_list("object_id", "is_asked")) == [(page.pk, True)]
review_rules.approve(second, page, newest)
done["reviews"] = sorted(Review.objects.of(page).values_list("asked_by__username", "state"))
review_rules.ask(other, page, newest)
staff.post(f"/admin/auth/user/{other.pk}/delete/", {"post": "yes"})
done["remarks"] = list(Remark.objects.filter(object_id=page.pk).values_list("by", "text"))
done["login gone"] = not User.objects.filter(username="ny").exists()
acted = User.objects.create_user("gjorde", "g@example.dk", "en lang adgangskode", is_staff=True)
LogEntry.objects.log_actions(acted.pk, [page], 2, single_object=True)
done["acted"] = staff.post(f"/admin/auth/user/{acted.pk}/delete/", {"post": "yes"}).status_code
done["audit"] = staff.get("/admin/nejtilbander/auditline/").status_code == 200
staff.post("/admin/logout/")
print(json.dumps(done))
"""
)
PLANNED = (
    BEGIN
    + """
page = a_page(sys.argv[1])
actions.publish(page, a_working_copy(page), timezone.now() + timedelta(seconds=5))
"""
)
