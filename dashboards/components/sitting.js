// What the reviewer has done so far. It lies outside of every drawing of the page, under the key of each suspect: the page
// is drawn anew whenever the server says so, and a decision that was told by place would then fall on another label.

const SITTINGS = (globalThis.labelduckSittings ??= new Map());
const HISTORY = (globalThis.labelduckHistory ??= []); // decided cards of all sittings, the last one last
const VERDICTS = { c: "confirm", r: "reject", f: "fix", s: "skip", e: "escalate" };
const QUEUE = (globalThis.labelduckQueue ??= { last: Promise.resolve() }); // decisions on their way, in order
const DONE = { confirm: "confirmed", reject: "rejected", fix: "fixed", skip: "skipped", escalate: "escalated" };

function sittingOf(data) {
  let sitting = SITTINGS.get(data.sitting);
  if (!sitting) {
    if (SITTINGS.size > 50) SITTINGS.delete(SITTINGS.keys().next().value);
    sitting = {
      decided: new Map(), // key -> { decision, state: saving | saved | failed, said }
      at: data.cards[0]?.key ?? null,
      isSingle: data.view === "single",
      isZoomed: true,
      layers: { annotations: true, predictions: true, suggestion: true, names: false },
      reason: null,
      group: null,
      isDone: false, // nothing is left on the page, and nobody has gone back
      isTurning: false, // the next page is on its way
      listeners: new Set(),
    };
    SITTINGS.set(data.sitting, sitting);
  }
  return sitting;
}

function tell(sitting) {
  for (const listener of sitting.listeners) listener();
}

async function send(api, body) {
  const answer = await fetch(api.url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Labelduck-Token": api.token },
    body: JSON.stringify(body),
    credentials: "same-origin",
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.error ?? `the server answered ${answer.status}`);
  return said;
}

// Decide on one suspect. It shows at once; the server is told in order, one after the other.
function decide(sitting, api, card, decision, extra = {}) {
  const entry = { decision, state: "saving", said: "" };
  sitting.decided.set(card.key, entry);
  HISTORY.push({ sitting, card });
  post(sitting, api, card, { decision, reason: sitting.reason ?? "", ...extra }, entry);
  sitting.reason = null;
  tell(sitting);
}

// Take back the last decision; return its card, or null where there is none.
function undo(api) {
  const last = HISTORY.pop();
  if (!last) return null;
  const { sitting, card } = last;
  const before = sitting.decided.get(card.key);
  sitting.decided.delete(card.key);
  post(sitting, api, card, { decision: "undo" }, { ...before });
  tell(sitting);
  return card;
}

function post(sitting, api, card, told, entry) {
  const body = { seen: card.seen, seal: card.seal, reviewer: api.reviewer, session: api.session, ...told };
  QUEUE.last = QUEUE.last.then(async () => {
    try {
      await send(api, body);
      entry.state = "saved";
    } catch (error) {
      [entry.state, entry.said] = ["failed", error.message];
      // What was not taken cannot be taken back: an undo would fall on an earlier decision.
      const place = HISTORY.findLastIndex((done) => done.card.key === card.key);
      if (told.decision !== "undo" && place >= 0) HISTORY.splice(place, 1);
      if (told.decision === "undo") sitting.decided.set(card.key, entry);
    }
    tell(sitting);
  });
}

// What `f` means for a suspect: the suggestion, taken over; null where there is none.
function fixOf(card) {
  const { issue, suggestion } = card;
  const corners = ([x, y, w, h]) => ({ x_min: x, y_min: y, x_max: x + w, y_max: y + h });
  if (issue === "wrong_class" && suggestion?.class_name) return { new_class: suggestion.class_name };
  if (issue === "bad_box" && suggestion?.exact) return { new_box: suggestion.exact };
  if (issue === "missing_label" && suggestion?.exact) return { new_class: suggestion.class_name, new_box: suggestion.exact };
  return suggestion?.box && issue === "bad_box" ? { new_box: corners(suggestion.box) } : null;
}
