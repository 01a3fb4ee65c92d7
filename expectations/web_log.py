"""`Web`: the fields of a web log that receive reads together."""

from collections.abc import Mapping
from dataclasses import dataclass

# What a web log fills besides its fields.
WEB_COLUMNS = ("app", "terms")


@dataclass(frozen=True)
class Web:
    """Which fields of a web log receive reads together: it stores the app and the content keywords of a request, not the texts.

    `url` is the field that fills the column host, `title` a field with the title of a page. The table has the columns app and terms.
    """

    url: str
    agent: str | None = None
    title: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields, each once."""
        return tuple(name for name in (self.url, self.agent, self.title) if name)

    def faults(self, filled: Mapping[str, str | None]) -> list[str]:
        """Return what is wrong with it; `filled` is the table column that each field of the feed fills."""
        faults = [f"web names {name}, which is not among the fields" for name in self.fields if name not in filled]
        if not faults and filled[self.url] != "host":
            faults.append(f"web reads the host from {self.url}, which does not fill the column host")
        return faults
