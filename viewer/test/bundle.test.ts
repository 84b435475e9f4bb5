import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";

import { Bundle, DataError, bytesOfBase64, inflate, readBundle } from "../src/shared/bundle";

/** A bundle made by hand as bundle.py describes it. */
function pack(arrays: Record<string, object>, data: Uint8Array, header: object = {}): Uint8Array {
  const head = new TextEncoder().encode(JSON.stringify({ ...header, arrays }));
  const whole = new Uint8Array(12 + head.length + data.length);
  whole.set(new TextEncoder().encode("MISFIT1\n"));
  new DataView(whole.buffer).setUint32(8, head.length, true);
  whole.set(head, 12);
  whole.set(data, 12 + head.length);
  return whole;
}

const base64 = (bytes: Uint8Array) => Buffer.from(deflateSync(bytes)).toString("base64");

test("plain arrays of every type come back", () => {
  const data = new Uint8Array(24);
  new Float64Array(data.buffer, 0, 2).set([0.1, -1e-300]);
  new Int16Array(data.buffer, 16, 4).set([1, -2, 300, -32768]);
  const bundle = new Bundle(
    pack(
      {
        a: { type: "f64", shape: [2], offset: 0, coding: "plain" },
        b: { type: "i16", shape: [2, 2], offset: 16, coding: "plain" },
      },
      data,
    ),
  );
  expect([...bundle.array("a").values]).toEqual([0.1, -1e-300]);
  expect([...bundle.array("b").values]).toEqual([1, -2, 300, -32768]);
  expect(bundle.array("b").shape).toEqual([2, 2]);
});

test("frames coded by xor come back, each unit by itself", () => {
  // Two units of three frames of two bytes.
  const frames = [
    [
      [255, 1],
      [254, 1],
      [0, 0],
    ],
    [
      [7, 1],
      [7, 1],
      [6, 0],
    ],
  ];
  const coded = frames.flatMap((unit) =>
    unit.flatMap((frame, f) => frame.map((byte, k) => (f === 0 ? byte : byte ^ unit[f - 1]![k]!))),
  );
  const bundle = new Bundle(
    pack({ sigma: { type: "u8", shape: [2, 3, 2], offset: 0, coding: "xor" } }, Uint8Array.from(coded)),
  );
  expect([...bundle.array("sigma").values]).toEqual(frames.flat(2));
});

test("differences come back modulo the range of their type", () => {
  const values = [
    [65535, 3, 40000],
    [0, 65535, 1],
  ];
  const coded = Uint16Array.from(
    values.flatMap((row) => row.map((value, s) => (s === 0 ? value : value - row[s - 1]!))),
  );
  const bundle = new Bundle(
    pack({ kept: { type: "u16", shape: [2, 3], offset: 0, coding: "delta", along: 1 } }, new Uint8Array(coded.buffer)),
  );
  const kept = { array: "kept", low: -1, high: 1 };
  expect(bundle.row(kept, 0)[0]).toBeNaN();
  expect(bundle.row(kept, 0)[1]).toBeCloseTo(-1 + (2 * 3) / 65534, 12);
  expect(bundle.row(kept, 1)[1]).toBeNaN();
  expect(bundle.row(kept, 1)[0]).toBe(-1);
});

test("text of a page is unpacked", async () => {
  const text = base64(pack({}, new Uint8Array(0), { kind: "exchange" }));
  expect((await readBundle<{ kind: string }>(`\n${text}\n`)).header.kind).toBe("exchange");
});

test("a page without data, damaged and foreign data are each told", async () => {
  await expect(readBundle("%MISFIT_DATA%")).rejects.toThrow(/no data in this page/);
  await expect(readBundle("")).rejects.toThrow(/no data in this page/);
  expect(() => bytesOfBase64("ß")).toThrow(/base64/);
  await expect(inflate(Uint8Array.from([1, 2, 3]))).rejects.toThrow(/cannot be unpacked/);
  await expect(readBundle(base64(new TextEncoder().encode("something else altogether")))).rejects.toThrow(/not those/);
  const whole = pack({ a: { type: "u8", shape: [9], offset: 0, coding: "plain" } }, new Uint8Array(4));
  expect(() => new Bundle(whole).array("a")).toThrow(/cut short/);
  expect(() => new Bundle(whole).array("b")).toThrow(/lack the array b/);
  expect(() => new Bundle(whole.subarray(0, 20))).toThrow(DataError);
});
