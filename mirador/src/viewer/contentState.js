// IIIF Content State 1.0: which canvas of which manifest, and where on it. https://iiif.io/api/content-state/1.0/

/** Encodes text as the specification says (6.2): base64url over percent-encoding, without padding. */
export function encode(text) {
  return btoa(encodeURIComponent(text)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function decode(text) {
  if (/^\s*\{/.test(text) || /^https?:/.test(text)) return text;
  const padded = text.replaceAll('-', '+').replaceAll('_', '/') + '==='.slice((text.length + 3) % 4);
  return decodeURIComponent(atob(padded));
}

/** Returns the content state of a canvas, and of a box [x, y, w, h] on it where one is given, as JSON. */
export function write({ manifest, canvas, box }) {
  return JSON.stringify({
    '@context': 'http://iiif.io/api/presentation/3/context.json',
    id: `${canvas}#content-state`,
    type: 'Annotation',
    motivation: ['contentState'],
    target: {
      id: box ? `${canvas}#xywh=${box.map(Math.round).join(',')}` : canvas,
      type: 'Canvas',
      partOf: [{ id: manifest, type: 'Manifest' }],
    },
  });
}

/** Reads `?iiif-content=`: { manifest, canvas, box }, each undefined where not said; null where it makes no sense. */
export function read(parameter) {
  if (!parameter) return null;
  try {
    const text = decode(parameter);
    return text.startsWith('http') ? { manifest: text } : place(JSON.parse(text));
  } catch {
    return null;
  }
}

function place(content) {
  if (typeof content === 'string') return pointer({ id: content, type: /#xywh=/.test(content) ? 'Canvas' : 'Manifest' });
  if (content.type === 'Annotation') {
    const target = Array.isArray(content.target) ? content.target[0] : content.target;
    return place(target);
  }
  if (content.type === 'SpecificResource') {
    const source = typeof content.source === 'string' ? { id: content.source, type: 'Canvas' } : content.source;
    const selectors = [content.selector].flat().filter((one) => one?.type === 'FragmentSelector');
    return pointer(source, selectors[0]?.value);
  }
  return pointer(content);
}

function pointer({ id, type, partOf }, fragment = id) {
  if (type === 'Manifest') return { manifest: id };
  const whole = [partOf].flat()[0];
  const box = /xywh=(?:pixel:)?([\d.]+),([\d.]+),([\d.]+),([\d.]+)/.exec(fragment)?.slice(1).map(Number);
  return { manifest: typeof whole === 'string' ? whole : whole?.id, canvas: id.replace(/#.*$/, ''), box };
}
