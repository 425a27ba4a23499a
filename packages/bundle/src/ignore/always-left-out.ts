/** Why something never belongs to a bundle, whatever ignore files say. */
export interface LeftOutAlways {
  rule: string;
  /** For the owner of the folder, who may have meant otherwise; null where nobody would. */
  note: string | null;
}

const belongings = new Set(['.git', '.hg', '.svn', '.rig']);
const secretSamples = new Set(['.env.example', '.env.sample']);

/** Whether an entry is left out always, by its path and the names beside it. */
export function leaveOutAlways(path: string, siblings: ReadonlySet<string>): LeftOutAlways | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (belongings.has(name)) return { rule: `always: ${name}`, note: null };
  if (name === 'node_modules' && siblings.has('package.json')) {
    return {
      rule: 'always: node_modules beside package.json',
      note: `${path} is left out: the build installs the dependencies itself.`,
    };
  }
  if ((name === '.env' || name.startsWith('.env.')) && !secretSamples.has(name)) {
    return {
      rule: 'always: .env',
      note: `${path} is left out: secrets do not belong into a bundle.`,
    };
  }
  return null;
}
