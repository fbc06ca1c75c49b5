// The zoom of a picture's page: every [data-zoom] on it.
import { afterPaint } from '../afterPaint.js';

// The picture itself is in the page already; what enlarges it can come after.
afterPaint(async () => {
  const { startZoom } = await import('./zoom.js');
  document.querySelectorAll('[data-zoom]').forEach(startZoom);
});
