/* A refused form: the summary takes focus, so that it is read first. */
document.querySelector(".error-summary, .error-focus")?.focus();
