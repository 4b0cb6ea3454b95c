"""A service in a person's words: how it stands, when it is open, how to reach it, and whom to ask."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.content import ENGLISH, Texts
from bot.directory.helpers import not_offered
from bot.directory.hours import standing
from bot.directory.model import DAYS, MIDNIGHT, Hours, Reach, Service, Spans, Way
from bot.people.model import PeerRole
from bot.prison import Prison

# These say where to go only in the prison's own sentence; without one, the general words.
_OWN_WORDS = frozenset({Way.OFFICER, Way.TABLET, Way.LETTER_BOX})


class Tone(StrEnum):
    """Which picture goes with a state; the words say the same."""

    OPEN = "open"
    SHUT = "shut"
    ASK = "ask"


@dataclass(frozen=True)
class State:
    tone: Tone
    words: str


@dataclass(frozen=True)
class Times:
    """One line of a table: some days, and when it is open on them."""

    days: str
    times: str


def state_of(texts: Texts, prison: Prison, service: Service, language: str, now: datetime) -> State:
    """How it stands now. What is not in the file is not guessed: the words say whom to ask."""
    if service.hours is None:
        who = whom(texts, prison, service, language, now)
        return State(Tone.ASK, texts.say("service_ask_times", language, who=who))
    found = standing(service.hours, prison.calendar, now)
    if service.hours.always:
        return State(Tone.OPEN, texts.say("service_always", language))
    if found.is_open:
        return State(Tone.OPEN, _closes(texts, language, found.closes, now))
    if found.opens is None:
        who = whom(texts, prison, service, language, now)
        return State(Tone.SHUT, texts.say("service_shut", language, who=who))
    return State(Tone.SHUT, _opens(texts, language, found.opens, prison.calendar.today(now)))


def times_of(texts: Texts, hours: Hours, language: str) -> tuple[Times, ...]:
    """The week in few lines: days in a row with the same times are one, closed days come last."""
    if hours.always:
        return (Times(texts.say("service_every_day", language), texts.say("service_always", language)),)
    lines = [
        Times(_days(texts, first, last, language), _spans(texts, hours.week[first], language))
        for first, last in _runs(hours)
    ]
    if not all(hours.week):
        lines.append(Times(texts.say("service_other_days", language), texts.say("service_closed", language)))
    lines.append(Times(texts.say("service_bank_holidays", language), _holiday(texts, hours, language)))
    return tuple(lines)


def reach_words(texts: Texts, prison: Prison, reach: Reach, language: str, now: datetime) -> tuple[str, ...]:
    """One way in a sentence or two. "You can ask here" is said while the helper may be asked for."""
    if reach.ask in set(PeerRole):
        lacking = not_offered(texts, prison, (PeerRole(reach.ask),), language, now)
        if lacking:
            return lacking
    if reach.say and reach.way in _OWN_WORDS:
        return (reach.say,)
    general = texts.say(f"service_reach_{reach.way.value}", language, name=reach.name, number=reach.number)
    return (general, reach.say) if reach.say else (general,)


def whom(texts: Texts, prison: Prison, service: Service, language: str, now: datetime) -> str:
    """The first who answers: a peer supporter who may be asked for now before staff."""
    peers = tuple(role for role in service.who.peer_roles if prison.offers(role, now))
    here = replace(service, who=replace(service.who, peer_roles=peers))
    return next(iter(who_answers(texts, here, language)), texts.say("role_staff", language))


def who_answers(texts: Texts, service: Service, language: str) -> tuple[str, ...]:
    who = service.who
    peers = [texts.say(f"role_{role.value}", language) for role in who.peer_roles]
    staff = [texts.say(f"staff_role_{role.value}", language) for role in who.staff_roles]
    return (*peers, *staff, *([who.team] if who.team else []))


def service_line(texts: Texts, prison: Prison, topic: str, language: str, now: datetime) -> str:
    """One line on the service that this topic is most about; empty where the prison has none."""
    service = next(iter(prison.services_for(topic)), None)
    if service is None:
        return ""
    state = state_of(texts, prison, service, language, now)
    words = texts.say("service_short_ask", language) if state.tone is Tone.ASK else state.words
    reach = reach_words(texts, prison, service.reach[0], language, now)[0]
    return texts.say("service_line", language, title=service.title, state=words, reach=reach)


def day_words(day: date) -> str:
    """A date in figures, as the other pages write it."""
    return day.strftime("%d/%m/%Y")


def _closes(texts: Texts, language: str, closes: datetime | None, now: datetime) -> str:
    """The day is named where the time alone would be taken for today's or tomorrow's."""
    if closes is None or closes - now > timedelta(days=7):
        return texts.say("service_short_open", language)
    at = _end(closes.time())
    if closes - now <= timedelta(days=1):
        return texts.say("service_open", language, time=at)
    # An end at midnight belongs to the day before it.
    last = closes - timedelta(minutes=1)
    return texts.say(
        "service_open_day", language, day=texts.say(f"day_{DAYS[last.weekday()]}", language), time=at
    )


def _opens(texts: Texts, language: str, opens: datetime, today: date) -> str:
    at, day = _clock(opens.time()), texts.say(f"day_{DAYS[opens.weekday()]}", language)
    ahead = opens.date() - today
    if ahead == timedelta(0):
        return texts.say("service_opens_today", language, time=at)
    if ahead == timedelta(days=1):
        return texts.say("service_opens_tomorrow", language, time=at)
    if ahead < timedelta(days=7):
        return texts.say("service_opens_day", language, day=day, time=at)
    return texts.say("service_opens_date", language, day=day, date=opens.strftime("%d/%m"), time=at)


def _runs(hours: Hours) -> list[tuple[int, int]]:
    """First and last of each row of days with the same times, closed days left out."""
    runs: list[tuple[int, int]] = []
    for day, spans in enumerate(hours.week):
        if not spans:
            continue
        if runs and runs[-1][1] == day - 1 and hours.week[day - 1] == spans:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _days(texts: Texts, first: int, last: int, language: str) -> str:
    if (first, last) == (0, 6):
        return texts.say("service_every_day", language)
    start, end = (texts.say(f"day_{DAYS[day]}", language) for day in (first, last))
    return start if first == last else texts.say("service_days", language, first=start, last=end)


def _holiday(texts: Texts, hours: Hours, language: str) -> str:
    if not hours.holiday:
        return texts.say("service_closed", language)
    if hours.holiday_as is not None:
        day = texts.say(f"day_{DAYS[hours.holiday_as]}", language)
        return texts.say("service_as_day", language, day=day)
    return _spans(texts, hours.holiday, language)


def _spans(texts: Texts, spans: Spans, language: str = ENGLISH) -> str:
    words = [texts.say("service_span", language, start=_clock(start), end=_end(end)) for start, end in spans]
    said = words[0]
    for each in words[1:]:
        said = texts.say("service_and", language, first=said, then=each)
    return said


def _end(at: time) -> str:
    return "24:00" if at == MIDNIGHT else _clock(at)


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"
