// From the settings in a page to a running Mirador.
import Mirador, { setCanvas } from 'mirador/src';
import { drawers, languageOf, settingsOf } from '../settings.js';
import { read } from './contentState.js';
import { mend } from './mend.js';
import plugins, { goTo, seek } from './plugin/index.js';
import { themeFor } from './theme.js';
import words from './words.js';

const NARROW = 700;

/**
 * Starts Mirador in an element; `docs/viewer.md` describes the settings. What the element held is for people without
 * scripts, and goes. Returns { store, windowId }.
 */
export function startViewer(element) {
  const settings = settingsOf(element);
  const state = place(settings);
  const canvas = state?.canvas || settings.canvas || undefined;
  const narrow = element.clientWidth < NARROW;
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const windowId = `${element.id || 'viewer'}-window`;
  const stage = document.createElement('div');
  stage.id = `${element.id || 'viewer'}-stage`;
  stage.className = 'viewer-stage';
  element.replaceChildren(stage);
  mend(stage);
  const panel = (settings.search && 'search') || (narrow ? 'info' : 'illustrations');
  const { store } = Mirador.viewer({
    id: stage.id,
    language: languageOf(settings),
    availableLanguages: { en: 'English', fr: 'Français' },
    translations: Object.fromEntries(Object.entries(words).map(([language, said]) => [language, said])),
    selectedTheme: dark ? 'dark' : 'light',
    themes: { light: themeFor(element, false), dark: themeFor(element, true) },
    estampe: {
      share: settings.share || location.origin + location.pathname,
      illustrationPage: settings.illustrationPage || '',
      search: settings.search || '',
    },
    windows: [{
      id: windowId,
      manifestId: state?.manifest || settings.manifest,
      canvasId: canvas,
      sideBarPanel: panel,
      ...(narrow && !settings.search ? { companionWindows: [{ content: 'illustrations', position: 'bottom' }] } : {}),
    }],
    window: {
      allowClose: false,
      allowMaximize: false,
      allowFullscreen: true,
      defaultSideBarPanel: panel,
      defaultSidebarPanelWidth: 320,
      defaultSidebarPanelHeight: 260,
      sideBarOpen: settings.search ? true : settings.panel !== false && !narrow,
      hideWindowTitle: settings.title === false,
      // Our panel shows what Mirador's own would, and more.
      panels: { info: true, attribution: true, canvas: true, annotations: false, search: true, layers: true },
    },
    requests: { preprocessors: [(_address, options) => inLanguage(options, languageOf(settings))] },
    thumbnailNavigation: { defaultPosition: 'off' },
    workspace: { type: 'single', allowNewWindows: false, draggingEnabled: false, showZoomControls: true },
    workspaceControlPanel: { enabled: false },
    osdConfig: {
      drawer: drawers(settings),
      animationTime: still() ? 0 : 0.6,
      // The bar with the controls lies over the page; what is fitted stays clear of it.
      viewportMargins: { left: 16, top: 16, right: 16, bottom: 64 },
    },
  }, plugins);
  if (settings.illustration) store.dispatch(seek(windowId, settings.illustration));
  if (state?.box && canvas) store.dispatch(goTo(windowId, canvas, state.box));
  listen(element, store, windowId);
  return { store, windowId };
}

/** What `?iiif-content=` asks for, unless it is of another manifest than the one this page is about. */
function place(settings) {
  const state = read(new URLSearchParams(location.search).get('iiif-content'));
  if (!state) return null;
  return !settings.manifest || !state.manifest || state.manifest === settings.manifest ? state : null;
}

/** Labels come in the language of the page, which may not be the browser's. */
function inLanguage(options, language) {
  return { ...options, headers: { ...options?.headers, 'Accept-Language': language } };
}

function still() {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/**
 * The page and the viewer talk by events on the element: `estampe:show` with { canvas, illustration, box } moves the
 * viewer; the viewer says `estampe:canvas` with { canvas } when it turns to another page. A link anywhere in the page with
 * data-show-canvas, and data-show-illustration, moves it too.
 */
function listen(element, store, windowId) {
  const show = ({ canvas, illustration, box }) => {
    if (canvas && store.getState().windows[windowId]?.canvasId !== canvas) store.dispatch(setCanvas(windowId, canvas));
    if (box && canvas) store.dispatch(goTo(windowId, canvas, box));
    if (illustration) store.dispatch(seek(windowId, illustration));
  };
  element.addEventListener('estampe:show', (event) => show(event.detail));
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[data-show-canvas]');
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    show({ canvas: link.dataset.showCanvas, illustration: link.dataset.showIllustration });
    element.scrollIntoView({ block: 'nearest' });
  });
  let seen;
  store.subscribe(() => {
    const canvas = store.getState().windows[windowId]?.canvasId;
    if (!canvas || canvas === seen) return;
    seen = canvas;
    element.dispatchEvent(new CustomEvent('estampe:canvas', { bubbles: true, detail: { canvas } }));
  });
}
