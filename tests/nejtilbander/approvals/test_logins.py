"""Which logins are guarded, what is held back of a change, and what whoever decides is told."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command

from nejtilbander.approvals import logins, rules
from nejtilbander.approvals.actions import actions
from nejtilbander.audit import actor
from tests.nejtilbander.approvals.driver import a_user, ask_for_the_list, kinds, roles_of, say_yes

pytestmark = pytest.mark.django_db


def held_back(who, stored, roles=None, **fields):
    new = User.objects.get(pk=stored.pk)
    for name, value in fields.items():
        setattr(new, name, value)
    given = Group.objects.filter(name__in=roles_of(stored) if roles is None else roles)
    change, kept = logins.hold_back(who, stored, new, given)
    left = [name for name in fields if getattr(new, name) != getattr(stored, name)]
    return change, sorted(role.name for role in kept), left


def test_whoever_opens_the_list_or_answers_for_others_is_guarded_also_while_the_login_rests():
    right = Permission.objects.get(codename="open_list")
    alone = a_user("enkelt")
    alone.user_permissions.add(right)
    guarded = [
        a_user("vagt", "Listeansvarlig"), a_user("boss", "Administrator"), a_user("chef", is_superuser=True), alone,
        a_user("hviler", "Listeansvarlig", is_active=False),
    ]  # fmt: skip
    free = [a_user("en"), a_user("to", "Redaktør", "Udgiver", "Mødeleder")]

    assert [logins.is_guarded(login) for login in guarded + free] == [True] * 5 + [False] * 2
    assert sorted(role.name for role in logins.guarded_roles()) == ["Administrator", "Listeansvarlig"]


@pytest.mark.parametrize("role", ["Listeansvarlig", "Administrator"])
def test_a_guarded_role_is_held_back_and_the_others_are_given(anna, ny, role):
    change, kept, _ = held_back(anna, ny, ["Udgiver", role])
    assert (change, kept) == ({"roles": [role]}, ["Udgiver"])


def test_a_role_that_is_there_already_or_taken_away_is_nobody_elses_affair(anna):
    keeper = a_user("vagt", "Listeansvarlig")
    assert held_back(anna, keeper, ["Listeansvarlig", "Udgiver"])[0] == {}
    assert held_back(anna, keeper, []) == ({}, [], [])


def test_a_login_that_is_guarded_is_not_woken_renamed_or_readdressed_alone(anna):
    asleep = a_user("hviler", "Listeansvarlig", is_active=False)
    asleep.is_staff = False
    asleep.save()
    wanted = {"is_active": True, "is_staff": True, "username": "ny", "email": "ny@example.org", "first_name": "Ny"}

    change, _, left = held_back(anna, asleep, **wanted)

    assert change == {
        "flags": ["is_active", "is_staff"],
        "identity": {"username": ["hviler", "ny"], "email": ["hviler@example.org", "ny@example.org"]},
    }
    assert left == ["first_name"]


def test_an_ordinary_login_is_changed_alone_but_for_making_it_a_superuser(anna, ny):
    assert held_back(anna, ny, email="ny2@example.org", is_active=False)[0] == {}
    assert held_back(anna, ny, is_superuser=True)[0] == {"flags": ["is_superuser"]}


def test_ones_own_name_and_address_are_ones_own_and_ones_own_roles_are_not(anna):
    assert held_back(anna, anna, username="anna2", email="anna2@example.org")[0] == {}
    assert held_back(anna, anna, ["Administrator", "Listeansvarlig"])[0] == {"roles": ["Listeansvarlig"]}
    assert not rules.requires_second_person(anna, logins.PASSWORD, anna)


def test_the_yes_carries_out_the_whole_change(anna, bo):
    asleep = a_user("hviler", "Listeansvarlig", is_active=False)
    change, _, _ = held_back(anna, asleep, is_active=True, username="vaagen", email="vaagen@example.org")

    say_yes(bo, rules.ask(anna, logins.LOGIN, asleep, change))

    asleep.refresh_from_db()
    assert (asleep.is_active, asleep.username, asleep.email) == (True, "vaagen", "vaagen@example.org")


def test_a_name_that_somebody_took_meanwhile_is_not_given(anna, bo):
    keeper = a_user("vagt", "Listeansvarlig")
    approval = rules.ask(anna, logins.LOGIN, keeper, {"identity": {"username": ["vagt", "ledig"]}})
    a_user("ledig")

    with pytest.raises(rules.NotAsShown):
        say_yes(bo, approval)
    assert rules.waiting_for(bo) == ([approval], [])


def test_whoever_decides_is_warned_of_a_login_that_the_asker_may_have_taken_over_first(anna, bo, ny):
    """The role is taken away, so the login is guarded no more; its password is set; the role is asked for."""
    approval = ask_for_the_list(anna, ny)
    assert not any("Bemærk" in line for line in actions[logins.LOGIN].describe(approval, ny))

    token = actor._actor.set(anna)
    ny.set_password("annas egen adgangskode")
    ny.save()
    actor._actor.reset(token)

    (warning,) = [line for line in actions[logins.LOGIN].describe(approval, ny) if "Bemærk" in line]
    assert "Bemærk: anna lavede loginet eller ændrede dets adgangskode" in warning


def test_whoever_decides_reads_in_words_what_will_happen(anna, ny):
    change = {
        "roles": ["Listeansvarlig"], "flags": ["is_active", "is_staff", "is_superuser"],
        "identity": {"email": ["ny@example.org", "to@example.org"]},
    }  # fmt: skip
    ny.first_name, ny.last_name = "Ny", "Nielsen"
    approval = rules.ask(anna, logins.LOGIN, ny, change)

    assert actions[logins.LOGIN].describe(approval, ny) == [
        "Login „ny“ (Ny Nielsen) får rollen Listeansvarlig.",
        "Login „ny“ (Ny Nielsen) bliver aktivt igen, med de roller det har.",
        "Login „ny“ (Ny Nielsen) kan logge ind i administrationen, med de roller det har.",
        "Login „ny“ (Ny Nielsen) kommer til at måtte alt: også at åbne listen.",
        "Login „ny“ (Ny Nielsen): mail ændres fra „ny@example.org“ til „to@example.org“.",
    ]
    assert "anden faktor" in actions[logins.SECOND_FACTOR].describe(approval, ny)[0]


def test_the_first_keeper_comes_from_the_hosts_command_line(ny):
    said = StringIO()
    call_command("give_role", "ny", "Listeansvarlig", stdout=said)

    assert said.getvalue() == "ny has the role Listeansvarlig now.\n"
    assert roles_of(ny) == ["Listeansvarlig", "Redaktør"]
    assert kinds() == [("asked", ""), ("used", "")]
    for login, role in (("ingen", "Listeansvarlig"), ("ny", "Findes ikke")):
        with pytest.raises(CommandError, match="There is no such login or no such role."):
            call_command("give_role", login, role)
