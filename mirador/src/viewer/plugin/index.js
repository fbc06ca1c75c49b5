// Estampe's plugin for Mirador 4: the panel of illustrations, the boxes, and a link to share.
import {
  deselectAnnotation, getCurrentCanvas, getSearchAnnotationsForWindow, getWindow, hoverAnnotation, selectAnnotation,
} from 'mirador/src';
import { CollectionDialog } from './CollectionDialog.jsx';
import { FirstSearch } from './FirstSearch.jsx';
import { Overlay } from './Overlay.jsx';
import { Panel } from './Panel.jsx';
import { Share } from './Share.jsx';
import { Sign } from './Sign.jsx';
import { illustrationOf } from './model.js';
import {
  filtersOf, goalOf, goTo, hoveredIn, languageFor, progressOf, reducer, regionsIn, seek, selectedIn, setFilters, settingsFor,
  shownIn, wantedOf,
} from './state.js';

export { goTo, seek };

const hitsCache = new WeakMap();

/** The words found inside, as { id, canvas, box }. */
function hitsIn(state, windowId) {
  const answers = getSearchAnnotationsForWindow(state, { windowId });
  if (!hitsCache.has(answers)) {
    hitsCache.set(answers, answers.flatMap((answer) => answer.resources).flatMap((hit) => {
      const box = hit.fragmentSelector;
      return box?.every(Number.isFinite) ? [{ id: hit.id, canvas: hit.targetId, box }] : [];
    }));
  }
  return hitsCache.get(answers);
}

const addressMakers = new Map();

/** Makes the address of a region's own page from the setting `illustrationPage`; '' for regions that are not ours. */
function addressMaker({ illustrationPage }) {
  if (!addressMakers.has(illustrationPage)) {
    addressMakers.set(illustrationPage, (region) => {
      const id = illustrationPage && illustrationOf(region.notes[0].id);
      return id ? illustrationPage.replace('{id}', encodeURIComponent(id)) : '';
    });
  }
  return addressMakers.get(illustrationPage);
}

const actions = { select: selectAnnotation, deselect: deselectAnnotation, hover: hoverAnnotation, goTo, seek, setFilters };

const panel = {
  component: Panel,
  companionWindowKey: 'illustrations',
  mapStateToProps: (state, { windowId }) => ({
    all: regionsIn(state, windowId),
    regions: shownIn(state, windowId),
    filters: filtersOf(state, windowId),
    selected: selectedIn(state, windowId),
    hovered: hoveredIn(state, windowId),
    language: languageFor(state),
    progress: progressOf(state, windowId),
    addressOf: addressMaker(settingsFor(state)),
  }),
  mapDispatchToProps: actions,
};

const overlay = {
  target: 'OpenSeadragonViewer',
  mode: 'add',
  component: Overlay,
  mapStateToProps: (state, { windowId }) => ({
    all: regionsIn(state, windowId),
    regions: shownIn(state, windowId),
    hits: hitsIn(state, windowId),
    selected: selectedIn(state, windowId),
    hovered: hoveredIn(state, windowId),
    goal: goalOf(state, windowId),
    wanted: wantedOf(state, windowId),
  }),
  mapDispatchToProps: actions,
  reducers: { estampe: reducer },
};

/** Ours draws all that Mirador's would. */
const noOverlay = { target: 'AnnotationsOverlay', mode: 'wrap', component: () => null };

const tab = { target: 'WindowSideBarButtons', mode: 'add', component: Object.assign(Sign, { value: 'illustrations' }) };

const share = {
  target: 'WindowTopBarPluginArea',
  mode: 'add',
  component: Share,
  mapStateToProps: (state, { windowId }) => {
    const selected = selectedIn(state, windowId);
    return {
      canvas: getCurrentCanvas(state, { windowId })?.id ?? '',
      region: regionsIn(state, windowId).find(({ notes }) => notes.some((note) => note.id === selected)),
      manifest: getWindow(state, { windowId })?.manifestId ?? '',
      page: settingsFor(state).share,
    };
  },
};

const search = {
  target: 'SearchPanelControls',
  mode: 'wrap',
  component: FirstSearch,
  mapStateToProps: (state) => ({ asked: settingsFor(state).search ?? '' }),
};

const collection = { target: 'CollectionDialog', mode: 'wrap', component: CollectionDialog };

export default [panel, overlay, noOverlay, tab, share, search, collection];
