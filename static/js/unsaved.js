/* An editor whose script does not save by itself: says truthfully when something typed is not saved yet, asks before it
   is lost, and saves on Ctrl+S. */
const form = document.querySelector("form[data-unsaved]:not([data-editor])");

function start(form) {
  const state = document.getElementById("editor-saved");
  let unsaved = state.dataset.kept === "no"; // a refused save: what stands in the fields is nowhere else

  form.addEventListener("input", () => {
    if (unsaved) return;
    unsaved = true;
    state.classList.add("unsaved");
    state.textContent = state.dataset.unsaved;
  });
  document.addEventListener("submit", (event) => {
    if (event.target === form) unsaved = false;
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(document.querySelector(`:is([form=${form.id}], #${form.id} button)[value=save]`));
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
}

if (form) start(form);
