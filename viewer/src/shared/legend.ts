/** What the colours of a picture mean: below it on the page, and drawn into its movies. */

import type { Coloring, Palette } from "./colors";
import { deviationColor } from "./colors";
import { PHASES } from "./crystal";
import { element } from "./dom";
import { short } from "./format";
import { meaningOf } from "./glossary";

/** A coloured disc with its name, a line of text, or the scale of colours about zero. */
export type LegendPart =
  | { readonly color: string; readonly name: string }
  | { readonly text: string; readonly isWarning?: boolean }
  | { readonly scale: true };

/** `limit` is the value of full colour where the colours are a scale. */
export function legendOf(coloring: Coloring, dimension: number, colors: Palette, limit: number): LegendPart[] {
  if (coloring === "species") {
    return (["A", "B"] as const).map((name) => ({ color: colors.species[name], name }));
  }
  if (coloring === "phase") {
    const names = dimension === 2 ? PHASES : PHASES.filter((name) => !name.startsWith("S"));
    return names.map((name) => ({ color: colors.phases[name], name }));
  }
  const kind = coloring === "potential" ? "φ" : dimension === 2 ? "area" : "volume";
  return [{ text: `${kind} −${short(limit)} (dash)` }, { scale: true }, { text: `+${short(limit)}` }];
}

export function showLegend(box: HTMLElement, parts: readonly LegendPart[], dimension: number): void {
  box.setAttribute("role", parts.some((part) => "scale" in part) ? "group" : "list");
  box.replaceChildren(
    ...parts.map((part) => {
      if ("scale" in part) return element("i", { class: "scale" });
      if ("text" in part) return element("span", part.isWarning ? { class: "warning" } : {}, part.text);
      return element(
        "span",
        { class: "key", role: "listitem", title: meaningOf(part.name, dimension) },
        element("i", { style: `background:${part.color}` }),
        part.name,
      );
    }),
  );
}

/** Where on a canvas a line stands: its left end and its middle, its room, and the size of its letters, in pixels. */
export interface Line {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly size: number;
}

/** Draws the legend as one line, in smaller letters where it would be too long. */
export function drawLegend(
  context: CanvasRenderingContext2D,
  parts: readonly LegendPart[],
  line: Line,
  colors: Palette,
): void {
  const lengths = (size: number) => {
    setFont(context, size);
    return parts.map((part) => {
      if ("scale" in part) return 10 * size;
      const words = "text" in part ? part.text : part.name;
      return context.measureText(words).width + ("text" in part ? 0 : 1.2 * size) + size;
    });
  };
  const needed = lengths(line.size).reduce((sum, length) => sum + length, 0);
  const size = line.size * Math.min(1, line.width / needed);
  const taken = lengths(size);
  let { x } = line;
  parts.forEach((part, k) => {
    if ("scale" in part) scaleBar(context, x, line.y, 9 * size, 0.8 * size);
    else if ("text" in part) text(context, part.text, x, line.y, colors.ink);
    else {
      context.beginPath();
      context.arc(x + 0.4 * size, line.y, 0.4 * size, 0, 2 * Math.PI);
      context.fillStyle = part.color;
      context.fill();
      context.strokeStyle = colors.grid;
      context.lineWidth = size / 15;
      context.stroke();
      text(context, part.name, x + 1.2 * size, line.y, colors.ink);
    }
    x += taken[k]!;
  });
}

/** Draws words as one line, in smaller letters where they would be too long. */
export function drawWords(context: CanvasRenderingContext2D, words: string, line: Line, colors: Palette): void {
  setFont(context, line.size);
  const needed = context.measureText(words).width;
  if (needed > line.width) setFont(context, (line.size * line.width) / needed);
  text(context, words, line.x, line.y, colors.ink);
}

function setFont(context: CanvasRenderingContext2D, size: number): void {
  context.font = `${size}px ${getComputedStyle(document.documentElement).fontFamily}`;
}

function text(context: CanvasRenderingContext2D, words: string, x: number, y: number, color: string): void {
  context.textBaseline = "middle";
  context.fillStyle = color;
  context.fillText(words, x, y);
}

function scaleBar(context: CanvasRenderingContext2D, x: number, middle: number, width: number, height: number): void {
  const colors = context.createLinearGradient(x, 0, x + width, 0);
  for (let k = -4; k <= 4; ++k) colors.addColorStop((k + 4) / 8, `rgb(${deviationColor(k / 4).join(",")})`);
  context.fillStyle = colors;
  context.fillRect(x, middle - height / 2, width, height);
}
