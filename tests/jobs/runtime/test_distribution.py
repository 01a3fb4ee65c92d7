"""How far two distributions are apart."""

from jobs.runtime.distribution import psi


def test_the_index_is_nothing_between_equal_shares_and_grows_with_a_group_that_is_new() -> None:
    assert psi({"a": 10, "b": 10}, {"a": 500, "b": 500}) == 0
    assert psi({}, {"a": 1}) == 0
    assert psi({"a": 50, "new": 50}, {"a": 1000}) > 1
