// The zoom of a picture's page: every [data-zoom] on it.
import { startZoom } from './zoom.js';

document.querySelectorAll('[data-zoom]').forEach(startZoom);
