"""A cable that can be cut, or fall silent."""

import socket
import threading
from contextlib import suppress


class Wire:
    """A cable to `port` on this machine. Cut, it ends every talk and lets nobody through; silent, it swallows words."""

    def __init__(self, port: int) -> None:
        self.to, self.open = port, set[socket.socket]()
        self.tried = 0  # how often somebody wanted to talk
        self.is_cut = self.is_silent = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                near = self.listener.accept()[0]
                self.tried += 1
                if self.is_cut:
                    near.close()
                    continue
                far = self.far()
                if far is None:
                    near.close()
                else:
                    self.open |= {near, far}
                    for one, other in ((near, far), (far, near)):
                        threading.Thread(target=self.carry, args=(one, other), daemon=True).start()

    def far(self) -> socket.socket | None:
        try:
            return socket.create_connection(("127.0.0.1", self.to))
        except OSError:
            return None

    def carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65_536):
                if not self.is_silent:
                    other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)
        one.close()
        self.open.discard(one)

    def cut(self) -> None:
        self.is_cut = True
        for end in list(self.open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.is_cut = self.is_silent = False

    def remove(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.cut()
