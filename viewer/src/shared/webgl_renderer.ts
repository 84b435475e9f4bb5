/** Draws a scene with WebGL2: one instanced square a site, on which a shader draws a disc or a sphere. */

import type { Renderer } from "./renderer";
import type { Scene } from "./scene";

const VERTEX = `#version 300 es
layout(location = 0) in vec2 corner;
layout(location = 1) in vec3 center;
layout(location = 2) in vec4 siteColor;
layout(location = 3) in float siteMark;
uniform vec2 scale;   // clip units for a spacing
uniform vec2 offset;  // clip units
uniform float radius;
uniform float depthScale;
out vec2 inside;
out vec4 color;
out float depth;
flat out int mark;
void main() {
  inside = corner;
  color = siteColor;
  depth = center.z;
  mark = int(siteMark);
  gl_Position = vec4((center.xy + radius * corner) * scale + offset, -center.z * depthScale, 1.0);
}`;

const FRAGMENT = `#version 300 es
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
  gl_FragDepth = gl_FragCoord.z;
  if (sphere) {
    float z = sqrt(max(0.0, 1.0 - r2));
    float light = max(0.0, dot(vec3(inside, z), normalize(vec3(-0.45, 0.55, 0.75))));
    shade = shade * (0.45 + 0.6 * light) + vec3(0.18) * pow(light, 24.0);
    gl_FragDepth = 0.5 - 0.5 * (depth + radius * z) * depthScale;
  } else {
    shade *= 1.0 - 0.22 * smoothstep(0.84, 0.92, r);
  }
  if (mark == 1 && abs(inside.x) < 0.45 && abs(inside.y) < 0.13) shade = vec3(1.0);
  if (mark == 2 && r > 0.72) shade = ink;
  result = vec4(shade, color.a * cover);
}`;

/** Floats of an instance: center (3), colour (4 bytes in one), mark. */
const STRIDE = 5;

export class WebglRenderer implements Renderer {
  private readonly gl: WebGL2RenderingContext;
  private readonly program: WebGLProgram;
  private readonly instances: WebGLBuffer;
  private readonly uniforms: Record<string, WebGLUniformLocation | null>;
  private readonly array: WebGLVertexArrayObject;
  private data = new Float32Array(0);
  private bytes = new Uint8Array(0);

  /** Throws Error if the browser has no WebGL2. */
  constructor(canvas: HTMLCanvasElement) {
    const gl = canvas.getContext("webgl2", { antialias: true, preserveDrawingBuffer: true, premultipliedAlpha: false });
    if (!gl) throw new Error("no WebGL2");
    this.gl = gl;
    this.program = link(gl);
    const names = ["scale", "offset", "radius", "depthScale", "sphere", "ink"];
    this.uniforms = Object.fromEntries(names.map((name) => [name, gl.getUniformLocation(this.program, name)]));
    this.array = gl.createVertexArray()!;
    gl.bindVertexArray(this.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    this.instances = gl.createBuffer()!;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.instances);
    const attribute = (place: number, count: number, type: number, normalized: boolean, offset: number) => {
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, count, type, normalized, 4 * STRIDE, offset);
      gl.vertexAttribDivisor(place, 1);
    };
    attribute(1, 3, gl.FLOAT, false, 0);
    attribute(2, 4, gl.UNSIGNED_BYTE, true, 12);
    attribute(3, 1, gl.FLOAT, false, 16);
  }

  draw(scene: Scene, width: number, height: number, background: readonly number[], ink: readonly number[]): void {
    const { gl, uniforms } = this;
    this.fill(scene);
    gl.viewport(0, 0, width, height);
    gl.clearColor(background[0]! / 255, background[1]! / 255, background[2]! / 255, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.useProgram(this.program);
    const { scale, centerX, centerY } = scene.frustum(width, height);
    const deep = scene.crystal.dimension === 3;
    gl.uniform2f(uniforms["scale"]!, (2 * scale) / width, (2 * scale) / height);
    gl.uniform2f(uniforms["offset"]!, (2 * centerX) / width - 1, 1 - (2 * centerY) / height);
    gl.uniform1f(uniforms["radius"]!, scene.radius);
    gl.uniform1f(uniforms["depthScale"]!, deep ? 1 / (1 + farthest(scene)) : 0);
    gl.uniform1i(uniforms["sphere"]!, Number(deep));
    gl.uniform3f(uniforms["ink"]!, ink[0]! / 255, ink[1]! / 255, ink[2]! / 255);
    gl.bindVertexArray(this.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.instances);
    gl.bufferData(gl.ARRAY_BUFFER, this.data, gl.DYNAMIC_DRAW);
    gl.enable(gl.BLEND);
    gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    if (deep) gl.enable(gl.DEPTH_TEST);
    else gl.disable(gl.DEPTH_TEST);
    // The smooth rim of a solid sphere must not hide what is behind it: it covers some samples of a pixel instead.
    if (deep) {
      gl.enable(gl.SAMPLE_ALPHA_TO_COVERAGE);
      gl.disable(gl.BLEND);
    }
    this.part(0, scene.opaque, true);
    gl.disable(gl.SAMPLE_ALPHA_TO_COVERAGE);
    gl.enable(gl.BLEND);
    this.part(scene.opaque, scene.count, false);
    gl.depthMask(true);
  }

  /** Draws the instances from `begin` to `end`. */
  private part(begin: number, end: number, solid: boolean): void {
    if (end === begin) return;
    const { gl } = this;
    gl.depthMask(solid);
    const at = 4 * STRIDE * begin;
    gl.vertexAttribPointer(1, 3, gl.FLOAT, false, 4 * STRIDE, at);
    gl.vertexAttribPointer(2, 4, gl.UNSIGNED_BYTE, true, 4 * STRIDE, at + 12);
    gl.vertexAttribPointer(3, 1, gl.FLOAT, false, 4 * STRIDE, at + 16);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, end - begin);
  }

  private fill(scene: Scene): void {
    if (this.data.length !== STRIDE * scene.crystal.size) {
      this.data = new Float32Array(STRIDE * scene.crystal.size);
      this.bytes = new Uint8Array(this.data.buffer);
    }
    for (let k = 0; k < scene.count; ++k) {
      const site = scene.order[k]!;
      for (let axis = 0; axis < 3; ++axis) this.data[STRIDE * k + axis] = scene.view[3 * site + axis]!;
      for (let c = 0; c < 4; ++c) this.bytes[4 * (STRIDE * k + 3) + c] = scene.colors[4 * site + c]!;
      this.data[STRIDE * k + 4] = scene.marks[site]!;
    }
  }
}

/** The largest distance along the view of a site from the middle. */
function farthest(scene: Scene): number {
  let most = 0;
  for (let k = 2; k < scene.view.length; k += 3) most = Math.max(most, Math.abs(scene.view[k]!));
  return most;
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
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
  return program;
}
