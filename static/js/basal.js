/* The one bundle: htmx for checks and the arriving certificate, and a small module for each thing of our own. */
import "htmx.org";
import "./answers.js";
import "./timer.js";
import "./answering.js";
import "./seen.js";
import "./errors.js";
import "./listen.js";
import "./turn.js";
import "./zone.js";
import "./account.js";
import "./unsaved.js";
import "./editor.js";

document.documentElement.classList.add("js");
