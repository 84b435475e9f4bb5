/// <reference types="vite/client" />

/** The engine as a data URL; the build says where it lies (vite.config.ts). */
declare module "@engine/misfit-engine.wasm?inline" {
  const address: string;
  export default address;
}
