// The panel: the illustrations of the page, and filters for them.
import { useCallback, useDeferredValue, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { ConnectedCompanionWindow as CompanionWindow } from 'mirador/src';
import { useTranslation } from 'react-i18next';
import { Filters } from './Filters.jsx';
import { Region } from './Region.jsx';
import { count, filtered, NO_FILTERS } from './filters.js';

/** So many entries are made at a time; more as one scrolls. */
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
  const counts = useMemo(() => count(all, language), [all, language]);
  const chosen = shown.findIndex((region) => region.notes.some((note) => note.id === selected));
  const [limit, setLimit] = useState(SLICE);
  const [focus, setFocus] = useState(0);

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
    if (chosen < 0) return;
    setFocus(chosen);
    setLimit((now) => Math.max(now, chosen + SLICE));
  }, [chosen]);
  useEffect(() => {
    list.current?.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, limit]);
  useEffect(() => setFocus((now) => Math.min(now, Math.max(0, shown.length - 1))), [shown]);

  const onKeyDown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = Math.min(shown.length - 1, Math.max(0, focus + step));
    if (next === focus) return;
    wanted.current = true;
    setFocus(next);
    setLimit((now) => Math.max(now, next + 2));
  };
  useLayoutEffect(() => {
    if (!wanted.current) return;
    wanted.current = false;
    list.current?.querySelectorAll('button[data-region]')[focus]?.focus();
  }, [focus]);

  const summary = filtered(filters)
    ? t('estampe.shown', { shown: shown.length, count: all.length })
    : t('estampe.all', { count: all.length });
  return (
    <div className="estampe-panel">
      <p className="estampe-summary" role="status">
        {message(t, progress, all, shown) || summary}
        {filtered(filters) && (
          <button type="button" className="estampe-clear" onClick={() => setFilters(windowId, NO_FILTERS)}>{t('estampe.clear')}</button>
        )}
      </p>
      {all.length > 0 && <Filters filters={filters} counts={counts} onChange={(next) => setFilters(windowId, next)} />}
      <ol className="estampe-regions" ref={list} onKeyDown={onKeyDown}>
        {shown.slice(0, limit).map((region, place) => (
          <Region
            key={region.key}
            region={region}
            language={language}
            selected={place === chosen}
            hovered={region.notes.some((note) => hovered.includes(note.id))}
            tabbable={place === focus}
            onSelect={onSelect}
            onHover={onHover}
            address={addressOf(region)}
          />
        ))}
      </ol>
      {shown.length > limit && <More onSeen={() => setLimit((now) => now + SLICE)} key={limit} />}
    </div>
  );
}

function message(t, progress, all, shown) {
  if (progress !== 'ready') return t(`estampe.${progress}`);
  if (!all.length) return t('estampe.none');
  return shown.length ? '' : t('estampe.nonePassed');
}

/** What stands below the entries made so far. */
function More({ onSeen }) {
  const element = useRef(null);
  useEffect(() => {
    const watcher = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && onSeen(), { rootMargin: '400px' });
    watcher.observe(element.current);
    return () => watcher.disconnect();
  }, []); // eslint-disable-line react-hooks/exhaustive-deps -- made anew for each slice
  return <div className="estampe-rest" ref={element} />;
}
