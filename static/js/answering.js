/* Small helps for answers that are no radio buttons: steps that move by buttons, and how many are chosen. The form's
   fields stay what is sent; without this they do as well. */
function places(list) {
  return [...list.children];
}

/* Where steps may be left out, those without a position stay so; `moved` gets one. */
function renumber(list, moved) {
  const all = list.dataset.order === "all";
  let next = 1;
  for (const row of places(list)) {
    const select = row.querySelector("select");
    if (all || row === moved || select.value !== "") select.value = String(next++);
  }
  remember(list);
  mark(list);
}

function mark(list) {
  const rows = places(list);
  rows.forEach((row, index) => {
    row.toggleAttribute("data-placed", row.querySelector("select").value !== "");
    row.querySelector("[data-move='-1']").disabled = index === 0;
    row.querySelector("[data-move='1']").disabled = index === rows.length - 1;
  });
}

function say(list, row) {
  const rows = places(list);
  const placed = rows.filter((each) => each.querySelector("select").value !== "").length;
  const values = { step: row.querySelector("label").textContent, at: row.querySelector("select").value, all: placed };
  const said = list.parentElement.querySelector("[data-order-said]");
  said.textContent = list.dataset.moved.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);
}

function move(button) {
  const row = button.closest(".answer-row");
  const list = row.parentElement;
  const step = Number(button.dataset.move);
  const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (step < 0) other.before(row);
  else other.after(row);
  renumber(list, row);
  say(list, row);
  (button.disabled ? row.querySelector(`[data-move='${-step}']`) : button).focus(); // the row moved, the reader stays on it
  row.querySelector("select").dispatchEvent(new Event("change", { bubbles: true }));
}

/* A position that another step has: the two change places. What was passed on the way there by arrow keys does not
   count: all others stand as they did when the list got the focus. */
function swap(select) {
  const list = select.closest("[data-order]");
  const others = places(list).map((row) => row.querySelector("select")).filter((each) => each !== select);
  for (const each of others) each.value = each.dataset.before;
  const other = others.find((each) => each.value === select.value && select.value !== "");
  if (other) other.value = select.dataset.before;
  mark(list);
}

function remember(list) {
  for (const select of list.querySelectorAll("select")) select.dataset.before = select.value;
}

function count(output) {
  const chosen = output.closest("form, fieldset").querySelectorAll("input[type=checkbox]:checked").length;
  output.textContent = output.dataset.words.replace("%(n)s", chosen).replace("%(most)s", output.dataset.most);
}

function begin(root) {
  for (const list of root.querySelectorAll("[data-order]")) {
    remember(list);
    mark(list);
  }
  for (const output of root.querySelectorAll("output[data-chosen]")) count(output);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (button) move(button);
});
document.addEventListener("focusin", ({ target }) => {
  if (target.matches("[data-order] select")) remember(target.closest("[data-order]"));
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-order] select")) swap(event.target);
  for (const output of document.querySelectorAll("output[data-chosen]")) count(output);
});
document.addEventListener("htmx:load", (event) => begin(event.target));
begin(document);
