// SPDX-License-Identifier: MulanPSL-2.0
// Write content/calendars/china.yaml: holidays and make-up workdays by year, as the State Council's notices set them.
//
//     node tools/calendar_from_notices.js 2007 2026 > content/calendars/china.yaml
//
// Facts come from the npm package chinese-days (MIT). A new year's notice may as well be typed in by hand.
'use strict';
const path = require('path');
const { unpack, json } = require('./npm_facts');

const [first, last] = process.argv.slice(2).map(Number);
const folder = path.join(unpack('chinese-days', '1.5.7'), 'dist', 'years');
const FULL = { 清明: '清明节', 端午: '端午节', 中秋: '中秋节' };

function next(date) {
    const day = new Date(`${date}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() + 1);
    return day.toISOString().slice(0, 10);
}

// Days of the same holiday that follow each other become one row.
function spans(days) {
    const rows = [];
    for (const date of Object.keys(days).sort()) {
        const short = days[date].split(',')[1];
        const name = FULL[short] || short;
        const row = rows[rows.length - 1];
        if (row && row.name === name && next(row.to) === date)
            row.to = date;
        else
            rows.push({ name, from: date, to: date });
    }
    return rows;
}

const out = [];
for (let year = first; year <= last; year++) {
    const notice = json(folder, `${year}.json`);
    out.push(`  - year: ${year}\n    holidays:`);
    for (const row of spans(notice.holidays))
        out.push(`      - {name: ${row.name}, from: ${row.from}, to: ${row.to}}`);
    const workdays = Object.keys(notice.workdays).sort();
    out.push(`    workdays: [${workdays.join(', ')}]`);
}
process.stdout.write(`# SPDX-License-Identifier: MulanPSL-2.0
# Holidays and make-up workdays (调休), written by tools/calendar_from_notices.js. Years that are not here count Saturdays and
# Sundays only, and say so.
calendar: china
title: 国务院放假调休安排
basis:
  - {law: 国务院办公厅关于部分节假日安排的通知, status: verified-web, note: 每年一份}
years:
${out.join('\n')}
`);
