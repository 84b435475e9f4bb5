/** An orthographic camera that turns about the middle of the crystal. */

/** Rotation as a matrix [3, 3] by rows: view = rotation * position. */
export type Rotation = readonly number[];

const UPRIGHT: Rotation = [1, 0, 0, 0, 1, 0, 0, 0, 1];

export class Camera {
  rotation: Rotation = UPRIGHT;
  /** 1 fits the whole crystal. */
  zoom = 1;
  /** Of the middle of the picture, in the units of positions, along the picture's axes. */
  pan: readonly [number, number] = [0, 0];

  /** From the front for two dimensions, from above a corner with z upwards for three. */
  reset(dimension: number): void {
    this.rotation = UPRIGHT;
    this.zoom = 1;
    this.pan = [0, 0];
    if (dimension === 3) {
      this.rotation = multiply(aboutX(-Math.PI / 2), aboutZ(-0.6));
      this.turn(0, 0.35);
    }
  }

  /** Turns the crystal: `right` about the picture's vertical axis, `down` about its horizontal one, in radians. */
  turn(right: number, down: number): void {
    this.rotation = multiply(multiply(aboutX(down), aboutY(right)), this.rotation);
  }

  scaleBy(factor: number): void {
    this.zoom = Math.min(40, Math.max(0.2, this.zoom * factor));
  }
}

/** Positions [N, 3] turned into the picture: right, up, towards the eye. */
export function project(position: Float32Array, rotation: Rotation, into: Float32Array): Float32Array {
  for (let k = 0; k < position.length; k += 3) {
    const [x, y, z] = [position[k]!, position[k + 1]!, position[k + 2]!];
    for (let row = 0; row < 3; ++row) {
      into[k + row] = rotation[3 * row]! * x + rotation[3 * row + 1]! * y + rotation[3 * row + 2]! * z;
    }
  }
  return into;
}

/** Half of the picture's shorter side in units of positions when all of the crystal fits. */
export function reach(position: Float32Array, radius: number, dimension: number): number {
  let most = 0;
  for (let k = 0; k < position.length; k += 3) {
    const [x, y, z] = [position[k]!, position[k + 1]!, position[k + 2]!];
    most = Math.max(most, dimension === 3 ? Math.hypot(x, y, z) : Math.max(Math.abs(x), Math.abs(y)));
  }
  return 1.02 * (most + radius);
}

export function multiply(a: Rotation, b: Rotation): number[] {
  const product = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let row = 0; row < 3; ++row) {
    for (let column = 0; column < 3; ++column) {
      for (let k = 0; k < 3; ++k) product[3 * row + column]! += a[3 * row + k]! * b[3 * k + column]!;
    }
  }
  return product;
}

function aboutX(angle: number): number[] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [1, 0, 0, 0, c, -s, 0, s, c];
}

function aboutY(angle: number): number[] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [c, 0, s, 0, 1, 0, -s, 0, c];
}

function aboutZ(angle: number): number[] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [c, -s, 0, s, c, 0, 0, 0, 1];
}
