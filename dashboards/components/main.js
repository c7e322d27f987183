// Pictures to look at, and suspects to decide on. Streamlit calls the function below whenever the page is drawn.

const LAYERS = [["annotations", "annotations", "a"], ["predictions", "predictions", "p"], ["suggestion", "suggestion", "g"], ["names", "names", "n"]];
const ACTIONS = [
  ["confirm", "Confirm", "c", "it is an error"], ["reject", "Reject", "r", "the label is right"],
  ["fix", "Fix", "f", "an error, and the suggestion is right"], ["skip", "Skip", "s", "later"],
  ["escalate", "Escalate", "e", "the lead decides"],
];

function isTyping(event) {
  const target = event.composedPath()[0];
  return target?.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target?.tagName);
}

function makeView(root, data, emit) {
  const sitting = sittingOf(data);
  const view = {
    sitting, images: data.images, cards: data.cards, data, emit,
    canDecide: Boolean(data.api) && !data.api.is_read_only,
    isNarrow: root.clientWidth > 0 && root.clientWidth < 640,
  };
  const bars = element("div", { class: "bars" });
  const live = element("div", { class: "sr-only", "aria-live": "polite" });
  const body = element("div", { class: "body" });
  root.replaceChildren(bars, body, live);
  let shown = null;

  view.current = () => data.cards.find((card) => card.key === sitting.at) ?? data.cards[0];
  view.choose = (key, { single } = {}) => {
    [sitting.at, sitting.isDone] = [key, false];
    if (single !== undefined) sitting.isSingle = single || sitting.isSingle;
    view.refresh(true);
  };
  view.move = (step) => {
    const place = data.cards.findIndex((card) => card.key === sitting.at);
    view.choose(data.cards[Math.min(Math.max(place + step, 0), data.cards.length - 1)].key);
  };
  view.moveOn = () => {
    const place = data.cards.findIndex((card) => card.key === sitting.at);
    const rest = [...data.cards.slice(place + 1), ...data.cards.slice(0, place)];
    const next = rest.find((card) => !sitting.decided.has(card.key));
    if (next) sitting.at = next.key;
    else sitting.isDone = true;
  };
  view.decide = (decision, extra) => {
    const card = view.current();
    if (!view.canDecide || !card || sitting.isTurning) return;
    // A key too many must not fall on the last one again.
    if (sitting.isDone) return view.say("All of this page is decided: Enter brings the next one.");
    if (!data.api.reviewer) return view.say("Say who you are first: the field “reviewer” beside the list.");
    if (decision === "fix" && !extra) {
      extra = fixOf(card);
      if (!extra) return view.say(`There is no suggestion to fix this ${issueOf(card)} by: confirm it, or choose a class.`);
    }
    view.moveOn();
    decide(sitting, data.api, card, decision, extra);
    view.say(`${DONE[decision]}: ${sentenceOf(card)}`);
    view.refresh(true);
  };
  view.undo = () => {
    const card = view.canDecide ? undo(data.api) : null;
    if (card && data.cards.some((c) => c.key === card.key)) [sitting.at, sitting.isDone] = [card.key, false];
    view.say(card ? `taken back: ${sentenceOf(card)}` : "nothing to take back");
    view.refresh(true);
  };
  view.group = () => {
    const card = view.current();
    return card?.cause ? data.cards.filter((c) => c.cause === card.cause && !sitting.decided.has(c.key)) : [];
  };
  view.decideGroup = (decision) => {
    for (const card of view.group()) {
      const extra = decision === "fix" ? fixOf(card) : {};
      if (extra) decide(sitting, data.api, card, decision, extra);
    }
    sitting.group = null;
    view.moveOn();
    view.refresh(true);
  };
  view.next = () => {
    if (sitting.isTurning) return;
    sitting.isTurning = true;
    setTimeout(() => { sitting.isTurning = false; }, 20000);
    view.say("the next page is on its way …");
    QUEUE.last.then(() => view.emit.next()); // the list is made when all decisions are in it
  };
  view.say = (text) => {
    live.textContent = text;
    sitting.said = text;
    drawBars(view, bars);
  };
  view.refresh = (reveal = false) => {
    const isSingle = sitting.isSingle && data.cards.length > 0;
    if (!shown || shown.isSingle !== isSingle || (isSingle && shown.key !== sitting.at)) {
      shown = { isSingle, ...(isSingle ? singleOf(view) : gridOf(view)) };
      body.replaceChildren(shown.root);
    }
    shown.show();
    drawBars(view, bars);
    if (reveal) shown.reveal();
  };
  return view;
}

function drawBars(view, bars) {
  const { sitting, data } = view;
  const button = (text, key, title, act, attributes = {}) =>
    element("button", { title: key ? `${title} (${key})` : title, onclick: act, ...attributes },
      element("span", { text }), key && element("kbd", { text: key }));
  const toggle = (text, key, isOn, act) => button(text, key, text, act, { class: "toggle", "aria-pressed": String(isOn) });
  const looks = element("div", { class: "bar" },
    toggle("single", "v", sitting.isSingle, () => { sitting.isSingle = !sitting.isSingle; view.refresh(true); }),
    toggle("zoom", "z", sitting.isZoomed, () => { sitting.isZoomed = !sitting.isZoomed; view.refresh(); }),
    ...LAYERS.map(([name, text, key]) => toggle(text, key, sitting.layers[name], () => {
      sitting.layers[name] = !sitting.layers[name];
      view.refresh();
    })),
    sitting.isSingle && button("‹", "k", "previous", () => view.move(-1), { class: "toggle" }),
    sitting.isSingle && button("›", "j", "next", () => view.move(1), { class: "toggle" }));
  if (!data.api) return bars.replaceChildren(looks);
  const entries = [...sitting.decided.values()];
  const failed = entries.filter((entry) => entry.state === "failed").length;
  const waiting = entries.filter((entry) => entry.state === "saving").length;
  const done = sitting.decided.size;
  const progress = element("div", { class: `progress${failed ? " failed" : ""}`, role: "status" },
    element("progress", { max: data.cards.length, value: done, "aria-label": "decided on this page" }),
    element("span", { text: `${done} of ${data.cards.length} decided${waiting ? `, ${waiting} on their way` : ""}${failed ? `, ${failed} NOT saved` : ""}` }),
    sitting.said && element("span", { class: "said", text: sitting.said }));
  if (!view.canDecide) return bars.replaceChildren(looks, element("div", { class: "said", text: "read-only: decisions are not taken here" }));
  const group = view.group();
  const classes = element("select", { "aria-label": "fix to another class", onchange: (event) => event.target.value && view.decide("fix", { new_class: event.target.value }) },
    element("option", { value: "", text: "fix to class …" }), ...(data.classes ?? []).map((name) => element("option", { value: name, text: name })));
  const acts = element("div", { class: "bar acts" },
    ...ACTIONS.map(([decision, text, key, title]) => button(text, key, title, () => view.decide(decision), { class: `act ${decision}` })),
    button("Undo", "u", "take the last decision back", view.undo, { class: "act" }), classes,
    group.length > 1 && button(`All ${group.length} of this cause`, "⇧", `decide on all: ${view.current().cause}`, () => { sitting.group = "choose"; view.refresh(); }, { class: "act" }),
    button("Next page", "⏎", "more suspects", view.next, { class: done >= data.cards.length ? "act confirm" : "act" }));
  const reasons = element("div", { class: "bar reasons", role: "group", "aria-label": "reason" }, element("span", { class: "said", text: "reason" }),
    ...(data.reasons ?? []).map((reason, i) => toggle(reason, String(i + 1), sitting.reason === reason, () => {
      sitting.reason = sitting.reason === reason ? null : reason;
      view.refresh();
    })));
  const sure = sitting.group && element("div", { class: "bar sure", role: "alertdialog" },
    element("span", { text: `${group.length} suspects on this page: ${view.current().cause}` }),
    ...ACTIONS.map(([decision, text]) => button(`${text} all`, "", text, () => view.decideGroup(decision), { class: `act ${decision}` })),
    button("Cancel", "esc", "decide one by one", () => { sitting.group = null; view.refresh(); }, { class: "act" }));
  bars.replaceChildren(...[looks, acts, reasons, sure, progress].filter(Boolean));
}

function onKey(view, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  const { sitting, data } = view;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const layer = LAYERS.find(([, , letter]) => letter === key)?.[0];
  const act =
    key === "Escape" && (sitting.group || sitting.isSingle) ? () => { sitting.group ? (sitting.group = null) : (sitting.isSingle = false); view.refresh(); }
    : key === "j" || key === "ArrowRight" ? () => view.move(1)
    : key === "k" || key === "ArrowLeft" ? () => view.move(-1)
    : key === "v" ? () => { sitting.isSingle = !sitting.isSingle; view.refresh(true); }
    : key === "z" ? () => { sitting.isZoomed = !sitting.isZoomed; view.refresh(); }
    : layer ? () => { sitting.layers[layer] = !sitting.layers[layer]; view.refresh(); }
    : !view.canDecide ? null
    : event.shiftKey && VERDICTS[key] && view.group().length > 1 ? () => { sitting.group = "choose"; view.refresh(); }
    : VERDICTS[key] && !event.shiftKey ? () => view.decide(VERDICTS[key])
    : key === "u" ? view.undo
    : key === "Enter" && sitting.decided.size >= data.cards.length ? view.next
    : /^[1-9]$/.test(key) && data.reasons?.[key - 1] ? () => { sitting.reason = sitting.reason === data.reasons[key - 1] ? null : data.reasons[key - 1]; view.refresh(); }
    : null;
  if (!act) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // r and c are shortcuts of Streamlit's own
  if (!event.repeat || ["j", "k", "ArrowRight", "ArrowLeft"].includes(key)) act();
}

const LISTENING = (globalThis.labelduckListening ??= new WeakMap()); // what listens for keys -> how to end that

export default function (component) {
  const { data, parentElement, setTriggerValue, setStateValue } = component;
  const root = parentElement.querySelector(".labelduck");
  if (!root || !data) return undefined;
  const emit = { next: () => setTriggerValue("next", `${data.sitting} ${Date.now()}`) };
  const isSame = root.labelduck?.sitting === sittingOf(data) && root.labelduck.data.drawn === data.drawn;
  const view = isSame ? root.labelduck : (root.labelduck = makeView(root, data, emit));
  Object.assign(view.data, { api: data.api, reasons: data.reasons });
  view.emit = emit;
  let waiting = 0;
  let told = [...view.sitting.decided.values()].filter((entry) => entry.state === "saved").length;
  const listener = () => {
    view.refresh();
    clearTimeout(waiting);
    const saved = [...view.sitting.decided.values()].filter((entry) => entry.state === "saved").length;
    // Figures beside the list follow when the reviewer rests.
    if (data.api && saved !== told) waiting = setTimeout(() => { told = saved; setStateValue("n_decided", `${data.sitting} ${saved}`); }, 1500);
  };
  const keys = (event) => onKey(view, event);
  const target = data.api ? window : root;
  // Streamlit calls this again without cleaning up before: an old listener would decide on the page before.
  LISTENING.get(target)?.();
  view.sitting.listeners.add(listener);
  target.addEventListener("keydown", keys, true);
  const off = () => {
    clearTimeout(waiting);
    view.sitting.listeners.delete(listener);
    target.removeEventListener("keydown", keys, true);
  };
  LISTENING.set(target, off);
  view.refresh();
  return off;
}
