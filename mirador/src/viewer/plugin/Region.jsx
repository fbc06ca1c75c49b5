// One entry of the panel: what is said of a region, and by whom.
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { wordsOf } from './model.js';
import { Mark, Sign } from './Marks.jsx';

/** `tabbable`: whether Tab stops here; arrows go from entry to entry. */
export const Region = memo(function Region({ region, language, selected, hovered, tabbable, onSelect, onHover, address }) {
  const { t } = useTranslation();
  const { labels, texts, title, caption } = partsOf(region, language);
  const maker = region.shown.find((note) => note.kind === 'picture' && note.maker)?.maker;
  return (
    <li className={`estampe-region ${selected ? 'estampe-selected' : ''} ${hovered ? 'estampe-hovered' : ''}`}>
      <button
        type="button"
        data-region={region.key}
        aria-current={selected ? 'true' : undefined}
        tabIndex={tabbable ? 0 : -1}
        onClick={() => onSelect(region, selected)}
        onMouseEnter={() => onHover(region)}
        onFocus={() => onHover(region)}
        onMouseLeave={() => onHover(null)}
        onBlur={() => onHover(null)}
      >
        {region.number > 0 && <span className="estampe-badge" aria-hidden="true">{region.number}</span>}
        <span className="estampe-said">
          <span className="estampe-unseen">
            {region.seen ? t('estampe.seen') : t(region.picture ? 'estampe.number' : 'estampe.noteNumber', { number: region.number })}
            {`, ${t(`estampe.origin.${region.origin}`)}. `}
          </span>
          {title && <span className="estampe-title">{title}</span>}
          {caption && <span className="estampe-caption">{caption}</span>}
          {texts.map((text) => <span className="estampe-text" key={text}>{text}</span>)}
          {labels.length > 0 && (
            <span className="estampe-marks">
              {labels.map(([note, text]) => <Mark key={`${note.id} ${text}`} note={note} text={text} detailed={selected} />)}
            </span>
          )}
        </span>
        <Sign origin={region.origin} />
      </button>
      {selected && (maker || address) && (
        <p className="estampe-more">
          {maker && <span>{t('estampe.made', { maker })}</span>}
          {address && <a href={address} target="_top">{t('estampe.open')}</a>}
        </p>
      )}
    </li>
  );
});

function partsOf(region, language) {
  const of = (kind) => region.shown.filter((note) => note.kind === kind);
  const caption = of('text').filter((note) => note.caption).flatMap((note) => wordsOf(note, language)).join(' ');
  const title = of('picture').map((note) => note.title).find((text) => text && text !== caption) ?? '';
  const others = [...of('text').filter((note) => !note.caption), ...of('comment')];
  return {
    labels: [...of('label'), ...of('seen')].flatMap((note) => wordsOf(note, language).map((text) => [note, text])),
    title,
    caption,
    texts: [...new Set(others.flatMap((note) => wordsOf(note, language)))],
  };
}
