#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""What is told of failed logs of each kind: the failing things and why, never the passing ones, never more than asked for."""
from telling import telling

NODE = """TAP version 13
# Subtest: good
ok 1 - good
  ---
  duration_ms: 1
  ...
    # Subtest: one
    not ok 1 - one
      ---
      failureType: 'testCodeFailure'
      error: |-
        Expected values to be strictly equal:

        'a' !== 'b'

      code: 'ERR_ASSERTION'
      stack: |-
        Context.<anonymous> (file:///x/tests/telling_test.py:1:3)
      ...
    1..1
not ok 2 - parts
  ---
  failureType: 'subtestsFailed'
  error: '1 subtest failed'
  ...
not ok 3 - loud
  ---
  failureType: 'testCodeFailure'
  error: 'nobody came'
  ...
# fail 3
"""
RULER = "―" * 30
MESON = f"""1/3 lianheng:base / good OK 0.01s
2/3 lianheng:base / str FAIL 0.06s exit status 1
>>> /x/str
{RULER} ✀ {RULER}
stdout:
[ RUN      ] bad
[  FAILED  ] bad
stderr:
[  ERROR   ] --- 0x1 != 0x2
[   LINE   ] --- ../str_test.c:7: error: Failure!
[  PASSED  ] 1 test(s).
{RULER}
3/3 lianheng / slow TIMEOUT 1.01s killed by signal 15 SIGTERM
Summary of Failures:
2/3 lianheng:base / str FAIL 0.06s exit status 1
"""
GCC = """[1/9] Compiling C object a.o
a.c: In function 'f':
a.c:3:5: error: 'x' undeclared
    3 |     x = 1;
ninja: build stopped: subcommand failed.
"""

CASES = [
    (NODE, ["✗ one", "  'a' !== 'b'", "  tests/telling_test.py:1: #!/usr/bin/env python3", "✗ loud", "  nobody came"]),
    (MESON, ["✗ lianheng:base / str FAIL 0.06s exit status 1", "  [  ERROR   ] --- 0x1 != 0x2", "  [   LINE   ] --- ../str_test.c:7: error: Failure!",
             "  [  FAILED  ] bad", "✗ lianheng / slow TIMEOUT 1.01s killed by signal 15 SIGTERM"]),
    (GCC, ["a.c:3:5: error: 'x' undeclared", "a.c: In function 'f':", "    3 |     x = 1;"]),
    ("first\nlast\n", ["first", "last"]),
    ("ok 1\n", ["ok 1"]),
    ("", []),
]

for text, expected in CASES:
    told = telling(text)
    assert told == expected, f"{told} instead of {expected}"
for most in range(1, 40):
    many = "\n".join(f"not ok {n} - test {n}\n  ---\n  error: 'because'\n  ..." for n in range(30))
    told = telling(many, most)
    assert len(told) <= max(2, most), f"{len(told)} lines instead of {most}"
assert "另有" in told[-1] and "test 29" not in told[0]
print(f"# pass {len(CASES) + 1}")
