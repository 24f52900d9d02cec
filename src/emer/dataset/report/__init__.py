"""The page of a build: one HTML file, nothing from elsewhere."""

from emer.dataset.report.facts import (
    Agreement,
    Histogram,
    LabelCount,
    PageFacts,
    Parked,
    Point,
    Spent,
    Step,
)
from emer.dataset.report.page import save

__all__ = [
    "Agreement",
    "Histogram",
    "LabelCount",
    "PageFacts",
    "Parked",
    "Point",
    "Spent",
    "Step",
    "save",
]
