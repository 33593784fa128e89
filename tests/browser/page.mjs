// Opens verify.html from disk in each browser, gives it files, and looks at what it says: `page.mjs HTML INPUTS`.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import puppeteer from 'puppeteer-core';

const require = createRequire(import.meta.url);
const { inputs } = await import(pathToFileURL(resolve('../../crates/verify-page/page/inputs.mjs')));
const html = resolve(process.argv[2]);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const WIDTHS = [1200, 320];

const BROWSERS = [
    { name: 'chromium', browser: 'chrome', paths: ['/usr/bin/chromium', '/usr/bin/google-chrome'], args: ['--no-sandbox'] },
    { name: 'firefox', browser: 'firefox', paths: ['/usr/bin/firefox-esr', '/usr/bin/firefox'], args: [] },
];

// What each input must be told on the page, beside what the verifier says.
const HEADINGS = ['VERIFIED', 'FINDINGS', 'NOT VERIFIED'];
const EXPECTED = { quiet: 1, 'with-findings': 1, 'not-a-zip': 2, altered: 2, empty: 2, 'no-trust-file': 2, 'trust-with-markup': 2 };

function onDisk() {
    mkdirSync('inputs', { recursive: true });
    return inputs(resolve(process.argv[3])).filter(({ name }) => name in EXPECTED).map(({ name, bundle, trust }) => {
        const paths = { name, bundle: resolve(`inputs/${name}.zip`), trust: resolve(`inputs/${name}.trust.toml`) };
        writeFileSync(paths.bundle, bundle);
        writeFileSync(paths.trust, trust);
        return paths;
    });
}

async function opened(browser, path, width) {
    const page = await browser.newPage();
    const seen = { console: [], requests: [] };
    page.on('console', (message) => seen.console.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => seen.console.push(`uncaught: ${error.message}`));
    page.on('request', (request) => seen.requests.push(request.url()));
    await page.evaluateOnNewDocument(() => {
        globalThis.violations = [];
        document.addEventListener('securitypolicyviolation', (event) =>
            globalThis.violations.push(`${event.effectiveDirective} ${event.blockedURI}`));
    });
    await page.setViewport({ width, height: 900 });
    await page.goto(pathToFileURL(path).href);
    return { page, seen };
}

async function give(page, { bundle, trust }) {
    await (await page.$('#bundle')).uploadFile(bundle);
    await (await page.$('#trust')).uploadFile(trust);
    await page.click('#check');
}

const answered = (page) => page.waitForFunction(
    () => !document.getElementById('result').hidden && document.getElementById('main').getAttribute('aria-busy') === null,
    { timeout: 60_000 },
);

const saysOf = (page) => page.evaluate(() => {
    const text = (id) => document.getElementById(id).textContent;
    const report = document.getElementById('report').contentDocument;
    return {
        verdict: text('verdict'), meaning: text('meaning'), text: text('text'),
        bundleSum: text('bundle-sum'), trustSum: text('trust-sum'),
        isFocused: document.activeElement.id === 'verdict',
        hasReport: !document.getElementById('report-section').hidden,
        styleSheets: report ? report.styleSheets.length : 0,
        violations: globalThis.violations,
        isReflowed: document.documentElement.scrollWidth <= innerWidth,
    };
});

// Nothing but the page itself, its worker, the frame of the report, and what a browser brings along (Firefox: a font for bullets).
function assertQuiet(seen, path, name) {
    const strangers = seen.requests.filter((url) =>
        url !== pathToFileURL(path).href && !/^(blob|about|data):/.test(url));
    assert.deepEqual(strangers, [], `${name}: asked for something`);
    assert.deepEqual(seen.console, [], `${name}: the console is not empty`);
}

async function assertAccessible(page, name) {
    const violations = await page.evaluate(`${axe}; axe.run(document, { iframes: false }).then((result) =>
        result.violations.map((violation) => violation.id + ': ' + violation.nodes.map((node) => node.html).join(' ')))`);
    assert.deepEqual(violations, [], `${name}: not accessible`);
}

async function tryInput(browser, browserName, input, width) {
    const name = `${browserName} ${width} ${input.name}`;
    const { page, seen } = await opened(browser, html, width);
    if (input.name === 'quiet') await page.screenshot({ path: `${browserName}-${width}-before.png`, fullPage: true });
    await give(page, input);
    await answered(page);
    await new Promise((done) => setTimeout(done, 200));
    const says = await saysOf(page);
    const sum = async (path) => (await import('node:crypto')).createHash('sha256').update(readFileSync(path)).digest('hex');
    assert.equal(says.verdict, HEADINGS[EXPECTED[input.name]], name);
    assert.equal(says.bundleSum, await sum(input.bundle), name);
    assert.equal(says.trustSum, await sum(input.trust), name);
    assert.ok(says.text.length > 0 && says.isFocused && says.isReflowed, `${name}: ${JSON.stringify(says)}`);
    assert.equal(says.styleSheets > 0, says.hasReport, `${name}: the report has lost its style`);
    assert.deepEqual(says.violations, [], name);
    assertQuiet(seen, html, name);
    await page.screenshot({ path: `${browserName}-${width}-${input.name}.png`, fullPage: true });
    if (browserName === 'chromium') await assertAccessible(page, name);
    await page.close();
    console.log(`${name}: ${says.verdict}`);
}

// Files dropped together are told apart; an answer never stands beside files that it is not about.
async function tryDrop(browser, browserName, { bundle, trust }) {
    const { page, seen } = await opened(browser, html, 1200);
    await page.click('#check');
    assert.match(await page.$eval('#error', (error) => error.textContent), /Choose the bundle/);
    const content = { 'b.zip': bundle, 't.toml': trust };
    const base64 = Object.entries(content).map(([name, path]) => [name, readFileSync(path, 'base64')]);
    await page.evaluate((files) => {
        const held = new DataTransfer();
        for (const [name, text] of files) {
            held.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
        }
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: held, bubbles: true, cancelable: true }));
    }, base64);
    await page.click('#check');
    await answered(page);
    assert.equal((await saysOf(page)).verdict, HEADINGS[1]);
    await (await page.$('#trust')).uploadFile(bundle);
    assert.equal(await page.$eval('#result', (result) => result.hidden), true);
    await page.click('#check');
    assert.match(await page.$eval('#error', (error) => error.textContent), /The trust file has/);
    assertQuiet(seen, html, `${browserName} drop`);
    await page.close();
    console.log(`${browserName} drop: both files taken`);
}

// What a hostile report could try: no script of it runs, nothing of it reaches out, and its links stay inside it.
async function tryHostileReport(browser, browserName) {
    const { page } = await opened(browser, html, 1200);
    await page.evaluate(() => new Promise((resolve) => {
        document.getElementById('result').hidden = false;
        const report = document.getElementById('report');
        report.addEventListener('load', resolve);
        report.srcdoc = `<a id=within href="#there">within</a> <a id=out href="https://example.test/">out</a>
            <a id=top target=_top href="https://example.test/">top</a><svg height=3000></svg><p id=there>there</p>
            <script>parent.hasRun = true</` + `script><img src="https://example.test/x" onerror="parent.hasRun = true">`;
    }));
    const before = page.url();
    const after = await page.evaluate(async () => {
        const report = document.getElementById('report').contentDocument;
        for (const link of ['out', 'top', 'within']) report.getElementById(link).click();
        await new Promise((done) => setTimeout(done, 500));
        const answer = await fetch('https://example.test/').then(() => 'answered', () => 'refused');
        await new Promise((done) => setTimeout(done, 200));
        const place = document.getElementById('report').contentDocument.getElementById('there');
        const top = document.getElementById('report').getBoundingClientRect().top + place.getBoundingClientRect().top;
        return { hasRun: globalThis.hasRun === true, answer, violations: globalThis.violations, isThere: top >= 0 && top < innerHeight };
    });
    assert.deepEqual(after, {
        hasRun: false, answer: 'refused', violations: ['connect-src https://example.test/'], isThere: true,
    }, browserName);
    assert.equal(page.url(), before);
    await page.close();
    console.log(`${browserName} hostile report: does nothing`);
}

// A module that traps, one that is no module, one that never ends: said, and never silent.
async function tryBroken(browser, browserName, input) {
    const whole = readFileSync(html, 'utf8');
    const start = whole.indexOf('id="module">') + 'id="module">'.length;
    const end = whole.indexOf('</script>', start);
    const [unreachable, forever] = [[0x00], [0x03, 0x40, 0x0c, 0, 0x0b, 0x41, 0]];
    const broken = { traps: whoseCheckIs(unreachable), 'no-module': 'AAAA', 'never-ends': whoseCheckIs(forever) };
    for (const [kind, base64] of Object.entries(broken)) {
        const path = resolve(`inputs/${kind}.html`);
        writeFileSync(path, whole.slice(0, start) + base64 + whole.slice(end));
        const { page, seen } = await opened(browser, path, 1200);
        await give(page, input);
        if (kind === 'never-ends') {
            await page.waitForFunction(() => document.getElementById('elapsed').textContent !== '');
            await page.screenshot({ path: `${browserName}-${kind}-meanwhile.png` });
            await page.click('#stop');
        }
        await answered(page);
        const says = await saysOf(page);
        assert.equal(says.verdict, 'NOT VERIFIED');
        assert.match(says.meaning, /did not finish: treat the bundle as NOT VERIFIED/);
        assert.equal(says.hasReport, false);
        assertQuiet(seen, path, kind);
        await page.screenshot({ path: `${browserName}-${kind}.png`, fullPage: true });
        await page.close();
        console.log(`${browserName} ${kind}: ${says.meaning}`);
    }
}

// The least module with the page's exports: `verify_page_check` is this code, all others give 0.
function whoseCheckIs(check) {
    const name = (text) => [text.length, ...Buffer.from(text)];
    const section = (id, content) => [id, ...leb(content.length), ...content];
    const leb = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...leb(n >> 7)]);
    const I32 = 0x7f;
    const types = [[0x60, 2, I32, I32, 1, I32], [0x60, 5, I32, I32, I32, I32, I32, 0], [0x60, 0, 1, I32], [0x60, 1, I32, 1, I32]];
    const functions = [['verify_page_begin', 0, [0x41, 0]], ['verify_page_push', 1, []], ['verify_page_check', 2, check],
        ['verify_page_len', 3, [0x41, 0]], ['verify_page_word', 0, [0x41, 0]]];
    const bodies = functions.map(([, , code]) => [code.length + 2, 0, ...code, 0x0b]);
    return Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
        ...section(1, [types.length, ...types.flat()]),
        ...section(3, [functions.length, ...functions.map(([, type]) => type)]),
        ...section(7, [functions.length, ...functions.flatMap(([text], index) => [...name(text), 0, index])]),
        ...section(10, [bodies.length, ...bodies.flat()])]).toString('base64');
}

let tried = 0;
const files = onDisk();
for (const { name, browser: kind, paths, args } of BROWSERS) {
    const executablePath = paths.find(existsSync);
    if (!executablePath) {
        console.log(`NOT CHECKED: ${name} is not installed`);
        continue;
    }
    const browser = await puppeteer.launch({ browser: kind, executablePath, args, headless: true });
    try {
        for (const input of files) {
            for (const width of EXPECTED[input.name] < 2 ? WIDTHS : [1200]) await tryInput(browser, name, input, width);
        }
        await tryDrop(browser, name, files[0]);
        await tryHostileReport(browser, name);
        await tryBroken(browser, name, files[0]);
        tried += 1;
    } finally {
        await browser.close();
    }
}
assert.ok(tried > 0, 'no browser is installed');
