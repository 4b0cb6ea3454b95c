"""Makes the fields of a form: their names in the desk's words, and what stands in them."""

from dataclasses import dataclass

from bot.web.desk.actions import Choice
from bot.web.desk.content_fields import Field, Group, Look, Values
from bot.web.desk.desk import Desk

# So many lists there are at least, where several things can be chosen; one of them is always free.
_LISTS = 3


@dataclass(frozen=True)
class Maker:
    """A field's label is `content_field_<name>`."""

    desk: Desk
    values: Values

    def line(self, name: str, *, required: bool = True, help_key: str = "") -> Field:
        return self._field(name, Look.LINE, required=required, help_key=help_key)

    def area(self, name: str, *, rows: int = 4, required: bool = True, help_key: str = "") -> Field:
        return self._field(name, Look.AREA, rows=rows, required=required, help_key=help_key)

    def date(self, name: str) -> Field:
        return self._field(name, Look.DATE)

    def one(self, name: str, offered: tuple[Choice, ...]) -> Field:
        return self._field(name, Look.ONE, offered=offered)

    def some(self, name: str, offered: tuple[Choice, ...], help_key: str = "") -> Field:
        return self._field(name, Look.SOME, offered=offered, help_key=help_key, required=False)

    def group(self, key: str, *fields: Field, help_key: str = "", row: bool = False) -> Group:
        return Group(self.desk.wording.say(key), fields, self._help(help_key), row)

    def _field(
        self,
        name: str,
        look: Look,
        *,
        offered: tuple[Choice, ...] = (),
        help_key: str = "",
        required: bool = True,
        rows: int = 4,
    ) -> Field:
        values = self.values[name]
        if look is Look.SOME:
            values += ("",) * max(1, _LISTS - len(values))
        return Field(
            name=name,
            label=self.desk.wording.say(f"content_field_{name.replace('.', '_')}"),
            look=look,
            values=values,
            help=self._help(help_key),
            choices=offered,
            required=required,
            rows=rows,
        )

    def _help(self, key: str) -> str:
        return self.desk.wording.say(key) if key else ""
