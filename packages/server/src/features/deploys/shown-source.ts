import type { Source } from '@rig-ops/contract/resources';
import { withoutCredentials } from '@rig-ops/contract/without-credentials';

/** A source as it is stored. Clients leave credentials out themselves; one that does not must not leak them. */
export function shownSource(source: Source): Source {
  const { from, git } = source;
  const remote = git?.remote ?? null;
  return {
    ...source,
    from: from === null ? null : withoutCredentials(from),
    git: git === null ? null : { ...git, remote: remote === null ? null : withoutCredentials(remote) },
  };
}
