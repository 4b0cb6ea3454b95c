"""What one entry of the safety log says to staff: who did what, and what was recorded beside it."""

from collections.abc import Mapping

from bot.people.model import ActorKind
from bot.safety.record import Entry, EntryKind
from bot.safety.review import WORDS_SINCE
from bot.safety.steps import UNCHECKED
from bot.web.desk.alert_words import reasons_in_words, said_by, version_in_words, words_of
from bot.web.desk.desk import Desk
from bot.web.desk.review_words import KINDS, lines_of_review
from bot.web.desk.verdict_forms import lines_of_mark


def heading(desk: Desk, entry: Entry, names: Mapping[str, str]) -> str:
    wording = desk.wording
    if entry.actor_kind is ActorKind.STAFF:
        who = names.get(entry.actor_id, wording.say("who_staff"))
    else:
        who = wording.say(f"who_{entry.actor_kind.value}")
    key = f"entry_{entry.kind.value}{'_unchecked' if _is_unchecked(entry) else ''}"
    return wording.say(key, who=who)


def lines(desk: Desk, entry: Entry) -> tuple[str, ...]:
    wording, body = desk.wording, entry.body
    match entry.kind:
        case EntryKind.NOTICED | EntryKind.STRENGTHENED:
            said = said_by(entry)
            level = (_labelled(desk, "entry_level", f"level_{said.level}"),) if said.level else ()
            where = (wording.say("entry_cell", cell=said.cell),)
            version = version_in_words(desk, (said,))
            reasons = "; ".join(reasons_in_words(desk, said))
            why = (wording.say("entry_reason", reason=reasons),) if reasons else ()
            return (*level, *where, *why, *((version,) if version else ()))
        case EntryKind.CHECKED:
            return (
                wording.say("entry_seen", answer=_answer(desk, body.get("seen"))),
                wording.say("entry_spoke", answer=_answer(desk, body.get("spoke"))),
                wording.say("entry_response", response=words_of(desk, entry, "response")),
                *(_outcome(desk, body) if "outcome" in body else ()),
                *((wording.say("entry_words_since"),) if body.get(WORDS_SINCE) is True else ()),
            )
        case EntryKind.REVIEWED:
            return (*_outcome(desk, body), words_of(desk, entry, "note"))
        case EntryKind.ACKNOWLEDGED | EntryKind.CLIMBED | EntryKind.MOVED:
            return _of_a_step(desk, entry)
        case EntryKind.BREATHING:
            return (
                wording.say(
                    "entry_breathing_answer", answer=_answer(desk, body.get("conscious_and_breathing"))
                ),
            )
        case _:
            return _of_the_rest(desk, entry)


def _of_the_rest(desk: Desk, entry: Entry) -> tuple[str, ...]:
    if entry.kind in KINDS:
        return lines_of_review(desk, entry)
    return lines_of_mark(desk, entry) if entry.kind is EntryKind.MARKED else _of_the_person(desk, entry)


def _of_the_person(desk: Desk, entry: Entry) -> tuple[str, ...]:
    """What the person was asked afterwards, and said. Its exact words stand beside it."""
    question, answer = str(entry.body.get("question", "")), str(entry.body.get("answer", ""))
    named = (("question", question), ("answer", answer))
    keys = (f"entry_{family}_{name}" for family, name in named if name)
    lost = (words_of(desk, entry),) if entry.lost() else ()
    return (*lost, *(desk.wording.say(key) for key in keys if desk.wording.texts.has(key)))


def _of_a_step(desk: Desk, entry: Entry) -> tuple[str, ...]:
    """With how many others it was acknowledged; where the person went; or to whom it went on, and whether
    that was the last."""
    say, body = desk.wording.say, entry.body
    if entry.kind is EntryKind.MOVED:
        return _of_a_move(desk, body)
    if entry.kind is EntryKind.ACKNOWLEDGED:
        together = body.get("together", 1)
        return (say("entry_together", count=together),) if together != 1 else ()
    passed_on = say("passed_on", role=desk.wording.staff_role(str(body.get("to", ""))))
    last = "entry_last_role_unchecked" if _is_unchecked(entry) else "entry_last_role"
    return (passed_on, say(last)) if body.get("last") is True else (passed_on,)


def _of_a_move(desk: Desk, body: Mapping[str, object]) -> tuple[str, ...]:
    """From where to where; or that the person left, and the record stands until a check all the same."""
    if body.get("left") is True:
        return (desk.wording.say("entry_left"),)
    places = [_place(body.get(key)) for key in ("from", "to")]
    return (desk.wording.say("step_moved", places=" → ".join(places)),)


def _place(value: object) -> str:
    if not isinstance(value, Mapping):
        return ""
    return " ".join(str(value.get(part, "")) for part in ("prison", "wing", "cell"))


def _is_unchecked(entry: Entry) -> bool:
    """It climbed because nobody had checked, and not because nobody had acknowledged it."""
    return entry.kind is EntryKind.CLIMBED and entry.body.get(UNCHECKED) is True


def _labelled(desk: Desk, label: str, key: str) -> str:
    return desk.wording.say(label, value=desk.wording.say(key))


def _outcome(desk: Desk, body: Mapping[str, object]) -> tuple[str, ...]:
    outcome = desk.wording.say(f"outcome_{body.get('outcome', 'other')}")
    return (desk.wording.say("entry_outcome", outcome=outcome),)


def _answer(desk: Desk, value: object) -> str:
    return desk.wording.say("answer_yes" if value is True else "answer_no")
