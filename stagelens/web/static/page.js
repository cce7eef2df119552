// The page works without this script. With it, findings follow while a draft is typed, and lie under its words.
// Nothing is sent anywhere but to the page's own address, and nothing is kept.

const PAUSE = 120; // milliseconds without typing after which the draft is read
const SLOW = 700; // milliseconds after which the page says that it is reading
const REST = 250; // milliseconds for which the pointer or the caret rests on words before their card opens
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
    data.delete("replaced");
    const slow = setTimeout(() => { if (mine === latest) status.textContent = "Reading \u2026"; }, SLOW);
    let answer, body;
    try {
      answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Stagelens-Part": "1" } });
      body = await answer.text();
    } catch {
      if (mine === latest) status.textContent = "The program behind this page does not answer. If it was ended, start stagelens serve again; your draft is still here.";
      return;
    } finally {
      clearTimeout(slow);
    }
    if (mine !== latest) return; // something newer is under way
    status.textContent = answer.ok ? "" : body;
    if (!answer.ok) return;
    replace(body);
    mark(text);
  }

  field.addEventListener("input", () => {
    hide();
    shift(field.value);
    clearTimeout(timer);
    timer = setTimeout(read, PAUSE);
  });
  form.addEventListener("change", (event) => {
    if (event.target.id === "file") open(event.target);
    else if (event.target !== field) read();
  });
  form.addEventListener("submit", (event) => {
    const by = event.submitter;
    const away = by?.hasAttribute("data-away") || by?.hasAttribute("data-load");
    if (away && (by.hasAttribute("data-load") || !tooLong(field.value))) return;
    event.preventDefault();
    read(by);
  });

  // What would be refused is not sent: an answer of its own would take the place of this page, and of the draft.
  function tooLong(text) {
    const longest = Number(form.dataset.longest);
    return text.length > longest && [...text].length > longest;
  }

  function open(chosen) {
    const file = chosen.files[0];
    if (!file) return;
    if (file.size < form.dataset.largest - 2 * field.value.length * 4 - 10_000) { form.querySelector("[data-load]").click(); return; }
    chosen.value = "";
    status.textContent = "This file is larger than what is read here. Open a part of it, or use the command stagelens tag for long texts. Your draft is still here.";
  }

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
  const marksOf = (number) => [...backdrop.querySelectorAll("mark")].filter((one) => numbersOf(one).includes(number));
  const beside = window.matchMedia("(min-width: 64rem)"); // the cards stand beside the words, as in site.css

  function light(numbers) {
    for (const one of found.querySelectorAll(".sw-card.sw-on")) one.classList.remove("sw-on");
    for (const one of backdrop.querySelectorAll(".sw-on")) one.classList.remove("sw-on");
    for (const number of numbers) {
      card(number)?.classList.add("sw-on");
      for (const one of marksOf(number)) one.classList.add("sw-on");
    }
  }

  function markAt(x, y) {
    return document.elementsFromPoint(x, y).map((one) => one.closest?.("#backdrop mark")).find(Boolean);
  }

  function markAtCaret() {
    const [node] = place(field.selectionStart);
    return node.parentElement?.closest?.("#backdrop mark");
  }

  // Words are pressed: their card opens in the list beside them or, where there is no room for a list, under them.
  field.addEventListener("click", (event) => {
    const over = markAt(event.clientX, event.clientY);
    const numbers = numbersOf(over);
    light(numbers);
    hide();
    const wanted = numbers.length && card(numbers[numbers.length - 1]);
    if (!wanted) return;
    if (!beside.matches) { show(over); return; }
    wanted.firstElementChild.open = true;
    wanted.scrollIntoView({ block: "nearest" });
  });
  field.addEventListener("keyup", (event) => {
    if (!event.key.startsWith("Arrow") && event.key !== "Home" && event.key !== "End") return;
    const over = markAtCaret();
    light(numbersOf(over));
    over ? soon(() => show(markAtCaret())) : hide();
  });
  field.addEventListener("mousemove", (event) => {
    const { clientX, clientY } = event;
    const over = event.buttons ? null : markAt(clientX, clientY);
    if (numbersOf(over).at(-1) === peek.dataset.number && !peek.hidden) clearTimeout(resting);
    else if (over) soon(() => show(markAt(clientX, clientY)));
    else soon(hide);
  });
  field.addEventListener("mouseleave", () => soon(hide));
  field.addEventListener("blur", () => soon(hide));
  for (const kind of ["mouseenter", "focusin"]) peek.addEventListener(kind, () => clearTimeout(resting));
  peek.addEventListener("mouseleave", () => soon(hide));

  let resting = 0;
  function soon(what) {
    clearTimeout(resting);
    resting = setTimeout(what, REST);
  }

  function hide() {
    clearTimeout(resting);
    peek.hidden = true;
  }

  // The card of words, under them: the same as in the list, without the notes that are not to be read out.
  function show(over) {
    const number = numbersOf(over).at(-1);
    const about = number && card(number);
    if (!about) { hide(); return; }
    const title = document.createElement("p");
    title.append(about.querySelector("strong").cloneNode(true));
    const facts = about.querySelector(".sl-facts").cloneNode(true);
    facts.querySelector(".sl-note")?.remove();
    peek.replaceChildren(title, facts);
    peek.dataset.number = number;
    peek.hidden = false;
    peek.scrollTop = 0;
    const lines = over.getClientRects();
    const first = lines[0], last = lines[lines.length - 1];
    const below = last.bottom + peek.offsetHeight + 8 < window.innerHeight || first.top < peek.offsetHeight + 8;
    peek.style.left = `${Math.max(8, Math.min(last.left, document.documentElement.clientWidth - peek.offsetWidth - 8)) + window.scrollX}px`;
    peek.style.top = `${(below ? last.bottom + 6 : first.top - peek.offsetHeight - 6) + window.scrollY}px`;
  }

  // Escape closes what is open: the card under the words, then the card in which the focus stands.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const folded = peek.hidden && document.activeElement?.closest(".sw-card > details[open], #found details[open]");
    if (folded) { folded.open = false; folded.querySelector("summary").focus(); }
    hide();
    if (!folded) light([]);
  });
  for (const kind of ["focusin", "mouseover"]) {
    found.addEventListener(kind, (event) => {
      const over = event.target.closest(".sw-card");
      if (over) light([over.dataset.number]);
    });
  }
  found.addEventListener("click", (event) => {
    const link = event.target.closest("a.sw-intext");
    if (link) { event.preventDefault(); choose(link.closest(".sw-card").dataset.number); return; }
    const to = event.target.closest('a[href^="#s"]');
    const wanted = to && found.querySelector(to.getAttribute("href"));
    if (wanted?.matches(".sw-card")) { wanted.firstElementChild.open = true; wanted.querySelector("summary").focus(); }
  });

  // From a card into the text: its words are chosen there.
  function choose(number) {
    const marks = marksOf(number);
    if (!marks.length) return;
    const until = (node, end) => {
      const range = document.createRange();
      range.setStart(backdrop, 0);
      end ? range.setEndAfter(node) : range.setEndBefore(node);
      return range.toString().length;
    };
    field.focus({ preventScroll: true });
    field.setSelectionRange(until(marks[0], false), until(marks[marks.length - 1], true));
    marks[0].scrollIntoView({ block: "center" });
    light([number]);
  }

  window.addEventListener("beforeprint", openAll);

  mark(field.value);
  if (field.value && !status.textContent && !found.querySelector("#cards, #counts.sl-counts")) read();
}
