"""Many people answer one request, and many use one yes, at the same moment; each on a connection of their own."""

import threading
from collections.abc import Callable

from django.contrib.auth.models import Group, User
from django.db import connection, transaction

from nejtilbander.approvals import logins, rules
from nejtilbander.approvals.models import Approval
from nejtilbander.audit.models import AuditLine


def at_once(number: int, act: Callable[[int], object]) -> dict[str, int]:
    """How many came to each end: "done", or the name of what was raised."""
    start, ends = threading.Barrier(number), list[str]()

    def run(one: int) -> None:
        start.wait()
        try:
            act(one)
            ends.append("done")
        except Exception as error:  # noqa: BLE001 - it is counted
            ends.append(type(error).__name__)
        connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {end: ends.count(end) for end in sorted(set(ends))}


def run(number: int) -> dict[str, object]:
    """What came of `number` administrators who answer at once, and of as many tries to use one yes."""
    administrator, keeper = Group.objects.get(name="Administrator"), User.objects.create_user("vagt", is_staff=True)
    deciders = [User.objects.create_user(f"en{one}", is_staff=True) for one in range(number + 1)]
    administrator.user_set.add(*deciders)
    asker = deciders.pop()
    approval = rules.ask(asker, logins.LOGIN, keeper, {"roles": ["Listeansvarlig"]})
    seen = approval.fingerprint()

    def answer(one: int) -> None:
        if one % 2:
            rules.refuse(deciders[one], approval.pk, "Nej.")
        else:
            rules.approve(deciders[one], approval.pk, seen)

    answered = at_once(number, answer)
    decision = Approval.objects.get().decision
    keeper.groups.set(Group.objects.filter(name="Listeansvarlig"))
    second = rules.ask(asker, logins.PASSWORD, keeper)
    rules.approve(deciders[0], second.pk, second.fingerprint())

    def use(one: int) -> None:
        with transaction.atomic():
            rules.use(asker, logins.PASSWORD, keeper)

    used = at_once(number, use)
    lines = AuditLine.objects.filter(words__contains=f"Anmodning {second.pk}:").values_list("kind", flat=True)
    is_alike = AuditLine.objects.filter(kind=decision, words__contains=f"Anmodning {approval.pk}:").count() == 1
    return {"answered": answered, "one line": is_alike, "used": used, "lines": sorted(lines)}
