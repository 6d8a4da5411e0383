// Solves the riddle of a busy widget: which number, after the salt, has the wanted SHA-256? Fetched only when it is asked.
// Here and not in a worker, which the policies of many sites forbid; in steps, so that the page goes on answering.
const STEP = 24; // milliseconds
const BLOCK = 64;
const { H, K } = constants();

export async function solve({ algorithm, challenge, salt, maxnumber, signature }) {
  const wanted = challenge.match(/.{8}/g).map((word) => parseInt(word, 16) | 0);
  const bytes = new TextEncoder().encode(salt);
  const whole = bytes.length - (bytes.length % BLOCK);
  // What comes before the last block is the same for each number.
  const start = digest(H, bytes.subarray(0, whole));
  const rest = String.fromCharCode(...bytes.subarray(whole));
  let until = performance.now() + STEP;
  for (let number = 0; number <= maxnumber; number++) {
    const found = digest(start, padded(rest + number, whole));
    if (found[0] === wanted[0] && found.every((word, place) => word === wanted[place])) {
      return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
    }
    if (number % 256 === 0 && performance.now() > until) {
      await new Promise((go) => setTimeout(go));
      until = performance.now() + STEP;
    }
  }
  throw new Error("No number solves it");
}

function padded(text, before) {
  const bytes = new Uint8Array(text.length + 9 > BLOCK ? 2 * BLOCK : BLOCK);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  bytes[text.length] = 0x80;
  new DataView(bytes.buffer).setUint32(bytes.length - 4, (before + text.length) * 8);
  return bytes;
}

const w = new Int32Array(BLOCK);

function digest(start, bytes) {
  let state = start;
  for (let at = 0; at < bytes.length; at += BLOCK) state = compress(state, bytes, at);
  return state;
}

function compress(state, bytes, at) {
  for (let i = 0; i < 16; i++) {
    const b = at + 4 * i;
    w[i] = (bytes[b] << 24) | (bytes[b + 1] << 16) | (bytes[b + 2] << 8) | bytes[b + 3];
  }
  for (let i = 16; i < BLOCK; i++) {
    const x = w[i - 15];
    const y = w[i - 2];
    const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = w[i - 16] + low + w[i - 7] + high;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < BLOCK; i++) {
    const high = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + high + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const low = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  return [a, b, c, d, e, f, g, h].map((word, place) => (word + state[place]) | 0);
}

// FIPS 180-4: the fractional parts of the roots of the first primes.
function constants() {
  const primes = [];
  for (let n = 2; primes.length < BLOCK; n++) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (root) => ((root % 1) * 2 ** 32) | 0;
  return { H: primes.slice(0, 8).map((p) => fraction(Math.sqrt(p))), K: primes.map((p) => fraction(Math.cbrt(p))) };
}
