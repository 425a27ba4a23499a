import { Flags } from '@oclif/core';
import { isRigError } from '@rig-ops/contract/errors';
import { ExitCode } from '@rig-ops/contract/exit-codes';
import { RigCommand } from '@rig-ops/kit';
import { sanitise } from '@rig-ops/kit/text';
import { checkMachine } from '../logic/doctor/check-machine.ts';
import { checkPlatform } from '../logic/doctor/check-platform.ts';
import { type DoctorCheck, problem } from '../logic/doctor/doctor-check.ts';
import { checkLoading } from '../plugin-loading/check-loading.ts';

export default class Doctor extends RigCommand {
  static override description = 'Look for what keeps rig from working, and say how to mend it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --check',
  ];
  // A platform that cannot be reached is a finding here, not a failure.
  static override rigAuth = 'none' as const;
  static override flags = {
    check: Flags.boolean({ description: 'Exit with 21 when there are problems.' }),
  };

  override async run() {
    const { flags } = await this.parse(Doctor);
    const checks = [
      ...(await checkMachine(this.rigHome)),
      ...(await checkPlatform({
        rigHome: this.rigHome,
        env: this.env,
        context: this.chosenContext,
        signal: this.signal,
        embedded: {
          entries: this.platformEntries,
          nodeArguments: this.nodeArguments,
          version: this.config.version,
        },
      })),
      ...(await this.#checkPlugins()),
    ];
    const problems = checks.filter(({ ok }) => !ok);
    for (const check of checks) this.#show(check);
    this.ui.print(problems.length === 0 ? 'No problems found.' : `Problems found: ${problems.length}`);
    if (flags.check && problems.length > 0) this.setExitCode(ExitCode.problemsFound);
    return { healthy: problems.length === 0, checks };
  }

  async #checkPlugins(): Promise<DoctorCheck[]> {
    const { makeHost } = await import('../plugins/plugin-host.ts');
    const { checkPlugins } = await import('../plugins/check-plugins.ts');
    const { deniedPlugins } = await import('../plugins/policy/denied-plugins.ts');
    const { store, places } = makeHost(this);
    const loading = await checkLoading(this.config);
    try {
      return [...loading, ...checkPlugins(this.config, store, await deniedPlugins(places))];
    } catch (error) {
      if (!isRigError(error)) throw error;
      return [...loading, problem('plugins', 'list', error.message, error.hint)];
    }
  }

  #show({ area, name, ok, message, fix }: DoctorCheck): void {
    const mark = ok ? this.ui.style('good', 'ok     ') : this.ui.style('bad', 'problem');
    this.ui.print(`${mark}  ${area} ${name}: ${sanitise(message)}`);
    if (fix !== null) this.ui.print(`         ${sanitise(fix)}`);
  }
}
