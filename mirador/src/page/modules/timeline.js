// <div data-timeline="#form" data-from="1850" data-to="1950"><ol><li data-year="1850">…: one drags over the bars, or
// uses arrows with shift, to choose years; they go into the form's fields `from` and `to`, and the form is sent.
import { within } from '../enhance.js';

export function enhance(root) {
  for (const timeline of within(root, '[data-timeline]')) {
    const form = document.querySelector(timeline.dataset.timeline);
    const bars = [...timeline.querySelectorAll('[data-year]')];
    if (form && bars.length) new Brush(timeline, form, bars);
  }
}

class Brush {
  constructor(timeline, form, bars) {
    Object.assign(this, { timeline, form, bars, anchor: 0, head: 0, dragging: false });
    const chosen = bars.map((bar) => this.inForm(bar));
    if (chosen.includes(true)) [this.anchor, this.head] = [chosen.indexOf(true), chosen.lastIndexOf(true)];
    bars.forEach((bar, place) => {
      bar.tabIndex = place === this.head ? 0 : -1;
      bar.addEventListener('keydown', (event) => this.key(event));
    });
    timeline.addEventListener('pointerdown', (event) => this.start(event));
    timeline.addEventListener('pointermove', (event) => this.dragging && this.reach(this.at(event)));
    timeline.addEventListener('pointerup', () => this.dragging && this.send());
    timeline.addEventListener('pointercancel', () => { this.dragging = false; });
    if (chosen.includes(true)) this.paint();
  }

  inForm(bar) {
    const { from, to } = this.form.elements;
    const year = Number(bar.dataset.year);
    const last = Number(bar.dataset.last ?? year);
    if (!from?.value && !to?.value) return false;
    return last >= parseInt(from?.value || '-9999', 10) && year <= parseInt(to?.value || '9999', 10);
  }

  at(event) {
    const distance = (bar) => {
      const { left, right } = bar.getBoundingClientRect();
      return Math.max(left - event.clientX, event.clientX - right, 0);
    };
    return this.bars.reduce((best, bar, place) => (distance(bar) < distance(this.bars[best]) ? place : best), 0);
  }

  start(event) {
    if (event.button) return;
    event.preventDefault();
    this.timeline.setPointerCapture(event.pointerId);
    this.dragging = true;
    this.anchor = this.at(event);
    this.reach(this.anchor);
  }

  reach(place) {
    this.head = Math.min(this.bars.length - 1, Math.max(0, place));
    this.paint();
  }

  paint() {
    const [first, last] = [Math.min(this.anchor, this.head), Math.max(this.anchor, this.head)];
    this.bars.forEach((bar, place) => {
      bar.classList.toggle('chosen', place >= first && place <= last);
      bar.tabIndex = place === this.head ? 0 : -1;
    });
  }

  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (step) {
      event.preventDefault();
      const place = Math.min(this.bars.length - 1, Math.max(0, this.head + step));
      if (!event.shiftKey) this.anchor = place;
      this.reach(place);
      this.bars[place].focus();
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.send();
    }
  }

  send() {
    this.dragging = false;
    const chosen = this.bars.slice(Math.min(this.anchor, this.head), Math.max(this.anchor, this.head) + 1);
    const { from, to } = this.form.elements;
    from.value = chosen[0].dataset.year;
    to.value = chosen.at(-1).dataset.last ?? chosen.at(-1).dataset.year;
    this.form.requestSubmit();
  }
}
