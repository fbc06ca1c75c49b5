// What a page says to the scripts on it: JSON in a <script type="application/json">, and the language of the page.

/** Reads the JSON inside an element; an empty object where there is none. */
export function settingsOf(element) {
  const script = element.querySelector('script[type="application/json"]');
  return script ? JSON.parse(script.textContent) : {};
}

/** Returns 'fr' or 'en': what the settings ask for, else the page's language. */
export function languageOf(settings) {
  const asked = settings.language || document.documentElement.lang || 'en';
  return asked.toLowerCase().startsWith('fr') ? 'fr' : 'en';
}

/** Returns OpenSeadragon's drawers in the order they are tried; WebGL needs a graphics card to be worth it. */
export function drawers(settings) {
  return settings.drawer === 'canvas' || !hasGraphicsCard() ? ['canvas'] : ['webgl', 'canvas'];
}

/** Tells whether something better than the processor would draw; not all browsers heed the caveat, so its name is read too. */
function hasGraphicsCard() {
  const context = document.createElement('canvas').getContext('webgl', { failIfMajorPerformanceCaveat: true });
  if (!context) return false;
  const names = context.getExtension('WEBGL_debug_renderer_info');
  const renderer = context.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : context.RENDERER);
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return !/swiftshader|llvmpipe|softpipe|software|basic render/i.test(String(renderer));
}
