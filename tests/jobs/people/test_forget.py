"""Somebody who was forgotten is nowhere in the home, and does not come back."""

import gzip
import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from expectations.channel import MANIFEST, USUAL_LIST
from expectations.contract import Table
from expectations.errors import FeedError
from expectations.feed import Feed
from expectations.pushes import PUSHES
from expectations.tables.ops import OPS_LOAD, OPS_RELEASE
from expectations.tables.vault import VAULT_FORGOTTEN, VAULT_IDENTITY, VAULT_NUMBER, VAULT_PERSON, VAULT_QUARANTINE
from jobs.people.begun import BegunError
from jobs.people.customer import CustomerError
from jobs.people.forget import ForgetError, forget, forget_in_outbox, to_forget
from jobs.people.person import Person
from jobs.people.rotate import rotate
from jobs.publish.list_files import ListFile
from jobs.publish.outbox import Part, place
from jobs.receive.deliveries import deliveries
from jobs.register import all_jobs
from jobs.runtime.job_run import Runner
from jobs.runtime.lake import Lake
from jobs.runtime.purge import purge
from jobs.runtime.vault import make_demo_key, token
from tests.jobs.people.lines import CUSTOMER, SUBSCRIBER, WAP, customer_line, subscriber_line
from tests.night.deliveries import deliver, delivery, lines_of
from tests.night.homes import NIGHT, runner_of
from tests.personal_data import texts_of

BEFORE, AFTER, LATER = (NIGHT + timedelta(days=days) for days in (-1, 1, 2))
# The person, who had the former number until the night before; and others.
USER, NUMBER, FORMER = "80000000017", "12900000017", "12900000018"
SECRETS = (USER, NUMBER, FORMER, "欧阳锋", "白驼山", "350102198001011234", "353686010000116")
# The person has now the handset with which another entered.
ENTERED_WITH = defaultdict(str, {USER: "353686010000116", "80000000025": "353686010000017"})
OTHERS = {"80000000025": "12900000025", "80000000033": "12900000033"}


def subscribers(**numbers: str) -> list[bytes]:
    """Lines of S1 for users and their numbers."""
    return [
        subscriber_line(user, number, f"3536860100000{user[-2:]}", ENTRY_MONTH_IMEI=ENTERED_WITH[user]) for user, number in numbers.items()
    ]


def request(number: str, day: date) -> bytes:
    return f"{day:%Y%m%d}090000|{number}|http://m.example.cn/a?tel={number}|Mozilla|4G|1|10|20|200".replace("|", WAP.delimiter).encode()


def receive(runner: Runner, on: date, *feeds: Feed) -> None:
    for feed in feeds:
        with suppress(FeedError):  # Deliveries of earlier days are missing.
            runner.run(all_jobs()[f"receive_{feed.name}"], on)


def with_secrets(home: Path) -> dict[str, set[str]]:
    """File -> the person's values in it."""
    found: dict[str, set[str]] = {}
    for path in (path for path in home.rglob("*") if path.is_file()):
        if seen := {secret for text in texts_of(path) for secret in SECRETS if secret in text}:
            found[str(path.relative_to(home))] = seen
    return found


def place_list(home: Path, rows: dict[str, str]) -> Path:
    """A list of the night with these numbers and messages."""
    folder = home / "outbox" / "sms" / "c10" / "wave1" / f"{NIGHT}"
    file = ListFile(home / "list", USUAL_LIST)
    for number, message in rows.items():
        file.add(dict.fromkeys(USUAL_LIST.columns) | {"number": number, "message": message})
    file.close()
    told = {"business_date": f"{NIGHT}", "columns": [*USUAL_LIST.columns], "header": True, "delimiter": ",", "encoding": "utf-8"}
    part = Part(file.path, file.rows, file.size, file.sha256)
    entry = {"city": "3501", "file": "3501.csv", **part.described}
    place(folder, {"3501.csv": part}, told | {"compression": None, "unknown_entrants": None, "files": [entry]}, lambda *_, **__: None)
    return folder


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A home in which the person and two others have two extracts, a CRM row, requests, a list, a quarantined line and an error."""
    make_demo_key(tmp_path / "vault", 1)
    runner = runner_of(tmp_path)
    deliver(tmp_path, SUBSCRIBER, subscribers(**{USER: FORMER}, **OTHERS), known_on=BEFORE, data_date=BEFORE)
    broken = subscriber_line(USER, NUMBER) + b"|"
    deliver(tmp_path, SUBSCRIBER, [*subscribers(**{USER: NUMBER}, **OTHERS), broken])
    who = {"CUST_NAME": "欧阳锋", "ADDRESS": "白驼山", "ID_NUMBER": "350102198001011234"}
    managed = customer_line(USER_ID="80000000033", MANAGER_NAME="黄药师", MANAGER_PHONE="12900000025")
    deliver(tmp_path, CUSTOMER, [customer_line(USER_ID=USER, **who), customer_line(USER_ID="80000000025"), managed])
    deliver(tmp_path, WAP, [request(number, NIGHT) for number in (NUMBER, "12900000025", NUMBER)])
    receive(runner, BEFORE, SUBSCRIBER)
    receive(runner, NIGHT, SUBSCRIBER, CUSTOMER, WAP)
    (tmp_path / "vault" / "errors").mkdir(exist_ok=True)
    (tmp_path / "vault" / "errors" / "job.txt").write_text(f"KeyError: '{NUMBER}'")
    place_list(tmp_path, {NUMBER: "尊敬的欧阳锋", "12900000025": "two\nlines"})
    return runner


def test_nothing_of_a_forgotten_person_is_left_in_any_file_and_others_stay(runner: Runner, tmp_path: Path) -> None:
    assert {Path(file).parts[0] for file in with_secrets(tmp_path)} == {"landing", "vault", "outbox"}
    others = {(row.identity, row.raw): row.token for row in runner.lake.whole(VAULT_IDENTITY).collect() if row.raw not in SECRETS}
    own = token((tmp_path / "vault" / "token.key").read_bytes(), "user", USER)
    proof = forget(runner_of(tmp_path).lake, NUMBER)
    assert with_secrets(tmp_path) == {}
    assert proof.before.keys() == proof.after.keys() >= {"landing", "vault", "outbox", "lake", "logs"}
    assert (proof.before["landing"] > 0, proof.before["vault"] > 0, proof.before["outbox"] > 0) == (True, True, True)
    assert not any(proof.after.values())
    assert proof.deleted == {
        **{"lines of the landing": 6, "rows of lists": 1, "errors": 1, "quarantined rows": 1},
        **{"rows of vault.person": 1, "rows of vault.identity": 4, "rows of vault.number": 2},
    }

    lake = runner_of(tmp_path).lake
    assert {(row.identity, row.raw): row.token for row in lake.whole(VAULT_IDENTITY).collect()} == others
    assert lake.whole(VAULT_NUMBER).count() == 4
    assert lake.whole(VAULT_PERSON).count() == 2
    assert lake.records.rows(VAULT_QUARANTINE) == []
    assert lake.whole(SUBSCRIBER.table).where(f"subscriber_id = '{own}'").count() == 2, "the lake keeps its rows"
    assert token((tmp_path / "vault" / "token.key").read_bytes(), "user", USER) != own
    for feed, lines in ((SUBSCRIBER, 2), (CUSTOMER, 2), (WAP, 1)):
        (came,) = deliveries(feed, tmp_path / "landing", NIGHT, NIGHT)
        assert (came.faults, came.rows) == ((), lines), "the check file is true"
    folder = tmp_path / "outbox" / "sms" / "c10" / "wave1" / f"{NIGHT}"
    (entry,) = json.loads((folder / MANIFEST).read_text())["files"]
    content = (folder / entry["file"]).read_bytes()
    assert (entry["rows"], entry["sha256"]) == (1, hashlib.sha256(content).hexdigest())
    assert content.decode().endswith(',12900000025,,,,,,,"two\nlines"\n')
    assert (folder / ".ok").exists()
    with pytest.raises(CustomerError, match="Nobody holds this number"):
        forget(lake, NUMBER)
    rotate(lake)


def test_who_held_a_number_on_a_day_is_found_and_its_new_holder_is_not(runner: Runner, tmp_path: Path) -> None:
    deliver(tmp_path, SUBSCRIBER, subscribers(**{"80000000041": NUMBER}), known_on=AFTER, data_date=AFTER)
    receive(runner, AFTER, SUBSCRIBER)
    lake, key = runner_of(tmp_path).lake, (tmp_path / "vault" / "token.key").read_bytes()
    assert to_forget(lake, NUMBER).users == {"80000000041"}
    former = to_forget(lake, NUMBER, NIGHT)
    assert (former.users, former.tokens, former.last_held()) == ({USER}, {token(key, "user", USER)}, {FORMER})
    assert to_forget(lake, f"+86{NUMBER}", NIGHT) == former
    with pytest.raises(CustomerError, match=f"was last in that of {BEFORE}"):
        to_forget(lake, FORMER)
    assert to_forget(lake, FORMER, BEFORE) == former
    with pytest.raises(CustomerError, match=f"Nobody held this number on {BEFORE}"):
        to_forget(lake, NUMBER, BEFORE)


def test_nothing_is_begun_while_a_file_of_the_landing_cannot_be_read(runner: Runner, tmp_path: Path) -> None:
    cut = tmp_path / "landing" / f"{BEFORE}" / "wap_log" / "cut.gz"
    cut.parent.mkdir(parents=True)
    cut.write_bytes(gzip.compress(NUMBER.encode() + b"\n" + random.Random(1).randbytes(9000))[:4000])
    key = (tmp_path / "vault" / "token.key").read_bytes()
    with pytest.raises(ForgetError, match=r"cut\.gz cannot be read to its end") as refusal:
        forget(runner.lake, NUMBER)
    assert NUMBER not in str(refusal.value)
    assert (tmp_path / "vault" / "token.key").read_bytes() == key


def test_later_extracts_drop_a_forgotten_person_until_somebody_else_has_the_number(runner: Runner, tmp_path: Path) -> None:
    forget(runner_of(tmp_path).lake, NUMBER)
    broken = subscriber_line(USER, NUMBER) + b"|"
    deliver(tmp_path, SUBSCRIBER, [*subscribers(**{USER: NUMBER}, **OTHERS), broken], known_on=AFTER, data_date=AFTER)
    deliver(tmp_path, WAP, [request(number, AFTER) for number in (NUMBER, "12900000025", f"+86{NUMBER}")], known_on=AFTER, data_date=AFTER)
    receive(runner, AFTER, SUBSCRIBER, WAP)
    new = {"80000000041": NUMBER, "80000000049": "12900000049"}
    deliver(tmp_path, SUBSCRIBER, subscribers(**OTHERS, **new), known_on=LATER, data_date=LATER)
    deliver(tmp_path, WAP, [request(NUMBER, LATER)], known_on=LATER, data_date=LATER)
    # The night's S1 may be received before or after the other feeds; the night after it knows the new holder in any case.
    receive(runner, LATER, SUBSCRIBER, WAP)
    last = LATER + timedelta(days=1)
    deliver(tmp_path, WAP, [request(NUMBER, LATER), request("12900000025", LATER)], sequence=2, known_on=last, data_date=LATER)
    deliver(tmp_path, WAP, [request(NUMBER, last)], known_on=last, data_date=last)
    receive(runner, last, WAP)
    receive(runner, LATER, WAP)
    counts = [
        (row["feed"], f"{row['known_on']}", row["rows_delivered"], row["rows_loaded"], row["rows_quarantined"], row["rows_forgotten"])
        for row in sorted(runner.lake.log(OPS_LOAD), key=lambda row: (row["known_on"], row["feed"]))
        if row["known_on"] > NIGHT
    ]
    assert counts == [
        ("boss_subscriber", f"{AFTER}", 4, 2, 0, 2),
        ("wap_log", f"{AFTER}", 3, 1, 0, 2),
        ("boss_subscriber", f"{LATER}", 4, 4, 0, 0),
        ("wap_log", f"{LATER}", 1, 0, 0, 1),
        ("wap_log", f"{last}", 2, 2, 0, 0),
        ("wap_log", f"{last}", 1, 1, 0, 0),
    ]
    assert runner.lake.records.rows(VAULT_QUARANTINE) == []
    (ended,) = [row["ended_on"] for row in runner.lake.records.rows(VAULT_FORGOTTEN) if row["ended_on"]]
    assert ended == LATER
    assert {place for place in with_secrets(tmp_path) if "vault" in place and USER in with_secrets(tmp_path)[place]} == set()


def test_a_released_delivery_stays_released_when_it_loses_lines(runner: Runner, tmp_path: Path) -> None:
    (came,) = deliveries(SUBSCRIBER, tmp_path / "landing", NIGHT, NIGHT)
    released = {"feed": SUBSCRIBER.name, "event_date": NIGHT, "load_id": came.load_id, "rows_delivered": 4}
    runner.lake.records.append(OPS_RELEASE, [released | {"released_at": datetime(2026, 3, 5, tzinfo=UTC)}])
    forget(runner_of(tmp_path).lake, NUMBER)
    (now,) = deliveries(SUBSCRIBER, tmp_path / "landing", NIGHT, NIGHT)
    assert now.load_id != came.load_id
    rows = Lake(runner.settings).log(OPS_RELEASE)
    assert {(row["load_id"], row["rows_delivered"]) for row in rows} == {(came.load_id, 4), (now.load_id, 2)}


def test_a_forgetting_killed_at_any_step_can_be_run_again(runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def purge_but(table: Table) -> Callable[..., int]:
        return lambda lake, of, conditions: 1 // 0 if of is table else purge(lake, of, conditions)

    def no(*_: object) -> int:
        return 1 // 0

    steps = dict.fromkeys(("rotate", "forget_in_landing", "forget_in_outbox", "_of_quarantine"), no)
    kills = [*steps.items(), *(("purge", purge_but(table)) for table in (VAULT_PERSON, VAULT_IDENTITY, VAULT_NUMBER))]

    def end_of_last(lake: Lake, of: Table, conditions: list[str]) -> int:
        return purge(lake, of, conditions) // (of is not VAULT_NUMBER)

    kills.append(("purge", end_of_last))
    keys = []
    for step, instead in kills:
        with monkeypatch.context() as killed:
            killed.setattr(f"jobs.people.forget.{step}", instead)
            with pytest.raises(ZeroDivisionError):
                forget(runner_of(tmp_path).lake, NUMBER)
        keys.append((tmp_path / "vault" / "token.key").read_bytes())
    with pytest.raises(BegunError, match="another number was killed"):
        forget(runner_of(tmp_path).lake, "12900000025")
    proof = forget(runner_of(tmp_path).lake, NUMBER)
    assert (proof.before["vault"] > 0, sum(proof.after.values())) == (True, 0), "the vault's tables had lost the person already"
    assert keys[0] != keys[1] == keys[-1] == (tmp_path / "vault" / "token.key").read_bytes(), "one new key is enough"
    assert not (tmp_path / "vault" / "forgetting.json").exists()
    assert with_secrets(tmp_path) == {}
    (part, check) = delivery(tmp_path, SUBSCRIBER)
    assert [bool(line) for line in lines_of(part)] == [False, True, True, False], "a quarantined line has the same number as before"
    assert int(check.read_text().split("|")[1]) == 2


def test_the_rows_of_a_push_of_labels_are_forgotten_like_those_of_a_list(tmp_path: Path) -> None:
    folder, form = tmp_path / "boss" / "labels" / "2026-03-04", PUSHES["boss"].form
    folder.mkdir(parents=True)
    file = ListFile(folder / "labels.txt.gz", form)
    for number in ("12900000017", "12900000018"):
        file.add({name: number if name == "number" else "x" for name in form.columns})
    file.close()
    others = ["x"] * (len(form.columns) - 1)
    of_form = {name: getattr(form, name) for name in ("columns", "header", "delimiter", "encoding", "compression")}
    entry = {"file": "labels.txt.gz", "city": None, **Part(file.path, file.rows, file.size, file.sha256).described}
    (folder / MANIFEST).write_text(json.dumps({**of_form, "business_date": "2026-03-04", "files": [entry]}))
    none, held = frozenset[str](), {"12900000017": [(date(2026, 1, 1), "t")]}
    person = Person(frozenset("t"), none, frozenset({"12900000017"}), none, none, none, held)
    assert forget_in_outbox(tmp_path, person) == 1
    assert gzip.decompress((folder / "labels.txt.gz").read_bytes()).decode("gb18030") == "|".join(["12900000018", *others]) + "\n"
    assert json.loads((folder / MANIFEST).read_text())["files"][0]["rows"] == 1
    assert forget_in_outbox(tmp_path, person) == 0
