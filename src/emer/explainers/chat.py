"""A minimal chat client: one system and one user message in, text out.

`ServerChat` talks to any OpenAI-compatible server, `LocalChat` runs a GGUF file in this process
through llama.cpp. Nothing here is used unless the user names a model.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from emer.errors import EmerError, MissingExtra, UsageError

Schema = Mapping[str, Any]

API_KEY = "EMER_API_KEY"
TIMEOUT, RETRIES = 120.0, 3
# Headers with which the client library describes this machine; the server has no need of them.
_TELLTALE = ("Lang", "Package-Version", "OS", "Arch", "Runtime", "Runtime-Version", "Async")


class ChatError(EmerError):
    """A language model could not be asked."""


def connect(spec: str) -> Chat:
    """Return the chat a specification names: a .gguf file, or MODEL@URL of a server.

    Raises:
        UsageError: It is neither.
        MissingExtra: The extra `writer` is not installed.
        ChatError: The file cannot be loaded.
    """
    model, at, url = spec.partition("@http")
    if at and model:
        return ServerChat(f"http{url}", model)
    if spec.lower().endswith(".gguf"):
        return LocalChat(Path(spec))
    raise UsageError(
        f"{spec!r} names no language model.",
        "Give the path of a .gguf file, or MODEL@URL such as qwen@http://127.0.0.1:8080/v1.",
    )


class Chat(Protocol):
    """Anything that answers a prompt."""

    @property
    def name(self) -> str:
        """Name of the model, for the provenance."""
        ...

    def complete(
        self,
        system: str,
        user: str,
        *,
        schema: Schema | None = None,
        max_tokens: int = 1024,
        seed: int = 0,
    ) -> str:
        """Return the answer.

        Args:
            system: What the model is to do.
            user: What to do it with.
            schema: JSON schema the answer has to follow, if any.
            max_tokens: The answer ends there at the latest.
            seed: The same seed and prompt give the same answer where the model allows it.

        Raises:
            ChatError: The model cannot be reached or gives no answer.
        """
        ...


class ServerChat:
    """A model behind an OpenAI-compatible server (llama.cpp, vLLM, SGLang, Ollama, a vendor).

    What is sent leaves this process, and this machine unless the server runs on it.

    Args:
        base_url: E.g. "http://127.0.0.1:8080/v1".
        model: Name of the model as the server knows it.
        api_key: The environment variable that holds the key; servers without keys need none.
        timeout: Seconds to wait for one answer.
        retries: How often to ask again, with growing pauses, where the server is busy or away.

    Raises:
        MissingExtra: The extra `writer` is not installed.
        UsageError: The address is not one of http or https.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        api_key: str = API_KEY,
        timeout: float = TIMEOUT,
        retries: int = RETRIES,
    ) -> None:
        settings = client_settings(base_url, api_key, timeout, retries)
        import openai

        self.base_url, self._model, self._key_name = base_url, model, api_key
        self._openai = openai
        self._client = openai.OpenAI(**settings)

    @property
    def name(self) -> str:
        """Name of the model as the server knows it."""
        return self._model

    def complete(
        self,
        system: str,
        user: str,
        *,
        schema: Schema | None = None,
        max_tokens: int = 1024,
        seed: int = 0,
    ) -> str:
        """Return the answer of the server; see `Chat.complete`."""
        try:
            answer = self._client.chat.completions.create(
                model=self._model,
                **_request(system, user, schema, max_tokens, seed),
            )
        except self._openai.OpenAIError as error:
            raise self._explained(error) from error
        content = answer.choices[0].message.content if answer.choices else None
        if not content:
            raise ChatError(
                f"The language model {self._model!r} at {self.base_url} gave an empty answer.",
                "Try another model, or leave the writer out: the composed text needs none.",
            )
        return str(content)

    def _explained(self, error: Exception) -> ChatError:
        what = f"The language model {self._model!r} at {self.base_url}"
        if isinstance(error, self._openai.APITimeoutError):
            mend = "Give it more time, or use a smaller model."
            return ChatError(f"{what} did not answer in time.", mend)
        if isinstance(error, self._openai.APIConnectionError):
            mend = "Start the server, or correct the address; it mostly ends in /v1."
            return ChatError(f"{what} cannot be reached.", mend)
        status = getattr(error, "status_code", None)
        mends = {
            400: "It may not accept a JSON schema; use a server that does, such as llama.cpp.",
            401: f"Put its key into the environment variable {self._key_name}.",
            403: f"Put a key that is allowed to into the environment variable {self._key_name}.",
            404: "Check the name of the model, and that the address ends in /v1.",
            429: "It is busy; try again later.",
        }
        mend = mends.get(status or 0, "Look into the log of the server.")
        return ChatError(f"{what} refused (status {status or 'unknown'}).", mend)


def client_settings(
    base_url: str, api_key: str, timeout: float, retries: int, extra: str = "writer"
) -> dict[str, Any]:
    """Return the arguments of an `openai` client that tells a server nothing about this machine.

    Args:
        base_url: E.g. "http://127.0.0.1:8080/v1".
        api_key: The environment variable that holds the key; servers without keys need none.
        timeout: Seconds to wait.
        retries: How often the client itself asks again.
        extra: Of emer, that brings the client.

    Raises:
        MissingExtra: The client is not installed.
        UsageError: The address is not one of http or https.
    """
    if not base_url.startswith(("http://", "https://")):
        raise UsageError(
            f"The address of the language model is {base_url!r}.",
            "It has to begin with http:// or https://, e.g. http://127.0.0.1:8080/v1",
        )
    try:
        import openai
    except ImportError as error:
        raise MissingExtra("Asking a language-model server", "openai", extra) from error
    return {
        "base_url": base_url,
        "api_key": os.environ.get(api_key) or "none",
        "timeout": timeout,
        "max_retries": retries,
        "default_headers": {f"X-Stainless-{name}": openai.Omit() for name in _TELLTALE},
    }


def answer_format(schema: Schema) -> dict[str, Any]:
    """Return the `response_format` that asks for an answer by a JSON schema."""
    named = {"name": "answer", "strict": True, "schema": json.loads(json.dumps(schema))}
    return {"type": "json_schema", "json_schema": named}


class LocalChat:
    """A GGUF model run in this process on the CPU through llama.cpp.

    llama.cpp insists on listening somewhere. It is given a Unix-domain socket in a private
    temporary folder, so no port is opened; `close` removes it.

    Args:
        model: The GGUF file.
        context: Tokens that prompt and answer may have together.
        threads: CPU threads; half of the processors if None.

    Raises:
        MissingExtra: The extra `writer` is not installed.
        UsageError: There is no such file.
        ChatError: The file cannot be loaded.
    """

    def __init__(self, model: Path, *, context: int = 8192, threads: int | None = None) -> None:
        if not model.is_file():
            raise UsageError(
                f"There is no language model {model.name!r}.", "Give the path of a GGUF file."
            )
        try:
            import xllamacpp
        except ImportError as error:
            raise MissingExtra("Running a language model", "xllamacpp", "writer") from error
        self.name = model.name
        self._folder = tempfile.TemporaryDirectory(prefix="emer-")
        socket = str(Path(self._folder.name) / "llm.sock")
        params = _parameters(xllamacpp.CommonParams(), model, context, threads, socket)
        try:
            self._server: Any = xllamacpp.Server(params)
        except RuntimeError as error:
            self._folder.cleanup()
            raise ChatError(
                f"The language model {model.name!r} cannot be loaded.",
                "It has to be a complete GGUF file that fits into memory.",
            ) from error

    def complete(
        self,
        system: str,
        user: str,
        *,
        schema: Schema | None = None,
        max_tokens: int = 1024,
        seed: int = 0,
    ) -> str:
        """Return the answer of the model; see `Chat.complete`."""
        request = _request(system, user, schema, max_tokens, seed)
        try:
            answer = self._server.handle_chat_completions(request)
            content = answer["choices"][0]["message"]["content"]
        except (RuntimeError, ValueError, KeyError, IndexError, TypeError) as error:
            raise ChatError(
                f"The language model {self.name!r} gave no answer ({error}).",
                "The text may be longer than its context; try a model with a larger one.",
            ) from error
        return str(content)

    def close(self) -> None:
        """Unload the model."""
        self._server = None
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _request(
    system: str, user: str, schema: Schema | None, max_tokens: int, seed: int
) -> dict[str, Any]:
    request: dict[str, Any] = {
        "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
        "max_tokens": max_tokens,
        "seed": seed,
        "temperature": 0.0,
    }
    if schema is not None:
        request["response_format"] = answer_format(schema)
    return request


def _parameters(params: Any, model: Path, context: int, threads: int | None, socket: str) -> Any:
    params.model.path = str(model)
    params.n_ctx = context
    params.hostnames = [socket]
    params.offline, params.ui, params.endpoint_slots = True, False, False
    params.verbosity = -1
    params.warmup = False
    for cpu in (params.cpuparams, params.cpuparams_batch):
        cpu.n_threads = threads or max(1, (os.cpu_count() or 2) // 2)
        # Waiting threads sleep instead of spinning, which on a busy machine costs tenfold.
        cpu.poll = 0
    return params
