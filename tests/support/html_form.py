"""What a browser would send from a form on a page, with what a test types into it."""

from html.parser import HTMLParser

Fields = dict[str, list[str]]


class _Reader(HTMLParser):
    """Collects the fields of the form with this id."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.fields: Fields = {}
        self._form_id = form_id
        self._inside = False
        self._area = ""
        self._select = ""
        self._chosen: str | None = None
        self._first: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "form":
            self._inside = named.get("id") == self._form_id
        if not self._inside:
            return
        name = named.get("name") or ""
        if tag == "input":
            self.fields.setdefault(name, []).append(named.get("value") or "")
        elif tag == "textarea":
            self._area = name
            self.fields.setdefault(name, []).append("")
        elif tag == "select":
            self._select, self._chosen, self._first = name, None, None
        elif tag == "option" and self._select:
            value = named.get("value") or ""
            self._first = value if self._first is None else self._first
            if "selected" in named:
                self._chosen = value

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select" and self._select:
            chosen = self._first if self._chosen is None else self._chosen
            self.fields.setdefault(self._select, []).append(chosen or "")
            self._select = ""
        elif tag == "form":
            self._inside = False


def fields_of(page: str, form_id: str) -> Fields:
    """Line ends are sent as two signs, as browsers do."""
    reader = _Reader(form_id)
    reader.feed(page)
    assert reader.fields, f"no form {form_id}"
    return {name: [value.replace("\n", "\r\n") for value in each] for name, each in reader.fields.items()}
