// Takes the code of a personal card, of a letter, or of a page that somebody shows, out of the address. It stands behind the
// #, which browsers send to nobody: a card's is posted and opens the own page; the others are typed for whoever then adds
// the year of birth, which a letter's needs, or presses the button. Without this script card and code are typed by hand.

const token = location.hash.slice(1);
const card = document.getElementById("by-card");
const code = document.getElementById("by-code");
// A code that is shown or read out has eight characters, a letter's more.
const shown = 8;
if (token && (card || code)) {
  history.replaceState(null, "", location.pathname);
  if (card) {
    card.elements.namedItem("token").value = token;
    card.submit();
  } else {
    code.elements.namedItem("code").value = token;
    (token.length > shown ? code.elements.namedItem("born") : code.querySelector("button")).focus();
  }
}
