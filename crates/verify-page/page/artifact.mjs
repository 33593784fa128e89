// Reading the parts of a `verify.html` again.

import { createHash } from 'node:crypto';

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

export const cspHash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export const stylesOf = (html) => [...html.matchAll(/<style[^>]*>([^]*?)<\/style>/g)].map((match) => match[1]);

export function moduleOf(html) {
    const [, base64] = html.match(/<script type="application\/wasm;base64" id="module">([^]*?)<\/script>/);
    return new Uint8Array(Buffer.from(base64, 'base64'));
}

export function policyOf(html) {
    return html.match(/http-equiv="Content-Security-Policy" content="([^"]*)"/)[1];
}
