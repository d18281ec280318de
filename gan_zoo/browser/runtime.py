"""Makes the files of the runtime in `web/` anew, from the package `onnxruntime-web` of npm:

npm pack onnxruntime-web@1.30.0
python -m gan_zoo.browser.runtime onnxruntime-web-1.30.0.tgz

The WebAssembly is kept compressed, since it would be larger than a file of a Space may be; the page inflates it. Its licence
(MIT) and the notices of what it contains stand beside it, in `onnxruntime-LICENSE.txt` and `onnxruntime-NOTICES.txt`; both come
with the Python package `onnxruntime`.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import tarfile
from pathlib import Path

WEB = Path(__file__).parent / "web"
SCRIPT, BINARY = "ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"


def write_runtime(package: Path, folder: Path) -> None:
    """Write the script and the compressed WebAssembly of a package, as npm packs it, into a folder."""
    with tarfile.open(package) as archive:

        def read(name: str) -> bytes:
            file = archive.extractfile(f"package/{name}")
            assert file, f"{package} has no {name}"
            return file.read()

        version = json.loads(read("package.json"))["version"]
        # A page would look for the map, which isn't here.
        script = re.sub(rb"\n//# sourceMappingURL=.*\n*$", b"\n", read(f"dist/{SCRIPT}"))
        (folder / f"onnxruntime-{version}.js").write_bytes(script)
        (folder / f"onnxruntime-{version}.wasm.gz").write_bytes(gzip.compress(read(f"dist/{BINARY}"), 9, mtime=0))


if __name__ == "__main__":
    write_runtime(Path(sys.argv[1]), WEB)
