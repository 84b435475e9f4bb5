import { resolve } from "node:path";
import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

/**
 * `vite build --mode report` or `--mode explorer`: each page is one file that opens from disk. CMake says where it goes
 * and where the engine lies (MISFIT_VIEWER_OUT, MISFIT_ENGINE).
 */
export default defineConfig(({ mode }) => ({
  plugins: [viteSingleFile({ removeViteModuleLoader: true })],
  resolve: { alias: { "@engine": resolve(process.env["MISFIT_ENGINE"] ?? "../build/release/viewer/engine") } },
  assetsInclude: ["**/*.wasm"],
  worker: { format: "iife" },
  build: {
    outDir: process.env["MISFIT_VIEWER_OUT"] ?? "../build/viewer",
    emptyOutDir: false,
    target: "es2022",
    rollupOptions: { input: `${mode}.html` },
  },
}));
