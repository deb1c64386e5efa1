"""The server answers this machine's page alone, and whatever it is sent, it goes on."""

from __future__ import annotations

import json
import random
import socket
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="needs the extra app")

from tests.app.serving import TOKEN, Running, running

DOCUMENTS = "gates.chi_ma.routes.main.stages.documents.servers"


def test_pages_come_with_a_policy_that_asks_nobody_outside(app: Running) -> None:
    """The start page and the page of a study load, and no page may reach another host."""
    status, page = app.request("GET", f"/{TOKEN}/")
    assert status == 200
    assert b"http://" not in page
    assert b"https://" not in page
    _, begun = app.request("POST", f"/{TOKEN}/begin", {"question": "free", "lang": "vi"})
    status, page = app.request("GET", f"/{TOKEN}/study/{json.loads(begun)['id']}")
    assert status == 200
    assert b'<html lang="vi">' in page


@pytest.mark.parametrize(
    ("headers", "path", "status"),
    [
        ({}, f"/{'u' * 22}/", 403),
        ({}, "/", 403),
        ({}, "/favicon.ico", 403),
        ({"Host": "evil.example"}, f"/{TOKEN}/", 421),
        ({"Host": "127.0.0.1"}, f"/{TOKEN}/", 421),
        ({"Origin": "https://evil.example"}, f"/{TOKEN}/", 403),
        ({"Origin": "null"}, f"/{TOKEN}/", 403),
    ],
    ids=["token", "no token", "root", "rebound name", "no port", "other page", "no page"],
)
def test_another_page_name_or_token_is_refused(
    app: Running, headers: dict[str, str], path: str, status: int
) -> None:
    """A page elsewhere, a name that leads here and a guessed token get nothing."""
    assert app.request("GET", path, headers=headers)[0] == status


def test_a_change_without_an_origin_is_refused(app: Running) -> None:
    """A form on another page sends no Origin that is ours."""
    body = json.dumps({"question": "free", "lang": "en"}).encode()
    with socket.create_connection(("127.0.0.1", app.port)) as line:
        head = f"POST /{TOKEN}/begin HTTP/1.1\r\nHost: 127.0.0.1:{app.port}\r\n"
        line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        assert b" 403 " in line.recv(200)


def test_a_body_of_a_hundred_megabytes_is_refused_without_being_read(app: Running) -> None:
    """More than a study can need is an error, whether its length is told or not."""
    with socket.create_connection(("127.0.0.1", app.port), timeout=60) as line:
        host = f"127.0.0.1:{app.port}"
        head = f"POST /{TOKEN}/begin HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
        line.sendall(f"{head}Content-Length: 104857600\r\n\r\n".encode() + b"x" * 200_000)
        assert b" 413 " in line.recv(200)
    status, _ = app.request("POST", f"/{TOKEN}/begin", raw=b" " * 70_000)
    assert status == 413


@pytest.mark.parametrize(
    "path",
    [
        "/result/%2e%2e/small.yaml",
        "/result/..%2f..%2fetc/passwd",
        "/result/app/token",
        "/saved/..%2ftoken",
        "/saved/token",
        "/study/../token",
        "/study/..%2f..%2ftoken",
        "/study/" + "0" * 12,
        "/result/x/report.html",
        "/saved/%00.yaml",
        "/app.js/../../token",
    ],
)
def test_nothing_outside_the_results_is_served(app: Running, path: str) -> None:
    """Paths that climb, hidden files and the token are not there."""
    status, content = app.request("GET", f"/{TOKEN}{path}")
    assert status in (403, 404), content


def test_a_link_in_the_results_leads_nowhere(app: Running, tmp_path: Path) -> None:
    """A folder or file that is a link to somewhere else is not followed."""
    outside = tmp_path / "secret.html"
    outside.write_text("secret")
    folder = app.store.folder.parent / "run"
    folder.mkdir()
    (folder / "report.html").symlink_to(outside)
    (app.store.folder.parent / "linked").symlink_to(tmp_path)
    assert app.request("GET", f"/{TOKEN}/result/run/report.html")[0] == 404
    assert app.request("GET", f"/{TOKEN}/result/linked/secret.html")[0] == 404


def test_an_answer_begins_with_the_gate_and_ends_with_all(
    app: Running, study: dict[str, Any]
) -> None:
    """The moved gate comes first in one replication, then in all, then all gates."""
    study |= {"option": {"moved": {DOCUMENTS: 1}}, "goal": "wait.mean[chi_ma, export] < 1 min"}
    parts = app.ask("answer", study)
    assert [(part["part"], part["replications"]) for part in parts] == [
        ("gate", 1),
        ("gate", 3),
        ("all", 3),
    ]
    assert [part["last"] for part in parts] == [False, False, True]
    assert "This option" in parts[0]["html"]
    baseline, option = parts[-1]["goal"]
    assert baseline["text"].startswith("Baseline: wait.mean[chi_ma, export] < 1 min: not met")
    assert not option["met"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"base": "no-such-name"}, "there is no scenario 'no-such-name'"),
        ({"base": "/etc/passwd"}, "the app was not started with /etc/passwd"),
        ({"gate": "mong_cai"}, "the scenario has no gate 'mong_cai'"),
        ({"goal": "wait.mean[chi_ma] over 3"}, "is no condition"),
        ({"option": {"moved": {"run.days": 3}}}, "the scenario has no control 'run.days'"),
        ({"option": {"moved": {DOCUMENTS: -1}}}, "servers"),
        ({"option": {"upgrades": ["baseline-2025"]}}, "no calendar"),
    ],
    ids=[
        "no scenario",
        "other file",
        "no gate",
        "no goal",
        "no control",
        "bad value",
        "another baseline",
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(
    app: Running, study: dict[str, Any], change: dict[str, Any], reason: str
) -> None:
    """The error of the program comes as the answer, and the next question is answered."""
    parts = app.ask("answer", study | change)
    assert reason in parts[-1]["error"]
    assert "Traceback" not in parts[-1]["error"]
    assert app.ask("controls", study)[0]["gates"].keys() == {"chi_ma", "dong_dang"}


def test_whatever_is_sent_the_server_goes_on(app: Running) -> None:
    """Random methods, paths and bodies give a client's error, never a fault of the server."""
    draw = random.Random(20)
    methods = ("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS")
    parts = ("begin", "ask", "answer", "study", "result", "saved", "é", "%ff", "..", "a" * 3000, "")
    bodies = (
        b"",
        b"{",
        b"[]",
        b'{"page": 3}',
        b"\xff\xfe",
        b'{"study": {"option": null}}',
        b'{"revision": 1e999, "study": {}}',
        b'{"a":' * 3000,
        b'"' + b"x" * 60_000,
    )
    for _ in range(150):
        path = "/".join(draw.choice(parts) for _ in range(draw.randint(1, 4)))
        path = "".join(sign if ord(sign) < 128 else "%C3%A9" for sign in path)
        status, content = app.request(
            draw.choice(methods), f"/{TOKEN}/{path}", raw=draw.choice(bodies)
        )
        assert status < 500, (path, content)
    assert app.request("GET", f"/{TOKEN}/")[0] == 200


def test_slow_callers_do_not_stop_it(app: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections whose headers never end are closed, and others are answered meanwhile."""
    monkeypatch.setattr("sim.app.guards._SECONDS", 0.3)
    slow = [socket.create_connection(("127.0.0.1", app.port), timeout=60) for _ in range(100)]
    try:
        for line in slow:
            line.sendall(b"GET / HTTP/1.1\r\nHost: ")
        assert app.request("GET", f"/{TOKEN}/")[0] == 200
        assert [line.recv(10) for line in slow] == [b""] * 100
    finally:
        for line in slow:
            line.close()


def test_a_study_is_as_it_was_after_a_restart(
    app: Running, study: dict[str, Any], small: str
) -> None:
    """Each change lies on the disk before it is acknowledged; the address stays too."""
    _, begun = app.request("POST", f"/{TOKEN}/begin", {"question": "free", "lang": "en"})
    name = json.loads(begun)["id"]
    study["option"] = {"moved": {DOCUMENTS: 4}, "title": "Bốn quầy"}
    change = {"revision": 0, "study": study}
    assert app.request("PUT", f"/{TOKEN}/study/{name}", change) == (200, b'{"revision":1}')
    assert app.store.token() == app.store.token()
    with running(app.store.folder, (small,)) as again:
        status, page = again.request("GET", f"/{TOKEN}/study/{name}")
    assert status == 200
    assert (
        "Bốn quầy"
        in json.loads(page.split(b'id="data">')[1].split(b"</script>")[0])["study"]["option"][
            "title"
        ]
    )


def test_two_windows_do_not_overwrite_each_other(app: Running, study: dict[str, Any]) -> None:
    """The second to save a change of the same state is told, and nothing is lost."""
    _, begun = app.request("POST", f"/{TOKEN}/begin", {"question": "free", "lang": "en"})
    name = json.loads(begun)["id"]
    first = {"revision": 0, "study": study | {"gate": "chi_ma"}}
    second = {"revision": 0, "study": study | {"gate": "dong_dang"}}
    assert app.request("PUT", f"/{TOKEN}/study/{name}", first)[0] == 200
    assert app.request("PUT", f"/{TOKEN}/study/{name}", second)[0] == 409
    assert app.store.read(name).study.gate == "chi_ma"


def test_a_newer_question_ends_the_older(app: Running, study: dict[str, Any]) -> None:
    """Of questions that one page asks quickly, the last is answered in full."""
    import threading

    ended: dict[int, list[dict[str, Any]]] = {}

    def ask(servers: int) -> None:
        moved = {"moved": {DOCUMENTS: servers}}
        ended[servers] = app.ask("answer", study | {"option": moved})

    threads = []
    for servers in range(1, 9):
        threads.append(threading.Thread(target=ask, args=(servers,)))
        threads[-1].start()
        time.sleep(0.02)
    for thread in threads:
        thread.join(120)
    assert ended[8][-1]["last"]


def test_without_the_extra_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where starlette or uvicorn is missing, the error names the extra."""
    import sys

    from typer.testing import CliRunner

    from sim.cli import app as commands

    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.delitem(sys.modules, "sim.app.serve", raising=False)
    monkeypatch.delitem(sys.modules, "sim.app", raising=False)
    shown = CliRunner().invoke(commands, ["app", "--out", str(tmp_path), "--no-browser"])
    assert shown.exit_code == 2
    assert "pip install 'langson[app]'" in shown.output
