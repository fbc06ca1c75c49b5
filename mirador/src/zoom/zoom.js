// OpenSeadragon over a IIIF image service or a plain image, with controls of our own.
import OpenSeadragon from 'openseadragon';
import { drawers, languageOf, settingsOf } from '../settings.js';
import { zoomKeys } from '../zoomKeys.js';
import { icon } from './icons.js';
import words from './words.js';
import './zoom.css';

/**
 * Turns an element into a zoom. Its settings: `service` (address of an image service or its info.json) or `image`
 * (address of a plain image); `box` [x, y, w, h] in a frame of `frame` [w, h], to show that part of the image alone;
 * `label`, `language`, `drawer`. What the element held (the <img> of the page without scripts) stays until the image
 * is there, and for good if it never comes. Returns the OpenSeadragon viewer.
 */
export function startZoom(element) {
  const settings = settingsOf(element);
  const say = words[languageOf(settings)];
  const stage = document.createElement('div');
  stage.className = 'zoom-stage';
  element.append(stage);
  const viewer = OpenSeadragon({
    element: stage,
    tileSources: source(settings),
    drawer: drawers(settings),
    showNavigationControl: false,
    showNavigator: false,
    visibilityRatio: 0.5,
    maxZoomPixelRatio: 4,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    // Below this OpenSeadragon swallows a turn of the wheel unseen.
    minScrollDeltaTime: -1,
    animationTime: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 0.6,
    crossOriginPolicy: settings.service ? 'Anonymous' : false,
  });
  viewer.canvas.setAttribute('role', 'application');
  viewer.canvas.setAttribute('aria-label', `${settings.label ? `${settings.label}. ` : ''}${say.canvas}`);
  viewer.addOnceHandler('open', () => {
    element.classList.add('zoom-ready');
    const part = settings.box && settings.frame && new Part(viewer, settings.box, settings.frame);
    const seen = element.querySelector('[data-seen]');
    // What is drawn over the picture moves with it.
    if (seen && part) viewer.addOverlay({ element: seen, location: part.image.imageToViewportRectangle(part.clip) });
    element.append(controls(element, viewer, part, say));
  });
  viewer.addOnceHandler('open-failed', () => {
    viewer.destroy();
    stage.remove();
    const note = document.createElement('p');
    note.className = 'zoom-note';
    note.setAttribute('role', 'status');
    note.textContent = say.failed;
    element.append(note);
  });
  // The wheel scrolls the page; with Ctrl or ⌘, or in full screen, it zooms.
  viewer.addHandler('canvas-scroll', (event) => {
    const meant = event.originalEvent.ctrlKey || event.originalEvent.metaKey || document.fullscreenElement === element;
    event.preventDefault = meant;
    event.preventDefaultAction = !meant;
  });
  return viewer;
}

function source({ service, image }) {
  if (!service) return { type: 'image', url: image, buildPyramid: false };
  return service.endsWith('/info.json') ? service : `${service.replace(/\/$/, '')}/info.json`;
}

/** A part of the image, shown alone at first. */
class Part {
  constructor(viewer, [x, y, w, h], [width, height]) {
    this.viewer = viewer;
    this.image = viewer.world.getItemAt(0);
    const { x: imageWidth, y: imageHeight } = this.image.getContentSize();
    this.clip = new OpenSeadragon.Rect(
      (x * imageWidth) / width, (y * imageHeight) / height, (w * imageWidth) / width, (h * imageHeight) / height,
    );
    this.alone = false;
    this.toggle();
  }

  get bounds() {
    return this.alone ? this.image.imageToViewportRectangle(this.clip) : this.viewer.world.getHomeBounds();
  }

  toggle() {
    this.alone = !this.alone;
    this.image.setClip(this.alone ? this.clip : null);
    this.viewer.viewport.fitBounds(this.bounds, true);
  }
}

function controls(element, viewer, part, say) {
  const bar = document.createElement('div');
  bar.className = 'zoom-controls';
  bar.setAttribute('role', 'toolbar');
  bar.setAttribute('aria-label', say.controls);
  const home = () => (part ? viewer.viewport.fitBounds(part.bounds) : viewer.viewport.goHome());
  const button = (name, act) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.append(icon(name));
    setName(made, say[name]);
    made.addEventListener('click', () => act(made));
    bar.append(made);
    return made;
  };
  button('zoomIn', () => viewer.viewport.zoomBy(1.5).applyConstraints());
  button('zoomOut', () => viewer.viewport.zoomBy(1 / 1.5).applyConstraints());
  button('home', home);
  button('rotate', () => viewer.viewport.rotateBy(90));
  if (part) {
    button('page', (made) => {
      part.toggle();
      setName(made, part.alone ? say.page : say.picture);
    });
  }
  if (document.fullscreenEnabled) {
    const full = button('fullScreen', () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else element.requestFullscreen();
    });
    element.addEventListener('fullscreenchange', () => {
      setName(full, document.fullscreenElement ? say.leaveFullScreen : say.fullScreen);
    });
  }
  zoomKeys(viewer, home);
  return bar;
}

function setName(button, label) {
  button.setAttribute('aria-label', label);
  button.title = label;
}
