import copy
import pickle

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import AutoConfig, AutoImageProcessor, AutoModel

from emer.errors import UsageError
from emer.instruments.face_search import Face
from emer.models.parts import face_features as instrument
from emer.models.parts.face_features import FACE_FEATURES, POSE, SEEN, standard
from emer.models.parts.face_track import FaceTrackConfig, FaceTrackModel, FaceTrackProcessor

COUNT = len(FACE_FEATURES)


def face(left: float, width: float, value: float) -> Face:
    """A made-up face whose every measurement is `value`."""
    blendshapes, geometry = len(instrument.BLENDSHAPES), len(instrument.GEOMETRY)
    return Face(
        box=np.array([left, 0.1, left + width, 0.1 + width]),
        inside=1.0,
        blendshapes=np.full(blendshapes, value),
        geometry=np.full(geometry, value),
        pose=np.full(len(POSE), 100 * value),
    )


@pytest.fixture
def search(monkeypatch, tmp_path):
    """Put a list of faces, one a picture, in place of the face models."""

    def install(*found):
        rest = iter(found)

        class Search:
            def __init__(self, model):
                pass

            def __enter__(self):
                return self

            def __exit__(self, *_):
                pass

            def faces(self, image):
                return next(rest)

        monkeypatch.setattr(instrument, "FaceSearch", Search)
        monkeypatch.setattr(instrument.assets, "path", lambda name: tmp_path)

    return install


PICTURE = np.zeros((4, 6, 3), np.uint8)


def test_features_of_the_largest_face(search):
    search([face(0.0, 0.2, 0.25), face(0.5, 0.4, 0.5)], [])
    values = FaceTrackProcessor()([PICTURE, PICTURE]).pixel_values
    assert values.shape == (2, COUNT) and values.dtype == torch.float32
    assert values[0, FACE_FEATURES.index("mouthSmileLeft")] == 0.5
    assert values[0, FACE_FEATURES.index("yaw")] == 50.0
    assert values[0, FACE_FEATURES.index(SEEN)] == 1.0
    assert not values[1].any()


def test_standard_covers_every_feature():
    mean, scale = standard()
    assert len(mean) == len(scale) == COUNT == len(set(FACE_FEATURES))
    assert min(scale) > 0
    named = dict(zip(FACE_FEATURES, zip(mean, scale, strict=True), strict=True))
    assert named["pitch"] == (0.0, 45.0)
    assert named["mouthSmileLeft"] == named["mouthSmileRight"] == (0.02, 0.8)
    assert named["eye_open_R"] == (0.33, 0.12)
    assert named[SEEN] == (0.0, 1.0)


def test_tokens_are_standardised_and_padded():
    model = FaceTrackModel(FaceTrackConfig(hidden_size=70))
    mean, scale = (torch.tensor(values) for values in standard())
    values = torch.rand(3, COUNT)
    values[:, -1] = torch.tensor([1.0, 1.0, 0.0])
    tokens = model(values).last_hidden_state
    assert tokens.shape == (3, 1, 70)
    assert torch.allclose(tokens[:2, 0, :COUNT], ((values - mean) / scale)[:2])
    assert not tokens[..., COUNT:].any() and not tokens[2].any()
    assert not list(model.parameters()) and model.dtype == torch.float32
    assert model.to(torch.bfloat16)(values).last_hidden_state.dtype == torch.bfloat16


def test_saved_and_found_by_the_auto_classes(tmp_path):
    config = FaceTrackConfig(hidden_size=60, feature_mean=[1.0] * COUNT)
    FaceTrackModel(config).save_pretrained(tmp_path)
    FaceTrackProcessor().save_pretrained(tmp_path)
    model = AutoModel.from_pretrained(tmp_path, use_safetensors=True)
    assert isinstance(model, FaceTrackModel) and not model.training
    assert torch.equal(model.mean, torch.ones(COUNT)) and model.config.hidden_size == 60
    assert isinstance(AutoConfig.from_pretrained(tmp_path), FaceTrackConfig)
    processor = AutoImageProcessor.from_pretrained(tmp_path)
    assert isinstance(processor, FaceTrackProcessor)
    # Processors are copied into loader processes.
    assert isinstance(pickle.loads(pickle.dumps(copy.deepcopy(processor))), FaceTrackProcessor)


def test_buffers_lost_from_the_file_are_filled_anew():
    with torch.device("meta"):
        model = FaceTrackModel(FaceTrackConfig())
    model.to_empty(device="cpu")
    model._init_weights(model)
    assert torch.equal(model.mean, torch.tensor(standard()[0]))


@pytest.mark.parametrize(
    "images",
    [
        [np.zeros((4, 4), np.uint8)],
        [np.zeros((4, 4, 4), np.uint8)],
        [np.zeros((4, 4, 3), np.float32)],
        [np.zeros((0, 4, 3), np.uint8)],
        np.zeros((3, 4, 4), np.uint8),
    ],
)
def test_refuses_other_pictures(images):
    with pytest.raises(UsageError, match="Expected a picture"):
        FaceTrackProcessor()(images)


def test_refuses_other_shapes_and_sizes():
    with pytest.raises(UsageError, match=rf"shape \[N, {COUNT}\]"):
        FaceTrackModel(FaceTrackConfig())(torch.zeros(2, 3, 8, 8))
    with pytest.raises(UsageError, match="hidden_size"):
        FaceTrackConfig(hidden_size=COUNT - 1)
    with pytest.raises(UsageError, match="feature_mean"):
        FaceTrackConfig(feature_mean=[0.0])


def test_real_faces(assets, decoded_faces):
    assets("face-landmarker")
    blank = np.full((64, 64, 3), 128, np.uint8)
    pictures = [*decoded_faces[:2], Image.fromarray(blank)]
    values = FaceTrackProcessor()(pictures).pixel_values
    assert values[:, -1].tolist() == [1.0, 1.0, 0.0]
    assert not values[2].any()
    shapes = values[:2, : len(instrument.BLENDSHAPES)]
    assert (shapes >= 0).all() and (shapes <= 1).all() and shapes.any()
    # Each picture is measured on its own.
    single = FaceTrackProcessor()(pictures[1]).pixel_values
    assert torch.equal(single[0], values[1])
