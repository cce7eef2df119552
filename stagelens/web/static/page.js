// The page works without this script. With it, findings follow while a draft is typed, and lie under its words.
// Nothing is sent anywhere but to the page's own address, and nothing is kept.

const PAUSE = 150; // milliseconds without typing after which the draft is read
document.documentElement.classList.add("js");

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => { openAll(); window.print(); });
}

const form = document.getElementById("draft");
if (form) start();

function openAll() {
  for (const card of document.querySelectorAll(".sw-card > details")) card.open = true;
}

function start() {
  const field = document.getElementById("text");
  const backdrop = document.getElementById("backdrop");
  const found = document.getElementById("found");
  const status = document.getElementById("status");
  const peek = document.getElementById("peek");
  let latest = 0;
  let timer = 0;
  let shown = "";

  // --- asking ---

  async function read(submitter) {
    clearTimeout(timer);
    const mine = ++latest;
    const text = field.value;
    const data = new FormData(form, submitter);
    data.delete("file");
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Stagelens-Part": "1" } });
    } catch {
      if (mine === latest) status.textContent = "The program behind this page does not answer. If it was ended, start stagelens serve again; your draft is still here.";
      return;
    }
    const body = await answer.text();
    if (mine !== latest) return; // something newer is under way
    if (!answer.ok) {
      status.textContent = body.charAt(0).toUpperCase() + body.slice(1) + (body.endsWith(".") ? "" : ".");
      return;
    }
    status.textContent = "";
    replace(body);
    mark(text);
  }

  field.addEventListener("input", () => {
    peek.hidden = true;
    shift(field.value);
    clearTimeout(timer);
    timer = setTimeout(read, PAUSE);
  });
  form.addEventListener("change", (event) => {
    if (event.target.id === "file") form.querySelector("[data-load]").click();
    else if (event.target !== field) read();
  });
  form.addEventListener("submit", (event) => {
    const by = event.submitter;
    if (by && (by.hasAttribute("data-load") || by.hasAttribute("data-file"))) return;
    event.preventDefault();
    read(by);
  });

  // --- showing ---

  function replace(html) {
    const open = new Set([...found.querySelectorAll(".sw-card > details[open]")].map((card) => card.parentElement.dataset.key));
    const folds = [...found.querySelectorAll(".sw-filter, .sl-missing details")].filter((fold) => fold.open).map((fold) => fold.parentElement.className + fold.className);
    const active = document.activeElement;
    const held = found.contains(active) ? { key: active.closest(".sw-card")?.dataset.key, name: active.name, value: active.value } : null;
    found.innerHTML = html; // made by the server, which escapes every word of the draft; the page's policy lets no script in it run
    for (const card of found.querySelectorAll(".sw-card")) {
      if (open.has(card.dataset.key)) card.firstElementChild.open = true;
    }
    for (const fold of found.querySelectorAll(".sw-filter, .sl-missing details")) {
      if (folds.includes(fold.parentElement.className + fold.className)) fold.open = true;
    }
    if (held) refocus(held);
  }

  // A button that was pressed may be gone: the focus goes to what undoes it, to its card, or to the heading.
  function refocus(held) {
    const all = [...found.querySelectorAll("button, input:not([type=hidden]), summary")];
    const target = all.find((one) => held.name && one.name === held.name && one.value === held.value)
      || all.find((one) => one.name === "back" && held.name === "aside" && one.value === held.value)
      || all.find((one) => one.tagName === "SUMMARY" && one.closest(".sw-card")?.dataset.key === (held.key ?? held.value));
    const heading = found.querySelector("h2#findings");
    if (target) target.focus();
    else if (heading) { heading.tabIndex = -1; heading.focus(); }
  }

  function mark(text) {
    const marks = found.querySelector("#marks");
    backdrop.replaceChildren(marks ? marks.content.cloneNode(true) : "", "\u200b");
    shown = text;
    if (field.value !== text) shift(field.value);
  }

  // While a new reading is on its way, marks before and behind the place of typing keep theirs, and the place itself has none.
  function shift(text) {
    let head = 0;
    const most = Math.min(text.length, shown.length);
    while (head < most && text[head] === shown[head]) head++;
    let tail = 0;
    while (tail < most - head && text[text.length - 1 - tail] === shown[shown.length - 1 - tail]) tail++;
    const before = cut(0, head);
    const after = cut(shown.length - tail, shown.length);
    backdrop.replaceChildren(before, text.slice(head, text.length - tail), after, "\u200b");
    shown = text;
  }

  function cut(from, to) {
    const range = document.createRange();
    range.setStart(...place(from));
    range.setEnd(...place(to));
    return range.cloneContents();
  }

  function place(offset) {
    const walker = document.createTreeWalker(backdrop, NodeFilter.SHOW_TEXT);
    let node = walker.nextNode();
    while (node) {
      if (offset <= node.length) return [node, offset];
      offset -= node.length;
      node = walker.nextNode();
    }
    return [backdrop, backdrop.childNodes.length];
  }

  // --- from the words to the cards, and back ---

  const card = (number) => found.querySelector(`.sw-card[data-number="${number}"]`);
  const numbersOf = (element) => element ? element.dataset.numbers.split(" ").filter(Boolean) : [];

  function light(numbers) {
    for (const one of found.querySelectorAll(".sw-card.sw-on")) one.classList.remove("sw-on");
    for (const one of backdrop.querySelectorAll(".sw-on")) one.classList.remove("sw-on");
    for (const number of numbers) {
      card(number)?.classList.add("sw-on");
      for (const one of backdrop.querySelectorAll("mark")) if (numbersOf(one).includes(number)) one.classList.add("sw-on");
    }
  }

  function markAt(x, y) {
    return document.elementsFromPoint(x, y).map((one) => one.closest?.("#backdrop mark")).find(Boolean);
  }

  field.addEventListener("click", (event) => {
    const numbers = numbersOf(markAt(event.clientX, event.clientY));
    light(numbers);
    if (!numbers.length) return;
    peek.hidden = true;
    const wanted = card(numbers[numbers.length - 1]);
    if (wanted) {
      wanted.firstElementChild.open = true;
      wanted.scrollIntoView({ block: "nearest" });
    }
  });
  field.addEventListener("keyup", (event) => {
    if (!event.key.startsWith("Arrow") && event.key !== "Home" && event.key !== "End") return;
    const [node] = place(field.selectionStart);
    light(numbersOf(node.parentElement?.closest?.("mark")));
  });
  field.addEventListener("mousemove", (event) => {
    const over = event.buttons ? null : markAt(event.clientX, event.clientY);
    const number = numbersOf(over).at(-1);
    const about = number && card(number);
    if (!about) { peek.hidden = true; return; }
    if (!peek.hidden && peek.dataset.number === number) return;
    const title = document.createElement("p");
    title.append(about.querySelector("strong").cloneNode(true));
    const does = document.createElement("p");
    does.textContent = (about.querySelector(".sw-does dd") ?? about.querySelector("dd")).textContent;
    peek.replaceChildren(title, does);
    peek.dataset.number = number;
    peek.hidden = false;
    const box = over.getClientRects()[0];
    peek.style.left = `${Math.max(8, Math.min(box.left, document.documentElement.clientWidth - peek.offsetWidth - 8)) + window.scrollX}px`;
    peek.style.top = `${box.bottom + 8 + window.scrollY}px`;
  });
  field.addEventListener("mouseleave", () => { peek.hidden = true; });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { peek.hidden = true; light([]); } });
  for (const kind of ["focusin", "mouseover"]) {
    found.addEventListener(kind, (event) => {
      const over = event.target.closest(".sw-card");
      if (over) light([over.dataset.number]);
    });
  }
  found.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#s"]');
    const wanted = link && found.querySelector(link.getAttribute("href"));
    if (wanted?.matches(".sw-card")) { wanted.firstElementChild.open = true; wanted.querySelector("summary").focus(); }
  });
  window.addEventListener("beforeprint", openAll);

  mark(field.value);
  if (field.value && !found.querySelector("#cards, #counts.sl-counts")) read();
}
