"""What each part of the site may do in the database: one table, in the words of GRANT (docs/decisions/0019).

A key is a model's label, an app's for all its models, or the name of a table that no model has. What stands nowhere is
nobody's but the owner's. `database_roles` makes the grants of it, and each process compares its own with it at start.
"""

from typing import NamedTuple

Grants = dict[str, str]
READ = "SELECT"
ALL = "SELECT, INSERT, UPDATE, DELETE"
ADD = "SELECT, INSERT"
SEND = "SELECT, UPDATE, DELETE"  # letters that others write

# Of apps that only those who log in need. An app that is not installed is passed over.
STAFF_APPS = ("sessions", "account", "mfa", "socialaccount")

PUBLIC: Grants = {
    "django_migrations": READ,
    "pages": READ,
    "nejtilbander.notice": READ,
    "nejtilbander.picture": READ,
    "nejtilbander.rendition": READ,
    "nejtilbander.document": READ,
    "nejtilbander.documentfile": READ,
    "nejtilbander.redirect": READ,
    "nejtilbander.searchentry": READ,
    "nejtilbander.version": "SELECT (due_at, published_at)",  # when pages will change; never a draft
    "nejtilbander.heartbeat": READ,
    "nejtilbander.count": "SELECT, INSERT, UPDATE (value)",
    "events.event": READ,
    "events.eventdocument": READ,
    "events.seats": "SELECT, UPDATE (taken, unverified, last_position)",
    "events.signup": "SELECT, INSERT, DELETE, UPDATE (state, seats, verified, until, language, sealed, has_address,"
    " wanted, refused)",
    "events.letter": "SELECT (id, kind, event_id, signup_id, number, state, created_at, tries), INSERT, DELETE",
    "events.question": "INSERT",
    "events.recognition": "SELECT (signup_id), DELETE",
}
WORKER: Grants = {
    "django_migrations": READ,
    "contenttypes": READ,
    # No password, whoever's letter it is.
    "auth.user": "SELECT (id, username, first_name, last_name, email, is_staff, is_active, is_superuser, date_joined,"
    " last_login)",
    # A planned version is written to its object and the object's parts; an object is neither made nor deleted.
    "pages": "SELECT, UPDATE",
    "pages.signatory": ALL,
    "pages.update": ALL,
    "pages.statementdocument": ALL,
    "pages.initiativedocument": ALL,
    "pages.pagedocument": ALL,
    "nejtilbander.notice": "SELECT, UPDATE",
    "nejtilbander.picture": READ,
    "nejtilbander.rendition": READ,
    "nejtilbander.document": READ,
    "nejtilbander.documentfile": READ,
    "nejtilbander.redirect": ALL,
    "nejtilbander.version": "SELECT, UPDATE (due_at, until, published_at)",
    "nejtilbander.publication": "SELECT, INSERT, DELETE",
    "nejtilbander.heartbeat": ALL,
    "nejtilbander.checkedlink": ALL,
    "nejtilbander.searchentry": ALL,
    "nejtilbander.auditline": "SELECT, INSERT, DELETE",
    "nejtilbander.approval": "SELECT, DELETE",
    "nejtilbander.approvalletter": SEND,
    "nejtilbander.staffletter": SEND,
    "nejtilbander.loginlink": "SELECT, INSERT, DELETE",
    "nejtilbander.review": READ,
    "nejtilbander.remark": READ,
    "nejtilbander.reviewletter": SEND,
    "events.event": "SELECT, UPDATE",
    "events.eventdocument": ALL,
    # Taken away with a lost key; who puts another there has not the signature (docs/decisions/0023).
    "events.seats": "SELECT, UPDATE (taken, unverified, is_closed, version, public_key, key_signature, erased_at,"
    " first_end, alarmed_on)",
    "events.keptcounts": "SELECT, INSERT, UPDATE",
    "events.groupdecision": "SELECT, DELETE, UPDATE (done_at)",
    "events.bulkletter": READ,
    "events.signup": f"{ALL}, MAINTAIN",
    "events.letter": f"{ALL}, MAINTAIN",
    "events.question": f"{ALL}, MAINTAIN",
    "events.recognition": f"{ALL}, MAINTAIN",
    "events.accesslogentry": "SELECT, DELETE, MAINTAIN",
    "events.need": ALL,
}
STAFF: Grants = {
    "django_migrations": READ,
    "contenttypes": READ,
    **dict.fromkeys(STAFF_APPS, ALL),
    "auth": READ,  # what a role may do is a migration's to say
    "auth.user": ALL,
    "auth.user_groups": ALL,
    "auth.user_user_permissions": ALL,
    "admin.logentry": "SELECT, INSERT, DELETE",  # Django asks it to go with its login; row security lets none go
    "pages": ALL,
    "nejtilbander.notice": ALL,
    "nejtilbander.picture": ALL,
    "nejtilbander.original": ALL,
    "nejtilbander.rendition": ALL,
    "nejtilbander.document": ALL,
    "nejtilbander.documentfile": ALL,
    "nejtilbander.redirect": ALL,
    "nejtilbander.version": ALL,
    "nejtilbander.publication": ALL,
    "nejtilbander.sharedpreview": ALL,
    "nejtilbander.searchentry": ALL,
    "nejtilbander.workingcopysummary": ALL,
    "nejtilbander.launchtick": ALL,
    "nejtilbander.checkedlink": READ,
    "nejtilbander.auditline": ADD,
    "nejtilbander.heartbeat": READ,
    "nejtilbander.count": READ,
    "nejtilbander.approval": "SELECT, INSERT, UPDATE (decision, decided_by_id, decided_at, reason, used_at)",
    "nejtilbander.approvalletter": ADD,
    "nejtilbander.staffletter": "SELECT, INSERT, DELETE",  # deleted with its login, as the links are
    "nejtilbander.loginlink": "SELECT, DELETE",
    "nejtilbander.review": ALL,
    "nejtilbander.remark": "SELECT, INSERT, UPDATE (by_id)",  # a login that is deleted leaves its remarks
    "nejtilbander.reviewletter": "SELECT, INSERT, DELETE, UPDATE (is_asked)",
    "nejtilbander.cacheentry": ALL,
    "events.event": ALL,
    "events.eventdocument": ALL,
    "events.seats": "SELECT, INSERT, DELETE, UPDATE (capacity, taken, unverified, unverified_cap, is_closed, version,"
    " public_key, key_signature, access_count, erased_at, first_end)",
    "events.bulkletter": ALL,
    "events.signup": "SELECT, DELETE, UPDATE (state, until)",
    "events.letter": "SELECT, INSERT, DELETE, UPDATE (state, due_at, created_at, tries, error)",
    "events.accesslogentry": "SELECT, INSERT, DELETE",
    "events.question": "SELECT, DELETE",
    "events.need": "SELECT, DELETE",
    "events.keptcounts": "SELECT, DELETE",
    "events.recognition": "SELECT (signup_id, event_id, is_somebody, domain_index, network_index, over_index), DELETE",
    "events.groupdecision": "SELECT, INSERT, DELETE",
}
GRANTS: dict[str, Grants] = {"public": PUBLIC, "worker": WORKER, "staff": STAFF}
BACKUP = "backup"  # reads everything, changes nothing; no SITE_ROLE


class Policy(NamedTuple):
    """A policy of row security: what `role` may do with which rows. `using`: those there; `check`: those to be."""

    role: str
    command: str
    using: str = ""
    check: str = ""


def _everything(role: str) -> Policy:
    return Policy(role, "ALL", using="true", check="true")


# A list that is erased cannot be opened any more: only then may staff delete what is left of it, with the meeting.
_ERASED = "EXISTS (SELECT 1 FROM events_seats s WHERE s.event_id = {table}.event_id AND s.erased_at IS NOT NULL)"
_VISITORS_LETTER = (  # to the sign-up that asked; a farewell and the alarm about a flood have none
    "bulk_letter_id IS NULL AND staff_id IS NULL AND CASE WHEN signup_id IS NULL THEN kind IN ('forgotten', 'alarm')"
    " ELSE kind IN ('confirm', 'confirmed', 'waiting', 'offer', 'again') END"
)
_UNSENT_NEWS = "kind IN ('changed', 'cancelled') AND state <> 'sent' AND lease = ''"
ROW_SECURITY: dict[str, list[Policy]] = {
    "events.signup": [
        _everything("public"),
        _everything("worker"),
        Policy("staff", "SELECT", using="true"),
        Policy("staff", "UPDATE", using="state = 'waiting'", check="state = 'offered'"),
        Policy("staff", "DELETE", using=_ERASED),
    ],
    "events.letter": [
        _everything("worker"),
        Policy("public", "SELECT", using="true"),
        Policy("public", "INSERT", check=_VISITORS_LETTER),
        Policy("public", "DELETE", using="signup_id IS NOT NULL"),
        Policy("staff", "SELECT", using="true"),
        Policy("staff", "INSERT", check="kind IN ('changed', 'cancelled', 'offer', 'bulk', 'test', 'opened')"),
        Policy("staff", "UPDATE", using="state = 'failed'", check="state = 'waiting'"),
        # What was published and is undone: letters about it that nobody has begun to send (docs/decisions/0031).
        Policy("staff", "DELETE", using=f"kind = 'test' OR {_UNSENT_NEWS} OR {_ERASED}"),
    ],
    "events.groupdecision": [
        _everything("worker"),
        Policy("staff", "SELECT", using="true"),
        Policy("staff", "INSERT", check="done_at IS NULL"),
        Policy("staff", "DELETE", using=_ERASED),
    ],
    "events.accesslogentry": [
        _everything("worker"),
        Policy("staff", "SELECT", using="true"),
        Policy("staff", "INSERT", check="true"),
        Policy("staff", "DELETE", using=_ERASED),
    ],
    "admin.logentry": [
        Policy("staff", "SELECT", using="true"),
        Policy("staff", "INSERT", check="true"),
    ],
}
