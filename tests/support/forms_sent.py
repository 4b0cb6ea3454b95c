"""Every form and every address of both apps with a text in each of its fields, sent as a browser sends it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import httpx
from starlette.testclient import TestClient

from tests.support.hostile import bytes_of
from tests.support.strangers import FIELDS

_TOKENS = {"token", "form"}


@dataclass(frozen=True)
class Fields:
    """What an operation of an OpenAPI document takes: fields of its form, and names in its query."""

    form: tuple[str, ...]
    query: tuple[str, ...]
    json: bool


def fields_of(document: dict[str, Any], path: str, method: str) -> Fields:
    operation = document["paths"][path][method.lower()]
    query = tuple(each["name"] for each in operation.get("parameters", ()) if each["in"] == "query")
    kinds = operation.get("requestBody", {}).get("content", {})
    named: list[str] = []
    for kind in kinds.values():
        named += _properties(document, kind["schema"])
    return Fields(tuple(n for n in named if n not in _TOKENS), query, "application/json" in kinds)


def _properties(document: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    if "$ref" in schema:
        return _properties(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    found = list(schema.get("properties", {}))
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
        found += _properties(document, part)
    return found


def one_at_a_time(fields: Fields, text: str) -> Iterator[dict[str, str]]:
    """All fields with what they take and one with the text; and the text in all of them."""
    good = {name: FIELDS.get(name, "x") for name in fields.form}
    if len(fields.form) > 1:
        for name in fields.form:
            yield {**good, name: text}
    if fields.form:
        yield dict.fromkeys(fields.form, text)


def post(client: TestClient, path: str, typed: dict[str, str], token: dict[str, str]) -> httpx.Response:
    parts = [(name.encode(), bytes_of(value)) for name, value in {**typed, **token}.items()]
    return client.post(
        path,
        content=urlencode(parts).encode("ascii"),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )


def get(client: TestClient, path: str, names: tuple[str, ...], text: str) -> httpx.Response:
    value = quote_from_bytes(bytes_of(text[:2_000]), safe="")
    query = "&".join(f"{name}={value}" for name in names) or value
    return client.get(f"{path}?{query}")
