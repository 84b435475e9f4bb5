import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

/** `vite build --mode report` or `--mode explorer`: each page is one file that opens from disk. */
export default defineConfig(({ mode }) => ({
  plugins: [viteSingleFile({ removeViteModuleLoader: true })],
  build: {
    outDir: process.env["MISFIT_VIEWER_OUT"] ?? "../build/viewer",
    emptyOutDir: false,
    target: "es2022",
    rollupOptions: { input: `${mode}.html` },
  },
}));
