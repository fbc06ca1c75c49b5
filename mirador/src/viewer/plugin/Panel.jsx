// The panel: the illustrations of the page, and filters for them.
import { useCallback, useDeferredValue, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { ConnectedCompanionWindow as CompanionWindow } from 'mirador/src';
import { useTranslation } from 'react-i18next';
import { Filters } from './Filters.jsx';
import { Region } from './Region.jsx';
import { count, counted, filtered, NO_FILTERS } from './filters.js';

/** So many entries are made at a time; more as one scrolls, others as one jumps. */
const SLICE = 60;

export function Panel(props) {
  const { t } = useTranslation();
  return (
    <CompanionWindow title={t('estampe.title')} windowId={props.windowId} id={props.id}>
      <Contents {...props} />
    </CompanionWindow>
  );
}

function Contents({
  windowId, all, regions, filters, selected, hovered, language, progress, addressOf,
  select, deselect, hover, goTo, setFilters,
}) {
  const { t } = useTranslation();
  const list = useRef(null);
  const wanted = useRef(false);
  const shown = useDeferredValue(regions);
  const total = useMemo(() => counted(all, filters).length, [all, filters]);
  const counts = useMemo(() => count(all, language), [all, language]);
  const chosen = shown.findIndex((region) => region.notes.some((note) => note.id === selected));
  const [[start, end], setRange] = useState([0, SLICE]);
  const [focus, setFocus] = useState(0);
  const reach = useCallback((place) => {
    setFocus(place);
    setRange(([from, to]) => (place >= from && place < to ? [from, to] : [Math.max(0, place - SLICE / 2), place + SLICE / 2]));
  }, []);

  const onSelect = useCallback((region, isSelected) => {
    if (isSelected) {
      deselect(windowId, region.notes[0].id);
      return;
    }
    select(windowId, region.notes[0].id);
    goTo(windowId, region.canvas, region.box);
  }, [windowId, select, deselect, goTo]);
  const onHover = useCallback((region) => hover(windowId, region ? [region.notes[0].id] : []), [windowId, hover]);

  useEffect(() => {
    if (chosen >= 0) reach(chosen);
  }, [chosen, reach]);
  useEffect(() => {
    list.current?.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, start]);
  useEffect(() => {
    if (focus >= shown.length) reach(0);
  }, [shown, focus, reach]);

  const onKeyDown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = Math.min(shown.length - 1, Math.max(0, focus + step));
    if (next === focus) return;
    wanted.current = true;
    reach(next);
  };
  useLayoutEffect(() => {
    if (!wanted.current) return;
    wanted.current = false;
    list.current?.querySelectorAll('button[data-region]')[focus - start]?.focus();
  }, [focus, start]);

  const summary = filtered(filters)
    ? t('estampe.shown', { shown: shown.length, count: total })
    : t('estampe.all', { count: total });
  return (
    <div className="estampe-panel">
      <p className="estampe-summary" role="status">
        {message(t, progress, all, shown) || summary}
        {filtered(filters) && (
          <button type="button" className="estampe-clear" onClick={() => setFilters(windowId, NO_FILTERS)}>{t('estampe.clear')}</button>
        )}
      </p>
      {all.length > 0 && <Filters filters={filters} counts={counts} onChange={(next) => setFilters(windowId, next)} />}
      {start > 0 && <More onSeen={() => setRange(([from, to]) => [Math.max(0, from - SLICE), to])} key={`before ${start}`} />}
      <ol className="estampe-regions" ref={list} onKeyDown={onKeyDown}>
        {shown.slice(start, end).map((region, place) => (
          <Region
            key={region.key}
            region={region}
            language={language}
            selected={start + place === chosen}
            hovered={region.notes.some((note) => hovered.includes(note.id))}
            tabbable={start + place === focus}
            onSelect={onSelect}
            onHover={onHover}
            address={addressOf(region)}
          />
        ))}
      </ol>
      {shown.length > end && <More onSeen={() => setRange(([from, to]) => [from, to + SLICE])} key={`after ${end}`} />}
    </div>
  );
}

function message(t, progress, all, shown) {
  if (progress !== 'ready') return t(`estampe.${progress}`);
  if (!all.length) return t('estampe.none');
  return shown.length ? '' : t('estampe.nonePassed');
}

/** What stands above or below the entries made so far. */
function More({ onSeen }) {
  const element = useRef(null);
  useEffect(() => {
    const watcher = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && onSeen(), { rootMargin: '200px' });
    watcher.observe(element.current);
    return () => watcher.disconnect();
  }, []); // eslint-disable-line react-hooks/exhaustive-deps -- made anew for each slice
  return <div className="estampe-rest" ref={element} />;
}
