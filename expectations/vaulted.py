"""`ToVault`: the personal text of a feed that receive stores in a table of the vault."""

from dataclasses import dataclass

from expectations.contract import Table


@dataclass(frozen=True)
class ToVault:
    """A table of the vault that a feed fills, and its personal columns as (column of the table, field of the file).

    All other columns of the table (the day, the token, the load) are those of the feed's own table. A blank text is null.
    """

    table: Table
    fields: tuple[tuple[str, str], ...]

    def faults(self, fields: dict[str, bool], columns: list[str]) -> list[str]:
        """Return what does not fit a feed. `fields` says of each field of the feed whether it is personal; `columns` are its table's."""
        filled = [column for column, _ in self.fields]
        own = [column.name for column in self.table.columns]
        faults = [f"the vault's field {name} is not among the fields" for _, name in self.fields if name not in fields]
        faults += [f"field {name} goes to {self.table.name}; mark it personal" for _, name in self.fields if not fields.get(name, True)]
        faults += [f"{self.table.name} has no column {name}" for name in filled if name not in own]
        faults += [
            f"{self.table.name}.{name} is filled neither by a field nor by the feed's table"
            for name in own
            if name not in [*filled, *columns]
        ]
        return faults if self.table.layer == "vault" else [*faults, f"{self.table.name} is no table of the vault"]
