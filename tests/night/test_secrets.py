"""What identifies a person stays in landing, vault and outbox."""

import json
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.feeds import FEEDS
from expectations.tables.ods_feedback import ODS_FEEDBACK
from tests.personal_data import AREA, PUBLIC, SHORTEST, Secrets, files_of, leaks, personal_values


def test_no_number_name_or_id_left_the_vault(after_night: Path) -> None:
    """A name of two characters could stand in a label by chance; none does, so no value is left out."""
    assert len(files_of(after_night, PUBLIC)) > 200
    assert leaks(after_night) == []


def test_every_kind_of_personal_value_is_looked_for_and_seen_inside_other_text(after_night: Path) -> None:
    values = personal_values(after_night)
    looked_for = Counter(kind for kinds in values.values() for kind in kinds)
    # No list was published before the night, so no channel has answered one.
    came = [feed for feed in FEEDS.values() if feed.table is not ODS_FEEDBACK]
    personal = {f"{feed.name}.{field.name}" for feed in came for field in feed.fields if field.personal}
    few = {
        "crm_customer.FORMER_NUMBERS",
        "crm_service.NOTE",
        "group_tie.GROUP_NAME",
        "recommendation.RECOMMENDER_MSISDN",
        "survey.WORDS",
        "no_call.MSISDN",
    }
    assert {kind for kind, count in looked_for.items() if count > 10} >= personal - {AREA} - few
    assert looked_for.keys() == personal - {AREA}
    assert Secrets(values).within("先生,您好".join(values)) == set(values)
    longer = {value for value in values if len(value) > SHORTEST or not value.isdecimal()}
    assert Secrets(values).within("00".join(longer)) == longer


def test_the_scan_would_find_one(after_night: Path, tmp_path: Path) -> None:
    """Numbers do stand in the list files; and one of each kind, planted where a careless line would leave it."""
    assert {file.split("/")[1] for file, _ in leaks(after_night, ("outbox",))} == {path.name for path in (after_night / "outbox").iterdir()}

    one: dict[str, str] = {}
    for value, kinds in personal_values(after_night).items():
        for kind in kinds:
            one.setdefault(kind, value)
    number, name, manager = (one[kind] for kind in ("boss_subscriber.MSISDN", "crm_customer.CUST_NAME", "crm_customer.MANAGER_NAME"))
    phone, address, document = (one[f"crm_customer.{name}"] for name in ("MANAGER_PHONE", "ADDRESS", "ID_NUMBER"))
    user, born, imei, path = (
        one[kind] for kind in ("crm_customer.USER_ID", "crm_customer.BIRTH_DATE", "boss_subscriber.IMEI", "wap_log.URL")
    )
    (tmp_path / "landing").symlink_to(after_night / "landing")
    tables: dict[str, list] = {
        "message": [f"您好{number},建议您办理"],
        "bigint": [int(user)],
        "list": [["none", name]],
        "struct": [{"least": {"address": f"住{address}"}}],
        "binary": [f"客户{name}<{document}>".encode()],
    }
    texts = {
        "log.jsonl": json.dumps({"said": f"尊敬的{manager}先生"}).encode(),
        "page.html": f"<td>+86{phone}</td>".encode(),
        "gb18030.log": f"客户{name}离网".encode("gb18030"),
        "agent.txt": f"sent IMEI{imei}/1.0".encode(),
        "born.txt": f"born={born}".encode(),
        "hosts.txt": f"GET m.example.cn{path} 200".encode(),
    }
    (tmp_path / "lake").mkdir()
    for file, cells in tables.items():
        pq.write_table(pa.table({"told": cells}), tmp_path / "lake" / f"{file}.parquet")
    for file, content in texts.items():
        (tmp_path / "lake" / file).write_bytes(content)
    planted = [number, user, name, address, name, manager, phone, name, imei, born, path]
    files = [*(f"{file}.parquet" for file in tables), *texts]
    # Other values may stand there as well: the birthday in a document number.
    assert set(leaks(tmp_path, ("lake",))) >= {(f"lake/{file}", value) for file, value in zip(files, planted, strict=True)}


def test_a_birthday_inside_a_longer_number_is_no_leak() -> None:
    """On 2026-11-29 the milliseconds of the clock held one: 1795919590807."""
    born = Secrets({"19590807": {"crm_customer.BIRTH_DATE"}})
    assert born.within('"modificationTime":1795919590807,') == set()
    assert born.within("born=19590807;") == born.within("生日19590807") == {"19590807"}
