/** A picture of the crystal: it draws, turns, zooms, cuts, says what is under the pointer, and saves itself. */

import { makeRenderer } from "./best_renderer";
import type { Coloring, Frame, Opacity, Palette } from "./colors";
import { paint, rgb, scaledValues } from "./colors";
import type { Crystal, PhaseClassifier } from "./crystal";
import { NO_PHASE, PHASES, shellOf } from "./crystal";
import { button, choice, download, element, slider } from "./dom";
import type { Renderer } from "./renderer";
import { Scene } from "./scene";
import { slices } from "./slices";
import { svgOf } from "./svg";
import { short } from "./format";
import type { LegendPart, Line } from "./legend";
import { drawLegend, legendOf, showLegend } from "./legend";
import { Sharpness } from "./sharpness";
import { SiteCursor } from "./site_cursor";

const TURN = 0.1;
const COLORINGS: Record<Coloring, string> = {
  species: "species",
  phase: "phase",
  deviation: "local strain",
  potential: "field φ",
};

export class CrystalView {
  readonly root: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  /** Said once: what the browser lacks. */
  readonly note: string;
  /** Called with the site under a press of the pointer, and whether it was pressed or dragged there. */
  onSite: ((site: number, pressed: boolean) => void) | null = null;
  /** Called when the reader has chosen what the colours show. */
  onColoring: ((coloring: Coloring) => void) | null = null;
  private painting = false;
  private readonly cursor = new SiteCursor();
  private readonly sizes = new ResizeObserver(() => this.redraw());
  private readonly sharpness = new Sharpness(() => this.redraw());
  /** The site of the cursor was painted, and not left since. */
  private painted = false;
  private readonly renderer: Renderer;
  private readonly legend = element("div", { class: "legend" });
  private readonly tip = element("output", { class: "tip", "aria-live": "polite" });
  /** Below the picture, unless a page puts it elsewhere: it has more to offer in three dimensions. */
  readonly tools = element("div", { class: "tools" });
  private readonly coloringSelect: HTMLSelectElement;
  private scene!: Scene;
  private shell!: Uint8Array;
  private classifier!: PhaseClassifier;
  private frame: Frame | null = null;
  private chosen: Coloring = "species";
  private opacity: Opacity = { ground: 0.16, shell: 0.3 };
  private colors: Palette;
  private title = "";
  private legendShown = "";
  private legendParts: LegendPart[] = [];
  private due = false;

  /** `label` names the picture for a screen reader. Throws Error where nothing can draw. */
  constructor(label: string, colors: Palette, colorings: readonly Coloring[] = ["species", "phase", "deviation"]) {
    this.colors = colors;
    this.canvas = element("canvas", { tabindex: 0, role: "img", "aria-label": label });
    const made = makeRenderer(this.canvas);
    this.renderer = made.renderer;
    this.note = made.note;
    const coloring = choice(
      "Colour by",
      colorings.map((name) => [name, COLORINGS[name]] as const),
      "species",
      (value) => {
        this.setColoring(value as Coloring);
        this.onColoring?.(value as Coloring);
      },
    );
    this.coloringSelect = coloring.select;
    this.tools.append(coloring.box);
    this.root = element(
      "div",
      { class: "crystal-view" },
      element("div", { class: "stage" }, this.canvas, this.cursor.mark, this.tip),
      this.legend,
      this.tools,
    );
    this.listen();
    this.sizes.observe(this.canvas);
  }

  /** Gives back what the browser holds for it; it cannot be used again. */
  dispose(): void {
    this.sizes.disconnect();
    this.renderer.dispose();
  }

  /** What the reader has chosen that the colours show. */
  get coloring(): Coloring {
    return this.chosen;
  }

  /** Shows another crystal, with nothing painted on it yet. */
  setCrystal(crystal: Crystal, classifier: PhaseClassifier): void {
    this.scene = new Scene(crystal);
    this.shell = shellOf(crystal);
    this.classifier = classifier;
    this.frame = null;
    this.cursor.site = -1;
    // So many translucent sites lie behind one another that the deeper the crystal, the paler each must be.
    const ground = crystal.dimension === 3 ? Math.min(0.3, 0.6 / Math.cbrt(crystal.size)) : 1;
    this.opacity = { ground, shell: crystal.dimension === 3 ? 0.6 * ground : 0.3 };
    this.makeTools();
  }

  /** Shows a frame; `title` says which it is. */
  setFrame(frame: Frame, title: string): void {
    this.frame = frame;
    this.title = title;
    this.repaint();
    if (this.cursor.shown) this.tellCursor();
  }

  /** Whether drags paint instead of turning or moving the crystal, and arrow keys move a cursor that space paints with. */
  setPainting(painting: boolean): void {
    this.painting = painting;
    // An application gets the arrow keys from a screen reader, a picture does not.
    this.canvas.setAttribute("role", painting ? "application" : "img");
    if (!painting) this.hideCursor();
  }

  setColors(colors: Palette): void {
    this.colors = colors;
    this.repaint();
  }

  setColoring(coloring: Coloring): void {
    this.chosen = coloring;
    this.coloringSelect.value = coloring;
    this.repaint();
  }

  /** Turns and zooms as another view does. */
  followCamera(other: CrystalView): void {
    this.scene.camera.rotation = other.scene.camera.rotation;
    this.scene.camera.zoom = other.scene.camera.zoom;
    this.scene.camera.pan = other.scene.camera.pan;
    this.redraw();
  }

  /** Called after the reader has turned or zoomed. */
  onCamera: (() => void) | null = null;

  /** Text of an SVG file of what is shown. */
  svg(): string {
    this.scene.arrange();
    return svgOf(this.scene, this.colors.paper, this.title);
  }

  /**
   * Draws what is shown onto another canvas, now: before the browser has a moment to draw anything else. The picture on
   * the page keeps these pixels until its next redraw.
   */
  drawOn(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
    this.draw(width, height);
    context.drawImage(this.canvas, x, y);
  }

  /** The legend as it stands below the picture. */
  drawLegendOn(context: CanvasRenderingContext2D, line: Line): void {
    drawLegend(context, this.legendParts, line, this.colors);
  }

  /** The share of the sites that are A. */
  get composition(): number {
    let a = 0;
    for (const spin of this.frame!.sigma) a += Number(spin > 0);
    return a / this.frame!.sigma.length;
  }

  private repaint(): void {
    if (!this.frame) return;
    const lacking = ["deviation", "potential"].includes(this.coloring) && !scaledValues(this.frame, this.coloring);
    const coloring = lacking ? "species" : this.coloring;
    paint(this.frame, coloring, this.shell, this.scene.crystal.dimension, this.opacity, this.colors, this.scene);
    this.describe(coloring);
    this.redraw();
  }

  /** Draws before the next frame of the screen, however often it is asked to. */
  private redraw(): void {
    if (this.due || !this.scene) return;
    this.due = true;
    const asked = performance.now();
    requestAnimationFrame(() => {
      if (!this.due) return; // drawn meanwhile, at once
      this.sharpness.waited(performance.now() - asked);
      const ratio = this.sharpness.share * (window.devicePixelRatio || 1);
      this.draw(
        Math.max(1, Math.round(this.canvas.clientWidth * ratio)),
        Math.max(1, Math.round(this.canvas.clientHeight * ratio)),
      );
      this.cursor.place(this.scene, this.canvas.clientWidth, this.canvas.clientHeight);
    });
  }

  /** Draws now, with so many pixels. */
  private draw(width: number, height: number): void {
    this.due = false;
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    this.scene.arrange();
    this.renderer.draw(this.scene, width, height, rgb(this.colors.paper), rgb(this.colors.ink));
  }

  /** What the colours mean, and what a screen reader hears. */
  private describe(coloring: Coloring): void {
    const frame = this.frame!;
    const share = `${short(this.composition)} of the sites are A`;
    this.canvas.setAttribute("aria-label", `${this.title}: ${share}`);
    this.makeLegend(coloring, scaledValues(frame, coloring)?.limit ?? 0);
  }

  /** Only when it has changed: without a graphics card painting it takes as long as painting the crystal. */
  private makeLegend(coloring: Coloring, limit: number): void {
    const { dimension } = this.scene.crystal;
    const shown = [coloring, this.coloring, dimension, this.colors.dark, short(limit)].join();
    if (shown === this.legendShown) return;
    this.legendShown = shown;
    this.legendParts = legendOf(coloring, dimension, this.colors, limit);
    if (this.coloring !== coloring) this.legendParts.push({ text: "no local strain here", isWarning: true });
    showLegend(this.legend, this.legendParts, dimension);
  }

  private makeTools(): void {
    const deep = this.scene.crystal.dimension === 3;
    const save = element(
      "span",
      { class: "group" },
      button("PNG", () => this.savePng(), { "aria-label": "Save the picture as PNG" }),
      button("SVG", () => download("misfit-frame.svg", this.svg(), "image/svg+xml"), {
        "aria-label": "Save the picture as SVG",
      }),
      button("Reset view", () => {
        this.scene.camera.reset(this.scene.crystal.dimension);
        this.moved();
      }),
    );
    const coloring = this.coloringSelect.parentElement!;
    this.tools.replaceChildren(coloring, save);
    if (!deep && this.scene.crystal.shellLayers === 0) return;
    const what = deep ? "Opacity of B" : "Opacity of the shell";
    const through = slider(
      what,
      { min: 0, max: 1, step: 0.01 },
      deep ? this.opacity.ground : this.opacity.shell,
      (value) => {
        this.opacity = deep ? { ground: value, shell: 0.6 * value } : { ground: 1, shell: value };
        this.repaint();
      },
    );
    this.tools.append(through.box);
    if (deep) this.tools.append(slices(this.scene, () => this.redraw()));
  }

  private savePng(): void {
    // Drawn at twice the screen's size, and put back at the next redraw.
    const size = Math.max(1600, 2 * Math.min(this.canvas.width, this.canvas.height));
    this.draw(size, size);
    this.canvas.toBlob((blob) => {
      if (blob) download("misfit-frame.png", blob);
      this.redraw();
    });
  }

  private moved(): void {
    this.redraw();
    this.onCamera?.();
  }

  private listen(): void {
    let held: PointerEvent | null = null;
    this.canvas.addEventListener("pointerdown", (event) => {
      held = event;
      this.hideCursor();
      this.canvas.setPointerCapture(event.pointerId);
      if (this.painting) this.touch(event, true);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (held && this.painting) this.touch(event, false);
      else if (held) {
        this.drag(event.clientX - held.clientX, event.clientY - held.clientY, event.shiftKey);
        held = event;
      } else this.hover(event);
    });
    const release = () => (held = null);
    this.canvas.addEventListener("pointerup", release);
    this.canvas.addEventListener("pointercancel", release);
    this.canvas.addEventListener("pointerleave", () => (this.tip.textContent = ""));
    this.canvas.addEventListener(
      "wheel",
      (event) => {
        // With a modifier only, so that the page still scrolls over a picture.
        if (!event.ctrlKey && !event.metaKey && document.activeElement !== this.canvas) return;
        event.preventDefault();
        this.scene.camera.scaleBy(Math.exp(-0.0015 * event.deltaY));
        this.moved();
      },
      { passive: false },
    );
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.canvas.addEventListener("focus", () => {
      if (this.painting && this.frame && this.canvas.matches(":focus-visible")) this.showCursor();
    });
    this.canvas.addEventListener("blur", () => this.hideCursor());
  }

  private drag(dx: number, dy: number, shift: boolean): void {
    const { camera, crystal } = this.scene;
    const side = Math.min(this.canvas.clientWidth, this.canvas.clientHeight);
    if (crystal.dimension === 3 && !shift) {
      camera.turn((3 * dx) / side, (3 * dy) / side);
    } else {
      const { scale } = this.scene.frustum(this.canvas.clientWidth, this.canvas.clientHeight);
      camera.pan = [camera.pan[0] - dx / scale, camera.pan[1] + dy / scale];
    }
    this.moved();
  }

  private showCursor(): void {
    this.cursor.show(this.scene);
    this.tellCursor();
    this.redraw();
  }

  private hideCursor(): void {
    if (this.cursor.shown) this.tip.textContent = "";
    this.cursor.mark.hidden = true;
  }

  /** What is seen and heard of the cursor's site. */
  private tellCursor(): void {
    const { site } = this.cursor;
    const shell = this.shell[site] ? ": keeps its species" : "";
    this.tip.textContent = `${this.painted && !shell ? "painted: " : ""}${this.siteText(site)}${shell}`;
  }

  /** Keys of the cursor; whether this was one. */
  private cursorKey(key: string): boolean {
    const paints = key === " " || key === "Enter";
    if (!this.cursor.shown) this.cursor.show(this.scene);
    if (!paints && !this.cursor.move(key, this.scene)) return false;
    this.painted = paints;
    if (paints) this.onSite?.(this.cursor.site, true);
    this.showCursor();
    return true;
  }

  private key(event: KeyboardEvent): void {
    const { camera, crystal } = this.scene;
    if (this.painting && this.frame && !event.shiftKey && !event.ctrlKey && this.cursorKey(event.key)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.key === "+" || event.key === "=") camera.scaleBy(1.15);
    else if (event.key === "-") camera.scaleBy(1 / 1.15);
    else if (event.key === "0") camera.reset(crystal.dimension);
    else if (crystal.dimension === 3 && event.shiftKey && event.key.startsWith("Arrow")) {
      const right = Number(event.key === "ArrowRight") - Number(event.key === "ArrowLeft");
      const down = Number(event.key === "ArrowDown") - Number(event.key === "ArrowUp");
      camera.turn(TURN * right, TURN * down);
    } else return;
    event.preventDefault();
    event.stopPropagation();
    this.moved();
  }

  private siteUnder(event: PointerEvent): number {
    const box = this.canvas.getBoundingClientRect();
    return this.scene.siteAt(event.clientX - box.left, event.clientY - box.top, box.width, box.height);
  }

  private touch(event: PointerEvent, pressed: boolean): void {
    const site = this.siteUnder(event);
    if (site >= 0) this.onSite?.(site, pressed);
  }

  private hover(event: PointerEvent): void {
    const site = this.scene && this.frame ? this.siteUnder(event) : -1;
    this.tip.textContent = site < 0 ? "" : this.siteText(site);
  }

  private siteText(site: number): string {
    const frame = this.frame!;
    const { point, dimension, layer } = this.scene.crystal;
    const place = Array.from(point.subarray(3 * site, 3 * site + dimension)).join(", ");
    const parts = [`site ${site} (${place})`, frame.sigma[site]! > 0 ? "A" : "B"];
    const phase = frame.phases[site]!;
    if (phase !== NO_PHASE) parts.push(PHASES[phase]!);
    if (this.shell[site]) parts.push("shell");
    if (layer[site]! > 0) parts.push(`layer ${layer[site]}`);
    if (frame.potential) parts.push(`φ ${short(frame.potential[site]!)}`);
    if (frame.deviation) parts.push(`${dimension === 2 ? "ΔA" : "ΔV"} ${short(frame.deviation[site] as number)}`);
    return parts.join(", ");
  }

  /** Fractions of interior sites in each phase in the frame shown, in the order of PHASES. */
  fractions(): number[] {
    return this.frame ? this.classifier.fractions(this.frame.phases) : [];
  }
}
