from __future__ import annotations

import json
import time
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from tests.dataset.calls.asking import annotator, calling, expected, question
from tests.dataset.faulty_server import BAD, BROKEN, REFUSED, echo, entered, serving

from emer.dataset.calls.caller import Caller
from emer.dataset.calls.channel import Watch
from emer.dataset.calls.faults import Pauses, of_status
from emer.dataset.calls.line import Line
from emer.dataset.errors import ServerError
from emer.dataset.plan import Budget, Rate
from emer.dataset.store import open_store
from emer.errors import UsageError

HARMLESS = {"hang": 0.4, "drip": 0.05}


def store_url(folder: Path) -> str:
    return f"sqlite:///{folder}/store.db"


@pytest.mark.parametrize("fault", [*REFUSED, *BROKEN])
def test_a_call_that_fails_is_made_again_under_the_same_name(fault: str, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    with serving(ledger, echo, script=[fault, fault], **HARMLESS) as server:
        who = annotator(server.url, timeout=0.3)
        with calling(store_url(tmp_path), who) as (caller, _):
            reply = caller.ask(who, question("hi"))
            spent = caller.spending()
        assert reply.data == expected(question("hi"))
        assert {one["idempotency-key"] for one in server.headers} == {f"{reply.key}-0"}
        assert len({json.dumps(body) for body in server.bodies}) == 1
    rows = entered(ledger)
    assert sum(row.tokens > 0 for row in rows) == 1
    assert spent.tokens == sum(row.tokens for row in rows)
    assert spent.unanswered == (2 if fault in BROKEN else 1 if fault == "500" else 0) + (
        1 if fault == "500" else 0
    )
    assert spent.reserved_tokens == 0


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_answer_is_asked_once_more_saying_what_is_wrong(fault: str, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    with serving(ledger, echo, script=[fault]) as server:
        who = annotator(server.url)
        with calling(store_url(tmp_path), who) as (caller, store):
            reply = caller.ask(who, question("hi"))
            spent = caller.spending()
            assert not list(store.parked())
        assert [one["idempotency-key"][-2:] for one in server.headers] == ["-0", "-1"]
        first, second = (body["messages"][-1]["content"] for body in server.bodies)
    assert reply.missing is None and reply.data is not None
    assert second.startswith(first) and "could not be used" in second[len(first) :]
    assert spent.calls == 2
    assert spent.tokens == sum(row.tokens for row in entered(ledger))


@pytest.mark.parametrize("fault", BAD)
def test_two_bad_answers_park_the_call_until_it_is_replayed(fault: str, tmp_path: Path) -> None:
    with serving(tmp_path / "ledger", echo, script=[fault, fault]) as server:
        who = annotator(server.url)
        with calling(store_url(tmp_path), who) as (caller, store):
            reply = caller.ask(who, question("hi"))
            assert reply.data is None and reply.missing
            assert caller.ask(who, question("hi")) == reply
            assert len(server.headers) == 2
            (parked,) = store.parked()
            assert (parked.key, parked.reason) == (reply.key, reply.missing)
            assert (parked.entry, parked.task, parked.attempts) == ("e-hi", "visual", 2)
            assert caller.spending().parked == 1
            assert store.unpark(reason="nothing like it") == 0
            assert store.unpark(annotator="b") == 0
            assert store.unpark(annotator="a", reason=parked.reason[:5]) == 1
            assert caller.ask(who, question("hi")).data == expected(question("hi"))
            assert server.headers[-1]["idempotency-key"] == f"{reply.key}-2"
            assert server.bodies[-1] == server.bodies[0]


@pytest.mark.parametrize(
    ("status", "said", "mend"),
    [
        (401, "no", "environment variable EMER_API_KEY"),
        (403, "no", "environment variable EMER_API_KEY"),
        (404, "model not found", "`model`"),
        (400, "The model `m` does not exist", "`model`"),
        (400, "response_format is not supported", "response_format with a JSON schema"),
        (400, "image input is not supported, provide the mmproj", "cannot see or hear"),
        (429, "insufficient_quota", "no funds"),
        (307, "", "redirects"),
    ],
)
def test_what_is_the_plans_fault_stops_at_once(
    status: int, said: str, mend: str, tmp_path: Path
) -> None:
    body = json.dumps({"error": {"message": said}}).encode()
    with serving(tmp_path / "ledger", echo, status=(status, body)) as server:
        who = annotator(server.url)
        with calling(store_url(tmp_path), who) as (caller, store):
            with pytest.raises(ServerError, match=f"'a' at {server.url}.*{status}.*{mend}"):
                caller.ask(who, question("hi"))
            with pytest.raises(ServerError, match="--resume"):
                caller.ask(who, question("other"))
            assert len(server.headers) == 1
            assert not list(store.parked())
            assert caller.spending().reserved_tokens == 0


@pytest.mark.parametrize("said", ["exceeds the maximum context length", "content_filter"])
def test_a_message_that_is_not_taken_is_parked(said: str, tmp_path: Path) -> None:
    body = json.dumps({"error": {"message": said}}).encode()
    with serving(tmp_path / "ledger", echo, status=(400, body)) as server:
        who = annotator(server.url)
        with calling(store_url(tmp_path), who) as (caller, store):
            assert said in (caller.ask(who, question("hi")).missing or "")
            assert len(server.headers) == 1 == len(list(store.parked()))
            assert caller.spending().reserved_tokens == 0
            server.settings.status = None
            assert caller.ask(who, question("other")).data
            assert store.unpark() == 1
            assert caller.ask(who, question("hi")).data


def test_a_server_that_is_away_stops_the_run(tmp_path: Path) -> None:
    with serving(tmp_path / "ledger", echo) as server:
        who = annotator(server.url)
    with calling(store_url(tmp_path), who) as (caller, store):
        with pytest.raises(ServerError, match=r"cannot be reached, 4 times.*Start the server"):
            caller.ask(who, question("hi"))
        assert not list(store.parked())
        assert caller.spending().reserved_tokens == 0


def test_a_server_that_fails_at_everything_stops_the_run_and_parks_nothing(tmp_path: Path) -> None:
    with serving(tmp_path / "ledger", echo, script=["500"] * 99) as server:
        who = annotator(server.url, tries=2)
        with calling(store_url(tmp_path), who) as (caller, store):
            for text in "ab":
                assert "500" in (caller.ask(who, question(text)).missing or "")
            with pytest.raises(ServerError, match="500"):
                caller.ask(who, question("c"))
            assert not list(store.parked())
        server.settings.script.clear()
        with calling(store_url(tmp_path), who) as (caller, _):
            assert all(caller.ask(who, question(text)).data for text in "abc")
            assert caller.spending().reserved_tokens == 0


def test_one_call_that_fails_among_good_ones_is_parked(tmp_path: Path) -> None:
    def poisoned(request: dict[str, Any]) -> str:
        if "poison" in request["messages"][-1]["content"]:
            raise ConnectionError("the server dies of it")
        return echo(request)

    with serving(tmp_path / "ledger", poisoned) as server:
        who = annotator(server.url, tries=2, rate=Rate(at_once=1))
        with calling(store_url(tmp_path), who) as (caller, store):
            replies = [caller.ask(who, question(text)) for text in ["a", "poison", "b", "c"]]
            (parked,) = store.parked()
            assert parked.key == replies[1].key
            # It may have been paid, so that its reserve stays until it is answered after all.
            assert caller.spending().reserved_tokens > 0
    assert [reply.missing is None for reply in replies] == [True, False, True, True]


def test_a_busy_server_that_answers_others_is_waited_for() -> None:
    line = Line(annotator("http://127.0.0.1:1/v1", tries=2), Watch(), cap=1.0)
    busy, began = of_status(429, "", {}, "KEY"), time.monotonic()
    assert line.failed(busy, "k", 1, began) == "again"
    assert line.failed(busy, "k", 2, began) == "stop"
    line.answered(10, 10)
    assert line.failed(busy, "k", 9, began) == "again"
    assert line.failed(busy, "k", 2, time.monotonic()) == "stop"


@pytest.mark.parametrize("drip", ["body", "head"])
def test_the_time_of_a_call_is_bounded_as_a_whole(drip: str, tmp_path: Path) -> None:
    with serving(tmp_path / "ledger", echo, script=["drip"] * 9, drip=0.1, head=drip == "head") as (
        server
    ):
        who = annotator(server.url, timeout=0.5, tries=1)
        with calling(store_url(tmp_path), who) as (caller, _):
            start = time.monotonic()
            reply = caller.ask(who, question("hi"))
            assert time.monotonic() - start < 1.2
    assert "within 0.5 seconds" in (reply.missing or "")


@pytest.mark.parametrize("form", ["seconds", "date", "absurd", "nonsense"])
def test_retry_after_is_honoured_and_capped(form: str, tmp_path: Path) -> None:
    value = {
        "seconds": "0.4",
        "date": formatdate(time.time() + 2, usegmt=True),
        "absurd": "99999",
        "nonsense": "soon",
    }[form]
    with serving(tmp_path / "ledger", echo, script=["429"], retry_after=value) as server:
        who = annotator(server.url)
        with calling(store_url(tmp_path), who, pauses=Pauses(0.01, 0.01, 0.5)) as (caller, _):
            start = time.monotonic()
            assert caller.ask(who, question("hi")).data
            took = time.monotonic() - start
    least, most = {"nonsense": (0, 2.0), "seconds": (0.4, 2.0)}.get(form, (0.5, 2.0))
    assert least <= took < most


def test_backoff_grows_with_full_jitter_and_never_beyond_its_longest() -> None:
    class Drawn:
        def uniform(self, low: float, high: float) -> float:
            assert low == 0
            return high

    pauses = Pauses(base=1, longest=10, cap=60)
    draw: Any = Drawn()
    assert [pauses.seconds(n, None, draw) for n in range(1, 7)] == [1, 2, 4, 8, 10, 10]
    assert pauses.seconds(5000, None, draw) == 10
    assert pauses.seconds(1, 7.0, draw) == 8
    assert pauses.seconds(3, 7000.0, draw) == 61


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
def test_statuses_that_pass(status: int) -> None:
    assert of_status(status, "", {}, "KEY").kind == "again"


def test_an_unclear_refusal_among_good_answers_is_parked(tmp_path: Path) -> None:
    with serving(tmp_path / "ledger", echo) as server:
        who = annotator(server.url)
        with calling(store_url(tmp_path), who) as (caller, _):
            assert caller.ask(who, question("a")).data
            server.settings.status = (422, b"no")
            assert "422" in (caller.ask(who, question("b")).missing or "")


def test_what_is_sent_tells_nothing_of_this_machine(tmp_path: Path) -> None:
    with serving(tmp_path / "ledger", echo) as server:
        who = annotator(server.url)
        with calling(store_url(tmp_path), who) as (caller, _):
            caller.ask(who, question("a"))
        (headers,), (body,) = server.headers, server.bodies
    told = {name for name in headers if name.startswith("x-stainless")}
    harmless = ("retry-count", "read-timeout", "raw-response")
    assert told <= {f"x-stainless-{name}" for name in harmless}
    assert set(body) == {
        "model", "messages", "max_tokens", "temperature", "top_p", "seed", "response_format",
    }  # fmt: skip


def test_a_server_that_does_not_count_gets_the_bounds(tmp_path: Path) -> None:
    with serving(tmp_path / "ledger", echo, usage=False) as server:
        who = annotator(server.url)
        with calling(store_url(tmp_path), who) as (caller, _):
            caller.ask(who, question("a"))
            (spent,) = caller.spending().annotators
    assert spent.completion_tokens == 20 and spent.prompt_tokens > 100


def test_an_answer_that_no_longer_passes_is_parked_and_asked_anew(tmp_path: Path) -> None:
    def stricter(data: Any) -> Any:
        raise ValueError("not any more")

    with serving(tmp_path / "ledger", echo) as server:
        who = annotator(server.url)
        with calling(store_url(tmp_path), who) as (caller, store):
            assert caller.ask(who, question("a")).data
            assert "not any more" in (caller.ask(who, question("a", check=stricter)).missing or "")
            assert caller.ask(who, question("a")).data is None
            assert len(server.headers) == 1
            store.unpark()
            assert caller.ask(who, question("a")).data
            assert len(server.headers) == 2


def test_who_is_not_in_the_plan_cannot_be_asked(tmp_path: Path) -> None:
    who = annotator("http://127.0.0.1:1/v1")
    with (
        open_store(store_url(tmp_path)) as store,
        Caller([], Budget(), store) as caller,
        pytest.raises(UsageError, match="no annotator 'a'"),
    ):
        caller.ask(who, question("a"))
