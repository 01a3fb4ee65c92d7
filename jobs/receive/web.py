"""A web log's host, app and content keywords, read in the workers before its texts are dropped."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from expectations.web_log import Web

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame


def with_web(web: Web, typed: "DataFrame") -> "DataFrame":
    """Return the rows with `app` and `terms`, and `host` withheld if it is about a sensitive topic."""
    from pyspark.sql import functions as F

    texts = [F.col(f"raw.`{name}`") if name else F.lit(None).cast("string") for name in (web.url, web.agent, web.title)]
    mined = typed.withColumn("mined", _mined()(F.col("host"), *texts))
    kept = [name for name in typed.columns if name != "host"]
    return mined.select(*kept, *(F.col(f"mined.{name}").alias(name) for name in ("host", "app", "terms")))


def mined_columns(web: Web, hosts: "pyarrow.Array", texts: "Mapping[str, pyarrow.Array]") -> "dict[str, pyarrow.Array]":
    """Return the columns host, app and terms for the host and the texts of each line."""
    import pyarrow as pa

    from features.web.mine import mine

    nothing = pa.nulls(len(hosts), pa.string())
    return mine(hosts, *(texts[name] if name else nothing for name in (web.url, web.agent, web.title)))


def _mined():  # type: ignore[no-untyped-def]
    """Return the Arrow function of (host, URL, agent, title)."""
    import pyarrow as pa
    from pyspark.sql.functions import arrow_udf

    def of_batch(hosts: "pyarrow.Array", urls: "pyarrow.Array", agents: "pyarrow.Array", titles: "pyarrow.Array") -> "pyarrow.Array":
        from features.web.mine import mine

        found = mine(hosts, urls, agents, titles)
        return pa.StructArray.from_arrays([*found.values()], names=[*found])

    # arrow_udf reads the element types from the annotations. As strings they would need this module's names at run time.
    of_batch.__annotations__ = dict.fromkeys(("hosts", "urls", "agents", "titles", "return"), pa.Array)
    return arrow_udf(of_batch, returnType="struct<host: string, app: string, terms: array<string>>")
