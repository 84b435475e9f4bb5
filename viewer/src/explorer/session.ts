/** A run of the explorer: the engine, how fast it is asked to go, and the history that makes it reproducible. */

import type { Engine, Kmc, Scalars, Stop } from "../engine/engine";
import type { History, Parameters, Stage, StageSettings } from "./experiment";
import { STAGE_KEYS, settingsOf, toToml, toXyz } from "./experiment";

/**
 * How a run is played: so many events a second, so many decades of time (at equilibrium swaps and sweeps), or as fast as
 * it goes.
 */
export type Pace = "events" | "log" | "full";

/** What the page shows. Arrays are copies. */
export interface Snapshot {
  readonly sigma: Int8Array;
  readonly phi: Float64Array;
  readonly deviation: Float64Array | null;
  readonly rms: number;
  readonly scalars: Scalars;
  /** Events (in equilibrium attempts) a second while computing; NaN before anything was computed. */
  readonly speed: number;
  /** Why nothing can follow; null while something can. */
  readonly ended: Stop | null;
  /** Exchange has stopped by itself. */
  readonly relaxes: boolean;
  /** Whether the run began with species that its parameters do not give: painted ones, or those of another method. */
  readonly startsElsewhere: boolean;
}

/** What the page must know of a crystal. */
export interface Sites {
  readonly dimension: 2 | 3;
  readonly position: Float32Array;
  readonly point: Int32Array;
  readonly layer: Int32Array;
  /** Milliseconds that building it took, V included. */
  readonly milliseconds: number;
}

/** Events between two looks at the clock. */
const BATCH = 64;
/** Attempts between two looks at the clock. */
const ATTEMPTS = 20_000;
/** A tenth of a second or two, where nothing is accepted. */
const MOST_ATTEMPTS_A_STEP = 100_000;
const MISMATCH = 0.1;
/** What is counted from the beginning of a run. */
const COUNTS = ["time", "events", "attempts", "accepted"] as const;
type Counts = Record<(typeof COUNTS)[number], number>;
const NOTHING: Counts = { time: 0, events: 0, attempts: 0, accepted: 0 };

export class Session {
  private parameters!: Parameters;
  private stages: Stage[] = [];
  /** Species at the beginning where no rule gives them; null where one does. */
  private startSigma: Int8Array | null = null;
  private clock = 0;
  /** Done and spent since the speed was told last. */
  private done = 0;
  private spent = 0;
  /** The part of an event that the last picture was to have and had not. */
  private due = 0;
  private speed = NaN;
  private ended: Stop | null = null;
  /** Exchange has stopped by itself at `off_at`. */
  private relaxes = false;
  private wantsStrain = false;
  /** Of the run that painting ended. */
  private before = NOTHING;

  constructor(
    private readonly engine: Engine,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Another crystal, or the same from the beginning. Throws EngineError for what cannot be. */
  build(parameters: Parameters): Sites {
    const { engine } = this;
    const begun = this.now();
    const shell =
      parameters.layers > 0 ? { shell: { layers: parameters.layers, stiffness: parameters.stiffness } } : {};
    engine.build({
      crystal:
        parameters.shape === "hexagon"
          ? { shape: "hexagon", side: parameters.side, ...shell }
          : { shape: "box", size: [parameters.sizeX, parameters.sizeY, parameters.sizeZ], ...shell },
      model: modelOf(parameters),
      kmc: kmcOf(parameters),
      seed: parameters.seed,
    });
    const milliseconds = this.now() - begun;
    this.restart(parameters);
    return {
      dimension: engine.dimension,
      position: Float32Array.from(engine.positions),
      point: Int32Array.from(engine.points),
      layer: Int32Array.from(engine.layers),
      milliseconds,
    };
  }

  /** The same crystal from the beginning: all A, or at equilibrium as `start` says; `sigma` starts from there instead. */
  restart(parameters: Parameters, sigma: Int8Array | null = null): void {
    const { engine } = this;
    this.parameters = parameters;
    engine.restart(parameters.seed);
    engine.setModel(modelOf(parameters));
    engine.setKmc(kmcOf(parameters));
    engine.restart(parameters.seed);
    this.startSigma = sigma && Int8Array.from(sigma);
    if (sigma) engine.setSigma(sigma);
    else if (parameters.method === "equilibrium") engine.arrange(parameters.start, parameters.composition);
    this.stages = [];
    this.clock = this.done = this.spent = this.due = 0;
    this.relaxes = false;
    this.before = NOTHING;
    this.speed = NaN;
    this.ended = null;
  }

  /**
   * Goes on under other constants or rates: a new stage. Its beginning is put a little after the present, at a time
   * with few digits, so that an input can name it.
   */
  change(parameters: Parameters): void {
    if (
      parameters.method === "exchange" &&
      this.hasBegun &&
      [...STAGE_KEYS, "off_at" as const].some((key) => parameters[key] !== this.parameters[key])
    ) {
      const end = nextWithDigits(this.clock);
      this.engine.advance({ until: end });
      this.clock = end;
      this.stages.push({ settings: this.settings, end });
    }
    const { t_end, off_at } = parameters;
    if (off_at !== this.parameters.off_at) this.relaxes = off_at > 0 && off_at <= this.clock;
    this.parameters = { ...this.parameters, ...settingsOf(parameters), t_end, off_at };
    this.engine.setModel(modelOf(parameters));
    this.engine.setKmc(kmcOf(this.settings));
    this.ended = null;
  }

  /**
   * Makes a site A or B by hand. What follows is a run of its own, that an input can name, and begins with the species
   * as they are then; the page counts on from where it was.
   */
  paint(site: number, spin: number): void {
    if (this.engine.shell[site] === 1 || this.engine.sigma[site] === spin) return;
    if (this.hasBegun || !this.startSigma) {
      const { counts, relaxes } = this;
      this.restart(this.parameters, Int8Array.from(this.engine.sigma));
      this.before = counts;
      this.relaxes = relaxes;
      this.engine.setKmc(kmcOf(this.settings));
    }
    this.engine.flip(site);
    this.startSigma = Int8Array.from(this.engine.sigma);
  }

  /** The other method: from the present species, or, where nothing has happened to them yet, as the parameters begin. */
  switchTo(parameters: Parameters): void {
    const untouched = !this.hasBegun && this.startSigma === null;
    this.restart(parameters, untouched ? null : Int8Array.from(this.engine.sigma));
  }

  wantStrain(wanted: boolean): void {
    this.wantsStrain = wanted;
  }

  /** Exactly one event, or one attempt that changes something. */
  step(): void {
    if (this.parameters.method === "exchange") this.advance(Infinity, 1, Infinity);
    else this.accept(1, Infinity);
  }

  /** Computes what one picture after `seconds` of play is to show, at most `budget` milliseconds of it. */
  play(pace: Pace, speed: number, seconds: number, budget: number): void {
    const equilibrium = this.parameters.method === "equilibrium";
    if (pace === "events") {
      this.due += speed * seconds;
      const events = Math.floor(this.due);
      this.due -= events;
      return equilibrium ? this.accept(events, budget) : this.advance(Infinity, events, budget);
    }
    if (equilibrium) return this.attempt(pace === "log" ? speed * seconds : Infinity, budget);
    if (this.engine.scalars().time === 0) this.advance(Infinity, 1, budget);
    this.clock = Math.max(this.clock, this.engine.scalars().time);
    const until = (this.before.time + this.clock) * 10 ** (speed * seconds) - this.before.time;
    this.advance(pace === "log" ? until : Infinity, Infinity, budget);
  }

  snapshot(): Snapshot {
    const { engine } = this;
    const strain = this.wantsStrain && this.parameters.epsilon > 0 ? engine.strain(MISMATCH) : null;
    return {
      deviation: strain && Float64Array.from(strain.deviation),
      rms: strain?.std ?? NaN,
      sigma: Int8Array.from(engine.sigma),
      phi: Float64Array.from(engine.phi),
      scalars: { ...engine.scalars(), ...this.counts },
      speed: this.speed,
      ended: this.ended,
      relaxes: this.relaxes,
      startsElsewhere: this.startSigma !== null,
    };
  }

  get history(): History {
    const { t_end } = this.parameters;
    const last = { settings: this.settings, end: this.clock <= t_end ? t_end : nextWithDigits(this.clock) };
    return { parameters: this.parameters, startsFromFile: this.startSigma !== null, stages: [...this.stages, last] };
  }

  /** The input that does the same with misfit, and the file of species that it starts from, if it needs one. */
  save(): { toml: string; xyz: string | null } {
    return {
      toml: toToml(this.history),
      xyz: this.startSigma && toXyz(this.startSigma, this.engine.positions),
    };
  }

  /** How far the page has counted. */
  private get counts(): Counts {
    const scalars = this.engine.scalars();
    return Object.fromEntries(COUNTS.map((name) => [name, this.before[name] + scalars[name]])) as Counts;
  }

  /** Those of the present stage. */
  private get settings(): StageSettings {
    const settings = settingsOf(this.parameters);
    return this.relaxes ? { ...settings, exchange_rate: 0 } : settings;
  }

  private get hasBegun(): boolean {
    const { events, attempts, time } = this.engine.scalars();
    return events > 0 || attempts > 0 || time > 0;
  }

  /** Events until a time (never beyond t_end), at most so many, for at most so many milliseconds. */
  private advance(until: number, most: number, budget: number): void {
    const begun = this.now();
    const { t_end, off_at } = this.parameters;
    const end = Math.min(until, t_end);
    const before = this.engine.scalars().events;
    let stop: Stop = "paused";
    const left = () => before + most - this.engine.scalars().events;
    while (stop === "paused" && left() > 0 && this.now() - begun < budget) {
      const switches = off_at > 0 && !this.relaxes && off_at < end;
      stop = this.engine.advance({ until: switches ? off_at : end, events: Math.min(BATCH, left()) });
      if (!switches || stop !== "until") continue;
      this.stages.push({ settings: this.settings, end: off_at });
      this.relaxes = true;
      this.engine.setKmc(kmcOf(this.settings));
      stop = "paused";
    }
    const { time, events } = this.engine.scalars();
    this.clock = Math.max(this.clock, stop === "until" ? end : time);
    this.time(events - before, this.now() - begun);
    if (stop === "until" && end === t_end) this.ended = "until";
    if (stop === "composition" || stop === "frozen") this.ended = stop;
  }

  /** So many attempts that change something, for at most so many milliseconds. */
  private accept(swaps: number, budget: number): void {
    const begun = this.now();
    const before = this.engine.scalars().attempts;
    for (let left = swaps; left > 0 && this.now() - begun < budget; --left)
      this.engine.attemptUntilAccepted(MOST_ATTEMPTS_A_STEP);
    this.time(this.engine.scalars().attempts - before, this.now() - begun);
  }

  /** Attempts for so many sweeps, or for as long as the budget lasts. */
  private attempt(sweeps: number, budget: number): void {
    const begun = this.now();
    const core = this.engine.shell.reduce((count, shell) => count - shell, this.engine.size);
    let left = Math.ceil(Math.min(sweeps, 1e12) * core);
    let done = 0;
    while (left > 0 && this.now() - begun < budget) {
      const attempts = Math.min(ATTEMPTS, left);
      this.engine.attempt(attempts);
      left -= attempts;
      done += attempts;
    }
    this.time(done, this.now() - begun);
  }

  /** A browser's clock is coarse: the speed is told of a tenth of a second of computing at the least. */
  private time(done: number, milliseconds: number): void {
    this.done += done;
    this.spent += milliseconds;
    if (this.spent < 100) return;
    this.speed = (1000 * this.done) / this.spent;
    this.done = this.spent = 0;
  }
}

function modelOf({ kT, epsilon, J, delta_mu }: Parameters) {
  return { kT, epsilon, J, delta_mu };
}

/** A run ends when nothing of A is left: what follows is rare events of the surface. */
function kmcOf({ exchange_rate, diffusion_rate, rates, swaps }: StageSettings): Kmc {
  return { exchange_rate, diffusion_rate, rates, swaps, stop_at_composition: 0 };
}

/** The next number above this one that three digits name: 7.8412 gives 7.85. */
export function nextWithDigits(value: number): number {
  if (value === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(value)) - 2);
  return Number(((Math.floor(value / unit) + 1) * unit).toPrecision(3));
}
