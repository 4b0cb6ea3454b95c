"""What stands under each message of a safety record: a mark on the screen's verdict, a report of danger."""

from dataclasses import dataclass

from bot.people.rights import Right
from bot.safety.feedback import VERDICTS, Mark, Opinion, can_be_marked
from bot.safety.model import Level
from bot.safety.record import Entry
from bot.safety.verdict_words import verdict_in
from bot.web.desk.actions import Choice
from bot.web.desk.alert_words import words_of
from bot.web.desk.danger_learning import judgement, level_choices, level_of, risk_choices
from bot.web.desk.desk import Caller, Desk
from bot.web.desk.forms import Sent

_MARKS = (Opinion.RIGHT, Opinion.TOO_HIGH, Opinion.TOO_LOW, Opinion.WRONG_KIND)


@dataclass(frozen=True)
class Typed:
    """What was typed into a form that was not stored, so that nobody types it twice."""

    opinion: str = ""
    level: str = ""
    risk: str = ""
    words: str = ""


@dataclass(frozen=True)
class VerdictForm:
    """`report` is the address of the page on which danger in this message is reported."""

    entry_id: str
    said: str
    can_mark: bool
    report: str
    opinions: tuple[Choice, ...]
    levels: tuple[Choice, ...]
    risks: tuple[Choice, ...]
    typed: Typed


def verdict_form(desk: Desk, caller: Caller, entry: Entry, typed: Typed | None = None) -> VerdictForm | None:
    """None for an entry with no words in it, and for who may neither mark nor report."""
    if entry.kind not in VERDICTS or not caller.may(Right.REPORT_DANGER):
        return None
    verdict = verdict_in(entry)
    level = verdict.level if verdict else Level.NONE
    impossible = {Level.EMERGENCY: Opinion.TOO_LOW, Level.NONE: Opinion.TOO_HIGH}.get(level)
    return VerdictForm(
        entry_id=entry.id,
        said=judgement(desk, level, verdict.risks[0].value if verdict and verdict.risks else ""),
        can_mark=caller.may(Right.MARK_VERDICTS) and can_be_marked(entry),
        report=f"/verdicts/{entry.id}",
        opinions=tuple(
            Choice(item.value, desk.wording.say(f"opinion_{item.value}"))
            for item in _MARKS
            if item is not impossible
        ),
        levels=level_choices(desk, without=(level,)),
        risks=risk_choices(desk, without=verdict.risks[:1] if verdict else ()),
        typed=typed or Typed(),
    )


def typed_in(sent: Sent) -> Typed:
    return Typed(sent.text("opinion", 32), sent.text("level", 32), sent.text("risk", 32), sent.text("words"))


def lines_of_mark(desk: Desk, entry: Entry) -> tuple[str, ...]:
    """What a mark in the safety log says."""
    body, say = entry.body, desk.wording.say
    opinion, level = str(body.get("opinion", "")), level_of(str(body.get("level", "")))
    heading = say(f"opinion_{opinion}") if opinion in set(Opinion) else opinion
    lines = [heading]
    if level is not None and opinion != Opinion.RIGHT:
        lines.append(say("mark_should_be", judged=judgement(desk, level, str(body.get("risk", "")))))
    note = words_of(desk, entry, "note")
    return (*lines, note) if note else tuple(lines)


def mark_in_words(desk: Desk, mark: Mark, who: str) -> str:
    say = desk.wording.say
    judged = judgement(desk, mark.level, mark.risk)
    return say("mark_by", who=who, opinion=say(f"opinion_{mark.opinion.value}"), judged=judged)
