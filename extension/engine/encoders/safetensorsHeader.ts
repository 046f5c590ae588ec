/** The JSON header of a safetensors file: where each tensor lies. */

export interface TensorEntry {
  /** 'F32', 'F16', 'BF16', 'I64', ... as written in the file. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Byte range [start, end) after the header. */
  readonly start: number;
  readonly end: number;
}

export interface Header {
  readonly entries: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes an element. */
const elementSizes: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
};

/**
 * Parses and checks a header.
 *
 * @param dataLength bytes of the file after the header
 * @param broken makes the error to throw out of a reason ('tensor "x" ends beyond the file')
 */
export function parseHeader(
  bytes: ArrayBuffer,
  dataLength: number,
  broken: (reason: string) => Error,
): Header {
  const header = parseJson(bytes, broken);
  const entries = new Map<string, TensorEntry>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') metadata = stringsOf(value);
    else entries.set(name, entryOf(name, value, dataLength, broken));
  }
  refuseOverlaps(entries, broken);
  return { entries, metadata };
}

function parseJson(bytes: ArrayBuffer, broken: (reason: string) => Error): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isRecord(header)) return header;
  } catch {
    throw broken('its header is not JSON');
  }
  throw broken('its header is not a JSON object');
}

function entryOf(
  name: string,
  value: unknown,
  dataLength: number,
  broken: (reason: string) => Error,
): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw broken(`the header says nothing usable about tensor "${name}"`);
  }
  const elementSize = elementSizes[dtype];
  if (elementSize === undefined) throw broken(`tensor "${name}" has the unknown type ${dtype}`);
  const [start = 0, end = 0] = offsets;
  if (end > dataLength || start > end) {
    throw broken(`tensor "${name}" lies at bytes ${start} to ${end} of ${dataLength}`);
  }
  const needed = shape.reduce((a, b) => a * b, elementSize);
  if (needed !== end - start) {
    throw broken(
      `tensor "${name}" [${shape.join(', ')}] ${dtype} needs ${needed} bytes and has ${end - start}`,
    );
  }
  return { dtype, shape, start, end };
}

function refuseOverlaps(entries: ReadonlyMap<string, TensorEntry>, broken: (reason: string) => Error): void {
  const sorted = [...entries].sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  for (let i = 1; i < sorted.length; i++) {
    const [before, after] = [sorted[i - 1], sorted[i]];
    if (before && after && after[1].start < before[1].end) {
      throw broken(`tensors "${before[0]}" and "${after[0]}" overlap`);
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((x) => Number.isSafeInteger(x) && (x as number) >= 0);
}

function stringsOf(value: unknown): Record<string, string> {
  const entries = Object.entries(isRecord(value) ? value : {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
