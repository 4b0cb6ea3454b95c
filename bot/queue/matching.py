"""Whether a supporter may be offered a request, why not, and who comes first. Reads no clock and no store."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.people.model import PeerRole, Supporter
from bot.queue.candidate import Candidate
from bot.queue.model import Kind, Request, State, Urgency
from bot.queue.ports import Deadlines
from bot.queue.rules import MOST_REST, HelpRules, Wish

# Who may answer "I need to talk to someone": those whose role is to be there for anybody.
_FOR_ANYONE = frozenset({PeerRole.LISTENER, PeerRole.INSIDER})
# Everybody who helps here speaks it: training and radio are in English.
ENGLISH = "en"


class Why(StrEnum):
    """Why a supporter does not fit, the gravest first: the first one that holds is the reason."""

    NOT_WAITING = "not_waiting"
    FOR_STAFF_ONLY = "for_staff_only"
    NOT_HERE = "not_here"
    SAME_PERSON = "same_person"
    WRONG_ROLE = "wrong_role"
    SUSPENDED = "suspended"
    NOT_CLEARED = "not_cleared"
    KEPT_APART = "kept_apart"
    WRONG_WING = "wrong_wing"
    PAUSED = "paused"
    OFF_DUTY = "off_duty"
    OUT_OF_REACH = "out_of_reach"
    NO_SHARED_LANGUAGE = "no_shared_language"
    WISH_NOT_MET = "wish_not_met"
    RESTING = "resting"
    AT_CAP = "at_cap"
    # Not a rule: asked already, and said "not this time".
    DECLINED = "declined"


# What staff may decide against, with a reason that is kept: never safety, and nobody who paused is asked.
# Who is off duty may be: he or she can say "not this time" or hand it back.
BEATABLE = frozenset(
    {
        Why.OFF_DUTY,
        Why.WRONG_WING,
        Why.OUT_OF_REACH,
        Why.NO_SHARED_LANGUAGE,
        Why.WISH_NOT_MET,
        Why.RESTING,
        Why.AT_CAP,
        Why.DECLINED,
    }
)


@dataclass(frozen=True)
class Moment:
    """The prison's rules at one moment: `today` is the date on its own wall."""

    now: datetime
    today: date
    time_of_day: str
    rules: HelpRules


@dataclass(frozen=True)
class Verdict:
    """Everything that speaks against a supporter for a request, the gravest first."""

    against: tuple[Why, ...] = ()

    @property
    def fits(self) -> bool:
        return not self.against

    @property
    def can_be_overridden(self) -> bool:
        """Staff may decide otherwise, with a reason."""
        return BEATABLE.issuperset(self.against)


def moment_of(prison: Deadlines, now: datetime) -> Moment:
    return Moment(now, prison.today(now), prison.time_of_day(now), prison.help)


def is_for_supporters(request: Request) -> bool:
    """A request that a safety record raised is for staff alone."""
    return request.kind is not Kind.STAFF and request.record_id is None


def cap_of(supporter: Supporter, rules: HelpRules) -> int:
    """How many requests at once: the least of what prison, staff and the supporter allow."""
    caps = (rules.load_cap, supporter.load_cap, supporter.own_cap)
    return min(cap for cap in caps if cap is not None)


def judge(candidate: Candidate, request: Request, moment: Moment) -> Verdict:
    """Whether this supporter may be offered this request now, and if not, all that speaks against it."""
    return Verdict(tuple(_against(candidate, request, moment)))


def first_against(candidate: Candidate, request: Request, moment: Moment) -> Why | None:
    """The gravest reason, or None where the supporter fits: for many at once, no more than that is judged."""
    return next(_against(candidate, request, moment), None)


def _against(candidate: Candidate, request: Request, moment: Moment) -> Iterator[Why]:
    who = candidate.supporter
    if request.state is not State.WAITING:
        yield Why.NOT_WAITING
    if not is_for_supporters(request):
        yield Why.FOR_STAFF_ONLY
    if not candidate.active or who.prison_id != request.prison_id:
        yield Why.NOT_HERE
    if who.person_id == request.person_id:
        yield Why.SAME_PERSON
    if not _has_role(who, request):
        yield Why.WRONG_ROLE
    if who.suspended_at is not None:
        yield Why.SUSPENDED
    if who.cleared_until is not None and moment.today > who.cleared_until:
        yield Why.NOT_CLEARED
    if candidate.kept_apart:
        yield Why.KEPT_APART
    if not who.covers(request.place.wing):
        yield Why.WRONG_WING
    yield from _for_now(candidate, request, moment)


def _for_now(candidate: Candidate, request: Request, moment: Moment) -> Iterator[Why]:
    """What may be otherwise in an hour, or with another request."""
    who = candidate.supporter
    if who.paused_at is not None:
        yield Why.PAUSED
    if not who.on_duty:
        yield Why.OFF_DUTY
    if not moment.rules.reaches(moment.time_of_day, candidate.place, request.place):
        yield Why.OUT_OF_REACH
    if not _speaks(who, request):
        yield Why.NO_SHARED_LANGUAGE
    if not _meets(who, request):
        yield Why.WISH_NOT_MET
    # A rest longer than any may be was set by a clock that was wrong.
    if who.rest_until is not None and moment.now < who.rest_until <= moment.now + MOST_REST:
        yield Why.RESTING
    if candidate.held >= cap_of(who, moment.rules):
        yield Why.AT_CAP


def in_order(candidates: Iterable[Candidate], now: datetime) -> list[Candidate]:
    """The fairest first: longest since the last contact (never comes first), then fewest held, then by id.

    A contact in the future was written by a clock that was ahead: it counts as now, or who had it would be
    last until that day.
    """
    return sorted(candidates, key=lambda each: _turn(each, now))


def who_fits(candidates: Sequence[Candidate], request: Request, moment: Moment) -> list[Candidate]:
    """Those who fit, in fair order. One look at each: the cost grows with the supporters on duty."""
    return in_order((each for each in candidates if first_against(each, request, moment) is None), moment.now)


def why_nobody(
    candidates: Iterable[Candidate],
    request: Request,
    moment: Moment,
    declined: Iterable[str] = (),
) -> tuple[tuple[str, int], ...]:
    """How many do not fit for which reason, the commonest first; for the board's words.

    Each counts once, by the gravest reason. The one who asked, and those of another role, are no answer to
    "why does nobody come?" and are left out. Empty where somebody fits.
    """
    refused = frozenset(declined)
    counts: Counter[str] = Counter()
    for each in candidates:
        why = first_against(each, request, moment)
        if why is None:
            if each.supporter.person_id not in refused:
                return ()
            why = Why.DECLINED
        if why not in (Why.SAME_PERSON, Why.WRONG_ROLE, Why.NOT_HERE):
            counts[why.value] += 1
    order = list(Why)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], order.index(Why(item[0])))))


def asks_everybody(request: Request) -> bool:
    """Whether all who fit are asked at once, and not one after the other."""
    return request.urgency >= Urgency.RAISED


def _turn(candidate: Candidate, now: datetime) -> tuple[bool, float, int, str]:
    at = candidate.supporter.last_contact_at
    last = min(at, now).timestamp() if at is not None else 0.0
    return at is not None, last, candidate.held, candidate.supporter.person_id


def _has_role(supporter: Supporter, request: Request) -> bool:
    match request.kind:
        case Kind.LISTENER:
            return PeerRole.LISTENER in supporter.roles
        case Kind.PEER:
            return not request.role or request.role in supporter.roles
        case Kind.SOMEONE:
            return bool(_FOR_ANYONE & set(supporter.roles))
        case Kind.STAFF:
            return False


def _speaks(supporter: Supporter, request: Request) -> bool:
    """Everybody shares English. Who wished for the own language gets somebody who speaks that too."""
    if request.wish != Wish.MY_LANGUAGE:
        return True
    return request.language in ("", ENGLISH) or request.language in supporter.languages


def _meets(supporter: Supporter, request: Request) -> bool:
    return request.wish in ("", Wish.MY_LANGUAGE) or request.wish in supporter.meets
