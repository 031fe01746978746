"""Serve the built book.

    python -m tools.site.serve [PORT [ADDRESS]]     at http://127.0.0.1:8000/, or another port
    python serve.py [PORT [ADDRESS]]                the same, in the folder of a built book

Only this machine can reach it, unless the address is that of a network: 0.0.0.0 for all.
"""

import contextlib
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

try:
    from tools.site import SITE
except ImportError:  # this file stands beside the pages
    SITE = Path(__file__).parent

TYPES = {  # not left to the machine's settings: browsers refuse a script or a style sheet of another type
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
}


class Handler(SimpleHTTPRequestHandler):
    """Serves the files of a folder, and logs nothing."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | TYPES

    def log_message(self, *arguments):
        pass

    def send_error(self, code, message=None, explain=None):
        """For what is not there, the book's own page, as a host of static pages sends it."""
        page = Path(self.directory, "404.html")
        if code != 404 or not page.is_file():
            return super().send_error(code, message, explain)
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def handle(self):
        with contextlib.suppress(ConnectionError):  # a window was closed while it was loading
            super().handle()


def server(folder, port=0, handler=Handler, address="127.0.0.1"):
    """A server of the folder at this port, or at a free one."""
    return ThreadingHTTPServer((address, port), partial(handler, directory=folder))


@contextlib.contextmanager
def served(folder, handler=Handler):
    """The address of a folder that is served as long as the block lasts; it ends with a slash."""
    with server(folder, handler=handler) as running:
        threading.Thread(target=running.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{running.server_port}/"
        finally:
            running.shutdown()


if __name__ == "__main__":
    port, address = (*sys.argv[1:], *("8000", "127.0.0.1")[len(sys.argv) - 1 :])
    with server(SITE, int(port), address=address) as running, contextlib.suppress(KeyboardInterrupt):
        print(f"http://{address}:{running.server_port}/ serves {SITE}; Ctrl+C ends it", flush=True)
        running.serve_forever()
