import { expect, test, vi } from "vitest";

import { Camera, multiply, project } from "../src/shared/camera";
import type { Paint } from "../src/shared/colors";
import { deviationColor, paint, palette } from "../src/shared/colors";
import type { Crystal } from "../src/shared/crystal";
import { csv, short } from "../src/shared/format";
import { Scene } from "../src/shared/scene";
import { Sharpness } from "../src/shared/sharpness";
import { stepOf } from "../src/shared/site_cursor";
import { svgOf } from "../src/shared/svg";
import { tellingTime } from "../src/report/opening";
import { TimeMap, halfwayTime, openingScale } from "../src/shared/timeline";

const TIMES = [0, 1e-24, 1e-10, 1, 50, 100];

test("a place on the slider leads to a time and back, on both scales", () => {
  for (const scale of ["linear", "log"] as const) {
    const map = new TimeMap(TIMES, 100, scale);
    for (const place of [0, 0.02, 0.3, 0.77, 1]) expect(map.placeOf(map.timeAt(place))).toBeCloseTo(place, 9);
    TIMES.forEach((time, k) => expect(map.frameAt(time)).toBe(k));
    expect(map.timeAt(0)).toBe(0);
    expect(map.timeAt(1)).toBeCloseTo(100, 9);
  }
  expect(new TimeMap(TIMES, 100, "log").timeAt(0.505)).toBeCloseTo(1e-11, 12);
});

test("the frame at a time is the last one that is not after it", () => {
  const map = new TimeMap(TIMES, 100, "linear");
  expect(map.frameAt(0.999)).toBe(2);
  expect(map.frameAt(49)).toBe(3);
  expect(map.frameAt(1e9)).toBe(5);
});

test("time is logarithmic where half of the change comes within the first tenth of it", () => {
  const scale = (times: number[], composition: number[], until: number) =>
    openingScale(halfwayTime(times, composition, until), until);
  // Exchange in two stages, then relaxation, where the composition stays.
  expect(scale([0, 1e-9, 1, 8, 100, 250], [1, 0.8, 0.6, 0.3, 0.3, 0.3], 250)).toBe("log");
  expect(scale([0, 10, 10.1, 100], [1, 0.5, 0.4, 0], 100)).toBe("log");
  expect(scale([0, 10, 10.1, 100], [1, 0.51, 0.4, 0], 100)).toBe("linear");
  // What comes after the time shown does not count.
  expect(scale([0, 1, 20, 30], [1, 0.95, 0.8, 0], 20)).toBe("linear");
  expect(scale([0, 1, 2], [0.5, 0.5, 0.5], 2)).toBe("linear");
  expect(scale([], [], 0)).toBe("linear");
  expect(halfwayTime([0, 1, 2, 3], [0, 0.2, 0.5, 1], 3)).toBe(2);
});

test("the frame that tells most has the most of the modulated phases, or is halfway where there are none", () => {
  const x = [0, 1, 2, 4, 8];
  const S1 = { x, y: [0, 0.1, 0.3, 0.1, 0] };
  const S2 = { x, y: [0, 0, 0.1, 0.4, 0.45] };
  const c = { x, y: [1, 0.9, 0.8, 0.55, 0] };
  const none = { x, y: [0, 0.004, 0, 0, 0] };
  const frames = [0, 1, 3, 5, 8];
  // S1 + S2 at the frames, by the last sample not after each: 0, 0.1, 0.4, 0.5, 0.45.
  expect(tellingTime(frames, 8, [S1, S2], c)).toBe(5);
  expect(tellingTime(frames, 4, [S1, S2], c)).toBe(3); // none after the time shown
  expect(tellingTime(frames, 8, [none], c)).toBe(5); // c = 0.55 is nearest to 0.5
  expect(tellingTime(frames, 8, [], c)).toBe(5);
  expect(tellingTime(frames, 8, [none], { x, y: [1, 1, 1, 1, 1] })).toBeNull();
  expect(tellingTime(frames, 8, [], undefined)).toBeNull();
  expect(tellingTime([], 8, [S1], c)).toBeNull();
});

test("rotations keep lengths and angles", () => {
  const camera = new Camera();
  camera.turn(0.7, -0.3);
  camera.turn(2.1, 1.4);
  const r = camera.rotation;
  const transposed = [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => r[3 * column + row]!));
  multiply(r, transposed).forEach((value, k) => expect(value).toBeCloseTo(k % 4 === 0 ? 1 : 0, 12));
  const turned = project(Float32Array.from([1, 2, 3]), r, new Float32Array(3));
  expect(Math.hypot(...turned)).toBeCloseTo(Math.sqrt(14), 5);
});

test("arrow keys step along the lattice as it is seen, however it is turned", () => {
  const camera = new Camera();
  camera.reset(3);
  for (let turns = 0; turns < 40; ++turns) {
    const seen = ["ArrowRight", "ArrowUp", "PageDown"].map((key, row) => {
      const step = stepOf(key, camera.rotation, 3)!;
      const view = project(Float32Array.from(step), camera.rotation, new Float32Array(3));
      expect(view[row]).toBeGreaterThan(0);
      return step.findIndex((by) => by !== 0);
    });
    expect(seen.sort()).toEqual([0, 1, 2]);
    camera.turn(0.37, 0.21);
  }
  expect(stepOf("ArrowLeft", camera.rotation, 2)).toEqual([-1, 0, 0]);
  expect(stepOf("PageUp", camera.rotation, 2)).toBeNull();
  expect(stepOf("x", camera.rotation, 3)).toBeNull();
});

test("pictures are coarse while they come slower than thirty a second, and sharp when still", () => {
  vi.useFakeTimers();
  let sharpened = 0;
  const sharpness = new Sharpness(() => ++sharpened);
  const pictures = (count: number, milliseconds: number) => {
    for (let k = 0; k < count; ++k) {
      vi.advanceTimersByTime(milliseconds);
      sharpness.waited(milliseconds);
    }
  };
  pictures(100, 1000 / 30);
  expect(sharpness.share).toBe(1);
  pictures(20, 1000 / 60);
  pictures(1, 100); // one that was late says nothing
  expect(sharpness.share).toBe(1);
  pictures(10, 50);
  expect(sharpness.share).toBe(0.5);
  pictures(100, 20); // no flicker: it stays so until the picture is still
  expect(sharpness.share).toBe(0.5);
  expect(sharpened).toBe(0);
  vi.advanceTimersByTime(300);
  expect([sharpness.share, sharpened]).toEqual([1, 1]);
  vi.useRealTimers();
});

test("in three dimensions z points up and the eye is in front", () => {
  const camera = new Camera();
  camera.reset(3);
  const up = project(Float32Array.from([0, 0, 1]), camera.rotation, new Float32Array(3));
  expect(up[1]).toBeGreaterThan(0.8);
  expect(Math.abs(up[0]!)).toBeLessThan(1e-6);
});

function pair(dimension: 2 | 3): Crystal {
  return {
    size: 2,
    dimension,
    position: Float32Array.from([-1, 0, 0, 1, 0, 0]),
    point: Int32Array.from([0, 0, 0, 2, 0, 0]),
    layer: Int32Array.from([1, 1]),
    shellLayers: 0,
    period: [0, 0, 0],
  };
}

test("a site is found under the pointer where it is drawn", () => {
  const scene = new Scene(pair(2));
  scene.colors.fill(255);
  scene.arrange();
  const { scale, centerX, centerY } = scene.frustum(400, 300);
  expect(scene.siteAt(centerX - scale, centerY, 400, 300)).toBe(0);
  expect(scene.siteAt(centerX + scale, centerY, 400, 300)).toBe(1);
  expect(scene.siteAt(centerX, centerY, 400, 300)).toBe(-1);
});

test("solid sites are drawn first, what is cut away never", () => {
  const scene = new Scene(pair(3));
  scene.colors.set([1, 2, 3, 90, 4, 5, 6, 255]);
  scene.arrange();
  expect([scene.opaque, scene.count, ...scene.order]).toEqual([1, 2, 1, 0]);
  scene.visible[1] = 0;
  scene.arrange();
  expect([scene.opaque, scene.count, scene.order[0]]).toEqual([0, 1, 0]);
});

test("colours tell species, phases and the sign of the strain", () => {
  const colors = palette(false);
  const into: Paint = { colors: new Uint8Array(8), marks: new Uint8Array(2) };
  const frame = {
    sigma: Int8Array.from([1, -1]),
    phases: Uint8Array.from([2, 255]),
    deviation: [-0.2, 0.1],
    limit: 0.2,
  };
  const opacity = { ground: 0.1, shell: 0.5 };
  paint(frame, "species", new Uint8Array(2), 2, opacity, colors, into);
  expect([...into.colors]).toEqual([0x17, 0x35, 0x7e, 255, 0xdc, 0x54, 0x39, 255]);
  paint(frame, "species", new Uint8Array(2), 3, opacity, colors, into);
  expect(into.colors[7]).toBe(26);
  paint(frame, "phase", new Uint8Array(2), 2, opacity, colors, into);
  expect([...into.colors]).toEqual([0x67, 0xb3, 0xd6, 255, 0xdc, 0x54, 0x39, 128]);
  paint(frame, "deviation", new Uint8Array(2), 2, opacity, colors, into);
  expect([...into.colors.subarray(0, 3)]).toEqual([...deviationColor(-1)]);
  expect([...into.marks]).toEqual([1, 0]);
});

test("the scale of strain is white in the middle and darkens both ways", () => {
  const sum = (value: number) => deviationColor(value).reduce((a, b) => a + b);
  expect(deviationColor(0)).toEqual([247, 247, 247]);
  for (let value = 0.1; value <= 1; value += 0.1) {
    expect(sum(value)).toBeLessThan(sum(value - 0.1));
    expect(sum(-value)).toBeLessThan(sum(0.1 - value));
  }
  expect(deviationColor(-7)).toEqual(deviationColor(-1));
});

test("a picture as SVG has a circle for every site that is shown", () => {
  const scene = new Scene(pair(3));
  scene.colors.set([220, 84, 57, 90, 23, 53, 126, 255]);
  scene.marks[1] = 1;
  scene.arrange();
  const text = svgOf(scene, "#ffffff", "A & B");
  expect(text.match(/<circle/g)).toHaveLength(2);
  expect(text).toContain("<title>A &amp; B</title>");
  expect(text.match(/<radialGradient/g)).toHaveLength(2);
  expect(text).not.toContain("NaN");
});

test("numbers read well", () => {
  expect([0, 2.98123, -0.25, 12345, 3.2e-20, 5e8, NaN].map(short)).toEqual([
    "0",
    "2.98",
    "−0.25",
    "12\u2009345",
    "3.2 × 10⁻²⁰",
    "5 × 10⁸",
    "–",
  ]);
  expect(
    csv(
      ["t", "a, b"],
      [
        [0.1, 1e-24],
        ["x", 'y"z'],
      ],
    ),
  ).toBe('t,"a, b"\n0.1,x\n1e-24,"y""z"\n');
});
