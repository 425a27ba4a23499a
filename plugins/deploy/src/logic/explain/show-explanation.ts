import type { Explanation } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';
import { sanitise } from '@rig-ops/kit/text';
import { showFields } from '../show-fields.ts';

const SIGNS = { used: '+', matched: '=', missed: '-', failed: '!', 'not-asked': ' ' } as const;

const GIVES = { processes: 'the processes', steps: 'the build', settings: 'the settings' } as const;

/** A command as it would be typed. */
function shown(argv: readonly string[]): string {
  const [shell, flag, line] = argv;
  if (shell === 'sh' && flag === '-c' && line !== undefined) return line;
  return argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}

/** Prints an explanation for people: each detector with its reasons, then the plan. */
export function showExplanation(
  ui: Ui,
  { plan, verdicts }: Explanation,
  config: readonly string[] | null,
): void {
  const width = Math.max(...verdicts.map(({ detector }) => detector.length));
  for (const { detector, evidence, gives, verdict } of verdicts) {
    const gave = gives.length === 0 ? '' : ` It gives ${gives.map((part) => GIVES[part]).join(' and ')}.`;
    ui.print(sanitise(`${SIGNS[verdict]} ${detector.padEnd(width)}  ${evidence.join(' ')}${gave}`));
  }
  if (plan === null) return;
  ui.print('');
  showFields(ui, {
    Detected: plan.detector,
    Folder: plan.root === '.' ? null : plan.root,
    Image: plan.image === null ? null : describeImage(plan.image),
    ...numbered(
      'Step',
      plan.steps.map(({ command, folder, name, phase }) => {
        const where = folder === plan.root ? '' : ` (in ${folder === '.' ? 'the top folder' : folder})`;
        return `${phase}: ${name.length < 80 ? name : shown(command)}${where}`;
      }),
    ),
    ...Object.fromEntries(
      plan.processes.map(({ command, name, site }) => [
        `Process ${name}`,
        command?.length === 0
          ? 'the command of the image'
          : command === null
            ? `static site: the first of ${(site ?? []).join(', ')} with an index.html`
            : shown(command),
      ]),
    ),
    Environment: listed([...plan.environment, ...(config ?? [])]),
    Kept: listed(plan.caches),
    'Install left out': plan.reuse === null ? null : `while ${plan.reuse.inputs.join(', ')} stay the same`,
  });
  for (const note of plan.notes) ui.note(note);
}

function describeImage({
  args,
  context,
  dockerfile,
  target,
}: NonNullable<NonNullable<Explanation['plan']>['image']>) {
  const stage = target === null ? '' : `, stage ${target}`;
  const given = args.length === 0 ? '' : `, with ${args.join(', ')}`;
  return `built by ${dockerfile} from ${context === '.' ? 'the source' : context}${stage}${given}`;
}

const listed = (names: readonly string[]): string | null => (names.length === 0 ? null : names.join(', '));

const numbered = (label: string, texts: readonly string[]): Record<string, string> =>
  Object.fromEntries(texts.map((text, index) => [`${label} ${index + 1}`, text]));
