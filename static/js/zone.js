/* Tells the server the browser's time zone, so that dates are the reader's own; the account's choice goes before it. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`basal_zone=${zone}`)) {
  document.cookie = `basal_zone=${zone};path=/;max-age=31536000;samesite=lax${location.protocol === "https:" ? ";secure" : ""}`;
}
