import { Args, Flags } from '@oclif/core';
import type { ConfigChanged } from '@rig-ops/contract/resources';
import { currentInvocation, RigCommand } from '@rig-ops/kit';
import { configChangeFlags } from '../../flags/config.ts';
import { changeConfig } from '../../logic/config/change-config.ts';
import { readAssignments } from '../../logic/config/read-assignments.ts';
import { showChange } from '../../logic/config/show-change.ts';
import { isLively } from '../../logic/lively.ts';

export default class ConfigSetCommand extends RigCommand {
  static override summary = 'Set variables of an app.';
  static override description =
    'Makes a release of what is live with the new variables, and switches over once it is healthy; if it does not become healthy, nothing has changed (exit code 11). ' +
    'Variables that are not named stay as they are. Before the first release they are only kept for it.\n\n' +
    'Others on this machine can see command lines: give secrets on stdin, as NAME=-, or in a file.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> LOG_LEVEL=debug GREETING="hello there"',
    {
      description: 'a secret, from stdin: nothing shows it again',
      command: '<%= config.bin %> <%= command.id %> DATABASE_URL=- --secret < url.txt',
    },
    {
      description: 'all of a dotenv file, and nothing else than what is in it',
      command: '<%= config.bin %> <%= command.id %> --file .env.production --secret --replace',
    },
    {
      description: 'a dotenv file from another program; the next deploy brings it live',
      command: 'vault-export | <%= config.bin %> <%= command.id %> - --no-deploy',
    },
  ];
  /** Also one where the name in front of the value was forgotten. */
  static rigSecretArgs = true;
  static override strict = false;
  static override args = {
    assignments: Args.string({
      multiple: true,
      description: 'NAME=VALUE; NAME=- takes the value from stdin, - a whole dotenv file.',
    }),
  };
  static override flags = {
    ...configChangeFlags,
    file: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'Set the variables of a dotenv file; arguments win. "-" is stdin.',
      helpValue: 'FILE',
    }),
    secret: Flags.boolean({
      allowNo: true,
      description: 'Never show the values again. Without it what is secret stays secret.',
    }),
    build: Flags.boolean({
      allowNo: true,
      description: 'Give them to builds as well, from the next one on.',
    }),
    replace: Flags.boolean({ description: 'Remove every variable that is not set here.' }),
  };

  override async run(): Promise<ConfigChanged> {
    const { argv, flags } = await this.parse(ConfigSetCommand);
    const app = await this.appName(flags.app);
    const { signal, ui } = this;
    const { values, visible } = await readAssignments(
      { assignments: argv as string[], files: flags.file ?? [] },
      { cwd: this.cwd, stdin: this.streams.stdin, signal },
    );
    if (flags.secret && visible.length > 0)
      ui.warn(
        `The value of ${visible.join(', ')} stood on the command line: it is in the history of your shell, and others on this machine could see it.`,
      );
    const changed = await changeConfig(this.rig, {
      app,
      change: {
        set: [...values].map(([key, value]) => ({
          key,
          value,
          ...(flags.secret === undefined ? {} : { secret: flags.secret }),
          ...(flags.build === undefined ? {} : { build: flags.build }),
        })),
        ...(flags.replace ? { replace: true } : {}),
        deploy: flags.deploy,
      },
      ui,
      lively: isLively(currentInvocation()),
      signal,
    });
    showChange(changed, ui, !flags.deploy);
    return changed;
  }
}
