// Which regions and notes are shown: by kind, by label, and by how sure a machine is.
import { KINDS, wordsOf } from './model.js';

/**
 * `off`: kinds not wanted; `labels`: facet → label texts, one of which must be there; `confidence`: 0 to 1. What is seen
 * inside illustrations is shown on demand.
 */
export const NO_FILTERS = { off: ['seen'], labels: {}, confidence: 0 };

export const filtered = ({ off, labels, confidence }) => Boolean(
  off.some((kind) => !NO_FILTERS.off.includes(kind)) || confidence || Object.keys(labels).length,
);

/** Returns the regions that are counted: things inside illustrations only where they are shown. */
export const counted = (regions, { off }) => (off.includes('seen') ? regions.filter((region) => !region.seen) : regions);

/** Returns the regions that pass, each with the notes that do as `shown`. */
export function pass(regions, filters, language) {
  return regions.flatMap((region) => {
    const sure = region.notes.filter((note) => note.confidence === null || note.confidence >= filters.confidence);
    // Where no one is sure enough that it is a picture, what is said of it counts for nothing.
    const lost = region.notes.some((note) => note.kind === 'picture') && !sure.some((note) => note.kind === 'picture');
    const shown = lost ? [] : sure.filter((note) => !filters.off.includes(note.kind));
    if (!shown.length || !hasLabels(sure, filters.labels, language)) return [];
    return [{ ...region, shown }];
  });
}

function hasLabels(notes, wanted, language) {
  return Object.entries(wanted).every(([facet, texts]) => notes.some((note) => (
    note.kind === 'label' && facetOf(note) === facet && wordsOf(note, language).some((text) => texts.includes(text))
  )));
}

const facetOf = (note) => note.facet || 'label';

/** Returns how many regions there are of each kind, and with each label: { kinds: {kind: n}, facets: [[facet, [[text, n]]]] }. */
export function count(regions, language) {
  const kinds = {};
  const facets = new Map();
  for (const region of regions) {
    for (const kind of new Set(region.notes.map((note) => note.kind))) kinds[kind] = (kinds[kind] ?? 0) + 1;
    const labels = new Set(region.notes.filter((note) => note.kind === 'label')
      .flatMap((note) => wordsOf(note, language).map((text) => JSON.stringify([facetOf(note), text]))));
    for (const label of labels) {
      const [facet, text] = JSON.parse(label);
      if (!facets.has(facet)) facets.set(facet, new Map());
      facets.get(facet).set(text, (facets.get(facet).get(text) ?? 0) + 1);
    }
  }
  const order = ['technique', 'function', 'subject', 'object', 'person', 'place', 'organisation', 'colour'];
  const rank = (facet) => (order.includes(facet) ? order.indexOf(facet) : order.length);
  return {
    kinds: Object.fromEntries(KINDS.filter((kind) => kinds[kind]).map((kind) => [kind, kinds[kind]])),
    facets: [...facets].sort(([a], [b]) => rank(a) - rank(b))
      .map(([facet, texts]) => [facet, [...texts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))]),
    confidences: regions.some((region) => region.notes.some((note) => note.confidence !== null)),
  };
}
