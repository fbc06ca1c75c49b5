// A viewer, a picture or a wall in a frame on someone else's page.
import '../page/index.js';

if (document.querySelector('[data-viewer]')) import('../viewer/index.js');
if (document.querySelector('[data-zoom]')) import('../zoom/index.js');

// The page around the frame may fit it to what is in it: { type: 'estampe:size', height } in pixels.
if (window.parent !== window) {
  const tell = () => window.parent.postMessage({ type: 'estampe:size', height: document.documentElement.scrollHeight }, '*');
  new ResizeObserver(tell).observe(document.body);
}
