// The list of a collection's documents.
//
// Mirador looks for its own window in the page while it is still making it, finds nothing, and never looks again.
import { useEffect, useReducer } from 'react';

export function CollectionDialog({ TargetComponent, targetProps }) {
  const [, lookAgain] = useReducer((times) => times + 1, 0);
  useEffect(lookAgain, [lookAgain]);
  return <TargetComponent {...targetProps} />;
}
