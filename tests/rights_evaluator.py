#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""The policy of rights a second time, in other words, to be compared with the first.

    rights_evaluator.py PROGRAM ROLES_YAML [sqlite|postgresql …] [--worlds N] [--seed S]

Written from the text of docs/decisions/0007-rights-in-the-store.md alone. It makes random worlds with the
roles of content/ and with odd ones, lets PROGRAM (tests/rights_world.c) say what each person sees of
them through the store, and works out the same by itself, row by row and rule by rule. The number of
(person, row, field, state, action) tuples compared is printed.
"""
import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time

ROW_PERMISSIONS = {"clue.read": "clue", "clue.export": "clue", "clue.share": "clue", "batch.read": "batch",
                   "batch.import": "batch", "row.read": "row", "row.export": "row", "sealed.read": "sealed",
                   "matter.read": "matter", "matter.export": "matter", "matter.act": "matter", "matter.supervise": "matter",
                   "document.write": "document", "document.issue": "document", "template.manage": "document"}
FUNCTIONS = ["self", "overview.read", "search.use", "dataset.read", "model.read", "model.run", "organisation.read",
             "person.read", "role.read", "delegation.give"]
ADMINISTRATOR_FUNCTIONS = {"system": ["self", "organisation.manage", "backup.run"],
                           "security": ["self", "role.grant", "session.revoke"], "audit": ["self", "audit.read"]}
ACTIONS = {"clue.read": ("clue", "clue.read"), "clue.export": ("clue", "clue.read"), "clue.share": ("clue", "clue.read"),
           "batch.read": ("batch", "batch.read"), "row.read": ("row", "row.read"), "row.export": ("row", "row.read"),
           "matter.read": ("matter", "matter.read"), "matter.export": ("matter", "matter.read"),
           "document.read": ("document", "matter.read"), "document.export": ("document", "matter.read")}
PERMISSION = {"document.read": "matter.read", "document.export": "matter.export"}  # of the other actions: of their own name
STATES = ["new", "withdrawn", "assigned", "filed", "open", "closed"]
DATASETS = ["criminal_verdict", "administrative_penalty", "court_agent"]
PLAIN, PERSONAL = 1, 2
FIELDS = {"clue": 43, "batch": 28, "row": 2, "matter": 24, "document": 34}  # columns compared one by one; of pool rows the two kinds


# --- roles ---------------------------------------------------------------------------------------

def read_roles(path):
    """The few lines of content/roles/roles.yaml that matter, read without a YAML library."""
    roles, role = {}, None
    with open(path, encoding="utf-8") as f:
        for line in f:
            head = re.match(r"  - role: (\w+)", line)
            if head:
                role = roles.setdefault(head.group(1), {"administrator": None, "founder": False, "rules": []})
            elif re.match(r"\w", line):
                role = None if not line.startswith("roles:") else role
            elif role is not None:
                key = re.match(r"    (administrator|founder): (\w+)", line)
                rule = re.match(r"      - permission: ([\w.]+)", line) or re.match(r"      - \{(permission: .*)\}", line)
                if key and key.group(1) == "administrator":
                    role["administrator"] = key.group(2)
                elif key:
                    role["founder"] = key.group(2) == "true"
                elif rule:
                    role["rules"].append(read_rule(rule.group(1)))
    return roles


def read_rule(text):
    if ":" not in text:
        return {"permission": text, "reach": "installation", "fields": PLAIN, "states": [], "datasets": []}
    rule = {"reach": "installation", "fields": PLAIN, "states": [], "datasets": []}
    for key, many, one in re.findall(r"(\w+): (?:\[([^\]]*)\]|([\w.]+))", text):
        rule[key] = [w.strip() for w in many.split(",")] if many else one
    rule["fields"] = PERSONAL if rule["fields"] == "personal" else PLAIN
    return rule


def odd_roles(rnd, n):
    roles = {}
    for i in range(n):
        administrator = rnd.choice([None] * 30 + ["system", "security", "audit"])
        rules = []
        for _ in range(rnd.randint(1, 7)):
            if administrator:
                rules.append(read_rule(rnd.choice(ADMINISTRATOR_FUNCTIONS[administrator])))
                continue
            permission = rnd.choice(list(ROW_PERMISSIONS) * 2 + ["clue.read"] * 8 + ["matter.read"] * 5 + ["row.read", "batch.read"] * 3 + FUNCTIONS)
            rule = read_rule(permission)
            if permission in ROW_PERMISSIONS:
                rule["reach"] = rnd.choice(["own", "own", "organisation", "organisation", "subtree", "installation"])
                rule["fields"] = rnd.choice([PLAIN, PERSONAL])
                rule["states"] = rnd.sample(STATES, rnd.randint(1, 3)) if rnd.random() < 0.2 else []
                rule["datasets"] = rnd.sample(DATASETS, rnd.randint(1, 2)) if rnd.random() < 0.2 else []
            rules.append(rule)
        roles[f"odd_{i}"] = {"administrator": administrator, "founder": False, "rules": rules}
    return roles


def write_roles(roles, path):
    with open(path, "w", encoding="utf-8") as f:
        f.write("title: odd\nroles:\n")
        for name, role in roles.items():
            f.write(f"  - role: {name}\n    title: {name}\n    help: odd\n")
            if role["administrator"]:
                f.write(f"    administrator: {role['administrator']}\n")
            f.write("    rules:\n")
            for rule in role["rules"]:
                parts = [f"permission: {rule['permission']}"]
                if rule["permission"] in ROW_PERMISSIONS:
                    parts += [f"reach: {rule['reach']}", "fields: " + ("personal" if rule["fields"] == PERSONAL else "plain")]
                for key in ("states", "datasets"):
                    if rule[key]:
                        parts.append(f"{key}: [{', '.join(rule[key])}]")
                f.write("      - {" + ", ".join(parts) + "}\n")


# --- worlds --------------------------------------------------------------------------------------

BEGIN, END = 1_000_000_000, 9_000_000_000


def span(rnd, needs_end=False):
    """Now and then a span that only just holds, or is empty."""
    since = rnd.choice([0, BEGIN, rnd.randrange(BEGIN, END), rnd.randrange(BEGIN, END)])
    until = rnd.choice([None, since, since + 1, rnd.randrange(since + 1, END + 2), rnd.randrange(since + 1, END + 2)])
    return since, (END if needs_end and until is None else until)


def add_approval(rnd, world, number, post, logins):
    """Mostly one that opens the sealed records; now and then something about it is not as it must be."""
    says = [(p, int(rnd.random() < 0.95)) for p in rnd.sample(logins, rnd.choice([1, 2, 2, 2, 2, 2, 3]))]
    odd = rnd.choice([None] * 9 + ["kind", "object", "state", "used", "needed", "organisation"])
    world["approval"].append({
        "approval": number, "asker": post["login"], "kind": "look" if odd == "kind" else "sealed",
        "object": rnd.choice(["sealed:other", "row:a/1"]) if odd == "object" else "sealed:channel",
        "state": rnd.choice(["open", "refused", "withdrawn"]) if odd == "state" else "approved",
        "used": 20 if odd == "used" else 19, "uses": 20, "agreed": sum(yes for _, yes in says), "needed": 3 if odd == "needed" else 2,
        "organisation": post["organisation"] + (odd == "organisation"), "until": rnd.choice([END, END, END, rnd.randrange(BEGIN, END)])})
    world["approval_decision"] += [{"approval": number, "approver": p, "consent": yes} for p, yes in says]


def add_matter(rnd, world, ordinal, count, logins):
    """A host and perhaps others that take part, some of them no longer; work in somebody's name, or nobody's."""
    id_ = f"{rnd.randrange(16 ** 8):08x}{ordinal:04x}"
    houses = [rnd.randint(1, count) for _ in range(rnd.choice([1, 1, 2, 3]))]
    world["matter"].append({"id": id_, "ordinal": ordinal, "organisation": houses[0], "state": rnd.choice(["open", "closed", "merged"]),
                            "sealed": int(rnd.random() < 0.2)})
    for i, house in enumerate(houses):
        until = "" if i == 0 or rnd.random() < 0.7 else "2026-01-01T00:00:00.000000+08:00"
        world["matter_party"].append({"matter": id_, "id": i + 1, "organisation": house, "until": until})
    for i in range(rnd.choice([0, 1, 2])):
        world["matter_task"].append({"matter": id_, "id": 10 + i, "login": rnd.choice(logins + ["", ""]),
                                     "actor": rnd.choice(logins + ["", "", ""])})


def add_document(rnd, world, ordinal, count, logins):
    """Of a matter that is there; written still, or fixed; for its issuer alone, or for others too."""
    matter = rnd.choice(world["matter"])
    houses = sorted({rnd.randint(1, count) for _ in range(rnd.choice([1, 1, 2, 3]))})
    set_ = ",".join(str(h) for h in houses)
    world["document"].append({"id": f"{rnd.randrange(16 ** 8):08x}d{ordinal:04x}", "ordinal": ordinal, "matter": matter["id"],
                              "organisation": rnd.choice(houses), "author": rnd.choice(logins + ["", "system"]), "party_set": set_,
                              "numbered": rnd.choice(["", "2026-01-01T00:00:00.000000+08:00"]), "sealed": matter["sealed"]})
    for house in houses:
        if {"organisation": house, "party_set": set_} not in world["document_set"]:
            world["document_set"].append({"organisation": house, "party_set": set_})


def make_world(rnd, roles):
    role_names = list(roles)
    organisations = []
    count = rnd.randint(4, 18)
    for n in range(1, count + 1):
        organisations.append({"organisation": n, "parent": rnd.choice([None, 0, rnd.randint(1, count), rnd.randint(1, n)]),
                              "superior": rnd.choice([None, None, 0, rnd.randint(1, count)])})
    logins = [f"p{i}" for i in range(12)]
    accounts = [{"login": p, "state": "active" if rnd.random() < 0.92 else "disabled"} for p in logins]
    favourites = rnd.sample([r for r in role_names if not r.endswith("_admin")], 12)
    world = {"datasets": DATASETS, "organisation": organisations, "account": accounts, "appointment": [], "delegation": [],
             "team_member": [], "access_grant": [], "clue": [], "clue_recusal": [], "batch": [], "approval": [], "approval_decision": [],
             "matter": [], "matter_party": [], "matter_task": [], "document": [], "document_set": []}
    for i in range(rnd.randint(10, 60)):
        since, until = span(rnd) if rnd.random() < 0.5 else (BEGIN, None)
        role = rnd.choice(favourites * 9 + role_names + ["no_such_role"])
        world["appointment"].append({"appointment": i + 1, "login": rnd.choice(logins), "role": role,
                                     "organisation": rnd.randint(1, count + 1), "since": since, "until": until})
    for i in range(rnd.randint(0, 9)):
        since, until = span(rnd, True)
        world["delegation"].append({"delegation": i + 1, "giver": rnd.choice(logins), "receiver": rnd.choice(logins),
                                    "since": since, "until": until})
    for i in range(rnd.randint(0, 14)):
        since, until = span(rnd)
        world["team_member"].append({"member": i + 1, "team": rnd.randint(1, 4), "login": rnd.choice(logins + [""]),
                                     "since": since, "until": until})
    for i in range(rnd.choice([0, 30, 80])):
        world["clue"].append({"id": f"{rnd.randrange(16 ** 8):08x}{i:04x}", "organisation": rnd.randint(1, count),
                              "status": rnd.choice(STATES), "sealed": int(rnd.random() < 0.25)})
    for clue in world["clue"]:
        if rnd.random() < 0.2:
            world["clue_recusal"].append({"clue": clue["id"], "login": rnd.choice(logins)})
    for i in range(rnd.choice([0, 20, 40])):
        world["batch"].append({"batch": i + 1 + (i > 7), "organisation": rnd.randint(1, count),
                               "dataset": rnd.choice(DATASETS), "sealed": int(rnd.random() < 0.2)})
    for i in range(rnd.choice([0, 25, 60])):
        add_matter(rnd, world, i + 1, count, logins)
    for i in range(rnd.choice([10, 30, 50]) if world["matter"] else 0):
        add_document(rnd, world, i + 1, count, logins)
    for i in range(rnd.randint(0, 90)):
        since, until = span(rnd)
        kind = rnd.choice(["clue", "clue", "batch", "matter"])
        objects = [str(b["batch"]) for b in world["batch"]] if kind == "batch" else [c["id"] for c in world[kind]]
        grantee = rnd.choice([f"person:{rnd.choice(logins)}", f"organisation:{rnd.randint(1, count)}", f"team:{rnd.randint(1, 4)}"])
        world["access_grant"].append({"access_grant": i + 1, "kind": kind, "object": rnd.choice(objects + ["nothing"]),
                                      "grantee": grantee, "fields": rnd.choice([PLAIN, PERSONAL]), "since": since, "until": until})
    posts = [a for a in world["appointment"] if any(r["permission"] == "sealed.read" for r in roles.get(a["role"], {"rules": []})["rules"])]
    for i, post in enumerate(posts + rnd.choices(world["appointment"], k=4)):
        add_approval(rnd, world, i + 1, post, logins)
    edges = [t for key in ("appointment", "delegation", "team_member", "access_grant") for row in world[key]
             for t in (row["since"], row["until"]) if t] + [a["until"] for a in world["approval"]]
    world["asks"] = [{"login": p, "at": at} for p in logins + ["stranger"]
                     for at in [rnd.randrange(BEGIN, END)] + [max(1, rnd.choice(edges) + rnd.choice([-1, 0, 1])) for _ in range(2)]]
    rnd.shuffle(world["asks"])
    return world


# --- the policy ----------------------------------------------------------------------------------

def active(fact, now):
    return fact["since"] <= now and (fact["until"] is None or now < fact["until"])


class Policy:
    def __init__(self, world, roles):
        self.world, self.roles = world, roles
        self.leader = {o["organisation"]: o["superior"] or o["parent"] or None for o in world["organisation"]}
        self.state = {a["login"]: a["state"] for a in world["account"]}
        self.below = {}

    def subtree(self, top):
        """Every organisation that comes to `top` by going from leader to leader, and itself."""
        if top not in self.below:
            members = {top}
            for organisation in self.leader:
                passed, at = set(), organisation
                while at is not None and at not in passed and at != top:
                    passed.add(at)
                    at = self.leader.get(at)
                if at == top:
                    members.add(organisation)
            self.below[top] = members
        return self.below[top]

    def posts(self, person, now):
        if self.state.get(person) != "active":
            return []
        return [a for a in self.world["appointment"] if a["login"] == person and active(a, now) and a["role"] in self.roles]

    def administrators(self, posts):
        return {self.roles[a["role"]]["administrator"] for a in posts} - {None}

    def rules(self, person, now):
        """(rule, appointment, person whose grants count, by delegation)"""
        posts = self.posts(person, now)
        kinds = self.administrators(posts)
        if self.state.get(person) != "active" or len(kinds) > 1:
            return []
        if kinds:
            posts = [a for a in posts if self.roles[a["role"]]["administrator"]]
        held = [(rule, a, person, False) for a in posts for rule in self.roles[a["role"]]["rules"]]
        if kinds:
            return held
        givers = {d["giver"] for d in self.world["delegation"] if d["receiver"] == person and active(d, now)} - {person}
        for giver in givers:
            theirs = self.posts(giver, now)
            if self.administrators(theirs):
                continue
            held += [(rule, a, giver, True) for a in theirs for rule in self.roles[a["role"]]["rules"]
                     if rule["permission"] != "sealed.read"]
        return held

    def channels(self, person, now):
        """Organisations where two others opened the sealed records to him, and it is not over."""
        open_ = set()
        for asked in self.world["approval"]:
            others = {d["approver"] for d in self.world["approval_decision"]
                      if d["approval"] == asked["approval"] and d["consent"]} - {person}
            if (asked["kind"], asked["object"], asked["asker"]) == ("sealed", "sealed:channel", person) and \
                    asked["state"] == "approved" and len(others) >= 2 and asked["agreed"] >= asked["needed"] and \
                    now < asked["until"] and asked["used"] < asked["uses"]:
                open_.add(asked["organisation"])
        return open_

    def grants(self, person, organisation, now):
        teams = {m["team"] for m in self.world["team_member"] if m["login"] == person and active(m, now)}
        to = {f"person:{person}", f"organisation:{organisation}"} | {f"team:{t}" for t in teams}
        open_ = {}
        for g in self.world["access_grant"]:
            if g["grantee"] in to and active(g, now):
                key = (g["kind"], g["object"])
                open_[key] = max(open_.get(key, 0), g["fields"])
        return open_


def row_of(kind, row, world):
    """Marks of a row, as the policy speaks of them."""
    if kind == "matter":
        return {"object": ("matter", row["id"]), "state": row["state"], "dataset": None, "sealed": row["sealed"],
                "organisations": {p["organisation"] for p in world["matter_party"] if p["matter"] == row["id"] and p["until"] == ""},
                "people": {t[key] for t in world["matter_task"] if t["matter"] == row["id"] for key in ("login", "actor")} - {""}}
    if kind == "document":
        matter = next(m for m in world["matter"] if m["id"] == row["matter"])
        return dict(row_of("matter", matter, world), organisations={int(h) for h in row["party_set"].split(",")},
                    sealed=row["sealed"], author=row["author"], written=row["numbered"] == "")
    if kind == "clue":
        return {"object": ("clue", row["id"]), "organisations": {row["organisation"]}, "state": row["status"], "dataset": None,
                "sealed": row["sealed"], "people": set(),
                "recused": {r["login"] for r in world["clue_recusal"] if r["clue"] == row["id"]}}
    return {"object": ("batch", str(row["batch"])), "organisations": {row["organisation"]}, "state": None,
            "dataset": row["dataset"], "sealed": row["sealed"], "people": set()}


class Person:
    def __init__(self, policy, login, now):
        self.policy = policy
        self.login = login
        self.held = policy.rules(login, now)
        self.channels = policy.channels(login, now)
        self.opened = {}
        for _, a, whose, _ in self.held:
            key = (a["appointment"], whose)
            if key not in self.opened:
                self.opened[key] = policy.grants(whose, a["organisation"], now)

    def in_house(self, held, row):
        """A document that is written still, or that is one's own work alone, is read at the post's own house."""
        return "written" not in row or held[1]["organisation"] in row["organisations"] or \
            not (row["written"] or held[0]["reach"] == "own")

    def through(self, held, row):
        """Fields that one rule shows of a row, seals aside; 0 when it does not reach it."""
        rule, a, whose, _ = held
        if not self.in_house(held, row):
            return 0
        if rule["states"] and row["state"] not in rule["states"]:
            return 0
        if rule["datasets"] and row["dataset"] not in rule["datasets"]:
            return 0
        if rule["reach"] == "installation":
            return rule["fields"]
        if rule["reach"] == "organisation":
            return rule["fields"] if a["organisation"] in row["organisations"] else 0
        if rule["reach"] == "subtree":
            return rule["fields"] if row["organisations"] & self.policy.subtree(a["organisation"]) else 0
        if whose in row["people"] or whose == row.get("author"):
            return rule["fields"]
        return min(rule["fields"], self.opened[(a["appointment"], whose)].get(row["object"], 0))

    def shows(self, permission, row):
        best = 0
        if self.login in row.get("recused", ()):  # a conflict of interest: whatever the rules say
            return 0
        for held in self.held:
            if held[0]["permission"] != permission:
                continue
            fields = self.through(held, row)
            if fields and row["sealed"]:
                channel = any(h[0]["permission"] == "sealed.read" and h[1]["organisation"] in self.channels and
                              not h[3] and not held[3] and h[1]["appointment"] == held[1]["appointment"] and
                              self.through(h, row) for h in self.held)
                fields = fields if channel else 0
            best = max(best, fields)
        return best

    def sees(self, action, row):
        read, permission = self.shows(ACTIONS[action][1], row), PERMISSION.get(action, action)
        return read if permission == ACTIONS[action][1] or not read else min(read, self.shows(permission, row))

    def adds_up(self, action, row):
        """What one would see if fields of one post held for the rows of another: never to be seen."""
        if not self.sees(action, row):
            return 0
        return min(max((h[0]["fields"] for h in self.held if h[0]["permission"] == p), default=0) for p in (PERMISSION.get(action, action), ACTIONS[action][1]))

    def may(self):
        return {held[0]["permission"] for held in self.held}


# --- comparing -----------------------------------------------------------------------------------

class Differences(Exception):
    pass


def wanted(world, person, action, kind):
    """What the policy lets the person see: key, fields, row. Every batch brought an open and a sealed pool row."""
    if kind != "row":
        for row in world[kind]:
            yield (str(row["batch"]) if kind == "batch" else row["id"]), person.sees(action, row_of(kind, row, world)), row
        return
    for batch in world["batch"]:
        open_, sealed = (person.sees(action, row_of("row", dict(batch, sealed=s), world)) for s in (0, 1))
        if sealed:  # names of a batch are shown where both kinds of its rows show them
            open_ = sealed = min(open_, sealed)
        yield str(batch["batch"]), open_, batch
        yield f"{batch['batch']}s", sealed, batch


def compare(lines, worlds, roles):
    tuples = shown = apart = 0
    policy = person = world = asks = None
    for line in lines:
        words = line.split()
        if words[0] == "world":
            world = worlds[int(words[1])]
            policy, asks = Policy(world, roles), iter(world["asks"])
            where = f"world {words[1]}"
        elif words[0] == "ask":
            asked = next(asks)
            if [asked["login"], str(asked["at"])] != words[1:]:
                raise Differences(f"{where}: answers are not in order: {line}")
            person, about = Person(policy, asked["login"], asked["at"]), f"{where}, {asked['login']} at {asked['at']}"
        elif words[0] == "may":
            if set(words[1:]) != person.may():
                raise Differences(f"{about}: permissions {sorted(set(words[1:]) ^ person.may())}")
        elif words[0] == "sees":
            action, kind = words[1], ACTIONS[words[1]][0]
            told = dict(word.split(":") for word in words[2:])
            for key, want, row in wanted(world, person, action, kind):
                have = int(told.pop(key, 0))
                if want != have:
                    raise Differences(f"{about}: {action} of {row}: store says {have}, policy {want}")
                tuples += FIELDS[kind]
                shown += FIELDS[kind] if want else 0
                apart += want and want < person.adds_up(action, row_of(kind, row, world))
            if told:
                raise Differences(f"{about}: {action}: rows that are not there: {told}")
        else:
            raise Differences(f"{about}: {line}")
    return tuples, shown, apart


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("roles")
    arguments.add_argument("engines", nargs="*", default=["sqlite", "postgresql"])
    arguments.add_argument("--worlds", type=int, default=24)
    arguments.add_argument("--seed", type=int, default=20240105)
    options = arguments.parse_args()
    rnd = random.Random(options.seed)
    odd = odd_roles(rnd, 60)
    roles = dict(read_roles(options.roles), **odd)
    began, compared = time.monotonic(), 0
    with tempfile.TemporaryDirectory(prefix="lianheng-rights-") as folder:
        content = os.path.join(folder, "content")
        os.makedirs(os.path.join(content, "roles"))
        write_roles(odd, os.path.join(content, "roles", "odd.yaml"))
        worlds = [make_world(rnd, roles) for _ in range(options.worlds)]
        path = os.path.join(folder, "worlds.json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump(worlds, f)
        for engine in options.engines:
            done = subprocess.run([options.program, engine, content, path], capture_output=True, text=True, check=False)
            if done.returncode == 77:
                print(f"跳过 {engine}：没有 LIANHENG_TEST_PG")
                continue
            if done.returncode != 0:
                sys.exit(f"rights_evaluator: {engine}: {done.stderr.strip()}")
            try:
                tuples, shown, apart = compare(done.stdout.splitlines(), worlds, roles)
            except Differences as difference:
                sys.exit(f"rights_evaluator: {engine}: {difference} (--seed {options.seed})")
            compared += tuples
            print(f"rights: {engine}: {tuples} (person, row, field, state, action) tuples agree, {shown} of them visible, "
                  f"{apart} rows show less than other posts of the same person would, "
                  f"{len(roles)} roles, {len(worlds)} worlds")
    print(f"rights: {time.monotonic() - began:.0f} s")
    sys.exit(0 if compared else 77)


if __name__ == "__main__":
    main()
