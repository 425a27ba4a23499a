import type { InstanceReport } from '@rig-ops/contract/supervisor';
import type { InstanceContext } from './instance.ts';
import type { InstanceRecord } from './instance-record.ts';

/** The record of an instance, in memory as it is, on disk without its environment: that has the app's secrets. */
export class KeptRecord {
  readonly #context: Pick<InstanceContext, 'records' | 'log' | 'onChange'>;
  readonly content: InstanceRecord;

  constructor(context: Pick<InstanceContext, 'records' | 'log' | 'onChange'>, content: InstanceRecord) {
    this.#context = context;
    this.content = content;
  }

  /** Writes it for the first time. @throws what the file system says */
  create(): void {
    const { report } = this.content;
    const shown = { ...report, spec: { ...report.spec, env: {} } };
    this.#context.records.save(report.spec.id, { ...this.content, report: shown });
  }

  /** A record that cannot be written must not stop what it is about. */
  save(): void {
    try {
      this.create();
    } catch (error) {
      const instance = this.content.report.spec.id;
      this.#context.log.warn('the record of an instance was not written', { instance, error });
    }
  }

  /** Changes what is reported, keeps it and tells of it. */
  update(change: Partial<InstanceReport>): void {
    this.content.report = { ...this.content.report, ...change };
    this.save();
    this.#context.onChange(this.content.report);
  }
}
