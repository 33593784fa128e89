// The module of a `verify.html` against the library as this machine runs it: `conformance.mjs HTML NATIVE INPUTS`. The same
// status and the same texts on every input, or it fails.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { cspHash, moduleOf, policyOf, stylesOf } from './artifact.mjs';
import { ask } from './ask.mjs';
import { inputs, LENGTHS_REFUSED } from './inputs.mjs';

const [htmlPath, native, made] = process.argv.slice(2);
const html = readFileSync(htmlPath, 'utf8');
const module = moduleOf(html);
const policy = policyOf(html);
const folder = mkdtempSync(join(tmpdir(), 'verify-page-'));

const compiled = await WebAssembly.compile(module);
assert.deepEqual(WebAssembly.Module.imports(compiled), [], 'the module asks its page for something');

try {
    for (const { name, bundle, trust } of inputs(made)) {
        const [bundlePath, trustPath] = [join(folder, 'bundle'), join(folder, 'trust')];
        writeFileSync(bundlePath, bundle);
        writeFileSync(trustPath, trust);
        const expected = JSON.parse(execFileSync(native, [bundlePath, trustPath], { maxBuffer: 1 << 30 }));
        const begun = performance.now();
        const answer = await ask(module, bundle, trust);
        const ms = Math.round(performance.now() - begun);
        assert.deepEqual(answer, expected, name);
        for (const style of stylesOf(answer.texts[1])) {
            assert.ok(policy.includes(cspHash(style)), `${name}: the policy refuses the style of its report`);
        }
        console.log(`${name}: status ${answer.status}, ${ms} ms`);
    }
} finally {
    rmSync(folder, { recursive: true });
}

for (const len of LENGTHS_REFUSED) {
    const { instance } = await WebAssembly.instantiate(module, {});
    assert.equal(instance.exports.verify_page_begin(0, len), 1, `a length of ${len} is not refused`);
}

// Bytes that were announced and never came are no answer.
const { instance } = await WebAssembly.instantiate(module, {});
assert.equal(instance.exports.verify_page_begin(0, 1000), 0);
assert.equal(instance.exports.verify_page_check(), 3);
assert.equal(instance.exports.verify_page_len(0), 0);
console.log('the module answers as the library does');
