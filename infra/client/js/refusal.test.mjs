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

test('a long text is read in no time', () => {
  const began = performance.now();
  for (const text of [' ('.repeat(2e5), '"'.repeat(4e5), ' '.repeat(4e5), '\n'.repeat(4e5), '[a'.repeat(2e5), 'PreSignUp '.repeat(4e4)]) {
    decode(`PreSignUp failed with error ${text}`);
    decode(text);
  }
  assert.ok(performance.now() - began < 2000);
});
