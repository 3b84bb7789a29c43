/* Reads a step aloud with the voices of the reader's own device. The button is there only where that can work. */
const button = document.querySelector("button[data-listen]");

function start(button) {
  const words = button.querySelector("span");
  const listen = words.textContent;

  function show(speaking) {
    words.textContent = speaking ? button.dataset.stop : listen;
    button.setAttribute("aria-pressed", String(speaking));
  }

  function sentences() {
    const parts = [];
    for (const region of document.querySelectorAll(button.dataset.listen)) {
      const spoken = region.querySelectorAll("h1, h2, p, li");
      for (const part of spoken) {
        if (part.closest("figure, .alert") || part.querySelector("p, li")) continue;
        const copy = part.cloneNode(true);
        for (const mark of copy.querySelectorAll("sup")) mark.remove();
        parts.push([copy.textContent.trim(), part.closest("[lang]").lang]);
      }
    }
    return parts;
  }

  button.addEventListener("click", () => {
    if (speechSynthesis.speaking) {
      speechSynthesis.cancel();
      show(false);
      return;
    }
    const parts = sentences();
    for (const [index, [text, lang]] of parts.entries()) {
      const utterance = new SpeechSynthesisUtterance(text);
      utterance.lang = lang;
      if (index === parts.length - 1) utterance.onend = () => show(false);
      utterance.onerror = () => show(false);
      speechSynthesis.speak(utterance);
    }
    show(true);
  });
  addEventListener("pagehide", () => speechSynthesis.cancel());
  button.hidden = false;
}

if (button && "speechSynthesis" in window && "SpeechSynthesisUtterance" in window) start(button);
