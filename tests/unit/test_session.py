"""A model that is loaded when it is first needed."""

import asyncio

import numpy as np
import pytest

from py_ocr.errors import ModelError
from py_ocr.session import EngineSessions, InferenceSession, LateSession, Role
from tests.unit.fakes import FakeClassifier, FakeDetector, FakeModel, FakeRecognizer


def test_a_late_model_is_loaded_once_though_two_ask_for_it_at_once() -> None:
    loads: list[FakeModel] = []

    async def load() -> FakeModel:
        await asyncio.sleep(0)
        loads.append(FakeClassifier())
        return loads[-1]

    async def both() -> None:
        late = LateSession(load)
        image = np.full((1, 48, 192, 3), 255, dtype=np.uint8)
        await asyncio.gather(late.run({"image": image}), late.run({"image": image}))

    asyncio.run(both())
    assert [len(model.shapes) for model in loads] == [2]


def test_a_late_model_that_could_not_be_loaded_is_tried_again() -> None:
    outcomes: list[FakeModel | ModelError] = [ModelError("asset_unreachable", "No network.", "Wait."), FakeDetector()]

    async def load() -> FakeModel:
        outcome = outcomes.pop(0)
        if isinstance(outcome, ModelError):
            raise outcome
        return outcome

    async def twice() -> InferenceSession:
        late = LateSession(load)
        with pytest.raises(ModelError):
            await late.loaded()
        return await late.loaded()

    assert isinstance(asyncio.run(twice()), FakeDetector)


def test_the_models_of_a_profile_are_loaded_in_order_and_the_sure_one_when_it_is_asked_for() -> None:
    models = {"detector": FakeDetector(), "recognizer": FakeRecognizer(), "classifier": FakeClassifier()}
    loaded: list[Role] = []

    async def load(role: Role) -> FakeModel:
        loaded.append(role)
        return models.get(role, FakeRecognizer())

    async def start() -> None:
        roles: tuple[Role, ...] = ("detector", "recognizer", "classifier", "sure_recognizer")
        sessions = await EngineSessions.load(load, roles)
        assert loaded == ["detector", "recognizer", "classifier"]
        assert await sessions.of("detector") is models["detector"]
        await sessions.of("sure_recognizer")
        assert loaded == list(roles)
        assert (await EngineSessions.load(load, roles[:3])).sure_recognizer is None

    asyncio.run(start())
