"""The table of allowed changes, walked whole: what it allows happens, and nothing else does."""

from dataclasses import replace
from itertools import product

import pytest

from bot.people.model import SYSTEM, Actor, ActorKind
from bot.queue import service
from bot.queue.model import ALLOWED, OPEN, Change, NotAllowedNow, State
from bot.queue.service import Words
from tests.support.builders import NOW, STAFF, PlainPrison, a_request, person_actor, supporter_actor
from tests.support.fakes import FakeWork

_ACTORS: dict[ActorKind, Actor] = {
    ActorKind.PERSON: person_actor(),
    ActorKind.SUPPORTER: supporter_actor(),
    ActorKind.STAFF: STAFF,
    ActorKind.SYSTEM: SYSTEM,
}
# Changes that `move` makes. The others have functions of their own, which carry more than a state.
_PLAIN = (
    Change.ACCEPTED,
    Change.ARRANGED,
    Change.BEGUN,
    Change.FINISHED,
    Change.HANDED_BACK,
    Change.CANCELLED,
    Change.COULD_NOT,
    Change.SEEN,
)
_WORDS = Words(reason="no_staff", offered="The phone")


def _is_allowed(change: Change, state: State, kind: ActorKind) -> bool:
    rule = ALLOWED.get(change)
    return change in _PLAIN and rule is not None and state in rule.start and kind in rule.by


_ALL = list(product(Change, State, ActorKind))
_ALLOWED = [case for case in _ALL if _is_allowed(*case)]
_FORBIDDEN = [case for case in _ALL if not _is_allowed(*case)]


def _work_with(state: State) -> tuple[FakeWork, str]:
    work = FakeWork()
    work.requests.add(a_request(id="r", state=state, supporter_id="lee"))
    return work, "r"


@pytest.mark.parametrize(("change", "state", "kind"), _ALLOWED)
def test_an_allowed_change_is_made_and_told_once(change: Change, state: State, kind: ActorKind) -> None:
    work, request_id = _work_with(state)

    changed = service.move(
        work, request_id, change, _ACTORS[kind], now=NOW, deadlines=PlainPrison(), words=_WORDS
    )

    assert changed.state == (ALLOWED[change].end or state)
    assert work.requests.rows[request_id] == changed
    assert changed.version == 2
    (event,) = work.requests.events
    assert (event.change, event.start, event.end) == (change, state, changed.state)
    assert (event.actor_kind, event.actor_id, event.at) == (kind, _ACTORS[kind].id, NOW)
    (notice,) = work.outbox.notices
    assert (notice.topic, notice.ref, notice.facts["change"]) == ("request", request_id, change.value)


@pytest.mark.parametrize(("change", "state", "kind"), _FORBIDDEN)
def test_any_other_change_is_refused_and_leaves_no_trace(
    change: Change, state: State, kind: ActorKind
) -> None:
    work, request_id = _work_with(state)
    before = work.requests.rows[request_id]

    with pytest.raises(NotAllowedNow):
        service.move(work, request_id, change, _ACTORS[kind], now=NOW, deadlines=PlainPrison(), words=_WORDS)

    assert work.requests.rows[request_id] == before
    assert not work.requests.events
    assert not work.outbox.notices


def test_every_change_but_the_first_has_a_rule() -> None:
    assert set(ALLOWED) == set(Change) - {Change.ASKED}


def test_every_state_can_be_reached() -> None:
    ends = {rule.end for rule in ALLOWED.values()} | {State.WAITING}

    assert ends >= set(State)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_an_open_request_can_always_be_ended_by_staff_or_asked_about(state: State) -> None:
    from_here = {change: rule.by for change, rule in ALLOWED.items() if state in rule.start}
    by_staff = {change for change, by in from_here.items() if ActorKind.STAFF in by}
    by_person = {change for change, by in from_here.items() if ActorKind.PERSON in by}

    assert by_staff & {Change.FINISHED, Change.COULD_NOT}
    assert Change.NOT_REACHED in by_person


@pytest.mark.parametrize("change", [Change.ARRANGED, Change.COULD_NOT, Change.SEEN])
def test_only_staff_arrange_refuse_and_mark_as_seen(change: Change) -> None:
    assert ALLOWED[change].by == {ActorKind.STAFF}


def test_a_notice_holds_ids_and_states_and_never_words() -> None:
    work, request_id = _work_with(State.WAITING)
    words = replace(_WORDS, offered="He was crying", note="Ring his mother")

    service.move(work, request_id, Change.COULD_NOT, STAFF, now=NOW, words=words)

    (notice,) = work.outbox.notices
    assert notice.facts == {"change": "could_not", "kind": "listener", "urgency": "normal"}
