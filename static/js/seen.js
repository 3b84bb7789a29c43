/* Tells the server which headings were on screen: at most once a minute while the page is visible, and on leaving. */
const lesson = document.querySelector("[data-seen]");
const EVERY_MS = 60_000;

function start(root) {
  const waiting = new Set();
  let last = 0;

  function send(leaving = false) {
    if (!waiting.size) return;
    if (!leaving && (document.visibilityState !== "visible" || Date.now() - last < EVERY_MS)) return;
    last = Date.now();
    const body = new FormData();
    for (const id of waiting) body.append("heading", id);
    body.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    waiting.clear();
    fetch(root.dataset.seen, { method: "POST", body, keepalive: true }).catch(() => {});
  }

  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) {
        waiting.delete(entry.target.id); // the newest goes last: it is where the reader is
        waiting.add(entry.target.id);
      }
    }
    send();
  }, { rootMargin: "0px 0px -30% 0px" });
  for (const heading of root.querySelectorAll("h2[id], h3[id]")) observer.observe(heading);
  setInterval(send, 5_000);
  document.addEventListener("visibilitychange", () => send(document.visibilityState === "hidden"));
}

if (lesson) start(lesson);
