// A picture with shapes over it: one frame, which looks at a part of the image. Coordinates are pixels of the image.

const WIDTHS = [160, 320, 640, 1280, 2560];
const SVG = "http://www.w3.org/2000/svg";

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") made.textContent = value;
    else if (name.startsWith("on")) made[name] = value;
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter(Boolean));
  return made;
}

function drawn(tag, attributes, title) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (title) made.appendChild(document.createElementNS(SVG, "title")).textContent = title;
  return made;
}

// The part of an image to look at: all of it, or the surroundings of a box, widened to the frame's proportions.
function partOf(image, box, proportion) {
  let [x, y, w, h] = box ?? [0, 0, image.width, image.height];
  if (box) {
    const side = Math.max(w, h, Math.min(48, image.width, image.height));
    [x, y, w, h] = [x + w / 2 - side * 1.1, y + h / 2 - side * 1.1, side * 2.2, side * 2.2];
    if (w >= image.width && h >= image.height) [x, y, w, h] = [0, 0, image.width, image.height];
  }
  if (w / h < proportion) [x, w] = [x - (h * proportion - w) / 2, h * proportion];
  else [y, h] = [y - (w / proportion - h) / 2, w / proportion];
  const held = (from, length, whole) =>
    length >= whole ? (whole - length) / 2 : Math.min(Math.max(from, 0), whole - length);
  return { x: held(x, w, image.width), y: held(y, h, image.height), w, h };
}

function titleOf(shape) {
  const said = [shape.class_name ?? "object"];
  if (shape.model !== null) said.push(`${shape.model} ${(shape.confidence ?? 0).toFixed(2)}`);
  else said.push([shape.is_gold ? "gold" : "annotation", shape.annotator, shape.batch].filter(Boolean).join(" · "));
  return `${said.join(" — ")}\n${shape.id ?? ""}`;
}

function drawShape(shape, kind) {
  const group = drawn("g", { class: `shape ${kind}` }, titleOf(shape));
  for (const ring of shape.rings) {
    const points = [];
    for (let i = 0; i + 1 < ring.length; i += 2) points.push(`${ring[i]},${ring[i + 1]}`);
    group.appendChild(drawn("path", { d: `M${points.join("L")}${shape.is_line ? "" : "Z"}`, "fill-rule": "evenodd" }));
  }
  if (shape.box && !shape.rings.length) {
    const [x, y, width, height] = shape.box;
    group.appendChild(drawn("rect", { x, y, width: Math.max(width, 0.5), height: Math.max(height, 0.5) }));
  }
  for (const [x, y, visibility] of shape.points) {
    group.appendChild(drawn("path", { d: `M${x},${y}h0.001`, class: visibility > 1 ? "point" : "point hidden-point" }));
  }
  return group;
}

function isSame(shape, focus) {
  return focus && shape.id === focus.id && (shape.model ?? null) === (focus.model ?? null);
}

// Which shapes of an image are shown, the suspect last so that it lies on top.
function shownShapes(image, card, layers) {
  const focus = card?.focus;
  const kindOf = (shape) => (shape.model === null ? (shape.is_gold ? "gold" : "annotation") : "prediction");
  const kept = image.shapes.filter((s) => isSame(s, focus) || (s.model === null ? layers.annotations : layers.predictions));
  const shapes = kept.map((s) => [s, kindOf(s) + (isSame(s, focus) ? " suspect" : "")]);
  shapes.sort((a, b) => a[1].includes("suspect") - b[1].includes("suspect"));
  const plain = { id: null, class_name: null, model: null, rings: [], points: [], is_line: false };
  if (focus?.box && !shapes.some(([, kind]) => kind.includes("suspect"))) shapes.push([{ ...plain, box: focus.box }, "annotation suspect"]);
  if (card?.suggestion?.box && layers.suggestion)
    shapes.push([{ ...plain, box: card.suggestion.box, class_name: `suggested: ${card.suggestion.class_name ?? "box"}` }, "suggestion"]);
  return shapes;
}

// A frame: `look(part)` moves it, `draw(layers)` draws its shapes anew.
function makeFrame(image, card, { proportion = 4 / 3, isLarge = false } = {}) {
  const root = element("div", { class: `frame${image.src ? "" : " no-picture"}`, style: `aspect-ratio:${proportion}` });
  const picture = element("img", { alt: "", loading: "lazy", decoding: "async", draggable: "false" });
  const svg = drawn("svg", { preserveAspectRatio: "none", "aria-hidden": "true" });
  const names = element("div", { class: "names" });
  const frame = { root, image, card, part: null, layers: null, width: 0 };
  picture.onerror = () => root.classList.add("no-picture");
  picture.onload = () => root.classList.remove("no-picture");
  if (image.src) root.append(picture);
  root.append(svg, names, element("div", { class: "absent", text: "picture not here" }));

  const place = (node, x, y) => {
    node.style.left = `${((x - frame.part.x) / frame.part.w) * 100}%`;
    node.style.top = `${((y - frame.part.y) / frame.part.h) * 100}%`;
  };
  const load = () => {
    if (!image.src) return;
    const across = root.clientWidth || (isLarge ? 900 : 280);
    const wanted = (across * Math.min(window.devicePixelRatio || 1, 2) * image.width) / frame.part.w;
    const width = WIDTHS.find((w) => w >= wanted * 0.85) ?? WIDTHS.at(-1);
    if (width > frame.width) [frame.width, picture.src] = [width, image.src.replace("{width}", width)];
  };
  frame.look = (part) => {
    frame.part = part;
    svg.setAttribute("viewBox", `${part.x} ${part.y} ${part.w} ${part.h}`);
    place(picture, 0, 0);
    picture.style.width = `${(image.width / part.w) * 100}%`;
    picture.style.height = `${(image.height / part.h) * 100}%`;
    for (const name of names.children) place(name, ...name.at);
    requestAnimationFrame(load);
  };
  frame.draw = (layers) => {
    frame.layers = layers;
    svg.replaceChildren(drawn("rect", { x: 0, y: 0, width: image.width, height: image.height, class: "edge" }));
    names.replaceChildren();
    for (const [shape, kind] of shownShapes(image, card, layers)) {
      svg.appendChild(drawShape(shape, kind));
      const isNamed = layers.names || kind.includes("suspect") || kind === "suggestion";
      if (!isNamed || !shape.class_name || !(shape.box || shape.rings[0])) continue;
      const said = shape.model === null ? shape.class_name : `${shape.class_name} ${(shape.confidence ?? 0).toFixed(2)}`;
      const name = element("span", { class: `name ${kind}`, text: said });
      name.at = shape.box ? [shape.box[0], kind === "suggestion" ? shape.box[1] + shape.box[3] : shape.box[1]] : shape.rings[0].slice(0, 2);
      names.append(name);
      place(name, ...name.at);
    }
  };
  frame.zoomed = () => partOf(image, card?.focus?.box ?? card?.suggestion?.box ?? null, proportion);
  frame.whole = () => partOf(image, null, proportion);
  frame.look(frame.whole());
  return frame;
}

// Wheel and pinch zoom around the pointer, dragging moves, two fingers on a phone.
function makeMovable(frame) {
  const { root } = frame;
  const pointers = new Map();
  const zoom = (factor, clientX, clientY) => {
    const bounds = root.getBoundingClientRect();
    const part = frame.part;
    const [fx, fy] = [(clientX - bounds.left) / bounds.width, (clientY - bounds.top) / bounds.height];
    const most = frame.whole().w * 1.5;
    const w = Math.min(Math.max(part.w * factor, 8), most);
    const h = (w * part.h) / part.w;
    frame.look({ x: part.x + fx * (part.w - w), y: part.y + fy * (part.h - h), w, h });
  };
  root.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(event.deltaY * 0.0015), event.clientX, event.clientY);
  }, { passive: false });
  root.addEventListener("pointerdown", (event) => {
    root.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  root.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY];
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const apart = (p) => Math.hypot(p[0] - other[0], p[1] - other[1]) || 1;
      zoom(apart(before) / apart(now), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
    } else {
      const scale = frame.part.w / root.clientWidth;
      frame.look({ ...frame.part, x: frame.part.x - (now[0] - before[0]) * scale, y: frame.part.y - (now[1] - before[1]) * scale });
    }
    pointers.set(event.pointerId, now);
  });
  for (const ended of ["pointerup", "pointercancel"]) root.addEventListener(ended, (event) => pointers.delete(event.pointerId));
  frame.zoomBy = (factor) => {
    const bounds = root.getBoundingClientRect();
    zoom(factor, bounds.left + bounds.width / 2, bounds.top + bounds.height / 2);
  };
}
