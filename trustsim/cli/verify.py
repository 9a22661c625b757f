"""The command `verify`."""

from __future__ import annotations

from typing import Annotated

import typer

from trustsim.cli.application import app
from trustsim.cli.arguments import COMPILING
from trustsim.cli.exit_codes import FAILED, ends_well, tell


@app.command(epilog="Examples: trustsim verify; trustsim verify --full")
@ends_well
def verify(
    full: Annotated[
        bool, typer.Option("--full", help="With ten times as many partnerships; takes minutes.")
    ] = False,
) -> None:
    """Check this installation. Compares it with closed forms, published numbers and agents."""
    from trustsim.engines.compiling import compile_kernel
    from trustsim.report.terminal import columns_of
    from trustsim.verification import verify as verified

    compile_kernel(lambda: tell(COMPILING))
    found = verified(quick=not full)
    wrong = len(found) - int(found["passed"].sum())
    for number in ("expected", "got", "tolerance"):
        found[number] = [f"{value:.6g}" for value in found[number]]
    print(columns_of(found.assign(passed=found["passed"].map({True: "yes", False: "NO"}))))
    if wrong:
        tell(f"{wrong} of {len(found)} checks failed: do not rely on results of this installation")
        raise typer.Exit(FAILED)
    tell(f"all {len(found)} checks passed")
