"""How the site is built from the pages of this repository: `make docs`.

The source folder is the root of the repository, so that a link between two pages is the same for
a reader of the files and for a reader of the site. Nothing is fetched, neither when building nor
when reading.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import trustsim  # noqa: E402

project = "trustsim"
author = "The trustsim developers"
version = release = trustsim.__version__
html_title = f"trustsim {release}"
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
root_doc = "docs/index"
include_patterns = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/**.md",
    "experiments/*/README.md",
    "notebooks/*.ipynb",
    "trustsim/data/README.md",
]
exclude_patterns = [".*", "out", "build", "dist", "mutants", "**/.ipynb_checkpoints"]

# Without a network only our own names can be resolved. Of these, what no page shows:
nitpicky = True
nitpick_ignore_regex = [
    ("py:class", r"(?!trustsim\.).*"),
    ("py:class", r"trustsim\.(scenarios\.change\.Change|analysis\.outcomes\.Outcome)"),
    ("py:class", r"trustsim\.(sweeps\.reading\.(InFolder|InMemory)|sweeps\.summary\.Sums)"),
    ("py:class", r"trustsim\.engines\.(luck\.Luck|plots\.PartnershipPlots)"),
]
# The type "Outcome" of one module, when another has one too.
suppress_warnings = ["ref.python"]

# Notebooks are shown as they are stored; tests execute them.
nb_execution_mode = "off"
nb_merge_streams = True
myst_heading_anchors = 4
highlight_language = "none"

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_default_options = {"no-value": True}
autodoc_type_aliases = {name: name for name in ("ArrayLike", "Floats", "Integers", "Shares")}
napoleon_google_docstring = False
default_role = "literal"

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
# A page opened as a file may not read its neighbours, as a summary of what was found would.
html_show_search_summary = False

BELOW = {
    "docs/decisions/README": ["0*"],
    "docs/evidence": ["../experiments/*/README"],
    "docs/reference/README": [
        "api", "command_line", "figures", "analysis", "discovery", "calibration", "sweeps", "rules",
        "data",
    ],
}  # fmt: skip
"""Pages that stand below another one: said here, where it disturbs no reader of the files."""

FRONT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>trustsim</title>
<meta http-equiv="refresh" content="0; url=docs/index.html">
<p><a href="docs/index.html">Documentation of trustsim</a></p></html>
"""


def put_below(_app: Any, name: str, source: list[str]) -> None:
    """Add the contents list of a page that has others below it."""
    if name in BELOW:
        lines = "\n".join(BELOW[name])
        source[0] += f"\n\n```{{toctree}}\n:hidden:\n:glob:\n\n{lines}\n```\n"


def write_front(app: Any, failed: Exception | None) -> None:
    """Let the top of what was built lead to the first page."""
    if failed is None and app.builder.name == "html":
        (Path(app.outdir) / "index.html").write_text(FRONT, encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("source-read", put_below)
    app.connect("build-finished", write_front)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
