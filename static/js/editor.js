/* The editor of a question: saves while somebody writes, says truthfully whether what stands there is kept, shows what
   was found and the learner's page anew, and has keys for what is done most. Without it the Save button does all. */
const form = document.querySelector("form[data-editor]");
const DEBOUNCE_MS = 1_500;
const PATIENCE_MS = 15_000;
const RETRY_MS = 5_000;

class Editor {
  constructor(form) {
    this.form = form;
    this.changes = 0;
    this.kept = 0;
    this.busy = false;
    this.timer = 0;
    this.leaving = false;
    this.wanted = null; // the button that was pressed while a save was on its way
    // A page that was refused shows what somebody else saved meanwhile: only a person may put theirs in its place.
    this.autosaves = form.dataset.editor !== "by-hand" && this.state.dataset.kept !== "no";
    if (this.state.dataset.kept === "no") this.changes = 1;
  }

  get state() {
    return document.getElementById("editor-saved");
  }

  get unsaved() {
    return !this.leaving && this.kept < this.changes;
  }

  say(name, words = "") {
    const state = this.state;
    state.classList.toggle("unsaved", name === "unsaved" || name === "offline");
    const text = words || state.dataset[name];
    if (state.textContent !== text) state.textContent = text;
  }

  changed() {
    this.changes += 1;
    this.say("unsaved");
    if (this.autosaves) this.later(DEBOUNCE_MS);
  }

  later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), ms);
  }

  async save() {
    if (this.busy || !this.unsaved || !this.autosaves) return;
    this.busy = true;
    const change = this.changes;
    const body = new FormData(this.form);
    body.set("act", "save");
    this.say("saving");
    try {
      const response = await fetch(this.form.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      await this.answered(response, change);
    } catch {
      this.say("offline");
      this.later(RETRY_MS);
    }
    this.busy = false;
    if (this.wanted) {
      const button = this.wanted;
      this.wanted = null;
      // The bar was drawn anew meanwhile: the same button by its value.
      const same = [...document.querySelectorAll("button[name=act]")].find((one) => one.value === button.value);
      this.form.requestSubmit(same ?? undefined);
    } else if (this.autosaves && this.kept >= change && this.unsaved) this.later(DEBOUNCE_MS);
  }

  async answered(response, change) {
    const json = response.headers.get("Content-Type")?.includes("json");
    if (response.status === 422 && json) {
      this.faults((await response.json()).errors);
      this.say("refused");
    } else if (response.redirected || !response.ok || !json) {
      // Signed out, or somebody else saved: pressing Save leads to the page that says so and keeps what was typed.
      this.autosaves = false;
      const told = json ? await response.json() : {};
      this.say("unsaved", told.message ? `${this.state.dataset.failed} ${told.message}` : this.state.dataset.failed);
    } else {
      this.show(await response.json());
      this.kept = change;
      if (this.unsaved) this.say("unsaved");
    }
  }

  faults(errors) {
    for (const [name, told] of Object.entries(errors)) {
      const holder = document.querySelector(`[data-notes="${CSS.escape(name)}"]`);
      if (!holder) continue;
      const line = document.createElement("p");
      line.className = "error";
      line.textContent = told.join(" ");
      holder.replaceChildren(line);
    }
  }

  show(told) {
    this.form.elements.stamp.value = told.stamp;
    const bar = document.querySelector(".editor-bar");
    if (told.bar && !bar.contains(document.activeElement)) bar.outerHTML = told.bar;
    this.say("saved", told.saved);
    const waiving = document.querySelector("#editor-checks details[open]");
    if (!waiving) document.getElementById("editor-checks").innerHTML = told.checks;
    document.getElementById("editor-variants").innerHTML = told.variants;
    const count = document.getElementById("editor-count");
    if (count) count.firstChild.textContent = told.findings;
    for (const holder of document.querySelectorAll("[data-notes]")) {
      const remarks = [...holder.querySelectorAll(":scope > .remark")];
      holder.innerHTML = told.notes[holder.dataset.notes] ?? "";
      holder.append(...remarks);
      holder.closest(".field")?.classList.toggle("noted", holder.childElementCount > remarks.length);
    }
    if (told.picture) {
      document.getElementById("picture-shown").innerHTML = told.picture;
      document.getElementById("id_picture-file").value = "";
    }
    const frame = document.getElementById("preview-frame");
    frame?.contentWindow?.location.reload();
  }

  press(value) {
    const button = this.form.querySelector(`button[value="${CSS.escape(value)}"]`);
    if (button) this.form.requestSubmit(button);
  }
}

/* The row the focus is in, and the list it belongs to. */
function place() {
  const row = document.activeElement?.closest("[data-row]");
  const list = row?.closest(".rows") ?? document.querySelector(".rows");
  return { row, list };
}

function mark(row) {
  const key = row?.querySelector(".option-key input, [name$='-key']");
  if (!key) return;
  if (key.type === "checkbox") key.checked = !key.checked;
  else if (key.type === "radio") key.checked = true;
  key.dispatchEvent(new Event("input", { bubbles: true }));
  if (key.tagName === "SELECT") key.focus();
}

function help() {
  const dialog = document.getElementById("keys-help");
  if (!dialog.open) dialog.showModal();
}

const typing = (element) => element.matches("textarea, select, input:not([type=radio], [type=checkbox])");

function pressed(editor, event) {
  const { row, list } = place();
  const ctrl = event.ctrlKey || event.metaKey;
  if (event.key === "?" && !ctrl && !event.altKey && !typing(event.target)) return help;
  if (ctrl && event.key === "s") {
    return () => editor.form.requestSubmit(document.querySelector("[form=item-form][value=save]"));
  }
  if (ctrl && event.key === "Enter") return () => list?.querySelector("[value^='add:']:last-of-type")?.click();
  if (ctrl && event.key === "d" && !event.shiftKey) return () => document.querySelector(".quiet-link")?.click();
  if (ctrl && event.key === "k") return () => mark(row);
  if (event.altKey && !ctrl && event.key === "ArrowUp" && row) return () => editor.press(`up:${row.dataset.row}`);
  if (event.altKey && !ctrl && event.key === "ArrowDown" && row) return () => editor.press(`down:${row.dataset.row}`);
  return null;
}

function start(form) {
  const editor = new Editor(form);
  form.addEventListener("input", () => editor.changed());
  document.addEventListener("submit", (event) => {
    if (event.target !== form) return;
    if (editor.busy) {
      // What is on its way changes the stamp: the press waits for its answer, or it would meet its own writer's words.
      event.preventDefault();
      editor.wanted = event.submitter;
    } else editor.leaving = true;
  });
  addEventListener("keydown", (event) => {
    const act = pressed(editor, event);
    if (!act) return;
    event.preventDefault();
    act();
  });
  addEventListener("beforeunload", (event) => {
    if (editor.unsaved) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-help]")) help();
  });
}

if (form) start(form);

/* The wide learner's page is drawn at 1280 px and made to fit its place, whose height is fixed: nothing jumps. */
const frame = document.querySelector(".preview-frame.w1280 iframe");
if (frame) {
  const holder = frame.parentElement;
  const fit = () => {
    const scale = holder.clientWidth / 1280;
    frame.style.transform = `scale(${scale})`;
    frame.style.height = `${Math.ceil(holder.clientHeight / scale)}px`;
  };
  new ResizeObserver(fit).observe(holder);
  fit();
}
