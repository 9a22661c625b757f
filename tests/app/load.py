"""The app under load: many sessions at once, slow clients, junk; it stays up, sessions don't mix.

    python -m tests.app.load --sessions 50 --minutes 5

starts the app as a program of its own, opens the sessions (some in a real browser, the rest as
the page's script would speak, see `wire`), and lets each move its own levers on its own luck. What
every session is shown is compared with `simulate` again and again. Meanwhile `nasty` clients do
what nobody should. Prints a table of what was measured, and ends with 1 if anything was wrong.
Keeps one core busy by itself, so the times it gives are those of a machine with one core less.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.app import nasty
from tests.app.wire import Session, agree, expected, shown
from trustsim.app.state import read_query

LEVERS = (
    ("slide", "How hard you pull", 0.5),
    ("choose", "The lever", "deadline"),
    ("slide", "How hard you pull", 0.8),
    ("slide", "How long you hold it", 24.0),
    ("choose", "The lever", "away_day"),
    ("slide", "How hard you pull", 0.25),
    ("press", "Next", None),
    ("choose", "The lever", "mandate"),
    ("slide", "How long you hold it", 60.0),
)
STARTED = re.compile(r"http://127\.0\.0\.1:\d+/")


class Server:
    """The app as a program, what it writes, and what it takes."""

    def __init__(self, address, process, log):
        self.address, self.log = address, log
        self.process = psutil.Process(process.pid)

    def memory(self):
        """Resident memory, in megabytes."""
        return self.process.memory_info().rss / 1e6

    def threads(self):
        """Threads that it has now."""
        return self.process.num_threads()

    def processor(self):
        """Seconds of processor time that it has taken."""
        taken = self.process.cpu_times()
        return taken.user + taken.system

    def told(self):
        """What it has written so far."""
        return Path(self.log).read_text(encoding="utf-8", errors="replace")


@contextmanager
def started(words=("-m", "trustsim", "app", "--port", "0", "--no-browser"), patience=240):
    """The app, running; its assets are a copy, in case that somebody succeeds in harming them."""
    with tempfile.TemporaryDirectory() as folder:
        assets, log = Path(folder, "cdn"), Path(folder, "log")
        shutil.copytree(Path(sys.prefix, "share/solara/cdn"), assets, copy_function=_link)
        environment = {**os.environ, "SOLARA_ASSETS_PROXY_CACHE_DIR": str(assets),
                       "PYTHONUNBUFFERED": "1"}  # fmt: skip
        with (
            open(log, "w") as told,
            subprocess.Popen(
                [sys.executable, *words], stdout=told, stderr=told, env=environment
            ) as process,
        ):
            try:
                until = time.monotonic() + patience
                while not (found := STARTED.search(log.read_text())):
                    if process.poll() is not None or time.monotonic() > until:
                        raise RuntimeError(f"the app did not start: {log.read_text()[-500:]}")
                    time.sleep(0.1)
                server = Server(found[0], process, log)
                server.files = sorted(one.relative_to(assets) for one in assets.rglob("*"))
                server.assets = assets
                yield server
            finally:
                process.terminate()
                process.wait(60)


def _link(source, target):
    os.link(source, target) if os.stat(source).st_dev == os.stat(Path(target).parent).st_dev else (
        shutil.copy2(source, target)
    )


class Reader:
    """One session that moves its levers and looks whether what it sees is its own."""

    def __init__(self, address, number):
        self.number = number
        self.query = f"lesson=bullets&bet=skip&luck={number}&which={number % 90}"
        self.address, self.session = address, None
        self.step, self.times, self.seen = number, [], []

    def open(self):
        """Open the page; seconds that took."""
        begun = time.perf_counter()
        self.session = Session(self.address, self.query)
        self.look()
        return time.perf_counter() - begun

    def move(self):
        """Move the next lever, and look."""
        act, label, value = LEVERS[self.step % len(LEVERS)]
        self.step += 1
        given = (label,) if value is None else (label, value)
        self.times.append(getattr(self.session, act)(*given))
        self.look()

    def look(self):
        """Note what is shown, and where."""
        self.seen.append((self.session.where() or self.query, shown(self.session.html())))

    def wrong(self):
        """What was shown and is not this session's own, or not what `simulate` says."""
        return wrong_of(self.seen, self.number, self.number % 90)


def wrong_of(seen, luck, which=0):
    """Views that are of another session, or not what `simulate` says."""
    wrong = []
    for where, found in seen:
        state, _ = read_query(where)
        if (state.luck, state.which) != (luck, which) or not agree(found, expected(where)):
            wrong.append(f"session {luck} at {where}: shown {found}")
    return wrong


def all_at_once(work, things):
    """Do the same with each, in threads of their own; what went wrong, by name."""
    faults = []

    def one(thing):
        try:
            return work(thing)
        except Exception as problem:
            faults.append(f"{type(problem).__name__}: {problem}"[:200])
            return None

    with ThreadPoolExecutor(max(len(things), 1)) as pool:
        found = list(pool.map(one, things))
    return [one for one in found if one is not None], faults


def quantiles(times):
    """Median, 95th in a hundred and worst, in seconds."""
    ordered = sorted(times)
    if not ordered:
        return {"n": 0}
    at = [ordered[min(int(share * len(ordered)), len(ordered) - 1)] for share in (0.5, 0.95)]
    return {"n": len(ordered), "p50": round(at[0], 2), "p95": round(at[1], 2),
            "worst": round(ordered[-1], 2)}  # fmt: skip


def keep_moving(readers, seconds, pause, luck):
    """Each moves a lever, thinks for about `pause` seconds, and goes on; what failed."""
    until = time.monotonic() + seconds

    def live(reader):
        thinking = random.Random(f"{luck} {reader.number}")
        time.sleep(thinking.uniform(0, pause))
        while time.monotonic() < until:
            reader.move()
            # Taking in what comes between, as a browser does.
            reader.session.listen(thinking.uniform(0.5, 1.5) * pause)
        return 1

    return all_at_once(live, readers)[1]


def browse(address, number, seconds, wrong, seen):
    """So many pages in a real browser, each of its own luck, until the time is over."""
    from playwright.sync_api import sync_playwright

    from tests.app.conftest import browser_path

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        pages = {}
        for nth in range(number):
            page = browser.new_context().new_page()
            page.set_default_timeout(120_000)
            page.on("pageerror", lambda error: wrong.append(f"browser: {error}"))
            page.goto(f"{address}?lesson=bullets&bet=skip&luck={900 + nth}")
            page.wait_for_selector("svg.hundred")
            pages[900 + nth] = page
        until, turn = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            turn += 1
            for luck, page in pages.items():
                key, dose = ("Home", "0") if turn % 2 else ("End", "1")
                page.locator(".lever-dose [role=slider]").press(key)
                seen.setdefault(luck, []).append(settled(page, float(dose)))
        browser.close()


def settled(page, dose, patience=60.0):
    """The address of a page and what it shows, once they are of one state with that dose.

    A page under way from one state to the next shows parts of both, as its pictures come one by
    one; what it shows after `patience` seconds counts, whatever it is.
    """
    until = time.monotonic() + patience
    while True:
        query = page.evaluate("location.search.slice(1)")
        html = page.evaluate("document.querySelector('main').innerHTML")
        trust = [float(one) for one in re.findall(r'class="trust">([\d.]+)', html)]
        found = trust, shown(html)[1]
        arrived = read_query(query)[0].values["dose"] == dose and agree(found, expected(query))
        if arrived or time.monotonic() > until:
            return query, found
        page.wait_for_timeout(250)


def harass(server, seconds, found):
    """Slow clients, junk and vanishing ones, again and again until the time is over."""
    until = time.monotonic() + seconds
    found.update(rounds=0, vanished=0, outside=[], storm_failed=0, faults=[])
    slow = nasty.Slow(server.address, 30)
    found["slow_at_first"] = len(slow.lines)
    deaf = [nasty.Deaf(server.address) for _ in range(2)]
    while time.monotonic() < until:
        try:
            found["outside"] += nasty.reach_outside(server.address)
            found["http"] = nasty.bad_http(server.address)
            found["frames_cut"] = f"{nasty.junk_frames(server.address)} of {len(nasty.FRAMES)}"
            found["doors_open"] = nasty.junk_doors(server.address)
            found["storm_failed"] += nasty.storm(server.address)
            victim = Session(server.address, "lesson=build&bet=skip")
            found["events"] = nasty.junk_events(victim)
            victim.vanish()
            found["vanished"] += 1
            found["slow_left"] = slow.trickle()
        except Exception:
            found["faults"].append(traceback.format_exc(limit=-2))
        found["rounds"] += 1
        time.sleep(1.0)
    found["deaf_cut"] = sum(one.cut(60) for one in deaf)
    slow.close()


def waves(server, number, times):
    """Sessions opened, used once and left, so often: memory after each wave, in megabytes."""
    after = []
    for wave in range(times):
        readers = [Reader(server.address, 1000 + 50 * wave + nth) for nth in range(number)]
        faults = all_at_once(Reader.open, readers)[1]
        faults += all_at_once(Reader.move, readers)[1]
        faults += [line for one in readers for line in one.wrong()]
        faults += all_at_once(lambda one: one.session.leave(), readers)[1]
        time.sleep(8.0)  # Solara sweeps its garbage some seconds after a page is closed
        after.append({"memory": round(server.memory()), "threads": server.threads(),
                      "faults": faults})  # fmt: skip
    return after


def measure(arguments):
    """The whole of it: what was found, as a dictionary, and everything that was wrong."""
    found, wrong = {"sessions": arguments.sessions, "minutes": arguments.minutes}, []
    with started() as server:
        found["memory"] = {"start": round(server.memory())}
        for size in sorted({1, 10, arguments.sessions}):
            readers = [Reader(server.address, 5000 + 10 * size + nth) for nth in range(size)]
            opened, faults = all_at_once(Reader.open, readers)
            for _ in range(arguments.moves):
                faults += all_at_once(Reader.move, readers)[1]
            found[f"{size} at the same moment"] = {
                "open": quantiles(opened), "move": quantiles([t for r in readers for t in r.times]),
                "faults": faults,
            }  # fmt: skip
            for reader in readers:
                reader.times = []
            faults = keep_moving(readers, arguments.calm, arguments.pause, size)
            found[f"{size} each in its own time"] = {
                "move": quantiles([t for r in readers for t in r.times]), "faults": faults,
            }  # fmt: skip
            found["memory"][f"{size} open"] = round(server.memory())
            wrong += [line for reader in readers for line in reader.wrong()] + faults
            faults = all_at_once(lambda one: one.session.leave(), readers)[1]
            time.sleep(8.0)
            found["memory"][f"{size} left"] = round(server.memory())
            print(json.dumps(found), len(wrong), "wrong so far", flush=True)
        wrong += soak(server, arguments, found)
        found["waves"] = waves(server, arguments.sessions, arguments.waves)
        wrong += [fault for wave in found["waves"] for fault in wave["faults"]]
        wrong += at_the_end(server, found)
    return found, wrong


def soak(server, arguments, found):
    """All sessions for the minutes asked for, with browsers among them and nasty clients beside."""
    seconds, wrong, seen, harm = 60 * arguments.minutes, [], {}, {}
    readers = [
        Reader(server.address, nth) for nth in range(arguments.sessions - arguments.browsers)
    ]
    wrong += all_at_once(Reader.open, readers)[1]
    jobs = [threading.Thread(target=harass, args=(server, seconds, harm))]
    if arguments.browsers:
        jobs.append(threading.Thread(
            target=browse, args=(server.address, arguments.browsers, seconds, wrong, seen)
        ))  # fmt: skip
    watching, peak = threading.Event(), [0.0, 0]

    def watch():
        while not watching.wait(1.0):
            peak[:] = [max(peak[0], server.memory()), max(peak[1], server.threads())]

    jobs.append(threading.Thread(target=watch))
    for job in jobs:
        job.start()
    begun, taken = time.monotonic(), server.processor()
    wrong += keep_moving(readers, seconds, arguments.pause, "soak")
    found["soak"] = {
        "move": quantiles([t for reader in readers for t in reader.times]),
        "looked": sum(len(reader.seen) for reader in readers),
        "server's cores": round((server.processor() - taken) / (time.monotonic() - begun), 2),
    }  # fmt: skip
    for job in jobs[:-1]:
        job.join()
    watching.set()
    found["soak"]["looked in browsers"] = sum(map(len, seen.values()))
    wrong += [line for reader in readers for line in reader.wrong()]
    wrong += [line for luck, views in seen.items() for line in wrong_of(views, luck)]
    wrong += [f"got from outside: {path}" for path in harm.get("outside", ())] + harm["faults"]
    found["nasty"] = harm
    found["memory"]["peak of the soak"], found["threads"] = round(peak[0]), {"peak": peak[1]}
    for nth, reader in enumerate(readers):  # half of them say goodbye
        reader.session.leave() if nth % 2 else reader.session.vanish()
    time.sleep(8.0)
    found["memory"]["soak, half left, half vanished"] = round(server.memory())
    print(json.dumps(found), wrong, flush=True)
    time.sleep(arguments.forget)
    found["memory"]["soak, vanished forgotten"] = round(server.memory())
    found["threads"]["soak, vanished forgotten"] = server.threads()
    return wrong


def at_the_end(server, found):
    """Whether the app is alive, serves somebody new, kept its files, and wrote no traceback."""
    wrong = []
    fresh = Reader(server.address, 77)
    found["fresh session opens in"] = round(fresh.open(), 2)
    fresh.move()
    wrong += fresh.wrong()
    fresh.session.leave()
    now = sorted(one.relative_to(server.assets) for one in server.assets.rglob("*"))
    if now != server.files:
        wrong.append(f"files among the assets: {len(server.files)} before, {len(now)} after")
    told = server.told()
    found["tracebacks in the log"] = told.count("Traceback")
    found["lines in the log"] = told.count("\n")
    if found["tracebacks in the log"]:
        wrong.append(told[-3000:])
    found["memory"]["end"], found["threads"]["end"] = round(server.memory()), server.threads()
    return wrong


def main():
    """Run, print, and end with 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--browsers", type=int, default=4, help="of the sessions, in Chromium")
    parser.add_argument("--pause", type=float, default=8.0, help="seconds between two moves")
    parser.add_argument("--moves", type=int, default=3, help="moves of all at the same moment")
    parser.add_argument("--calm", type=float, default=30.0, help="seconds each in its own time")
    parser.add_argument("--waves", type=int, default=4, help="of sessions opened and left")
    parser.add_argument("--forget", type=float, default=130.0, help="seconds to wait for the cull")
    found, wrong = measure(parser.parse_args())
    print(json.dumps(found, indent=1))
    for line in wrong[:40]:
        print("WRONG:", line)
    print(f"{len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
