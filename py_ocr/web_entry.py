"""What the worker calls: one service object, whose methods take plain values and return JSON.

Every answer is one of {"value": …}, {"error": …} (the form of OcrError.to_dict) and {"cancelled": true}.
"""

from __future__ import annotations

import asyncio
import json
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from py_ocr.backends.running import RunningEngine
from py_ocr.backends.web import JsBuffer, WebBackend, copy_bytes, read_text, web_policy
from py_ocr.decode import decode_frame, frame_notices
from py_ocr.embedded import EmbeddedText, only_pictures, with_embedded
from py_ocr.engine import OcrEngine, OcrOptions
from py_ocr.errors import ImageError, OcrError, Stage
from py_ocr.export.json import lines_read_to_dict, to_dict, use_to_dict
from py_ocr.golden import load_golden
from py_ocr.model_spec import load_manifest
from py_ocr.scaling import Pixels, Size
from py_ocr.tuning import tuned
from py_ocr.types import LinesRead, TextOptions

if TYPE_CHECKING:
    from py_ocr.backends.measuring import OnStep

OnStage = Callable[[Stage, int, int], None]

OnLinesJson = Callable[[str], None]
"""Called with the JSON of a LinesRead."""

OnBackend = Callable[[str], None]
"""Called with the JSON of a BackendUse."""


class JsImage(Protocol):
    """An image as the worker hands it over: `kind` is "rgba" (pixels), "encoded" (for `decode_frame`) or "none".

    Pixels that were scaled down have the size of the image as `full_width` and `full_height`.
    """

    kind: str
    data: JsBuffer
    width: int
    height: int
    full_width: int
    full_height: int


class Service:
    """The engine of one worker. Recognitions run one after the other, in the order in which they came."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._tasks: dict[int, asyncio.Task[Any]] = {}
        self._engine: RunningEngine | None = None
        self._exported = b""

    async def start(self, config_json: str, on_backend: OnBackend) -> str:
        """Load the models on the backend asked for and return what runs, as JSON of EngineInfo.

        `on_backend` is called from then on whenever another backend takes over.
        """
        return await _answer(self._start(json.loads(config_json), on_backend), "load")

    async def measure(self, config_json: str, on_step: OnStep) -> str:
        """Measure a backend, which takes no started engine, and return what it gives, as JSON of BackendMeasurement."""
        return await _answer(self._measure(json.loads(config_json), on_step), "load")

    async def recognize(
        self, request_id: int, image: JsImage, options_json: str, on_stage: OnStage, on_lines: OnLinesJson | None
    ) -> str:
        """Read an image and return the page, as JSON. `on_lines` hears of lines as they are read."""
        # A task of its own: when it is cancelled, there is still someone to answer.
        task = asyncio.ensure_future(self._recognize(image, json.loads(options_json), on_stage, on_lines))
        self._tasks[request_id] = task
        try:
            return await _answer(task, "recognize")
        finally:
            del self._tasks[request_id]

    async def export(self, document_json: str, form: str, sources: Any, options_json: str) -> str:
        """Write a document; `take_exported` then gives its bytes. `sources` are arrays of bytes of JavaScript."""
        # Fetched for the first document that is written.
        from py_ocr.export.formats import ExportOptions, export_document  # noqa: PLC0415
        from py_ocr.export.parse import document_from_dict  # noqa: PLC0415

        async def written() -> int:
            options = json.loads(options_json)
            text = TextOptions(options.get("indent", False), options.get("furigana", "keep"))
            chosen = ExportOptions(options.get("layout", False), options.get("password"), text)
            document = document_from_dict(json.loads(document_json))
            files = [copy_bytes(source, source.length).tobytes() for source in sources]
            self._exported = export_document(document, form, files, chosen)
            return len(self._exported)

        return await _answer(written(), "load")

    async def pack(self, names_json: str, files: Any) -> str:
        """Pack arrays of bytes of JavaScript into a ZIP archive; `take_exported` then gives its bytes."""
        from py_ocr.export.formats import zip_files  # noqa: PLC0415

        async def packed() -> int:
            contents = (copy_bytes(file, file.length).tobytes() for file in files)
            self._exported = zip_files(list(zip(json.loads(names_json), contents, strict=True)))
            return len(self._exported)

        return await _answer(packed(), "load")

    def take_exported(self) -> bytes:
        """Return what was written last, once."""
        exported, self._exported = self._exported, b""
        return exported

    async def picture(self, data: JsBuffer, frame: int, most_pixels: int, on_pixels: Callable[[bytes], None]) -> str:
        """Decode one frame of an image file for people to look at, and call `on_pixels` with its RGBA pixels.

        Returns its size, and that of the image, from which it may have been scaled down, as JSON.
        """

        async def decoded() -> dict[str, int]:
            pixels = decode_frame(copy_bytes(data, data.length).tobytes(), frame, most_pixels).pixels
            on_pixels(pixels.rgba.tobytes())
            height, width = pixels.rgba.shape[:2]
            full = pixels.full
            return {"width": width, "height": height, "full_width": full.width, "full_height": full.height}

        return await _answer(decoded(), "decode")

    def cancel(self, request_id: int) -> None:
        """Cancel that recognition at its next await; does nothing when it is over."""
        task = self._tasks.get(request_id)
        if task is not None:
            task.cancel()

    async def _start(self, config: dict[str, Any], on_backend: OnBackend) -> dict[str, Any]:
        started = time.perf_counter()
        params = tuned(config["params"])
        profile = load_manifest(await read_text("models/manifest.json")).profile(config["profile"])
        charsets = {role: json.loads(await read_text(f"models/{file.file}")) for role, file in profile.charsets.items()}
        policy = web_policy(config["backend"], profile)
        self._engine = await RunningEngine.start(
            policy,
            partial(OcrEngine, profile=profile, charsets=charsets, params=params),
            lambda use: on_backend(json.dumps(use_to_dict(use), ensure_ascii=False)),
        )
        opened = self._engine.opened
        return {
            **use_to_dict(opened.use),
            "threads": config["threads"],
            "isolated": config["isolated"],
            "profile": profile.name,
            "host_operators": opened.host_operators,
            "timings_ms": {**opened.timings_ms, "models": (time.perf_counter() - started) * 1000},
        }

    async def _measure(self, config: dict[str, Any], on_step: OnStep) -> dict[str, Any]:
        # Few visitors measure, so all others do without this module.
        from py_ocr.backends.measuring import QUICK, MeasureParams, measure_backend  # noqa: PLC0415

        profile = load_manifest(await read_text("models/manifest.json")).profile(config["profile"])
        references = load_golden(await read_text("models/golden.json"))
        params = MeasureParams() if config["thorough"] else QUICK
        backend = WebBackend(config["backend"], profile)
        return (await measure_backend(backend, profile, references, on_step, params=params)).to_dict()

    async def _recognize(
        self, image: JsImage, options: dict[str, Any], on_stage: OnStage, on_lines: OnLinesJson | None
    ) -> dict[str, Any]:
        if self._engine is None:
            raise RuntimeError("recognize came before start")
        async with self._turn:
            frame, notices = options.get("frame"), frame_notices(options.get("frames", 1))
            if image.kind == "encoded":
                data = copy_bytes(image.data, image.data.length).tobytes()
                decoded = decode_frame(data, frame or 0, options["most_pixels"])
                pixels = decoded.pixels
                if frame is None:
                    notices = frame_notices(decoded.count)
            elif image.kind == "rgba":
                full = Size(image.full_width, image.full_height)
                pixels = Pixels(copy_bytes(image.data, image.height, image.width, 4), full)
            else:
                pixels = None
            embedded = EmbeddedText.from_dict(options["embedded"]) if "embedded" in options else None
            text = TextOptions(options.get("indent", False), options.get("furigana", "keep"))
            languages, alternatives = tuple(options.get("languages", ())), bool(options.get("alternatives"))
            tell = None if on_lines is None else partial(_tell_lines, on_lines)
            page = None
            if pixels is not None:
                seen = pixels if embedded is None else Pixels.whole(only_pictures(pixels.rgba, embedded))
                page = await self._engine.read(seen, OcrOptions(languages, text, alternatives), on_stage, tell)
            if embedded is not None:
                page = with_embedded(embedded, page)
        if page is None:
            raise RuntimeError("a page has neither pixels nor text")
        page = replace(page, notices=(*page.notices, *notices))
        timings = {**page.timings_ms, "decode": page.timings_ms.get("decode", 0.0) + options["decode_ms"]}
        return to_dict(replace(page, timings_ms=timings), text)


def _tell_lines(on_lines: OnLinesJson, lines: LinesRead) -> None:
    on_lines(json.dumps(lines_read_to_dict(lines), ensure_ascii=False))


async def _answer(work: Awaitable[Any], stage: Stage) -> str:
    """Await `work` and return its value or its error as JSON: the one place where errors cross to JavaScript."""
    try:
        answer: dict[str, Any] = {"value": await work}
    except OcrError as error:
        answer = {"error": error.to_dict()}
    except asyncio.CancelledError:
        answer = {"cancelled": True}
    except MemoryError:
        remedy = "Scale the image down, or cut it into parts."
        answer = {"error": ImageError("out_of_memory", "The memory does not suffice.", remedy, stage=stage).to_dict()}
    # Whatever else was raised is a defect; it crosses with its traceback.
    except Exception as error:
        cause = f"Unexpected error: {type(error).__name__}: {error}."
        unexpected = OcrError("internal", cause, "Please report it with the traceback.", stage=stage)
        answer = {"error": {**unexpected.to_dict(), "traceback": "".join(traceback.format_exception(error))}}
    return json.dumps(answer, ensure_ascii=False)
