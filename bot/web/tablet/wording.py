"""The product's facts in a person's words: danger, kinds, states, times and waits."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.content import Texts
from bot.people.model import Place
from bot.queue.model import Change, Event, Kind, Request, State
from bot.queue.timeline import was_broken_off
from bot.queue.words import OTHER
from bot.safety.model import Verdict

# How far along each state is, for the row of dots; the words say the same.
STEPS = (State.WAITING, State.ACCEPTED, State.ARRANGED, State.WITH_PERSON, State.DONE)


def danger_words(
    texts: Texts, verdict: Verdict, language: str, *, times: int = 1, who_else: str = "danger_listener"
) -> str:
    """What is said to a person in danger. Only for the transaction that also tells staff: it says so.

    `times` is how often danger was noticed in the open record: the second time it is said in other words.
    `who_else` is the id of the sentence on who else may be asked for.
    """
    plain = f"danger_{verdict.level.value}"
    exact = f"{plain}_{verdict.risks[0].value}" if verdict.risks else plain
    keys = [exact if texts.has(exact) else plain, "danger_told", "danger_samaritans", who_else]
    return "\n".join(nth(texts.ways(key, language), times) for key in keys)


def nth(ways: Sequence[str], times: int) -> str:
    """The first way the first time, then the others, and round again: never the same twice running."""
    return ways[(max(times, 1) - 1) % len(ways)]


def kind_words(texts: Texts, kind: Kind, role: str, language: str) -> str:
    key = f"role_{role}" if kind is Kind.PEER and role else f"kind_{kind.value}"
    return texts.say(key, language)


def state_words(texts: Texts, request: Request, history: Sequence[Event], language: str) -> str:
    """Where a request is; that a helper who was there had to stop, until something else happens. A
    "could not" comes with its reason and what was offered instead."""
    if request.state is State.COULD_NOT:
        last = next((event for event in reversed(history) if event.change is Change.COULD_NOT), None)
        reason = f"reason_{last.reason}" if last else ""
        known = reason if texts.has(reason) else "reason_other"
        offered = last.offered if last else ""
        # Staff were told that the person reads the words of another reason.
        words = last.note if last and last.reason == OTHER else ""
        return texts.say(
            "state_could_not", language, reason=words or texts.say(known, language), offered=offered
        )
    if request.state is State.WAITING and was_broken_off(history):
        return texts.say("state_waiting_stopped", language)
    if request.state is State.WAITING and request.seen_at is not None:
        return texts.say("state_waiting_seen", language)
    return texts.say(f"state_{request.state.value}", language)


def clock(zone: ZoneInfo, at: datetime, now: datetime) -> str:
    """The prison's own time; with the day when that is not today."""
    local = at.astimezone(zone)
    form = "%H:%M" if local.date() == now.astimezone(zone).date() else "%d/%m, %H:%M"
    return local.strftime(form)


def waited(texts: Texts, time: timedelta, language: str) -> str:
    """How long somebody has waited, in whole minutes or hours."""
    minutes = max(0, int(time.total_seconds() // 60))
    if minutes < 1:
        return texts.say("page_waited_now", language)
    if minutes < 120:
        return texts.say("page_waited_minutes", language, minutes=minutes)
    return texts.say("page_waited_hours", language, hours=minutes // 60)


def pause_words(texts: Texts, time: timedelta, language: str) -> str:
    """How long to wait before the next try at signing in; rounded up, so that it is never too early."""
    seconds = max(1, int(time.total_seconds()) + 1)
    if seconds <= 90:
        return texts.say("page_wait_seconds", language, seconds=seconds)
    return texts.say("page_wait_minutes", language, minutes=-(-seconds // 60))


def place_words(texts: Texts, place: Place, language: str) -> str:
    return texts.say("page_place", language, wing=place.wing, landing=place.landing, cell=place.cell)
