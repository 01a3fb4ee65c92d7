"""How large control groups have to be, beside figures of a printed table."""

import pytest

from scenarios.power import control_per_mille, least_effect_ppm


def test_groups_of_a_size_show_the_effect_that_the_formula_of_the_book_gives() -> None:
    # 2.8016 deviations x sqrt(0.05 x 0.95 x (1/9000 + 1/1000)) = 2.03 points.
    assert least_effect_ppm(9000, 1000, 50_000) == pytest.approx(20_350, abs=20)
    assert least_effect_ppm(9000, 0, 50_000) is None
    assert least_effect_ppm(9000, 1000, 0) == least_effect_ppm(9000, 1000, 1000)


@pytest.mark.parametrize(("members", "effect"), [(10_000, 20_350), (100_000, 5_000), (1_000_000, 2_000)])
def test_the_share_that_is_advised_is_the_smallest_that_shows_the_effect(members: int, effect: int) -> None:
    share = control_per_mille(members, effect, 50_000)
    assert share

    def shown(per_mille: int) -> int:
        return least_effect_ppm(members - members * per_mille // 1000, members * per_mille // 1000, 50_000) or 10**9

    assert shown(share) <= effect < shown(share - 1)


def test_no_share_is_advised_when_half_of_the_members_would_show_too_little() -> None:
    assert control_per_mille(1000, 5_000, 50_000) is None
    assert control_per_mille(0, 5_000, 50_000) is None
