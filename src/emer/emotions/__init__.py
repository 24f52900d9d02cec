"""From cues to emotions: families, votes, naming and inference."""

from emer.emotions.infer import Inference, infer
from emer.emotions.labels import FAMILIES, LABELS, Family, Label

__all__ = ["FAMILIES", "LABELS", "Family", "Inference", "Label", "infer"]
