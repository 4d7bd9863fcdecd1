"""Every media store passes the same suite: the folder of one machine and an S3 of many."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from obstore.store import S3Store
from werkzeug.serving import make_server

from matinee.kernel.storage import FolderStorage, ObjectStorage, Storage, checked_key
from tests.patience import PATIENCE_S


class StorageContract:
    """What holds for every implementation; inherit it and give a `storage` fixture."""

    def put(self, storage: Storage, tmp_path: Path, key: str, content: bytes) -> None:
        source = tmp_path / "incoming"
        source.write_bytes(content)
        storage.put_file(source, key)

    def test_what_was_put_is_fetched(self, storage: Storage, tmp_path: Path) -> None:
        content = bytes(range(256)) * 40_000
        self.put(storage, tmp_path, "sources/a/film.mkv", content)
        storage.fetch("sources/a/film.mkv", tmp_path / "fetched")
        assert (tmp_path / "fetched").read_bytes() == content
        assert storage.exists("sources/a/film.mkv")
        assert not storage.exists("sources/a")

    def test_the_newest_content_counts(self, storage: Storage, tmp_path: Path) -> None:
        self.put(storage, tmp_path, "artwork/p.jpg", b"old")
        self.put(storage, tmp_path, "artwork/p.jpg", b"new")
        storage.fetch("artwork/p.jpg", tmp_path / "fetched")
        assert (tmp_path / "fetched").read_bytes() == b"new"

    def test_what_is_not_there_is_said(self, storage: Storage, tmp_path: Path) -> None:
        with pytest.raises(KeyError):
            storage.fetch("nothing/here", tmp_path / "fetched")
        assert not storage.exists("nothing/here")
        assert not list(tmp_path.glob("*fetched*"))
        storage.remove("nothing/here")

    def test_a_folder_is_published_whole(self, storage: Storage, tmp_path: Path) -> None:
        folder = tmp_path / "package"
        (folder / "video").mkdir(parents=True)
        (folder / "manifest.mpd").write_bytes(b"mpd")
        (folder / "video" / "1.m4s").write_bytes(b"segment")
        storage.publish_folder(folder, "packages/one")
        assert dict(storage.keys("packages/one")) == {
            "packages/one/manifest.mpd": 3,
            "packages/one/video/1.m4s": 7,
        }
        assert not folder.exists()

    def test_removing_takes_the_prefix_and_no_neighbour(
        self, storage: Storage, tmp_path: Path
    ) -> None:
        for key in ("packages/one/a", "packages/one/b/c", "packages/one-more/a", "packages/x"):
            self.put(storage, tmp_path, key, b"x")
        storage.remove("packages/one")
        storage.remove("packages/x")
        assert [key for key, _ in storage.keys("packages")] == ["packages/one-more/a"]

    @pytest.mark.parametrize("key", ["../x", "/etc/passwd", "a/../../b", "", "a\\b", ".."])
    def test_no_key_leads_outside(self, storage: Storage, tmp_path: Path, key: str) -> None:
        with pytest.raises(ValueError, match="no key"):
            self.put(storage, tmp_path, key, b"x")
        with pytest.raises(ValueError, match="no key"):
            storage.fetch(key, tmp_path / "fetched")


class TestFolder(StorageContract):
    @pytest.fixture
    def storage(self, tmp_path: Path) -> Storage:
        return FolderStorage(tmp_path / "media")

    def test_a_file_lies_where_the_edge_looks(self, tmp_path: Path) -> None:
        storage = FolderStorage(tmp_path / "media")
        self.put(storage, tmp_path, "artwork/p.jpg", b"picture")
        assert storage.local_path("artwork/p.jpg") == tmp_path / "media/artwork/p.jpg"
        assert storage.local_path("artwork/q.jpg") is None

    def test_publishing_again_replaces(self, tmp_path: Path) -> None:
        storage = FolderStorage(tmp_path / "media")
        for content in (b"1", b"2"):
            folder = tmp_path / "package"
            folder.mkdir()
            (folder / f"f{content.decode()}").write_bytes(content)
            storage.publish_folder(folder, "packages/one")
        assert [key for key, _ in storage.keys("packages")] == ["packages/one/f2"]


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    from moto.server import (  # noqa: PLC0415 - slow to import, used by this class only
        DomainDispatcherApplication,
        create_backend_app,
    )

    app: Any = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=PATIENCE_S)
    server.server_close()


class TestObjects(StorageContract):
    @pytest.fixture
    def storage(self, s3_address: str, request: pytest.FixtureRequest) -> Storage:
        import urllib.request  # noqa: PLC0415 - makes the bucket, nothing else

        bucket = f"films-{abs(hash(request.node.nodeid)):x}"
        make = urllib.request.Request(f"{s3_address}/{bucket}", method="PUT")  # noqa: S310 - loopback
        urllib.request.urlopen(make, timeout=PATIENCE_S).close()  # noqa: S310 - loopback
        return ObjectStorage(
            S3Store(
                bucket,
                prefix="library",
                endpoint=s3_address,
                access_key_id="test",
                secret_access_key="test",
                region="us-east-1",
                client_options={"allow_http": True},
            )
        )

    def test_nothing_lies_on_this_machine(self, storage: Storage, tmp_path: Path) -> None:
        self.put(storage, tmp_path, "a/b", b"x")
        assert storage.local_path("a/b") is None


def test_ordinary_keys_pass() -> None:
    assert checked_key("packages/0190-1/video/seg-1.m4s") == "packages/0190-1/video/seg-1.m4s"
