/**
 * Draws a scene with WebGL2: a triangle for each site, on which a shader draws a disc or a sphere. All are one list of
 * triangles: where there is no graphics card, instances of so small a thing take ten times as long, and two triangles
 * for a square longer than the corners of one outside the disc.
 */

import { element } from "./dom";
import type { Renderer } from "./renderer";
import type { Scene } from "./scene";

const VERTEX = `#version 300 es
layout(location = 0) in vec3 center;
layout(location = 1) in vec4 siteColor;
layout(location = 2) in float siteMark;
uniform vec2 scale;   // clip units for a spacing
uniform vec2 offset;  // clip units
uniform float radius;
uniform float depthScale;
out vec2 inside;
out vec4 color;
out float depth;
flat out int mark;
void main() {
  // About the unit disc.
  vec2 corner = vec2[](vec2(-1.7320508, -1.0), vec2(1.7320508, -1.0), vec2(0.0, 2.0))[gl_VertexID % 3];
  inside = corner;
  color = siteColor;
  depth = center.z;
  mark = int(siteMark);
  gl_Position = vec4((center.xy + radius * corner) * scale + offset, -center.z * depthScale, 1.0);
}`;

/** Solid sites have the depth of a sphere; those that are seen through do not hide each other, and are cheaper. */
const fragment = (solid: boolean) => `#version 300 es
${solid ? "#define SOLID" : ""}
precision highp float;
in vec2 inside;
in vec4 color;
in float depth;
flat in int mark;
uniform float radius;
uniform float depthScale;
uniform bool sphere;
uniform vec3 ink;
out vec4 result;
void main() {
  float r2 = dot(inside, inside);
  float r = sqrt(r2);
  float edge = fwidth(r);
  float cover = 1.0 - smoothstep(1.0 - edge, 1.0, r);
  if (cover <= 0.0) discard;
  vec3 shade = color.rgb;
#ifdef SOLID
  gl_FragDepth = gl_FragCoord.z;
#endif
  if (sphere) {
    float z = sqrt(max(0.0, 1.0 - r2));
    float light = max(0.0, dot(vec3(inside, z), normalize(vec3(-0.45, 0.55, 0.75))));
    shade *= 0.45 + 0.6 * light;
#ifdef SOLID
    shade += vec3(0.18) * pow(light, 24.0);
    gl_FragDepth = 0.5 - 0.5 * (depth + radius * z) * depthScale;
#endif
  } else {
    shade *= 1.0 - 0.22 * smoothstep(0.84, 0.92, r);
  }
  if (mark == 1 && abs(inside.x) < 0.45 && abs(inside.y) < 0.13) shade = vec3(1.0);
  if (mark == 2 && r > 0.72) shade = ink;
  result = vec4(shade, color.a * cover);
}`;

/** Floats of a corner: center of its site (3), colour (4 bytes in one), mark. */
const STRIDE = 5;
const CORNERS = 3;

export class WebglRenderer implements Renderer {
  private readonly gl: WebGL2RenderingContext;
  private readonly solid: Program;
  private readonly through: Program;
  private readonly corners: WebGLBuffer;
  private readonly array: WebGLVertexArrayObject;
  private data = new Float32Array(0);
  private words = new Uint32Array(0);

  /** Throws Error if the browser has no WebGL2. */
  constructor(canvas: HTMLCanvasElement) {
    const gl = canvas.getContext("webgl2", {
      alpha: false,
      antialias: false,
      preserveDrawingBuffer: true,
      // Spares a copy of every picture; with a graphics card it could show a half-drawn one.
      desynchronized: drawnByProcessor(),
    });
    if (!gl) throw new Error("no WebGL2");
    this.gl = gl;
    this.solid = link(gl, fragment(true));
    this.through = link(gl, fragment(false));
    this.array = gl.createVertexArray()!;
    gl.bindVertexArray(this.array);
    this.corners = gl.createBuffer()!;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.corners);
    const attribute = (place: number, count: number, type: number, normalized: boolean, offset: number) => {
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, count, type, normalized, 4 * STRIDE, offset);
    };
    attribute(0, 3, gl.FLOAT, false, 0);
    attribute(1, 4, gl.UNSIGNED_BYTE, true, 12);
    attribute(2, 1, gl.FLOAT, false, 16);
  }

  draw(scene: Scene, width: number, height: number, background: readonly number[], ink: readonly number[]): void {
    const { gl } = this;
    this.fill(scene);
    gl.viewport(0, 0, width, height);
    gl.clearColor(background[0]! / 255, background[1]! / 255, background[2]! / 255, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    const deep = scene.crystal.dimension === 3;
    for (const program of [this.solid, this.through]) this.look(program, scene, width, height, ink);
    gl.bindVertexArray(this.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.corners);
    gl.bufferData(gl.ARRAY_BUFFER, this.data, gl.DYNAMIC_DRAW);
    gl.enable(gl.BLEND);
    gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    if (deep) gl.enable(gl.DEPTH_TEST);
    else gl.disable(gl.DEPTH_TEST);
    // From the back to the front, so that the smooth rim of a sphere blends with what is behind it.
    this.part(this.solid, 0, scene.opaque);
    this.part(this.through, scene.opaque, scene.count);
    gl.depthMask(true);
  }

  /** Browsers keep some 16 contexts, and take the oldest away for another. */
  dispose(): void {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  /** Sets what a program needs to know of the picture. */
  private look({ program, place }: Program, scene: Scene, width: number, height: number, ink: readonly number[]): void {
    const { gl } = this;
    const { scale, centerX, centerY } = scene.frustum(width, height);
    const deep = scene.crystal.dimension === 3;
    gl.useProgram(program);
    gl.uniform2f(place("scale"), (2 * scale) / width, (2 * scale) / height);
    gl.uniform2f(place("offset"), (2 * centerX) / width - 1, 1 - (2 * centerY) / height);
    gl.uniform1f(place("radius"), scene.radius);
    gl.uniform1f(place("depthScale"), deep ? 1 / (1 + farthest(scene)) : 0);
    gl.uniform1i(place("sphere"), Number(deep));
    gl.uniform3f(place("ink"), ink[0]! / 255, ink[1]! / 255, ink[2]! / 255);
  }

  /** Draws the sites from `begin` to `end` in the order of drawing. */
  private part({ program }: Program, begin: number, end: number): void {
    if (end === begin) return;
    const { gl } = this;
    gl.useProgram(program);
    gl.depthMask(program === this.solid.program);
    gl.drawArrays(gl.TRIANGLES, CORNERS * begin, CORNERS * (end - begin));
  }

  private fill(scene: Scene): void {
    if (this.data.length !== CORNERS * STRIDE * scene.crystal.size) {
      this.data = new Float32Array(CORNERS * STRIDE * scene.crystal.size);
      this.words = new Uint32Array(this.data.buffer);
    }
    const { data, words } = this;
    const colors = new Uint32Array(scene.colors.buffer);
    for (let k = 0, at = 0; k < scene.count; ++k) {
      const site = scene.order[k]!;
      for (let corner = 0; corner < CORNERS; ++corner, at += STRIDE) {
        data[at] = scene.view[3 * site]!;
        data[at + 1] = scene.view[3 * site + 1]!;
        data[at + 2] = scene.view[3 * site + 2]!;
        words[at + 3] = colors[site]!;
        data[at + 4] = scene.marks[site]!;
      }
    }
  }
}

/** Whether WebGL is computed by the processor, for want of a graphics card. */
function drawnByProcessor(): boolean {
  const gl = element("canvas").getContext("webgl2");
  const info = gl?.getExtension("WEBGL_debug_renderer_info");
  const name = gl && info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : "";
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|software/i.test(name);
}

/** The largest distance along the view of a site from the middle. */
function farthest(scene: Scene): number {
  let most = 0;
  for (let k = 2; k < scene.view.length; k += 3) most = Math.max(most, Math.abs(scene.view[k]!));
  return most;
}

interface Program {
  readonly program: WebGLProgram;
  readonly place: (name: string) => WebGLUniformLocation | null;
}

function link(gl: WebGL2RenderingContext, fragmentSource: string): Program {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, fragmentSource],
  ] as const) {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
    throw new Error(`WebGL2: ${gl.getProgramInfoLog(program) ?? "the program cannot be linked"}`);
  }
  const places = new Map<string, WebGLUniformLocation | null>();
  const place = (name: string) => {
    if (!places.has(name)) places.set(name, gl.getUniformLocation(program, name));
    return places.get(name)!;
  };
  return { program, place };
}
