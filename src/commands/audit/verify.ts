import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { ExitCode } from '@rig-ops/contract/exit-codes';
import { currentInvocation, RigCommand } from '@rig-ops/kit';
import { sanitise } from '@rig-ops/kit/text';
import type { VerifiedLog } from '../../logic/audit/verify-log.ts';

export default class AuditVerify extends RigCommand {
  static override summary = 'Verify that the audit log is as the platform wrote it.';
  static override description =
    'Reads every record and checks its hash, its link to the one before, and the signed checkpoints; exits with 21 when something is wrong. With FILE it verifies an export, without any platform. It says as well what it cannot know.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> audit-2026.ndjson --key SHA256:PkYpX4c…',
    '<%= config.bin %> <%= command.id %> --against audit-2025.ndjson',
  ];
  // A file needs no platform.
  static override rigAuth = 'none' as const;
  static override args = {
    file: Args.string({ description: 'An export to verify instead of the platform.', ignoreStdin: true }),
  };
  static override flags = {
    key: Flags.string({
      helpValue: 'KEY',
      description: 'Key you know: its fingerprint (SHA256:…) or a PEM file of the public key.',
    }),
    against: Flags.string({
      helpValue: 'FILE',
      description: 'An earlier export: what was signed then must still be there.',
    }),
  };

  override async run(): Promise<VerifiedLog> {
    const { args, flags } = await this.parse(AuditVerify);
    const { logOfFile, logOfPlatform, verifyLog } = await import('../../logic/audit/verify-log.ts');
    const path = (text: string) => resolve(this.cwd, text);
    if (args.file === undefined) await currentInvocation().authenticate('required');
    const log =
      args.file === undefined ? await logOfPlatform(this.rig, this.signal) : await logOfFile(path(args.file));
    const { key, against } = flags;
    const verified = await verifyLog(log, {
      pin: key === undefined || key.startsWith('SHA256:') ? key : path(key),
      against: against === undefined ? undefined : path(against),
    });
    this.#show(verified);
    if (!verified.intact) this.setExitCode(ExitCode.problemsFound);
    return verified;
  }

  #show(verified: VerifiedLog): void {
    const { intact, records, checkpoints, unsigned, prunedThrough, problems, key, cannotKnow } = verified;
    for (const { kind, message } of problems)
      this.ui.print(`${this.ui.style('bad', kind)}: ${sanitise(message)}`);
    const range = records.first === null ? 'no records' : `records ${records.first} to ${records.last}`;
    const mark = intact ? this.ui.style('good', 'Intact') : this.ui.style('bad', 'Not intact');
    this.ui.print(`${mark}: ${range}, ${checkpoints.count} checkpoints, key ${key.fingerprint}.`);
    if (prunedThrough !== null)
      this.ui.print(
        `The records up to ${prunedThrough} were removed; the platform has signed how many and where.`,
      );
    if (unsigned > 0) this.ui.print(`Records behind the last checkpoint: ${unsigned}.`);
    this.ui.print('What this cannot know:');
    for (const limit of cannotKnow) this.ui.print(`  - ${limit}`);
  }
}
