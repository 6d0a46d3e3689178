import { build } from "esbuild";

await build({
  entryPoints: [new URL("src/main.js", import.meta.url).pathname],
  bundle: true,
  format: "esm",
  minify: true,
  outfile: process.argv[2] ?? "dist/main.js",
});
