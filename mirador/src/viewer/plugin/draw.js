// Draws boxes over a page, wherever and however large its image is.
//
// OpenSeadragon's viewport has the canvases side by side as Mirador lays them out (its world). From a canvas to the world is
// one scale and one shift, from the world to the screen one affine map; no size of any image comes into it.

/** Vermilion in a white casing is seen on paper and on photographs. */
const INK = '#d8340f';
const CASING = 'rgba(255, 255, 255, 0.85)';
const HIT = 'rgba(255, 204, 0, 0.45)';
const HIT_SELECTED = 'rgba(255, 140, 0, 0.55)';
const DASHES = { machine: [6, 4], source: [2, 3] };

/** Returns how a canvas lies in the world: { x, y, sx, sy }, or null where it is not shown. */
export function layout(world, canvasId) {
  const canvas = world.canvases.find((one) => one.id === canvasId);
  if (!canvas) return null;
  const [x, y, w, h] = world.canvasToWorldCoordinates(canvasId);
  return { x, y, sx: w / canvas.getWidth() || 1, sy: h / canvas.getHeight() || 1 };
}

/** Returns a box of a canvas as [x, y, w, h] of the world. */
export function toWorld([x, y, w, h], place) {
  return [place.x + x * place.sx, place.y + y * place.sy, w * place.sx, h * place.sy];
}

/** Returns the map from the world to the screen as [a, b, c, d, e, f], turning and flipping included. */
export function screenMap(viewer, Point) {
  const { viewport } = viewer;
  const origin = viewport.pixelFromPoint(new Point(0, 0), true);
  // A long base keeps the rounding of large pages small.
  const right = viewport.pixelFromPoint(new Point(1000, 0), true).minus(origin).divide(1000);
  const down = viewport.pixelFromPoint(new Point(0, 1000), true).minus(origin).divide(1000);
  if (!viewport.getFlip()) return [right.x, right.y, down.x, down.y, origin.x, origin.y];
  return [-right.x, right.y, -down.x, down.y, viewport.getContainerSize().x - origin.x, origin.y];
}

/** Returns the four corners of a world box on the screen. */
function corners([x, y, w, h], [a, b, c, d, e, f]) {
  return [[x, y], [x + w, y], [x + w, y + h], [x, y + h]].map(([px, py]) => [a * px + c * py + e, b * px + d * py + f]);
}

/** Draws `boxes`: [{ world, origin, number, selected, hovered, hit }] on a 2D context of w × h CSS pixels. */
export function draw(context, [width, height], map, boxes) {
  context.clearRect(0, 0, width, height);
  context.lineJoin = 'miter';
  for (const box of boxes) {
    const points = corners(box.world, map);
    if (!touches(points, width, height)) continue;
    if (box.hit) word(context, points, box);
    else outline(context, points, box);
  }
}

function touches(points, width, height) {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return Math.max(...xs) >= 0 && Math.min(...xs) <= width && Math.max(...ys) >= 0 && Math.min(...ys) <= height;
}

function trace(context, points) {
  context.beginPath();
  points.forEach(([x, y]) => context.lineTo(x, y));
  context.closePath();
}

function fill(context, points, colour) {
  trace(context, points);
  context.fillStyle = colour;
  context.fill();
}

function word(context, points, { selected }) {
  fill(context, points, selected ? HIT_SELECTED : HIT);
  if (!selected) return;
  context.setLineDash([]);
  context.strokeStyle = INK;
  context.lineWidth = 2;
  context.stroke();
}

function outline(context, points, { origin, number, selected, hovered }) {
  const thick = selected ? 4 : hovered ? 3 : 2;
  if (hovered && !selected) fill(context, points, 'rgba(216, 52, 15, 0.12)');
  trace(context, points);
  context.setLineDash([]);
  context.strokeStyle = CASING;
  context.lineWidth = thick + 2;
  context.stroke();
  context.setLineDash(selected ? [] : DASHES[origin] ?? []);
  context.strokeStyle = INK;
  context.lineWidth = thick;
  context.stroke();
  context.setLineDash([]);
  const [left, top] = [Math.min(...points.map(([x]) => x)), Math.min(...points.map(([, y]) => y))];
  const size = Math.max(...points.map(([x]) => x)) - left;
  if (number && size > 28) badge(context, left, top, number);
}

function badge(context, x, y, number) {
  context.font = '600 13px system-ui, sans-serif';
  const width = Math.max(20, context.measureText(number).width + 10);
  context.fillStyle = INK;
  context.fillRect(x, y, width, 20);
  context.fillStyle = '#fff';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(number, x + width / 2, y + 10.5);
}
