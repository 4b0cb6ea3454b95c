"""What the entries of the review say: second look, notes, handing on, lateness, an opened conversation."""

from bot.safety.record import Entry, EntryKind
from bot.web.desk.alert_words import words_of
from bot.web.desk.desk import Desk

KINDS = frozenset(
    {
        *(EntryKind.SECOND_LOOK, EntryKind.NOTED, EntryKind.HANDED_ON),
        *(EntryKind.OVERDUE, EntryKind.OPENED),
    }
)


def lines_of_review(desk: Desk, entry: Entry) -> tuple[str, ...]:
    say, body = desk.wording.say, entry.body
    note = words_of(desk, entry, "note")
    said = (note,) if note else ()
    match entry.kind:
        case EntryKind.SECOND_LOOK:
            return (say("entry_look_agrees" if body.get("agrees") is True else "entry_look_disagrees"), *said)
        case EntryKind.OVERDUE:
            step = "second_look" if body.get("step") == "second_look" else "review"
            passed = say("review_with", role=desk.wording.staff_role(str(body.get("to", ""))))
            return (say(f"entry_overdue_{step}"), passed)
        case EntryKind.HANDED_ON:
            role = str(body.get("to", ""))
            passed_on = (say("review_with", role=desk.wording.staff_role(role)),) if role else ()
            return (*said, *passed_on)
        case EntryKind.OPENED:
            reason = str(body.get("reason", ""))
            why = words_of(desk, entry, "why")
            named = say(f"purpose_{reason}") if desk.product.desk_texts.has(f"purpose_{reason}") else reason
            minutes = say("entry_opened_minutes", minutes=body.get("minutes", ""))
            return (named, *((why,) if why else ()), minutes)
        case _:
            return said
