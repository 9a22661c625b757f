"""The app as a program of its own, and a browser without a window that looks at it."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from importlib.util import find_spec

import pytest

from trustsim.app.handouts import write_lessons
from trustsim.app.serve import PACKAGES

PATIENCE = 240  # seconds: a machine that compiles with a cold cache, while others test too
SLOW = 30  # seconds: any one thing on a page
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def lacking(*packages):
    """What is not there and needed to look at a page; nothing if all is."""
    missing = [name for name in (*packages, "playwright") if find_spec(name) is None]
    if missing:
        return f"not installed: {', '.join(missing)}"
    return "" if browser_path() else "no Chromium on this machine"


def browser_path():
    """The browser of this machine; nothing is downloaded."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), "")


@contextmanager
def served(*words):
    """Where the app listens, while a program that serves it runs."""
    if missing := lacking(*PACKAGES):
        pytest.skip(missing)
    with subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env=dict(os.environ),
    ) as server:  # fmt: skip
        try:
            for line in server.stderr:
                if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                    yield found[0]
                    break
            else:
                pytest.fail("the app ended before it listened")
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture(scope="module")
def address():
    """Where the app listens, while it runs."""
    with served("-m", "trustsim", "app", "--port", "0", "--no-browser") as found:
        yield found


@pytest.fixture(scope="module")
def chromium():
    """A browser, which is given back at the end."""
    if missing := lacking():
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        yield browser
        browser.close()


class Watched:
    """A page, and everything that went wrong or went out while it was looked at."""

    def __init__(self, page, address):
        self.page = page
        self.address = address
        self.wrong = []
        self.asked = set()
        page.set_default_timeout(SLOW * 1000)
        page.on("console", lambda one: one.type == "error" and self.wrong.append(one.text))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("requestfailed", lambda one: self.wrong.append(f"failed: {one.url}"))
        page.on("response", lambda one: one.status >= 400 and self.wrong.append(one.url))
        page.on("request", lambda one: self.asked.add(one.url))
        page.on("websocket", lambda one: self.asked.add(one.url))

    def open(self, query):
        """Open a page and wait for its picture."""
        self.page.goto(f"{self.address}?{query}")
        self.page.wait_for_selector(".twin svg.timeline >> nth=1")
        return self


@pytest.fixture
def watched(chromium, address):
    """Opens pages of a width, and checks at the end that nothing was wrong or went out."""

    @contextmanager
    def opened(query, width=1280, height=900):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        one = Watched(context.new_page(), address).open(query)
        yield one
        context.close()
        assert not one.wrong
        place = address.removeprefix("http://").rstrip("/")
        strangers = [url for url in one.asked if re.match(r"\w+://([^/]+)", url)[1] != place]
        assert not [url for url in strangers if not url.startswith(("data:", "blob:"))]

    return opened


@pytest.fixture(scope="session")
def handed_out(tmp_path_factory):
    """A folder with the handouts of two lessons."""
    folder = tmp_path_factory.mktemp("handouts") / "lessons"
    write_lessons(["leaving", "luck"], folder, seed=3, replicate=2)
    return folder
