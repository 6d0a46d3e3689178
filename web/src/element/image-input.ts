/**
 * The ways an image comes in: chosen, dropped, or pasted. Each ends as a list of named files.
 *
 * What a file really holds is for the decoder to say: a file that is no image must end in a clear error,
 * not in silence, so nothing is filtered here by its name.
 */

/** What the file chooser offers. */
export const ACCEPTED_TYPES =
  "image/*,application/pdf,.pdf,.zip,.tif,.tiff,.avif,.heic,.heif,.hif,.bmp,.webp,.jp2,.j2k,.jpx,.jpeg2000,.ppm,.pgm,.pbm,.pnm";

/** The formats that can be read, as people call them. */
export const FORMAT_NAMES = "PNG, JPEG, WebP, GIF, BMP, AVIF, HEIC, TIFF, JPEG 2000, PPM";

/** Open the browser's file chooser. Resolves with an empty list when it is dismissed. */
export function chooseFiles({ multiple = true, capture = false } = {}): Promise<File[]> {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = capture ? "image/*" : ACCEPTED_TYPES;
  // Not every browser that knows the attribute has the property for it.
  if (capture) input.setAttribute("capture", "environment");
  else input.multiple = multiple;
  return new Promise((resolve) => {
    input.addEventListener("change", () => resolve([...(input.files ?? [])]));
    input.addEventListener("cancel", () => resolve([]));
    input.click();
  });
}

/** The files that a paste carries; pasted screenshots get a name that tells them apart. */
function filesIn(transfer: DataTransfer | null): File[] {
  const files = [...(transfer?.files ?? [])];
  return files.map((file) => (isAnonymous(file) ? named(file) : file));
}

/** The files that a drop carries, those in folders as well, by name. Must be called while the event is told. */
async function filesDropped(transfer: DataTransfer | null): Promise<File[]> {
  const entries = [...(transfer?.items ?? [])].map((item) => item.webkitGetAsEntry());
  if (!entries.some((entry) => entry?.isDirectory)) return filesIn(transfer);
  const found = await Promise.all(entries.map((entry) => (entry ? filesUnder(entry) : [])));
  return found.flat();
}

async function filesUnder(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    // What a file manager leaves in a folder is nobody's image.
    if (entry.name.startsWith(".")) return [];
    const { promise, resolve, reject } = withResolvers<File>();
    (entry as FileSystemFileEntry).file(resolve, reject);
    return promise.then(
      (file) => [file],
      () => [], // gone meanwhile
    );
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    // A reader gives some at a time, and at the end none.
    const { promise, resolve, reject } = withResolvers<FileSystemEntry[]>();
    reader.readEntries(resolve, reject);
    const some = await promise.catch(() => []);
    if (some.length === 0) break;
    children.push(...some);
  }
  children.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  return (await Promise.all(children.map(filesUnder))).flat();
}

/** `Promise.withResolvers`, which not every browser has that this page is for. */
function withResolvers<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((done, failed) => ([resolve, reject] = [done, failed]));
  return { promise, resolve, reject };
}

/** What `receiveFiles` calls back. */
export interface FileReceiver {
  /** Files arrived. The list is not empty. */
  onFiles(files: File[]): void;
  /** Files hover over the target, or have left it. */
  onHover?(hovering: boolean): void;
}

/**
 * Take dropped and pasted files on `target` until `signal` aborts.
 *
 * A receiver that listens with `capture` goes before those inside it, which leave alone what is taken already.
 */
export function receiveFiles(
  target: EventTarget,
  receiver: FileReceiver,
  { signal, capture = false }: { signal: AbortSignal; capture?: boolean },
): void {
  // A drag enters a child before it leaves the parent: counting keeps the hover state from flickering.
  let depth = 0;
  const hover = (next: number): void => {
    const changed = depth > 0 !== next > 0;
    depth = Math.max(0, next);
    if (changed) receiver.onHover?.(depth > 0);
  };
  const on = (type: string, listener: (event: DragEvent) => void): void => {
    const whenFree = (event: Event): void => {
      if (!event.defaultPrevented && carriesFiles(event as DragEvent)) listener(event as DragEvent);
    };
    target.addEventListener(type, whenFree, { signal, capture });
  };
  on("dragenter", (event) => {
    event.preventDefault();
    hover(depth + 1);
  });
  on("dragover", (event) => {
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
  });
  on("dragleave", () => hover(depth - 1));
  on("drop", (event) => {
    event.preventDefault();
    hover(0);
    void filesDropped(event.dataTransfer).then((files) => deliver(files, receiver));
  });
  const onPaste = (event: Event): void => {
    const files = event.defaultPrevented ? [] : filesIn((event as ClipboardEvent).clipboardData);
    if (files.length > 0) event.preventDefault();
    deliver(files, receiver);
  };
  target.addEventListener("paste", onPaste, { signal, capture });
}

function deliver(files: File[], receiver: FileReceiver): void {
  if (files.length > 0) receiver.onFiles(files);
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

function isAnonymous(file: File): boolean {
  return file.name === "" || file.name === "image.png";
}

function named(file: File): File {
  const time = new Date().toLocaleTimeString("en-GB").replaceAll(":", ".");
  const extension = file.type.split("/")[1] ?? "png";
  return new File([file], `Pasted ${time}.${extension}`, { type: file.type });
}
