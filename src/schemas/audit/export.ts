import { AuditEventSchema } from '@rig-ops/contract/resources';
import { description, literals, timestamp, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  file: Type.String(description('The file that was written.')),
  platform: Type.String(description('Id of the platform.')),
  checkpoints: Type.Integer(description('Checkpoints in it.')),
  records: Type.Integer(description('Records in it.')),
  keyFingerprint: Type.String(description('Fingerprint of the key that signed the checkpoints.')),
  bytes: Type.Integer(description('Size of the file.')),
  sha256: Type.String(description('SHA-256 of the file, in hex.')),
});

const HeaderSchema = Type.Object(
  {
    type: Type.Literal('rig-audit-export', description('What this line is.')),
    version: Type.Literal(1, description('Version of the format.')),
    platform: Type.String(description('Id of the platform.')),
    publicKey: Type.String(description('Ed25519 key of the checkpoints: SPKI in DER, base64.')),
    at: timestamp('When the export was made'),
  },
  { $id: 'AuditExportHeader', description: 'The first line.' },
);

const CheckpointSchema = Type.Object(
  {
    signature: Type.String(description('Ed25519 over the statement in canonical JSON, base64.')),
    statement: Type.Object(
      {
        type: literals(['checkpoint', 'prune'], '`prune`: the records up to `seq` were removed.'),
        number: Type.Integer(description('1, 2, … without holes.')),
        previous: Type.String(description('SHA-256 of the line of the checkpoint before.')),
        platform: Type.String(description('Id of the platform.')),
        genesis: Type.String(description('Hash of record 1.')),
        at: timestamp('When it was signed'),
        seq: Type.Integer(description('The newest record it covers.')),
        hash: Type.String(description('Hash of that record.')),
      },
      description('What was signed.'),
    ),
  },
  { $id: 'AuditCheckpoint', description: 'What the platform says of its log at one moment.' },
);

const ChainedRecordSchema = Type.Object(
  {
    hash: Type.String(description('SHA-256 over the hash before, a newline and the record, in hex.')),
    record: AuditEventSchema,
  },
  { $id: 'AuditRecord', description: 'One link of the chain.' },
);

/** A line of the export; the header comes first, then the checkpoints, then the records. */
export const recordSchema = Type.Union([HeaderSchema, CheckpointSchema, ChainedRecordSchema]);
