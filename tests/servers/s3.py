"""S3-compatible storage for tests: it checks signatures and checksums, and keeps objects in memory.

Signatures are computed here in another way than in chover.files.s3_signing, from
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html.
"""

import asyncio
import hashlib
import hmac
import re
import threading
from functools import reduce

import pytest
from aiohttp import web

BUCKET, ACCESS, SECRET, REGION = "chat", "AKIDEXAMPLE", "secret/+key", "eu-test-1"
_SAID = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request,SignedHeaders=([^,]+),Signature=(\w+)"
)


class S3Server:
    """Runs in a thread of its own, on a port of its own."""

    def __init__(self):
        self.objects = {}
        self.requests = []
        """Method and key of each."""
        self.failing = 0
        """So many requests are answered with 503."""
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def settings(self, prefix="files"):
        """As variables of the environment."""
        return {
            "CHOVER_FILES_URL": f"s3://{BUCKET}/{prefix}",
            "CHOVER_FILES_ENDPOINT": self.url(),
            "CHOVER_FILES_REGION": REGION,
            "CHOVER_FILES_ACCESS_KEY": ACCESS,
            "CHOVER_FILES_SECRET_KEY": SECRET,
        }

    def start(self):
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def stop(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        runner = self._loop.run_until_complete(self._serve())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _serve(self):
        app = web.Application(client_max_size=1 << 30)
        app.router.add_route("*", "/{bucket}/{key:.+}", self._answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]
        return runner

    async def _answer(self, request):
        key = request.match_info["key"]
        self.requests.append((request.method, key))
        body = await request.read()
        if self.failing:
            self.failing -= 1
            return _refused(503, "SlowDown")
        if not _is_signed(request):
            return _refused(403, "SignatureDoesNotMatch")
        if hashlib.sha256(body).hexdigest() != request.headers["x-amz-content-sha256"]:
            return _refused(400, "XAmzContentSHA256Mismatch")
        if request.match_info["bucket"] != BUCKET:
            return _refused(404, "NoSuchBucket")
        return getattr(self, f"_{request.method.lower()}")(request, key, body)

    def _put(self, _request, key, body):
        self.objects[key] = body
        return web.Response()

    def _delete(self, _request, key, _body):
        self.objects.pop(key, None)
        return web.Response(status=204)

    def _head(self, request, key, body):
        return self._get(request, key, body)

    def _get(self, request, key, _body):
        if key not in self.objects:
            return _refused(404, "NoSuchKey")
        found = self.objects[key]
        part = re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers.get("Range", ""))
        if not part:
            return web.Response(body=found)
        first, last = map(int, part.groups())
        headers = {"Content-Range": f"bytes {first}-{last}/{len(found)}"}
        return web.Response(status=206, body=found[first : last + 1], headers=headers)


def _refused(status, code):
    return web.Response(status=status, text=f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>")


def _is_signed(request):
    said = _SAID.fullmatch(request.headers.get("Authorization", ""))
    if not said or said[1] != ACCESS or said[3] != REGION:
        return False
    canonical = [request.method, request.raw_path, ""]
    canonical += [f"{name}:{request.headers[name].strip()}" for name in said[4].split(";")]
    canonical += ["", said[4], request.headers["x-amz-content-sha256"]]
    hashed = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    scope = f"{said[2]}/{REGION}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{request.headers['x-amz-date']}\n{scope}\n{hashed}"
    steps = [*scope.split("/"), text]
    made = reduce(lambda key, step: hmac.digest(key, step.encode(), "sha256"), steps, f"AWS4{SECRET}".encode())
    return {"host", "x-amz-date", "x-amz-content-sha256"} <= set(said[4].split(";")) and made.hex() == said[5]


@pytest.fixture
def s3():
    server = S3Server().start()
    yield server
    server.stop()
