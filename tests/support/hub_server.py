"""A small Hub on loopback: the real client speaks to it over real HTTP, and it can be told to fail.

What it knows of the protocol: repositories of models, data sets and Spaces, commits, tags, files with ETag and ranges,
collections, tokens. What it doesn't: Large files (LFS) and Xet, so none of these paths is tested.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import yaml

WRITER, READER, OTHER = "hf_writer", "hf_reader", "hf_other"
# A token's user, and whether it may write.
TOKENS = {WRITER: ("me", True), READER: ("me", False), OTHER: ("other", True)}


def blob_id(content: bytes) -> str:
    """The name that git gives a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@dataclass
class Commit:
    oid: str
    files: dict[str, bytes]
    message: str
    date: datetime


@dataclass
class Repository:
    """One repository; `commits` is its main branch, the newest last."""

    kind: str
    name: str
    private: bool = False
    sdk: str = ""
    commits: list[Commit] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)

    def commit(self, files: dict[str, bytes], message: str = "", base: bool = True) -> Commit:
        before = self.commits[-1].files if self.commits and base else {}
        oid = hashlib.sha1(f"{self.kind}/{self.name}/{len(self.commits)}".encode()).hexdigest()
        date = datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(days=len(self.commits))
        self.commits.append(Commit(oid, {**before, **files}, message, date))
        return self.commits[-1]

    def at(self, revision: str) -> Commit | None:
        if revision == "main":
            return self.commits[-1]
        revision = self.tags.get(revision, revision)
        return next((commit for commit in self.commits if commit.oid == revision), None)

    @property
    def files(self) -> dict[str, bytes]:
        return self.commits[-1].files


@dataclass
class Fault:
    """What goes wrong: the next `times` requests whose method and path match get `status` with `headers`, or where it is 0,
    `after` bytes of the right answer and then nothing more."""

    match: str
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    after: int = 0
    times: int = 1


class HubServer:
    """The repositories, and what was asked for."""

    def __init__(self) -> None:
        self.repositories: dict[tuple[str, str], Repository] = {}
        self.collections: dict[str, list[str]] = {}
        self.faults: list[Fault] = []
        self.requests: list[str] = []
        self.change: Callable[[str, bytes], bytes] = lambda path, content: content
        """what becomes of a file on its way out"""
        hub = self

        class Handler(_Handler):
            server_hub = hub

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def model(self, name: str) -> Repository:
        return self.repositories["model", name]

    def add(self, name: str, files: dict[str, bytes], kind: str = "model", private: bool = False) -> Repository:
        repository = self.repositories[kind, name] = Repository(kind, name, private)
        repository.commit(files)
        return repository

    def fail(self, match: str, status: int = 0, times: int = 1, after: int = 0, **headers: str) -> None:
        names = {key.replace("_", "-"): value for key, value in headers.items()}
        self.faults.append(Fault(match, status, names, after, times))

    def asked(self, match: str) -> int:
        """How many requests matched."""
        return sum(bool(re.search(match, request)) for request in self.requests)


@contextmanager
def running() -> Iterator[HubServer]:
    """A Hub in a thread of its own."""
    hub = HubServer()
    thread = threading.Thread(target=hub.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hub
    finally:
        hub.server.shutdown()
        thread.join()
        hub.server.server_close()


class _Refused(Exception):
    def __init__(self, status: int, code: str = "", message: str = "") -> None:
        self.status, self.code, self.message = status, code, message


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_hub: HubServer

    def log_message(self, *given: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        hub = self.server_hub
        body = self._body()
        request = f"{self.command} {unquote(self.path)}"
        hub.requests.append(request)
        self.fault = next((f for f in hub.faults if f.times > 0 and re.search(f.match, request)), None)
        if self.fault:
            self.fault.times -= 1
            if self.fault.status:
                self._send(self.fault.status, b"{}", **self.fault.headers)
                return
        try:
            self._answer(unquote(urlsplit(self.path).path), parse_qs(urlsplit(self.path).query), body)
        except _Refused as refused:
            headers = {"X-Error-Code": refused.code, "X-Error-Message": refused.message}
            self._send(refused.status, b"{}", **{k: v for k, v in headers.items() if v})

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _answer(self, path: str, query: dict[str, list[str]], body: bytes) -> None:
        hub = self.server_hub
        if path == "/api/whoami-v2":
            user, writes = self._user(required=True)
            access = {"role": "write" if writes else "read"}
            return self._json({"type": "user", "name": user, "auth": {"accessToken": access}, "orgs": []})
        if path == "/api/validate-yaml":
            return self._json({"errors": [], "warnings": []})
        if path == "/api/repos/create":
            return self._create(json.loads(body))
        if path == "/api/models" or path == "/api/datasets":
            return self._list("model" if path.endswith("models") else "dataset", query)
        if found := re.fullmatch(r"/api/collections/(.+)", path):
            if found[1] not in hub.collections:
                raise _Refused(404, message="Collection not found")
            items = [
                {"_id": name, "position": i, "type": "model", "id": name} for i, name in enumerate(hub.collections[found[1]])
            ]
            owner = {"_id": "1", "name": "me", "fullname": "me", "type": "user"}
            about = {"slug": found[1], "title": "zoo", "owner": owner, "lastUpdated": "2026-01-01T00:00:00.000Z"}
            return self._json({**about, "position": 0, "private": False, "theme": "blue", "upvotes": 0, "items": items})
        if found := re.fullmatch(r"/api/(model|dataset|space)s/([^/]+/[^/]+)(?:/(.*))?", path):
            return self._about(self._repository(found[1], found[2]), found[3] or "", body, query)
        if found := re.fullmatch(r"/(?:(dataset|space)s/)?([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            return self._file(self._repository(found[1] or "model", found[2]), found[3], found[4])
        raise _Refused(404, message=f"this Hub doesn't know {path}")

    def _user(self, required: bool = False) -> tuple[str, bool]:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token and token not in TOKENS:
            raise _Refused(401, message="Invalid credentials in Authorization header")
        if not token and required:
            raise _Refused(401, message="Invalid username or password.")
        return TOKENS.get(token, ("", False))

    def _writer(self, name: str) -> None:
        user, writes = self._user(required=True)
        if not writes or name.split("/")[0] != user:
            raise _Refused(403, message="you don't have the rights to do this")

    def _repository(self, kind: str, name: str) -> Repository:
        user, _ = self._user()
        repository = self.server_hub.repositories.get((kind, name))
        if repository is None or (repository.private and name.split("/")[0] != user):
            raise _Refused(404 if user else 401, "RepoNotFound", "Repository not found")
        return repository

    def _create(self, asked: dict[str, Any]) -> None:
        kind, user = asked.get("type") or "model", self._user(required=True)[0]
        name = f"{asked.get('organization') or user}/{asked['name']}"
        self._writer(name)
        url = f"{self.server_hub.url}/{'' if kind == 'model' else kind + 's/'}{name}"
        if (kind, name) in self.server_hub.repositories:
            return self._json({"error": "exists", "url": url}, 409)
        made = self.server_hub.add(name, {".gitattributes": b"*.bin filter=lfs\n"}, kind)
        made.private = asked.get("visibility") == "private" or bool(asked.get("private"))
        made.sdk = asked.get("sdk", "")
        self._json({"url": url})

    def _list(self, kind: str, query: dict[str, list[str]]) -> None:
        user, author = self._user()[0], query.get("author", [""])[0]
        found = [
            self._info(repository, repository.commits[-1])
            for (k, name), repository in sorted(self.server_hub.repositories.items())
            if k == kind and name.split("/")[0] == author and (not repository.private or author == user)
        ]
        wanted = query.get("filter", [])
        self._json([info for info in found if {*wanted} <= {*info["tags"]}])

    def _info(self, repository: Repository, commit: Commit, sizes: bool = True) -> dict[str, Any]:
        card = commit.files.get("README.md", b"").decode()
        front = card.split("---\n")[1] if card.startswith("---\n") else ""
        tags = re.findall(r"^- ([\w-]+)$", front, re.MULTILINE)
        siblings = [
            {"rfilename": path, **({"size": len(content), "blobId": blob_id(content)} if sizes else {})}
            for path, content in sorted(commit.files.items())
        ]
        return {
            "_id": repository.name, "id": repository.name, "modelId": repository.name, "sha": commit.oid, "tags": tags,
            "author": repository.name.split("/")[0], "private": repository.private, "disabled": False, "gated": False,
            "lastModified": commit.date.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "createdAt": "2026-01-01T00:00:00.000Z",
            "downloads": 0, "likes": 0, "siblings": siblings, "cardData": yaml.safe_load(front) or {},
        }  # fmt: skip

    def _about(self, repository: Repository, rest: str, body: bytes, query: dict[str, list[str]]) -> None:
        verb, _, revision = rest.partition("/")
        if verb in ("", "revision"):
            return self._json(self._info(repository, self._commit(repository, revision or "main"), "blobs" in query))
        if verb == "refs":
            tags = [{"name": tag, "ref": f"refs/tags/{tag}", "targetCommit": oid} for tag, oid in repository.tags.items()]
            main = {"name": "main", "ref": "refs/heads/main", "targetCommit": repository.commits[-1].oid}
            return self._json({"branches": [main], "tags": tags, "converts": []})
        if verb == "paths-info":
            files = self._commit(repository, revision).files
            wanted = json.loads(body)["paths"]
            return self._json([_row(path, files[path]) for path in sorted(files) if path in wanted])
        if verb == "tree":
            revision, _, folder = revision.partition("/")
            files = self._commit(repository, revision).files
            return self._json(_tree(files, folder, query.get("recursive", ["false"])[0].lower() == "true"))
        self._writer(repository.name)
        if verb == "preupload":
            files = json.loads(body)["files"]
            there = repository.files
            modes = [
                {"path": f["path"], "uploadMode": "regular", "shouldIgnore": False}
                | ({"oid": blob_id(there[f["path"]])} if f["path"] in there else {})
                for f in files
            ]
            return self._json({"files": modes})
        if verb == "commit":
            return self._take(repository, body)
        if verb == "tag":
            tag = json.loads(body)["tag"]
            if tag in repository.tags:
                raise _Refused(409, message="Reference already exists")
            repository.tags[tag] = self._commit(repository, revision).oid
            return self._json({})
        raise _Refused(404, message=f"this Hub doesn't know {rest}")

    def _commit(self, repository: Repository, revision: str) -> Commit:
        commit = repository.at(revision)
        if commit is None:
            raise _Refused(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        return commit

    def _take(self, repository: Repository, body: bytes) -> None:
        lines = [json.loads(line) for line in body.splitlines() if line.strip()]
        header = next(line["value"] for line in lines if line["key"] == "header")
        files = {line["value"]["path"]: base64.b64decode(line["value"]["content"]) for line in lines if line["key"] == "file"}
        gone = {line["value"]["path"] for line in lines if line["key"] == "deletedFile"}
        kept = {path: content for path, content in repository.files.items() if path not in gone}
        commit = repository.commit({**kept, **files}, header["summary"], base=False)
        url = f"{self.server_hub.url}/{repository.name}/commit/{commit.oid}"
        self._json({"success": True, "commitOid": commit.oid, "commitUrl": url, "hookOutput": ""})

    def _file(self, repository: Repository, revision: str, path: str) -> None:
        commit = self._commit(repository, revision)
        if path not in commit.files:
            raise _Refused(404, "EntryNotFound", "Entry not found")
        content = commit.files[path]
        headers = {"ETag": f'"{blob_id(content)}"', "X-Repo-Commit": commit.oid, "Accept-Ranges": "bytes"}
        content = self.server_hub.change(path, content)
        if found := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            start = int(found[1])
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            self._send(206, content[start:], **headers)
            return
        self._send(200, content, **headers)

    def _json(self, value: Any, status: int = 200) -> None:
        self._send(status, json.dumps(value).encode(), **{"Content-Type": "application/json"})

    def _send(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if self.fault and not self.fault.status:  # the line goes dead in the middle
            self.wfile.write(content[: self.fault.after])
            self.wfile.flush()
            self.close_connection = True
            return
        self.wfile.write(content)


def _tree(files: dict[str, bytes], folder: str, recursive: bool) -> list[dict[str, Any]]:
    """The files and folders in a folder, and with `recursive` in its folders too."""
    start = f"{folder}/" if folder else ""
    inside = [path for path in sorted(files) if path.startswith(start)]
    if folder and not inside:
        raise _Refused(404, "EntryNotFound", "Entry not found")
    parents = {str(above) for path in inside for above in PurePosixPath(path).parents} - {".", folder}
    rows = [{"type": "directory", "path": path, "oid": blob_id(path.encode()), "size": 0} for path in sorted(parents)]
    rows += [_row(path, files[path]) for path in inside]
    return [row for row in rows if row["path"].startswith(start) and (recursive or "/" not in row["path"][len(start) :])]


def _row(path: str, content: bytes) -> dict[str, Any]:
    return {"type": "file", "path": path, "oid": blob_id(content), "size": len(content)}
