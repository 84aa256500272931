"""Another site, that answers what its address says."""

from http.server import BaseHTTPRequestHandler

HASTE = 0.3  # seconds of patience


class Stranger(BaseHTTPRequestHandler):
    """Answers /404 with 404 and so on; `asked` remembers what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.server.asked.append((self.command, self.path, self.headers["User-Agent"]))
        path = self.path.partition("?")[0]
        if path == "/slow":
            self.server.over.wait(5)
            self.close_connection = True
            return
        if path == "/rude":
            self.close_connection = True
            return
        if path.startswith("/only-get-") and self.command == "HEAD":
            self.answer(int(path[-3:]))
        elif path.startswith("/only-get-"):
            self.answer(200)
        elif path == "/loop":
            self.answer(302, "/loop")
        elif path == "/far":
            self.answer(301, "/404")
        elif path == "/off":
            self.answer(302, "ftp://example.org/")
        else:
            self.answer(int(path[1:] or 200))

    def do_GET(self):
        self.do_HEAD()

    def answer(self, status, to=""):
        self.send_response(status)
        if to:
            self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args):
        pass


def asked(server):
    return [(method, path) for method, path, _agent in server.asked]
