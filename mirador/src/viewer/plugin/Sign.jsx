// The sign of the panel, in Mirador's side bar: a picture on a page.
export function Sign() {
  return (
    <svg className="estampe-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M4 4h16v16H4zM4 16l5-5 4 4 3-3 4 4M15 8.5h.01" />
    </svg>
  );
}
