// The viewer of a document: every [data-viewer] of the page.
import './viewer.css';
import { afterPaint } from '../afterPaint.js';

// Mirador is large: the page that it stands on is shown first.
afterPaint(async () => {
  const { startViewer } = await import('./start.js');
  document.querySelectorAll('[data-viewer]').forEach(startViewer);
});
