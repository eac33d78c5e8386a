// Writes internal/localcloud/userpool/srp/testdata/identity-js.json to standard output:
// sign-ins as amazon-cognito-identity-js computes them, with the numbers that leave little
// room: a top bit that is set, a byte that is 0 at the front, letters outside ASCII.
//
//   node vectors.cjs
'use strict';
const { createHash, createHmac } = require('node:crypto');
const { version } = require('amazon-cognito-identity-js/package.json');
const Helper = require('amazon-cognito-identity-js/lib/AuthenticationHelper').default;
const BigInteger = require('amazon-cognito-identity-js/lib/BigInteger').default;

const hex = n => n.toString(16);
const draw = (name, bytes) => Array.from({ length: Math.ceil(bytes / 32) }, (_, i) =>
  createHash('sha256').update(`${name} ${i}`).digest('hex')).join('').slice(0, 2 * bytes);
const call = f => { let out; f((err, value) => { if (err) throw err; out = value; }); return out; };

function vector({ name, pool, user, password, salt, a, b }) {
  const poolName = pool.split('_')[1], helper = new Helper(poolName);
  const N = BigInt('0x' + helper.N.toString(16));
  const power = (base, exponent) => {
    let out = 1n;
    for (base %= N; exponent > 0n; exponent >>= 1n, base = base * base % N) if (exponent & 1n) out = out * base % N;
    return out;
  };
  helper.smallAValue = new BigInteger(a, 16);
  helper.largeAValue = undefined;
  const A = call(done => helper.getLargeAValue(done));
  const x = new BigInteger(helper.hexHash(helper.padHex(new BigInteger(salt, 16)) + helper.hash(`${poolName}${user}:${password}`)), 16);
  const v = call(done => helper.g.modPow(x, helper.N, done));
  // The pool's number is the only one that the library does not compute.
  const B = (BigInt('0x' + helper.k.toString(16)) * BigInt('0x' + v.toString(16)) + power(2n, BigInt('0x' + b))) % N;
  const key = call(done => helper.getPasswordAuthenticationKey(user, password, new BigInteger(hex(B), 16), new BigInteger(salt, 16), done));
  const S = call(done => helper.calculateS(x, new BigInteger(hex(B), 16), done));
  const block = createHash('sha256').update(name).digest('base64'), timestamp = 'Thu Jan 1 00:00:00 UTC 2026';
  const signature = createHmac('sha256', key)
    .update(poolName).update(user).update(Buffer.from(block, 'base64')).update(timestamp).digest('base64');
  return {
    name, pool, user, password, salt, secretB: b, A: A.toString(16), B: hex(B), verifier: v.toString(16), u: helper.UHexHash,
    S: S.toString(16), key: Buffer.from(key).toString('hex'), block, timestamp, signature,
  };
}

const base = { pool: 'eu-central-1_AbCdEf123', user: '7f3e1c52-0b1d-4a6e-9d7c-2f6f0a9be111', password: 'Correct-horse-7' };
const digits = 2 * 384;
const wanted = {
  'an ordinary sign-in': () => true,
  'A starts with a zero byte': v => v.A.length <= digits - 2,
  'B starts with a zero byte': v => v.B.length <= digits - 2,
  'S starts with a zero byte': v => v.S.length <= digits - 2,
  'the verifier starts with a zero byte': v => v.verifier.length <= digits - 2,
  'u starts with a zero byte': v => v.u.startsWith('00'),
  'A has an odd number of digits': v => v.A.length % 2 === 1,
  'the top bits of A, B, S and u are set': v => [v.A, v.B, v.S].every(n => n.length === digits && n >= '8') && v.u >= '8',
};
const vectors = [];
for (const [name, fits] of Object.entries(wanted)) {
  for (let i = 0; ; i++) {
    const v = vector({ ...base, name, salt: '1' + draw(`salt ${name} ${i}`, 16).slice(1), a: draw(`a ${name} ${i}`, 128), b: draw(`b ${name} ${i}`, 32) });
    if (fits(v)) { vectors.push(v); break; }
  }
}
for (const [name, change] of Object.entries({
  'the top bit of the salt is set': { salt: 'f' + draw('salt', 16).slice(1) },
  'a password of many alphabets': { password: 'Pässwörd-日本語-🐎-7' },
  'a password that is not normalized': { password: 'Cafe\u0301-7 Caf\u00e9' },
  'a username of many alphabets': { user: 'Ådá.Łøvelace-愛' },
  'a colon and a space': { user: 'a:b', password: 'c: d-E7' },
})) {
  vectors.push(vector({ ...base, name, salt: '1' + draw(`salt ${name}`, 16).slice(1), a: draw(`a ${name}`, 128), b: draw(`b ${name}`, 32), ...change }));
}
process.stdout.write(JSON.stringify({ source: `amazon-cognito-identity-js ${version}`, vectors }, null, 1) + '\n');
