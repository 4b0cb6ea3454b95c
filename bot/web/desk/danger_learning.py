"""What staff said of a verdict becomes a line that a second person may let the danger screen learn from."""

from collections.abc import Sequence

import structlog

from bot.learning import danger
from bot.learning.danger_model import Proposal
from bot.learning.known import known_in
from bot.safety.feedback import Mark
from bot.safety.model import Level, Risk
from bot.web.desk.actions import Choice
from bot.web.desk.desk import Caller, Desk

log = structlog.get_logger()


def propose(desk: Desk, caller: Caller, mark: Mark, words: str, parts: Sequence[str] = ()) -> None:
    """After the mark or the report was committed: whatever fails here takes nothing back."""
    product, staff = desk.product, caller.staff
    day = product.now().astimezone(product.prison.zone).date()
    proposal = Proposal(words, tuple(parts), mark.language, mark.level, mark.risk)
    try:
        with product.database.writing() as work:
            example = danger.propose(
                work, proposal, staff.id, known_in(product), prison_id=staff.prison_id, day=day
            )
            if example is not None:
                work.verdicts.link(mark.id, example.id)
    except Exception as error:  # noqa: BLE001 - the alert that was raised matters more than what we may learn
        log.error("danger_example.not_kept", error=type(error).__name__)


def level_choices(desk: Desk, *, without: Sequence[Level] = ()) -> tuple[Choice, ...]:
    """The gravest first."""
    levels = [level for level in reversed(Level) if level not in without]
    return tuple(Choice(level.value, desk.wording.say(f"level_{level.value}")) for level in levels)


def risk_choices(desk: Desk, *, without: Sequence[Risk] = ()) -> tuple[Choice, ...]:
    return tuple(
        Choice(risk.value, desk.wording.say(f"risk_{risk.value}")) for risk in Risk if risk not in without
    )


def level_of(text: str) -> Level | None:
    return next((level for level in Level if level.value == text), None)


def risk_of(text: str) -> Risk | None:
    return next((risk for risk in Risk if risk.value == text), None)


def judgement(desk: Desk, level: Level, risk: str) -> str:
    """A level, with the kind where there is one."""
    say = desk.wording.say
    name = say(f"level_{level.value}")
    return say("verdict_both", level=name, risk=say(f"risk_{risk}")) if risk_of(risk) else name
