# SPDX-License-Identifier: MulanPSL-2.0
"""An office in a folder, its server, and people who are signed in: for tests of the released binary."""
import base64
import hashlib
import hmac
import http.client
import json
import re
import signal
import struct
import subprocess
import sys
import time
import urllib.parse

PASSWORD = "Yanma-2026-ceshi!"


class Office:
    def __init__(self, binary, home):
        self.binary, self.data, self.log = binary, home / "data", home / "server.log"

    def cli(self, *args):
        done = subprocess.run([self.binary, "--data", str(self.data), *map(str, args)], capture_output=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    def json(self, *args):
        code, out = self.cli("--json", *args)
        if code != 0:
            sys.exit(f"not ok {args}: {code} {out.decode()[:300]}")
        return json.loads(out.decode().splitlines()[0])

    def start(self):
        self.process = subprocess.Popen([self.binary, "--data", str(self.data), "serve", "--listen", "127.0.0.1:0"],
                                        stdout=subprocess.PIPE, stderr=open(self.log, "wb"), text=True)
        self.port = int(re.search(r"http://[^/]*:(\d+)", self.process.stdout.readline()).group(1))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


def code_of(secret):
    """RFC 6238."""
    plain = secret.replace(" ", "")
    digest = hmac.new(base64.b32decode(plain + "=" * (-len(plain) % 8)), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}"


class Person:
    def __init__(self, office, login, password, look=lambda channel, raw: raw):
        self.office, self.login, self.look = office, login, look
        self.cookie = self.csrf = ""
        self.connection = http.client.HTTPConnection("127.0.0.1", office.port, timeout=60)
        self.sign_in(password)
        if self.ask("PUT", "/api/session/password", {"old": password, "new": PASSWORD})[0] not in (200, 204):
            sys.exit(f"not ok password of {login}")
        self.sign_in(PASSWORD)
        if self.ask("GET", "/api/overview")[0] == 403 and b"second_factor" in self.ask("GET", "/api/overview")[1]:
            secret = json.loads(self.ask("POST", "/api/account/second-factor", {"password": PASSWORD})[1])["secret"]
            if self.ask("PUT", "/api/account/second-factor", {"code": code_of(secret)})[0] != 200:
                sys.exit(f"not ok second factor of {login}")

    def sign_in(self, password):
        status, body = self.ask("POST", "/api/session", {"login": self.login, "password": password})
        if status != 200:
            sys.exit(f"not ok sign in as {self.login}: {status} {body.decode()[:300]}")
        self.csrf = json.loads(body)["csrf"]

    def ask(self, method, path, body=None, raw=None):
        head = {"Cookie": self.cookie, "X-CSRF-Token": self.csrf}
        data = raw
        if body is not None:
            data = json.dumps(body, ensure_ascii=False).encode()
            head["Content-Type"] = "application/json"
        for again in (False, True):
            try:
                self.connection.request(method, path, data, head)
                answer = self.connection.getresponse()
                break
            except (http.client.HTTPException, ConnectionError):
                if again:
                    raise
                self.connection.close()
        given = answer.getheader("Set-Cookie")
        if given:
            self.cookie = given.split(";")[0]
        return answer.status, answer.read()

    def job(self, method, path, body=None):
        """A job to its end; every look at it is an answer."""
        status, begun = self.ask(method, path, body)
        self.look(f"{method} {path}", begun)
        if status != 202:
            sys.exit(f"not ok {method} {path}: {status} {begun.decode()[:300]}")
        job = json.loads(begun)
        while job["state"] in ("waiting", "running"):
            time.sleep(0.02)
            job = json.loads(self.look("GET /api/jobs/{id}", self.ask("GET", f"/api/jobs/{job['job']}")[1]))
        if job["state"] != "done":
            sys.exit(f"not ok {path}: {job}")
        return job

    def upload(self, name, content):
        status, body = self.ask("POST", "/api/uploads?name=" + urllib.parse.quote(name), raw=content)
        self.look("POST /api/uploads", body)
        if status not in (200, 201):
            sys.exit(f"not ok upload: {status} {body.decode()[:300]}")
        return json.loads(body)["upload"]
