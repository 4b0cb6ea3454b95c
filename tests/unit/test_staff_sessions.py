"""Staff sign in at the desk; what each role may do; supporters go on and off duty."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.people import desk, duty
from bot.people.desk import StaffSignedIn, WrongNameOrPassword
from bot.people.duty import NotASupporter
from bot.people.model import StaffRole
from bot.people.rights import Right, rights_of
from bot.people.tablets import SessionEnded, WaitFirst
from bot.people.throttle import FREE_FOR_ACCOUNT
from tests.support.builders import NOW, PRISON, a_staff_member, a_supporter
from tests.support.fake_people import FakePeopleWork, PlainHasher

TIMES: dict[str, Any] = {"idle": timedelta(minutes=60), "longest": timedelta(hours=12)}
SECOND = timedelta(seconds=1)


@pytest.fixture
def work() -> FakePeopleWork:
    made = FakePeopleWork()
    made.staff.add(a_staff_member())
    made.supporters.put(a_supporter())
    return made


def _sign_in(
    work: FakePeopleWork, name: str = "officer", password: str = "a password", hasher: Any = None
) -> Any:
    return desk.sign_in(work, PRISON, name, password, hasher or PlainHasher(), now=NOW)


def test_an_account_signs_in_however_its_name_is_written(work: FakePeopleWork) -> None:
    result = _sign_in(work, name="  Officer ")

    assert isinstance(result, StaffSignedIn)
    staff, session = desk.resume(work, result.token, now=NOW, **TIMES)
    assert (staff.id, session.id) == ("officer", result.session.id)
    assert work.audit.actions == ["signed_in"]


@pytest.mark.parametrize(("name", "password"), [("officer", "wrong"), ("nobody", "a password"), ("", "")])
def test_a_wrong_name_and_a_wrong_password_are_one_answer_with_equal_work(
    work: FakePeopleWork, name: str, password: str
) -> None:
    hasher = PlainHasher()

    assert type(_sign_in(work, name, password, hasher)) is WrongNameOrPassword
    assert hasher.asked == 1


def test_an_account_of_another_prison_or_that_was_closed_is_unknown(work: FakePeopleWork) -> None:
    work.staff.add(a_staff_member("away", prison_id="elsewhere"))
    work.staff.add(a_staff_member("gone", active=False))

    assert type(_sign_in(work, "away")) is WrongNameOrPassword
    assert type(_sign_in(work, "gone")) is WrongNameOrPassword


def test_wrong_passwords_bring_a_pause_and_are_in_the_audit(work: FakePeopleWork) -> None:
    for _ in range(FREE_FOR_ACCOUNT):
        assert type(_sign_in(work, password="wrong")) is WrongNameOrPassword

    assert isinstance(_sign_in(work, password="wrong"), WaitFirst)
    assert isinstance(_sign_in(work), WaitFirst)
    assert work.audit.actions == ["sign_in_failed"] * (FREE_FOR_ACCOUNT + 1)


def test_a_right_password_after_the_pause_starts_the_count_anew(work: FakePeopleWork) -> None:
    for _ in range(FREE_FOR_ACCOUNT + 1):
        waited = _sign_in(work, password="wrong")

    result = desk.sign_in(work, PRISON, "officer", "a password", PlainHasher(), now=waited.until)

    assert isinstance(result, StaffSignedIn)
    assert {each.failed for each in work.tries.rows.values()} == {0}


def test_a_staff_session_ends_when_idle(work: FakePeopleWork) -> None:
    token = _sign_in(work).token
    desk.resume(work, token, now=NOW + TIMES["idle"], **TIMES)

    with pytest.raises(SessionEnded):
        desk.resume(work, token, now=NOW + TIMES["idle"] + SECOND, **TIMES)


def test_a_staff_session_ends_after_a_shift_however_busy(work: FakePeopleWork) -> None:
    result = _sign_in(work)
    desk.touch(work, result.session, now=NOW + TIMES["longest"])
    desk.resume(work, result.token, now=NOW + TIMES["longest"], **TIMES)

    with pytest.raises(SessionEnded):
        desk.resume(work, result.token, now=NOW + TIMES["longest"] + SECOND, **TIMES)


def test_a_session_ends_with_its_account(work: FakePeopleWork) -> None:
    result = _sign_in(work)
    work.staff.save(replace(result.staff, active=False))

    with pytest.raises(SessionEnded):
        desk.resume(work, result.token, now=NOW, **TIMES)


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_forged_staff_session_is_none(work: FakePeopleWork, token: str) -> None:
    with pytest.raises(SessionEnded):
        desk.resume(work, token, now=NOW, **TIMES)


def test_who_signed_out_of_the_desk_is_out(work: FakePeopleWork) -> None:
    result = _sign_in(work)

    desk.sign_out(work, result.staff, result.session, now=NOW)

    with pytest.raises(SessionEnded):
        desk.resume(work, result.token, now=NOW, **TIMES)
    assert work.audit.actions == ["signed_in", "signed_out"]


def test_every_role_has_rights_and_every_right_a_role() -> None:
    assert all(rights_of([role]) for role in StaffRole)
    assert rights_of(StaffRole) == set(Right)
    assert rights_of([]) == frozenset()


def test_roles_add_up() -> None:
    both = rights_of([StaffRole.MANAGER, StaffRole.ADMIN])

    assert both == rights_of([StaffRole.MANAGER]) | rights_of([StaffRole.ADMIN])


def test_only_safer_custody_reviews_and_only_an_administrator_manages_people() -> None:
    assert [r for r in StaffRole if Right.REVIEW_SAFETY_LOG in rights_of([r])] == [StaffRole.SAFER_CUSTODY]
    assert [r for r in StaffRole if Right.MANAGE_PEOPLE in rights_of([r])] == [StaffRole.ADMIN]


def test_an_administrator_sees_neither_board_nor_safety_log() -> None:
    closed = {Right.SEE_BOARD, Right.READ_SAFETY_LOG, Right.ANSWER_ALERTS, Right.REVIEW_SAFETY_LOG}

    assert not rights_of([StaffRole.ADMIN]) & closed


@pytest.mark.parametrize("role", [StaffRole.WING, StaffRole.ORDERLY, StaffRole.SAFER_CUSTODY])
def test_everybody_who_may_be_on_a_wing_answers_alerts(role: StaffRole) -> None:
    assert {Right.SEE_BOARD, Right.ANSWER_ALERTS} <= rights_of([role])


def test_a_supporter_goes_off_duty_and_on_again(work: FakePeopleWork) -> None:
    assert not duty.set_duty(work, "lee", on=False, now=NOW).may_help
    assert duty.set_duty(work, "lee", on=True, now=NOW).may_help


def test_a_suspended_supporter_is_off_duty_and_stays_so(work: FakePeopleWork) -> None:
    suspended = duty.suspend(work, "lee", "officer", suspended=True, now=NOW)

    assert not suspended.on_duty
    with pytest.raises(NotASupporter):
        duty.set_duty(work, "lee", on=True, now=NOW)
    assert work.audit.lines == [("officer", "supporter_suspended", "lee")]


def test_a_restored_supporter_goes_on_duty_by_his_own_choice(work: FakePeopleWork) -> None:
    duty.suspend(work, "lee", "officer", suspended=True, now=NOW)

    restored = duty.suspend(work, "lee", "officer", suspended=False, now=NOW)

    assert not restored.on_duty
    assert duty.set_duty(work, "lee", on=True, now=NOW).may_help


def test_who_is_no_supporter_has_no_duty(work: FakePeopleWork) -> None:
    with pytest.raises(NotASupporter):
        duty.set_duty(work, "sam", on=True, now=NOW)
    with pytest.raises(NotASupporter):
        duty.suspend(work, "sam", "officer", suspended=True, now=NOW)
