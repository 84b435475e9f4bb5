/** A scene as SVG: the picture that the renderers draw, for a paper. */

import { discs } from "./canvas_renderer";
import { rgb } from "./colors";
import type { Scene } from "./scene";

const SIZE = 800;

/** Text of an SVG file with one circle a site; `title` is what a screen reader says. */
export function svgOf(scene: Scene, background: string, title: string): string {
  const sphere = scene.crystal.dimension === 3;
  const gradients = new Map<string, string>();
  const fillOf = (color: string): string => {
    if (!sphere) return color;
    if (!gradients.has(color)) gradients.set(color, `g${gradients.size}`);
    return `url(#${gradients.get(color)})`;
  };
  const circles = discs(scene, SIZE, SIZE).map((disc) => {
    const [x, y, r] = [number(disc.x), number(disc.y), number(disc.radius)];
    const opacity = disc.alpha < 1 ? ` fill-opacity="${number(disc.alpha)}"` : "";
    const circle = `<circle cx="${x}" cy="${y}" r="${r}" fill="${fillOf(disc.color)}"${opacity}/>`;
    if (disc.mark !== 1) return circle;
    const half = 0.45 * disc.radius;
    return `${circle}<path d="M${number(disc.x - half)} ${y}h${number(2 * half)}" stroke="#fff" stroke-width="${number(0.26 * disc.radius)}"/>`;
  });
  const defined = [...gradients].map(([color, name]) => gradient(name, color)).join("");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}" viewBox="0 0 ${SIZE} ${SIZE}" role="img">`,
    `<title>${escape(title)}</title>`,
    defined ? `<defs>${defined}</defs>` : "",
    `<rect width="${SIZE}" height="${SIZE}" fill="${background}"/>`,
    ...circles,
    "</svg>",
    "",
  ].join("\n");
}

function gradient(name: string, color: string): string {
  const hex = color.match(/\d+/g)!.map(Number);
  const mix = (share: number, to: number) => `rgb(${hex.map((c) => Math.round(c + share * (to - c))).join(",")})`;
  return (
    `<radialGradient id="${name}" cx="0.35" cy="0.3" r="0.75"><stop offset="0" stop-color="${mix(0.45, 255)}"/>` +
    `<stop offset="0.5" stop-color="${mix(0, 0)}"/><stop offset="1" stop-color="${mix(0.45, 0)}"/></radialGradient>`
  );
}

function number(value: number): string {
  return value.toFixed(2).replace(/\.?0+$/, "");
}

export function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** The colour of a theme's paper as three numbers, for the renderers. */
export function background(color: string): readonly number[] {
  return rgb(color);
}
