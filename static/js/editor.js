/* The editor of a question: saves while somebody writes, says truthfully whether what stands there is kept, shows what
   was found and the learner's page anew, and has keys for what is done most. Without it the Save button does all. */
const form = document.querySelector("form[data-editor]");
const DEBOUNCE_MS = 1_500;
const PATIENCE_MS = 15_000;
const RETRY_MS = 5_000;
const LAST_RETRY_MS = 30_000; // until somebody has signed in again

class Editor {
  constructor(form) {
    this.form = form;
    this.changes = 0;
    this.kept = 0;
    this.busy = false;
    this.timer = 0;
    this.leaving = false;
    this.down = false; // the line, or the session: a press would lead to a page that has lost what was typed
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
    state.classList.toggle("unsaved", ["unsaved", "offline", "signedout"].includes(name));
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

  async save(pressed = false) {
    if (this.busy || !((this.unsaved && this.autosaves) || pressed)) return;
    this.busy = true;
    const change = this.changes;
    const body = new FormData(this.form);
    body.set("act", "save");
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/); // of a sign-in in another window
    if (token) body.set("csrfmiddlewaretoken", token[1]);
    this.say("saving");
    try {
      const response = await fetch(this.form.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      this.down = response.redirected;
      await this.answered(response, change);
    } catch {
      this.down = true;
      this.say("offline");
      this.later(RETRY_MS);
    }
    this.busy = false;
    const button = this.wanted;
    this.wanted = null;
    if (button && !this.down) {
      // The bar was drawn anew meanwhile: the same button by its value.
      const same = [...document.querySelectorAll("button[name=act]")].find((one) => one.value === button.value);
      this.form.requestSubmit(same ?? undefined);
    } else if (this.autosaves && this.unsaved && (this.kept >= change || this.changes > change)) this.later(DEBOUNCE_MS);
  }

  async answered(response, change) {
    const json = response.headers.get("Content-Type")?.includes("json");
    if (response.status === 422 && json) {
      this.faults((await response.json()).errors);
      this.say("refused");
    } else if (response.redirected) {
      this.say("signedout");
      this.later(LAST_RETRY_MS);
    } else if (!response.ok || !json) {
      // Somebody else saved, perhaps: pressing Save leads to the page that says so and keeps what was typed.
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
      line.id = `id_${name}_fault`;
      holder.replaceChildren(line);
      tie(name, [line.id], true);
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
      tie(holder.dataset.notes, [...holder.querySelectorAll("[id]")].map((one) => one.id), false);
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

/* What is said of a field is read out with it. */
function tie(name, ids, invalid) {
  const field = document.getElementById(`id_${name}`);
  if (!field) return;
  const hint = document.getElementById(`id_${name}_helptext`);
  const all = [...(hint ? [hint.id] : []), ...ids];
  if (all.length) field.setAttribute("aria-describedby", all.join(" "));
  else field.removeAttribute("aria-describedby");
  if (invalid) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
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
    if (editor.busy || editor.down || !navigator.onLine) {
      // What is on its way changes the stamp: the press waits for its answer, or it would meet its own writer's words.
      // On a line that is down it is tried first: the browser's own page of errors has lost what was typed.
      event.preventDefault();
      editor.wanted = event.submitter;
      editor.save(true);
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
