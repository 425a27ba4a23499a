export { addContext, removeContext, renameContext, useContext } from './contexts/change-contexts.ts';
export { type ContextEntry, loadContexts } from './contexts/load-contexts.ts';
export { type ResolvedTarget, resolveTarget } from './contexts/resolve-target.ts';
