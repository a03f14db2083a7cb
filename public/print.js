// Prints the page by a button, for whoever does not look for that in the browser's own menu. The page works without it.

for (const button of document.querySelectorAll(".print")) {
  button.addEventListener("click", () => globalThis.print());
  button.hidden = false;
}
