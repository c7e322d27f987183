"""An S3 endpoint on loopback: moto's server, which counts what is put and does as it is told at a put."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from urllib.request import Request, urlopen

import fsspec
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

KEY, SECRET = "duck", "very-secret"
REFUSED = "<Error><Code>AccessDenied</Code><Message>no room today</Message></Error>"


class Bucket:
    """The bucket `bucket` of an endpoint.

    Attributes:
        address: URL of the endpoint.
        puts: Keys in the order in which they were put, refused ones too.
        on_put: Called with the number of each put, from 1; True refuses it.
    """

    def __init__(self):
        self.address, self.puts, self.on_put = "", [], lambda _: False

    def store(self):
        return fsspec.filesystem(
            "s3",
            key=KEY,
            secret=SECRET,
            endpoint_url=self.address,
            skip_instance_cache=True,
            use_listings_cache=False,
        )

    def names(self):
        """Return the keys that are there."""
        return sorted(name.removeprefix("bucket/") for name in self.store().find("bucket"))

    def _answered(self, application, environ, start):
        path = environ["PATH_INFO"].lstrip("/")
        if environ["REQUEST_METHOD"] == "PUT" and "/" in path:
            self.puts.append(path.removeprefix("bucket/"))
            if self.on_put(len(self.puts)):
                return Response(REFUSED, 403, content_type="application/xml")(environ, start)
        return application(environ, start)


@contextmanager
def bucket():
    """Serve an empty bucket."""
    made, backend = Bucket(), DomainDispatcherApplication(create_backend_app)
    server = make_server(
        "127.0.0.1",
        0,
        lambda environ, start: made._answered(backend, environ, start),
        threaded=True,
        request_handler=MotoRequestHandler,
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        made.address = f"http://127.0.0.1:{server.server_address[1]}"
        # All servers of a process share their buckets: what an earlier test put goes.
        urlopen(Request(f"{made.address}/moto-api/reset", method="POST")).close()
        made.store().mkdir("bucket")
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
