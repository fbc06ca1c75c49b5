// Runs every module of ./modules on the page, and again on each piece that htmx swaps in.

/** Calls `enhance(root)` of each module now and after every swap; one that fails does not stop the others. */
export function enhanceAll(modules) {
  const run = (root) => {
    for (const module of modules) {
      try {
        module.enhance(root);
      } catch (error) {
        console.error(error);
      }
    }
  };
  run(document);
  document.addEventListener('htmx:load', (event) => {
    if (event.target !== document.body) run(event.target);
  });
  document.addEventListener('estampe:added', (event) => run(event.target));
}

/** Returns the elements below `root` that match, `root` itself included. */
export function within(root, selector) {
  const found = [...root.querySelectorAll(selector)];
  return root instanceof Element && root.matches(selector) ? [root, ...found] : found;
}
