"""`make bench`: the site beside the least it could cost, in one run. Writes docs/performance.md.

Timings are only comparable within a run: machines are noisy. Bytes and queries are exact. `python -m bench pages`
(or growth, weight, visits) runs one part, prints it and writes nothing.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench import pages, report, visits, weight
from bench.report import Goal, Table
from tests.support import live_server

TIMES, ROUNDS = (1, 10, 100), 5
NEEDED = {"wrk": "wrk", "nginx": "nginx-light"}  # command: Debian's package


def growth() -> tuple[Table, list[Goal]]:
    """One site of each size, side by side, asked in turn."""
    rounds: dict[int, list[dict[str, list[float]]]] = {times: [] for times in TIMES}
    with ExitStack() as ending:
        running = {}
        for times in TIMES:
            settings = weight.site(Path(ending.enter_context(tempfile.TemporaryDirectory())))
            running[times] = ending.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "bench.growth", str(times)],
                    cwd=live_server.ROOT,
                    env=settings,
                    text=True,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            )
        for _ in range(ROUNDS):
            for times, site in running.items():
                print("go", file=site.stdin, flush=True)
                rounds[times].append(json.loads(site.stdout.readline()))  # type: ignore[union-attr]
    found = {times: median_of(each) for times, each in rounds.items()}
    rows = []
    for address in found[1]:
        is_told = address.count("/") < 4 and not address.startswith(("/en/", "/so/", "/tr/", "/fa/"))  # like Arabic
        if is_told and all(address in one for one in found.values()):
            costs = [f"{one[address][0]:.1f} ms, {one[address][1]:.0f}" for one in found.values()]
            rows.append([f"`{address}`", *costs])
    medians = {times: statistics.median(cost for cost, _, _ in one.values()) for times, one in found.items()}
    rows.append(["median of all", *(f"{median:.1f} ms" for median in medians.values())])
    table = Table(
        "Growth",
        "A page made anew, in process: CPU, and queries when what was asked a second ago is remembered. 100 times is "
        "1,000 initiatives, 600 meetings, 10,000 visitors on one list, and a million in the counters of the past.",
        ["", *(f"{times} x" for times in TIMES)], rows,
    )  # fmt: skip
    most = max(queries for address, (_, queries, _) in found[1].items() if "sitemap" not in address)
    return table, [
        Goal("100 x the content, median CPU of a page x that of 1 x", medians[100] / medians[1], at_most=1.3),
        Goal("page made anew, most queries, warm", most, at_most=3),
    ]


def median_of(rounds: list[dict[str, list[float]]]) -> dict[str, list[float]]:
    """Column by column, of the pages that each round has."""
    pages_of_all = [page for page in rounds[0] if all(page in one for one in rounds)]
    return {
        page: [statistics.median(column) for column in zip(*(one[page] for one in rounds), strict=True)]
        for page in pages_of_all
    }


def weighed() -> tuple[Table, list[Goal]]:
    with tempfile.TemporaryDirectory() as place:
        settings = weight.site(Path(place))
        check, first = weight.check(settings), weight.first_page(settings)
        early, late = weight.memory(settings)
    rows = [
        ["`manage.py check`, warm", f"{check:.2f} s"], ["start to first page", f"{first:.2f} s"],
        ["a web worker after 1,000 different requests", f"{early:.1f} MB"], ["after 10,000", f"{late:.1f} MB"],
    ]  # fmt: skip
    return Table("Weight", "Medians of five; memory is what is resident.", ["", ""], rows), [
        Goal("web worker after 10,000 different requests, MB", late, at_most=70),
        Goal("the same, x after 1,000", late / early, at_most=1.05),
        Goal("`manage.py check`, s", check, at_most=0.8),
        Goal("start to first page, s", first, at_most=3),
    ]


def signups() -> tuple[Table, list[Goal]]:
    with tempfile.TemporaryDirectory() as place:
        return visits.main(Path(place))


PARTS = {"pages": pages.main, "growth": growth, "weight": weighed, "visits": signups}


def main(wanted: list[str]) -> None:
    for command, package in NEEDED.items():
        if not (shutil.which(command) or Path(f"/usr/sbin/{command}").exists()):
            sys.exit(f"make bench needs {command}: apt install {package}")
    tables, goals = [], []
    for name in wanted or PARTS:
        table, its_goals = PARTS[name]()
        print(report.told([table], its_goals), flush=True)
        tables.append(table)
        goals += its_goals
    if not wanted:
        report.write(tables, goals)


if __name__ == "__main__":
    main(sys.argv[1:])
