/** What the page and its worker say to each other. */

import type { Parameters } from "./experiment";
import type { Pace, Sites, Snapshot } from "./session";

export type Request =
  | { readonly kind: "load"; readonly wasm: Uint8Array }
  | { readonly kind: "build" | "restart" | "change" | "switch"; readonly parameters: Parameters }
  | { readonly kind: "play"; readonly pace: Pace; readonly speed: number; readonly seconds: number }
  | { readonly kind: "step" }
  | { readonly kind: "paint"; readonly site: number; readonly spin: number }
  | { readonly kind: "strain"; readonly wanted: boolean }
  | { readonly kind: "save" };

export type Answer =
  | { readonly kind: "built"; readonly sites: Sites }
  | { readonly kind: "shown"; readonly snapshot: Snapshot; readonly restarted: boolean }
  | { readonly kind: "saved"; readonly toml: string; readonly xyz: string | null }
  | { readonly kind: "failed"; readonly message: string };
