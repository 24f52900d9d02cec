"""The options of `emer explain`: type, flag and help of each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

LIMITS = "Limits"

ClipPath = Annotated[
    str, typer.Argument(help="A clip, a folder of clips, or - for a clip on standard input.")
]
SubtitleOption = Annotated[
    str | None,
    typer.Option(help="The words said, or a .srt, .vtt, .ass or .txt file. Default: listen."),
]
LanguageOption = Annotated[
    Literal["en", "zh"], typer.Option("--language", "-l", help="Of the explanation.")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        help="Write here; the suffix chooses .json .md .html .eaf .TextGrid .vtt .csv "
        "(a folder of clips: .jsonl).",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Jobs = Annotated[int, typer.Option(min=1, help="Clips explained at a time, for a folder.")]
Reports = Annotated[
    Path | None, typer.Option(help="For a folder of clips: HTML reports go to this folder.")
]
Speech = Annotated[
    bool, typer.Option("--speech/--no-speech", help="Recognise speech if no subtitle is given.")
]
Spoken = Annotated[
    str | None, typer.Option(help="Language spoken, as ISO 639-1; default: detected.")
]
Writer = Annotated[
    Literal["composed", "llm"],
    typer.Option(help="Who writes the text; what an LLM writes is checked against the cues."),
]
Llm = Annotated[
    str | None, typer.Option(help="For --writer llm: a .gguf file, or MODEL@URL of a server.")
]
ExplainerOption = Annotated[
    str,
    typer.Option(
        "--explainer",
        help="composed, or the folder of an XEmoGPT model whose text is checked against what is "
        "measured.",
    ),
]
Batch = Annotated[
    int, typer.Option(min=1, help="For a folder of clips: how many the model reads at a time.")
]
Embed = Annotated[
    bool, typer.Option("--embed/--link", help="Put the clip into the HTML report, or link it.")
]
MaxSeconds = Annotated[
    float | None,
    typer.Option(help="Refuse longer clips (default: 4 hours).", rich_help_panel=LIMITS),
]
MaxBytes = Annotated[
    int | None,
    typer.Option(help="Refuse larger files (default: 4 GiB).", rich_help_panel=LIMITS),
]
MaxPixels = Annotated[
    int | None, typer.Option(help="Width times height of a picture.", rich_help_panel=LIMITS)
]
MaxEdge = Annotated[
    int | None, typer.Option(help="Width or height of a picture.", rich_help_panel=LIMITS)
]
MaxStreams = Annotated[int | None, typer.Option(help="Streams in a file.", rich_help_panel=LIMITS)]
MaxSlowdown = Annotated[
    float | None,
    typer.Option(help="Decoding time as a multiple of the length.", rich_help_panel=LIMITS),
]
TimeoutSeconds = Annotated[
    float | None,
    typer.Option(help="How long the decoder may stay silent.", rich_help_panel=LIMITS),
]
