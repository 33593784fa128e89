// What the page is tried on: honest, altered and hostile bundles and trust files, by name.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const vectors = fileURLToPath(new URL('../../../tests/vectors/', import.meta.url));
const text = (string) => new TextEncoder().encode(string);

// Until there are bundles: an archive as one JSON object, path to base64, as `src/check.rs` reads it.
function archive(name) {
    const folder = join(vectors, name, 'log');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const path = (entry) => join(entry.parentPath ?? entry.path, entry.name);
    const content = files.map((entry) => [path(entry).slice(folder.length + 1), readFileSync(path(entry)).toString('base64')]);
    return text(JSON.stringify(Object.fromEntries(content.sort())));
}

const flipped = (bytes, place) => bytes.map((byte, index) => (index === place ? byte ^ 1 : byte));

export function inputs() {
    const trust = new Uint8Array(readFileSync(join(vectors, 'archive/trust.toml')));
    const honest = archive('archive');
    return [
        { name: 'honest', bundle: honest, trust },
        { name: 'a-cloned-locker', bundle: archive('fork'), trust: new Uint8Array(readFileSync(join(vectors, 'fork/trust.toml'))) },
        { name: 'of-another-ledger', bundle: archive('keys'), trust },
        { name: 'altered', bundle: flipped(honest, honest.length >> 1), trust },
        { name: 'cut-off', bundle: honest.slice(0, honest.length - 100), trust },
        { name: 'empty', bundle: new Uint8Array(), trust },
        { name: 'not-a-zip', bundle: text('This is not a bundle.\n'), trust },
        { name: 'only-the-magic', bundle: text('PK\u0003\u0004'), trust },
        { name: 'zeros', bundle: new Uint8Array(100_000), trust },
        { name: 'deeply-nested', bundle: text('['.repeat(1_000_000)), trust },
        { name: 'no-trust-file', bundle: honest, trust: new Uint8Array() },
        { name: 'trust-not-text', bundle: honest, trust: new Uint8Array([0xff, 0xfe, 0]) },
        { name: 'trust-with-markup', bundle: honest, trust: text('origin = "<img src=x onerror=alert(1)>"\n') },
    ];
}

// What the page itself refuses, before anything is handed over: lengths that nobody could mean.
export const LENGTHS_REFUSED = [0x1000_0001, 0x7fff_ffff, 0xffff_ffff];
