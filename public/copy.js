// Copies with one press what somebody puts into a text or a presentation: a drawing as a picture (`data-picture`: the
// address of its file), its finding in words (`data-text`), or all of a field (`data-field`: its id). Where the browser
// lets no page copy, the picture is saved as a file. Without this script these buttons are not there; the links to the
// files are.

const KIND = "image/png";
// Sharp on paper, too.
const SCALE = 2;

for (const button of document.querySelectorAll("button[data-picture], button[data-text], button[data-field]")) offer(button);

function offer(button) {
  const words = button.closest("[data-copied]")?.dataset;
  const told = button.parentElement.querySelector("[role=status]");
  if (!words || !told) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    told.textContent = "";
    try {
      told.textContent = words[await copied(button)];
    } catch {
      told.textContent = words.failed;
    }
  });
}

// What came of it: the name of the words that say so.
async function copied({ dataset }) {
  if (dataset.picture) return copiedPicture(dataset.picture);
  const field = dataset.field && document.getElementById(dataset.field);
  await navigator.clipboard.writeText(field ? field.value : dataset.text);
  return "copied";
}

async function copiedPicture(address) {
  const picture = drawn(address);
  try {
    // The promise goes in, not what comes of it: some browsers take a copy only while the press is being handled.
    await navigator.clipboard.write([new ClipboardItem({ [KIND]: picture.then(({ png }) => png) })]);
    return "copied";
  } catch {
    save(await picture);
    return "saved";
  }
}

// The file of the drawing as a picture on white. The file has its looks inside, so it is light whatever the page is; letters
// are the system's own, since a picture fetches no font.
async function drawn(address) {
  const answer = await fetch(address, { redirect: "error" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const name = answer.headers.get("content-disposition")?.match(/filename="([\w.-]+)\.svg"/)?.[1] ?? "picture";
  const source = URL.createObjectURL(await answer.blob());
  try {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth * SCALE, image.naturalHeight * SCALE];
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    const png = await new Promise((done) => canvas.toBlob(done, KIND));
    if (!png) throw new Error("no picture");
    return { name, png };
  } finally {
    URL.revokeObjectURL(source);
  }
}

function save({ name, png }) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(png);
  link.download = `${name}.png`;
  link.click();
  // The browser reads it after the press.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
