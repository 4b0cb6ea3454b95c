"""The questions of the request flow: who, shall I ask, which one, shall I stop it."""

from collections.abc import Sequence

from actions import names, taps
from actions.turn import Reply
from actions.wishes import Wish
from bot.bootstrap import Product
from bot.directory.helpers import has_listeners, instead, peers
from bot.queue.model import Kind, Request
from bot.safety.message import Button

# The tablet shows no more buttons than this after one message.
MOST_CHOICES = 8


def which_person(product: Product, language: str) -> Reply:
    """Only those who may be asked for now; "I am not sure" is always one."""
    prison, now = product.prison, product.now()
    choices = (
        *([("kind_listener", taps.payload(names.REQUEST_LISTENER))] if has_listeners(prison, now) else []),
        *([("kind_peer", taps.payload(names.REQUEST_PEER))] if peers(prison, now) else []),
        ("kind_staff", taps.payload(names.REQUEST_STAFF)),
        ("ask_not_sure", taps.payload(names.REQUEST_SOMEONE, **{names.KIND: Kind.SOMEONE.value})),
    )
    buttons = tuple(taps.tap(product, key, where, language) for key, where in choices)
    return Reply(product.texts.say("ask_which", language), buttons)


def not_offered(product: Product, wish: Wish, language: str) -> Reply:
    """Who cannot be asked for here or now, and whom there is instead."""
    roles = [role for role in (wish.helper,) if role is not None]
    lines = instead(product.texts, product.prison, roles, language, product.now())
    if wish.kind is not Kind.LISTENER:
        others = which_role(product, language)
        return Reply("\n".join((*lines, others.text)), others.buttons)
    someone = taps.payload(names.REQUEST_SOMEONE, **{names.KIND: Kind.SOMEONE.value})
    buttons = (
        taps.tap(product, "guess_request_someone", someone, language),
        taps.samaritans(product, language),
        taps.tap(product, "guess_request_staff", taps.payload(names.REQUEST_STAFF), language),
    )
    return Reply("\n".join(lines), buttons)


def which_role(product: Product, language: str) -> Reply:
    """The peer roles that may be asked for now, as many as fit; Listeners apart, with their own promise."""
    roles = [role.value for role in peers(product.prison, product.now())]
    if not roles:
        return which_person(product, language)
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
