// The viewer of a document: every [data-viewer] of the page.
import './viewer.css';
import { startViewer } from './start.js';

document.querySelectorAll('[data-viewer]').forEach(startViewer);
