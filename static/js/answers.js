/* Saves each answer of a test as it is given. The page says Saved only when the server has said that what stands there
   is what stands here. One save is on its way at a time; each change has a number, so that a late or repeated delivery
   overwrites nothing newer. What is typed offline waits in memory, in no storage of the browser. */
const form = document.querySelector("form[data-answers]");
const DEBOUNCE_MS = 800;
const PATIENCE_MS = 10_000; // after which an answer that does not come is a line that is down
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 15_000;
const OURS = new Set(["seq", "epoch", "csrfmiddlewaretoken", "flag", "go"]);

class Answers {
  constructor(form) {
    this.form = form;
    this.state = document.getElementById("saved-state");
    this.words = this.state.querySelector("span:last-child");
    this.next = Number(form.elements.seq.value); // the number of the next change that is sent
    this.changes = 0; // made here
    this.kept = 0; // of them, the last that stands on the server, or that the server cannot read
    this.sending = null; // {change, seq}: the change on its way, or to be sent again under the same number
    this.sent = new Set(); // the numbers this page used
    this.busy = false;
    this.retryMs = FIRST_RETRY_MS;
    this.refused = 0; // the change the server could not read
    this.timer = 0;
    this.wanted = null; // the button that was pressed while offline
    this.over = false; // taken over, handed in, or left on purpose
  }

  get unsaved() {
    return !this.over && this.kept < this.changes;
  }

  /* Whether there is something to send. What was refused is not sent again: it would not help, and the question that
     is asked about it, drawn anew, would take the focus from its answers. */
  get owed() {
    return this.unsaved && this.refused !== this.changes;
  }

  show(name, detail = "") {
    this.state.dataset.state = name;
    this.words.textContent = detail ? `${this.state.dataset[name]} ${detail}` : this.state.dataset[name];
  }

  changed(soon) {
    this.changes += 1;
    this.show("saving");
    this.later(soon ? 0 : DEBOUNCE_MS);
  }

  /* A box is left: what was typed there is counted already. */
  left() {
    if (this.owed) this.later(0);
  }

  later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), ms);
  }

  body() {
    if (this.sending?.change !== this.changes) {
      this.sending = { change: this.changes, seq: this.next };
      this.sent.add(this.next);
      this.next += 1;
      this.form.elements.seq.value = this.next; // what a pressed button sends is newer
    }
    const body = new FormData(this.form);
    body.set("seq", this.sending.seq);
    return body;
  }

  async save() {
    if (this.busy || !this.owed) return;
    this.busy = true;
    this.show("saving");
    const body = this.body();
    const { change, seq } = this.sending;
    try {
      const response = await this.send(body);
      const told = response.redirected || response.status >= 500 ? null : await response.json();
      this.told(response, told, change, seq);
      this.retryMs = FIRST_RETRY_MS;
    } catch {
      this.show("offline");
      this.again();
    }
    this.busy = false;
    if (this.unsaved && this.changes > change) this.later(0); // changed while it was on its way
    else if (this.wanted && !this.owed) this.go();
  }

  send(body, keepalive = false) {
    return fetch(this.form.action, {
      method: "POST",
      body,
      keepalive,
      headers: { Accept: "application/json" },
      signal: keepalive ? undefined : AbortSignal.timeout(PATIENCE_MS),
    });
  }

  told(response, told, change, seq) {
    if (response.redirected) this.leave(location.href); // signed out: the server leads to the sign-in
    else if (response.status === 409) this.closed(told);
    else if (response.status === 422 || response.status === 403) this.unread(told, change);
    else if (!response.ok || !told) {
      this.show("unsaved");
      this.again();
    } else this.stands(told, change, seq);
  }

  stands(told, change, seq) {
    if (!told.accepted && told.reason === "stale") {
      // A later change of this page's came first: its own reply tells of it. Else another window answered, and what
      // stands there is shown.
      if (told.seq > seq && this.sent.has(told.seq)) return;
      this.show("unsaved");
      return this.leave(location.href);
    }
    this.kept = Math.max(this.kept, change);
    this.mark(told.answered);
    if (this.unsaved) return; // what is said of a number is said of the one that stands here
    this.settle(told.echo);
    this.show("saved", new Date().toTimeString().slice(0, 5));
  }

  unread(told, change) {
    this.refused = change;
    const asked = this.changes === change && told.asked ? this.asked : null;
    this.show("unsaved", asked ? "" : told.message);
    if (!asked) return;
    asked.innerHTML = told.asked; // our own template
    asked.scrollIntoView({ block: "nearest" }); // on a phone the dock lies over what is below
    const field = this.form.elements[told.at];
    if (!field?.setAttribute) return;
    field.closest(".field")?.classList.add("invalid");
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", asked.id);
  }

  closed(told) {
    this.show("unsaved");
    if (told.code !== "taken_over") return this.leave(this.form.dataset.home);
    this.over = true;
    const alert = document.getElementById("taken-over");
    alert.querySelector("p").textContent = told.message;
    alert.hidden = false;
    for (const field of this.form.elements) field.disabled = true;
    alert.focus();
  }

  again() {
    this.later(this.retryMs * (0.5 + Math.random())); // not all at once when a server is back
    this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
  }

  get asked() {
    return this.form.querySelector("[data-asked]");
  }

  /* A number was read: say how, and no more what was wrong with it. What it was asked about stays, as chosen. */
  settle(echo) {
    const place = this.form.querySelector("output.echo > span");
    if (!place) return;
    place.textContent = echo;
    for (const problem of this.form.querySelectorAll(".check-error, [data-asked] > .error")) problem.remove();
    for (const field of this.form.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
      field.closest(".invalid")?.classList.remove("invalid");
    }
  }

  /* Another number is being typed: what was said of the last one is of no use. */
  typing() {
    this.settle("");
    this.asked?.replaceChildren();
  }

  /* The map and its counts, as the server would draw them. */
  mark(answered) {
    const map = document.querySelector("#question-map .qmap");
    const here = map.querySelector(".here");
    here.classList.toggle("answered", answered);
    here.classList.toggle("open", !answered);
    here.querySelector("[data-state]").textContent = answered ? map.dataset.answered : map.dataset.open;
    const open = [...map.querySelectorAll("a.open")].map((each) => each.firstChild.textContent);
    document.querySelector("[data-count=answered]").textContent = map.children.length - open.length;
    document.querySelector("[data-count=open]").textContent = open.length;
    document.querySelector("[data-places]").textContent = open.length ? `: ${open.join(", ")}` : "";
  }

  leave(href) {
    this.over = true;
    if (href === location.href) location.reload();
    else location.assign(href);
  }

  go() {
    const button = this.wanted;
    this.wanted = null;
    this.form.requestSubmit(button);
  }

  /* The page goes out of sight and may never come back: send what waits, whatever else is on its way. */
  flush() {
    if (!this.owed) return;
    const body = this.body();
    const { change, seq } = this.sending;
    this.send(body, true)
      .then(async (response) => this.told(response, response.redirected ? null : await response.json(), change, seq))
      .catch(() => this.later(0));
  }

  async finish(href) {
    clearTimeout(this.timer);
    await this.save();
    this.leave(href);
  }
}

/* Whether a field says something else than the server wrote into the page. */
function differs(field) {
  if (field.options) return [...field.options].some((option) => option.value && option.selected !== option.defaultSelected);
  if (["radio", "checkbox"].includes(field.type)) return field.checked !== field.defaultChecked;
  return field.matches("input, textarea") && field.value !== field.defaultValue;
}

function start(form) {
  const answers = new Answers(form);
  const asked = (target) => target.name && !OURS.has(target.name);

  const typed = (target) => target.matches("input:not([type=radio], [type=checkbox]), textarea");
  form.addEventListener("change", ({ target }) => {
    if (!asked(target)) return;
    if (typed(target)) return answers.left();
    for (const choice of form.querySelectorAll(".choice")) {
      choice.classList.toggle("chosen", Boolean(choice.querySelector("input")?.checked));
    }
    answers.changed(true);
  });
  form.addEventListener("input", ({ target }) => {
    if (asked(target) && typed(target)) {
      answers.typing();
      answers.changed(false);
    }
  });
  form.addEventListener("submit", (event) => {
    if (answers.unsaved && answers.state.dataset.state === "offline") { // the next page would be the browser's own
      event.preventDefault();
      answers.wanted = event.submitter;
      answers.save();
    } else {
      answers.over = true; // the form takes the answer along
    }
  });
  if ([...form.elements].some((field) => asked(field) && differs(field))) answers.changed(true); // before this ran
  addEventListener("online", () => answers.save());
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && answers.flush());
  addEventListener("beforeunload", (event) => {
    if (answers.unsaved) event.preventDefault();
  });
  document.addEventListener("basal:time-over", (event) => answers.finish(event.detail.href));
}

if (form) start(form);
