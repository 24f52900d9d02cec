from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.explainers.chats import CHINESE, ENGLISH, explained

from emer.errors import MissingExtra, UsageError
from emer.explainers.chat import ChatError, LocalChat, ServerChat, connect
from emer.explainers.llm_writer import rewrite
from emer.explainers.sentences import read
from emer.explanation import Explanation

Assets = Callable[[str], Path]
SCHEMA = {
    "type": "object",
    "properties": {"word": {"type": "string", "enum": ["yes", "no"]}},
    "required": ["word"],
}

needs_openai = pytest.mark.skipif(
    importlib.util.find_spec("openai") is None, reason="the extra writer is not installed (openai)"
)
needs_llama = pytest.mark.skipif(
    importlib.util.find_spec("xllamacpp") is None,
    reason="the extra writer is not installed (xllamacpp)",
)


class Server(ThreadingHTTPServer):
    """A loopback server that answers with the scripted statuses and bodies in turn."""

    def __init__(self, script: list[tuple[int, dict[str, Any]]]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script, self.requests = script, []  # type: ignore[var-annotated]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), json.loads(body)))
        status, answer = self.server.script.pop(0)
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(*script: tuple[int, dict[str, Any]]) -> Iterator[Server]:
    server = Server(list(script))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answered(content: str | None) -> dict[str, Any]:
    message = {"role": "assistant", "content": content}
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
    }


@needs_openai
def test_the_request_carries_prompt_schema_and_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMER_API_KEY", "secret")
    with serving((200, answered('{"word": "yes"}'))) as server:
        chat = ServerChat(server.url, "m")
        answer = chat.complete("be brief", "hello", schema=SCHEMA, max_tokens=9, seed=3)
    assert answer == '{"word": "yes"}'
    path, headers, body = server.requests[0]
    assert path == "/v1/chat/completions"
    assert {k.lower(): v for k, v in headers.items()}["authorization"] == "Bearer secret"
    assert [m["content"] for m in body["messages"]] == ["be brief", "hello"]
    assert (body["model"], body["seed"], body["max_tokens"]) == ("m", 3, 9)
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA


@needs_openai
def test_nothing_about_this_machine_is_sent() -> None:
    with serving((200, answered("x"))) as server:
        ServerChat(server.url, "m").complete("s", "u")
    names = {name.lower() for name in server.requests[0][1]}
    told = {name for name in names if name.startswith("x-stainless")}
    assert told <= {"x-stainless-retry-count", "x-stainless-read-timeout"}


@needs_openai
def test_a_busy_server_is_asked_again() -> None:
    with serving((503, {}), (200, answered("x"))) as server:
        assert ServerChat(server.url, "m").complete("s", "u") == "x"
    assert len(server.requests) == 2


@needs_openai
@pytest.mark.parametrize(
    ("status", "mend"),
    [(400, "JSON schema"), (401, "EMER_API_KEY"), (404, "/v1"), (429, "later"), (500, "log")],
)
def test_a_refusal_names_the_address_and_the_mend(status: int, mend: str) -> None:
    with serving((status, {})) as server:
        url = server.url
        with pytest.raises(ChatError, match=f"{url}.*{status}.*{mend}"):
            ServerChat(url, "m", retries=0).complete("s", "u")


@needs_openai
def test_an_empty_answer_is_an_error() -> None:
    with serving((200, answered(None))) as server, pytest.raises(ChatError, match="empty"):
        ServerChat(server.url, "m").complete("s", "u")


@needs_openai
def test_no_server_names_the_address_and_the_mend() -> None:
    with serving() as server:
        url = server.url
    with pytest.raises(ChatError, match=f"{url} cannot be reached. Start the server"):
        ServerChat(url, "m", retries=0).complete("s", "u")


def test_what_names_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.gguf file, or MODEL@URL"):
        connect("gpt")
    with pytest.raises(UsageError, match="begin with http"):
        ServerChat("ftp://x", "m")
    with pytest.raises(UsageError, match="no language model"):
        connect(str(tmp_path / "absent.gguf"))


@needs_openai
def test_a_server_is_connected_by_model_and_address() -> None:
    chat = connect("some/model@http://127.0.0.1:1/v1")
    assert isinstance(chat, ServerChat)
    assert (chat.name, chat.base_url) == ("some/model", "http://127.0.0.1:1/v1")


def test_absent_packages_name_their_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    model = tmp_path / "m.gguf"
    model.write_bytes(b"")
    with pytest.raises(MissingExtra, match=r"pip install 'emer\[writer\]'"):
        ServerChat("http://127.0.0.1:1/v1", "m")
    with pytest.raises(MissingExtra, match=r"pip install 'emer\[writer\]'"):
        LocalChat(model)


@needs_llama
def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    model = tmp_path / "broken.gguf"
    model.write_bytes(b"GGUF and then nothing")
    with pytest.raises(ChatError, match=r"broken\.gguf.*complete GGUF file"):
        LocalChat(model)


@pytest.fixture(scope="module")
def small(assets: Assets) -> Iterator[LocalChat]:
    if importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("the extra writer is not installed (xllamacpp)")
    with LocalChat(assets("smollm2-135m"), context=4096) as chat:
        yield chat


@pytest.mark.slow
def test_a_local_model_follows_the_schema_and_repeats_itself(small: LocalChat) -> None:
    first, second = (
        small.complete("Answer yes or no.", "Is water wet?", schema=SCHEMA, max_tokens=30, seed=1)
        for _ in range(2)
    )
    assert json.loads(first)["word"] in ("yes", "no")
    assert first == second


@pytest.mark.slow
@pytest.mark.parametrize(
    "explanation", [explained(ENGLISH[2:]), explained(CHINESE[2:], "zh")], ids=["en", "zh"]
)
def test_whatever_a_toy_model_writes_the_text_stays_true(
    small: LocalChat, explanation: Explanation
) -> None:
    done = rewrite(explanation, small)
    cited = {cue for sentence in read(done.text) for cue in sentence.cues}
    assert cited == {"v1", "a1", "t1"}
    assert done.accepted is not bool(done.reason)
    assert done.accepted or done.text == explanation.explanation


@pytest.mark.slow
@needs_openai
def test_a_real_server_on_loopback_follows_the_schema(assets: Assets) -> None:
    xllamacpp = pytest.importorskip("xllamacpp", reason="the extra writer is not installed")
    params = xllamacpp.CommonParams()
    params.model.path = str(assets("smollm2-135m"))
    params.n_ctx, params.verbosity, params.warmup = 1024, -1, False
    for cpu in (params.cpuparams, params.cpuparams_batch):
        cpu.n_threads, cpu.poll = 1, 0
    server = xllamacpp.Server(params)
    assert server.listening_address.startswith("http://127.0.0.1:")
    chat = ServerChat(f"{server.listening_address}/v1", "smollm2")
    answer = chat.complete("Answer yes or no.", "Is water wet?", schema=SCHEMA, max_tokens=30)
    assert json.loads(answer)["word"] in ("yes", "no")


@pytest.mark.slow
def test_a_prompt_beyond_the_context_is_an_error(small: LocalChat) -> None:
    with pytest.raises(ChatError, match="context"):
        small.complete("s", "word " * 9000)


@pytest.mark.slow
@needs_llama
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_local_model_opens_no_port(assets: Assets, tmp_path: Path) -> None:
    """Every socket of the process is a Unix-domain one."""
    trace = tmp_path / "trace"
    code = (
        "import sys; from pathlib import Path; from emer.explainers.chat import LocalChat\n"
        "with LocalChat(Path(sys.argv[1]), context=512) as c: print(c.complete('s', 'u',"
        " max_tokens=2))"
    )
    call = ["strace", "-f", "-e", "trace=socket,bind,connect", "-o", str(trace)]
    subprocess.run(
        [*call, sys.executable, "-c", code, str(assets("smollm2-135m"))],
        check=True,
        capture_output=True,
        timeout=250,
    )
    calls = [line for line in trace.read_text().splitlines() if "socket(" in line]
    assert calls, "the trace has to show the Unix-domain socket"
    assert all("AF_UNIX" in line for line in calls), calls


def test_the_fixture_texts_are_ones_the_writer_reads() -> None:
    assert len(read(explained().explanation)) == len(ENGLISH)
