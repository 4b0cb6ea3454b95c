"""The questions of the request flow: who, shall I ask, which one, shall I stop it."""

from collections.abc import Sequence

from actions import names, taps
from actions.turn import Reply
from actions.wishes import Wish
from bot.bootstrap import Product
from bot.people.model import PeerRole
from bot.queue.model import Kind, Request
from bot.safety.message import Button

# The tablet shows no more buttons than this after one message.
MOST_CHOICES = 8


def which_person(product: Product, language: str) -> Reply:
    choices = (
        ("kind_listener", taps.payload(names.REQUEST_LISTENER)),
        ("kind_peer", taps.payload(names.REQUEST_PEER)),
        ("kind_staff", taps.payload(names.REQUEST_STAFF)),
        ("ask_not_sure", taps.payload(names.REQUEST_SOMEONE, **{names.KIND: Kind.SOMEONE.value})),
    )
    buttons = tuple(taps.tap(product, key, where, language) for key, where in choices)
    return Reply(product.texts.say("ask_which", language), buttons)


def which_role(product: Product, language: str) -> Reply:
    """The peer roles of this prison, as many as fit; Listeners are offered apart, with their own promise."""
    roles = [role.value for role in product.prison.peer_roles if role is not PeerRole.LISTENER]
    shown = roles if len(roles) <= MOST_CHOICES else roles[: MOST_CHOICES - 1]
    buttons = [taps.tap(product, f"role_{role}", taps.request_of(role), language) for role in shown]
    if len(shown) < len(roles):
        buttons.append(taps.tap(product, "button_all_helpers", names.PAGE_ASK, language))
    return Reply(product.texts.say("ask_which", language), tuple(buttons))


def confirm_request(product: Product, wish: Wish, language: str) -> Reply:
    """The "yes" carries the whole wish, so that an old button can never ask for somebody else."""
    say = product.texts.say
    if wish.kind is Kind.PEER:
        text = say("ask_confirm_peer", language, who=say(f"role_{wish.role}", language))
        yes = taps.payload(names.REQUEST_PEER, role=wish.role, sure=names.YES)
    else:
        text = say(f"ask_confirm_{wish.kind.value}", language)
        entities = {names.KIND: wish.kind.value, names.SURE: names.YES}
        yes = taps.payload(f"request_{wish.kind.value}", **entities)
    return Reply(text, _yes_or_no(product, ("ask_yes", yes), "ask_no", language))


def which_to_cancel(product: Product, requests: Sequence[Request], language: str) -> Reply:
    buttons = tuple(
        Button(
            f"{what(product, request, language)} ({request.reference})",
            taps.payload(names.CANCEL_REQUEST, **{names.REFERENCE: request.reference}),
        )
        for request in requests
    )
    return Reply(product.texts.say("cancel_which", language), buttons)


def confirm_cancel(product: Product, reference: str, language: str) -> Reply:
    text = product.texts.say("cancel_confirm", language, reference=reference)
    yes = taps.payload(names.CANCEL_REQUEST, reference=reference, sure=names.YES)
    return Reply(text, _yes_or_no(product, ("cancel_yes", yes), "cancel_no", language))


def what(product: Product, request: Request, language: str) -> str:
    """What was asked for, in words."""
    key = f"role_{request.role}" if request.kind is Kind.PEER else f"kind_{request.kind.value}"
    return product.texts.say(key, language)


def _yes_or_no(product: Product, yes: tuple[str, str], no: str, language: str) -> tuple[Button, ...]:
    key, where = yes
    return (
        taps.tap(product, key, where, language),
        taps.tap(product, no, taps.payload(names.DENY), language),
    )
