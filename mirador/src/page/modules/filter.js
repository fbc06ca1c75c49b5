// <input data-filter="#list">: shows only the items of a list whose text holds what is typed, accents aside.
import { within } from '../enhance.js';

const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

export function enhance(root) {
  for (const input of within(root, '[data-filter]')) {
    const list = document.querySelector(input.dataset.filter);
    if (!list) continue;
    input.closest('[hidden]')?.removeAttribute('hidden');
    input.addEventListener('input', () => {
      const wanted = plain(input.value.trim());
      for (const item of list.children) item.hidden = !plain(item.textContent).includes(wanted);
    });
    // Enter would send the form around it, with a word that is no part of the search.
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') event.preventDefault();
      if (event.key === 'Escape' && input.value) {
        input.value = '';
        input.dispatchEvent(new Event('input'));
        event.stopPropagation();
      }
    });
  }
}
