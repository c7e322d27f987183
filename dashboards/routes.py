"""What the browser asks for beside the pages: pictures, and decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from context import context
from labelduck.errors import LabelduckError, UsageError
from labelduck.pictures import NoPictureError

if TYPE_CHECKING:
    from starlette.requests import Request

PICTURE, DECIDE = "/img", "/api/decide"
MAX_BYTES = 1 << 16
_KEPT = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}


def picture(request: Request) -> Response:
    """Answer with a picture in one of the fixed widths."""
    if not _is_our_host(request):
        return Response("unknown host", status_code=403)
    try:
        path = context().pictures.copy(request.query_params.get("name", ""), request.path_params["width"])
    except NoPictureError as error:
        return Response(str(error), status_code=404, media_type="text/plain")
    return FileResponse(path, media_type="image/webp", headers=_KEPT)


async def decide(request: Request) -> Response:
    """Take a decision; it is on the disk before the answer goes out."""
    if why := _why_refused(request):
        return JSONResponse({"error": why}, status_code=403)
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BYTES:
            return JSONResponse({"error": "a decision is smaller than that"}, status_code=413)
    return await run_in_threadpool(_decided, body)


def _decided(body: bytes) -> Response:
    import msgspec

    try:
        told = msgspec.json.decode(body, type=dict[str, Any])
        return JSONResponse({"decision_id": context().desk.take(told)["decision_id"]})
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        return JSONResponse({"error": f"no JSON object: {error}"}, status_code=400)
    except UsageError as error:
        return JSONResponse({"error": str(error)}, status_code=422)
    except LabelduckError as error:
        return JSONResponse({"error": str(error)}, status_code=503)


def _why_refused(request: Request) -> str:
    """Say why a request to decide is not from our own page; empty when it is."""
    import hmac

    if not _is_our_host(request):
        return "unknown host"
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return "decisions are taken from this dashboard's own pages only"
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return "a decision is sent as application/json"
    if not hmac.compare_digest(
        request.headers.get("x-labelduck-token", "").encode(), context().token.encode()
    ):
        return "this page is from another run of the dashboard: load it again"
    return ""


def _is_our_host(request: Request) -> bool:
    hosts = context().hosts
    return not hosts or urlsplit(f"//{request.headers.get('host', '')}").hostname in hosts


ROUTES = [
    Route(f"{PICTURE}/{{width:int}}", picture),
    Route(DECIDE, decide, methods=["POST"]),
]
