// Takes the code of a personal card, or of a letter, out of the address. It stands behind the #, which browsers send to
// nobody: a card's is posted and opens the own page, a letter's is typed for whoever then adds their year of birth. Without
// this script card and code are typed by hand.

const token = location.hash.slice(1);
const card = document.getElementById("by-card");
const letter = document.getElementById("by-code");
if (token && (card || letter)) {
  history.replaceState(null, "", location.pathname);
  if (card) {
    card.elements.namedItem("token").value = token;
    card.submit();
  } else {
    letter.elements.namedItem("code").value = token;
    letter.elements.namedItem("born").focus();
  }
}
