"""OpenAPI documents of every route, for fuzzing. What the apps serve themselves names the JSON only."""

import inspect
import re
from copy import copy
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from tests.support.strangers import FIELDS, WORDS_IN

_FORM = "application/x-www-form-urlencoded"
# How the desk's pages read a field; the tablet's routes declare theirs.
_READ = re.compile(r'sent\.(?:text|raw|many|whole|yes_or_no)\(\s*"(\w+)"')
# Answered for as long as the page is open: it has tests of its own.
_ENDLESS = {"/board/feed"}


def document_of(app: FastAPI, known: dict[str, list[str]]) -> dict[str, Any]:
    """Every route with its parameters and its form. `known` are ids of things that are there."""
    routes, every = {}, []
    for route in app.routes:
        if isinstance(route, APIRoute) and route.path not in _ENDLESS:
            shown = copy(route)
            shown.include_in_schema = True
            every.append(shown)
            for method in route.methods:
                routes[route.path, method.lower()] = shown
    document = get_openapi(title="every route", version="1", routes=every)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    parameter["schema"] = _known(path, parameter["name"], known)
            fields = _fields_of(routes[path, method]) if method == "post" else []
            if fields and "requestBody" not in operation:
                operation["requestBody"] = {"required": True, "content": {_FORM: {"schema": _form(fields)}}}
    return document


def _known(path: str, name: str, known: dict[str, list[str]]) -> dict[str, Any]:
    """One that is there; what breaks this, schemathesis makes by itself."""
    values = [*known.get(name, ()), *WORDS_IN.get(path, {}).get(name, ())]
    return {"enum": values} if values else {"type": "string", "minLength": 1, "maxLength": 80}


def _fields_of(route: APIRoute) -> list[str]:
    """The fields that the route's own module reads."""
    module = inspect.getmodule(route.endpoint)
    return sorted(set(_READ.findall(inspect.getsource(module)))) if module else []


def _form(names: list[str]) -> dict[str, Any]:
    fields = {}
    for name in names:
        free: dict[str, Any] = {"type": "string", "maxLength": 200}
        fields[name] = {"anyOf": [{"enum": [FIELDS[name]]}, free]} if name in FIELDS else free
    return {"type": "object", "properties": fields, "required": names, "additionalProperties": False}
