/** The button that makes a movie of what the page shows: its frames from the first to the last. */

import type { Palette } from "../shared/colors";
import type { CrystalView } from "../shared/crystal_view";
import { button, download, element } from "../shared/dom";
import { short } from "../shared/format";
import { drawWords } from "../shared/legend";
import type { Filming } from "../shared/movie";
import { even, makeMovie, movieName, movieScale, ownMovieType } from "../shared/movie";

/** What a page lets be filmed, from the press of the button until it ends. */
export interface Film {
  /** What its run is called, and what of it is seen. */
  readonly run: string;
  readonly shown: string;
  /** Side by side. */
  readonly views: readonly CrystalView[];
  readonly count: number;
  /** How long all of it plays on the page. */
  readonly seconds: number;
  /** Puts a frame on the page. */
  readonly show: (frame: number) => void;
  /** What stands above a picture of it; its composition is appended. */
  readonly words: (frame: number, view: number) => string;
  readonly colors: () => Palette;
  /** Puts back what was on the page. */
  readonly end: () => void;
}

/** Seconds: no frame is shorter, so that a slow machine can follow, nor longer, where there are few. */
const SHORTEST = 1 / 30;
const LONGEST = 1;
/** Of the page's letters and lines in a movie, and between two pictures; its pixels. */
const LETTERS = 15;
const LINE = 30;
const GAP = 12;

const OTHERWISE = "`misfit animate` writes movies, too.";

export class MovieButton {
  readonly root = element("span", { class: "group" });
  private readonly made: HTMLButtonElement;
  private readonly told = element("span", {});
  private readonly type = ownMovieType();
  private ending: AbortController | null = null;

  /** `begin` is asked what to film at every press. */
  constructor(private readonly begin: () => Film) {
    this.made = button("Save movie", () => (this.filming ? this.cancel() : void this.film()));
    if (this.type) this.made.title = "Every frame, as it is seen here, in as much time as it plays";
    else {
      this.made.disabled = true;
      this.made.title = `This browser makes no movies. ${OTHERWISE}`;
    }
    this.root.append(this.made, this.told);
  }

  get filming(): boolean {
    return this.ending !== null;
  }

  /** Nothing is saved then. */
  cancel(): void {
    this.ending?.abort();
  }

  private async film(): Promise<void> {
    const ending = (this.ending = new AbortController());
    const escape = (event: KeyboardEvent) => event.key === "Escape" && ending.abort();
    document.addEventListener("keydown", escape, { signal: ending.signal });
    const film = this.begin();
    const free = holdOthers(this.root);
    this.made.textContent = "Cancel movie";
    this.tell("");
    try {
      const movie = await makeMovie(this.filmingOf(film, ending.signal));
      if (movie) download(movieName(film.run, film.shown, this.type!), movie);
      this.tell("");
    } catch (error) {
      this.tell(`No movie: ${error instanceof Error ? error.message : String(error)}. ${OTHERWISE}`, true);
    }
    ending.abort(); // listens no longer
    this.ending = null;
    this.made.textContent = "Save movie";
    free();
    film.end();
  }

  /** Read aloud only if that is asked for: not the number of every frame. */
  private tell(words: string, aloud = false): void {
    this.told.setAttribute("aria-live", aloud ? "polite" : "off");
    this.told.textContent = words;
  }

  /** Sizes are those of the page when the button is pressed, whatever becomes of its window. */
  private filmingOf(film: Film, signal: AbortSignal): Filming {
    const { clientWidth, clientHeight } = film.views[0]!.canvas;
    const across = film.views.length * (clientWidth + GAP) - GAP;
    const scale = movieScale(across, clientHeight + 2 * LINE, window.devicePixelRatio || 1);
    const [width, height] = [clientWidth, clientHeight].map((side) => Math.round(scale * side)) as [number, number];
    const line = Math.round(scale * LINE);
    return {
      type: this.type!,
      width: even(scale * across),
      height: even(height + 2 * line),
      count: film.count,
      hold: Math.min(LONGEST, Math.max(SHORTEST, film.seconds / film.count)),
      signal,
      draw: (frame, context) => {
        film.show(frame);
        this.tell(`frame ${frame + 1} of ${film.count}`);
        const colors = film.colors();
        context.fillStyle = colors.paper;
        context.fillRect(0, 0, context.canvas.width, context.canvas.height);
        film.views.forEach((view, k) => {
          const x = Math.round(scale * k * (clientWidth + GAP));
          const at = (y: number) => ({ x: x + line / 4, y, width: width - line / 2, size: scale * LETTERS });
          drawWords(context, `${film.words(frame, k)}, c = ${short(view.composition)}`, at(0.5 * line), colors);
          view.drawOn(context, x, line, width, height);
          view.drawLegendOn(context, at(1.5 * line + height));
        });
      },
    };
  }
}

/** Nothing else near a button can be pressed until what this returns is called. */
function holdOthers(button: HTMLElement): () => void {
  const held: HTMLElement[] = [];
  for (let node = button; node.parentElement && node.tagName !== "SECTION"; node = node.parentElement) {
    const others = Array.from(node.parentElement.children) as HTMLElement[];
    held.push(...others.filter((other) => other !== node));
  }
  for (const other of held) other.inert = true;
  return () => {
    for (const other of held) other.inert = false;
  };
}
