"""A reverse proxy on loopback that shows an app under a path, as nginx does, and a page with the app in a frame."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PATH = "/zoo"
# What belongs to one connection, and is not handed on (RFC 9110, section 7.6.1).
HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade"}


@contextmanager
def proxied(app: str) -> Iterator[str]:
    """The address of the proxy: the app at `app` is shown under `PATH`, with and without a slash behind it.

    The proxy takes the path off what it hands on, so the app has to be told of it: GRADIO_ROOT_PATH=/zoo.
    """
    host, port = urlsplit(app).hostname or "", urlsplit(app).port

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == PATH or self.path.startswith((f"{PATH}/", f"{PATH}?")):
                self.hand_on()
            else:
                self.send_error(404)  # nothing of the app lies outside

        do_POST = do_GET

        def hand_on(self) -> None:
            upstream = HTTPConnection(host, port, timeout=120)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = self.path.removeprefix(PATH)
            try:
                upstream.request(self.command, path if path.startswith("/") else f"/{path}", body, headers)
                answer = upstream.getresponse()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in HOP:
                        self.send_header(name, value)
                self.send_header("Connection", "close")  # so that an answer without a length has an end
                self.end_headers()
                while part := answer.read1():
                    self.wfile.write(part)
            except (ConnectionError, HTTPException):
                pass  # the browser has left, or the app has ended
            finally:
                upstream.close()
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
