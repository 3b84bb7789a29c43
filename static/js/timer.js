/* The time that is left in a test: a display, which can be hidden; the server counts for itself. Said aloud at half of
   the time, and at ten, five and one minutes. */
const MARKS_S = [600, 300, 60];

class ExamTimer extends HTMLElement {
  connectedCallback() {
    const ms = (name) => Date.parse(this.dataset[name]);
    this.ahead = ms("now") - Date.now(); // the server's clock, whatever this one says
    this.end = ms("deadline");
    const whole = (this.end - ms("started")) / 1000;
    this.half = whole / 2;
    this.marks = [this.half, ...MARKS_S.filter((mark) => mark < whole)].sort((a, b) => b - a);
    this.marks = this.marks.filter((mark) => mark < this.leftS());
    this.button = this.querySelector("button");
    this.button.addEventListener("click", () => this.toggle());
    if (sessionStorage.getItem("basal-timer") === "hidden") this.toggle();
    this.tick();
    this.timer = setInterval(() => this.tick(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  leftS() {
    return Math.max(0, (this.end - Date.now() - this.ahead) / 1000);
  }

  toggle() {
    const shown = this.querySelector("[data-left]");
    shown.hidden = !shown.hidden;
    this.button.textContent = shown.hidden ? this.dataset.show : this.dataset.hide;
    sessionStorage.setItem("basal-timer", shown.hidden ? "hidden" : "shown");
  }

  tick() {
    const left = this.leftS();
    const s = Math.ceil(left);
    this.querySelector("[data-left]").textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
    if (this.marks.length && left <= this.marks[0]) this.say(this.marks.shift(), left);
    if (left > 0) return;
    clearInterval(this.timer);
    this.querySelector("[role=status]").textContent = this.dataset.up;
    const href = this.dataset.over;
    if (document.querySelector("form[data-answers]")) {
      document.dispatchEvent(new CustomEvent("basal:time-over", { detail: { href } }));
    } else if (location.pathname !== href) {
      location.assign(href);
    }
  }

  say(mark, left) {
    const n = Math.max(1, Math.round(left / 60));
    const words = mark === this.half ? this.dataset.half : n === 1 ? this.dataset.minute : this.dataset.minutes;
    this.querySelector("[role=status]").textContent = words.replace("{n}", n);
  }
}

customElements.define("exam-timer", ExamTimer);
