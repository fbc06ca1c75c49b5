// <a data-drag="address of a manifest">: what is dragged is what IIIF viewers take when it is dropped on them.
import { within } from '../enhance.js';

export function enhance(root) {
  for (const link of within(root, 'a[data-drag]')) {
    link.addEventListener('dragstart', (event) => {
      event.dataTransfer.setData('text/uri-list', link.href);
      event.dataTransfer.setData('text/plain', link.href);
    });
  }
}
