// Prints the brotli size of each file named, as a JSON list. Quality 5, what servers compress with on the fly.
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

const params = { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 22 };
const sizes = process.argv.slice(2).map((path) => brotliCompressSync(readFileSync(path), { params }).length);
console.log(JSON.stringify(sizes));
