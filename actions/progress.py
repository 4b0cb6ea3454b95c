"""What became of a request, and stopping one."""

from collections.abc import Sequence

from actions import names, questions, taps
from actions.names import Slot, Step
from actions.needs import with_other_needs
from actions.outcome import ABOUT_A_REQUEST, Outcome
from actions.people_here import find_person, lock_person
from actions.spoken import SpokenAction
from actions.turn import Reply, Turn
from bot.bootstrap import Product
from bot.people.model import Actor, ActorKind
from bot.possible import possible_now
from bot.queue import service as queue
from bot.queue.model import ALLOWED, Change, NotAllowedNow, Request, State
from bot.queue.timeline import was_broken_off
from bot.store.unit_of_work import UnitOfWork


class ActionStatus(SpokenAction):
    """The person's open requests; and when the latest one could not be met, the reason for it."""

    action_name = names.ACTION_STATUS

    def act(self, turn: Turn, product: Product) -> Outcome:
        with product.database.reading() as work:
            lines = _lines(work, turn, product)
            mine = _of_person(work, turn, product)
        nobody = possible_now(product.texts, product.prison, mine, turn.language)
        text = "\n".join([*lines, *([nobody] if nobody else [])])
        text = text or product.texts.say("status_none", turn.language)
        see = taps.tap(product, "button_requests", names.PAGE_REQUESTS, turn.language)
        other = () if lines else (taps.ask_somebody(product, turn.language),)
        return with_other_needs(turn, product, Outcome((Reply(text, (see, *other)),), ABOUT_A_REQUEST))


class ActionCancel(SpokenAction):
    """A request is not needed any more: find out which, then ask "shall I?"."""

    action_name = names.ACTION_CANCEL

    def act(self, turn: Turn, product: Product) -> Outcome:
        reference = turn.entities.get(names.REFERENCE, "")
        if reference and turn.entities.get(names.SURE) == names.YES:
            return cancel(reference, turn, product)
        if not reference and turn.step is Step.CONFIRM_REQUEST:
            # Nothing has been asked yet: "I don't need it any more" answers the open question.
            stopped = Reply(product.texts.say("ask_stopped", turn.language))
            return with_other_needs(turn, product, Outcome((stopped,), ABOUT_A_REQUEST))
        return with_other_needs(turn, product, _ask_first(reference, turn, product))


def _ask_first(reference: str, turn: Turn, product: Product) -> Outcome:
    with product.database.reading() as work:
        found = _stoppable(work, turn, product)
    chosen = [request for request in found if request.reference == reference] or found
    if not chosen:
        return Outcome((Reply(product.texts.say("cancel_none", turn.language)),), ABOUT_A_REQUEST)
    if len(chosen) > 1:
        return Outcome((questions.which_to_cancel(product, chosen, turn.language),), ABOUT_A_REQUEST)
    slots = {**ABOUT_A_REQUEST, Slot.STEP: Step.CONFIRM_CANCEL.value, Slot.REFERENCE: chosen[0].reference}
    return Outcome((questions.confirm_cancel(product, chosen[0].reference, turn.language),), slots)


def cancel(reference: str, turn: Turn, product: Product) -> Outcome:
    """Stops the person's own request with this reference, if it can still be stopped."""
    try:
        with product.database.writing() as work:
            lock_person(work, turn.person_id, product.prison)
            found = [request for request in _stoppable(work, turn, product) if request.reference == reference]
            by = Actor(ActorKind.PERSON, turn.person_id)
            for request in found:
                queue.move(work, request.id, Change.CANCELLED, by, now=product.now())
    except NotAllowedNow:
        found = []
    key = "cancel_done" if found else "cancel_too_late"
    return Outcome((Reply(product.texts.say(key, turn.language)),), ABOUT_A_REQUEST)


def _stoppable(work: UnitOfWork, turn: Turn, product: Product) -> Sequence[Request]:
    """A request that a danger raised is not among them: nobody in a cell can silence it."""
    states = ALLOWED[Change.CANCELLED].start
    mine = _of_person(work, turn, product)
    return [request for request in mine if request.state in states and request.record_id is None]


def _of_person(work: UnitOfWork, turn: Turn, product: Product) -> Sequence[Request]:
    person = find_person(work, turn.person_id, product.prison)
    return work.requests.of_person(person.id) if person else ()


def _lines(work: UnitOfWork, turn: Turn, product: Product) -> list[str]:
    mine = _of_person(work, turn, product)
    shown = [request for request in mine if request.is_open]
    if not shown and mine and mine[0].state is State.COULD_NOT:
        shown = [mine[0]]
    return [
        product.texts.say(
            "status_line",
            turn.language,
            what=questions.what(product, request, turn.language),
            reference=request.reference,
            state=_state(work, request, product, turn.language),
        )
        for request in shown
    ]


def _state(work: UnitOfWork, request: Request, product: Product, language: str) -> str:
    say = product.texts.say
    if request.state is State.COULD_NOT:
        events = work.requests.events_of(request.id)
        last = next(event for event in reversed(events) if event.change is Change.COULD_NOT)
        reason = say(f"reason_{last.reason}", language)
        return say("state_could_not", language, reason=reason, offered=last.offered)
    waits = request.state is State.WAITING
    if waits and was_broken_off(work.requests.events_of(request.id)):
        return say("state_waiting_stopped", language)
    seen = waits and request.seen_at is not None
    return say("state_waiting_seen" if seen else f"state_{request.state.value}", language)
