/** Seeded random shapes and numbers for gradient checks. Some sizes are names, as in the graphs of training. */
import type { Dim, Shape, TensorData } from '../../../extension/engine/graph/graph';

export interface Input {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** Numbers are multiples of 1/32, so that float16 holds them, too. */
const grid = 32;

export class Draw {
  private readonly named = new Map<string, number>();
  private state: number;

  constructor(seed: number) {
    this.state = (seed * 2654435761 + 12345) >>> 0;
  }

  /** Mulberry32: [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer in [low, high]. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability = 0.5): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)] as T;
  }

  /** A size from `low` to 4, as a number or under a name of its own. */
  dim(low = 1): Dim {
    const size = this.integer(low, 4);
    if (size === 1 || this.chance()) return size;
    const name = `n${this.named.size}`;
    this.named.set(name, size);
    return name;
  }

  shape(rank: number = this.integer(0, 3)): Dim[] {
    return Array.from({ length: rank }, () => this.dim());
  }

  /** A shape that broadcasts with `shape`: leading axes missing, others 1. */
  broadcastable(shape: Shape): Dim[] {
    return shape.slice(this.integer(0, shape.length)).map((dim) => (this.chance(0.4) ? 1 : dim));
  }

  sizes(shape: Shape): number[] {
    return shape.map((dim) => (typeof dim === 'number' ? dim : (this.named.get(dim) ?? NaN)));
  }

  /** Numbers in [low, high], none within 0.15 of a kink. */
  numbers(shape: Shape, low = -1.5, high = 1.5, kinks: readonly number[] = []): Float32Array {
    const number = (): number => {
      const x = Math.round((low + this.next() * (high - low)) * grid) / grid;
      return kinks.some((kink) => Math.abs(x - kink) < 0.15) ? number() : x;
    };
    return Float32Array.from({ length: this.sizes(shape).reduce((a, b) => a * b, 1) }, number);
  }

  /** Numbers that are `gap` apart at least, so that a small step does not change which one is the largest. */
  distinct(shape: Shape, gap = 0.25): Float32Array {
    const order = Array.from(this.numbers(shape), () => this.next());
    const rank = (x: number): number => order.filter((other) => other < x).length;
    return Float32Array.from(order, (x) => (rank(x) - order.length / 2) * gap);
  }

  input(shape: Shape, low?: number, high?: number, kinks?: readonly number[]): Input {
    return { shape, data: this.numbers(shape, low, high, kinks) };
  }

  /** Indices in [-size, size), of which some repeat. */
  indices(shape: readonly number[], size: number): TensorData {
    const length = shape.reduce((a, b) => a * b, 1);
    const data = BigInt64Array.from({ length }, () => BigInt(this.integer(-size, size - 1)));
    return { type: 'int64', shape, data };
  }
}
