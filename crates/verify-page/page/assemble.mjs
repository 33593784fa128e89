// Puts module, style and script into one file: `assemble.mjs MODULE INPUTS VERSION OUT`.

import { readFileSync, writeFileSync } from 'node:fs';

import { cspHash, stylesOf } from './artifact.mjs';
import { ask } from './ask.mjs';
import { inputs } from './inputs.mjs';

const [modulePath, folder, version, outPath] = process.argv.slice(2);
const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');

// A function, since a text as replacement would have `$` mean something.
const fill = (template, values) =>
    template.replace(/\{\{(\w+)\}\}/g, (_, name) => {
        if (!(name in values)) throw new Error(`nothing to put at {{${name}}}`);
        return values[name];
    });

const module = new Uint8Array(readFileSync(modulePath));
const { instance } = await WebAssembly.instantiate(module, {});
const [bundleMax, trustMax] = [0, 1].map((file) => instance.exports.verify_page_limit(file) >>> 0);

const script = `${read('ask.mjs').replace('export async function', 'async function')}\n${fill(read('page.js'), {
    bundle_bytes_max: bundleMax,
    trust_bytes_max: trustMax,
})}`;
const style = read('page.css');

// The frame of the report is bound by the policy of the page: the report's own style is let in by its hash.
const reports = await Promise.all(inputs(folder).map(({ bundle, trust }) => ask(module, bundle, trust)));
if (reports.every(({ texts }) => texts[1] === '')) throw new Error('no input has a report to take the style from');
const styles = new Set([style, ...reports.flatMap(({ texts }) => stylesOf(texts[1]))]);

const policy = [
    "default-src 'none'",
    `script-src ${cspHash(script)} 'wasm-unsafe-eval'`,
    'worker-src blob:',
    `style-src ${[...styles].map(cspHash).join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
].join('; ');

const html = fill(read('index.html'), {
    policy,
    style,
    script,
    version,
    bundle_mib: bundleMax / 1024 / 1024,
    module: Buffer.from(module).toString('base64').replace(/(.{120})/g, '$1\n'),
});
if (script.includes('</script') || style.includes('</style')) throw new Error('a part ends the element that holds it');
writeFileSync(outPath, html);
