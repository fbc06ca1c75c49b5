// A picture's details slide in over the wall: <a data-show="address of the search with this picture shown">. That address
// is real: the panel is there after a reload, and the way back closes it. On a phone, and with a modifier key, the link
// leads to the picture's own page as ever.
import { within } from '../enhance.js';

const WIDE = matchMedia('(width >= 768px)');
let opener = null;
let listening = false;

const panel = () => document.getElementById('panel');

export function enhance(root) {
  for (const link of within(root, 'a[data-show]')) {
    link.addEventListener('click', (event) => {
      if (plain(event) || !WIDE.matches || !panel()) return;
      event.preventDefault();
      opener = link;
      go(link.dataset.show);
    });
  }
  for (const link of within(root, '#panel [data-close]')) {
    link.addEventListener('click', (event) => {
      if (plain(event)) return;
      event.preventDefault();
      close();
    });
  }
  for (const link of within(root, '#panel [data-step]')) {
    link.addEventListener('click', (event) => {
      if (plain(event)) return;
      event.preventDefault();
      go(link.href);
    });
  }
  if (listening) return;
  listening = true;
  addEventListener('popstate', () => show(location.href));
  document.addEventListener('keydown', (event) => {
    if (!panel() || panel().hidden || event.defaultPrevented) return;
    if (event.key === 'Escape') close();
    const step = { ArrowLeft: '-1', ArrowRight: '1' }[event.key];
    const link = step && panel().contains(document.activeElement) && panel().querySelector(`[data-step="${step}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
}

const plain = (event) => event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button;

/** Shows what an address shows; the first step is one the way back undoes, the next ones stay in its place. */
function go(address) {
  const again = new URL(location.href).searchParams.has('show');
  history[again ? 'replaceState' : 'pushState']({ panel: true }, '', address);
  show(address);
}

async function show(address) {
  const wanted = new URL(address, location.href).searchParams.get('show');
  mark(wanted);
  if (!wanted) {
    panel().hidden = true;
    opener?.focus();
    return;
  }
  let page;
  try {
    const answer = await fetch(address, { headers: { Accept: 'text/html' } });
    page = answer.ok && new DOMParser().parseFromString(await answer.text(), 'text/html');
  } catch {
    page = null;
  }
  const made = page && page.getElementById('panel');
  if (!made || made.hidden) {
    location.assign(address);
    return;
  }
  if (new URL(location.href).searchParams.get('show') !== wanted) return;
  panel().replaceChildren(...document.adoptNode(made).childNodes);
  panel().hidden = false;
  panel().scrollTop = 0;
  panel().focus({ preventScroll: true });
  panel().dispatchEvent(new CustomEvent('estampe:added', { bubbles: true }));
}

/** Marks the picture on the wall whose details are shown. */
function mark(wanted) {
  for (const link of document.querySelectorAll('a[data-show]')) {
    const here = wanted && new URL(link.dataset.show, location.href).searchParams.get('show') === wanted;
    if (here) opener = link;
    link.toggleAttribute('aria-current', Boolean(here));
    if (here) {
      link.setAttribute('aria-current', 'true');
      link.scrollIntoView({ block: 'nearest' });
    }
  }
}

function close() {
  if (history.state?.panel) {
    history.back();
    return;
  }
  const address = new URL(location.href);
  address.searchParams.delete('show');
  history.replaceState(null, '', address);
  show(address.href);
}
