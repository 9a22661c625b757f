"""Start the app: on this machine only, with everything it shows taken from this machine."""

from __future__ import annotations

import os
import socket
import threading
import warnings
import webbrowser
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from trustsim.errors import MissingExtraError, ParameterError, refusal

HOST = "127.0.0.1"
PORT = 8765
ASSETS = "/_solara/cdn/"
PACKAGES = ("solara", "solara_assets", "ipyvuetify", "uvicorn", "starlette")

SETTINGS = {
    "SOLARA_APP": "trustsim.app.page",
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_TITLE": "trustsim",
    "SOLARA_ASSETS_PROXY": "True",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False",
    # What is not installed is asked from nobody: a port where no one listens.
    "SOLARA_ASSETS_CDN": "http://127.0.0.1:9/",
    # A page that fell silent (a laptop put to sleep) is forgotten after two minutes, not a day;
    # when it is back, its address says all that is needed to show it again.
    "SOLARA_KERNEL_CULL_TIMEOUT": "2m",
    "SOLARA_STATE_AUTO_REMOUNT": "True",
    # Else a header of the first visitor decides where the app is, for all.
    "SOLARA_ROOT_PATH": "",
}
"""Settings of Solara: it talks to nobody but the browser, and keeps nothing of who has left."""


def check_installed() -> None:
    """Whether the packages of the extra are there.

    Raises
    ------
    MissingExtraError
        One of them is not.
    """
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        must = "the app needs packages that trustsim does not install by itself"
        step = 'Run `pip install "trustsim[app]"`.'
        raise MissingExtraError(refusal("app", "missing", ", ".join(missing), must, step))


def listening(port: int) -> socket.socket:
    """A socket of this machine at this port, or at a free one if that is taken.

    Raises
    ------
    ParameterError
        The port is not in [0, 65535].
    """
    if type(port) is not int or not 0 <= port <= 65535:
        step = "Leave it out for the usual one."
        raise ParameterError(refusal("app", "port", port, "must be in [0, 65535]", step))
    # Named, or asyncio does not know it for TCP, and answers wait 40 ms for one another (Nagle).
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((HOST, port))
    except OSError:
        made.bind((HOST, 0))
    return made


def own_pages_only(app: Any, assets: Path) -> Any:
    """The app, closed to connections that a page of another site opens, and to folders of assets.

    Solara deletes a folder among its assets when somebody asks for its address.
    """

    def is_file(name: str) -> bool:
        try:
            file = (assets / name).resolve()
            return file.is_relative_to(assets.resolve()) and file.is_file()
        except (OSError, ValueError):  # a name that no file can have
            return False

    async def asked(scope: Any, receive: Any, send: Any) -> None:
        headers, path = dict(scope.get("headers", ())), scope.get("path", "")
        origin = headers.get(b"origin")
        strange = origin and urlsplit(origin).netloc != headers.get(b"host")
        if scope["type"] == "websocket" and strange:
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        elif path.startswith(ASSETS) and not is_file(path.removeprefix(ASSETS)):
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            await app(scope, receive, send)

    return asked


def serve(*, port: int = PORT, browser: bool = True, tell: Callable[[str], object] = print) -> None:
    """Serve the app until it is interrupted.

    Parameters
    ----------
    port : int, optional
        Where to listen; a free port is taken if somebody else listens there.
    browser : bool, optional
        Whether to open it in the browser.
    tell : callable, optional
        Given the address, and before it that the app starts, and if the model must be compiled.

    Raises
    ------
    MissingExtraError, ParameterError
        The extra is not installed; the port makes no sense.
    """
    check_installed()
    ours = listening(port)
    address = f"http://{HOST}:{ours.getsockname()[1]}/"
    os.environ.update(SETTINGS)
    tell("starting the app, which takes a few seconds")
    import uvicorn
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from trustsim.engines.compiling import compile_kernel

    compile_kernel(lambda: tell("compiling the model once, about half a minute"))
    from solara.server.settings import assets
    from solara.server.starlette import app

    from trustsim.app.page import warm

    warm()
    # Pages of other sites could otherwise reach the app under a name that leads here.
    guarded = TrustedHostMiddleware(
        own_pages_only(app, assets.proxy_cache_dir), allowed_hosts=[HOST, "localhost"]
    )
    settings = uvicorn.Config(
        guarded, log_level="warning", proxy_headers=False, timeout_graceful_shutdown=5
    )
    # Solara's advice to whoever embeds it in another site: nobody does here.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")
    # Ctrl-C before the server has begun is no fault of anybody's.
    warnings.filterwarnings("ignore", message="coroutine 'Server.serve' was never awaited")
    ours.listen()  # from here on a browser waits instead of being turned away
    tell(f"the app is at {address} (Ctrl-C stops it)")
    if browser:
        threading.Timer(1.0, webbrowser.open, [address]).start()
    uvicorn.Server(settings).run(sockets=[ours])
