"""Keeps what was not understood for the content owner, scrubbed, without its writer."""

import structlog

from actions.turn import Message, Turn
from bot.bootstrap import Product
from bot.learning import service as learning
from bot.learning.known import known_in

log = structlog.get_logger()


def keep_not_understood(turn: Turn, message: Message, product: Product) -> None:
    """Only typed words, and only in a conversation without danger. Never holds up a reply."""
    if message.is_tap or message.danger is not None or any(past.danger for past in turn.past):
        return
    missed = learning.Missed(
        person_id=turn.person_id,
        prison_id=product.prison.id,
        text=message.text,
        language=message.verdict.language if message.verdict else turn.language,
        guesses=tuple(guess for guess in message.guesses if guess.intent in product.taxonomy.intents),
        verdict=message.verdict,
    )
    if not learning.may_be_kept(missed.verdict, missed.text):
        return
    try:
        day = product.now().astimezone(product.prison.zone).date()
        with product.database.writing() as work:
            learning.keep(work, missed, known_in(product), day=day)
    except Exception as error:  # noqa: BLE001 - the person's answer matters more than what we may learn
        log.error("not_understood.not_kept", error=type(error).__name__)
