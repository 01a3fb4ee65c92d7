"""The reader that a channel takes: it returns whole lists alone, and needs nothing of ours."""

import ast
import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from expectations import list_reader
from expectations.channels import CHANNELS
from expectations.list_reader import MANIFEST, OK, ListError, read_list, read_unknown_entrants, wait_for
from expectations.list_schema import schema_of, write_schemas


def placed(folder: Path, content: bytes, **told: Any) -> Path:
    folder.mkdir(parents=True)
    (folder / "9901.csv").write_bytes(content)
    entry = {"city": "9901", "file": "9901.csv", "rows": 2, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    manifest = {"schema_version": 2, "columns": ["rank", "message"], "header": True, "delimiter": "|", "encoding": "gb18030"}
    manifest |= {"compression": None, "files": [entry, {"city": "9902", "file": None, "rows": 0}], **told}
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    (folder / OK).touch()
    return folder


TEXT = 'rank|message\n1|"您好|流量\n套餐"\n3|\n'


@pytest.mark.parametrize("packed", [None, "gz"])
def test_rows_are_read_as_the_manifest_says(tmp_path: Path, packed: str | None) -> None:
    content = TEXT.encode("gb18030")
    folder = placed(tmp_path / "list", gzip.compress(content) if packed else content, compression=packed)
    assert list(read_list(folder)) == [{"rank": "1", "message": "您好|流量\n套餐"}, {"rank": "3", "message": ""}]


def test_the_offers_to_customers_in_no_list_yet_are_read_and_belong_to_the_whole(tmp_path: Path) -> None:
    text = 'county,product,message\n990101,dp010,"欢迎,入网"\n990102,dp010,\n'.encode()
    entry = {"file": "unknown_entrants.csv", "entered_after": "2026-03-04", "rows": 2}
    entry |= {"bytes": len(text), "sha256": hashlib.sha256(text).hexdigest()}
    folder = placed(tmp_path / "list", TEXT.encode("gb18030"), unknown_entrants=entry)
    with pytest.raises(ListError, match=r"unknown_entrants\.csv cannot be read"):
        next(read_list(folder))
    (folder / "unknown_entrants.csv").write_bytes(text)
    assert list(read_unknown_entrants(folder)) == [
        {"county": "990101", "product": "dp010", "message": "欢迎,入网"},
        {"county": "990102", "product": "dp010", "message": ""},
    ]
    assert len(list(read_list(folder))) == 2
    assert list(read_unknown_entrants(placed(tmp_path / "usual", TEXT.encode("gb18030"), unknown_entrants=None))) == []


def test_no_row_is_returned_of_a_list_that_is_not_whole(tmp_path: Path) -> None:
    folder = placed(tmp_path / "list", TEXT.encode("gb18030"))
    (folder / OK).unlink()
    with pytest.raises(ListError, match=r"has no \.ok"):
        next(read_list(folder))
    with pytest.raises(ListError, match="The list is not there yet"):
        wait_for(folder, seconds=0.02, every=0.01)
    (folder / OK).touch()
    wait_for(folder, seconds=0)
    (folder / "9901.csv").write_bytes(TEXT.encode("gb18030")[:-2])
    with pytest.raises(ListError, match="differs from the manifest"):
        next(read_list(folder))
    (folder / "9901.csv").unlink()
    with pytest.raises(ListError, match="cannot be read"):
        next(read_list(folder))
    short = placed(tmp_path / "short", "rank|message\n1|a\n".encode("gb18030"))
    with pytest.raises(ListError, match="2 rows by the manifest, got 1"):
        next(read_list(short))
    newer = placed(tmp_path / "newer", TEXT.encode("gb18030"), schema_version=99)
    with pytest.raises(ListError, match="schema version 99 is newer"):
        next(read_list(newer))


def test_a_list_that_is_written_again_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, whole = placed(tmp_path / "list", TEXT.encode("gb18030")), list_reader._whole

    def meanwhile(*given: Any) -> bytes:
        (folder / OK).unlink()
        return whole(*given)

    monkeypatch.setattr(list_reader, "_whole", meanwhile)
    with pytest.raises(ListError, match="was written again meanwhile"):
        next(read_list(folder))


def test_the_file_alone_prints_the_rows_with_the_standard_library(tmp_path: Path) -> None:
    folder = placed(tmp_path / "list", TEXT.encode("gb18030"))
    file = Path(list_reader.__file__)
    own = tmp_path / "taken.py"
    own.write_bytes(file.read_bytes())
    said = subprocess.run([sys.executable, "-I", own, folder], capture_output=True, text=True, check=True, encoding="utf-8")
    assert [json.loads(line)["rank"] for line in said.stdout.splitlines()] == ["1", "3"]
    (folder / OK).unlink()
    assert subprocess.run([sys.executable, "-I", own, folder], capture_output=True, check=False).returncode == 1
    named = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {one.module or "" for one in named if isinstance(one, ast.ImportFrom)}
    modules |= {of.name for one in named if isinstance(one, ast.Import) for of in one.names}
    assert {module.split(".")[0] for module in modules} <= sys.stdlib_module_names


def test_every_channel_has_a_valid_schema_with_the_columns_of_its_lists(tmp_path: Path) -> None:
    assert len(write_schemas(tmp_path)) == len(CHANNELS)
    for name, channel in CHANNELS.items():
        schema = json.loads((tmp_path / f"{name}.schema.json").read_text("utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        assert list(schema["properties"]) == list(channel.form.columns)
    sms = {"rank": "1", "number": "12900000001", "contact_id": "", "product": "dp010", "message": "您好"}
    jsonschema.validate(sms, schema_of(CHANNELS["sms"]))
    for wrong in ({"number": "0591"}, {"rank": "0"}, {"city": "9901"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(sms | wrong, schema_of(CHANNELS["sms"]))
