// A link to what one sees: to this page here, and as a IIIF Content State for any viewer.
import { useContext, useRef, useState } from 'react';
import { ConnectedMiradorMenuButton as MenuButton, WorkspaceContext } from 'mirador/src';
import Dialog from '@mui/material/Dialog';
import { useTranslation } from 'react-i18next';
import { encode, write } from '../contentState.js';

export function Share({ manifest, canvas, region, page }) {
  const { t } = useTranslation();
  const container = useContext(WorkspaceContext);
  const [open, setOpen] = useState(false);
  const state = canvas && open ? encode(write({ manifest, canvas, box: region?.box })) : '';
  const link = state && withState(page, state);
  return (
    <>
      <MenuButton aria-label={t('estampe.share')} onClick={() => setOpen(true)} disabled={!canvas}>
        <svg className="estampe-icon" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M10 14a4 4 0 0 1 0-6l3-3a4 4 0 0 1 6 6l-2 2M14 10a4 4 0 0 1 0 6l-3 3a4 4 0 0 1-6-6l2-2" />
        </svg>
      </MenuButton>
      <Dialog open={open} onClose={() => setOpen(false)} container={container?.current} aria-labelledby="estampe-share-title">
        <div className="estampe-share">
          <h2 id="estampe-share-title">{t('estampe.share')}</h2>
          <p>{t('estampe.shareHint', { what: region ? t('estampe.shareBox') : '' })}</p>
          <Field label={t('estampe.link')} value={link} />
          <Field label={t('estampe.contentState')} value={state} />
          <Field label={t('estampe.manifest')} value={manifest} />
          <button type="button" onClick={() => setOpen(false)}>{t('estampe.close')}</button>
        </div>
      </Dialog>
    </>
  );
}

function withState(page, state) {
  const address = new URL(page, location.href);
  address.searchParams.set('iiif-content', state);
  return address.href;
}

function Field({ label, value }) {
  const { t } = useTranslation();
  const field = useRef(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    field.current.select();
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    } catch {
      // Not allowed here: it is selected, for the person to copy.
    }
  };
  return (
    <label className="estampe-field">
      <span>{label}</span>
      <span>
        <input ref={field} readOnly value={value} onFocus={(event) => event.target.select()} />
        <button type="button" onClick={copy} aria-live="polite">{copied ? t('estampe.copied') : t('estampe.copy')}</button>
      </span>
    </label>
  );
}
