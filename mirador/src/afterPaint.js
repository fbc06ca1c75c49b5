/** Calls back once the page has been painted, or is not to be seen. */
export function afterPaint(callback) {
  const soon = () => setTimeout(callback);
  if (document.visibilityState === 'hidden') soon();
  else requestAnimationFrame(soon);
}
