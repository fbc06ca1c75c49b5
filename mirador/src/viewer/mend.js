// Mirador takes itself for the whole page: it brings a main landmark and a first heading of its own. Inside a page of ours
// it is a part. And there are roles and attributes where none may be.

const MENDINGS = {
  'main:not([role])': (main) => main.setAttribute('role', 'group'),
  'h1:not([aria-level])': (heading) => heading.setAttribute('aria-level', '2'),
  // What was found inside is a list of buttons with buttons in them.
  'ul:not([role]) > [role=button]': (hit) => hit.setAttribute('role', 'listitem'),
  '.MuiTabs-root[aria-orientation]': (tabs) => tabs.removeAttribute('aria-orientation'),
};

/** Puts these right now and whenever Mirador makes them anew. */
export function mend(stage) {
  const all = () => {
    for (const [selector, put] of Object.entries(MENDINGS)) stage.querySelectorAll(selector).forEach(put);
  };
  new MutationObserver(all).observe(stage, { childList: true, subtree: true });
}
