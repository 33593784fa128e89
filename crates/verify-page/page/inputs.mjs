// What the page is tried on: honest, altered and hostile bundles and trust files, by name. One of a quiet history and one
// with a fault are made by the tests of bundles (`tests/suite/disclosure_bundle/for_the_page.rs`) and lie in a folder.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const text = (string) => new TextEncoder().encode(string);
const flipped = (bytes, place) => bytes.map((byte, index) => (index === place ? byte ^ 1 : byte));

export function inputs(folder) {
    const made = (name) => {
        const read = (ending) => new Uint8Array(readFileSync(join(folder, `${name}.${ending}`)));
        return { name, bundle: read('zip'), trust: read('trust.toml') };
    };
    const quiet = made('quiet');
    const { bundle, trust } = quiet;
    const found = made('with-findings');
    return [
        quiet,
        found,
        { name: 'of-another-ledger', bundle: found.bundle, trust },
        { name: 'altered', bundle: flipped(bundle, bundle.length >> 1), trust },
        { name: 'cut-off', bundle: bundle.slice(0, bundle.length - 100), trust },
        { name: 'something-before', bundle: new Uint8Array([0, ...bundle]), trust },
        { name: 'empty', bundle: new Uint8Array(), trust },
        { name: 'not-a-zip', bundle: text('This is not a bundle.\n'), trust },
        { name: 'only-the-magic', bundle: text('PK\u0003\u0004'), trust },
        { name: 'a-file-of-4-gib', bundle: bundle.map((byte, index) => (index > 17 && index < 22 ? 0xff : byte)), trust },
        { name: 'zeros', bundle: new Uint8Array(100_000), trust },
        { name: 'no-trust-file', bundle, trust: new Uint8Array() },
        { name: 'trust-not-text', bundle, trust: new Uint8Array([0xff, 0xfe, 0]) },
        { name: 'trust-with-markup', bundle, trust: text('origin = "<img src=x onerror=alert(1)>"\n') },
        { name: 'trust-deeply-nested', bundle, trust: text(`origin = ${'['.repeat(60_000)}`) },
    ];
}

// What the module refuses before anything is handed over: lengths that nobody could mean.
export const LENGTHS_REFUSED = [0x1000_0001, 0x7fff_ffff, 0xffff_ffff];
