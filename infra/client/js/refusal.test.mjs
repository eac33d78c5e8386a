import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { ENGLISH, decode, decodeURL } from './refusal.mjs';

const forms = JSON.parse(await readFile(new URL('./forms.json', import.meta.url), 'utf8'));

// A stage with German sentences, two of them the same.
const table = structuredClone(ENGLISH);
table['email-missing'].de = 'Bitte gib eine E-Mail-Adresse an';
table['email-unusable'].de = 'Das geht leider nicht';
table['email-domain-denied'].de = 'Das geht leider nicht';

for (const { name, message, url, want } of forms) {
  test(name, () => {
    if (url === undefined) {
      assert.deepEqual(decode(message, table), want);
      assert.deepEqual(decode(new Error(message), table), want);
      assert.deepEqual(decode({ message }, table), want);
    } else {
      assert.deepEqual(decodeURL(url, table), want);
    }
  });
}

test('every sentence of the program leads to its code', () => {
  assert.ok(Object.keys(ENGLISH).length > 5);
  for (const [code, { en }] of Object.entries(ENGLISH)) {
    assert.deepEqual(decode(`PreSignUp failed with error ${en}.`), { trigger: 'PreSignUp', sentence: en, code });
    const query = new URLSearchParams({ error: 'invalid_request', error_description: `PreSignUp failed with error ${en}. ` });
    assert.deepEqual(decodeURL(new URL(`https://app.example/?${query}`)), { trigger: 'PreSignUp', sentence: en, code });
  }
});

test('what is no error is none', () => {
  for (const error of [undefined, null, 7, {}, { message: 7 }, []]) assert.equal(decode(error), null);
});

// The best of several runs, in milliseconds: a machine that is busy shows less in it.
const best = (work) => Math.min(...Array.from({ length: 5 }, () => {
  const began = performance.now();
  work();
  return performance.now() - began;
}));

test('a text that is ten times as long does not take a hundred times as long', () => {
  for (const part of [' (', '"', ' ', '\n', '[a', 'PreSignUp ']) {
    for (const before of ['', 'PreSignUp failed with error ']) {
      const [short, long] = [2e4, 2e5].map((n) => before + part.repeat(n));
      // A busy machine may hold up every run of one kind, so the two are compared again.
      let times = Infinity;
      for (let round = 0; round < 20 && times >= 5; round++) {
        times = best(() => decode(long)) / best(() => { for (let i = 0; i < 10; i++) decode(short); });
      }
      assert.ok(times < 5, `ten times ${JSON.stringify(before + part)} takes ${times * 10} times as long`);
    }
  }
});
