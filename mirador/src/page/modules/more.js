// <a data-more="#wall" href="…&after=…">: when the link comes near, the items of #wall on the page it leads to are
// appended here, and the link becomes that page's own; where that has none, what it says of the end (data-more-end) takes
// its place. Should all that fail, it stays the plain link that it is.
import { within } from '../enhance.js';

export function enhance(root) {
  for (const link of within(root, 'a[data-more]')) {
    const watcher = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watcher.disconnect();
      load(link);
    }, { rootMargin: '100% 0px' });
    watcher.observe(link);
  }
}

async function load(link) {
  const wall = document.querySelector(link.dataset.more);
  link.setAttribute('aria-busy', 'true');
  let answer;
  try {
    answer = await fetch(link.href, { headers: { Accept: 'text/html' } });
  } catch {
    answer = null;
  }
  link.removeAttribute('aria-busy');
  if (!answer?.ok || !wall) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const items = page.querySelector(link.dataset.more)?.children ?? [];
  for (const item of [...items]) {
    wall.append(document.adoptNode(item));
    item.dispatchEvent(new CustomEvent('estampe:added', { bubbles: true }));
  }
  const next = page.querySelector('a[data-more]');
  if (!next) {
    const end = page.querySelector('[data-more-end]');
    if (end) link.parentElement.replaceWith(document.adoptNode(end));
    else link.remove();
    return;
  }
  link.replaceWith(document.adoptNode(next));
  next.dispatchEvent(new CustomEvent('estampe:added', { bubbles: true }));
}
