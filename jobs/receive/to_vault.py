"""What receive takes from a line for the vault: personal text, and identifiers beside their tokens."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.contract import Table
from expectations.feed import Feed
from expectations.tables.vault import VAULT_IDENTITY
from expectations.vaulted import ToVault
from jobs.receive.cells import field_sql, raw_text
from jobs.runtime.forgotten import BETWEEN, Forgotten, bare
from jobs.runtime.vault import token, tokenised

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# Columns of a parsed row beside those of the feed's table.
_TEXT, _RAW, _STORED = "vault_text_of_{}", "raw_of_{}", "stored_token_of_{}"


def with_identities(feed: Feed, cells: "DataFrame", known: "DataFrame | None") -> "DataFrame":
    """Return the lines with the text of each identifier and, after a rotation (`known`), its stored token, null for an unknown one."""
    from pyspark.sql import functions as F

    found = [(field, to, str(form.identity)) for field in feed.fields for to, form in field.fills if form.identity]
    if not found:
        return cells
    rows = cells.select("*", *(F.expr(field_sql(feed, field, to)).alias(_RAW.format(to)) for field, to, _ in found))
    for _, to, identity in found if known is not None else []:
        # Two feeds may have introduced the same identifier on one night.
        stored = known.where(F.col("identity") == identity).groupBy(F.col("raw").alias(_RAW.format(to)))  # type: ignore[union-attr]
        rows = rows.join(stored.agg(F.max("token").alias(_STORED.format(to))), _RAW.format(to), "left")
    return rows


def token_of(to: str, identity: str, key: Path, some_known: bool) -> "Column":
    """Return the token of the identifier that fills column `to`: the stored one if there is one, else one made with the key."""
    from pyspark.sql import functions as F

    raw, stored = F.col(_RAW.format(to)), F.col(_STORED.format(to))
    if not some_known:
        return tokenised(raw, identity, key)
    return F.coalesce(stored, tokenised(F.when(stored.isNull(), raw), identity, key))


def text_of_identities(feed: Feed) -> "Column":
    """Return the text in which a line names its people: what the feed reads as user ids and numbers, or the cell if it reads nothing.

    Of a line that cannot be split it is the whole line. A feed that introduces numbers has a user id in each line, and the same number may
    be somebody else's by now.
    """
    from pyspark.sql import functions as F

    kinds = kinds_of_people(feed)
    filled = [(field.name, to) for field in feed.fields for to, form in field.fills if form.identity in kinds]
    if not filled:
        return F.lit(None).cast("string")
    cells = ", ".join(f"coalesce({_RAW.format(to)}, raw.`{name}`)" for name, to in filled)
    return F.expr(f"CASE WHEN raw IS NULL OR raw._corrupt IS NOT NULL THEN text ELSE concat_ws('{BETWEEN}', {cells}) END")


def kinds_of_people(feed: Feed) -> set[str]:
    """Return the identities by which a line of the feed names its people."""
    return {"user"} if "number" in feed.introduces else {"user", "number"}


def fields_of_people(feed: Feed) -> list[str]:
    """Return the fields with user ids and, unless the feed introduces numbers, with numbers."""
    kinds = kinds_of_people(feed)
    return [field.name for field in feed.fields if any(form.identity in kinds for _, form in field.fills)]


def personal(feed: Feed) -> "list[Column]":
    """Return the columns for the vault's tables."""
    from pyspark.sql import functions as F

    fields = dict.fromkeys(name for to_vault in feed.vault for _, name in to_vault.fields)
    texts = [F.expr(f"nullif(trim({raw_text(feed, name)}), '')").alias(_TEXT.format(name)) for name in fields]
    return texts + [F.col(_RAW.format(to)) for to, _ in _introduced(feed)]


def rows_for(to_vault: ToVault, rows: "DataFrame") -> "DataFrame":
    """Return the parsed rows as rows of a vault table."""
    from pyspark.sql import functions as F

    texts = dict(to_vault.fields)
    return rows.select(
        *(F.col(_TEXT.format(texts[c.name])).alias(c.name) if c.name in texts else F.col(c.name) for c in to_vault.table.columns)
    )


def new_identities(feed: Feed, rows: "DataFrame", known: "DataFrame") -> "DataFrame":
    """Return a row of vault.identity for each identifier of the parsed rows that is not in `known`, by its first load."""
    from pyspark.sql import functions as F

    pairs = [
        F.struct(F.lit(identity).alias("identity"), F.col(_RAW.format(to)).alias("raw"), F.col(to).alias("token"))
        for to, identity in _introduced(feed)
    ]
    load = F.struct("known_on", F.col(str(feed.table.event_date)).alias("since"), "load_id", "feed", "one.token")
    each = rows.withColumn("one", F.explode(F.array(*pairs))).where("one.raw IS NOT NULL")
    first = each.groupBy("one.identity", "one.raw").agg(F.min(load).alias("load"))
    # A rerun of a night finds its own identifiers, and adds none.
    unknown = first.join(known.select("identity", "raw"), ["identity", "raw"], "left_anti")
    return unknown.select("identity", "raw", "load.*").select(*(column.name for column in VAULT_IDENTITY.columns))


def new_holders(feed: Feed, rows: "DataFrame", forgotten: Forgotten) -> list[dict[str, Any]]:
    """Return a row of vault.forgotten for each number of a forgotten person that somebody else holds now, with first day and night."""
    from pyspark.sql import functions as F

    found: list[dict[str, Any]] = []
    of_numbers = [to for to, identity in _introduced(feed) if identity == "number"]
    for to in of_numbers if None in forgotten.numbers.values() else []:
        raw, day = F.col(_RAW.format(to)).alias("raw"), F.col(str(feed.table.event_date)).alias("day")
        theirs = rows.select(raw, day, "known_on").where(forgotten.among(F.col("raw"), F.col("day")))
        for row in theirs.groupBy("raw").agg(F.min("day").alias("day"), F.min("known_on").alias("known_on")).collect():
            number = bare(row.raw)
            hashed = token(forgotten.key.read_bytes(), "number", number)
            ended = {"ended_on": row.day, "known_on": row.known_on}
            found.append({"identity": "number", "hash": hashed, "length": len(number), "token": None, **ended})
    return found


def vault_tables(feed: Feed) -> tuple[Table, ...]:
    """Return the tables of the vault that the feed fills."""
    return (*(to_vault.table for to_vault in feed.vault), *((VAULT_IDENTITY,) if feed.introduces else ()))


def _introduced(feed: Feed) -> Iterator[tuple[str, str]]:
    """The (column, identity) of each identifier that the feed introduces."""
    for field in feed.fields:
        for to, form in field.fills:
            if form.identity in feed.introduces:
                yield to, str(form.identity)
