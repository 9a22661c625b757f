"""The app is served to this machine only, starts and stops in one line, and names what it lacks."""

import asyncio
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from trustsim import cli
from trustsim.app import serve
from trustsim.errors import MissingExtraError, ParameterError


def test_the_command_and_the_server_use_the_same_port():
    options = typer.main.get_command(cli.app).commands["app"].params
    assert next(one.default for one in options if one.name == "port") == serve.PORT


def test_it_listens_on_this_machine_only():
    with serve.listening(0) as ours:
        assert ours.getsockname()[0] == "127.0.0.1"


def test_if_the_port_is_taken_a_free_one_is_used():
    with socket.socket() as taken:
        taken.bind((serve.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with serve.listening(port) as ours:
            assert ours.getsockname()[1] not in (0, port)


@pytest.mark.parametrize("port", [-1, 65536, 1.5, "8765", True])
def test_an_impossible_port_is_refused(port):
    with pytest.raises(ParameterError, match="port"):
        serve.listening(port)


def test_a_missing_extra_is_named_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr(serve, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"trustsim\[app\]"):
        serve.check_installed()
    monkeypatch.setattr(sys, "argv", ["trustsim", "app"])
    with pytest.raises(SystemExit) as ended:
        cli.app(prog_name="trustsim")
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_no_other_machine_is_asked_for_anything():
    assert serve.SETTINGS["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] == "False"
    assert serve.SETTINGS["SOLARA_ASSETS_CDN"].startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [(b"http://evil.example", False), (b"null", False), (b"http://127.0.0.1:8765", True)],
)
def test_a_connection_from_another_site_is_closed(origin, let_in):
    reached, sent = [], []

    async def app(scope, receive, send):
        reached.append(scope)

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    headers = ((b"origin", origin), (b"host", b"127.0.0.1:8765"))
    guarded = serve.own_pages_only(app, Path())
    asyncio.run(guarded({"type": "websocket", "headers": headers}, receive, send))
    assert bool(reached) is let_in
    assert sent == ([] if let_in else [{"type": "websocket.close", "code": 1008}])


@pytest.mark.parametrize(
    ("path", "status"), [("file.js", 200), ("", 404), ("folder", 404), ("../secret", 404)]
)
def test_a_folder_of_assets_can_not_be_asked_for(path, status, tmp_path):
    """Solara would delete it."""
    (tmp_path / "assets" / "folder").mkdir(parents=True)
    (tmp_path / "assets" / "file.js").write_text("1")
    (tmp_path / "secret").write_text("1")
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200})

    async def send(message):
        sent.append(message)

    guarded = serve.own_pages_only(app, tmp_path / "assets")
    asyncio.run(guarded({"type": "http", "path": f"{serve.ASSETS}{path}"}, None, send))
    assert sent[0]["status"] == status


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C as a signal")
def test_ctrl_c_stops_it_with_one_line():
    pytest.importorskip("solara")
    command = [sys.executable, "-m", "trustsim", "app", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert any("the app is at" in line for line in server.stderr)
        server.send_signal(signal.SIGINT)
        ending = server.stderr.read()
    assert ending.startswith("trustsim: the app ")
    assert ending.count("\n") == 1
    assert server.returncode == 0
