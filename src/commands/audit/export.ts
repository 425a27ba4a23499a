import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';
import { formatBytes } from '@rig-ops/kit/text';

export default class AuditExport extends RigCommand {
  static override summary = 'Export the audit log with what proves it.';
  static override description =
    'Writes all records, the signed checkpoints and the public key, a line each: `rig audit verify FILE` checks them without any platform. Without FILE the lines go to stdout.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> audit-2026.ndjson',
    '<%= config.bin %> <%= command.id %> | gzip > audit.ndjson.gz',
  ];
  static override args = {
    file: Args.string({
      description: 'File to write; it is made readable for its owner alone.',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    force: Flags.boolean({ char: 'f', description: 'Replace the file if it is there.' }),
  };

  override async run() {
    const { args, flags } = await this.parse(AuditExport);
    const { exportLines } = await import('../../logic/audit/export-lines.ts');
    const counts = { platform: '', publicKey: '', checkpoints: 0, records: 0 };
    const lines = exportLines(this.rig, this.signal, counts);
    if (args.file === undefined) return toRecords(lines);
    const { writeExport } = await import('../../logic/audit/write-export.ts');
    const file = resolve(this.cwd, args.file);
    const { sha256, bytes } = await writeExport(file, lines, flags);
    const { decodePublicKey, fingerprintOf } = await import('@rig-ops/contract/audit-chain');
    const { publicKey, ...counted } = counts;
    const fingerprint = fingerprintOf(decodePublicKey(publicKey));
    this.ui.print(
      `${counted.records} records and ${counted.checkpoints} checkpoints (${formatBytes(bytes)}) are in ${file}.`,
    );
    this.ui.print(`Its key is ${fingerprint}; keep it elsewhere for \`rig audit verify --key\`.`);
    return { file, ...counted, keyFingerprint: fingerprint, bytes, sha256 };
  }

  /** Records keep their keys in the order they were parsed, so the line comes out as it went in. */
  override renderRecord(record: object): string {
    return JSON.stringify(record);
  }
}

async function* toRecords(lines: AsyncIterable<string>): AsyncGenerator<object> {
  for await (const line of lines) yield JSON.parse(line) as object;
}
