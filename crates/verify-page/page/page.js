'use strict';

// What the page says of each outcome. The words of the bundle reach this page only as text, and its report only as a
// document in a frame where no script runs.
const VERDICTS = [
    { style: 'verified', heading: 'VERIFIED',
        meaning: 'Everything that had to be checked was checked, and nothing graver than information was found. What it proves of each exhibit, the report says.' },
    { style: 'findings', heading: 'FINDINGS',
        meaning: 'Everything that had to be checked was checked, and something was found. Read what, before you rely on the record.' },
    { style: 'not-verified', heading: 'NOT VERIFIED',
        meaning: 'Something that had to be checked could not be checked. That is not a verdict that the record is sound.' },
];
const UNFINISHED = 'The check did not finish: treat the bundle as NOT VERIFIED.';
const BUNDLE_BYTES_MAX = {{bundle_bytes_max}};
const TRUST_BYTES_MAX = {{trust_bytes_max}};
// From here on a check may take so long that people wonder.
const LARGE_BYTES = 8 * 1024 * 1024;

const at = (id) => document.getElementById(id);
const chosen = { bundle: null, trust: null };
let running = null;
let reportAddress = null;

const size = (bytes) => bytes < 1024 ? `${bytes} bytes`
    : bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

function choose(which, file) {
    chosen[which] = file;
    at(`${which}-chosen`).textContent = file ? `${file.name}, ${size(file.size)}` : '';
    at('error').textContent = '';
    // An answer must not stand beside files that it is not about.
    stop();
    at('result').hidden = true;
}

// Several files at once: the trust file is known by its ending.
function drop(files) {
    const isTrust = (file) => file.name.toLowerCase().endsWith('.toml');
    const trusts = files.filter(isTrust);
    const bundles = files.filter((file) => !isTrust(file));
    if (trusts.length > 1 || bundles.length > 1) {
        at('error').textContent = 'Drop one bundle and one trust file (its name ends in .toml).';
        return;
    }
    for (const [which, file] of [['bundle', bundles[0]], ['trust', trusts[0]]]) {
        if (!file) continue;
        const held = new DataTransfer();
        held.items.add(file);
        at(which).files = held.files;
        choose(which, file);
    }
}

function missing() {
    if (!chosen.bundle) return ['bundle', 'Choose the bundle to check.'];
    if (!chosen.trust) return ['trust', 'Choose a trust file: without one there is nothing to check the bundle against.'];
    if (chosen.bundle.size > BUNDLE_BYTES_MAX) {
        return ['bundle', `The bundle has ${size(chosen.bundle.size)}; this page takes ${size(BUNDLE_BYTES_MAX)}. Use the command-line verifier.`];
    }
    if (chosen.trust.size > TRUST_BYTES_MAX) {
        return ['trust', `The trust file has ${size(chosen.trust.size)}; the longest has ${size(TRUST_BYTES_MAX)}.`];
    }
    return null;
}

// Runs in a worker: the page stays usable, and whatever goes wrong there ends there.
function work() {
    onmessage = async ({ data: { module, bundle, trust } }) => {
        try {
            postMessage({ answer: await ask(module, bundle, trust) });
        } catch (error) {
            postMessage({ failure: String(error && error.message) });
        }
    };
}

function moduleBytes() {
    const text = atob(at('module').textContent);
    return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function answerOf(module, bundle, trust) {
    return new Promise((resolve, reject) => {
        const source = new Blob([`'use strict';\n${ask}\n(${work})();`], { type: 'text/javascript' });
        const address = URL.createObjectURL(source);
        const worker = new Worker(address);
        const end = (conclude, value) => {
            worker.terminate();
            URL.revokeObjectURL(address);
            running = null;
            conclude(value);
        };
        running = () => end(reject, new Error('it was stopped'));
        worker.onmessage = ({ data: { answer, failure } }) =>
            answer ? end(resolve, answer) : end(reject, new Error(failure));
        worker.onerror = (event) => {
            event.preventDefault();
            end(reject, new Error(event.message || 'the browser ended it'));
        };
        worker.onmessageerror = () => end(reject, new Error('its answer was lost'));
        worker.postMessage({ module, bundle, trust }, [module.buffer, bundle.buffer, trust.buffer]);
    });
}

function stop() {
    if (running) running();
}

async function check() {
    const lacking = missing();
    at('error').textContent = lacking ? lacking[1] : '';
    if (lacking) {
        at(lacking[0]).focus();
        return;
    }
    const files = { ...chosen };
    const isStillAsked = () => files.bundle === chosen.bundle && files.trust === chosen.trust;
    const elapsed = busy();
    at('result').hidden = true;
    at('progress').textContent = files.bundle.size > LARGE_BYTES
        ? `Checking ${size(files.bundle.size)}. A bundle of this size may take some minutes; leave this page open.`
        : 'Checking…';
    try {
        const bytes = async (file) => new Uint8Array(await file.arrayBuffer());
        const answer = await answerOf(moduleBytes(), await bytes(files.bundle), await bytes(files.trust));
        if (isStillAsked()) show(answer, files);
    } catch (error) {
        if (isStillAsked()) showUnfinished(error, files);
    } finally {
        rest(elapsed);
    }
}

function busy() {
    at('check').disabled = true;
    at('stop').hidden = false;
    at('main').setAttribute('aria-busy', 'true');
    const begun = Date.now();
    return setInterval(() => {
        at('elapsed').textContent = `${Math.round((Date.now() - begun) / 1000)} s`;
    }, 1000);
}

function rest(elapsed) {
    clearInterval(elapsed);
    at('check').disabled = false;
    at('stop').hidden = true;
    at('main').removeAttribute('aria-busy');
    at('progress').textContent = at('elapsed').textContent = '';
}

function showPanel(style, heading, meaning) {
    at('panel').className = `panel ${style}`;
    at('verdict').textContent = heading;
    at('meaning').textContent = meaning;
    at('result').hidden = false;
    at('verdict').focus();
}

function show({ status, texts: [text, html, believed, bundleSum, trustSum, found] }, files) {
    const { style, heading, meaning } = VERDICTS[status];
    at('bundle-name').textContent = files.bundle.name;
    showSum('bundle-sum', bundleSum);
    at('trust-name').textContent = files.trust.name;
    showSum('trust-sum', trustSum);
    at('believed-row').hidden = believed === '';
    showLines('believed', believed);
    showLines('found', found);
    showWords(text, html);
    showPanel(style, heading, meaning);
}

function showUnfinished(error, files) {
    at('bundle-name').textContent = files.bundle.name;
    at('trust-name').textContent = files.trust.name;
    at('bundle-sum').textContent = at('trust-sum').textContent = 'not computed';
    at('believed-row').hidden = true;
    showLines('found', '');
    showWords(`${UNFINISHED}\nWhat happened: ${error.message}.`, '');
    showPanel('not-verified', 'NOT VERIFIED', UNFINISHED);
}

function showLines(id, text) {
    at(id).hidden = text === '';
    at(id).replaceChildren(...text.split('\n').map((line) => {
        const item = document.createElement('li');
        item.textContent = line;
        return item;
    }));
}

// In eights, to be read out and compared; copied, it is one word.
function showSum(id, sum) {
    at(id).replaceChildren(...sum.match(/.{8}/g).map((eight) => {
        const part = document.createElement('span');
        part.textContent = eight;
        return part;
    }));
}

function showWords(text, html) {
    at('text').textContent = text;
    at('words').open = html === '';
    if (reportAddress) URL.revokeObjectURL(reportAddress);
    reportAddress = null;
    at('report-section').hidden = html === '';
    at('report').srcdoc = html;
    if (html === '') return;
    reportAddress = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
    at('save').href = reportAddress;
}

// As high as its content, so that it is read and printed like the rest of the page.
function fit() {
    const frame = at('report');
    const root = frame.contentDocument && frame.contentDocument.documentElement;
    if (!root) return;
    frame.style.height = '0';
    frame.style.height = `${root.scrollHeight + 4}px`;
}

// A link inside the report leads to a place in the report: left to the browser it would ask for this page anew, since a
// report has no address of its own. Any other link leads nowhere.
function follow(event) {
    const link = event.target.closest('a');
    if (!link) return;
    event.preventDefault();
    const address = link.getAttribute('href') ?? link.getAttributeNS('http://www.w3.org/1999/xlink', 'href') ?? '';
    const place = address.startsWith('#') && at('report').contentDocument.getElementById(address.slice(1));
    if (!place) return;
    place.scrollIntoView();
    place.setAttribute('tabindex', '-1');
    place.focus({ preventScroll: true });
}

at('report').addEventListener('load', () => {
    fit();
    at('report').contentDocument.addEventListener('click', follow);
});
addEventListener('resize', fit);
at('stop').addEventListener('click', stop);
at('form').addEventListener('submit', (event) => {
    event.preventDefault();
    check();
});
for (const which of ['bundle', 'trust']) {
    at(which).addEventListener('change', () => choose(which, at(which).files[0] || null));
}
for (const kind of ['dragenter', 'dragover']) {
    document.addEventListener(kind, (event) => {
        event.preventDefault();
        at('drop').classList.add('over');
    });
}
document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) at('drop').classList.remove('over');
});
document.addEventListener('drop', (event) => {
    event.preventDefault();
    at('drop').classList.remove('over');
    drop([...event.dataTransfer.files]);
});
