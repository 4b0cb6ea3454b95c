"""Words that are nobody's business, put into every field of a form, and looked for where they must not be."""

import html
import re

import httpx

from tests.support.forms_sent import Fields
from tests.support.strangers import CELL, FIELDS, NAME

WORDS, NUMBER = "zanzibarwhisper", "ZQ9876XY"
# What opens a door: it stands on no page either, not even in the field that it was typed into.
PIN, PASSWORD, CODE = "80417263", "nutmegkestrel-orrery-77", "604815"
_DOORS = {"pin": PIN, "password": PASSWORD, "old": PASSWORD, "new": PASSWORD, "again": PASSWORD, "code": CODE}
# Fields of free words. All others take what FIELDS has for them, so that the form goes through.
_FREE = {"note", "response", "offered", "text", "words", "said", "why", "wish", "first_name", "name"}
_FREE |= {"concern_note", "file_note", "look_note"}
_IN_FIELDS = re.compile(r'(?<=\bvalue=")[^"]*|(?<=\bvalue=)[^\s">]+|<textarea[^>]*>.*?</textarea>', re.DOTALL)
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)


def told(said: str) -> list[str]:
    """Lines with anything in them that is nobody's business."""
    secret = (WORDS, NAME, CELL, NUMBER, PIN, PASSWORD, CODE, "Traceback")
    return [line[:200] for line in said.splitlines() if any(word in line for word in secret)]


def odd(fields: Fields, words: str) -> dict[str, str]:
    """Words in every field: most forms refuse them."""
    return {name: _DOORS.get(name, words) for name in fields.form}


def fitting(fields: Fields, words: str) -> dict[str, str]:
    """What each field takes, with the words where words may stand: most forms go through."""
    typed = {name: FIELDS.get(name, "x") for name in fields.form}
    typed |= {name: f"{words} is what I say" for name in fields.form if name in _FREE}
    return typed | {name: secret for name, secret in _DOORS.items() if name in fields.form}


def echoed(answer: httpx.Response, words: str) -> list[str]:
    """What an answer gives away: a door's secret anywhere, and the words that were sent in an address, in the
    page's title, or on the page of a failure outside the fields in which the same person typed them."""
    page, sent_on = html.unescape(answer.text), answer.headers.get("location", "")
    found = [door for door in (PIN, PASSWORD, CODE) if door in page or door in sent_on]
    places = [sent_on, *_TITLE.findall(page)]
    if answer.status_code >= 400:
        places.append(html.unescape(_IN_FIELDS.sub("", answer.text)))
    return found + [word for word in words.split() if any(word in place for place in places)]
