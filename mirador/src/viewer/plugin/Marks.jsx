// Who says it, and how sure they are: a sign, a shade, and words for those who do not see them.
import { useTranslation } from 'react-i18next';

const SIGNS = {
  ocr: 'M4 7V4h16v3M12 4v16M9 20h6',
  machine: 'M7 7h10v10H7zM10 4v3M14 4v3M10 17v3M14 17v3M4 10h3M4 14h3M17 10h3M17 14h3',
  person: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8M4 21c1-5 4-7 8-7s7 2 8 7',
  source: 'M5 4h11l3 3v13H5zM8 10h8M8 14h8',
};

/** The sign of an origin, without words. */
export function Sign({ origin }) {
  return (
    <svg className={`estampe-sign estampe-sign-${origin}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={SIGNS[origin] ?? SIGNS.source} />
    </svg>
  );
}

/** A label, with its origin and confidence. */
export function Mark({ note, text, detailed }) {
  const { t } = useTranslation();
  // A person, or the OCR's own mark, is not more or less sure.
  const percent = note.confidence === null || note.origin !== 'machine' ? null : Math.round(note.confidence * 100);
  const said = [
    t(`estampe.origin.${note.origin}`),
    percent === null ? '' : t('estampe.sure', { value: percent }),
    note.state ? t(`estampe.state.${note.state}`, { defaultValue: '' }) : '',
  ].filter(Boolean).join(', ');
  return (
    <span
      className={`estampe-mark estampe-mark-${note.origin} ${note.state === 'rejected' ? 'estampe-mark-rejected' : ''}`}
      // Where nobody says how sure it is, there is no shade.
      style={{ '--sure': percent ?? 0 }}
      title={said}
    >
      <Sign origin={note.origin} />
      <span>{text}</span>
      {detailed && percent !== null && <span className="estampe-percent">{t('estampe.percent', { value: percent })}</span>}
      <span className="estampe-unseen">{` (${said})`}</span>
    </span>
  );
}
