/* On a phone the dock leads to the question of a patient's step: it steps aside while the question is on screen. */
const turn = document.querySelector(".step-turn");

if (turn) {
  const step = turn.closest(".step");
  new IntersectionObserver((entries) => {
    step.classList.toggle("at-turn", entries.at(-1).isIntersecting);
  }, { rootMargin: "0px 0px -25% 0px" }).observe(turn); // a question that only peeps in at the foot is not there yet
}
