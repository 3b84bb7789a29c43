/* Reads a step aloud with the voices of the reader's own device. The buttons are there only where that can work. */
const buttons = [...document.querySelectorAll("button[data-listen]")];

function sentences(where) {
  const parts = [];
  for (const part of document.querySelectorAll(where.split(",").map((one) => `${one} :is(h1, h2, p, li)`).join(","))) {
    if (part.closest("figure, .alert") || part.querySelector("p, li")) continue;
    const copy = part.cloneNode(true);
    for (const mark of copy.querySelectorAll("sup")) mark.remove();
    parts.push([copy.textContent.trim(), part.closest("[lang]").lang]);
  }
  return parts;
}

function start(button) {
  const words = button.querySelector("span");
  const listen = words.textContent;

  function show(speaking) {
    words.textContent = speaking ? button.dataset.stop : listen;
  }

  button.addEventListener("click", () => {
    const speaking = speechSynthesis.speaking;
    speechSynthesis.cancel();
    show(!speaking);
    if (speaking) return;
    const parts = sentences(button.dataset.listen);
    for (const [index, [text, lang]] of parts.entries()) {
      const utterance = new SpeechSynthesisUtterance(text);
      utterance.lang = lang;
      if (index === parts.length - 1) utterance.onend = () => show(false);
      utterance.onerror = () => show(false);
      speechSynthesis.speak(utterance);
    }
  });
  button.hidden = false;
}

if (buttons.length && "speechSynthesis" in window && "SpeechSynthesisUtterance" in window) {
  buttons.forEach(start);
  addEventListener("pagehide", () => speechSynthesis.cancel());
}
