// What the plugin keeps in Mirador's store, by window: filters, where to go next, and which illustration to look for.
import { getAnnotations, getConfig, getVisibleCanvasIds, getWindow } from 'mirador/src';
import { NO_FILTERS, pass } from './filters.js';
import { regionsOf } from './model.js';

const SET_FILTERS = 'estampe/SET_FILTERS';
const GO_TO = 'estampe/GO_TO';
const SEEK = 'estampe/SEEK';

export const setFilters = (windowId, filters) => ({ type: SET_FILTERS, windowId, value: { filters } });
/** Shows a box [x, y, w, h] of a canvas, as soon as the canvas is there. */
export const goTo = (windowId, canvas, box) => ({ type: GO_TO, windowId, value: { goal: { canvas, box } } });
/** Selects and shows an illustration, by its id or that of an annotation, as soon as its annotations are there. */
export const seek = (windowId, wanted) => ({ type: SEEK, windowId, value: { wanted } });

export function reducer(state = {}, action) {
  if (![SET_FILTERS, GO_TO, SEEK].includes(action.type)) return state;
  return { ...state, [action.windowId]: { ...state[action.windowId], ...action.value } };
}

const ours = (state, windowId) => state.estampe?.[windowId] ?? {};
export const filtersOf = (state, windowId) => ours(state, windowId).filters ?? NO_FILTERS;
export const goalOf = (state, windowId) => ours(state, windowId).goal ?? null;
export const wantedOf = (state, windowId) => ours(state, windowId).wanted ?? '';
export const settingsFor = (state) => getConfig(state).estampe ?? {};
export const languageFor = (state) => getConfig(state).language;
export const selectedIn = (state, windowId) => getWindow(state, { windowId })?.selectedAnnotationId ?? '';
export const hoveredIn = (state, windowId) => getWindow(state, { windowId })?.hoveredAnnotationIds ?? NOTHING;

const NOTHING = [];
const kept = new Map();

/** Gives the last result again while its inputs are the same objects. */
function remember(name, inputs, make) {
  const last = kept.get(name);
  if (last && last.inputs.length === inputs.length && last.inputs.every((one, place) => one === inputs[place])) return last.result;
  const result = make();
  kept.set(name, { inputs, result });
  return result;
}

/** The answers that hold annotations of the visible canvases: [canvas, { json, isFetching, error }]. */
function answersOf(state, windowId) {
  const annotations = getAnnotations(state) ?? {};
  return getVisibleCanvasIds(state, { windowId })
    .flatMap((canvas) => Object.values(annotations[canvas] ?? {}).map((answer) => [canvas, answer]));
}

/** The regions of the visible canvases, numbered from 1; things seen inside illustrations have the number 0. */
export function regionsIn(state, windowId) {
  const answers = answersOf(state, windowId).filter(([, answer]) => answer.json);
  const inputs = answers.flatMap(([canvas, answer]) => [canvas, answer.json]);
  return remember(`regions ${windowId}`, inputs, () => {
    const canvases = [...new Set(answers.map(([canvas]) => canvas))];
    let number = 0;
    return canvases
      .flatMap((canvas) => regionsOf(canvas, answers.filter(([of]) => of === canvas).map(([, { json }]) => json)))
      .map((region) => ({ ...region, number: region.seen ? 0 : (number += 1) }));
  });
}

/** Those that pass the filters. */
export function shownIn(state, windowId) {
  const inputs = [regionsIn(state, windowId), filtersOf(state, windowId), languageFor(state)];
  return remember(`shown ${windowId}`, inputs, () => pass(...inputs));
}

/** 'waiting' for a page to be opened, 'loading', 'failed' or 'ready'. */
export function progressOf(state, windowId) {
  if (!getVisibleCanvasIds(state, { windowId }).length) return 'waiting';
  const answers = answersOf(state, windowId).map(([, answer]) => answer);
  if (answers.some((answer) => answer.isFetching)) return 'loading';
  return answers.length && answers.every((answer) => answer.error) ? 'failed' : 'ready';
}
