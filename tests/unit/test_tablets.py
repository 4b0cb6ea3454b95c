"""Tablets are enrolled with a code that works once; a person signs in on one, and stays on that one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.people import tablets
from bot.people.model import Device, Place
from bot.people.tablets import (
    Enrolled,
    SessionEnded,
    SignedIn,
    UnknownCode,
    WaitFirst,
    WrongNumberOrPin,
)
from bot.people.throttle import FREE_FOR_ACCOUNT
from tests.support.builders import CELL, NOW, PRISON, a_person
from tests.support.fake_people import FakePeopleWork, PlainHasher

IDLE = timedelta(minutes=15)
SECOND = timedelta(seconds=1)


@pytest.fixture
def work() -> FakePeopleWork:
    made = FakePeopleWork()
    made.persons.add(a_person())
    return made


@pytest.fixture
def hasher() -> PlainHasher:
    return PlainHasher()


def _enrol(work: FakePeopleWork, cell: Place = CELL) -> Enrolled:
    code = tablets.make_code(work, PRISON, cell, "officer", now=NOW)
    return tablets.enrol(work, PRISON, code, now=NOW)


@pytest.fixture
def device(work: FakePeopleWork) -> Device:
    return _enrol(work).device


def _signed_in(work: FakePeopleWork, device: Device, hasher: PlainHasher) -> SignedIn:
    result = tablets.sign_in(work, device, "SAM1", "2468", hasher, now=NOW)
    assert isinstance(result, SignedIn)
    return result


def test_a_tablet_is_tied_to_the_cell_of_its_code(work: FakePeopleWork) -> None:
    enrolled = _enrol(work)

    assert enrolled.device.place == CELL
    assert tablets.find_device(work, enrolled.token) == enrolled.device
    assert work.audit.actions == ["tablet_code_made", "tablet_enrolled"]


def test_neither_the_code_nor_the_token_is_kept(work: FakePeopleWork) -> None:
    code = tablets.make_code(work, PRISON, CELL, "officer", now=NOW)
    enrolled = tablets.enrol(work, PRISON, code, now=NOW)

    assert code not in repr(vars(work.devices)) + repr(work.audit.lines)
    assert enrolled.token not in repr(vars(work.devices)) + repr(work.audit.lines)


def test_a_code_works_once(work: FakePeopleWork) -> None:
    code = tablets.make_code(work, PRISON, CELL, "officer", now=NOW)
    tablets.enrol(work, PRISON, code, now=NOW)

    with pytest.raises(UnknownCode):
        tablets.enrol(work, PRISON, code, now=NOW)

    assert len(work.devices.rows) == 1


def test_a_code_is_good_for_a_quarter_of_an_hour(work: FakePeopleWork) -> None:
    first = tablets.make_code(work, PRISON, CELL, "officer", now=NOW)
    second = tablets.make_code(work, PRISON, CELL, "officer", now=NOW)

    tablets.enrol(work, PRISON, first, now=NOW + tablets.CODE_LIVES - SECOND)

    with pytest.raises(UnknownCode):
        tablets.enrol(work, PRISON, second, now=NOW + tablets.CODE_LIVES)


def test_a_code_of_another_prison_is_unknown(work: FakePeopleWork) -> None:
    code = tablets.make_code(work, "elsewhere", CELL, "officer", now=NOW)

    with pytest.raises(UnknownCode):
        tablets.enrol(work, PRISON, code, now=NOW)


@pytest.mark.parametrize("typed", ["", "ABCD-2345", "x" * 100_000, "\x00", "'; --", "\ud800"])
def test_a_wrong_code_is_unknown(work: FakePeopleWork, typed: str) -> None:
    tablets.make_code(work, PRISON, CELL, "officer", now=NOW)

    with pytest.raises(UnknownCode):
        tablets.enrol(work, PRISON, typed, now=NOW)


def test_a_revoked_tablet_is_no_tablet_and_its_sessions_end(
    work: FakePeopleWork, hasher: PlainHasher
) -> None:
    enrolled = _enrol(work)
    session = _signed_in(work, enrolled.device, hasher)

    tablets.revoke(work, enrolled.device.id, "officer", prison_id=PRISON, now=NOW)

    assert tablets.find_device(work, enrolled.token) is None
    with pytest.raises(SessionEnded):
        tablets.resume(work, enrolled.device, session.token, idle=IDLE, now=NOW)
    assert work.audit.actions[-1] == "tablet_revoked"


def test_a_tablet_is_revoked_once_and_only_by_its_own_prison(work: FakePeopleWork, device: Device) -> None:
    with pytest.raises(UnknownCode):
        tablets.revoke(work, device.id, "officer", prison_id="elsewhere", now=NOW)
    tablets.revoke(work, device.id, "officer", prison_id=PRISON, now=NOW)

    tablets.revoke(work, device.id, "officer", prison_id=PRISON, now=NOW + SECOND)

    assert work.audit.actions.count("tablet_revoked") == 1
    assert work.devices.rows[device.id].revoked_at == NOW


@pytest.mark.parametrize("token", ["", "nonsense", "\ud800"])
def test_a_forged_token_finds_no_tablet(work: FakePeopleWork, device: Device, token: str) -> None:
    assert tablets.find_device(work, token) is None


def test_a_person_signs_in_and_is_where_the_tablet_is(work: FakePeopleWork, hasher: PlainHasher) -> None:
    device = _enrol(work, Place("B", "B1", "B1-03")).device

    result = tablets.sign_in(work, device, " sam1 ", "2468", hasher, now=NOW)

    assert isinstance(result, SignedIn)
    assert result.person.place.cell == "B1-03"
    assert work.persons.rows["sam"].place.cell == "B1-03"
    person, session = tablets.resume(work, device, result.token, idle=IDLE, now=NOW)
    assert (person.id, session.id) == ("sam", result.session.id)


@pytest.mark.parametrize(
    ("number", "pin"), [("SAM1", "0000"), ("NOBODY", "2468"), ("", ""), ("\x00", "\ud800")]
)
def test_a_wrong_number_and_a_wrong_pin_are_one_answer_with_equal_work(
    work: FakePeopleWork, device: Device, hasher: PlainHasher, number: str, pin: str
) -> None:
    result = tablets.sign_in(work, device, number, pin, hasher, now=NOW)

    assert type(result) is WrongNumberOrPin
    assert hasher.asked == 1
    assert not work.person_sessions.rows


def test_who_has_left_the_prison_does_not_sign_in(
    work: FakePeopleWork, device: Device, hasher: PlainHasher
) -> None:
    signed_in = _signed_in(work, device, hasher)
    work.persons.save(replace(signed_in.person, active=False))

    assert type(tablets.sign_in(work, device, "SAM1", "2468", hasher, now=NOW)) is WrongNumberOrPin
    with pytest.raises(SessionEnded):
        tablets.resume(work, device, signed_in.token, idle=IDLE, now=NOW)


def test_after_some_wrong_pins_comes_a_pause_that_grows_and_ends(
    work: FakePeopleWork, device: Device, hasher: PlainHasher
) -> None:
    now, waits = NOW, []
    for _ in range(FREE_FOR_ACCOUNT):
        assert type(tablets.sign_in(work, device, "SAM1", "0", hasher, now=now)) is WrongNumberOrPin
    for _ in range(3):
        result = tablets.sign_in(work, device, "SAM1", "0", hasher, now=now)
        assert isinstance(result, WaitFirst)
        waits.append((result.until - now).total_seconds())
        now = result.until

    assert waits == [15, 30, 60]
    assert isinstance(tablets.sign_in(work, device, "SAM1", "2468", hasher, now=now), SignedIn)
    assert {each.failed for each in work.tries.rows.values() if each.good_at} == {0}


def test_in_a_pause_even_the_right_pin_waits_and_nothing_is_counted(
    work: FakePeopleWork, device: Device, hasher: PlainHasher
) -> None:
    for _ in range(FREE_FOR_ACCOUNT + 1):
        tablets.sign_in(work, device, "SAM1", "0", hasher, now=NOW)
    counted, asked = dict(work.tries.rows), hasher.asked

    result = tablets.sign_in(work, device, "SAM1", "2468", hasher, now=NOW + SECOND)

    assert isinstance(result, WaitFirst)
    assert (work.tries.rows, hasher.asked) == (counted, asked)


def test_a_new_sign_in_ends_the_session_before_it_on_this_tablet(
    work: FakePeopleWork, device: Device, hasher: PlainHasher
) -> None:
    work.persons.add(a_person("ali"))
    first = _signed_in(work, device, hasher)

    tablets.sign_in(work, device, "ALI1", "2468", hasher, now=NOW)

    with pytest.raises(SessionEnded):
        tablets.resume(work, device, first.token, idle=IDLE, now=NOW)


def test_a_new_sign_in_ends_the_session_on_any_other_tablet_too(
    work: FakePeopleWork, device: Device, hasher: PlainHasher
) -> None:
    first = _signed_in(work, device, hasher)
    other = _enrol(work).device

    tablets.sign_in(work, other, "SAM1", "2468", hasher, now=NOW)

    # Words typed there would have sent staff to the cell of the other tablet.
    with pytest.raises(SessionEnded):
        tablets.resume(work, device, first.token, idle=IDLE, now=NOW)


def test_a_session_does_not_go_to_another_tablet(
    work: FakePeopleWork, device: Device, hasher: PlainHasher
) -> None:
    session = _signed_in(work, device, hasher)
    other = _enrol(work).device

    with pytest.raises(SessionEnded):
        tablets.resume(work, other, session.token, idle=IDLE, now=NOW)


@pytest.mark.parametrize("token", ["", "forged", "\ud800"])
def test_a_forged_session_is_none(work: FakePeopleWork, device: Device, token: str) -> None:
    with pytest.raises(SessionEnded):
        tablets.resume(work, device, token, idle=IDLE, now=NOW)


def test_a_session_ends_when_it_is_left_alone_and_not_while_it_is_used(
    work: FakePeopleWork, device: Device, hasher: PlainHasher
) -> None:
    signed_in = _signed_in(work, device, hasher)
    _, session = tablets.resume(work, device, signed_in.token, idle=IDLE, now=NOW + IDLE)
    tablets.touch(work, session, now=NOW + IDLE)

    tablets.resume(work, device, signed_in.token, idle=IDLE, now=NOW + 2 * IDLE)

    with pytest.raises(SessionEnded):
        tablets.resume(work, device, signed_in.token, idle=IDLE, now=NOW + 2 * IDLE + SECOND)


def test_who_signed_out_is_out(work: FakePeopleWork, device: Device, hasher: PlainHasher) -> None:
    signed_in = _signed_in(work, device, hasher)

    tablets.sign_out(work, signed_in.session, now=NOW)

    with pytest.raises(SessionEnded):
        tablets.resume(work, device, signed_in.token, idle=IDLE, now=NOW)
