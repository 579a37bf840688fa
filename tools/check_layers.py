#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""Hold the #include lines of src/ to the layers that ARCHITECTURE.md draws, and every file to its SPDX line."""
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
text = (root / "ARCHITECTURE.md").read_text(encoding="utf-8")
layers = re.search(r"<!-- layers -->\s*```\n(.*?)```", text, re.S).group(1).split()
faults = []
for path in sorted((root / "src").rglob("*.[ch]")):
    own = path.relative_to(root / "src").parts[0]
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        used = re.match(r'\s*#\s*include\s+"([a-z]+)/', line)
        if used and used.group(1) in layers and layers.index(used.group(1)) > layers.index(own):
            faults.append(f"{path.relative_to(root)}:{number}: {own} may not use {used.group(1)}")
for name in subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout.split("\n"):
    if re.search(r"\.(c|h|py|sh|ts|vue|mjs|sql|yaml)$|meson\.build$|^(run|test|bench)$", name) and "/corpus/" not in name:
        path = root / name
        if path.is_file() and "SPDX-License-Identifier: MulanPSL-2.0" not in path.read_text(encoding="utf-8")[:400]:
            faults.append(f"{name}: no SPDX line")
print("\n".join(faults) if faults else f"layers: {' > '.join(layers)}: fine")
sys.exit(bool(faults))
