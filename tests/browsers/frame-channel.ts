/**
 * Driving a browser without WebDriver: a page around the site asks what to do, and does it in a frame.
 *
 * A session of automation is ephemeral in WebKitGTK, and loses what Cache Storage kept as soon as the page is left. So
 * what a browser keeps is checked in a session as people have it, which only what runs in a page can drive.
 */

import type { IncomingMessage, ServerResponse } from "node:http";

const FOLDER = "/frame/";
/** The page around the site. */
export const FRAME_PAGE = `${FOLDER}index.html`;

const HTML = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Around the site</title>
  <script type="module" src="${FOLDER}frame.js"></script></head>
  <body><iframe></iframe></body></html>`;

/** Policies forbid eval: what is to run in the frame comes as a script of the site. */
const SCRIPT = `const frame = document.querySelector("iframe");
const tell = (id, answer) =>
  fetch("${FOLDER}answer/" + id, { method: "POST", body: JSON.stringify(answer) });
for (;;) {
  const { id, url } = await (await fetch("${FOLDER}next")).json();
  if (url) {
    frame.onload = () => tell(id, {});
    frame.src = url;
  } else {
    const script = frame.contentDocument.createElement("script");
    script.src = "${FOLDER}run/" + id + ".js";
    script.onerror = () => tell(id, { error: "the script did not run" });
    frame.contentDocument.head.append(script);
  }
}`;

interface Task {
  readonly id: number;
  readonly url?: string;
  readonly script?: string;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

let lastId = 0;
const tasks = new Map<number, Task>();
const untold: Task[] = [];
let waiting: ServerResponse | undefined;

/** Whether a request is the frame's. */
export function isOfFrame(path: string): boolean {
  return path.startsWith(FOLDER);
}

/** Load an address in the frame. */
export function openInFrame(url: string): Promise<void> {
  return give({ url }) as Promise<void>;
}

/** Run a function in the frame. */
export function runInFrame(source: string, argument: unknown): Promise<unknown> {
  const script = (
    id: number,
  ): string => `(async () => (${source})(${JSON.stringify(argument ?? null)}))().then(
    (value) => ({ value }), (error) => ({ error: error + "\\n" + error.stack })).then((answer) =>
      parent.fetch("${FOLDER}answer/${id}", { method: "POST", body: JSON.stringify(answer) }));`;
  return give({ script });
}

/** Forget what a browser that is gone was to do. */
export function forgetFrame(): void {
  untold.length = 0;
  tasks.clear();
  waiting = undefined;
}

function give({ url, script }: { url?: string; script?: (id: number) => string }): Promise<unknown> {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    const task = { id, resolve, reject, ...(url && { url }), ...(script && { script: script(id) }) };
    tasks.set(id, task);
    untold.push(task);
    tell();
  });
}

/** Tell the frame of the next task, when there is one and it asks. */
function tell(): void {
  if (waiting === undefined || untold.length === 0) return;
  const { id, url } = untold.shift()!;
  waiting.setHeader("content-type", "application/json");
  waiting.end(JSON.stringify({ id, url }));
  waiting = undefined;
}

export function answerFrame(request: IncomingMessage, response: ServerResponse): void {
  const [what = "", name = ""] = (request.url ?? "").slice(FOLDER.length).split("/");
  response.statusCode = 200;
  const send = (type: string, body: string): void => {
    response.setHeader("content-type", type);
    response.end(body);
  };
  if (what === "index.html") send("text/html", HTML);
  else if (what === "frame.js") send("text/javascript", SCRIPT);
  else if (what === "run") send("text/javascript", tasks.get(Number.parseInt(name, 10))?.script ?? "");
  else if (what === "next") {
    waiting = response;
    tell();
  } else {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      const { value, error } = JSON.parse(body) as { value?: unknown; error?: string };
      const task = tasks.get(Number(name));
      tasks.delete(Number(name));
      if (error === undefined) task?.resolve(value);
      else task?.reject(new Error(error));
      send("application/json", "{}");
    });
  }
}
