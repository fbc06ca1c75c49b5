// <… data-keys="#wall">: arrows move the focus between the links of a wall, row by row; <a data-key="ArrowLeft">
// is followed by that key (previous and next picture). `/` goes to the search field, <… data-key="/">.
import { within } from '../enhance.js';

const typing = (event) => event.target.closest('input, select, textarea, [contenteditable], [role=slider], dialog, [data-viewer], [data-zoom], [data-timeline]');
let listening = false;

export function enhance(root) {
  for (const wall of within(root, '[data-keys]')) wall.addEventListener('keydown', move);
  if (listening) return;
  listening = true;
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || typing(event)) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches('a, button')) target.click();
    else target.focus();
  });
}

function move(event) {
  const links = [...event.currentTarget.querySelectorAll('a')];
  const here = links.indexOf(document.activeElement);
  if (here < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = {
    ArrowRight: () => links[here + 1],
    ArrowLeft: () => links[here - 1],
    ArrowDown: () => below(links, links[here], 1),
    ArrowUp: () => below(links, links[here], -1),
    Home: () => links[0],
    End: () => links.at(-1),
  }[event.key]?.();
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** Returns the link of the next row, down (1) or up (-1), whose middle is nearest. */
function below(links, from, direction) {
  const middle = (link) => {
    const box = link.getBoundingClientRect();
    return { x: box.left + box.width / 2, top: box.top };
  };
  const start = middle(from);
  const further = links.map((link) => ({ link, ...middle(link) })).filter((one) => (one.top - start.top) * direction > 4);
  if (!further.length) return undefined;
  const row = direction > 0 ? Math.min(...further.map((one) => one.top)) : Math.max(...further.map((one) => one.top));
  return further
    .filter((one) => Math.abs(one.top - row) < 5)
    .sort((a, b) => Math.abs(a.x - start.x) - Math.abs(b.x - start.x))[0].link;
}
