// Suspects as cards in a grid, and one of them large with all that is known of it.

const ISSUES = {
  missing_label: "missing label", wrong_class: "wrong class", bad_box: "bad box",
  extra_label: "extra label", duplicate_label: "duplicate label",
};

function issueOf(card) {
  return ISSUES[card.issue] ?? card.title ?? "";
}

function sentenceOf(card) {
  const { issue, class_name, suggestion } = card;
  if (issue === "missing_label") return `${suggestion?.class_name ?? "object"} not labelled`;
  if (issue === "wrong_class") return `${class_name} → ${suggestion?.class_name ?? "?"}`;
  return class_name ?? card.title ?? card.image;
}

function badgeOf(entry) {
  if (!entry) return null;
  const said = { saving: "saving …", saved: DONE[entry.decision], failed: `not saved: ${entry.said}` }[entry.state];
  return element("span", { class: `badge ${entry.state} ${entry.decision}`, text: said });
}

function cardOf(view, card) {
  const { sitting, images } = view;
  const frame = makeFrame(images[card.image], card);
  const key = card.key;
  const root = element("div", {
    class: "card", role: "button", tabindex: "0", "data-key": key,
    "aria-label": `${issueOf(card)}: ${sentenceOf(card)} in ${images[card.image].name}`,
    onclick: () => view.choose(key, { single: !view.canDecide || sitting.at === key }),
    onkeydown: (event) => event.key === "Enter" && view.choose(key, { single: true }),
  });
  const probability = card.probability === null || card.probability === undefined ? null
    : element("span", { class: "probability", text: `${Math.round(card.probability * 100)} %`, title: "probability that it is an error" });
  const head = element("div", { class: "head" }, element("span", { class: `issue ${card.issue ?? ""}`, text: issueOf(card) }), probability);
  const foot = element("div", { class: "foot" }, element("span", { class: "what", text: sentenceOf(card), title: sentenceOf(card) }),
    element("span", { class: "where", text: images[card.image].name, title: images[card.image].name }));
  const mark = element("div", { class: "mark" });
  root.append(head, frame.root, foot, mark);
  const show = () => {
    const entry = sitting.decided.get(key);
    root.classList.toggle("current", sitting.at === key && view.canDecide);
    root.classList.toggle("decided", Boolean(entry));
    mark.replaceChildren(badgeOf(entry) ?? "");
    const part = sitting.isZoomed ? frame.zoomed() : frame.whole();
    if (JSON.stringify(part) !== JSON.stringify(frame.part)) frame.look(part);
    frame.draw(sitting.layers);
  };
  return { root, show, key };
}

function gridOf(view) {
  const root = element("div", { class: "grid", role: "list", "aria-label": `${view.cards.length} pictures` });
  const cards = view.cards.map((card) => cardOf(view, card));
  root.append(...cards.map((card) => element("div", { role: "listitem" }, card.root)));
  return {
    root,
    show: () => {
      for (const card of cards) card.show();
    },
    reveal: () => cards.find((card) => card.key === view.sitting.at)?.root.scrollIntoView({ block: "nearest" }),
  };
}

function factsOf(view, card) {
  const list = element("dl", { class: "facts" });
  const image = view.images[card.image];
  for (const [name, value] of [["picture", image.name], ...(card.facts ?? [])]) {
    if (value === null || value === undefined || value === "") continue;
    list.append(element("dt", { text: name }), element("dd", { text: String(value) }));
  }
  return list;
}

function singleOf(view) {
  const card = view.cards.find((c) => c.key === view.sitting.at) ?? view.cards[0];
  const frame = makeFrame(view.images[card.image], card, { proportion: view.isNarrow ? 1 : 4 / 3, isLarge: true });
  makeMovable(frame);
  const step = (text, label, act) => element("button", { class: "tool", text, title: label, "aria-label": label, onclick: act });
  const tools = element("div", { class: "tools" },
    step("+", "nearer", () => frame.zoomBy(0.7)), step("−", "farther", () => frame.zoomBy(1.4)),
    step("◎", "to the suspect (z)", () => frame.look(frame.zoomed())), step("▢", "whole picture (z)", () => frame.look(frame.whole())));
  const mark = element("div", { class: "mark" });
  const side = element("div", { class: "side" },
    element("div", { class: `issue ${card.issue ?? ""}`, text: issueOf(card) }),
    element("div", { class: "what", text: sentenceOf(card) }), mark, factsOf(view, card));
  const root = element("div", { class: "single" }, element("div", { class: "stage" }, frame.root, tools), side);
  let zoomed = null;
  return {
    root,
    key: card.key,
    show: () => {
      if (zoomed !== view.sitting.isZoomed) {
        zoomed = view.sitting.isZoomed;
        frame.look(zoomed ? frame.zoomed() : frame.whole());
      }
      mark.replaceChildren(badgeOf(view.sitting.decided.get(card.key)) ?? "");
      frame.draw({ ...view.sitting.layers, names: true && view.sitting.layers.names });
    },
    reveal: () => {},
  };
}
