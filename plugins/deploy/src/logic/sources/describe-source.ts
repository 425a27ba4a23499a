import type { Source } from '@rig-ops/contract/resources';

/** Where the content of a release comes from, for people: label → text. */
export function describeSource(source: Source | null): Record<string, string | null> {
  if (source === null) return {};
  const { from, git, kind, root } = source;
  const at = git === null ? null : (git.ref ?? git.branch);
  return {
    Source: kind === 'folder' ? null : from,
    Folder: root === '.' ? null : root,
    Commit:
      git === null
        ? null
        : `${git.commit.slice(0, 12)}${at === null ? '' : ` (${at})`}${git.dirty ? ', with changes' : ''}: ${git.subject}`,
    Repository: git === null || git.remote === from ? null : git.remote,
  };
}
