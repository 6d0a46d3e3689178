"""What is put into the site: for each variant, the new bodies and the hashes of those that they replace."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kernels.erf import erf_body
from kernels.sgemm import SgemmKernel

SCHEMA: Final = 1

RELAXED_SIMD: Final = "relaxed-simd"
SIMD: Final = "simd"
VARIANTS: Final = (RELAXED_SIMD, SIMD)
"""With relaxed SIMD's multiply-add, which Safari lacks, and without."""


@dataclass(frozen=True, slots=True)
class StockBody:
    """A function body as ONNX Runtime ships it. The size spares hashing the others."""

    size_bytes: int
    sha256: str


STOCK: Final[Mapping[str, StockBody]] = {
    "sgemm": StockBody(2040, "f7728808b5f87253962b9f639f830459c0961fbc2cd2f8463534e97ae5a7e534"),
    "sgemm_add": StockBody(1922, "9e72cc3a5fb5a445d440bf86c3de4b8bb338ee3773f763c730af6227034c8f08"),
    "erf": StockBody(1397, "b9907f194a48f22ac1163a60e85598a770aaf7c00ebf63fe80d1fbb730dcd18d"),
}
"""Of ONNX Runtime Web 1.30.0; the same in all its builds (plain, asyncify, jspi, jsep)."""


def bodies(variant: str) -> dict[str, bytes]:
    """Return the new bodies of a variant, by the names of `STOCK`."""
    fused = variant == RELAXED_SIMD
    return {
        "sgemm": SgemmKernel(adds=False, fused=fused).body(),
        "sgemm_add": SgemmKernel(adds=True, fused=fused).body(),
        "erf": erf_body(fused=fused),
    }


def patch_json(variant: str) -> str:
    """Return the patch file of a variant: what web/src's splicing reads."""
    kernels = [
        {
            "name": name,
            "stock_bytes": STOCK[name].size_bytes,
            "stock_sha256": STOCK[name].sha256,
            "body": base64.b64encode(body).decode("ascii"),
        }
        for name, body in bodies(variant).items()
    ]
    return json.dumps({"schema": SCHEMA, "variant": variant, "kernels": kernels}, indent=1) + "\n"
