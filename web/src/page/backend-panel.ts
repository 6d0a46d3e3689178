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
import { say } from "../words/words.js";

const COLUMNS = [
  "settings.backend",
  "backends.results",
  "backends.loading",
  "backends.finding",
  "backends.line",
] as const;

let panel: BackendPanel | null = null;

/** Fill the panel's dialog, once. Nothing is fetched or run before the visitor asks for it. */
export function fillBackendPanel(dialog: HTMLDialogElement): void {
  if (panel) return;
  const filled = new BackendPanel(dialog);
  dialog.addEventListener("close", () => filled.cancel());
  panel = filled;
}

class BackendPanel {
  readonly #choices = WEB_BACKENDS.map((backend) =>
    create("input", { type: "checkbox", name: "measured", value: backend, checked: true }),
  );
  readonly #thorough = create("input", { type: "checkbox", name: "thorough" });
  readonly #status = create("p", { role: "status" });
  readonly #bar = create("progress", { "aria-label": say("progress"), hidden: true });
  readonly #results = create("div", { class: "backend-results" });
  readonly #run = createButton(say("backends.measure"), () => void this.#measure(), { class: "primary" });
  readonly #cancel = createButton(say("cancel"), () => this.cancel(), { hidden: true });
  readonly #copy = createButton(say("backends.copy"), () => void this.#copyReport(), { hidden: true });
  #running: AbortController | null = null;
  #report: BackendReport | null = null;

  constructor(dialog: HTMLDialogElement) {
    const labels = this.#choices.map((choice) => create("label", {}, choice, backendName(choice.value)));
    dialog
      .querySelector(".panel-body")
      ?.append(
        create("fieldset", {}, create("legend", {}, say("backends.which")), ...labels),
        create("label", {}, this.#thorough, say("backends.thorough")),
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
      this.#status.textContent = say("backends.none");
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
      const right = report.backends.filter((one) => isRight(one));
      said = say("backends.measured", {
        backends: right.map(({ backend }) => backendName(backend)).join(", ") || say("backends.nothing"),
      });
    } catch (error) {
      said = running.signal.aborted ? say("cancelled.title") : describeError(error);
    }
    this.#running = null;
    this.#setRunning(false);
    this.#status.textContent = said;
  }

  #follow({ backend, what, done, total }: ReportStep): void {
    const phase = what === "load" || what === "sessions" ? what : "run";
    const said = say(`backends.${phase}`, { backend: backendName(backend) });
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
      () => say("copied"),
      () => say("copy.refused"),
    );
  }
}

function createTable(backends: readonly ReportedBackend[]): HTMLTableElement {
  const head = COLUMNS.map((title) => create("th", { scope: "col" }, say(title)));
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
    create("caption", {}, say("backends.caption")),
    create("thead", {}, create("tr", {}, ...head)),
    create("tbody", {}, ...rows),
  );
}

function isRight({ error, models }: ReportedBackend): boolean {
  return error === null && models.every(({ difference }) => difference === null);
}

/** Say whether a backend can be used here and computes what it should. */
function verdict({ error, models }: ReportedBackend): string {
  if (error !== null) return say("backends.unavailable", { reason: error.cause });
  const wrong = models.find(({ difference }) => difference !== null);
  return wrong ? say("backends.wrong", { difference: wrong.difference ?? "" }) : say("backends.right");
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
