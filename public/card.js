// Opens one's own page with the code of a personal card. It stands behind the # of the address, which browsers send to
// nobody: it is posted, and taken out of the address. Without this script the card's numbers are typed.

const token = location.hash.slice(1);
const form = document.getElementById("by-card");
if (token && form) {
  history.replaceState(null, "", location.pathname);
  form.elements.namedItem("token").value = token;
  form.submit();
}
