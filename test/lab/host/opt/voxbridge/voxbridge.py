"""A stand-in for VoxBridge's settings API, the part a fleet registers itself with.

GET /api/v1/settings        every settings block, secrets masked
PUT /api/v1/settings/fleet  {"voxcore_fleet": [base URL, ...]} replaces the list
Both want `Authorization: Bearer <token>`; the token is in VOXBRIDGE_TOKEN.
"""
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = os.environ["VOXBRIDGE_TOKEN"]
STORE = os.environ.get("VOXBRIDGE_STORE", "/var/lib/voxbridge.json")


def load() -> list:
    try:
        with open(STORE) as file:
            return json.load(file)
    except FileNotFoundError:
        return []


class Settings(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def reply(self, status: int, body: dict) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def allowed(self, path: str) -> bool:
        if self.path != path:
            self.reply(404, {"detail": "Not Found"})
        elif self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.reply(401, {"detail": "Not authenticated"})
        else:
            return True
        return False

    def do_GET(self) -> None:
        if self.allowed("/api/v1/settings"):
            self.reply(200, {"api_keys": {"openai": "••••••9f2c"}, "voxcore_fleet": load(), "display_timezone": "UTC"})

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.allowed("/api/v1/settings/fleet"):
            return
        try:
            urls = json.loads(body)["voxcore_fleet"]
            if not all(isinstance(url, str) and url.startswith("http") for url in urls):
                raise ValueError
        except (ValueError, KeyError, TypeError):
            self.reply(422, {"detail": "voxcore_fleet must be a list of URLs"})
            return
        with open(STORE, "w") as file:
            json.dump(urls, file)
        self.reply(200, {"voxcore_fleet": urls})

    def log_message(self, *_: object) -> None:
        pass


ThreadingHTTPServer(("0.0.0.0", 8080), Settings).serve_forever()
