// The boxes over the page. Stands in for Mirador's own overlay, which draws in pixels of the first image.
import { useCallback, useEffect, useMemo, useRef } from 'react';
import OpenSeadragon from 'openseadragon';
import { zoomKeys } from '../../zoomKeys.js';
import { draw, layout, screenMap, toWorld } from './draw.js';
import { illustrationOf } from './model.js';

/**
 * `regions` are those that pass the filters, `hits` the words found inside: [{ id, canvas, box }]. `selected` and
 * `hovered` are ids of annotations; `goal` is { canvas, box } to move to; `wanted` the id of an illustration to look for
 * among `all` regions.
 */
export function Overlay({
  viewer, canvasWorld, windowId, all, regions, hits, selected, hovered, goal, wanted, select, deselect, hover, goTo, seek,
}) {
  const canvas = useRef(null);
  const boxes = useMemo(
    () => [
      ...place(hits, canvasWorld).map((box) => ({ ...box, hit: true })),
      ...place(regions.map((region) => ({ ...region, ids: region.notes.map((note) => note.id) })), canvasWorld),
    ].map((box) => ({
      ...box,
      selected: box.ids.includes(selected),
      hovered: box.ids.some((id) => hovered.includes(id)),
    })).sort((a, b) => a.selected - b.selected),
    [regions, hits, canvasWorld, selected, hovered],
  );

  const paint = useCallback(() => {
    const element = canvas.current;
    if (!element || !viewer?.viewport) return;
    const { x: width, y: height } = viewer.viewport.getContainerSize();
    const ratio = window.devicePixelRatio || 1;
    if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
      element.width = Math.round(width * ratio);
      element.height = Math.round(height * ratio);
    }
    const context = element.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw(context, [width, height], screenMap(viewer, OpenSeadragon.Point), boxes);
    element.dataset.boxes = boxes.length;
  }, [viewer, boxes]);

  useEffect(() => {
    if (!viewer?.canvas) return undefined;
    const element = document.createElement('canvas');
    element.className = 'estampe-overlay';
    element.setAttribute('aria-hidden', 'true');
    viewer.canvas.append(element);
    canvas.current = element;
    return () => {
      canvas.current = null;
      element.remove();
    };
  }, [viewer]);

  useEffect(() => {
    if (!viewer) return undefined;
    paint();
    const at = (position) => smallestAt(boxes, screenMap(viewer, OpenSeadragon.Point), position);
    const click = (event) => {
      if (!event.quick) return;
      const box = at(event.position);
      if (!box) return;
      event.preventDefaultAction = true;
      if (box.selected) deselect(windowId, selected);
      else select(windowId, box.ids[0]);
    };
    let last = '';
    const move = (event) => {
      const box = at(event.position);
      const id = box?.ids[0] ?? '';
      if (id === last) return;
      last = id;
      hover(windowId, id ? [id] : []);
      viewer.canvas.style.cursor = id ? 'pointer' : '';
    };
    const leave = () => { last = ''; hover(windowId, []); };
    const handlers = {
      'update-viewport': paint, resize: paint, 'canvas-click': click, 'mouse-move': move, 'canvas-exit': leave,
    };
    Object.entries(handlers).forEach(([name, handler]) => viewer.addHandler(name, handler));
    return () => Object.entries(handlers).forEach(([name, handler]) => viewer.removeHandler(name, handler));
  }, [viewer, boxes, paint, windowId, selected, select, deselect, hover]);

  useEffect(() => {
    if (!viewer) return undefined;
    return zoomKeys(viewer, () => viewer.viewport.fitBounds(new OpenSeadragon.Rect(...canvasWorld.worldBounds())));
  }, [viewer, canvasWorld]);

  useEffect(() => {
    if (!wanted) return;
    const region = all.find(({ notes }) => notes.some((note) => [note.id, illustrationOf(note.id)].includes(wanted)));
    if (!region) return;
    seek(windowId, '');
    select(windowId, region.notes[0].id);
    goTo(windowId, region.canvas, region.box);
  }, [wanted, all, windowId, seek, select, goTo]);

  useEffect(() => {
    const where = goal && layout(canvasWorld, goal.canvas);
    if (!viewer || !where) return undefined;
    const go = () => viewer.viewport?.fitBounds(withMargin(toWorld(goal.box, where)));
    if (viewer.world.getItemCount()) {
      go();
      return undefined;
    }
    // Mirador shows the whole page once the first tile is there; then it is our turn.
    const later = () => setTimeout(go);
    viewer.addOnceHandler('tile-loaded', later);
    return () => viewer.removeHandler('tile-loaded', later);
  }, [goal, canvasWorld, viewer]);

  // A word found inside that is out of sight comes to the middle; how close one looks stays as it was.
  useEffect(() => {
    const hit = boxes.find((box) => box.hit && box.selected);
    if (!hit || !viewer?.viewport) return;
    const rectangle = new OpenSeadragon.Rect(...hit.world);
    const bounds = viewer.viewport.getBounds();
    if (!bounds.containsPoint(rectangle.getTopLeft()) || !bounds.containsPoint(rectangle.getBottomRight())) {
      viewer.viewport.panTo(rectangle.getCenter());
    }
  }, [selected, viewer]); // eslint-disable-line react-hooks/exhaustive-deps -- only when another is selected

  return null;
}

function place(things, world) {
  const places = new Map();
  return things.flatMap((thing) => {
    if (!places.has(thing.canvas)) places.set(thing.canvas, layout(world, thing.canvas));
    const where = places.get(thing.canvas);
    if (!where) return [];
    const number = thing.picture ? String(thing.number) : '';
    return [{ ids: thing.ids ?? [thing.id], world: toWorld(thing.box, where), origin: thing.origin, number }];
  });
}

function withMargin([x, y, w, h]) {
  const margin = Math.max(w, h) * 0.15;
  return new OpenSeadragon.Rect(x - margin, y - margin, w + 2 * margin, h + 2 * margin);
}

function smallestAt(boxes, map, { x, y }) {
  const [a, b, c, d, e, f] = map;
  const det = a * d - b * c;
  const px = (d * (x - e) - c * (y - f)) / det;
  const py = (a * (y - f) - b * (x - e)) / det;
  let best = null;
  for (const box of boxes) {
    const [left, top, w, h] = box.world;
    if (px < left || py < top || px > left + w || py > top + h) continue;
    if (!best || w * h < best.world[2] * best.world[3]) best = box;
  }
  return best;
}
