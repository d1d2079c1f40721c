// Finds the number an ALTCHA challenge hides (version 2, SHA-256, cost 1): salt + nonce + number as 4 bytes, hashed once.
//
// Own SHA-256, since crypto.subtle is absent on plain http and, awaited for every attempt, many times slower than this.
// A page imports `address` only, so that the hashed file name of this module is right for `new Worker` as well.

export const address = import.meta.url;

const K = Uint32Array.from([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const START = Uint32Array.from([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);
const FIXED_BYTES = 32; // salt and nonce, 16 bytes each
const COUNTER_WORD = FIXED_BYTES / 4;

// One block of SHA-256 (FIPS 180-4). The first 16 of the 64 words are the block; the digest is left in `state`.
function digest(words, state) {
  for (let i = 16; i < 64; i++) {
    const w15 = words[i - 15];
    const w2 = words[i - 2];
    const s0 = ((w15 >>> 7) | (w15 << 25)) ^ ((w15 >>> 18) | (w15 << 14)) ^ (w15 >>> 3);
    const s1 = ((w2 >>> 17) | (w2 << 15)) ^ ((w2 >>> 19) | (w2 << 13)) ^ (w2 >>> 10);
    words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
  }
  let a = START[0] | 0, b = START[1] | 0, c = START[2] | 0, d = START[3] | 0;
  let e = START[4] | 0, f = START[5] | 0, g = START[6] | 0, h = START[7] | 0;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0;
    d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] = START[0] + a; state[1] = START[1] + b; state[2] = START[2] + c; state[3] = START[3] + d;
  state[4] = START[4] + e; state[5] = START[5] + f; state[6] = START[6] + g; state[7] = START[7] + h;
}

const wordsOf = (hex) => hex.match(/.{8}/g).map((word) => Number.parseInt(word, 16));
const hexOf = (words) => Array.from(words, (word) => word.toString(16).padStart(8, "0")).join("");

// The block that is hashed: salt, nonce, the number (left open), the closing bit and the length in bits.
function block(salt, nonce) {
  const words = new Int32Array(64);
  words.set([...wordsOf(salt), ...wordsOf(nonce)]);
  words[COUNTER_WORD + 1] = 0x80000000;
  words[15] = (FIXED_BYTES + 4) * 8;
  return words;
}

// {counter, derivedKey} for the parameters of a challenge, or null if no number up to `data.most` fits.
export function search({ salt, nonce, keyPrefix, data }) {
  const words = block(salt, nonce);
  const wanted = wordsOf(keyPrefix);
  const state = new Uint32Array(8);
  for (let counter = 0; counter <= data.most; counter++) {
    words[COUNTER_WORD] = counter;
    digest(words, state);
    if (state[0] === wanted[0] && wanted.every((word, i) => word === state[i])) {
      return { counter, derivedKey: hexOf(state) };
    }
  }
  return null;
}

if (typeof WorkerGlobalScope !== "undefined") {
  self.addEventListener("message", ({ data }) => self.postMessage(search(data)));
}
