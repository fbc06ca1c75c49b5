// <a data-drawer="#dialog" href="…">: the part of the linked page that <dialog id="dialog" data-select="main"> names
// slides in over this one. With a modifier key, or where it cannot be had, the link is followed as ever.
// <button data-drawer="#dialog"> opens a dialog as it is; <button data-close> inside closes it.
import { within } from '../enhance.js';

export function enhance(root) {
  for (const opener of within(root, '[data-drawer]')) {
    opener.addEventListener('click', (event) => {
      const dialog = document.querySelector(opener.dataset.drawer);
      if (!dialog || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
      event.preventDefault();
      if (opener.href) show(dialog, opener.href);
      else dialog.showModal();
    });
  }
  for (const button of within(root, 'dialog [data-close]')) {
    button.addEventListener('click', () => button.closest('dialog').close());
  }
  for (const dialog of within(root, 'dialog')) {
    dialog.addEventListener('click', (event) => {
      if (event.target === dialog) dialog.close();
    });
  }
}

async function show(dialog, address) {
  let page;
  try {
    const answer = await fetch(address, { headers: { Accept: 'text/html' } });
    page = answer.ok && new DOMParser().parseFromString(await answer.text(), 'text/html');
  } catch {
    page = null;
  }
  const part = page && page.querySelector(dialog.dataset.select ?? 'main');
  if (!part) {
    location.assign(address);
    return;
  }
  const body = dialog.querySelector('[data-body]') ?? dialog;
  body.replaceChildren(...document.adoptNode(part).childNodes);
  body.dispatchEvent(new CustomEvent('estampe:added', { bubbles: true }));
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}
