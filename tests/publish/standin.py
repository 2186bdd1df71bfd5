"""A stand-in of the hub's HTTP API: repositories, uploads over LFS, commits and downloads, on loopback.

It answers what `huggingface_hub` asks of the real one, keeps what arrives, and fails as it is told.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

from tests.loopback import listening

TOKEN = "hf_good"
OWNER = "me"
LARGE = (".safetensors", "tokenizer.json")
Reply = tuple[int, Any, dict[str, str]]


@dataclass
class Repository:
    private: bool
    files: dict[str, bytes] = field(default_factory=lambda: {".gitattributes": b"*.safetensors filter=lfs\n"})
    commits: list[str] = field(default_factory=lambda: ["0" * 40])

    @property
    def sha(self) -> str:
        return self.commits[-1]


class Hub:
    """What it holds, what it was asked, and what goes wrong: `fails` has a status for requests whose `METHOD path`
    matches, `cuts` how many of the uploads still to come break off halfway."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.blobs: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.fails: dict[str, int] = {}
        self.cuts = 0
        self.address = ""

    def reply(self, method: str, path: str, body: bytes, token: str) -> Reply:
        if token != TOKEN and not path.startswith("/lfs/"):
            said = {"X-Error-Message": "Invalid credentials in Authorization header"} if token else {}
            return 401, {"error": "no"}, said
        for pattern, status in self.fails.items():
            if re.search(pattern, f"{method} {path}"):
                return status, {"error": "out of order"}, {}
        for pattern, answer in ROUTES:
            if found := re.fullmatch(pattern, f"{method} {path}"):
                return answer(self, body, **found.groupdict())  # type: ignore[no-any-return]
        return 404, {"error": f"no such address: {method} {path}"}, {}

    def _about(self, body: bytes, repo: str) -> Reply:
        found = self.repositories.get(repo)
        if found is None:
            return 404, {"error": "Repository not found"}, {"X-Error-Code": "RepoNotFound"}
        siblings = [{"rfilename": name} for name in found.files]
        return 200, {"id": repo, "sha": found.sha, "private": found.private, "siblings": siblings}, {}

    def _create(self, body: bytes) -> Reply:
        asked = json.loads(body)
        name = f"{asked['organization']}/{asked['name']}"
        if asked["organization"] != OWNER:
            return 403, {"error": f"no rights to create under {asked['organization']}"}, {}
        if name in self.repositories:
            return 409, {"error": "You already created this model repo"}, {}
        self.repositories[name] = Repository(asked["visibility"] == "private")
        return 200, {"url": f"{self.address}/{name}"}, {}

    def _validate(self, body: bytes) -> Reply:
        content = json.loads(body)["content"]
        header = yaml.safe_load(content.split("---\n")[1])
        wrong = [tag for tag in header["language"] if not re.fullmatch("[a-z]{2,3}", tag)]
        return (400 if wrong else 200), {"errors": [{"message": f"language {wrong}"}] if wrong else []}, {}

    def _preupload(self, body: bytes, repo: str) -> Reply:
        files = [
            {
                "path": file["path"],
                "uploadMode": "lfs" if file["path"].endswith(LARGE) else "regular",
                "shouldIgnore": False,
            }
            for file in json.loads(body)["files"]
        ]
        return 200, {"files": files}, {}

    def _batch(self, body: bytes, repo: str) -> Reply:
        objects = [
            {
                **each,
                **(
                    {}
                    if each["oid"] in self.blobs
                    else {"actions": {"upload": {"href": f"{self.address}/lfs/{each['oid']}"}}}
                ),
            }
            for each in json.loads(body)["objects"]
        ]
        return 200, {"transfer": "basic", "objects": objects}, {}

    def _blob(self, body: bytes, oid: str) -> Reply:
        if hashlib.sha256(body).hexdigest() != oid:
            return 400, {"error": "other bytes than were announced"}, {}
        self.blobs[oid] = body
        return 200, {}, {}

    def _commit(self, body: bytes, repo: str) -> Reply:
        found = self.repositories[repo]
        files = dict(found.files)
        for line in map(json.loads, body.splitlines()):
            key, value = line["key"], line["value"]
            if key == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif key == "lfsFile":
                files[value["path"]] = self.blobs[value["oid"]]
            elif key == "deletedFile":
                del files[value["path"]]
        found.files = files
        found.commits.append(hashlib.sha1(body).hexdigest())
        return 200, {"commitUrl": f"{self.address}/{repo}/commit/{found.sha}", "commitOid": found.sha}, {}

    def _tree(self, body: bytes, repo: str) -> Reply:
        files = self.repositories[repo].files
        entries = [
            {"type": "file", "path": name, "size": len(data), "oid": hashlib.sha1(data).hexdigest()}
            for name, data in files.items()
        ]
        return 200, entries, {}

    def _file(self, body: bytes, repo: str, name: str) -> Reply:
        found = self.repositories[repo]
        if name not in found.files:
            return 404, {"error": "Entry not found"}, {"X-Error-Code": "EntryNotFound"}
        data = found.files[name]
        return 200, data, {"X-Repo-Commit": found.sha, "ETag": f'"{hashlib.sha1(data).hexdigest()}"'}


NAME = r"(?P<repo>[\w.-]+/[\w.-]+)"
ROUTES: list[tuple[str, Any]] = [
    (rf"GET /api/models/{NAME}(/revision/\w+)?", Hub._about),
    (r"POST /api/repos/create", Hub._create),
    (r"POST /api/validate-yaml", Hub._validate),
    (rf"POST /api/models/{NAME}/preupload/main", Hub._preupload),
    (rf"POST /{NAME}\.git/info/lfs/objects/batch", Hub._batch),
    (r"PUT /lfs/(?P<oid>[0-9a-f]{64})", Hub._blob),
    (rf"POST /api/models/{NAME}/commit/main", Hub._commit),
    (rf"GET /api/models/{NAME}/tree/\w+", Hub._tree),
    (rf"(GET|HEAD) /{NAME}/resolve/\w+/(?P<name>.+)", Hub._file),
]


@contextmanager
def serve() -> Iterator[Hub]:
    """The hub on a free port for as long as the block runs."""
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            path = unquote(urlsplit(self.path).path)
            hub.asked.append(f"{self.command} {path}")
            if self.command == "PUT" and hub.cuts:
                hub.cuts -= 1
                self.rfile.read(64)
                self.close_connection = True
                self.connection.close()
                return
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            status, content, headers = hub.reply(self.command, path, self._body(), token)
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        def _body(self) -> bytes:
            if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def log_message(self, *_: object) -> None:
            pass

        do_GET = do_HEAD = do_POST = do_PUT = _answer

    with listening(Handler) as hub.address:
        yield hub
