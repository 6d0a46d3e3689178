/** The page: takes images in, shows the queue, keeps the settings. Reading and showing are the elements' work. */

import "../../styles/page.css";
import { refuseEarly } from "../client/early-refusal.js";
import { createCopyButton } from "../element/copy-button.js";
import { createButton } from "../element/dom.js";
import { downloadAllJson, downloadAllText, joinTexts } from "../element/export-files.js";
import { createExportMenu, everyForm } from "../element/export-menu.js";
import { chooseFiles, receiveFiles } from "../element/image-input.js";
import { bestLanguage, direction, say, speak, spoken } from "../words/words.js";
import { EngineStatus } from "./engine-status.js";
import { KeptItems } from "./kept-items.js";
import { QueueProgress } from "./queue-progress.js";
import { type ImageSource, ReadingQueue } from "./reading-queue.js";
import { receiveShared } from "./received.js";
import { readSettings, wireSettings } from "./settings.js";
import { keepEngine, wireServiceWorker } from "./shell-updates.js";
import { translatePage } from "./translate-page.js";

function find<E extends HTMLElement = HTMLElement>(id: string): E {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element as E;
}

let settings = readSettings();
const language = bestLanguage(settings.words ? [settings.words] : navigator.languages);
// English words that turn into others would push everything about.
document.documentElement.classList.toggle("untranslated", language !== "en");
await speak(language);
document.documentElement.lang = spoken();
document.documentElement.dir = direction();
translatePage();
document.documentElement.classList.remove("untranslated");

const engine = new EngineStatus(find("engine"));
engine.use(settings);

const notice = find("notice");
function notify(...content: (Node | string)[]): void {
  notice.replaceChildren(...content);
  notice.hidden = content.length === 0;
}

const kept = new KeptItems(() => notify(say("queue.full")));
const progress = new QueueProgress(find("progress"));
const queue = new ReadingQueue({
  list: find("queue"),
  stage: find("reader"),
  configure: (reader) => {
    reader.backend = settings.backend;
    reader.profile = settings.profile;
    reader.kernels = settings.kernels;
    reader.lineWorkers = settings.lineWorkers;
    reader.languages = settings.languages;
  },
  settings: () => {
    const { backend, profile, kernels, lineWorkers, languages } = settings;
    const models = profile ? { profile } : {};
    const workers = lineWorkers === null ? {} : { lineWorkers };
    return { engine: { backend, kernels, ...models, ...workers }, languages };
  },
  kept: () => (settings.keep ? kept : null),
  onChange: showQueue,
  choose: () => chooseFiles(),
});

const tool = { class: "tool" } as const;
const icon = { ...tool, iconOnly: true } as const;
const stopAll = createButton(say("all.stop"), () => queue.stopAll(), { ...icon, icon: "stop" });
const retryAll = createButton(say("all.retry"), () => queue.retryAll(), { ...icon, icon: "again" });
const clearAll = createButton(say("all.clear"), () => queue.clear(), { ...icon, icon: "trash" });
const copyAll = createCopyButton(say("all.copy"), () => joinTexts(queue.results), { class: "" });
const together = {
  title: say("all.one"),
  items: [
    { label: say("all.txt"), write: () => downloadAllText(queue.results) },
    { label: say("all.json"), write: () => downloadAllJson(queue.results) },
  ],
};
const packed = everyForm(say("all.zip"), async (choice) => {
  const { exportArchive, saveFile } = await import("../element/exporting.js");
  saveFile(await exportArchive(engine.client, await queue.exportables(), choice));
});
const { element: saveAll, button: saveButton } = createExportMenu(say("all.download"), [together, packed]);
find("steer").append(stopAll, retryAll, clearAll);
find("all").append(copyAll, saveAll);

/** Load the engine for what can be read, and for nothing else. */
async function warmFor(sources: readonly ImageSource[]): Promise<void> {
  const checks = sources.map((source) => (source instanceof File ? refuseEarly(source) : Promise.resolve()));
  await Promise.any(checks).then(
    () => engine.warm(),
    () => undefined, // the readers say why
  );
}

function add(sources: readonly ImageSource[]): void {
  if (sources.length === 0) return;
  void warmFor(sources);
  // Asked once something is worth keeping: some browsers ask the visitor.
  if (settings.keep) navigator.storage?.persist?.().catch(() => undefined);
  const losesFocus = find("welcome").contains(document.activeElement);
  void queue.add(sources).then(() => losesFocus && queue.focus());
}

async function choose(options: { capture?: boolean } = {}): Promise<void> {
  // Whoever opens the chooser is about to read something: the engine loads meanwhile.
  engine.warm();
  add(await chooseFiles(options));
}

function showQueue(): void {
  const isEmpty = queue.size === 0;
  const hadFocus =
    find("workspace").contains(document.activeElement) || document.activeElement === document.body;
  find("welcome").hidden = !isEmpty;
  find("workspace").hidden = isEmpty;
  if (isEmpty && hadFocus) find("choose").focus();
  find("batch").hidden = queue.size < 2;
  // Disabled, not hidden: buttons that come and go would move the others from under the pointer.
  stopAll.disabled = queue.pending === 0;
  retryAll.disabled = queue.unread === 0;
  copyAll.disabled = saveButton.disabled = queue.results.length === 0;
  progress.show(queue);
}

find("choose").addEventListener("click", () => void choose());
find("camera").addEventListener("click", () => void choose({ capture: true }));
find("drop-area").addEventListener("click", ({ target }) => {
  if (target instanceof Element && !target.closest("button")) void choose();
});
find("add").addEventListener("click", () => void choose());
for (const button of document.querySelectorAll<HTMLElement>("[data-sample]")) {
  button.addEventListener("click", () => add([button.dataset["sample"] ?? ""]));
}

receiveFiles(
  document,
  { onFiles: add, onHover: (hovering) => (find("drop-hint").hidden = !hovering) },
  // Before the readers, which would each take a file for themselves.
  { signal: new AbortController().signal, capture: true },
);

wireSettings({ dialog: find<HTMLDialogElement>("settings"), opener: find("open-settings") }, (changed) => {
  const isSpokenTo = changed.words !== settings.words;
  if (settings.keep && !changed.keep) void kept.clear();
  settings = changed;
  engine.use(settings);
  queue.reconfigure();
  if (isSpokenTo) location.reload(); // what is kept comes back in the new language
});
find("forget").addEventListener("click", () => {
  queue.clear();
  void kept.clear().then((isForgotten) => {
    find("forgotten").textContent = say(isForgotten ? "settings.forgotten" : "settings.unforgotten");
  });
});

// What is kept comes back; for anything else, leaving would be the end of it.
window.addEventListener("beforeunload", (event) => {
  const isLost = !settings.keep || kept.hasLost;
  if (isLost && (queue.pending > 0 || queue.results.length > 0)) event.preventDefault();
});

const backends = find<HTMLDialogElement>("backends");
find("open-backends").addEventListener("click", () => {
  // One dialog at a time; what is left to do is in the panel.
  find<HTMLDialogElement>("settings").close();
  backends.showModal();
  void import("./backend-panel.js").then(({ fillBackendPanel }) => fillBackendPanel(backends));
});
backends.addEventListener("close", () => find("open-settings").focus());

document.addEventListener("paste", ({ clipboardData, target }) => {
  const isTyped = target instanceof HTMLElement && target.closest("input, py-ocr") !== null;
  if (!isTyped && /^https?:\/\/\S+$/u.test(clipboardData?.getData("text").trim() ?? ""))
    notify(say("paste.address"));
});

document.addEventListener("py-ocr-progress", ({ detail }) => engine.showProgress(detail));
document.addEventListener("py-ocr-result", ({ detail }) => {
  engine.showUse(detail.backend);
  keepEngine();
});

wireServiceWorker((reload) => notify(say("app.update"), createButton(say("app.reload"), reload)));
receiveShared(add);
if (settings.keep) void kept.all().then((items) => queue.restore(items));
