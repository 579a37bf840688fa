#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""The counting of periods a second time, day by day, to be compared with the first.

    period_evaluator.py PROGRAM CONTENT [--cases N] [--seconds S] [--seed S] [--jobs N]

Written from docs/periods.md alone. The first world is CONTENT itself, its statutory periods and calendar read here
without a YAML library; the others have calendars and rules of chance. PROGRAM (tests/period_cases.c) makes matters up
and says when each ends; here every day of each is walked. The number of matters on which both agree is printed.
Without --cases as many as fit into --seconds, or 10^6 when LIANHENG_LONG is set.
"""
import argparse
import datetime
import json
import multiprocessing
import os
import random
import re
import subprocess
import sys
import tempfile
import time

EPOCH = datetime.date(1970, 1, 1).toordinal()
HOUR = 3_600_000_000
DAY = 24 * HOUR


def day_of(year, month, day):
    return datetime.date(year, month, day).toordinal() - EPOCH


FIRST, LAST = day_of(1900, 1, 1), day_of(2200, 12, 31)
TABLE_FROM, TABLE_TO = day_of(1880, 1, 1), day_of(2240, 1, 1)
UNITS = ["hour", "day", "workday", "month", "year"]
LEVELS = ["yellow", "orange", "red"]
HOURS_OF = {"hour": 1, "day": 24, "workday": 24, "month": 28 * 24, "year": 365 * 24}


def midnight(day):
    return (day * 24 - 8) * HOUR


def day_at(instant):
    return (instant + 8 * HOUR) // DAY


class Refused(Exception):
    pass


# --- calendars and rules ------------------------------------------------------------------------

class World:
    """A calendar, one byte a day, and the versions of each period."""

    def __init__(self, years, rules):
        self.known = set(years)
        self.works = bytearray((d + 3) % 7 < 5 for d in range(TABLE_FROM, TABLE_TO))
        for holidays, workdays in years.values():
            for first, last in holidays:
                for d in range(first, last + 1):
                    self.works[d - TABLE_FROM] = 0
            for d in workdays:
                self.works[d - TABLE_FROM] = 1
        self.rules = rules
        self.ids = list(rules)

    def version(self, rule_id, on):
        for rule in self.rules[rule_id]:
            if rule.get("in_force_from", FIRST - 1) <= on <= rule.get("in_force_to", LAST + 1):
                return rule
        raise Refused("not in force")

    def last_version(self, rule_id):
        return max(self.rules[rule_id], key=lambda r: r.get("in_force_from", FIRST - 1))


def parse_flow(text):
    """YAML's flow style as content/periods writes it: maps, lists and plain words."""
    def skip(at, more=""):
        while text[at] in " \n" + more:
            at += 1
        return at

    def value(at):
        at = skip(at)
        if text[at] == "{":
            found, at = {}, skip(at + 1, ",")
            while text[at] != "}":
                colon = text.index(":", at)
                key = text[at:colon]
                found[key], at = value(colon + 1)
                at = skip(at, ",")
            return found, at + 1
        if text[at] == "[":
            found, at = [], skip(at + 1, ",")
            while text[at] != "]":
                item, at = value(at)
                found.append(item)
                at = skip(at, ",")
            return found, at + 1
        if text[at] in "'\"":
            end = text.index(text[at], at + 1)
            return text[at + 1:end], end + 1
        end = min(text.index(c, at) for c in ",]}\n" if c in text[at:])
        word = text[at:end].strip()
        return (int(word) if re.fullmatch(r"-?\d+", word) else word == "true" if word in ("true", "false") else word), end

    return value(0)[0]


def plain_day(text):
    return datetime.date.fromisoformat(text).toordinal() - EPOCH


def settle(rule):
    for key in ("in_force_from", "in_force_to"):
        if isinstance(rule.get(key), str):
            rule[key] = plain_day(rule[key])
    rule.setdefault("suspends", [])
    rule.setdefault("extensions", [])
    rule.setdefault("warnings", [])
    if "unit" in rule:
        rule.setdefault("counting", "same_hour" if rule["unit"] == "hour" else "next_day")
    for more in rule["extensions"]:
        more.setdefault("unit", rule["unit"])
        more.setdefault("times", 1)
    return rule


def read_content(folder):
    rules = {}
    for name in sorted(os.listdir(os.path.join(folder, "periods"))):
        with open(os.path.join(folder, "periods", name), encoding="utf-8") as f:
            items = re.split(r"^  - (?={)", f.read().split("\nperiods:\n", 1)[1], flags=re.M)[1:]
        for item in items:
            rule = settle(parse_flow(re.sub(r"^ *#.*\n?", "", item, flags=re.M) + "\n"))
            rules.setdefault(rule["period"], []).append(rule)
    years, year = {}, None
    with open(os.path.join(folder, "calendars", "china.yaml"), encoding="utf-8") as f:
        for line in f:
            if head := re.match(r"  - year: (\d+)", line):
                year = years.setdefault(int(head.group(1)), ([], []))
            elif row := re.search(r"from: (\S+), to: (\S+)}", line):
                year[0].append((plain_day(row.group(1)), plain_day(row.group(2))))
            elif "workdays:" in line:
                year[1].extend(map(plain_day, re.findall(r"\d{4}-\d\d-\d\d", line)))
    return World(years, rules)


# --- worlds of chance ---------------------------------------------------------------------------

BASIS = [{"law": "某法", "status": "unverified"}]


def random_calendar(rnd):
    years = {}
    for year in range(2007, 2027):
        if rnd.random() < 0.1:
            continue
        first, last = day_of(year, 1, 1), day_of(year, 12, 31)
        off = set()
        holidays = []
        for _ in range(rnd.randint(0, 9)):
            a = rnd.randint(first, last)
            b = min(last, a + rnd.choice([0, 0, 2, 6, 8]))
            holidays.append((a, b))
            off.update(range(a, b + 1))
        weekends = [d for d in range(first, last + 1) if (d + 3) % 7 >= 5 and d not in off]
        years[year] = (holidays, sorted(rnd.sample(weekends, min(len(weekends), rnd.randint(0, 8)))))
    return years


def write_calendar(years, path):
    def iso(d):
        return datetime.date.fromordinal(d + EPOCH).isoformat()

    rows = [{"year": y, "holidays": [{"name": "节", "from": iso(a), "to": iso(b)} for a, b in h], "workdays": [iso(d) for d in w]}
            for y, (h, w) in years.items()]
    with open(path, "w", encoding="utf-8") as f:
        json.dump({"calendar": "china", "title": "某", "years": rows}, f, ensure_ascii=False)


def random_warnings(rnd, rule):
    if rnd.random() < 0.3:
        return []
    span = abs(rule["count"]) * HOURS_OF[rule["unit"]]
    found, most = [], span - 1 if rule["count"] > 0 else 2000
    for level in LEVELS:
        unit = rnd.choice(["hour", "day", "workday"])
        top = most // HOURS_OF[unit]
        if rnd.random() < 0.7:
            before = min(top, rnd.choice([0, 1, 2, 3, 7, rnd.randint(0, 30)]))
            found.append({"level": level, "before": before, "unit": unit})
            most = before * HOURS_OF[unit]
    return found


def random_extensions(rnd, rule):
    found = []
    for i in range(rnd.choice([0, 0, 1, 2, 3])):
        more = {"extension": f"x{i}", "title": "某", "approver": "某人", "basis": BASIS}
        if rnd.random() < 0.25:
            more["to"] = rule["count"] + rnd.randint(1, 30 if rule["unit"] != "year" else 2)
        else:
            more["unit"] = "hour" if rule["unit"] == "hour" else rnd.choice(["day", "workday", "month", rule["unit"]])
            more["by"] = rnd.randint(1, 2 if more["unit"] in ("month", "year") else 30)
            more["times"] = rnd.choice([1, 1, 2])
        if i > 0 and rnd.random() < 0.3:
            more["after"] = f"x{rnd.randrange(i)}"
        found.append(more)
    return found


def random_rule(rnd, name):
    unit = rnd.choice(["hour", "hour", "day", "day", "day", "workday", "workday", "month", "month", "year"])
    most = {"hour": 200, "day": 100, "workday": 40, "month": 7, "year": 2}[unit]
    rule = {"period": name, "title": "某", "starts": "某", "unit": unit, "count": rnd.choice([1, 2, 3, rnd.randint(1, most)]),
            "roll": "none" if unit == "hour" else rnd.choice(["none", "workday", "workday", "custody"]), "basis": BASIS}
    if unit != "hour" and rnd.random() < 0.1:
        rule.update(count=-rule["count"], roll="none")
    elif unit == "day" and rnd.random() < 0.15:  # an agreed day
        rule["count"] = 0
    if unit == "hour" and rnd.random() < 0.7:
        rule["counting"] = rnd.choice(["same_hour", "next_hour"])
    if rule["count"] > 0:
        if rnd.random() < 0.7:
            rule["suspends"] = [{"reason": f"事由{i}", "basis": BASIS} for i in range(rnd.randint(1, 3))]
        rule["adjustable"] = rnd.random() < 0.3
    if rule["count"] >= 0:
        rule["extensions"] = random_extensions(rnd, rule)
    rule["warnings"] = random_warnings(rnd, rule)
    return rule


def random_rules(rnd, n):
    rules = {}
    for i in range(n):
        name = f"R_{i}"
        if rnd.random() < 0.8:
            rules[name] = [random_rule(rnd, name)]
            continue
        cuts = sorted(rnd.sample(range(day_of(2000, 1, 1), day_of(2028, 1, 1)), rnd.randint(2, 3)))
        rules[name] = []
        for k, cut in enumerate(cuts):  # now and then a gap, or an end
            rule = random_rule(rnd, name)
            rule["in_force_from"] = cut
            if k + 1 < len(cuts):
                rule["in_force_to"] = cuts[k + 1] - rnd.choice([1, 1, 400]) if cuts[k + 1] - cut > 500 else cuts[k + 1] - 1
            elif rnd.random() < 0.2:
                rule["in_force_to"] = cut + 3000
            rules[name].append(rule)
        rnd.shuffle(rules[name])
    plain = [name for name, versions in rules.items() if all(r["count"] > 0 for r in versions)]
    for i in range(n // 10):
        name = f"S_{i}"
        rules[name] = [{"period": name, "title": "某", "starts": "某", "basis": BASIS, "stricter_of": rnd.sample(plain, 2)}]
    return rules


def write_rules(rules, path):
    rows = []
    for versions in rules.values():
        for rule in versions:
            row = {k: v for k, v in rule.items() if v != [] or k == "basis"}
            for key in ("in_force_from", "in_force_to"):
                if key in row:
                    row[key] = datetime.date.fromordinal(row[key] + EPOCH).isoformat()
            rows.append(row)
    with open(path, "w", encoding="utf-8") as f:
        json.dump({"periods": rows}, f, ensure_ascii=False)


# --- counting -----------------------------------------------------------------------------------

def add_months(day, months):
    at = datetime.date.fromordinal(day + EPOCH)
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    if not 1 <= year <= 9998:
        raise Refused("no such year")
    after = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return day_of(year, month + 1, min(at.day, (after - datetime.timedelta(1)).day))


def sane(day):
    if not FIRST <= day <= LAST:
        raise Refused("day out of range")


def stretches(rule, matter, mine):
    """What is to be counted: (unit, number) after (unit, number), years as months, alike added up."""
    found = []

    def add(unit, number):
        unit, number = ("month", number * 12) if unit == "year" else (unit, number)
        if found and found[-1][0] == unit:
            number += found.pop()[1]
        found.append((unit, number))

    if matter["set_count"]:
        if not rule.get("adjustable") or not mine or (matter["set_unit"] == "hour") != (rule["unit"] == "hour"):
            raise Refused("not adjustable")
        add(matter["set_unit"], matter["set_count"])
    else:
        add(rule["unit"], rule["count"])
    times = matter["times"]
    if times not in (0, 1):
        if not 1 <= times <= 1000 or rule["count"] <= 0 or not mine:
            raise Refused("does not come again")
        found = [(unit, number * times) for unit, number in found]
    granted = []
    known = {more["extension"]: more for more in rule["extensions"]}
    for name, count in matter["extensions"]:
        more = known.get(name)
        if more is None:
            if mine:
                raise Refused("no such extension")
            continue
        most = more.get("by") or more["to"]
        if count > most or ("to" in more and 0 < count <= rule["count"]):
            raise Refused("too much")
        if granted.count(name) >= more["times"] or ("after" in more and more["after"] not in granted):
            raise Refused("not so often, or not yet")
        granted.append(name)
        if "to" in more:
            found.clear()
            add(rule["unit"], count or most)
        else:
            add(more["unit"], count or most)
    return found


def suspended_days(rule, matter, mine):
    """Days that do not count, and the first of those without end."""
    days, open_from = set(), None
    known = [s["reason"] for s in rule["suspends"]]
    for first, last, reason in matter["suspensions"]:
        if not (reason in known if reason else len(known) == 1):
            if mine:
                raise Refused("no such reason")
            continue
        sane(first)
        if last is None:
            open_from = first if open_from is None else min(open_from, first)
            continue
        sane(last)
        if last < first:
            raise Refused("backwards")
        days.update(range(first, last + 1))
    return days, open_from


def walk(world, begin, unit, number, days, open_from):
    """The last day counted, or None where a suspension without end is met."""
    works, d = world.works, begin
    if unit == "month":
        number = add_months(begin, number) - begin
    workdays = unit == "workday"
    while number:
        d += 1
        if open_from is not None and d >= open_from:
            return None
        if d > LAST:
            raise Refused("too far")
        if d not in days and (not workdays or works[d - TABLE_FROM]):
            number -= 1
    return d


def walk_hours(rule, matter, number, days, open_from):
    on, at = matter["on"], matter["at"]
    if at is None:
        at = midnight(on + 1)
    elif rule["counting"] == "next_hour":
        at = (at // HOUR + 1) * HOUR
    left = number * HOUR
    while left:
        today = day_at(at)
        if open_from is not None and today >= open_from:
            return None
        tomorrow = midnight(today + 1)
        if today in days:
            at = tomorrow
        else:
            step = min(left, tomorrow - at)
            at, left = at + step, left - step
    return at


def walk_back(world, on, unit, number):
    if unit in ("month", "year"):
        return add_months(on, -number * (12 if unit == "year" else 1))
    d = on
    while number:
        d -= 1
        number -= unit == "day" or world.works[d - TABLE_FROM]
    return d


def rolls(rule, custody):
    return (rule["roll"] == "workday" and custody != 1) or (rule["roll"] == "custody" and custody == 2)


def warnings_of(world, rule, matter, due, due_at):
    begin = matter["at"] if matter["at"] is not None else midnight(matter["on"])
    found = []
    for warning in rule["warnings"]:
        before, unit, d = warning["before"], warning["unit"], due
        if before == 0:
            at = due_at
        elif unit == "hour":
            at = due_at - before * HOUR
        else:
            while before:
                d -= 1
                before -= unit == "day" or world.works[d - TABLE_FROM]
            at = midnight(d)
        if at >= begin or rule["count"] <= 0:
            found.append((LEVELS.index(warning["level"]), at))
    return found


def count(world, rule, matter, mine=True):
    """(suspended, rolled, last, due, due_at, warnings) of one period; `mine` False for a part of two."""
    days, open_from = suspended_days(rule, matter, mine)
    todo = stretches(rule, matter, mine)
    rolled = False
    if rule["count"] < 0:
        if todo != [(("month" if rule["unit"] == "year" else rule["unit"]), rule["count"] * (12 if rule["unit"] == "year" else 1))]:
            raise Refused("backwards, but lengthened")
        last = due = walk_back(world, matter["on"], rule["unit"], -rule["count"])
    elif rule["unit"] == "hour":
        due_at = walk_hours(rule, matter, todo[0][1], days, open_from)
        if due_at is None:
            return True, False, None, None, None, []
        last = due = day_at(due_at - 1)
        sane(due)
        return False, False, last, due, due_at, warnings_of(world, rule, matter, due, due_at)
    else:
        last = matter["on"]
        for unit, number in todo:
            last = walk(world, last, unit, number, days, open_from)
            if last is None:
                return True, False, None, None, None, []
        due = last
        while rolls(rule, matter["custody"]) and not world.works[due - TABLE_FROM]:
            due += 1
        rolled = due != last
    sane(due)
    due_at = midnight(due + 1)
    return False, rolled, last, due, due_at, warnings_of(world, rule, matter, due, due_at)


def evaluate(world, rule_id, matter):
    if matter["on"] is None:
        raise Refused("no day")
    sane(matter["on"])
    if matter["fact"] is not None:
        sane(matter["fact"])
    on = matter["fact"] if matter["fact"] is not None else matter["on"]
    rule = world.version(rule_id, on)
    if "stricter_of" not in rule:
        return count(world, rule, matter)
    parts = [world.version(name, on) for name in rule["stricter_of"]]
    reasons = [[s["reason"] for s in part["suspends"]] for part in parts]
    for _, _, reason in matter["suspensions"]:
        if not any(reason in known if reason else len(known) == 1 for known in reasons):
            raise Refused("no such reason")
    for name, _ in matter["extensions"]:
        if not any(name == more["extension"] for part in parts for more in part["extensions"]):
            raise Refused("no such extension")
    a, b = (count(world, part, matter, False) for part in parts)
    return b if a[0] or (not b[0] and b[4] < a[4]) else a


# --- comparing ----------------------------------------------------------------------------------

def places(world, rule_id):
    """Names of the reasons and extensions a matter refers to by number."""
    rule = world.last_version(rule_id)
    parts = [world.last_version(name) for name in rule["stricter_of"]] if "stricter_of" in rule else [rule]
    return ([s["reason"] for part in parts for s in part["suspends"]][:16],
            [more["extension"] for part in parts for more in part["extensions"]][:16])


def read_case(line, ids, names):
    words = line.split()
    number = [None if w == "-" else w if w == "E" else int(w) for w in words]
    rule_id = ids[number[0]]
    reasons, extensions = names[rule_id]
    matter = dict(zip(("on", "at", "fact", "custody", "set_count", "set_unit", "times"), number[1:8]))
    matter["set_unit"] = UNITS[matter["set_unit"]]
    at = 9 + 3 * number[8]
    matter["suspensions"] = [(number[i], number[i + 1], "" if number[i + 2] == -1 else reasons[number[i + 2]] if number[i + 2] >= 0 else "?")
                             for i in range(9, at, 3)]
    end = at + 1 + 2 * number[at]
    matter["extensions"] = [(extensions[number[i]], number[i + 1]) for i in range(at + 1, end, 2)]
    return rule_id, matter, number[end:]


def compare(world, line, ids, names):
    rule_id, matter, said = read_case(line, ids, names)
    try:
        suspended, rolled, last, due, due_at, warnings = evaluate(world, rule_id, matter)
        mine = [int(suspended), int(rolled), last, due, due_at, len(warnings)] + [n for w in warnings for n in w]
        said = said[:2] + said[3:]
    except Refused as refused:
        mine, said = ["E"], said if said == ["E"] else said + [str(refused)]
    if mine != said:
        print(f"not ok {rule_id} {matter}: {said}, here {mine}: {line.strip()}")
    return mine == said


def run_world(program, world, folder, seed, cases, until=None):
    """How many agreed, and how many did not."""
    heavy = {r for r in world.ids if any(v.get("unit") == "year" for v in world.rules[r])}
    ids = [r for r in world.ids for _ in range(1 if r in heavy else 6)]
    names = {r: places(world, r) for r in world.ids}
    good = bad = 0
    with tempfile.TemporaryFile("w+") as listed:
        listed.write("\n".join(ids) + "\n")
        listed.seek(0)
        process = subprocess.Popen([program, folder, str(seed), str(cases)], stdin=listed, stdout=subprocess.PIPE, text=True)
        for line in process.stdout:
            if compare(world, line, ids, names):
                good += 1
            else:
                bad += 1
            if bad > 5 or (until and good % 256 == 0 and time.monotonic() > until):
                process.kill()
                break
        process.stdout.close()
        status = process.wait()
    if status not in (0, -9) or good + bad == 0:
        sys.exit(f"{program} ended with {status}")
    return good, bad


def one_world(task):
    program, content, number, seed, cases, until = task
    if number == 0:
        return run_world(program, read_content(content), "-", seed, cases, until)
    rnd = random.Random(seed * 1000003 + number)
    years, rules = random_calendar(rnd), random_rules(rnd, 60)
    with tempfile.TemporaryDirectory(prefix="lianheng-periods-") as folder:
        os.makedirs(os.path.join(folder, "calendars"))
        os.makedirs(os.path.join(folder, "periods"))
        write_calendar(years, os.path.join(folder, "calendars", "china.yaml"))
        write_rules(rules, os.path.join(folder, "periods", "chance.yaml"))
        world = World(years, {name: [settle(dict(r)) for r in versions] for name, versions in rules.items()})
        return run_world(program, world, folder, seed * 1000 + number, cases, until)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("content")
    options.add_argument("--cases", type=int, default=1000000 if os.environ.get("LIANHENG_LONG") else 0)
    options.add_argument("--seconds", type=float, default=15)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--jobs", type=int, default=0)
    o = options.parse_args()
    began = time.monotonic()
    good = bad = 0
    each = 20000 if o.cases else 4000
    worlds = -(-o.cases // each) if o.cases else 1000
    tasks = [(o.program, o.content, n, o.seed, min(each, o.cases - n * each) if o.cases else each,
              None if o.cases else began + o.seconds) for n in range(worlds)]
    jobs = o.jobs or (os.cpu_count() if o.cases else 1)
    with multiprocessing.Pool(jobs) as pool:
        results = pool.imap_unordered(one_world, tasks) if jobs > 1 else map(one_world, tasks)
        for agreed, differed in results:
            good, bad = good + agreed, bad + differed
            if bad or (not o.cases and time.monotonic() > began + o.seconds):
                break
    print(f"periods: {good} cases agree, {bad} differ, {time.monotonic() - began:.1f} s")
    sys.exit(1 if bad or not good else 0)


if __name__ == "__main__":
    main()
