import { Flags } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';
import { refreshValues } from '../../completion/refresh-values.ts';
import { platformKey, readContexts, readValues, valuesFile } from '../../completion/value-cache.ts';
import { writeCache, writeIndex } from '../../completion/write-cache.ts';
import { rigHooks } from '../../hooks/index.ts';

/** Nobody waits for it; a platform that takes longer is asked again at the next press of Tab. */
const LIMIT_MS = 4000;

export default class AutocompleteRefresh extends RigCommand {
  static override hidden = true;
  static override summary = 'Bring what completion knows up to date; it runs this itself.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override rigAuth = 'optional' as const;
  static override flags = {
    'for-app': Flags.string({ helpValue: 'APP', description: 'Releases and instances of this app as well.' }),
  };

  override async run() {
    // Before the arguments, which connect: commands are to be completed without a platform, too.
    const commands = await writeIndex(
      this.config,
      rigHooks.flatMap(({ flags }) => flags),
      { rigHome: this.rigHome, env: this.env },
    );
    const { flags } = await this.parse(AutocompleteRefresh);
    if (!this.hasRig) return { commands, apps: null };
    const key = platformKey(this.chosenContext, this.env, readContexts(this.rigHome).current);
    const file = valuesFile(this.rigHome, key);
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(LIMIT_MS)]);
    const values = await refreshValues(this.rig, readValues(file), { app: flags['for-app'], signal });
    await writeCache(file, values);
    return { commands, apps: values.apps.length };
  }
}
