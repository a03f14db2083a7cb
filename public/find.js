// Finds while somebody types (forms with `data-find`). Without this script, or when the server does not answer, the
// form is sent by its button as ever.

const PAUSE = 250;
const SHORTEST = 2;

for (const form of document.querySelectorAll("form[data-find]")) findIn(form);

function findIn(form) {
  const field = form.elements.namedItem("q");
  const found = document.getElementById("found");
  const row = document.getElementById("found-row")?.content.firstElementChild;
  const told = document.getElementById("found-told");
  if (!field || !found || !row || !told) return;
  const before = [...found.childNodes];
  let timer;
  let asked = 0;

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });

  async function ask() {
    const typed = field.value.trim();
    asked += 1;
    const mine = asked;
    if (typed.length < SHORTEST) return show(before, "");
    const answer = await fetch(form.dataset.find, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", "x-virea": "1" },
      body: JSON.stringify({ typed }),
    }).catch(() => undefined);
    // Somebody has typed on meanwhile, or must sign in again: then the button tells.
    if (mine !== asked || !answer?.ok) return;
    const { people, told } = await answer.json();
    if (mine === asked) show([list(people)], told);
  }

  function show(nodes, words) {
    found.replaceChildren(...nodes);
    told.textContent = words;
  }

  function list(people) {
    const rows = document.createElement("ul");
    rows.className = "rows";
    rows.setAttribute("role", "list");
    rows.append(...people.map(filled));
    return rows;
  }

  function filled(person) {
    const one = row.cloneNode(true);
    one.querySelector("a").setAttribute("href", person.href);
    for (const [part, words] of Object.entries({ ".initials": person.initials, ".row__name": person.name, ".row__more": person.more, ".tag": person.tag })) {
      const place = one.querySelector(part);
      if (words) place.textContent = words;
      else place.remove();
    }
    return one;
  }
}
