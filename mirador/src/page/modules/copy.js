// <button data-copy="text"> or <button data-copy-from="#id">: puts text on the clipboard and says so.
import { within } from '../enhance.js';

export function enhance(root) {
  for (const button of within(root, '[data-copy], [data-copy-from]')) {
    button.hidden = false;
    button.addEventListener('click', async () => {
      const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
      const text = source ? (source.value ?? source.textContent).trim() : button.dataset.copy;
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        // Without permission, or without https: the text is selected for the person to copy.
        if (source?.select) source.select();
        else if (source) getSelection().selectAllChildren(source);
        return;
      }
      announce(button);
    });
  }
}

function announce(button) {
  if (!button.dataset.copied || button.dataset.label) return;
  button.dataset.label = button.textContent;
  button.textContent = button.dataset.copied;
  button.setAttribute('aria-live', 'polite');
  setTimeout(() => {
    button.textContent = button.dataset.label;
    delete button.dataset.label;
  }, 2000);
}
