#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""Put the files of some folders into the binary: an assembler file with their bytes, and a C table of them.

    embed.py NAME OUT.S OUT.c FOLDER…      files get paths that begin with the folder's own name

The table is `const EmbeddedFile NAME[]` and `const size_t NAME_count` (content/embedded.h), in byte order of the paths.
Outputs are only written when they change, so a build that runs this every time compiles nothing in vain; the assembler file
names the digest of every file, so it changes when a file's bytes do.
"""
import hashlib
import os
import sys


def files_of(folder):
    root = os.path.dirname(os.path.abspath(folder))
    for place, folders, names in os.walk(os.path.abspath(folder)):
        folders[:] = sorted(f for f in folders if not f.startswith('.'))
        for name in names:
            if name.startswith('.') or name.endswith(('~', '.md')):
                continue
            path = os.path.join(place, name)
            yield os.path.relpath(path, root), path


def quoted(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'


def assembler(name, files):
    lines = ['/* SPDX-License-Identifier: MulanPSL-2.0 */', '/* Written by tools/embed.py. */', '    .section .rodata', '']
    for i, (path, place) in enumerate(files):
        with open(place, 'rb') as f:
            digest = hashlib.sha256(f.read()).hexdigest()
        symbol = f'{name}_bytes_{i}'
        lines += [f'/* {path} {digest} */', f'    .globl {symbol}', f'    .hidden {symbol}', f'    .type {symbol}, %object',
                  '    .balign 16', f'{symbol}:', f'    .incbin {quoted(place)}', '    .byte 0', f'    .size {symbol}, . - {symbol}', '']
    lines.append('    .section .note.GNU-stack, "", %progbits')
    return '\n'.join(lines) + '\n'


def table(name, files):
    lines = ['/* SPDX-License-Identifier: MulanPSL-2.0 */', '/* Written by tools/embed.py. */', '#include "content/embedded.h"', '']
    lines += [f'extern const char {name}_bytes_{i}[];' for i in range(len(files))]
    lines += ['', f'const EmbeddedFile {name}[] = {{']
    for i, (path, place) in enumerate(files):
        lines.append(f'    {{{quoted(path)}, {name}_bytes_{i}, {os.path.getsize(place)}}},')
    lines += ['    {NULL, NULL, 0},', '};', f'const size_t {name}_count = {len(files)};']
    return '\n'.join(lines) + '\n'


def write_changed(path, text):
    try:
        with open(path, encoding='utf-8') as f:
            if f.read() == text:
                return
    except FileNotFoundError:
        pass
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)


def main():
    name, out_s, out_c, *folders = sys.argv[1:]
    files = sorted((entry for folder in folders for entry in files_of(folder)), key=lambda entry: entry[0].encode())
    if not files:
        sys.exit(f'embed.py: no files in {folders}')
    write_changed(out_s, assembler(name, files))
    write_changed(out_c, table(name, files))


main()
