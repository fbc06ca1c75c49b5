// Looks for the words that the page was opened with, once.
//
// Mirador's own `defaultSearchQuery` asks twice, under two addresses where there is a space, and shows every hit twice.
const done = new Set();

export function FirstSearch({ TargetComponent, targetProps, asked }) {
  const { query, windowId } = targetProps;
  if (query) done.add(windowId);
  return <TargetComponent {...targetProps} query={query || (done.has(windowId) ? '' : asked)} />;
}
