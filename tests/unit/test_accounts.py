"""Accounts of staff: who may change what about whom, and which passwords are refused."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.people import accounts, desk
from bot.people.model import StaffRole
from bot.people.password_rules import fault
from bot.people.tablets import SessionEnded
from bot.people.throttle import Gate
from tests.support.builders import NOW, PRISON, a_staff_member
from tests.support.fake_people import FakePeopleWork, PlainHasher

ADMIN = a_staff_member("admin", roles=(StaffRole.ADMIN,))
WING_ADMIN = a_staff_member("wing_admin", roles=(StaffRole.ADMIN,), wings=("A",))
TIMES: dict[str, Any] = {"idle": timedelta(minutes=60), "longest": timedelta(hours=12)}


@pytest.fixture
def work() -> FakePeopleWork:
    made = FakePeopleWork()
    for staff in (ADMIN, WING_ADMIN, a_staff_member(), a_staff_member("away", prison_id="elsewhere")):
        made.staff.add(staff)
    return made


def _gate(name: str) -> Gate:
    return Gate.of(PRISON, name, "10.0.0.1")


def _sign_in(work: FakePeopleWork, name: str = "officer") -> desk.StaffSignedIn:
    result = desk.sign_in(work, PRISON, name, "a password", PlainHasher(), now=NOW)
    assert isinstance(result, desk.StaffSignedIn)
    return result


def _is_out(work: FakePeopleWork, token: str) -> bool:
    try:
        desk.resume(work, token, now=NOW, **TIMES)
    except SessionEnded:
        return True
    return False


def test_a_new_account_has_no_password_until_its_owner_sets_one(work: FakePeopleWork) -> None:
    staff, code = accounts.add(work, ADMIN, " Kit ", "Kit", [StaffRole.WING], ["A"], now=NOW)

    for guess in ("", code, "hash of "):
        assert isinstance(desk.sign_in(work, PRISON, "kit", guess, PlainHasher(), now=NOW), desk.SignInError)
    found = accounts.owner_of_code(work, PRISON, "kit", code.lower(), _gate("kit"), now=NOW)
    assert found is not None
    accounts.set_first_password(work, found, "hash of four plain words", now=NOW)
    done = desk.sign_in(work, PRISON, "kit", "four plain words", PlainHasher(), now=NOW)
    assert isinstance(done, desk.StaffSignedIn)
    assert (done.staff.roles, done.staff.wings) == ((StaffRole.WING,), ("A",))
    assert staff.id == done.staff.id


def test_a_code_for_a_password_works_once_for_two_days_and_for_its_account_only(work: FakePeopleWork) -> None:
    staff, code = accounts.add(work, ADMIN, "kit", "Kit", [StaffRole.WING], [], now=NOW)
    late = NOW + accounts.CODE_LIVES

    assert accounts.owner_of_code(work, PRISON, "officer", code, _gate("officer"), now=NOW) is None
    assert accounts.owner_of_code(work, "elsewhere", "kit", code, _gate("kit"), now=NOW) is None
    assert accounts.owner_of_code(work, PRISON, "kit", code, _gate("kit"), now=late) is None
    assert accounts.owner_of_code(work, PRISON, "kit", "", _gate("kit"), now=NOW) is None
    accounts.set_first_password(work, staff, "hash of four plain words", now=NOW)
    assert accounts.owner_of_code(work, PRISON, "kit", code, _gate("kit"), now=NOW) is None
    with pytest.raises(LookupError):
        accounts.set_first_password(work, staff, "hash of other words", now=NOW)


@pytest.mark.parametrize(
    ("username", "name", "roles", "wings", "why"),
    [
        ("", "Kit", ["wing"], [], accounts.BadAccount),
        ("k", "Kit", ["wing"], [], accounts.BadAccount),
        ("kit kat", "Kit", ["wing"], [], accounts.BadAccount),
        ("kit\x00", "Kit", ["wing"], [], accounts.BadAccount),
        ("kit", " ", ["wing"], [], accounts.BadAccount),
        ("kit", "Kit", [], [], accounts.BadAccount),
        ("officer", "Kit", ["wing"], [], accounts.NameTaken),
        ("kit", "Kit", ["admin", "safer_custody"], [], accounts.StandsAlone),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    work: FakePeopleWork,
    username: str,
    name: str,
    roles: list[str],
    wings: list[str],
    why: type[Exception],
) -> None:
    with pytest.raises(why):
        accounts.add(work, ADMIN, username, name, [StaffRole(role) for role in roles], wings, now=NOW)
    assert len(work.staff.rows) == 4


def test_nobody_changes_the_own_roles_or_standing(work: FakePeopleWork) -> None:
    with pytest.raises(accounts.OwnAccount):
        accounts.set_roles(work, ADMIN, "admin", [StaffRole.SAFER_CUSTODY], [], now=NOW)
    for change in (accounts.reset_password, accounts.reset_second_step):
        with pytest.raises(accounts.OwnAccount):
            change(work, ADMIN, "admin", now=NOW)
    with pytest.raises(accounts.OwnAccount):
        accounts.set_active(work, ADMIN, "admin", active=False, now=NOW)
    assert work.staff.rows["admin"] == ADMIN


def test_the_last_administrator_of_the_whole_prison_stays(work: FakePeopleWork) -> None:
    other = a_staff_member("other", roles=(StaffRole.ADMIN,))
    work.staff.add(other)
    accounts.set_active(work, ADMIN, "other", active=False, now=NOW)

    for change in (
        lambda: accounts.set_active(work, other, "admin", active=False, now=NOW),
        lambda: accounts.set_roles(work, other, "admin", [StaffRole.WING], [], now=NOW),
        # Of one wing is not of the whole prison.
        lambda: accounts.set_roles(work, other, "admin", [StaffRole.ADMIN], ["A"], now=NOW),
    ):
        with pytest.raises(accounts.LastAdministrator):
            change()
    assert work.staff.rows["admin"] == ADMIN


def test_an_administrator_of_some_wings_looks_after_those_only(work: FakePeopleWork) -> None:
    work.staff.add(a_staff_member("on_a", wings=("A",)))
    work.staff.add(a_staff_member("on_ab", wings=("A", "B")))

    for staff_id in ("officer", "admin", "on_ab", "away", "nobody"):
        with pytest.raises(accounts.NoSuchAccount):
            accounts.reset_password(work, WING_ADMIN, staff_id, now=NOW)
    for wings in ([], ["B"], ["A", "B"]):
        with pytest.raises(accounts.BadAccount):
            accounts.set_roles(work, WING_ADMIN, "on_a", [StaffRole.WING], wings, now=NOW)
        with pytest.raises(accounts.BadAccount):
            accounts.add(work, WING_ADMIN, "kit", "Kit", [StaffRole.WING], wings, now=NOW)
    accounts.set_roles(work, WING_ADMIN, "on_a", [StaffRole.ORDERLY], ["A"], now=NOW)
    assert work.staff.rows["on_a"].roles == (StaffRole.ORDERLY,)


def test_an_account_of_another_prison_is_none(work: FakePeopleWork) -> None:
    with pytest.raises(accounts.NoSuchAccount):
        accounts.set_active(work, ADMIN, "away", active=False, now=NOW)


def test_whatever_changes_an_account_ends_its_sessions(work: FakePeopleWork) -> None:
    changes = (
        lambda: accounts.set_roles(work, ADMIN, "officer", [StaffRole.ORDERLY], [], now=NOW),
        lambda: accounts.set_roles(work, ADMIN, "officer", [StaffRole.ORDERLY], ["A"], now=NOW),
        lambda: accounts.reset_second_step(work, ADMIN, "officer", now=NOW),
        lambda: accounts.set_emergency(work, ADMIN, "officer", on=False, now=NOW),
        lambda: accounts.end_sessions(work, ADMIN, "officer", now=NOW),
        lambda: accounts.change_password(work, work.staff.rows["officer"], "hash of a password", now=NOW),
        lambda: accounts.reset_password(work, ADMIN, "officer", now=NOW),
    )
    for change in changes:
        token = _sign_in(work).token
        change()
        assert _is_out(work, token)


def test_a_closed_account_is_out_and_opens_again_without_its_old_password(work: FakePeopleWork) -> None:
    token = _sign_in(work).token

    accounts.set_active(work, ADMIN, "officer", active=False, now=NOW)
    assert _is_out(work, token)
    accounts.set_active(work, ADMIN, "officer", active=True, now=NOW)

    again = desk.sign_in(work, PRISON, "officer", "a password", PlainHasher(), now=NOW)
    assert isinstance(again, desk.WrongNameOrPassword)


def test_who_was_helped_with_a_password_is_told(work: FakePeopleWork) -> None:
    code = accounts.reset_password(work, ADMIN, "officer", now=NOW)
    found = accounts.owner_of_code(work, PRISON, "officer", code, _gate("officer"), now=NOW)
    assert found is not None
    accounts.set_first_password(work, found, "hash of a password", now=NOW)

    assert _sign_in(work).told == "password"
    assert work.audit.lines[0] == ("admin", "password_reset", "officer")


def test_guessing_codes_makes_wait_as_guessing_passwords_does(work: FakePeopleWork) -> None:
    accounts.add(work, ADMIN, "kit", "Kit", [StaffRole.WING], [], now=NOW)
    for _ in range(5):
        accounts.owner_of_code(work, PRISON, "kit", "2222-2222-2222-2222", _gate("kit"), now=NOW)

    assert _gate("kit").held_until(work.tries, NOW) is not None


def test_where_staff_sign_in_with_the_provider_only_emergency_accounts_have_passwords(
    work: FakePeopleWork,
) -> None:
    policy = desk.Policy(by_provider=True)
    plain = desk.sign_in(work, PRISON, "officer", "a password", PlainHasher(), policy=policy, now=NOW)
    work.locks.put(replace(work.locks.get("officer"), emergency=True))
    emergency = desk.sign_in(work, PRISON, "officer", "a password", PlainHasher(), policy=policy, now=NOW)

    assert isinstance(plain, desk.WrongNameOrPassword)
    assert isinstance(emergency, desk.HalfWay)


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("short", "password_short"),
        ("elevenchars", "password_short"),
        ("x" * 201, "password_long"),
        ("aaaaaaaaaaaaaaa", "password_common"),
        ("password1234", "password_common"),
        ("P@ssw0rd2026!", "password_common"),
        ("qwertyuiop123456", "password_common"),
        ("Liverpool2026!!", "password_common"),
        ("123456789012345", "password_common"),
        ("oakmoor-2026-desk", "password_common"),
        ("kit.marsh.2026", "password_common"),
        ("Signpost-officer1", "password_common"),
        ("letmein letmein", "password_common"),
        ("abcdefghijklmnop", "password_common"),
        ("tea kettle bicycle moss", ""),
        ("a horse that counts rain", ""),
        ("kein anderer weg", ""),
        ("мама мыла раму", ""),
        ("xk7#Qv!2mZ&pLr", ""),
    ],
)
def test_passwords_are_long_and_not_what_everybody_tries_first(password: str, expected: str) -> None:
    assert fault(password, ("kit.marsh", "Kit Marsh", "oakmoor", "HMP Oakmoor", "A")) == expected
