"""Who may be offered a request, every reason why not, and who comes first."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.people.model import PeerRole, Place
from bot.prison_file import load_prison
from bot.queue.candidate import Candidate
from bot.queue.matching import (
    BEATABLE,
    Why,
    cap_of,
    in_order,
    judge,
    moment_of,
    who_fits,
    why_nobody,
)
from bot.queue.model import Kind, State
from bot.queue.rules import HelpRules, Reach, Wish
from bot.settings import ROOT
from tests.support.builders import NOW, a_candidate, a_moment, a_request, a_supporter

_OTHER_WING = Place("B", "B1", "B1-01")
_OTHER_LANDING = Place("A", "A3", "A3-01")
_MINE = Wish.MY_LANGUAGE.value

_Case = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
# Reason: what is so about the supporter, the request, the prison's rules.
_AGAINST: dict[Why, list[_Case]] = {
    Why.NOT_WAITING: [({}, {"state": state}, {}) for state in State if state is not State.WAITING],
    Why.FOR_STAFF_ONLY: [({}, {"record_id": "record"}, {})],
    Why.NOT_HERE: [({"prison_id": "elsewhere"}, {}, {})],
    Why.SAME_PERSON: [({}, {"person_id": "lee"}, {})],
    Why.WRONG_ROLE: [
        ({"roles": (PeerRole.BUDDY,)}, {}, {}),
        ({"roles": (PeerRole.BUDDY,)}, {"kind": Kind.PEER, "role": "insider"}, {}),
        ({"roles": (PeerRole.PID,)}, {"kind": Kind.SOMEONE}, {}),
    ],
    Why.SUSPENDED: [({"suspended_at": NOW}, {}, {})],
    Why.NOT_CLEARED: [({"cleared_until": NOW.date() - timedelta(days=1)}, {}, {})],
    Why.WRONG_WING: [({"wings": ("B",)}, {}, {})],
    Why.PAUSED: [({"paused_at": NOW}, {}, {})],
    Why.OFF_DUTY: [({"on_duty": False}, {}, {})],
    Why.OUT_OF_REACH: [
        ({"place": _OTHER_WING}, {}, {"reach": {"unlocked": Reach.WING}}),
        ({"place": _OTHER_LANDING}, {}, {"reach": {"unlocked": Reach.LANDING}}),
        ({}, {}, {"reach": {"unlocked": Reach.NOBODY}}),
    ],
    Why.NO_SHARED_LANGUAGE: [({"languages": ("ro",)}, {"wish": _MINE, "language": "pl"}, {})],
    Why.WISH_NOT_MET: [({"meets": ("man",)}, {"wish": "woman"}, {})],
    Why.RESTING: [({"rest_until": NOW + timedelta(seconds=1)}, {}, {})],
    Why.AT_CAP: [
        ({"load_cap": 0}, {}, {}),
        ({"held": 2}, {}, {}),
        ({"held": 1}, {}, {"load_cap": 1}),
        ({"held": 1, "own_cap": 1}, {}, {}),
    ],
}


@pytest.mark.parametrize(("why", "case"), [(why, case) for why, cases in _AGAINST.items() for case in cases])
def test_there_is_one_reason_why_a_supporter_does_not_fit(why: Why, case: _Case) -> None:
    supporter, request, rules = case

    verdict = judge(a_candidate(**supporter), a_request(**request), a_moment(**rules))

    assert why in verdict.against
    assert verdict.against[0] in (why, Why.FOR_STAFF_ONLY)
    assert not verdict.fits


def test_every_reason_that_is_a_rule_has_a_case() -> None:
    assert set(_AGAINST) | {Why.KEPT_APART, Why.DECLINED} == set(Why)


def test_who_is_kept_apart_from_the_one_who_asks_does_not_fit() -> None:
    apart = replace(a_candidate(), kept_apart=True)

    assert judge(apart, a_request(), a_moment()).against == (Why.KEPT_APART,)


def test_who_has_left_the_prison_does_not_fit() -> None:
    gone = replace(a_candidate(), active=False)

    assert judge(gone, a_request(), a_moment()).against[0] is Why.NOT_HERE


_FITTING: dict[str, _Case] = {
    "a Listener for a Listener": ({}, {}, {}),
    "one wing of several": ({"wings": ("B", "A")}, {}, {}),
    "the role asked for": ({"roles": (PeerRole.BUDDY,)}, {"kind": Kind.PEER, "role": "buddy"}, {}),
    "any peer supporter": ({"roles": (PeerRole.BUDDY,)}, {"kind": Kind.PEER, "role": ""}, {}),
    "an Insider for someone to talk to": ({"roles": (PeerRole.INSIDER,)}, {"kind": Kind.SOMEONE}, {}),
    "one place left": ({"held": 1}, {}, {}),
    "cleared until today": ({"cleared_until": NOW.date()}, {}, {}),
    "rested this second": ({"rest_until": NOW}, {}, {}),
    "the same wing": ({"place": _OTHER_LANDING}, {}, {"reach": {"unlocked": Reach.WING}}),
    "a time of day without a limit": ({"place": _OTHER_WING}, {}, {"reach": {"night": Reach.NOBODY}}),
    "no wish, another language": ({"languages": ("ro",)}, {"language": "pl"}, {}),
    "the language wished for": ({"languages": ("pl",)}, {"wish": _MINE, "language": "pl"}, {}),
    "English is everybody's": ({}, {"wish": _MINE, "language": "en"}, {}),
    "the wish met": ({"meets": ("woman",)}, {"wish": "woman"}, {}),
}


@pytest.mark.parametrize("case", _FITTING.values(), ids=_FITTING.keys())
def test_a_supporter_fits(case: _Case) -> None:
    supporter, request, rules = case

    assert judge(a_candidate(**supporter), a_request(**request), a_moment(**rules)).against == ()


def test_all_that_speaks_against_somebody_is_said_the_gravest_first() -> None:
    tired = a_candidate(held=2, suspended_at=NOW, rest_until=NOW + timedelta(hours=1))

    assert judge(tired, a_request(), a_moment()).against == (Why.SUSPENDED, Why.RESTING, Why.AT_CAP)


@pytest.mark.parametrize("own", [None, 5, 2])
def test_the_own_cap_never_allows_more_than_the_prison(own: int | None) -> None:
    assert cap_of(a_supporter(load_cap=9, own_cap=own), HelpRules(load_cap=2)) == 2


def test_staff_may_decide_against_some_reasons_and_never_against_safety() -> None:
    for why in (Why.SUSPENDED, Why.KEPT_APART, Why.NOT_CLEARED, Why.SAME_PERSON, Why.PAUSED, Why.WRONG_ROLE):
        assert why not in BEATABLE
    busy = judge(a_candidate(held=2, on_duty=False), a_request(), a_moment())
    stopped = judge(a_candidate(held=2, suspended_at=NOW), a_request(), a_moment())

    assert busy.can_be_overridden
    assert not stopped.can_be_overridden


def test_clearance_ends_with_the_day_on_the_prisons_own_wall() -> None:
    prison = load_prison(ROOT / "content", "oakmoor")
    # A quarter past midnight in the summer of London is still yesterday in UTC.
    late = datetime(2026, 7, 1, 23, 15, tzinfo=UTC)
    who = a_candidate(cleared_until=date(2026, 7, 1))
    moment = replace(moment_of(prison, late), rules=HelpRules())

    assert moment.today == date(2026, 7, 2)
    assert judge(who, a_request(), moment).against[0] is Why.NOT_CLEARED
    before = replace(moment_of(prison, late - timedelta(hours=1)), rules=HelpRules())
    assert judge(who, a_request(), before).fits


def test_reach_is_that_of_the_hour_in_the_prisons_file() -> None:
    prison = load_prison(ROOT / "content", "oakmoor")
    far = a_candidate(place=_OTHER_WING)
    night = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

    assert judge(far, a_request(), moment_of(prison, NOW)).fits
    assert judge(far, a_request(), moment_of(prison, night)).against[0] is Why.OUT_OF_REACH


def test_who_had_no_contact_for_longest_comes_first() -> None:
    waiting = [
        a_candidate("new-b"),
        a_candidate("today", last_contact_at=NOW),
        a_candidate("last week", last_contact_at=NOW - timedelta(days=7)),
        a_candidate("new-a"),
        a_candidate("busy", held=1, last_contact_at=NOW - timedelta(days=7)),
        a_candidate("new and busy", held=1),
    ]

    order = [each.supporter.person_id for each in in_order(waiting, NOW)]

    assert order == ["new-a", "new-b", "new and busy", "last week", "busy", "today"]


def test_a_contact_in_the_future_counts_as_now_and_puts_nobody_to_the_end_for_ever() -> None:
    waiting = [
        a_candidate("jumped", last_contact_at=NOW + timedelta(days=300)),
        a_candidate("today", held=1, last_contact_at=NOW),
        a_candidate("last week", last_contact_at=NOW - timedelta(days=7)),
    ]

    def order(now: datetime) -> list[str]:
        return [each.supporter.person_id for each in in_order(waiting, now)]

    assert order(NOW) == ["last week", "jumped", "today"]


_CANDIDATES = st.lists(
    st.builds(
        a_candidate,
        st.text("abcdef", min_size=1, max_size=4),
        held=st.integers(0, 3),
        on_duty=st.booleans(),
        place=st.sampled_from([_OTHER_WING, _OTHER_LANDING]),
        last_contact_at=st.none() | st.integers(0, 9).map(lambda days: NOW - timedelta(days=days)),
        rest_until=st.none() | st.just(NOW + timedelta(hours=1)),
    ),
    unique_by=lambda each: each.supporter.person_id,
)


@given(_CANDIDATES, st.randoms())
def test_the_order_is_a_permutation_of_those_who_fit_whatever_order_they_came_in(
    candidates: list[Candidate], chance: Any
) -> None:
    request, moment = a_request(), a_moment(reach={"unlocked": Reach.WING})
    shuffled = list(candidates)
    chance.shuffle(shuffled)

    order = who_fits(candidates, request, moment)

    fitting = [each for each in candidates if judge(each, request, moment).fits]
    assert sorted(map(_id, order)) == sorted(map(_id, fitting))
    assert order == who_fits(shuffled, request, moment)
    for first, second in pairwise(order):
        assert _since(first) <= _since(second)


def _id(candidate: Candidate) -> str:
    return candidate.supporter.person_id


def _since(candidate: Candidate) -> datetime:
    return candidate.supporter.last_contact_at or datetime.min.replace(tzinfo=UTC)


def test_why_nobody_counts_each_once_by_the_gravest_reason() -> None:
    here = [
        a_candidate("a", on_duty=False),
        a_candidate("b", on_duty=False, held=9),
        a_candidate("c", held=2),
        a_candidate("d"),
        a_candidate("sam"),
        a_candidate("e", roles=(PeerRole.BUDDY,)),
    ]

    assert why_nobody(here, a_request(), a_moment(), declined=["d"]) == (
        ("off_duty", 2),
        ("at_cap", 1),
        ("declined", 1),
    )
    assert why_nobody(here, a_request(), a_moment()) == ()
    assert why_nobody([], a_request(), a_moment()) == ()


def test_each_supporter_is_looked_at_once() -> None:
    """The cost grows with the supporters on duty, and no faster."""
    looked: list[str] = []

    class Watched(HelpRules):
        def reaches(self, time_of_day: str, own: Place, other: Place) -> bool:
            looked.append(own.cell)
            return super().reaches(time_of_day, own, other)

    moment = replace(a_moment(), rules=Watched())
    for count in (10, 100):
        looked.clear()
        who_fits([a_candidate(f"s{n}") for n in range(count)], a_request(), moment)
        assert len(looked) == count
