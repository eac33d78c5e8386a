// The client's part of the sign-up challenge: it does the work that presignup
// asks for. One file without dependencies, for browsers, workers, React Native and Node.
//
//   import { prove } from './pow.mjs';
//
//   const challenge = await prove({ email, phone, bits: 18 });
//   await signUp({ username: email, password, options: {
//     userAttributes: { email, phone_number: phone },
//     validationData: { challenge },     // or clientMetadata
//   } });
//
// `bits` is signUp.challenge.bits of the stage file. Each bit doubles the work;
// 18 bits are 262144 hashes on average, and four times that in one of fifty
// cases. Start when the address is known, not when the button is pressed.
//
// A proof is valid for one e-mail address and phone number, for
// signUp.challenge.maxAge. Make a new one when either changes, or after the code
// challenge-expired or challenge-invalid. `phone` is exactly what is sent as
// phone_number; leave it out without one.
//
// SHA-256 is implemented below because crypto.subtle is asynchronous: a promise
// for each attempt costs far more than the attempt, and it does not exist on
// pages without https. Nothing here needs secrecy.

const PURPOSE = 'cognito-triggers challenge 1';

/**
 * Returns the form of an e-mail address that the server compares: A to Z become
 * lower case, and nothing else changes (toLowerCase on the whole would also
 * change letters beyond ASCII).
 */
export function normal(email) {
  return email.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/**
 * Does the work and returns the proof, a string such as "1.1764000000.48211".
 *
 * @param {object}      what
 * @param {string}      [what.email]  the address as it is sent to Cognito
 * @param {string}      [what.phone]  the phone number as it is sent to Cognito
 * @param {number}      what.bits     the difficulty, 0 to 32
 * @param {number}      [what.now]    milliseconds since 1970, if a better clock than this machine's is there
 * @param {number}      [what.slice]  milliseconds of work before the page may run other tasks
 * @param {AbortSignal} [what.signal] aborts the work with the signal's reason
 * @returns {Promise<string>}
 */
export async function prove({ email = '', phone = '', bits, now = Date.now(), slice = 12, signal }) {
  if (!Number.isInteger(bits) || bits < 0 || bits > 32) {
    throw new RangeError('bits must be a whole number from 0 to 32');
  }
  const time = Math.floor(now / 1000);
  const seed = sha256(new TextEncoder().encode(`${PURPOSE}\n${time}\n${normal(email)}\n${phone}`));
  const attempt = attempts(seed, bits);
  let pause = Date.now() + slice;
  for (let nonce = 0; ; nonce++) {
    if (attempt(nonce)) return `1.${time}.${nonce}`;
    if ((nonce & 1023) === 1023 && Date.now() >= pause) {
      await new Promise((resume) => setTimeout(resume, 0));
      signal?.throwIfAborted();
      pause = Date.now() + slice;
    }
  }
}

/** Returns the function that reports whether a nonce is a proof. */
function attempts(seed, bits) {
  const block = new Int32Array(64);
  const head = new Int32Array(8);
  for (let i = 0; i < 8; i++) head[i] = word(seed, 4 * i);
  const state = new Int32Array(8);
  return (nonce) => {
    block.fill(0, 0, 16);
    block.set(head);
    block[8] = Math.floor(nonce / 4294967296);
    block[9] = nonce | 0;
    block[10] = 0x80000000 | 0; // the end of the 40 bytes
    block[15] = 320; // their length in bits
    state.set(START);
    compress(state, block);
    return bits === 0 || state[0] >>> (32 - bits) === 0;
  };
}

/** SHA-256 of bytes (FIPS 180-4). */
export function sha256(bytes) {
  const size = (bytes.length + 9 + 63) & ~63;
  const padded = new Uint8Array(size);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(size - 8, Math.floor(bytes.length / 536870912));
  view.setUint32(size - 4, bytes.length << 3);
  const state = START.slice();
  const block = new Int32Array(64);
  for (let at = 0; at < size; at += 64) {
    for (let i = 0; i < 16; i++) block[i] = word(padded, at + 4 * i);
    compress(state, block);
  }
  const digest = new Uint8Array(32);
  state.forEach((value, i) => new DataView(digest.buffer).setInt32(4 * i, value));
  return digest;
}

function word(bytes, at) {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

/** Compresses one block: w starts with its 16 words and has room for 48 more. */
function compress(state, w) {
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

// The constants are the first 32 bits of the fractional parts of the roots of
// the first primes: square roots for the start, cube roots for the rounds. A
// double has enough bits for both.
const PRIMES = [];
for (let n = 2; PRIMES.length < 64; n++) if (PRIMES.every((p) => n % p !== 0)) PRIMES.push(n);
const fraction = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
const START = Int32Array.from(PRIMES.slice(0, 8), (p) => fraction(Math.sqrt(p)));
const K = Int32Array.from(PRIMES, (p) => fraction(Math.cbrt(p)));
