"""The site of the documentation: built without a warning, complete, readable without a network."""

import importlib.util
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from filelock import FileLock

import trustsim
from trustsim.scenarios.interventions.catalog import CATALOG

ROOT = Path(__file__).resolve().parents[1]
PLAIN = (
    *("-D", "extensions=myst_nb,sphinx.ext.autodoc,sphinx.ext.napoleon"),
    *("-D", "html_theme=basic"),
)
"""Without pages of source code and the theme, which take more than half of the time."""


class Page(HTMLParser):
    """What a page loads, where it links to, and what can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.names |= {given[key] for key in ("id", "name") if given.get(key)}
        if tag == "a":
            self.links.append(given.get("href") or "")
        elif tag == "link":
            self.loaded += [given["href"]] * ("stylesheet" in (given.get("rel") or ""))
        else:
            self.loaded += [given[key] for key in ("src", "data", "poster") if given.get(key)]


@pytest.fixture(scope="module", params=["plain", pytest.param("whole", marks=pytest.mark.nightly)])
def built(request, tmp_path_factory):
    """The site, built once for all workers, as `make docs` does or plain."""
    if importlib.util.find_spec("furo") is None:
        pytest.skip('the site needs its extra: pip install "trustsim[docs]"')
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder /= request.param
    folder.mkdir(exist_ok=True)
    options = () if request.param == "whole" else PLAIN
    report = folder / "site.txt"
    with FileLock(folder / "site.lock"):
        if not report.exists():
            words = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", *options]
            places = ["-c", ROOT / "docs", "-d", folder / "read", ROOT, folder / "site"]
            done = subprocess.run([*words, *map(str, places)], capture_output=True, text=True)
            report.write_text(f"{done.returncode}\n{done.stderr[-5000:]}", encoding="utf-8")
    code, _, said = report.read_text(encoding="utf-8").partition("\n")
    assert code == "0", said
    return folder / "site"


@pytest.fixture(scope="module")
def pages(built):
    return {
        path.relative_to(built): Page(path.read_text(encoding="utf-8"))
        for path in built.rglob("*.html")
    }


def test_the_site_holds_every_page_under_its_path(built, pages):
    sources = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("notebooks/*.ipynb")]
    sources += [*ROOT.glob("experiments/E*/README.md"), ROOT / "trustsim" / "data" / "README.md"]
    wanted = [path.relative_to(ROOT).with_suffix(".html") for path in sources]
    assert not [str(path) for path in wanted if path not in pages]
    front = (built / "index.html").read_text(encoding="utf-8")
    assert re.search(r"url=(\S+)\"", front)[1] == "docs/index.html"


def test_nothing_is_loaded_from_elsewhere(built, pages):
    """No font, script, style or picture."""
    for path, page in pages.items():
        for one in page.loaded:
            parts = urlparse(one)
            assert parts.scheme in ("", "data"), f"{path}: {one}"
            assert not parts.netloc, f"{path}: {one}"
            file = built / path.parent / unquote(parts.path)
            assert parts.scheme or file.is_file(), f"{path}: {one}"
    for style in built.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//", text), style


def test_every_link_leads_somewhere(built, pages):
    """Pages of source code link back to the right page, but may not know the place on it."""
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlparse(link)
            if parts.scheme or not link or path == Path("index.html"):
                continue
            target = (built / path.parent / unquote(parts.path)).resolve()
            target = target if parts.path else (built / path).resolve()
            anchor = unquote(parts.fragment)
            known = target.is_file()
            if known and anchor and target.suffix == ".html" and path.parts[0] != "_modules":
                known = anchor in pages[target.relative_to(built.resolve())].names
            if not known:
                broken.append(f"{path}: {link}")
    assert not broken


def test_the_reference_holds_every_public_name(pages):
    names = set().union(*(pages[one].names for one in pages if one.parts[:2][-1] == "reference"))
    modules = {"scenarios", "interventions", "settings", "__version__"}
    assert {f"trustsim.{name}" for name in set(trustsim.__all__) - modules} <= names
    assert set(CATALOG) <= names
    for package in ("figures", "analysis", "calibration"):
        module = importlib.import_module(f"trustsim.{package}")
        offered = [name for name in module.__all__ if callable(getattr(module, name))]
        assert len(offered) > 5
        assert {f"trustsim.{package}.{name}" for name in offered} <= names


def test_docstrings_leave_no_markup_behind(built):
    """A backtick that can still be seen was meant to be markup."""
    for path in (built / "docs" / "reference").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        said = re.sub(
            r"<(pre|code|dt)\b.*?</\1>|<script.*?</script>|<[^>]+>", "", text, flags=re.DOTALL
        )
        assert "`" not in said, path.name
        assert "problematic" not in text, path.name
