"""Files of arrays for NumPyTests.swift: writes the .npz and .npy files and arrays.json beside it.

Made with Python 3.11 and NumPy 2.4.6.  To make them again:

    pip install numpy==2.4.6 && python3 Tests/DatasetsTests/Reference/arrays.py

stored.npz and compressed.npz have every type in both orders of bytes and of axes, as `savez` and
`savez_compressed` write them; versions.npz has every type in the versions 2 and 3 of the format,
which NumPy itself takes for long headers only; shapes.npz has arrays without axes, without values
and with three axes; W1.npy is one array, bomb.npz small and its content large.  arrays.json has what
is in them, row by row, floats as the bits of the double, and small files in base64: of types that
are not read, and of archives as other programs write them.
"""

import base64
import io
import json
import pathlib
import struct
import unittest.mock
import zipfile

import numpy as np

FOLDER = pathlib.Path(__file__).parent
FLOATS = [[0.1, -2.5, float("inf")], [-0.0, 6e-8, float("nan")]]
WORDS = [["cross-entropy", "", "squared-error"], ["\u03b4", "\U0001d6ff a", "softmax"]]


def integers(kind):
    info = np.iinfo(kind)
    return [[info.min, info.max, 0], [1, info.min + 1, 99]]


TYPES = {kind: np.array(FLOATS, kind) for kind in ["f2", "f4", "f8"]}
TYPES |= {kind: np.array(integers(kind), kind) for kind in ["i1", "i2", "i4", "i8"]}
TYPES |= {kind: np.array(integers(kind), kind) for kind in ["u1", "u2", "u4"]}
# The larger half of this type does not fit into 64 bits with a sign.
TYPES["u8"] = np.array([[0, 2**63 - 1, 2], [1, 2**32, 99]], "u8")
TYPES["b1"] = np.array([[True, False, False], [True, True, False]])
TYPES["U13"] = np.array(WORDS)
TYPES["S13"] = np.char.encode(np.array(WORDS), "utf-8")


def variants():
    """Every type in both orders of bytes and of axes, called by the three: "f4 big F"."""
    for kind, array in TYPES.items():
        has_order = array.dtype.byteorder != "|"
        for order, sign in [("little", "<"), ("big", ">")] if has_order else [("one", "=")]:
            swapped = array.astype(array.dtype.newbyteorder(sign))
            for axes in "CF":
                yield f"{kind} {order} {axes}", np.asarray(swapped, order=axes)


def npy(array, version=None, **options):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asanyarray(array), version=version, **options)
    return file.getvalue()


def archive(members, sink=None, comment=b"", **options):
    file = sink or io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as zip:
        for name, content in members.items():
            zip.writestr(zipfile.ZipInfo(name), content, zip.compression)
        zip.comment = comment
    return file.getvalue()


class Pipe(io.BytesIO):
    """What cannot be gone back in: sizes and checksums then follow the members."""

    def seekable(self):
        return False

    def tell(self):
        raise OSError

    def seek(self, *_):
        raise OSError


def expected(array):
    flat = array.ravel(order="C").tolist()
    if array.dtype.kind == "f":
        flat = [struct.pack(">d", value).hex() for value in flat]
    elif array.dtype.kind == "S":
        flat = [value.decode() for value in flat]
    name = {"U": "str", "S": "bytes"}.get(array.dtype.kind, array.dtype.name)
    return {"type": name, "shape": array.shape, "values": flat}


arrays = dict(variants())
shapes = {
    "loss": np.array("cross-entropy"),
    "l2": np.array(0.001),
    "step": np.array(12),
    "none": np.zeros(0),
    "no columns": np.zeros((3, 0), "f4"),
    "no words": np.array([], str),
    "C": np.arange(24, dtype="i2").reshape(2, 3, 4),
    "F": np.asfortranarray(np.arange(24, dtype="i2").reshape(2, 3, 4)),
    "F4": np.asfortranarray(np.arange(24, dtype="i2").reshape(2, 1, 3, 4)),
    "every other": np.arange(10.0)[::2],
    "\u03b41": np.array([1.0]),
    "folder/b1": np.array([2.0]),
}
np.savez(FOLDER / "stored.npz", **arrays)
np.savez_compressed(FOLDER / "compressed.npz", **arrays)
np.savez_compressed(FOLDER / "shapes.npz", **shapes)
np.save(FOLDER / "W1.npy", TYPES["f8"])

versions = {
    f"{kind} {version}.npy": npy(array, (version, 0))
    for kind, array in TYPES.items()
    for version in [2, 3]
}
(FOLDER / "versions.npz").write_bytes(archive(versions, compression=zipfile.ZIP_DEFLATED))

# Two million zeros, of which the header says that they are three.
bomb = npy(np.zeros(3)) + bytes(2_000_000)
(FOLDER / "bomb.npz").write_bytes(archive({"W1.npy": bomb}, compression=zipfile.ZIP_DEFLATED))

small = {"b1.npy": npy([0.5, -1.0]), "README.txt": b"not an array", "labels.npy": npy([5, 0, 4])}
deflate = {"compression": zipfile.ZIP_DEFLATED}
archives = {
    "stored": archive(small),
    "deflate": archive(small, **deflate),
    "comment": archive(small, comment=b"PK\5\6 made by hand " * 3, **deflate),
    "descriptors": archive(small, sink=Pipe(), **deflate),
    "bzip2": archive(small, compression=zipfile.ZIP_BZIP2),
    "no arrays": archive({"README.txt": b"not an array"}),
    "empty": archive({}),
}
# What an archive of more than 4 GiB has, with nothing in it that long.
limits = {"ZIP64_LIMIT": 0, "ZIP_FILECOUNT_LIMIT": 0}
with unittest.mock.patch.multiple(zipfile, **limits):
    archives["zip64"] = archive(small, **deflate)

refused = {
    "complex": npy(np.zeros(2, "c16")),
    "long double": npy(np.zeros(2, np.longdouble)),
    "object": npy(np.array([None, "a"]), allow_pickle=True),
    "structured": npy(np.zeros(2, [("x", "<f4"), ("label", "<i8", (2,))])),
    "void": npy(np.zeros(2, "V2")),
    "datetime": npy(np.zeros(2, "M8[ns]")),
    "timedelta": npy(np.zeros(2, "m8[s]")),
    "large": npy(np.array([1, 2**64 - 1], "u8")),
}


def base64s(files):
    return {name: base64.b64encode(content).decode() for name, content in files.items()}


document = {
    "types": {kind: expected(array) for kind, array in TYPES.items()},
    "shapes": {name: expected(array) for name, array in shapes.items()},
    "archives": base64s(archives),
    "refused": base64s(refused),
}
(FOLDER / "arrays.json").write_text(json.dumps(document, indent=1) + "\n")
