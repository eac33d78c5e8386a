import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { normal, prove, sha256 } from './pow.mjs';

const hex = (bytes) => Buffer.from(bytes).toString('hex');

test('its SHA-256 is SHA-256', () => {
  for (let length = 0; length < 260; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 255);
    assert.equal(hex(sha256(bytes)), createHash('sha256').update(bytes).digest('hex'), `${length} bytes`);
  }
});

test('only the letters A to Z become small', () => {
  assert.equal(normal('Ada.LOVELACE+Ä@Example.COM'), 'ada.lovelace+Ä@example.com');
  assert.equal(normal('\u212a\u0130'), '\u212a\u0130');
});

test('the difficulty is a number of bits', async () => {
  for (const bits of [undefined, NaN, -1, 33, 1.5, '18']) {
    await assert.rejects(prove({ email: 'ada@example.com', bits }), RangeError);
  }
  assert.match(await prove({ email: 'ada@example.com', bits: 0, now: 1764000000999 }), /^1\.1764000000\.0$/);
});

test('the page breathes while it works, and can give up', async () => {
  const gaveUp = new AbortController();
  let breaths = 0;
  const timer = setInterval(() => {
    if (++breaths === 3) gaveUp.abort(new Error('gave up'));
  }, 1);
  await assert.rejects(prove({ email: 'ada@example.com', bits: 32, slice: 1, signal: gaveUp.signal }), /gave up/);
  clearInterval(timer);
});

test('it needs nothing that only Node or only a page has', async () => {
  const source = await readFile(new URL('./pow.mjs', import.meta.url), 'utf8');
  const code = source.replaceAll(/\/\/.*|\/\*[^]*?\*\//g, '');
  assert.match(code, /TextEncoder/);
  assert.doesNotMatch(code, /\b(import|require|process|Buffer|window|document|crypto)\b/);
});
