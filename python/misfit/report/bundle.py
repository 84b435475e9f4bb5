"""What the page of a report reads: a header and arrays, packed into one text.

A bundle is "MISFIT1\\n", the length of the header (uint32), the header (JSON, UTF-8, padded with spaces so that arrays
begin at a multiple of 8), and the arrays one after another, each at a multiple of 8; all little-endian, then deflated and
in base64. The header's "arrays" says of each its type, shape, offset (from the end of the header) and coding:

plain  as it is
xor    each byte xored with the byte at the index before along the last but one axis: frames of sigma as bits
delta  the difference, modulo the type's range, to the value before along the axis `along`
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"MISFIT1\n"
_TYPES = {"uint8": "u8", "int8": "i8", "uint16": "u16", "int16": "i16", "int32": "i32", "float32": "f32", "float64": "f64"}
_MULTIPLE = 8


class Bundle:
    """Collects arrays by name; `text` packs them together with the header."""

    def __init__(self) -> None:
        self._arrays: dict[str, dict[str, Any]] = {}
        self._data = bytearray()
        self._prefix = ""

    def under(self, prefix: str) -> Bundle:
        """The same bundle, which puts the prefix before the name of whatever is added through it."""
        part = Bundle()
        part._arrays, part._data, part._prefix = self._arrays, self._data, self._prefix + prefix
        return part

    def add(self, name: str, values: NDArray[Any]) -> str:
        """Adds an array as it is; returns its name, as those below do."""
        return self._add(name, np.ascontiguousarray(values), {"coding": "plain"})

    def add_bits(self, name: str, sigma: NDArray[np.int8]) -> str:
        """Adds species [..., F, N] as bits, 1 for A, site 0 in the lowest bit of the first byte."""
        bits = np.packbits(sigma > 0, axis=-1, bitorder="little")
        coded = bits.copy()
        coded[..., 1:, :] ^= bits[..., :-1, :]
        return self._add(name, coded, {"coding": "xor"})

    def add_deltas(self, name: str, values: NDArray[Any], along: int) -> str:
        """Adds integers as differences along an axis: what changes little from one to the next packs well."""
        coded = values.copy()
        late, early = [slice(None)] * values.ndim, [slice(None)] * values.ndim
        late[along], early[along] = slice(1, None), slice(None, -1)
        coded[tuple(late)] -= values[tuple(early)]
        return self._add(name, coded, {"coding": "delta", "along": along})

    def add_quantised(self, name: str, values: NDArray[np.float64]) -> dict[str, Any]:
        """Adds numbers [k, S] as 65,535 steps from their least to their largest finite value; 65535 is NaN.

        Returns what the header needs to read them: the array's name and both limits.
        """
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
        steps = np.round((np.where(np.isfinite(values), values, low) - low) / ((high - low) or 1.0) * 65534.0)
        coded = np.where(np.isfinite(values), steps, 65535).astype(np.uint16)
        return {"array": self.add_deltas(name, coded, along=1), "low": low, "high": high}

    def text(self, header: dict[str, Any]) -> str:
        """The whole bundle."""
        head = json.dumps({**header, "arrays": self._arrays}, ensure_ascii=False, allow_nan=False).encode()
        head += b" " * (-(len(MAGIC) + 4 + len(head)) % _MULTIPLE)
        whole = b"".join([MAGIC, np.uint32(len(head)).astype("<u4").tobytes(), head, self._data])
        return base64.b64encode(zlib.compress(whole, 9)).decode("ascii")

    def _add(self, name: str, values: NDArray[Any], coding: dict[str, Any]) -> str:
        little = values.astype(values.dtype.newbyteorder("<"))
        name = self._prefix + name
        self._arrays[name] = {
            "type": _TYPES[values.dtype.name],
            "shape": list(values.shape),
            "offset": len(self._data),
            **coding,
        }
        # In place: parts of the bundle under a prefix hold the same bytes.
        self._data.extend(little.tobytes())
        self._data.extend(b"\0" * (-len(self._data) % _MULTIPLE))
        return name
