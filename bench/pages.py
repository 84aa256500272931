"""Requests a second and CPU time of pages, against minimal baselines: interleaved rounds in one run.

Loopback only, bounded in count and time, every server stopped by its own process id. The client is `wrk`: one written
in Python would be slower than the servers.
"""

import http.client
import json
import re
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bench import weight
from bench.measure import cpu_seconds
from bench.report import Goal, Table
from tests.support import live_server, machine_tools
from tests.support.nginx import Front

PAGES = {"front page": "/", "statement": "/udtalelse/", "report guide": "/hjaelp/", "front page, Arabic": "/ar/"}
ROUNDS, SECONDS, READERS = 7, 1, 16
KEPT, BARE, FILE = "kept page, gunicorn", "bare WSGI answer, gunicorn", "WhiteNoise file, gunicorn"
KEPT_GRANIAN, NGINX = "kept page, granian", "file, nginx"
FRONT, NGINX_TLS = "page through the shipped nginx, TLS", "file, nginx, TLS"
ANEW = "made anew: "
Rounds = dict[str, list[tuple[float, float]]]
NGINX_OF_ONE_FILE = """
worker_processes 2; daemon off; pid {folder}/nginx.pid; error_log stderr crit;
events {{}}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000; types {{ text/html html; }}
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{ listen 127.0.0.1:{port} {tls}; root {folder}/static; }}
}}
"""


def fetch(address: str) -> tuple[bytes, list[tuple[str, str]]]:
    """(body, headers set by the site itself)"""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    if parts.scheme == "https":  # with a self-signed certificate
        context = ssl._create_unverified_context()  # noqa: S323
        connection = http.client.HTTPSConnection(parts.netloc, timeout=10, context=context)
    connection.request("GET", parts.path, headers={"Accept-Encoding": "br"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != 200:
        sys.exit(f"{address} answered {response.status}")
    return body, [header for header in response.getheaders() if header[0] not in {"Server", "Date", "Connection"}]


def load(address: str) -> tuple[float, float]:
    """(requests a second, CPU microseconds a request) under READERS readers for SECONDS seconds."""
    port = urlsplit(address).port or 0
    before = cpu_seconds(port)
    output = subprocess.run(
        ["wrk", "-t1", f"-c{READERS}", f"-d{SECONDS}s", "-H", "Accept-Encoding: br", address],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    spent = cpu_seconds(port) - before
    if "Non-2xx" in output:
        sys.exit(f"{address}: {output}")
    done = int(re.search(r"(\d+) requests in", output)[1])
    return float(re.search(r"Requests/sec: +([\d.]+)", output)[1]), spent * 1e6 / max(1, done)


def ratio(results: Rounds, one: str, other: str, column: int) -> float:
    """The median of the ratios within each round; column 0 is requests a second, 1 is CPU."""
    pairs = zip(results[one], results[other], strict=True)
    return statistics.median(mine[column] / theirs[column] for mine, theirs in pairs)


@contextmanager
def nginx(folder: Path, conf: str, port: int) -> Iterator[str]:
    """Runs nginx with `conf` until the block ends. Yields its address."""
    file = folder / f"nginx-{port}.conf"
    file.write_text(conf)
    # Its address stands in its command line, for measure.py; `-g` may not be empty.
    server = subprocess.Popen(
        [str(machine_tools.NGINX), "-p", str(folder), "-c", str(file),
         "-g", f"env BENCH=127.0.0.1:{port};"],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not live_server.listening(port):
            if server.poll() is not None:
                sys.exit("nginx did not start")
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def run(folder: Path, servers: ExitStack) -> tuple[Rounds, dict[str, int]]:
    settings = weight.site(folder)

    def own(**more: str) -> str:
        port = live_server.free_port()
        return servers.enter_context(
            live_server.serving(settings | {"SITE_URL": f"http://127.0.0.1:{port}"} | more, port=port)
        )

    kept, granian = own(), own(WEB_SERVER="granian")
    for _ in range(8):
        front, headers = fetch(f"{kept}/")
    (folder / "static" / "page.html").write_bytes(front)
    (folder / "body").write_bytes(front)
    site = servers.enter_context(live_server.serving(settings))  # at another address than SITE_URL it caches nothing
    bare_settings = settings | {"BENCH_BODY": str(folder / "body"), "BENCH_HEADERS": json.dumps(headers)}
    bare = servers.enter_context(live_server.serving(bare_settings, application="bench.bare"))
    port = live_server.free_port()
    file = servers.enter_context(nginx(folder, NGINX_OF_ONE_FILE.format(folder=folder, port=port, tls=""), port))
    through_front, file_tls = behind_tls(folder, settings, servers)
    subjects = {
        KEPT: f"{kept}/", BARE: f"{bare}/", FILE: f"{site}/static/page.html",
        KEPT_GRANIAN: f"{granian}/", NGINX: f"{file}/page.html",
        FRONT: f"{through_front}/", NGINX_TLS: f"{file_tls}/page.html",
        **{ANEW + name: site + path for name, path in PAGES.items()},
    }  # fmt: skip
    sizes = {}
    for name, address in subjects.items():
        for _ in range(8):  # each process warm
            sizes[name] = len(fetch(address)[0])
    results: Rounds = {name: [] for name in subjects}
    for _ in range(ROUNDS):
        for name, address in subjects.items():
            results[name].append(load(address))
    return results, sizes


def behind_tls(folder: Path, settings: dict[str, str], servers: ExitStack) -> tuple[str, str]:
    """(address of the site through the shipped nginx, address of the file from a bare one), both over TLS 1.3."""
    host, port, tls = "localhost", live_server.free_port(), live_server.free_port()
    own = {"SITE_URL": f"https://{host}", "ALLOWED_HOSTS": host, "HTTPS": "true", "BEHIND_PROXY": "true"}
    servers.enter_context(live_server.serving(settings | own, port=port))
    front_folder = folder / "front"
    front_folder.mkdir()
    front = Front(front_folder, [port], host=host)
    servers.callback(front.stop)
    keys = (
        f"ssl; ssl_protocols TLSv1.3; ssl_certificate {front_folder}/fullchain.pem; "
        f"ssl_certificate_key {front_folder}/privkey.pem"
    )
    servers.enter_context(nginx(folder, NGINX_OF_ONE_FILE.format(folder=folder, port=tls, tls=keys), tls))
    return f"https://{host}:{front.https}", f"https://{host}:{tls}"


def main() -> tuple[Table, list[Goal]]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        results, sizes = run(Path(folder), servers)
    rows = []
    for name, rounds in results.items():
        rate, cpu = (statistics.median(column) for column in zip(*rounds, strict=True))
        of_file, of_bare = ratio(results, name, NGINX, 0), ratio(results, name, BARE, 0)
        rows.append([name, f"{rate:.0f}", f"{of_file:.3f}", f"{of_bare:.2f}", f"{cpu:.0f}", str(sizes[name])])
    table = Table(
        "Pages",
        f"{ROUNDS} interleaved rounds of {SECONDS} s, {READERS} readers, 2 processes each; medians.",
        ["", "requests/s", "x file, nginx", "x bare WSGI", "CPU us", "body B"], rows,
        {name: ratio(results, name, NGINX, 0) for name in results},
    )  # fmt: skip
    anew = max(ratio(results, name, BARE, 1) for name in results if name.startswith(ANEW))
    return table, [
        Goal("kept page, requests/s x bare WSGI", ratio(results, KEPT, BARE, 0), at_least=0.9),
        Goal("kept page, requests/s x WhiteNoise", ratio(results, KEPT, FILE, 0), at_least=1.5),
        Goal("kept page, CPU x WhiteNoise", ratio(results, KEPT, FILE, 1), at_most=0.65),
        Goal(
            "through the shipped nginx x file from nginx, both TLS", ratio(results, FRONT, NGINX_TLS, 0), at_least=0.9
        ),
        Goal(
            "kept page on granian, requests/s x file from nginx", ratio(results, KEPT_GRANIAN, NGINX, 0), at_least=0.4
        ),
        # A bare answer is 372 us where an uncached Wagtail page is 29,152 us (side by side, one run): 1/8 of it is 9.8.
        Goal("page made anew, CPU x bare WSGI (1/8 of Wagtail's is 9.8)", anew, at_most=9.8),
    ]
