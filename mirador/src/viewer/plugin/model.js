// From the annotations of a canvas to its regions: one a box, with all that is said of it.
import { AnnotationFactory } from 'mirador/src';

/** The kinds that a person tells apart, and the motivations they stand for. All other motivations are notes. */
export const KINDS = ['picture', 'label', 'text', 'seen', 'comment'];
const KIND_OF = {
  classifying: 'picture', tagging: 'label', supplementing: 'text', highlighting: 'seen', painting: '', identifying: '', linking: '',
};

const parsed = new WeakMap();

/**
 * Returns the regions of a canvas: { key, canvas, box: [x, y, w, h] in pixels of the canvas, notes }, in the order of the
 * annotations, by the answers that hold them. A note is { id, kind, texts: [{ value, language }], title, caption, facet,
 * confidence, origin, state, maker }; `confidence` is 0 to 1 or null; `origin` is 'ocr', 'machine', 'person' or 'source'.
 */
export function regionsOf(canvas, answers) {
  const regions = new Map();
  for (const json of answers) {
    for (const [key, box, note] of read(json, canvas)) {
      if (!regions.has(key)) regions.set(key, { key, canvas, box, notes: [] });
      regions.get(key).notes.push(note);
    }
  }
  const all = [...regions.values()];
  all.forEach((region) => {
    region.picture = region.notes.some((note) => note.kind === 'picture' || note.kind === 'label');
    region.seen = region.notes.every((note) => note.kind === 'seen');
    region.origin = originOf(region);
  });
  return all;
}

function read(json, canvas) {
  if (!parsed.has(json)) {
    const page = AnnotationFactory.determineAnnotation(json);
    parsed.set(json, (page?.resources ?? []).flatMap((item) => readItem(item)));
  }
  return parsed.get(json).filter(([, , , target]) => target === canvas);
}

/** Reads one annotation; an odd one is passed over, and the others are still shown. */
function readItem(item) {
  try {
    const motivation = String(item.motivations[0] ?? '').replace(/^(oa|sc):/, '');
    const kind = KIND_OF[motivation] ?? 'comment';
    const box = kind && boxOf(item);
    if (!box) return [];
    const said = noteOf(item, kind);
    return [[`${item.targetId}#${box.join()}`, box, said, item.targetId]];
  } catch {
    return [];
  }
}

function boxOf(item) {
  const { svgSelector, selector } = item;
  const fragment = typeof selector === 'string'
    ? selector
    : [selector].flat().find((one) => /FragmentSelector$/.test(one?.type ?? one?.['@type']))?.value;
  const box = svgSelector
    ? outline(svgSelector.value ?? svgSelector.chars)
    : /xywh=(?:pixel:)?([\d.,-]+)/.exec(fragment)?.[1].split(',').map((number) => Math.round(number));
  return box?.length === 4 && box.every(Number.isFinite) && box[2] > 0 && box[3] > 0 ? box : null;
}

/** The box around the paths of an SVG, as the browser reckons it. */
function outline(source) {
  const foreign = new DOMParser().parseFromString(source, 'image/svg+xml');
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const path of foreign.querySelectorAll('path[d]')) {
    const own = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    own.setAttribute('d', path.getAttribute('d'));
    svg.append(own);
  }
  svg.setAttribute('width', '0');
  svg.setAttribute('height', '0');
  document.body.append(svg);
  const { x, y, width, height } = svg.getBBox();
  svg.remove();
  return [x, y, width, height].map(Math.round);
}

function noteOf(item, kind) {
  const { resource } = item;
  const bodies = item.resources.filter(Boolean);
  const own = (name) => resource[`estampe:${name}`] ?? '';
  const confidence = parseFloat(own('confidence'));
  const creator = [resource.creator].flat()[0];
  const generator = [resource.generator].flat()[0];
  return {
    id: item.id,
    kind,
    texts: bodies
      .map((body) => ({ value: plain(body.value ?? body.chars ?? body), language: [body.language].flat()[0] ?? '' }))
      .filter((text) => text.value),
    title: plain(Object.values(resource.label ?? {})[0]?.[0]),
    caption: item.id.endsWith('/caption'),
    facet: own('facet'),
    confidence: Number.isFinite(confidence) ? confidence : null,
    origin: own('origin') || (creator ? 'person' : generator ? 'machine' : 'source'),
    state: own('state'),
    maker: nameOf(creator ?? generator),
  };
}

function nameOf(maker) {
  if (!maker || typeof maker === 'string') return maker ?? '';
  return maker.name ?? maker.label?.none?.[0] ?? maker.id ?? '';
}

function plain(value) {
  if (typeof value !== 'string') return '';
  if (!/[<&]/.test(value)) return value.trim();
  const { body } = new DOMParser().parseFromString(value, 'text/html');
  body.querySelectorAll('script, style').forEach((element) => element.remove());
  return body.textContent.trim();
}

/** Who says that the region is there: a person before OCR before a machine. */
function originOf({ notes }) {
  const pictures = notes.filter((note) => note.kind === 'picture');
  const origins = (pictures.length ? pictures : notes).map((note) => note.origin);
  return ['person', 'ocr', 'machine'].find((origin) => origins.includes(origin)) ?? 'source';
}

/** Returns the id of the illustration that one of our annotations is of, '' for an annotation of others. */
export function illustrationOf(annotation) {
  const [, document, page, name] = /\/iiif\/([^/]+)\/annotations\/([^/]+)\.json#([^/]+)\//.exec(annotation) ?? [];
  return name ? [document, page, name].map(decodeURIComponent).join('.') : '';
}

/** Returns what a note says in a language: of the same said in several languages one, of several things all. */
export function wordsOf(note, language) {
  const languages = note.texts.map((text) => text.language.split('-')[0]);
  if (note.texts.length > 1 && languages.every(Boolean) && new Set(languages).size === languages.length) {
    const place = [language, 'en', 'fr'].map((wanted) => languages.indexOf(wanted)).find((found) => found >= 0) ?? 0;
    return [note.texts[place].value];
  }
  return note.texts.map((text) => text.value);
}
