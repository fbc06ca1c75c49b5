// A picture that does not come gives way to its words, in its shape.
import { within } from '../enhance.js';

export function enhance(root) {
  for (const image of within(root, '.picture > img')) {
    if (image.complete && image.src && !image.naturalWidth && image.loading !== 'lazy') give(image);
    else image.addEventListener('error', () => give(image), { once: true });
  }
}

function give(image) {
  const words = document.createElement('span');
  words.textContent = image.dataset.words || image.alt;
  image.parentElement.classList.remove('picture-window');
  image.parentElement.classList.add('picture-absent');
  image.replaceWith(words);
}
