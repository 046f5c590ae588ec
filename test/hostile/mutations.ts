/** Files that are damaged on their way, or on purpose: a function of a good file and a seed. */
import type { HostileReader } from './readers';

/** Numbers in [0, 1). */
export type Draw = () => number;

type Structure = HostileReader['structure'];

interface Mutation {
  readonly name: string;
  /** Undefined where it makes no sense of this kind of file. */
  readonly of: (bytes: Buffer, draw: Draw, structure: Structure) => Buffer | undefined;
}

const nested = 100_000;
const hugeLine = 6_000_000;

const int = (draw: Draw, below: number): number => Math.floor(draw() * below);

function inserted(bytes: Buffer, at: number, what: Uint8Array | string): Buffer {
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(what), bytes.subarray(at)]);
}

/** The beginning of a line. */
function lineStart(bytes: Buffer, draw: Draw): number {
  return bytes.indexOf('\n', int(draw, bytes.length)) + 1;
}

/** What sizes are overwritten with: none, the largest of each width, negative ones, chance. */
function size(draw: Draw): Buffer {
  const width = 1 + int(draw, 5);
  const fills = [0x00, 0x7f, 0x80, 0xff, int(draw, 256)];
  const bytes = Buffer.alloc(width, fills[int(draw, fills.length)]);
  // A variable-length number ends with a byte below 0x80.
  if (draw() < 0.5) bytes[width - 1] = 0x0f;
  return bytes;
}

const encodings: readonly ((text: string) => Buffer)[] = [
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  (text) => Buffer.from(text, 'utf16le').swap16(),
  (text) => Buffer.from(`${text}Grüße, señor “Café”\n`, 'latin1'),
  (text) => Buffer.from(Buffer.from(text).toString('latin1')),
  (text) => Buffer.from(text.replaceAll('e', 'å'), 'latin1'),
];

const mutations: readonly Mutation[] = [
  { name: 'truncated', of: (bytes, draw) => bytes.subarray(0, int(draw, bytes.length)) },
  {
    name: 'bit flips',
    of: (bytes, draw) => {
      const flipped = Buffer.from(bytes);
      for (let left = 1 + int(draw, 64); left > 0; left -= 1) {
        const at = int(draw, bytes.length);
        flipped[at] = (bytes[at] ?? 0) ^ (1 << int(draw, 8));
      }
      return flipped;
    },
  },
  {
    name: 'swapped blocks',
    of: (bytes, draw) => {
      const length = 1 + int(draw, Math.min(8192, bytes.length / 4));
      const [a, b] = [
        int(draw, bytes.length / 2 - length),
        bytes.length / 2 + int(draw, bytes.length / 2 - length),
      ];
      const swapped = Buffer.from(bytes);
      bytes.copy(swapped, a, b, b + length);
      bytes.copy(swapped, b, a, a + length);
      return swapped;
    },
  },
  {
    name: 'NUL bytes',
    of: (bytes, draw) => {
      const at = int(draw, bytes.length);
      if (draw() < 0.5) return inserted(bytes, at, new Uint8Array(1 + int(draw, 20)));
      return Buffer.from(bytes).fill(0, at, Math.min(bytes.length, at + 1 + int(draw, 5000)));
    },
  },
  {
    name: 'wrong encoding',
    of: (bytes, draw, { isText }) => {
      if (!isText) return Buffer.from(bytes.toString('latin1'));
      return encodings[int(draw, encodings.length)]?.(bytes.toString());
    },
  },
  {
    name: 'huge line',
    of: (bytes, draw) => inserted(bytes, lineStart(bytes, draw), Buffer.alloc(1 + int(draw, hugeLine), 0x61)),
  },
  {
    name: 'deep nesting',
    of: (bytes, draw, { nest }) =>
      nest === undefined ? undefined : inserted(bytes, lineStart(bytes, draw), nest.repeat(nested)),
  },
  {
    name: 'stray syntax',
    of: (bytes, draw, { syntax }) => {
      if (syntax === undefined) return undefined;
      let stray = bytes;
      for (let left = 1 + int(draw, 30); left > 0; left -= 1) {
        stray = inserted(stray, int(draw, stray.length), syntax[int(draw, syntax.length)] ?? '');
      }
      return stray;
    },
  },
  {
    name: 'header sizes',
    of: (bytes, draw, { sizes }) => {
      const places = sizes?.(bytes);
      if (places === undefined) return undefined;
      const sized = Buffer.from(bytes);
      for (let left = 1 + int(draw, 3); left > 0; left -= 1) {
        const [start, end] = places[int(draw, places.length)] ?? [0, 0];
        size(draw).copy(sized, start + int(draw, end - start));
      }
      return sized;
    },
  },
];

export interface HostileFile {
  /** Of the mutation, for whoever has to look at it. */
  readonly mutation: string;
  readonly bytes: Uint8Array;
}

/** So many damaged files of a reader, each kind of damage in turn; its bombs first. */
export async function* hostileFiles(
  { make, structure }: HostileReader,
  rows: Parameters<HostileReader['make']>[0],
  count: number,
  draw: Draw,
): AsyncGenerator<HostileFile> {
  let made = 0;
  for (const bomb of structure.bombs ?? []) {
    yield { mutation: 'bomb', bytes: await bomb() };
    made += 1;
  }
  for (let round = 0; made < count; round += 1) {
    const mutation = mutations[round % mutations.length];
    const good = Buffer.from(await make(rows, draw));
    const bytes = mutation?.of(good, draw, structure);
    if (bytes === undefined) continue;
    yield { mutation: mutation?.name ?? '', bytes };
    made += 1;
  }
}
