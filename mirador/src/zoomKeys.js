// OpenSeadragon knows plus, minus and 0 by where they are on an American keyboard; elsewhere they are in other places.
const ACTS = { '+': 1.2, '=': 1.2, '-': 1 / 1.2, 0: 0, à: 0 };

/** Has an OpenSeadragon viewer zoom with + and −, and do `home` with 0, on any keyboard. Returns what undoes it. */
export function zoomKeys(viewer, home) {
  const handler = (event) => {
    const { key, ctrlKey, metaKey, altKey } = event.originalEvent;
    const act = ACTS[key];
    if (act === undefined || ctrlKey || metaKey || altKey) return;
    event.preventDefaultAction = true;
    if (act) viewer.viewport.zoomBy(act).applyConstraints();
    else home();
  };
  viewer.addHandler('canvas-key', handler);
  return () => viewer.removeHandler('canvas-key', handler);
}
