/** Hands ONNX Runtime Web a module that is compiled already. It has no option for that: it takes a file, or an address. */

/** Stands for the module where a file is asked for. */
export const IN_PLACE_OF_BINARY: Uint8Array<ArrayBuffer> = new Uint8Array(0);

/** From now on, who instantiates a file without a byte in it gets this module. The last call counts. */
export function instantiateCompiled(module: WebAssembly.Module): void {
  current = module;
  if (WebAssembly.instantiate === instantiate) return;
  original = WebAssembly.instantiate;
  WebAssembly.instantiate = instantiate as typeof WebAssembly.instantiate;
}

let current: WebAssembly.Module;
let original: typeof WebAssembly.instantiate;

async function instantiate(
  source: BufferSource | WebAssembly.Module,
  imports?: WebAssembly.Imports,
): Promise<WebAssembly.WebAssemblyInstantiatedSource | WebAssembly.Instance> {
  if (source instanceof WebAssembly.Module) return original(source, imports);
  if (source.byteLength > 0) return original(source, imports);
  return { module: current, instance: await original(current, imports) };
}
