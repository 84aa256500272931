"""nginx as it is shipped, with deploy/nginx, before web servers."""

import http.client
import re
import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import ExitStack, contextmanager, suppress
from getpass import getuser

from tests.support.live_server import ROOT, environment, free_port, listening, seeded
from tests.support.machine_tools import NGINX
from tests.support.programs import Program
from tests.support.waiting import patience, stop, wait_until

HOST, STAFF = "sitet.example", "stab.example"
TOKEN = "a" * 43  # as long as those in the addresses of the site


class Front:
    """nginx, and the two web servers behind it."""

    def __init__(self, folder, nodes, staff_network="allow 127.0.0.1;", host=HOST, staff=0):
        self.folder, self.nodes = folder, nodes
        self.http, self.https = free_port(), free_port()
        self.log = folder / "access.log"
        self.answered = []  # the path of whatever was asked for, once it was answered
        words = {
            "CACHE_DIR": f"{folder}/cache", "CERTS_DIR": str(folder), "ERROR_DIR": str(folder), "LOG": str(self.log),
            "HTTP_PORT": f"127.0.0.1:{self.http}", "HTTPS_PORT": f"127.0.0.1:{self.https}",
            "SITE_HOST": host, "STAFF_HOST": STAFF, "STAFF_NETWORK": staff_network,
            "WEB_SERVERS": " ".join(f"server 127.0.0.1:{node} max_fails=2 fail_timeout=2s;" for node in nodes),
            "STAFF_SERVERS": f"server 127.0.0.1:{staff or nodes[0]};",
        }  # fmt: skip
        template = (ROOT / "deploy/nginx/site.conf.template").read_text()
        site = re.sub(r"\$\{(\w+)\}", lambda name: words[name[1]], template)
        (folder / "nginx.conf").write_text(
            f"user {getuser()}; pid {folder}/pid; daemon off; worker_processes 2;\nevents {{}}\n"
            f"http {{ client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n{site}\n}}\n"
        )
        shutil.copy(ROOT / "static/500.html", folder)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}",
             "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
            check=True, capture_output=True,
        )  # fmt: skip
        self.errors = (folder / "stderr").open("wb")
        self.process = subprocess.Popen(
            # Its address stands in its command line, for bench/measure.py.
            [NGINX, "-p", folder, "-c", folder / "nginx.conf", "-g", f"env FRONT=127.0.0.1:{self.https};"],
            stderr=self.errors,
        )
        wait_until(lambda: listening(self.https), "nginx answers", self.process, folder / "stderr")

    def lines(self, beginning):
        """Of the log, for paths with this beginning, once nginx has written what it holds back for a second."""

        def written():
            return [line for line in self.log.read_text().splitlines() if f" {beginning}" in line]

        asked = sum(path.startswith(beginning) for path in self.answered)
        wait_until(lambda: len(written()) >= asked, f"{asked} lines of {beginning} in the log")
        return written()

    def stop(self):
        stop(self.process)
        self.errors.close()

    def connection(self, host=HOST, version=ssl.TLSVersion.TLSv1_3):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.maximum_version = version
        link = http.client.HTTPSConnection("127.0.0.1", self.https, context=context, timeout=patience(2))
        link._create_connection = lambda *_: socket.create_connection(("127.0.0.1", self.https), link.timeout)
        link.host = host  # for SNI
        return link

    def ask(self, path, method="GET", body=None, host=HOST, **headers):
        """(status, headers, body)"""
        link = self.connection(host)
        try:
            named = {"Host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
            link.request(method, path, body, named)
            answer = link.getresponse()
            self.answered.append(path)
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            link.close()


@contextmanager
def site(folder):
    """Two web servers of one site, as they stand behind nginx."""
    seeded(folder)
    settings = environment(folder, SITE_URL=f"https://{HOST}", ALLOWED_HOSTS=HOST, BEHIND_PROXY="true", HTTPS="true")
    with ExitStack() as ending:
        nodes = []
        for number in range(2):
            port = free_port()
            (folder / f"node-{number}").mkdir()
            own = settings | {"DATA_DIR": f"{folder}/node-{number}"}
            nodes.append(
                Program(own, folder / "log", "-m", "nejtilbander.server", "-b", f"127.0.0.1:{port}", port=port)
            )
            ending.callback(nodes[-1].stop)
        front = Front(folder, [node.port for node in nodes])
        ending.callback(front.stop)
        yield front, nodes, settings


@contextmanager
def counting(folder, *, is_broken=False, staff_apart=False, status="200 OK"):
    """Two servers that write down what they are asked, and answer, or hang up. `staff_apart`: and one for staff."""
    seen, listeners = [], [socket.create_server(("127.0.0.1", 0)) for _ in range(2 + staff_apart)]
    seen_by_staff = []

    def serve(listener):
        with suppress(OSError):
            while True:
                link, _ = listener.accept()
                with link:
                    mine = seen_by_staff if staff_apart and listener is listeners[-1] else seen
                    mine.append(link.recv(65_536).decode())
                    if not is_broken:
                        head = f"HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close"
                        link.sendall(f"{head}\r\n\r\nok".encode())

    for listener in listeners:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
    ports = [listener.getsockname()[1] for listener in listeners]
    front = Front(folder, ports[:2], staff=ports[2] if staff_apart else 0)
    try:
        yield front, {"web": seen, "staff": seen_by_staff} if staff_apart else seen
    finally:
        front.stop()
        for listener in listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
