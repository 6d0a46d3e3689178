/** The page: takes images in, shows the queue, keeps the settings. Reading and showing are the elements' work. */

import "../../styles/page.css";
import { createCopyButton } from "../element/copy-button.js";
import { createButton } from "../element/dom.js";
import { downloadAllJson, downloadAllText, joinTexts } from "../element/export-files.js";
import { chooseFiles, receiveFiles } from "../element/image-input.js";
import { wireBackendPanel } from "./backend-panel.js";
import { EngineStatus } from "./engine-status.js";
import { type ImageSource, ReadingQueue } from "./reading-queue.js";
import { readSettings, wireSettings } from "./settings.js";

function find<E extends HTMLElement = HTMLElement>(id: string): E {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element as E;
}

let settings = readSettings();
const engine = new EngineStatus(find("engine"));
engine.use(settings);

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
  onChange: showQueue,
});

const stopAll = createButton("Stop all", () => queue.stopAll(), { class: "tool", icon: "close" });
const copyAll = createCopyButton("Copy all", () => joinTexts(queue.results), { class: "tool" });
const saveText = createButton("All as .txt", () => downloadAllText(queue.results), {
  class: "tool",
  icon: "download",
});
const saveJson = createButton("All as .json", () => downloadAllJson(queue.results), {
  class: "tool",
  icon: "download",
});
find("all").append(stopAll, copyAll, saveText, saveJson);

function add(sources: readonly ImageSource[]): void {
  if (sources.length === 0) return;
  engine.warm();
  const losesFocus = find("welcome").contains(document.activeElement);
  queue.add(sources);
  if (losesFocus) queue.focus();
}

async function choose(): Promise<void> {
  // Whoever opens the chooser is about to read something: the engine loads meanwhile.
  engine.warm();
  add(await chooseFiles());
}

function showQueue(): void {
  const isEmpty = queue.size === 0;
  const hadFocus =
    find("workspace").contains(document.activeElement) || document.activeElement === document.body;
  find("welcome").hidden = !isEmpty;
  find("workspace").hidden = isEmpty;
  if (isEmpty && hadFocus) find("choose").focus();
  stopAll.hidden = queue.pending < 2;
  const several = queue.results.length > 1;
  for (const button of [copyAll, saveText, saveJson]) button.hidden = !several;
}

find("choose").addEventListener("click", () => void choose());
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
  settings = changed;
  engine.use(settings);
  queue.reconfigure();
});

wireBackendPanel({ dialog: find<HTMLDialogElement>("backends"), opener: find("open-backends") });

document.addEventListener("py-ocr-result", ({ detail }) => engine.showUse(detail.backend));
