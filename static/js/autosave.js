/* Saves each answer of the post-test as it is given. The page says Saved only when the server has said so. */
const form = document.querySelector("form[data-autosave]");
const RETRY_MS = 3_000;

function start(form) {
  const state = document.getElementById("saved-state");
  const words = state.querySelector("span:last-child");
  const seq = form.elements.seq;
  let unsaved = false;
  let busy = false;
  let timer = 0;
  let wanted = null; // the button pressed while offline

  function show(name, detail = "") {
    state.dataset.state = name;
    words.textContent = detail ? `${state.dataset[name]} ${detail}` : state.dataset[name];
  }

  function clock() {
    return new Date().toISOString().slice(11, 16);
  }

  async function save() {
    if (busy || !unsaved) return;
    busy = true;
    unsaved = false;
    show("saving");
    const body = new FormData(form);
    seq.value = Number(seq.value) + 1;
    try {
      const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (response.ok && !response.redirected) {
        document.getElementById("question-map").outerHTML = (await response.json()).map; // our own template's
        show("saved", clock());
        if (wanted) form.requestSubmit(wanted);
      } else if (response.status === 409 || response.redirected) {
        show("unsaved"); // handed in elsewhere, or signed out: the server knows where to go
        location.reload();
        return;
      } else {
        unsaved = true;
        show("unsaved");
      }
    } catch {
      unsaved = true;
      show("offline");
    }
    busy = false;
    clearTimeout(timer);
    if (unsaved) timer = setTimeout(save, state.dataset.state === "saved" ? 0 : RETRY_MS);
  }

  form.addEventListener("change", (event) => {
    if (event.target.name !== "choice") return;
    unsaved = true;
    for (const choice of form.querySelectorAll(".choice")) {
      choice.classList.toggle("chosen", choice.contains(event.target));
    }
    save();
  });
  form.addEventListener("submit", (event) => {
    if (unsaved && state.dataset.state === "offline") { // the next page would be the browser's "no connection"
      event.preventDefault();
      wanted = event.submitter;
      save();
    } else {
      unsaved = false;
    }
  });
  addEventListener("online", save);
  addEventListener("beforeunload", (event) => {
    if (unsaved || state.dataset.state === "saving") event.preventDefault();
  });
}

if (form) start(form);
