import json
import site
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from threadpoolctl import threadpool_limits

from models.boosted_trees import FEWEST_OF_A_KIND, BoostedTrees, classifier
from models.library.churn import MODEL as CHURN
from models.model import TrainingError
from models.yes_no import calibration, calibration_picture, measures

TELCO = Path(__file__).resolve().parents[3] / "shared" / "data" / "telco_churn" / "Telco-Customer-Churn.csv.gz"
SMALL = replace(CHURN, features=("brand", "price_band", "tenure_days", "data_bytes_30d", "holds_data_plan"))
TREES = BoostedTrees()
CUT_OFFS = [date(2025, 11, 30), date(2025, 12, 31), date(2026, 1, 31)]


def labelled(subscribers: int = 600, seed: int = 5) -> pd.DataFrame:
    """Rows at three cut-offs in which short tenure, easyown and no data plan make leaving likelier; a tenth of the features is null."""
    chance = np.random.default_rng(seed)
    n = subscribers * len(CUT_OFFS)
    brand = chance.choice(["gotone", "mzone", "easyown"], n)
    tenure = chance.integers(0, 4000, n)
    holds = chance.random(n) < 0.4
    odds = -1.8 - tenure / 1500 + 1.2 * (brand == "easyown") - 1.0 * holds + 1.0 * (tenure < 400)
    rows = pd.DataFrame(
        {
            "cut_off": [cut_off for cut_off in CUT_OFFS for _ in range(subscribers)],
            "subscriber_id": [f"{n:032x}" for n in range(subscribers)] * len(CUT_OFFS),
            "brand": brand,
            "price_band": chance.choice(["low", "high"], n),
            "tenure_days": tenure,
            "data_bytes_30d": chance.integers(0, 10**10, n),
            "holds_data_plan": holds,
            "label": (chance.random(n) < 1 / (1 + np.exp(-odds))).astype(int),
        }
    )
    for name in ("price_band", "data_bytes_30d", "holds_data_plan"):
        rows[name] = rows[name].astype(object).where(chance.random(n) > 0.1, None)
    return rows


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return labelled()


@pytest.fixture(scope="module")
def fitted(rows: pd.DataFrame) -> Any:
    return TREES.fit(rows, SMALL)


def score_ppm(fitted: Any, rows: pd.DataFrame) -> np.ndarray:
    return TREES.scores(fitted, rows)["ppm"]


@pytest.mark.parametrize("size", [1, 7])
def test_a_row_scores_the_same_in_any_batch(rows: pd.DataFrame, fitted: Any, size: int) -> None:
    some = rows.head(60)
    whole = score_ppm(fitted, some)
    batches = [score_ppm(fitted, some.iloc[at : at + size]) for at in range(0, len(some), size)]
    assert np.array_equal(np.concatenate(batches), whole)
    assert whole.dtype == "int32"


def test_scores_do_not_depend_on_how_a_batch_holds_its_types_nor_on_the_order_of_columns(rows: pd.DataFrame, fitted: Any) -> None:
    known = rows.dropna().head(40)
    plain = known.astype({"data_bytes_30d": "int64", "holds_data_plan": "bool"})
    loose = known.astype({"data_bytes_30d": "float64", "holds_data_plan": "boolean", "brand": "string", "tenure_days": "Int64"})
    assert np.array_equal(score_ppm(fitted, plain), score_ppm(fitted, loose[loose.columns[::-1]]))


def test_nulls_score_the_same_whichever_way_a_batch_holds_them(rows: pd.DataFrame, fitted: Any) -> None:
    some = rows.head(60)
    assert some.isna().any().sum() == 3
    nullable = some.astype({"data_bytes_30d": "Int64", "holds_data_plan": "boolean", "price_band": "string"})
    floats = some.astype({"data_bytes_30d": "float64", "holds_data_plan": "float64"}).assign(price_band=some["price_band"].fillna(np.nan))
    for held in (nullable, floats):
        assert np.array_equal(score_ppm(fitted, held), score_ppm(fitted, some))


# What another team's service has: the packages that the registry names, and no checkout. -S leaves out the file that would lead to it.
ELSEWHERE = """
import sys
sys.path += sys.argv[1:]
import cloudpickle, pandas
with open("model.pkl", "rb") as file:
    model = cloudpickle.load(file)
rows = pandas.read_parquet("rows.parquet")
print(model.predict_proba(rows[list(model.feature_names_in_)])[:, 1].tolist())
print([name for name in sys.modules if name.split(".")[0] in ("expectations", "features", "models", "jobs")])
"""


def test_a_saved_model_opens_and_scores_the_same_where_there_is_no_checkout(rows: pd.DataFrame, fitted: Any, tmp_path: Path) -> None:
    (tmp_path / "model.pkl").write_bytes(cloudpickle.dumps(fitted))
    rows.to_parquet(tmp_path / "rows.parquet")
    command = [sys.executable, "-I", "-S", "-c", ELSEWHERE, *site.getsitepackages()]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    scores, ours = map(json.loads, ended.stdout.splitlines())
    assert scores == fitted.predict_proba(rows[list(fitted.feature_names_in_)])[:, 1].tolist()
    assert ours == []


def test_nulls_and_codes_never_seen_before_are_scored(fitted: Any) -> None:
    odd = pd.DataFrame({name: [None, None] for name in SMALL.features}, index=[9, 9])
    odd["brand"] = ["newbrand", None]
    scores = score_ppm(fitted, odd)
    assert ((scores > 0) & (scores < 1_000_000)).all()
    assert len(score_ppm(fitted, odd.head(0))) == 0


def test_the_same_rows_in_any_order_train_the_same_model(rows: pd.DataFrame, fitted: Any) -> None:
    mixed = rows.sample(frac=1, random_state=1)
    again = TREES.fit(mixed, SMALL)
    assert np.array_equal(score_ppm(again, rows), score_ppm(fitted, rows))


def test_a_subscriber_never_stands_on_both_sides_of_a_fold() -> None:
    chance = np.random.default_rng(3)
    rows = pd.concat([labelled(300).query("cut_off == @CUT_OFFS[0]")] * 4, ignore_index=True)
    rows["cut_off"] = np.repeat([CUT_OFFS[0] + timedelta(days=n) for n in range(4)], 300)
    rows["label"] = np.tile((chance.random(300) < 0.3).astype(int), 4)
    # Labels are noise that repeats per subscriber: folds that leak would call the model sure of itself.
    scores = score_ppm(TREES.fit(rows, SMALL), rows)
    assert scores.std() < 120_000


def test_too_few_positives_are_refused_with_their_number(rows: pd.DataFrame) -> None:
    short = FEWEST_OF_A_KIND - 1
    few = rows.assign(label=(np.arange(len(rows)) < short).astype(int))
    with pytest.raises(TrainingError, match=f"{short} subscribers with label 1 among 1800 rows, at least {FEWEST_OF_A_KIND}"):
        TREES.fit(few, SMALL)


def test_lift_counts_the_top_tenth_and_calibration_pairs_predicted_with_observed() -> None:
    happened, probability = [1, 1, *[0] * 17, 1], [0.9, 0.8, *[0.1] * 17, 0.1]
    assert measures(happened, probability)["lift_10"] == pytest.approx(1.0 / 0.15)
    assert calibration(happened, probability) == [pytest.approx((0.1, 1 / 18)), pytest.approx((0.85, 1.0))]


def test_the_calibration_picture_is_a_png_and_the_same_each_time() -> None:
    judged = [0, 1, 0, 1] * 10, np.linspace(0.1, 0.9, 40), "churn"
    picture = calibration_picture(*judged)
    assert picture.startswith(b"\x89PNG")
    assert picture == calibration_picture(*judged)


@pytest.mark.skipif(not TELCO.exists(), reason=f"the public sample data is not at {TELCO}")
def test_on_public_churn_data_the_estimator_reaches_the_golden_figures() -> None:
    telco = pd.read_csv(TELCO)
    telco["TotalCharges"] = pd.to_numeric(telco["TotalCharges"].str.strip(), errors="coerce")
    numbers = ["tenure", "MonthlyCharges", "TotalCharges", "SeniorCitizen"]
    codes = [name for name in telco.columns if name not in (*numbers, "customerID", "Churn")]
    happened = (telco["Churn"] == "Yes").astype(int)
    assert (len(telco), telco["TotalCharges"].isna().sum(), round(100 * happened.mean(), 2)) == (7043, 11, 26.54)
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    # The estimator's own limit: on a busy machine more threads wait for each other.
    with threadpool_limits(1):
        scores = cross_val_predict(classifier(codes, numbers), telco[codes + numbers], happened, cv=folds, method="predict_proba")[:, 1]
    found = measures(happened, scores)
    assert found["auc"] > 0.840
    assert found["lift_10"] > 2.85
    assert max(abs(predicted - observed) for predicted, observed in calibration(happened, scores)) < 0.05
