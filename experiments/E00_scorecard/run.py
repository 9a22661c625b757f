"""Which published facts does the model reproduce, and which rivals do as well?

python experiments/E00_scorecard/run.py --out DIR [--replicates 500] [--models a,b] [--facts SF01]

Writes tables, a figure and a page: every fact beside peers, parts left out, and chance alone.
Bands were fixed before anything was run (facts.toml).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))  # neighbours

from E00_scorecard.scorecard import scorecard, steps
from tqdm import tqdm

from trustsim import output
from trustsim.errors import TrustsimError
from trustsim.report.terminal import columns_of

TOY = {"replicates": 20, "facts": ["SF01", "SF03"], "refit": False}


def main() -> int:
    """The scorecard, into a folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="a folder that does not exist yet")
    parser.add_argument("--replicates", type=int, help="partnerships of each arm; 500")
    for name in ("models", "facts", "settings"):
        parser.add_argument(f"--{name}", type=_named, help="only these, with commas between")
    parser.add_argument("--seed", type=int, help="which world of luck; that of facts.toml")
    parser.add_argument("--no-refit", dest="refit", action="store_false")
    parser.add_argument("--toy", action="store_true", help="two facts, few partnerships")
    asked = vars(parser.parse_args())
    out, toy = asked.pop("out"), asked.pop("toy")
    asked |= TOY if toy else {}
    try:
        output.check_destination(out)
        total = steps(asked["models"], asked["facts"], refit=asked["refit"])
        with tqdm(total=total, unit=" facts", disable=None) as bar:
            found = scorecard(**asked, progress=bar.update)
        page = found.write(out, command=output.command_line())
    except TrustsimError as problem:
        print(problem, file=sys.stderr)
        return 2
    counts = found.tested if len(found.tested) else found.counts
    print(columns_of(counts.drop(columns=["title", "kind"])))
    print(f"the page is {page}")
    return 0


def _named(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


if __name__ == "__main__":
    sys.exit(main())
