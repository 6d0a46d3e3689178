"""What the engine must know of a model: the manifest's text → frozen, validated specifications.

Nothing is read or fetched here: whoever composes the engine loads the text, and the files that it names.
Every number of a model stands in the manifest (models/manifest.json), never in the code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from py_ocr.calibration import Calibration, read_calibration
from py_ocr.errors import ModelError
from py_ocr.json_fields import JsonFields, WrongFieldError
from py_ocr.session import ROLES, Role

_SCHEMA = 1
_SURE: Final = "sure_recognizer"


@dataclass(frozen=True, slots=True)
class AssetFile:
    """A file that the engine needs: its name in the folder of prepared models, its sha256 and its size."""

    file: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class DetectorSpec:
    """A text detector: uint8 RGB (N, H, W, 3) → probability of text (N, 1, H, W).

    Height and width must be multiples of `side_multiple`. A pixel is text from `binary_threshold` on, a box
    from a mean probability of `box_threshold` on; `unclip_ratio` says how far the shrunk boxes that the model
    was trained on are grown again, `dilate` whether the text map is thickened by one pixel first. On an input with a
    side below `min_side_px` it sees nothing.
    """

    id: str
    product: AssetFile
    operators: Mapping[str, int]
    side_multiple: int
    binary_threshold: float
    box_threshold: float
    unclip_ratio: float
    dilate: bool
    min_side_px: int


@dataclass(frozen=True, slots=True)
class RecognizerSpec:
    """A line recogniser: uint8 RGB (N, `height_px`, W, 3) → a label and scores per time step.

    One time step covers `stride_px` columns. The labels index the `classes` entries of the charset file;
    `blank` is the label of "no character", `space` that of the space, None where the model has none.
    """

    id: str
    product: AssetFile
    operators: Mapping[str, int]
    height_px: int
    stride_px: int
    charset: AssetFile
    classes: int
    blank: int
    space: int | None


@dataclass(frozen=True, slots=True)
class ClassifierSpec:
    """A text-line classifier: uint8 RGB (N, `height_px`, `width_px`, 3) → (N, 2) probabilities.

    Output i is the probability that the line is turned by `labels_degrees[i]`; one below `threshold` is not
    to be acted on.
    """

    id: str
    product: AssetFile
    operators: Mapping[str, int]
    height_px: int
    width_px: int
    labels_degrees: tuple[int, ...]
    threshold: float


ModelSpec = DetectorSpec | RecognizerSpec | ClassifierSpec
"""What is known of one model, whatever its role."""


@dataclass(frozen=True, slots=True)
class ProfileSpec:
    """The models that read a page together.

    Where there is a `sure_recognizer`, it reads again what the `recognizer` is not sure of.
    """

    name: str
    title: str
    description: str
    licence: str
    detector: DetectorSpec
    recognizer: RecognizerSpec
    classifier: ClassifierSpec
    sure_recognizer: RecognizerSpec | None = None
    calibrations: Mapping[str, Calibration] = field(default_factory=dict)
    """How reliable the recognisers are, by model id, where it was measured."""

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that are filled: ROLES, and the sure recogniser where there is one."""
        return ROLES if self.sure_recognizer is None else (*ROLES, "sure_recognizer")

    def of(self, role: Role) -> ModelSpec:
        """Return the model of one of the roles."""
        spec: ModelSpec = getattr(self, role)
        return spec

    @property
    def models(self) -> tuple[ModelSpec, ...]:
        """The models, in the order of the roles."""
        return tuple(self.of(role) for role in self.roles)

    @property
    def charsets(self) -> Mapping[Role, AssetFile]:
        """The files of the recognisers' characters, by role."""
        specs = {role: self.of(role) for role in self.roles}
        return {role: spec.charset for role, spec in specs.items() if isinstance(spec, RecognizerSpec)}


@dataclass(frozen=True, slots=True)
class Manifest:
    """The profiles of models that there are. `prepared` lists those whose files set-up has made."""

    default: str
    names: tuple[str, ...]
    prepared: tuple[str, ...]
    _root: JsonFields

    def profile(self, name: str | None = None) -> ProfileSpec:
        """Return the profile of that name, or the default one.

        Raises ModelError: `model_unknown` for a name that the manifest does not have, `model_unprepared` for
        a profile whose files are not prepared, `manifest_invalid` for an entry that is not as it must be.
        """
        name = self.default if name is None else name
        if name not in self.names:
            raise ModelError(
                "model_unknown",
                f"There is no model profile {name!r}.",
                f"Choose one of: {', '.join(self.names)}.",
            )
        try:
            return _profile(self._root, name)
        except WrongFieldError as error:
            raise _invalid(str(error)) from error


def load_manifest(text: str) -> Manifest:
    """Return the manifest that `text` (JSON) holds.

    Raises ModelError (`manifest_invalid`) when it is not JSON, or not a manifest of the version known here.
    Each profile is checked whole when it is asked for.
    """
    try:
        return _manifest(JsonFields(json.loads(text), "manifest"))
    except WrongFieldError as error:
        raise _invalid(str(error)) from error
    except json.JSONDecodeError as error:
        raise _invalid(f"The model manifest is not JSON: {error}.") from error


def _manifest(root: JsonFields) -> Manifest:
    version = root.integer("schema")
    if version != _SCHEMA:
        raise WrongFieldError(f"The manifest has schema {version}; this version of py_ocr reads {_SCHEMA}.")
    profiles, models = root.fields("profiles"), root.fields("models")
    default = root.text("default")
    if default not in profiles.names():
        raise WrongFieldError(f"The default profile {default!r} is not in the manifest.")
    prepared = tuple(
        name
        for name in profiles.names()
        if all(models.fields(profiles.fields(name).text(role)).has("product") for role in _roles(profiles.fields(name)))
    )
    return Manifest(default, profiles.names(), prepared, root)


def _profile(root: JsonFields, name: str) -> ProfileSpec:
    entry, models = root.fields("profiles").fields(name), root.fields("models")
    return ProfileSpec(
        name=name,
        title=entry.text("title"),
        description=entry.text("description"),
        licence=entry.text("licence"),
        detector=_detector(*_model(models, entry, "detector")),
        recognizer=_recognizer(*_model(models, entry, "recognizer")),
        classifier=_classifier(*_model(models, entry, "classifier")),
        sure_recognizer=_recognizer(*_model(models, entry, _SURE)) if _SURE in _roles(entry) else None,
        calibrations=_calibrations(entry.fields("calibration")) if entry.has("calibration") else {},
    )


def _calibrations(entry: JsonFields) -> Mapping[str, Calibration]:
    recognizers = entry.fields("recognizers")
    return {model_id: read_calibration(recognizers.fields(model_id)) for model_id in recognizers.names()}


def _roles(entry: JsonFields) -> tuple[Role, ...]:
    return (*ROLES, _SURE) if entry.has(_SURE) else ROLES


def _invalid(cause: str) -> ModelError:
    return ModelError("manifest_invalid", cause, "Run `npm start` again to restore models/manifest.json.")


def _model(models: JsonFields, profile: JsonFields, role: Role) -> tuple[str, JsonFields]:
    """Return id and entry of a profile's model, after checking that it has that role and is prepared."""
    model_id = profile.text(role)
    entry = models.fields(model_id)
    if entry.text("role") != ("recognizer" if role == _SURE else role):
        raise WrongFieldError(f"{profile.path}.{role} names {model_id!r}, which is a {entry.text('role')}.")
    if not entry.has("product"):
        raise ModelError(
            "model_unprepared",
            f"{profile.text('title')} is not part of the set-up: its model {model_id!r} is not prepared.",
            "Choose another profile, or prepare it with `.venv/bin/python -m models.prepare --profile NAME`.",
        )
    return model_id, entry


def _asset(entry: JsonFields, name: str) -> AssetFile:
    file = entry.fields(name)
    return AssetFile(file.text("file"), file.text("sha256"), file.integer("bytes", least=1))


def _detector(model_id: str, entry: JsonFields) -> DetectorSpec:
    params = entry.fields("params")
    return DetectorSpec(
        id=model_id,
        product=_asset(entry, "product"),
        operators=entry.counts("operators"),
        side_multiple=params.integer("side_multiple", least=1),
        binary_threshold=params.number("binary_threshold", most=1),
        box_threshold=params.number("box_threshold", most=1),
        unclip_ratio=params.number("unclip_ratio"),
        dilate=params.flag("dilate"),
        min_side_px=params.integer("min_side_px", least=1),
    )


def _recognizer(model_id: str, entry: JsonFields) -> RecognizerSpec:
    params, charset = entry.fields("params"), entry.fields("charset")
    classes, blank = charset.integer("classes", least=1), charset.integer("blank")
    space = charset.integer("space") if charset.has("space") else None
    if max(blank, space or 0) >= classes:
        raise WrongFieldError(f"{charset.path} has {classes} classes; blank {blank} or space {space} is not one.")
    return RecognizerSpec(
        id=model_id,
        product=_asset(entry, "product"),
        operators=entry.counts("operators"),
        height_px=params.integer("height_px", least=1),
        stride_px=params.integer("stride_px", least=1),
        charset=_asset(entry, "charset"),
        classes=classes,
        blank=blank,
        space=space,
    )


def _classifier(model_id: str, entry: JsonFields) -> ClassifierSpec:
    params = entry.fields("params")
    return ClassifierSpec(
        id=model_id,
        product=_asset(entry, "product"),
        operators=entry.counts("operators"),
        height_px=params.integer("height_px", least=1),
        width_px=params.integer("width_px", least=1),
        labels_degrees=params.integers("labels_degrees"),
        threshold=params.number("threshold", most=1),
    )
