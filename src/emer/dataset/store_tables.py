"""The tables of the store.

Money is kept in billionths of the currency as whole numbers, so that sums are exact; times are
seconds since 1970.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

LAYOUT = "1"
"""Version of the tables; a store of another version is refused."""

metadata = MetaData()
# Rows lie in SQLite by their key, which saves an index.
_BY_KEY: dict[str, Any] = {"sqlite_with_rowid": False}


def _count(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, default=0, server_default="0")


about = Table(
    "about",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)

observations = Table(
    "observations",
    metadata,
    Column("key", String, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    Column("key", String, primary_key=True),
    # 0, 1, ...: every answer that came is there, good or bad.
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("purse", String, nullable=False),
    Column("annotator", String, nullable=False),
    Column("model", Text, nullable=False),
    Column("task", String, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("entry", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("finish", Text, nullable=False),
    # What is wrong with the answer; NULL if it is the answer to use.
    Column("problem", Text),
    # Whether the key was parked upon this answer, so that the next one begins afresh.
    Column("ended", Boolean, nullable=False),
    _count("prompt_tokens"),
    _count("completion_tokens"),
    _count("nano"),
    Column("seconds", Double, nullable=False),
    Column("at", Double, nullable=False),
    **_BY_KEY,
)

begun = Table(
    "begun",
    metadata,
    Column("key", String, primary_key=True),
    Column("attempt", Integer, nullable=False),
    Column("purse", String, nullable=False),
    Column("annotator", String, nullable=False),
    Column("entry", Text, nullable=False),
    # Who waits for the answer; empty if nobody does any more.
    Column("owner", String, nullable=False),
    _count("tokens"),
    _count("nano"),
    Column("at", Double, nullable=False),
    **_BY_KEY,
)

owners = Table(
    "owners",
    metadata,
    Column("owner", String, primary_key=True),
    Column("until", Double, nullable=False),
    **_BY_KEY,
)

parked = Table(
    "parked",
    metadata,
    Column("key", String, primary_key=True),
    Column("purse", String, nullable=False),
    Column("annotator", String, nullable=False),
    Column("entry", Text, nullable=False),
    Column("task", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("at", Double, nullable=False),
    **_BY_KEY,
)

unanswered = Table(
    "unanswered",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("purse", String, nullable=False),
    Column("annotator", String, nullable=False),
    Column("entry", Text, nullable=False),
    Column("reason", Text, nullable=False),
    _count("tokens"),
    _count("nano"),
    Column("at", Double, nullable=False),
    Index("unanswered_purse", "purse"),
)

purses = Table(
    "purses",
    metadata,
    Column("name", String, primary_key=True),
    _count("tokens"),
    _count("nano"),
    # Reserved by the rows of `begun`.
    _count("held_tokens"),
    _count("held_nano"),
    **_BY_KEY,
)

tallies = Table(
    "tallies",
    metadata,
    Column("purse", String, primary_key=True),
    Column("annotator", String, primary_key=True),
    _count("calls"),
    _count("cached"),
    _count("cached_tokens"),
    _count("prompt_tokens"),
    _count("completion_tokens"),
    _count("nano"),
    Column("seconds", Double, nullable=False, server_default="0"),
    **_BY_KEY,
)

gauges = Table(
    "gauges",
    metadata,
    Column("name", String, primary_key=True),
    # Of the last call: its number, the tokens of all up to it, and when it may be sent.
    _count("number"),
    _count("tokens"),
    Column("at", Double, nullable=False, server_default="0"),
    **_BY_KEY,
)

sends = Table(
    "sends",
    metadata,
    Column("gauge", String, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    # Tokens of all calls before this one, and with it.
    _count("before"),
    _count("tokens"),
    Column("at", Double, nullable=False),
    Index("sends_tokens", "gauge", "tokens"),
)
