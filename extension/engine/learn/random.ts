/**
 * Random numbers that are a function of (seed, keys): a step asks for its own stream by name and number, so
 * a resumed run draws what the uninterrupted one drew, with no generator state to store.
 */

/** A stream of random numbers: sfc32 (Doty-Humphrey, PractRand), seeded by FNV-1a over the keys. */
export class Random {
  private spareNormal: number | undefined;

  private constructor(private readonly state: Uint32Array) {}

  /** The stream of these keys, e.g. `Random.of(seed, 'mask', 'student-1', step)`. */
  static of(...keys: readonly (string | number)[]): Random {
    let hash = 0x811c9dc5;
    for (const char of keys.join('\u001f')) {
      hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
    }
    const random = new Random(new Uint32Array([0x9e3779b9, 0x243f6a88, hash, 1]));
    for (let i = 0; i < 12; i++) random.uint32();
    return random;
  }

  /** An integer in [0, 2^32). */
  uint32(): number {
    const s = this.state as Uint32Array & [number, number, number, number];
    const t = (s[0] + s[1] + s[3]) >>> 0;
    s[3] = (s[3] + 1) >>> 0;
    s[0] = s[1] ^ (s[1] >>> 9);
    s[1] = (s[2] + (s[2] << 3)) >>> 0;
    s[2] = (((s[2] << 21) | (s[2] >>> 11)) + t) >>> 0;
    return t;
  }

  /** A number in [0, 1). */
  uniform(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** An integer in [0, limit). */
  int(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }

  /** A standard normal number (Marsaglia's polar method). */
  normal(): number {
    const spare = this.spareNormal;
    if (spare !== undefined) {
      this.spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * Math.log(s)) / s);
        this.spareNormal = v * scale;
        return u * scale;
      }
    }
  }

  /** A new array with the items in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
    }
    return shuffled;
  }
}
