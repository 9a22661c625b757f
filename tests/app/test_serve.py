"""The app starts on this machine only, and says what is missing."""

import asyncio
import signal
import socket
import subprocess
import sys

import pytest

from trustsim import cli
from trustsim.app import serve
from trustsim.cli import lesson
from trustsim.errors import MissingExtraError, ParameterError


def test_the_command_and_the_server_mean_the_same_port():
    assert lesson.BY_DEFAULT == serve.PORT


def test_it_listens_on_this_machine_only():
    with serve.listening(0) as ours:
        assert ours.getsockname()[0] == "127.0.0.1"


def test_a_taken_port_gives_way_to_a_free_one():
    with socket.socket() as taken:
        taken.bind((serve.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with serve.listening(port) as ours:
            assert ours.getsockname()[1] not in (0, port)


def test_small_answers_do_not_wait_for_one_another():
    """A server on the socket sends each as soon as it is written: no 40 ms by Nagle's algorithm."""

    async def sent_at_once():
        met = asyncio.get_running_loop().create_future()

        async def meet(_, line):
            ours = line.get_extra_info("socket")
            met.set_result(ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            line.close()

        async with await asyncio.start_server(meet, sock=serve.listening(0)) as server:
            _, visitor = await asyncio.open_connection(*server.sockets[0].getsockname())
            visitor.close()
            return await met

    assert asyncio.run(sent_at_once())


@pytest.mark.parametrize("port", [-1, 65536, 1.5, "8765", True])
def test_a_port_that_makes_no_sense_is_refused(port):
    with pytest.raises(ParameterError, match="port"):
        serve.listening(port)


def test_a_missing_extra_is_told_in_a_line(monkeypatch, capsys):
    monkeypatch.setattr(serve, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"trustsim\[app\]"):
        serve.check_installed()
    monkeypatch.setattr(sys, "argv", ["trustsim", "app"])
    with pytest.raises(SystemExit) as ended:
        cli.app(prog_name="trustsim")
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "MissingExtraError" in told
    assert told.count("\n") == 1


def test_the_server_is_told_to_talk_to_nobody():
    assert serve.SETTINGS["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] == "False"
    assert serve.SETTINGS["SOLARA_ASSETS_CDN"].startswith("http://127.0.0.1:")
    assert serve.SETTINGS["SOLARA_MODE"] == "production"


def test_nothing_is_kept_of_who_left_and_no_visitor_moves_the_app_for_all():
    assert serve.SETTINGS["SOLARA_KERNEL_CULL_TIMEOUT"] == "2m"
    assert serve.SETTINGS["SOLARA_STATE_AUTO_REMOUNT"] == "True"
    assert serve.SETTINGS["SOLARA_ROOT_PATH"] == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C as a signal")
def test_ctrl_c_as_soon_as_it_listens_is_answered_in_one_line():
    pytest.importorskip("solara")
    command = [sys.executable, "-m", "trustsim", "app", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert next(server.stderr).startswith("trustsim: starting the app"), "no silence before"
        assert any("the app is at" in line for line in server.stderr)
        server.send_signal(signal.SIGINT)
        assert server.stderr.read() == "trustsim: the app has stopped\n"
    assert server.returncode == 0
