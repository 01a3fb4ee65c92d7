"""After a rotation everybody keeps their tokens, and only who comes new gets one of the new key."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from expectations.errors import FeedError
from expectations.feeds import FEEDS
from expectations.tables.vault import VAULT_IDENTITY
from jobs.people.rotate import RotationError, rotate
from jobs.register import all_jobs
from jobs.runtime.job_run import Runner
from jobs.runtime.vault import make_demo_key, token
from tests.jobs.people.lines import SUBSCRIBER, subscriber_line
from tests.night.deliveries import deliver
from tests.night.homes import NIGHT, runner_of

USAGE, AFTER = FEEDS["boss_usage"], NIGHT + timedelta(days=1)


def tokens(runner: Runner, on: str) -> dict[int, tuple[str, str, str]]:
    rows = runner.lake.whole(SUBSCRIBER.table).where(f"day = DATE'{on}'").collect()
    return {row.points: (row.subscriber_id, row.number_token, row.imei_token) for row in rows}


def of_people(*people: tuple[int, int]) -> list[bytes]:
    """A line per (user, number); their points tell them apart."""
    return [subscriber_line(f"{user}", f"{number}", POINTS=f"{user % 100}") for user, number in people]


def test_known_identifiers_keep_their_tokens_after_a_rotation_and_unknown_ones_get_the_new_keys(tmp_path: Path) -> None:
    key = make_demo_key(tmp_path / "vault", 1)
    runner, job = runner_of(tmp_path), all_jobs()["receive_boss_subscriber"]
    deliver(tmp_path, SUBSCRIBER, of_people((80000000017, 12900000017), (80000000025, 12900000025)))
    runner.run(job, NIGHT)
    before, former = tokens(runner, f"{NIGHT}"), key.read_bytes()
    stored = {(row.identity, row.raw): (row.token, row.since) for row in runner.lake.whole(VAULT_IDENTITY).collect()}
    assert stored["user", "80000000017"] == (before[17][0], NIGHT)
    assert sorted(identity for identity, _ in stored) == ["imei", "number", "number", "user", "user"]

    assert rotate(runner.lake) == 5
    deliver(tmp_path, SUBSCRIBER, of_people((80000000017, 12900000033), (80000000041, 12900000041)), known_on=AFTER, data_date=AFTER)
    deliver(tmp_path, USAGE, [f"80000000025|{AFTER:%Y%m%d}|60|0|0|0|1|0|0|1000|0|0|0.00".encode()], known_on=AFTER, data_date=AFTER)
    runner.run(job, AFTER)
    with suppress(FeedError):  # The usage of earlier days is missing.
        runner.run(all_jobs()["receive_boss_usage"], AFTER)
    after = tokens(runner, f"{AFTER}")
    assert after[17] == (before[17][0], token(key.read_bytes(), "number", "12900000033"), before[17][2])
    assert after[41] == (token(key.read_bytes(), "user", "80000000041"), token(key.read_bytes(), "number", "12900000041"), before[17][2])
    assert token(former, "user", "80000000041") not in after[41]
    assert [row.subscriber_id for row in runner.lake.whole(USAGE.table).collect()] == [before[25][0]], "known by another feed"

    runner.run(job, NIGHT)
    runner.run(job, AFTER)
    assert (tokens(runner, f"{NIGHT}"), tokens(runner, f"{AFTER}")) == (before, after)
    again = {(row.identity, row.raw): (row.token, row.since) for row in runner.lake.whole(VAULT_IDENTITY).collect()}
    assert {raw: one for raw, one in again.items() if raw in stored} == stored
    assert again.keys() - stored.keys() == {("number", "12900000033"), ("user", "80000000041"), ("number", "12900000041")}


def test_a_rotation_is_refused_while_a_subscribers_token_is_not_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = make_demo_key(tmp_path / "vault", 1)
    runner = runner_of(tmp_path)
    deliver(tmp_path, SUBSCRIBER, of_people((80000000017, 12900000017), (80000000025, 12900000025)))
    with monkeypatch.context() as an_earlier_version:
        an_earlier_version.setattr("jobs.receive.receive_feed._add_identities", lambda *_: None)
        runner.run(all_jobs()["receive_boss_subscriber"], NIGHT)
    before = key.read_bytes()
    with pytest.raises(RotationError, match=r"2 subscriber_id of ods\.subscriber not in vault\.identity"):
        rotate(runner.lake)
    assert key.read_bytes() == before
