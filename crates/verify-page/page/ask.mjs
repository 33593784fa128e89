// The door to the module: hands it a bundle and a trust file, sixteen bytes a call, and takes out its answer. The page and
// its test use this same function.

export async function ask(moduleBytes, bundle, trust) {
    // No imports: the module is given nothing that it could reach out with.
    const { instance } = await WebAssembly.instantiate(moduleBytes, {});
    const door = instance.exports;

    const hand = (file, bytes, name) => {
        const refused = door.verify_page_begin(file, bytes.length);
        if (refused === 1) {
            throw new Error(`the ${name} is longer than this page takes`);
        }
        if (refused !== 0) {
            throw new Error(`there is not enough memory for the ${name}`);
        }
        const push = (view, place) => {
            const word = (offset) => view.getUint32(place + offset, true);
            door.verify_page_push(file, word(0), word(4), word(8), word(12));
        };
        const whole = bytes.length - (bytes.length % 16);
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        for (let place = 0; place < whole; place += 16) {
            push(view, place);
        }
        const last = new Uint8Array(16);
        last.set(bytes.subarray(whole));
        push(new DataView(last.buffer), 0);
    };

    const take = (text) => {
        const bytes = new Uint8Array(door.verify_page_len(text) >>> 0);
        const words = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
        const view = new DataView(words.buffer);
        for (let place = 0; place < words.length; place += 4) {
            view.setUint32(place, door.verify_page_word(text, place / 4) >>> 0, true);
        }
        bytes.set(words.subarray(0, bytes.length));
        return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    };

    hand(0, bundle, 'bundle');
    hand(1, trust, 'trust file');
    const status = door.verify_page_check();
    // Anything else is no answer, and whatever texts there may be are not shown.
    if (status !== 0 && status !== 1 && status !== 2) {
        throw new Error('not everything reached the verifier');
    }
    return { status, texts: [0, 1, 2, 3, 4, 5].map(take) };
}
