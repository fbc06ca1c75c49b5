// What to show: kinds, labels by facet, and how sure a machine must be.
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

export function Filters({ filters, counts, onChange }) {
  const { t } = useTranslation();
  const slider = useId();
  const [open, setOpen] = useState(false);
  const { kinds, facets, confidences } = counts;
  const percent = Math.round(filters.confidence * 100);

  const toggleKind = (kind) => onChange({
    ...filters,
    off: filters.off.includes(kind) ? filters.off.filter((one) => one !== kind) : [...filters.off, kind],
  });
  const toggleLabel = (facet, text) => {
    const chosen = filters.labels[facet] ?? [];
    const labels = { ...filters.labels, [facet]: chosen.includes(text) ? chosen.filter((one) => one !== text) : [...chosen, text] };
    if (!labels[facet].length) delete labels[facet];
    onChange({ ...filters, labels });
  };

  return (
    <details className="estampe-filters" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('estampe.filters')}</summary>
      <Choices legend={t('estampe.kinds')}>
        {Object.entries(kinds).map(([kind, number]) => (
          <Choice key={kind} checked={!filters.off.includes(kind)} onChange={() => toggleKind(kind)} number={number}>
            {t(`estampe.kind.${kind}`)}
          </Choice>
        ))}
      </Choices>
      {facets.map(([facet, texts]) => (
        <Choices key={facet} legend={t(`estampe.facet.${facet}`, { defaultValue: facet })}>
          {texts.map(([text, number]) => (
            <Choice
              key={text}
              checked={(filters.labels[facet] ?? []).includes(text)}
              onChange={() => toggleLabel(facet, text)}
              number={number}
            >
              {text}
            </Choice>
          ))}
        </Choices>
      ))}
      {confidences && (
        <p className="estampe-slider">
          <label htmlFor={slider}>{t('estampe.confidence')}</label>
          <output htmlFor={slider}>{t('estampe.percent', { value: percent })}</output>
          <input
            id={slider}
            type="range"
            min="0"
            max="100"
            step="5"
            value={percent}
            aria-valuetext={t('estampe.percent', { value: percent })}
            onChange={(event) => onChange({ ...filters, confidence: event.target.valueAsNumber / 100 })}
          />
        </p>
      )}
    </details>
  );
}

function Choices({ legend, children }) {
  return (
    <fieldset>
      <legend>{legend}</legend>
      {children}
    </fieldset>
  );
}

function Choice({ checked, onChange, number, children }) {
  return (
    <label className="estampe-choice">
      <input type="checkbox" checked={checked} onChange={onChange} />
      <span>{children}</span>
      <span className="estampe-number">{number}</span>
    </label>
  );
}
