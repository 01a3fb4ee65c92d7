from pathlib import Path

import pytest

from expectations.errors import ContractError
from features.web.apps import Apps, fingerprints_of, known_apps

LINES = """app,label,host,path,agent
reader,阅读,read.cn,^/book/,
reader_client,阅读客户端,,,Reader/[0-9]
portal,门户,read.cn,,
chat,聊天,chat.cn,^/m,Chat/
"""


@pytest.fixture
def apps(tmp_path: Path) -> Apps:
    (tmp_path / "apps.csv").write_text(LINES, "utf-8")
    return Apps(fingerprints_of(tmp_path / "apps.csv"))


@pytest.mark.parametrize(
    ("host", "url", "agent", "app"),
    [
        ("read.cn", "http://read.cn/book/1?x=/y", None, "reader"),
        ("m.read.cn", "//m.read.cn/book/1", "Reader/2", "reader"),
        ("m.read.cn", "http://m.read.cn/list?to=/book/", "Reader/2", "reader_client"),
        ("m.read.cn", "http://m.read.cn", "Mozilla", "portal"),
        ("other.cn", "http://other.cn/book/1", "Reader/2", "reader_client"),
        ("other.cn", "http://other.cn/book/1", None, None),
        ("unread.cn", "http://unread.cn/book/1", None, None),
        ("chat.cn", "http://chat.cn/msg", "Chat/1", "chat"),
        ("chat.cn", "http://chat.cn/msg", "Mozilla", None),
        ("chat.cn", "http://chat.cn/x", "Chat/1", None),
    ],
)
def test_the_first_fingerprint_whose_host_path_and_agent_all_fit_names_the_app(
    apps: Apps, host: str, url: str, agent: str | None, app: str | None
) -> None:
    assert apps.app_of(host, url, agent) == app


def test_the_shipped_fingerprints_know_an_app_by_its_agent_and_one_by_its_host() -> None:
    assert known_apps().app_of("a.cn", "http://a.cn/", "Mozilla/5.0 MicroMessenger/6.0") == "wechat"
    assert known_apps().app_of("mm.mmarket.com", "http://mm.mmarket.com/", None) == "mobile_market"


def test_wrong_fingerprints_are_refused_with_every_wrong_line(tmp_path: Path) -> None:
    (tmp_path / "apps.csv").write_text("app,label,host,path,agent\nA-b,甲,,,\nc,丙,,^/,x\nd,丁,a.cn,(,\n", "utf-8")
    with pytest.raises(ContractError) as refused:
        fingerprints_of(tmp_path / "apps.csv")
    for fault in (
        "line 2: app 'A-b', expected small letters, digits and _",
        "line 2: neither host nor agent; it would fit every request",
        "line 3: a path without a host",
        "line 4: the path is no regular expression",
    ):
        assert fault in str(refused.value)
