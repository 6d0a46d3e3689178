"""The packages of others: pinned, apart from the project's own, and their models in the forms that they want."""

import json
import re
import tarfile
from pathlib import Path

from onnx import TensorProto, helper

from measure.peers.packages import HERE, peer_versions
from measure.peers.site import PAGES, PEERS, charset, pack
from tools.project import this_project


def test_every_package_is_pinned_and_locked() -> None:
    locked = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    versions = peer_versions()
    assert versions
    for name, version in versions.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert locked[f"node_modules/{name}"]["version"] == version
        assert locked[f"node_modules/{name}"]["integrity"].startswith("sha512-")


def test_who_only_installs_the_project_does_not_get_them() -> None:
    locked = json.loads((this_project().root / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    shared = {"onnxruntime-web"}
    assert {f"node_modules/{name}" for name in peer_versions().keys() - shared} & locked.keys() == set()


def test_every_peer_has_a_page() -> None:
    assert {path.stem for path in PAGES.glob("*.js")} >= set(PEERS)


def test_an_archive_holds_the_graph_and_its_description_as_ascii(tmp_path: Path) -> None:
    pack(tmp_path / "model.tar", b"graph", {"PostProcess": {"character_dict": ["é", "\u2028"]}})
    with tarfile.open(tmp_path / "model.tar") as archive:
        contents = {entry.name: archive.extractfile(entry) for entry in archive}
        graph, description = (
            stream.read() for name in ("inference.onnx", "inference.yml") if (stream := contents[name])
        )
    assert graph == b"graph"
    assert description.isascii()
    assert json.loads(description) == {"PostProcess": {"character_dict": ["é", "\u2028"]}}


def test_characters_are_parted_at_newlines_alone() -> None:
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    model = helper.make_model(helper.make_graph([], "empty", [value], [value]))
    helper.set_model_props(model, {"character": "a\n\u2028\nb"})
    assert charset(model.SerializeToString()) == ["a", "\u2028", "b"]
