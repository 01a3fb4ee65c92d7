"""How much a contact adds to the probability that the offer is taken: measured, scored or assumed."""

from pyspark.sql import SparkSession

from tests.scenarios.test_candidates import decided


def test_a_measured_effect_goes_by_the_score_beside_the_mean_and_harm_adds_nothing(spark: SparkSession) -> None:
    effects = {("data_plan", "sms"): (40_000, 0), ("idle_pack", "sms"): (90_000, 0), ("data_plan", "crm"): (-5_000, 0)}
    found = decided(
        spark,
        *("effect_ppm", "effect_version"),
        learned={"effects": effects, "mean_ppm": {"data_plan_propensity": 50_000}},
        usual={},
        less={"data_plan_propensity_ppm": 25_000},
        unscored={"data_plan_propensity_ppm": None},
        harmed={"is_high_value": True},
    )
    assert found == {
        "usual": (80_000, "measured x data_plan_propensity 3"),
        "less": (20_000, "measured x data_plan_propensity 3"),
        "unscored": (40_000, "measured"),
        "harmed": (0, "measured x data_plan_propensity 3"),
    }


def test_what_few_contacts_show_is_drawn_to_the_mean_score_of_which_a_passive_contact_has_a_tenth(spark: SparkSession) -> None:
    # Their error is as large as the mean score, so they count for half; of the passive contact the error is ten times what is assumed.
    effects = {("data_plan", "sms"): (40_000, 50_000), ("data_plan", "crm"): (40_000, 50_000)}
    found = decided(
        spark,
        "effect_ppm",
        learned={"effects": effects, "mean_ppm": {"data_plan_propensity": 50_000}},
        unscored={"data_plan_propensity_ppm": None},
        shown={"data_plan_propensity_ppm": None, "is_high_value": True},
    )
    assert found == {"unscored": 45_000, "shown": round(5_000 + 35_000 / 101)}
