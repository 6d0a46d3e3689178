import { resolve } from "node:path";

import webpack from "webpack";

const compiler = webpack({
  mode: "production",
  context: import.meta.dirname,
  entry: "./src/main.js",
  output: { path: resolve(process.argv[2] ?? "dist"), filename: "main.js", publicPath: "auto" },
  performance: { hints: false },
});

compiler.run((error, stats) => {
  console.log(error ?? stats?.toString());
  process.exitCode = error || stats?.hasErrors() ? 1 : 0;
});
