"""The site of the documentation: built strictly, complete, and readable without a network."""

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
CHROMIUM = Path("/usr/bin/chromium")
PLAIN = (
    *("-D", "extensions=myst_nb,sphinx.ext.autodoc,sphinx.ext.napoleon"),
    *("-D", "html_theme=basic"),
)
"""Without pages of source code and the look of all pages, which are more than half of the time."""
OUTSIDE = (
    "README", "CONTRIBUTING", "CHANGELOG", "trustsim/data/README",
    "experiments/E05_coordinator/README",
)  # fmt: skip


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


def build(folder: Path, source: Path = ROOT, *options: str) -> subprocess.CompletedProcess:
    """As `make docs` does, but for these options."""
    words = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", *options]
    places = [
        "-c",
        str(source / "docs"),
        "-d",
        str(folder / "read"),
        str(source),
        str(folder / "site"),
    ]
    surroundings = {**os.environ, "PYTHONUTF8": "1"}
    surroundings.pop("PYTHONPATH", None)
    return subprocess.run([*words, *places], env=surroundings, capture_output=True, text=True)


@pytest.fixture(scope="module", params=["plain", pytest.param("whole", marks=pytest.mark.slow)])
def built(request, tmp_path_factory):
    """The site, built once for all workers: in half a minute, and plain in half of that."""
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
            done = build(folder, ROOT, *options)
            report.write_text(f"{done.returncode}\n{done.stderr[-5000:]}", encoding="utf-8")
    code, _, told = report.read_text(encoding="utf-8").partition("\n")
    assert code == "0", told
    return folder / "site"


@pytest.fixture(scope="module")
def pages(built):
    return {
        path.relative_to(built): Page(path.read_text(encoding="utf-8"))
        for path in built.rglob("*.html")
    }


def test_the_site_holds_every_page(built, pages):
    """Also those that stand outside docs, each under the path it has in the repository."""
    sources = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("notebooks/*.ipynb")]
    sources += [ROOT / f"{name}.md" for name in OUTSIDE]
    missing = [
        str(path.relative_to(ROOT))
        for path in sources
        if path.relative_to(ROOT).with_suffix(".html") not in pages
    ]
    assert not missing
    assert len(sources) > 50


def test_the_first_page_is_found_from_the_top(built, pages):
    top = (built / "index.html").read_text(encoding="utf-8")
    assert (built / re.search(r"url=(\S+)\"", top)[1]).is_file()
    assert Path("docs/index.html") in pages


def test_nothing_is_loaded_from_elsewhere(built, pages):
    """No font, script, style or picture; addresses in prose may be followed by whoever wants to."""
    for path, page in pages.items():
        far = [one for one in page.loaded if urlparse(one).scheme not in ("", "data")]
        assert not [*far, *(one for one in page.loaded if one.startswith("//"))], path
        for one in page.loaded:
            file = unquote(urlparse(one).path)
            assert urlparse(one).scheme or (built / path.parent / file).is_file(), f"{path}: {one}"
    for style in built.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//", text), style


def back(path: Path) -> bool:
    """A page of source, which leads back to the right page, but may not know the place on it."""
    return path.parts[0] == "_modules"


def test_every_link_leads_somewhere(built, pages):
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlparse(link)
            if parts.scheme or not link or path == Path("index.html"):
                continue
            target = (
                (built / path.parent / unquote(parts.path)).resolve()
                if parts.path
                else built / path
            )
            anchor = unquote(parts.fragment)
            known = target.is_file()
            if known and anchor and target.suffix == ".html":
                known = anchor in pages[target.relative_to(built.resolve())].names or back(path)
            if not known:
                broken.append(f"{path}: {link}")
    assert not broken


def test_the_reference_holds_every_public_name(built, pages):
    names = pages[Path("docs/reference/api.html")].names
    elsewhere = {
        "interventions": "interventions",
    }
    for name in set(trustsim.__all__) - {"__version__"}:
        assert elsewhere.get(name, f"trustsim.{name}") in names, name
    assert set(CATALOG) <= names


@pytest.mark.parametrize("package", ["figures", "analysis", "calibration"])
def test_the_reference_holds_what_a_package_offers(pages, package):
    module = importlib.import_module(f"trustsim.{package}")
    names = pages[Path(f"docs/reference/{package}.html")].names
    wanted = [name for name in module.__all__ if callable(getattr(module, name))]
    assert len(wanted) > 10
    assert not [name for name in wanted if f"trustsim.{package}.{name}" not in names]


def test_docstrings_leave_no_markup_behind(built):
    """A backtick or a star that can still be seen was meant to be markup."""
    for path in (built / "docs" / "reference").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        said = re.sub(
            r"<(pre|code|dt)\b.*?</\1>|<script.*?</script>|<[^>]+>", "", text, flags=re.DOTALL
        )
        assert "`" not in said, path.name
        assert "problematic" not in text, path.name


def test_the_search_knows_words_of_the_pages(built):
    index = (built / "searchindex.js").read_text(encoding="utf-8")
    assert index.startswith("Search.setIndex(")
    for word in ("handov", "tokenist", "mandat"):
        assert re.search(rf'["{{,]{word}\w*"?:', index), word


def test_a_broken_link_fails_the_build(tmp_path):
    if importlib.util.find_spec("furo") is None:
        pytest.skip('the site needs its extra: pip install "trustsim[docs]"')
    source = tmp_path / "source"
    (source / "docs").mkdir(parents=True)
    (source / "docs" / "_static").mkdir()
    conf = (ROOT / "docs" / "conf.py").read_text(encoding="utf-8")
    (source / "docs" / "conf.py").write_text(conf.replace('"docs/decisions/README": ["0*"],', ""))
    index = "# A page\n\nIt leads [nowhere](nowhere.md).\n"
    (source / "docs" / "index.md").write_text(index, encoding="utf-8")
    (source / "trustsim").symlink_to(ROOT / "trustsim")
    done = build(tmp_path, source)
    assert done.returncode == 1
    assert "nowhere.md" in done.stderr


BROWSER = '''
import sys
from playwright.sync_api import sync_playwright

site, chromium = sys.argv[1:]
RIGHT = """() => Math.max(...[...document.querySelectorAll("article p, article h1, article li")]
    .filter(one => !one.closest("table, pre, .cell_output"))
    .map(one => one.getBoundingClientRect().right))"""
asked, said = [], []
with sync_playwright() as tool:
    browser = tool.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda wrong: said.append(str(wrong)))
    for name in ("docs/index", "docs/model", "docs/reference/api", "notebooks/01_one_partnership"):
        page.goto(f"file://{site}/{name}.html")
        page.wait_for_load_state("load")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        assert 300 < page.evaluate(RIGHT) <= 390, name
    page.goto(f"file://{site}/search.html?q=handover")
    # The results are put in one after another, so the first being there says nothing of the sixth.
    page.wait_for_function("document.querySelectorAll('ul.search li a').length > 5", timeout=60000)
    browser.close()
assert not said, said
far = [one for one in asked if not one.startswith(("file:", "data:"))]
assert not far, far
print(len(asked))
'''


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium here")
@pytest.mark.parametrize("built", ["whole"], indirect=True)
def test_it_is_read_from_files_on_a_phone_and_searched(built, tmp_path):
    """Opened as files: nothing is asked of a network, nothing complained of, nothing too wide."""
    words = [sys.executable, "-c", BROWSER, str(built), str(CHROMIUM)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout) > 10
