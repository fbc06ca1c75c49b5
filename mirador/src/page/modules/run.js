// <a data-run="#answer" href="…">: asks the API and shows its answer below, as it came.
import { within } from '../enhance.js';

const LONGEST = 6000;

export function enhance(root) {
  for (const link of within(root, 'a[data-run]')) {
    link.addEventListener('click', async (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      const answer = document.querySelector(link.dataset.run);
      answer.hidden = false;
      answer.textContent = '…';
      try {
        answer.textContent = await ask(link.href);
      } catch (error) {
        answer.textContent = String(error);
      }
    });
  }
}

async function ask(address) {
  const answer = await fetch(address);
  const kind = answer.headers.get('Content-Type') ?? '';
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
    // An export is long: its beginning shows what it is.
    if (kind.includes('jsonl') && text.length > LONGEST) {
      await reader.cancel();
      break;
    }
  }
  if (/[/+]json(;|$)/.test(kind)) text = JSON.stringify(JSON.parse(text), null, 2);
  const head = `${answer.status} ${answer.statusText}\n${kind}\n\n`;
  return head + (text.length > LONGEST ? `${text.slice(0, LONGEST)}\n…` : text);
}
