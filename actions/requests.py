"""Asking for a person: whom, shall I, and then the request in the queue with its number."""

from actions import names, questions, taps
from actions.asking import ask_first
from actions.outcome import ABOUT_A_REQUEST, Outcome
from actions.people_here import lock_person
from actions.spoken import SpokenAction
from actions.turn import Reply, Turn
from actions.wishes import Wish, wish_of
from bot.bootstrap import Product
from bot.possible import possible_now
from bot.queue import service as queue
from bot.queue.model import NotOffered


class ActionRequest(SpokenAction):
    """Somebody is asked for: find out whom, then ask "shall I?". A button that says "yes" is the answer."""

    action_name = names.ACTION_REQUEST

    def words_on_failure(self, turn: Turn) -> str:
        return "ask_failed"

    def act(self, turn: Turn, product: Product) -> Outcome:
        wish = wish_of(turn, turn.intent)
        if wish is not None and turn.entities.get(names.SURE) == names.YES:
            return ask_for(wish, turn, product)
        return ask_first(turn, product, turn.intent)


def ask_for(wish: Wish, turn: Turn, product: Product) -> Outcome:
    """Opens the request, or strengthens the open one; the reply is made only when it is in the store."""
    say, language = product.texts.say, turn.language
    try:
        with product.database.writing() as work:
            person = lock_person(work, turn.person_id, product.prison)
            if person is None:
                return Outcome((Reply(say("ask_not_here", language)),), ABOUT_A_REQUEST)
            request = queue.ask(
                work, person, wish.kind, deadlines=product.prison, now=product.now(), role=wish.role
            )
    except NotOffered:
        return Outcome((questions.not_offered(product, wish, language),), ABOUT_A_REQUEST)
    key = "ask_done" if request.times_asked == 1 else "ask_again_done"
    see = taps.tap(product, "button_requests", names.PAGE_REQUESTS, language)
    nobody = possible_now(product.texts, product.prison, [request], language)
    replies = (
        Reply(say(key, language, reference=request.reference)),
        Reply(nobody or say("ask_next", language), (see,)),
    )
    return Outcome(replies, ABOUT_A_REQUEST)
