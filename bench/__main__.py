"""`make bench`: benchmarks of the site against minimal baselines, in one run. Writes docs/performance.md.

Timings are comparable only within a run: machines are noisy. Bytes and queries are exact. `python -m bench pages`
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
REQUIRED = {"wrk": "wrk", "nginx": "nginx-light"}  # command: Debian's package


Costs = dict[str, list[float]]  # address to [milliseconds of CPU, queries, bytes]


def growth() -> tuple[Table, list[Goal]]:
    """Measures one site of each size, in interleaved rounds."""
    rounds: dict[int, list[Costs]] = {times: [] for times in TIMES}
    with ExitStack() as stack:
        running = {}
        for times in TIMES:
            settings = weight.site(Path(stack.enter_context(tempfile.TemporaryDirectory())))
            running[times] = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "bench.growth", str(times)], cwd=live_server.ROOT, env=settings, text=True,
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                )
            )  # fmt: skip
        for _ in range(ROUNDS):
            for times, site in running.items():
                print("go", file=site.stdin, flush=True)
                rounds[times].append(json.loads(site.stdout.readline()))
    by_size = {times: median_of(each) for times, each in rounds.items()}
    rows = []
    for address in by_size[1]:
        is_shown = address.count("/") < 4 and not address.startswith(("/en/", "/so/", "/tr/", "/fa/"))  # like Arabic
        if is_shown and all(address in costs for costs in by_size.values()):
            cells = [f"{costs[address][0]:.1f} ms, {costs[address][1]:.0f}" for costs in by_size.values()]
            rows.append([f"`{address}`", *cells])
    medians = {times: statistics.median(cpu for cpu, _, _ in costs.values()) for times, costs in by_size.items()}
    rows.append(["median of all", *(f"{median:.1f} ms" for median in medians.values())])
    table = Table(
        "Growth",
        "An uncached page, in process: CPU, and queries with rows of the last second remembered. 100 times is "
        "1,000 initiatives, 600 meetings, 10,000 sign-ups on one list, and a million in the counters of past meetings.",
        ["", *(f"{times} x" for times in TIMES)], rows,
    )  # fmt: skip
    most = max(queries for address, (_, queries, _) in by_size[1].items() if "sitemap" not in address)
    return table, [
        Goal("100 x the content, median CPU of a page x that of 1 x", medians[100] / medians[1], at_most=1.3),
        Goal("uncached page, most queries, warm", most, at_most=3),
    ]


def median_of(rounds: list[Costs]) -> Costs:
    """The medians column by column, of the pages that are in every round."""
    shared = [page for page in rounds[0] if all(page in costs for costs in rounds)]
    return {
        page: [statistics.median(column) for column in zip(*(costs[page] for costs in rounds), strict=True)]
        for page in shared
    }


def weights() -> tuple[Table, list[Goal]]:
    with tempfile.TemporaryDirectory() as folder:
        settings = weight.site(Path(folder))
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
    with tempfile.TemporaryDirectory() as folder:
        return visits.main(Path(folder))


PARTS = {"pages": pages.main, "growth": growth, "weight": weights, "visits": signups}


def main(names: list[str]) -> None:
    for command, package in REQUIRED.items():
        if not (shutil.which(command) or Path(f"/usr/sbin/{command}").exists()):
            sys.exit(f"make bench needs {command}: apt install {package}")
    tables, goals = [], []
    for name in names or PARTS:
        table, new_goals = PARTS[name]()
        print(report.as_markdown([table], new_goals), flush=True)
        tables.append(table)
        goals += new_goals
    if not names:
        report.write(tables, goals)


if __name__ == "__main__":
    main(sys.argv[1:])
