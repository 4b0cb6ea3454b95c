"""Jinja for both apps: escaped, strict about missing names, one template per page."""

from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

_FOLDER = Path(__file__).parent


def environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Pages:
    """Renders a template from one dataclass, under the name `page`."""

    def __init__(self) -> None:
        self._environment = environment()

    def render(self, template: str, page: Any) -> str:
        return self._environment.get_template(template).render(page=page)

    def answer(self, template: str, page: Any, status: int = 200) -> HTMLResponse:
        return HTMLResponse(self.render(template, page), status_code=status)
