// The page works without this file. With it, you can also type.
const search = document.querySelector("#narrow");
const words = search.querySelector("input");
const count = document.querySelector("#count");
const rows = [...document.querySelectorAll("tr.row")];

function narrow() {
  const wanted = words.value.toLowerCase().trim();
  for (const row of rows) {
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
  }
  for (const lane of document.querySelectorAll("tbody[id]")) {
    lane.hidden = !lane.querySelector("tr.row:not([hidden])");
  }
  const shown = rows.filter((row) => !row.hidden).length;
  count.textContent = shown === rows.length ? "" : `${shown} of ${rows.length}`;
}

search.hidden = false;
words.addEventListener("input", narrow);
