/** The Backends panel: measures what this device can run the models on, shows it, and copies it as JSON. */

import {
  type BackendReport,
  type ReportStep,
  type ReportedBackend,
  measureBackends,
} from "../client/backend-report.js";
import { create, createButton } from "../element/dom.js";
import { copyText } from "../element/export-files.js";
import { backendName, formatDuration } from "../element/wording.js";
import { describeError } from "../shared/errors.js";
import { WEB_BACKENDS } from "../shared/types.js";

const COLUMNS = ["Backend", "Results", "Loading", "Finding text", "Reading a line"] as const;
const RIGHT = "right";

/** Wire the panel's dialog. Nothing is fetched or run before the visitor asks for it. */
export function wireBackendPanel({
  dialog,
  opener,
}: {
  readonly dialog: HTMLDialogElement;
  readonly opener: HTMLElement;
}): void {
  const panel = new BackendPanel(dialog);
  opener.addEventListener("click", () => dialog.showModal());
  dialog.addEventListener("close", () => panel.cancel());
}

class BackendPanel {
  readonly #choices = WEB_BACKENDS.map((backend) =>
    create("input", { type: "checkbox", name: "measured", value: backend, checked: true }),
  );
  readonly #thorough = create("input", { type: "checkbox", name: "thorough" });
  readonly #status = create("p", { role: "status" });
  readonly #bar = create("progress", { "aria-label": "Progress", hidden: true });
  readonly #results = create("div", { class: "backend-results" });
  readonly #run = createButton("Measure", () => void this.#measure(), { class: "primary" });
  readonly #cancel = createButton("Cancel", () => this.cancel(), { hidden: true });
  readonly #copy = createButton("Copy as JSON", () => void this.#copyReport(), { hidden: true });
  #running: AbortController | null = null;
  #report: BackendReport | null = null;

  constructor(dialog: HTMLDialogElement) {
    const labels = this.#choices.map((choice) => create("label", {}, choice, backendName(choice.value)));
    dialog
      .querySelector(".panel-body")
      ?.append(
        create("fieldset", {}, create("legend", {}, "Which ones"), ...labels),
        create("label", {}, this.#thorough, "Every size, and memory: takes some minutes"),
        this.#status,
        this.#bar,
        this.#results,
      );
    dialog.querySelector("menu")?.prepend(this.#copy, this.#cancel, this.#run);
  }

  /** Stop measuring; does nothing when nothing is measured. */
  cancel(): void {
    this.#running?.abort();
  }

  async #measure(): Promise<void> {
    const chosen = WEB_BACKENDS.filter((_, index) => this.#choices[index]?.checked);
    if (chosen.length === 0) {
      this.#status.textContent = "Choose at least one";
      return;
    }
    const running = new AbortController();
    this.#running = running;
    this.#show(null);
    this.#setRunning(true);
    let said = "";
    try {
      const report = await measureBackends(chosen, {
        thorough: this.#thorough.checked,
        signal: running.signal,
        onStep: (step) => this.#follow(step),
      });
      this.#show(report);
      const right = report.backends.filter((one) => verdict(one) === RIGHT);
      said = `Measured; right results on ${right.map(({ backend }) => backendName(backend)).join(", ") || "none"}`;
    } catch (error) {
      said = running.signal.aborted ? "Cancelled" : describeError(error);
    }
    this.#running = null;
    this.#setRunning(false);
    this.#status.textContent = said;
  }

  #follow({ backend, what, done, total }: ReportStep): void {
    const phase = what === "load" ? "getting ready" : what === "sessions" ? "loading the models" : "running";
    const said = `${backendName(backend)}: ${phase}`;
    // Said again, the same words would be read out again.
    if (this.#status.textContent !== said) this.#status.textContent = said;
    if (total === 0) this.#bar.removeAttribute("value");
    else this.#bar.value = done / total;
  }

  #setRunning(isRunning: boolean): void {
    this.#bar.hidden = this.#cancel.hidden = !isRunning;
    this.#run.hidden = isRunning;
    for (const input of [...this.#choices, this.#thorough]) input.disabled = isRunning;
    // The button that had the focus is gone: its counterpart takes it.
    (isRunning ? this.#cancel : this.#run).focus();
  }

  #show(report: BackendReport | null): void {
    this.#report = report;
    this.#copy.hidden = report === null;
    this.#results.replaceChildren(...(report === null ? [] : [createTable(report.backends)]));
  }

  async #copyReport(): Promise<void> {
    const text = JSON.stringify(this.#report, null, 2);
    this.#status.textContent = await copyText(text).then(
      () => "Copied",
      () => "The browser does not allow copying here",
    );
  }
}

function createTable(backends: readonly ReportedBackend[]): HTMLTableElement {
  const head = COLUMNS.map((title) => create("th", { scope: "col" }, title));
  const rows = backends.map((one) =>
    create(
      "tr",
      {},
      create("th", { scope: "row" }, backendName(one.backend), create("small", {}, one.detail)),
      create("td", {}, verdict(one)),
      create("td", {}, duration(one.sessions_ms)),
      create("td", {}, duration(lastTime(one, "detector"))),
      create("td", {}, duration(lineTime(one))),
    ),
  );
  return create(
    "table",
    {},
    create("caption", {}, "Finding text is timed on the largest size that was run"),
    create("thead", {}, create("tr", {}, ...head)),
    create("tbody", {}, ...rows),
  );
}

/** Say whether a backend can be used here and computes what it should. */
function verdict({ error, models }: ReportedBackend): string {
  if (error !== null) return `not available: ${error.cause}`;
  const wrong = models.find(({ difference }) => difference !== null);
  return wrong ? `wrong: ${wrong.difference}` : RIGHT;
}

function duration(elapsedMs: number | null | undefined): string {
  return elapsedMs === null || elapsedMs === undefined ? "–" : formatDuration(elapsedMs);
}

function lastTime({ models }: ReportedBackend, role: string): number | undefined {
  return models.find((model) => model.role === role)?.times.at(-1)?.warm_ms;
}

/** The time of a single line: the smallest batch, the widest image of it. */
function lineTime({ models }: ReportedBackend): number | undefined {
  const recognizer = models.find(({ role }) => role === "recognizer");
  return recognizer?.times.filter(({ shape }) => shape[0] === 1).at(-1)?.warm_ms;
}
