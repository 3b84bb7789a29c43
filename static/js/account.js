/* Passkeys that were not used are told on the page; recovery codes can be printed. */
document.addEventListener("allauth.error", (event) => {
  const place = document.querySelector("[data-passkey-problem]");
  if (!place) return;
  event.preventDefault(); // not to the console: the person said no, or the device did
  place.hidden = false;
  place.focus();
});
document.querySelector("[data-print]")?.addEventListener("click", () => print());
