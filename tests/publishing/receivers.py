"""A mail server and a webhook on loopback, that remember what came."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import threading
import warnings
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.smtp import SMTP, AuthResult


class Mailbox:
    """Keeps each mail; refuses the first ones where it is told to."""

    def __init__(self, refusals=0):
        self.mails, self.refusals = [], refusals

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the protocol's
        if self.refusals > 0:
            self.refusals -= 1
            return "451 Try again later"
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@contextmanager
def mail_server(mailbox, *, password=None):
    """Serve a mailbox; with a password it wants to be told it."""

    def authenticated(_server, _session, _envelope, _mechanism, data):
        return AuthResult(success=data.password.decode() == password)

    options = {"authenticator": authenticated, "auth_required": True, "auth_require_tls": False}
    loop = asyncio.new_event_loop()

    def protocol():
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # it warns of passwords without encryption, which is loopback's way
            return SMTP(mailbox, loop=loop, **(options if password else {}))

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()  # a thread of its own: a browser's loop may be running in this one
    made = loop.create_server(protocol, "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(made, loop).result()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def webhook(answers=()):
    """Serve a webhook that answers with these codes and then with 200; yield its port and what came."""
    came, codes = [], list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            code = codes.pop(0) if codes else 200
            came.append((self.path, dict(self.headers), json.loads(body), code))
            self.send_response(code)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1], came
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
