"""Models that are unlike the operator's: one classifies hosts by their names, one learns what an offer changes."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from expectations.checks import NOT_NULL
from expectations.contract import Column, Table
from models.model import AsOf, Model, Unit

HOSTS = Table(
    name="dws.host",
    owner="tests",
    comment="Hosts that were asked for.",
    key=("host",),
    columns=(
        Column("host", "string", "The host.", (NOT_NULL,)),
        Column("requests", "int", "Requests of the week."),
        Column("category", "string", "What it offers, where somebody has said so.", null_means="nobody has said"),
    ),
)
HOST = Unit("host", HOSTS, "category IS NULL")
WEEK = timedelta(days=7)


class Listed:
    """The hosts whose category somebody has entered, as of the last two weeks."""

    def described(self) -> str:
        return "Hosts on the list."

    def reads(self, unit: Unit, on: date) -> tuple[AsOf, ...]:
        return (AsOf(unit.rows, (on - 2 * WEEK, on - WEEK)),)

    def rows(self, unit: Unit, on: date, read: Callable[[AsOf], DataFrame]) -> DataFrame:
        (asked,) = self.reads(unit, on)
        return read(asked).withColumn("cut_off", F.col("business_date")).where("category IS NOT NULL")


class LettersOfNames:
    """Learns a text of any number of kinds from the letters of a name: a code and how sure it is."""

    targets = ("category",)
    outputs = (Column("category", "string", "The code."), Column("ppm", "int", "How sure."))
    loss = "wrong"

    def fit(self, rows: pd.DataFrame, model: Model) -> Any:
        from sklearn.compose import ColumnTransformer
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        letters = ColumnTransformer([("letters", TfidfVectorizer(analyzer="char", ngram_range=(2, 4)), "host")])
        return make_pipeline(letters, LogisticRegression(C=100)).fit(rows[list(model.features)], rows["category"])

    def scores(self, fitted: Any, rows: pd.DataFrame) -> dict[str, Any]:
        chance = fitted.predict_proba(rows[list(fitted.feature_names_in_)])
        return {"category": fitted.classes_[chance.argmax(axis=1)], "ppm": (chance.max(axis=1) * 1_000_000).astype("int32")}

    def measure(self, rows: pd.DataFrame, scores: Mapping[str, Any]) -> dict[str, float]:
        return {"wrong": float((rows["category"].to_numpy() != scores["category"]).mean())}

    def picture(self, rows: pd.DataFrame, scores: Mapping[str, Any], title: str) -> bytes:
        return title.encode()


HOST_CATEGORY = Model(
    name="host_category",
    label="网址类别",
    meaning="What the host offers, by its name.",
    caveat="A guess for whoever keeps the list.",
    unit=HOST,
    examples=Listed(),
    features=("host", "requests"),
    learner=LettersOfNames(),
)


class UpliftTrees:
    """Learns what an offer changes: the outcome of those who were treated against that of those who were not."""

    targets = ("treated", "ordered")
    outputs = (Column("uplift_ppm", "int", "Change of the probability of an order."),)
    loss = "lost_gain"

    def fit(self, rows: pd.DataFrame, model: Model) -> Any:
        from sklearn.tree import DecisionTreeClassifier

        asked = rows[["treated", *model.features]]
        return DecisionTreeClassifier(max_depth=3, random_state=0).fit(asked, rows["ordered"])

    def scores(self, fitted: Any, rows: pd.DataFrame) -> dict[str, Any]:
        names = list(fitted.feature_names_in_)
        treated, left = (fitted.predict_proba(rows.assign(treated=kind)[names])[:, 1] for kind in (1, 0))
        return {"uplift_ppm": ((treated - left) * 1_000_000).round().astype("int32")}

    def measure(self, rows: pd.DataFrame, scores: Mapping[str, Any]) -> dict[str, float]:
        # What is gained by treating the upper half by score, instead of the lower half.
        upper = scores["uplift_ppm"] > sorted(scores["uplift_ppm"])[len(rows) // 2]
        gain = {half: rows[upper == half].groupby("treated")["ordered"].mean() for half in (True, False)}
        return {"lost_gain": float((gain[False][1] - gain[False][0]) - (gain[True][1] - gain[True][0]))}

    def picture(self, rows: pd.DataFrame, scores: Mapping[str, Any], title: str) -> bytes:
        return title.encode()
