import Mirador from 'mirador/src';
for (const element of document.querySelectorAll('[data-viewer]')) {
  const config = JSON.parse(element.querySelector('script[type="application/json"]').textContent);
  Mirador.viewer({ id: element.id, windows: [{ manifestId: config.manifest }] }, []);
}
