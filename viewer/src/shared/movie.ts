/** Movies that the browser makes: pictures drawn one after another, each held for as long as it is to be seen. */

import { element } from "./dom";

export interface MovieType {
  readonly mime: string;
  readonly suffix: string;
}

/**
 * The best first. Chromium's mp4 comes last: it says once of all frames how their colours are coded, and then codes them in
 * two ways.
 */
const TYPES: readonly MovieType[] = [
  { mime: "video/webm;codecs=vp9", suffix: "webm" },
  { mime: "video/webm;codecs=vp8", suffix: "webm" },
  { mime: "video/webm", suffix: "webm" },
  { mime: "video/mp4", suffix: "mp4" },
];

/** The best type of file of those that are supported; null where none is. */
export function movieType(isSupported: (mime: string) => boolean): MovieType | null {
  return TYPES.find(({ mime }) => isSupported(mime)) ?? null;
}

/** What this browser can write; null where it can make no movies. */
export function ownMovieType(): MovieType | null {
  if (typeof MediaRecorder === "undefined" || !("captureStream" in HTMLCanvasElement.prototype)) return null;
  return movieType((mime) => MediaRecorder.isTypeSupported(mime));
}

/** Pixels along a side: with fewer than the one, a picture is drawn twice as large; more than the other are too many. */
const SMALL = 800;
const LARGE = 1920;

/** Pixels of the movie for each of the page, for a picture of this size on it. */
export function movieScale(width: number, height: number, ratio: number): number {
  const side = Math.max(width, height);
  const scale = side * ratio < SMALL ? 2 * ratio : ratio;
  return Math.min(scale, LARGE / side);
}

/** Codecs take colours by squares of two pixels. */
export function even(size: number): number {
  return 2 * Math.max(1, Math.round(size / 2));
}

const SPELLED: Readonly<Record<string, string>> = { Δ: "delta_", μ: "mu", χ: "chi", φ: "phi", "−": "-", "×": "x" };
/** Disks take names of 255 bytes; sizes and numbers of a run are told in fewer. */
const LONGEST = 100;

/** The name of a movie's file, of a run and what of it is shown. */
export function movieName(run: string, shown: string, { suffix }: MovieType): string {
  return `misfit-${plain(run.slice(0, LONGEST))}-${plain(shown)}.${suffix}`;
}

/** Plain ASCII that every disk takes: "kT = 0.2, Δμ = −20" is kT=0.2-delta_mu=-20. */
function plain(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[Δμχφ−×]/g, (letter) => SPELLED[letter]!)
    .replace(/\s*=\s*/g, "=")
    .replace(/[^\w.=-]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "");
}

/** A movie to be made. */
export interface Filming {
  readonly type: MovieType;
  readonly width: number;
  readonly height: number;
  readonly count: number;
  /** Seconds that each picture is seen. */
  readonly hold: number;
  /** Draws one picture. */
  readonly draw: (picture: number, context: CanvasRenderingContext2D) => void;
  /** Ends it; what is filmed is then lost. */
  readonly signal: AbortSignal;
}

/** Bits for a pixel of a picture: flat colours with sharp edges, which few bits blur. */
const BITS = 2;
const FASTEST = 16e6;

/** The file, or null if it was ended before. Throws Error if the browser cannot record. */
export async function makeMovie(filming: Filming): Promise<Blob | null> {
  const { width, height, count, hold, signal } = filming;
  const next = paintable(width, height);
  const shown = paintable(width, height);
  const camera = cameraOn(shown.canvas);
  const recorder = new MediaRecorder(camera.stream, {
    mimeType: filming.type.mime,
    videoBitsPerSecond: Math.min(FASTEST, (BITS * width * height) / hold),
  });
  const parts: Blob[] = [];
  let failure: Error | null = null;
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  recorder.addEventListener("error", (event) => {
    const { error } = event as ErrorEvent;
    failure = error instanceof Error ? error : new Error("no reason given");
  });
  const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve));

  // A recorder goes by the clock on the wall. It rests while the page is out of sight, where browsers stop drawing.
  let wasHidden = false;
  const rest = () => {
    wasHidden ||= document.hidden;
    if (recorder.state === "recording" && document.hidden) recorder.pause();
    else if (recorder.state === "paused" && !document.hidden) recorder.resume();
  };
  document.addEventListener("visibilitychange", rest);
  const isOver = () => signal.aborted || failure !== null;
  /** Has what is shown seen for so long: again if it was missed. */
  const take = async (milliseconds: number) => {
    for (let misses = 0; misses < MISSES; misses += Number(!wasHidden)) {
      wasHidden = document.hidden;
      const begin = performance.now();
      shown.drawImage(shown.canvas, 0, 0); // changes nothing, but streams take only what was drawn
      const isTaken = await camera.take(signal);
      await pause(milliseconds - (performance.now() - begin), signal);
      if (isOver() || (isTaken && !wasHidden)) return;
    }
    throw new Error("this browser does not show its recorder what it draws");
  };

  try {
    filming.draw(0, shown);
    // Of Chromium's pictures the first comes late, and with colours that are coded in another way than all others'.
    for (let warming = 0; warming < 2; ++warming) await take(0);
    recorder.start();
    rest();
    let held: Promise<void> = Promise.resolve();
    for (let picture = 0; picture < count; ++picture) {
      // While the one before is seen: so pictures are equally long, unless drawing takes longer than that.
      filming.draw(picture, next);
      await held;
      if (isOver()) break;
      shown.drawImage(next.canvas, 0, 0);
      held = take(1000 * hold);
    }
    await held;
    // A picture ends when another comes: without one the last would be over at once.
    if (!isOver()) await take(LAST);
    if (failure) throw failure;
  } finally {
    document.removeEventListener("visibilitychange", rest);
    if (recorder.state !== "inactive") recorder.stop();
    camera.stop();
  }
  await stopped;
  return signal.aborted ? null : new Blob(parts, { type: filming.type.mime });
}

/** Milliseconds: Chromium throws away what it has not yet encoded when a recorder stops. */
const LAST = 500;
/** Milliseconds until a picture counts as missed, and how often in a row one may be. */
const SOON = 2000;
const MISSES = 5;

function paintable(width: number, height: number): CanvasRenderingContext2D {
  const context = element("canvas", { width, height }).getContext("2d");
  if (!context) throw new Error("no 2D canvas");
  return context;
}

interface Camera {
  readonly stream: MediaStream;
  /** Whether the stream got what the canvas shows. */
  take(signal: AbortSignal): Promise<boolean>;
  stop(): void;
}

/**
 * A stream that has exactly the pictures it is told to take or, in a browser that cannot, whatever is drawn. Browsers skip
 * what is drawn while they still read the picture before, which takes long without a graphics card: a film of the stream
 * that nobody sees tells which have come.
 */
function cameraOn(canvas: HTMLCanvasElement): Camera {
  let stream = canvas.captureStream(0);
  // Firefox has the function on the stream.
  const takers = [stream.getVideoTracks()[0], stream] as Partial<CanvasCaptureMediaStreamTrack>[];
  const taker = takers.find(({ requestFrame }) => requestFrame);
  if (!taker) stream = canvas.captureStream();
  const witness = element("video");
  witness.muted = true; // only silent ones may play unasked
  witness.srcObject = stream;
  witness.play().catch(() => undefined); // takes count as missed then
  return {
    stream,
    take: async (signal) => {
      const seen = new Promise<boolean>((resolve) => {
        if ("requestVideoFrameCallback" in witness) witness.requestVideoFrameCallback(() => resolve(true));
        else requestAnimationFrame(() => setTimeout(() => resolve(true)));
      });
      taker?.requestFrame!();
      return Promise.race([seen, pause(SOON, signal).then(() => false)]);
    },
    stop: () => {
      for (const track of stream.getTracks()) track.stop();
      witness.srcObject = null;
    },
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
