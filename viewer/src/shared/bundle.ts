/** Reads what python/misfit/report/bundle.py packs: a JSON header and arrays, deflated, in base64. */

export type NumberArray = Uint8Array | Int8Array | Uint16Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** Something is wrong with the data; the message is for the reader of the page. */
export class DataError extends Error {}

interface ArrayHeader {
  readonly type: keyof typeof TYPES;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly coding: "plain" | "xor" | "delta";
  readonly along?: number;
}

/** Numbers kept as 65,535 steps between two limits; 65535 is NaN. */
export interface Quantised {
  readonly array: string;
  readonly low: number;
  readonly high: number;
}

const TYPES = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
};
const MAGIC = "MISFIT1\n";

/** An array with its shape. */
export interface Shaped<T extends NumberArray = NumberArray> {
  readonly values: T;
  readonly shape: readonly number[];
}

/** A decoded bundle: its header, and its arrays by name, each decoded when first asked for. */
export class Bundle<Header> {
  readonly header: Header;
  private readonly arrays: Record<string, ArrayHeader>;
  private readonly bytes: Uint8Array;
  private readonly decoded = new Map<string, Shaped>();

  constructor(whole: Uint8Array) {
    const fixed = MAGIC.length + 4;
    if (whole.length < fixed || new TextDecoder().decode(whole.subarray(0, MAGIC.length)) !== MAGIC) {
      throw new DataError("The data in this page are not those of a misfit report.");
    }
    const length = new DataView(whole.buffer, whole.byteOffset).getUint32(MAGIC.length, true);
    if (fixed + length > whole.length) throw new DataError("The data in this page are cut short.");
    const text = new TextDecoder().decode(whole.subarray(fixed, fixed + length));
    let header: Header & { arrays?: Record<string, ArrayHeader> };
    try {
      header = JSON.parse(text) as typeof header;
    } catch {
      throw new DataError("The data in this page are damaged: their header cannot be read.");
    }
    this.header = header;
    this.arrays = header.arrays ?? {};
    // Copied, so that every array begins at a multiple of 8 whatever came before it.
    this.bytes = whole.slice(fixed + length);
  }

  /** The array of this name. Throws DataError if it is not there or not all of it. */
  array(name: string): Shaped {
    let found = this.decoded.get(name);
    if (!found) {
      found = this.decode(name);
      this.decoded.set(name, found);
    }
    return found;
  }

  /** The array of this name as numbers of double precision. */
  numbers(name: string): Float64Array {
    const { values } = this.array(name);
    return values instanceof Float64Array ? values : Float64Array.from(values);
  }

  /** One row [S] of numbers [k, S] that were kept in steps. */
  row(kept: Quantised, k: number): Float64Array {
    const { values, shape } = this.array(kept.array);
    const length = shape[1] ?? 0;
    const step = (kept.high - kept.low) / 65534;
    const row = new Float64Array(length);
    for (let s = 0; s < length; ++s) {
      const value = values[k * length + s] as number;
      row[s] = value === 65535 ? NaN : kept.low + step * value;
    }
    return row;
  }

  private decode(name: string): Shaped {
    const head = this.arrays[name];
    const type = head && TYPES[head.type];
    if (!head || !type) throw new DataError(`The data in this page lack the array ${name}.`);
    const count = head.shape.reduce((product, extent) => product * extent, 1);
    if (head.offset + count * type.BYTES_PER_ELEMENT > this.bytes.length) {
      throw new DataError(`The data in this page are cut short: the array ${name} is not all there.`);
    }
    const values = new type(this.bytes.buffer as ArrayBuffer, head.offset, count);
    if (head.coding === "xor") undo(values, head.shape, head.shape.length - 2, (now, before) => now ^ before);
    // The array's own type takes the sum modulo its range, as the coding does.
    if (head.coding === "delta") undo(values, head.shape, head.along ?? 0, (now, before) => now + before);
    return { values, shape: head.shape };
  }
}

/** Goes along one axis and joins each value with the decoded one before it, in place. */
function undo(
  values: NumberArray,
  shape: readonly number[],
  along: number,
  join: (now: number, before: number) => number,
): void {
  const inner = shape.slice(along + 1).reduce((product, extent) => product * extent, 1);
  const extent = shape[along] ?? 0;
  for (let begin = 0; begin < values.length; begin += inner * extent) {
    for (let k = begin + inner; k < begin + inner * extent; ++k) {
      values[k] = join(values[k] as number, values[k - inner] as number);
    }
  }
}

/** Bytes of base64 text. Throws DataError for other text. */
export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
  let binary: string;
  try {
    binary = atob(text.trim());
  } catch {
    throw new DataError("The data in this page are damaged: they are not base64.");
  }
  const bytes = new Uint8Array(binary.length);
  for (let k = 0; k < binary.length; ++k) bytes[k] = binary.charCodeAt(k);
  return bytes;
}

/** Undoes zlib's deflate. Throws DataError for damaged bytes. */
export async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if (typeof DecompressionStream === "undefined") {
    throw new DataError("This browser is too old to unpack the data (it has no DecompressionStream).");
  }
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    throw new DataError("The data in this page are damaged: they cannot be unpacked.");
  }
}

/** The bundle in this text. Throws DataError with a message for the reader. */
export async function readBundle<Header>(text: string): Promise<Bundle<Header>> {
  if (text.trim() === "" || text.includes("%"))
    throw new DataError("There are no data in this page: misfit report makes one of a run.");
  return new Bundle<Header>(await inflate(bytesOfBase64(text)));
}
