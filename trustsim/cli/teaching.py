"""Commands for teaching: `app`."""

from __future__ import annotations

from typing import Annotated

import typer

from trustsim.cli.application import app as program
from trustsim.cli.endings import ends_well, tell

BY_DEFAULT = 8765
"""Where the app listens; the same as `app.serve.PORT`, which would load too much here."""


@program.command(
    epilog="""\b
Examples:
  trustsim app
  trustsim app --port 9000 --no-browser

Needs the extra: pip install "trustsim[app]". Works without the internet."""
)
@ends_well
def app(
    port: Annotated[
        int, typer.Option(help="Where to listen; a free port if that is taken.", metavar="PORT")
    ] = BY_DEFAULT,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open it in the browser.")
    ] = True,
) -> None:
    """Seven lessons to play with in a browser. Served to this machine only."""
    from trustsim.app.serve import serve

    serve(port=port, browser=browser, tell=tell)
