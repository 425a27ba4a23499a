import type { Readable } from 'node:stream';
import type { CommandParams } from '@rig-ops/contract/channels';
import type { AppDetails } from '@rig-ops/contract/resources';
import { StreamSink } from './byte-sink.ts';
import { captureOutput, type OutputPair } from './capture-output.ts';
import { chooseInstances, type InstanceChoice } from './choose-instances.ts';
import { instancePrefixes } from './instance-prefixes.ts';
import { PrefixedSink } from './prefixed-sink.ts';
import { type Job, runMany } from './run-many.ts';
import { type ProgramRun, runProgram } from './run-program.ts';
import { failedRecord, type RunRecord, succeededRecord } from './run-record.ts';
import { safeLine } from './safe-line.ts';
import type { Pace, Setting } from './setting.ts';
import { showFailure, showTally } from './show-runs.ts';
import { stdinForMany } from './stdin-for-many.ts';

export interface FanOut extends Pace {
  params: Omit<CommandParams, 'instance' | 'process'>;
  choice: InstanceChoice;
  stdin: boolean;
}

/**
 * Runs one program in several instances. In text their lines come behind the names of the instances, and what
 * failed is told at the end; else there is one record for each.
 */
export async function runFanOut(
  setting: Setting,
  fanOut: FanOut,
): Promise<AsyncIterable<RunRecord> | undefined> {
  const { ui, streams, signal, rig } = setting;
  const stdin = stdinForMany(streams.stdin, fanOut.stdin);
  const app: AppDetails = await rig.call('getApp', { params: { app: fanOut.params.app }, signal });
  const instances = chooseInstances(app, fanOut.choice);
  const outputOf = ui.machine ? captureOutput : prefixedOutput(setting, instances);
  const jobs = instances.map(
    (instance): Job => ({
      place: { app: app.name, instance },
      run: (signals) => runIn(instance, { setting, params: fanOut.params, stdin, signals, outputOf }),
    }),
  );
  const records = runMany(jobs, {
    ...fanOut,
    signals: process,
    signal,
    onDone(exitCode, tally) {
      setting.setExitCode(exitCode);
      if (!ui.machine) showTally(ui, tally);
    },
  });
  if (ui.machine) return records;
  for await (const record of records) showFailure(ui, record);
  return undefined;
}

interface InstanceRun {
  setting: Setting;
  params: FanOut['params'];
  stdin: (() => Readable) | null;
  signals: ProgramRun['signals'];
  outputOf: (instance: string) => OutputPair;
}

async function runIn(
  instance: string,
  { setting, params, stdin, signals, outputOf }: InstanceRun,
): Promise<RunRecord> {
  const place = { app: params.app, instance };
  const startedAt = performance.now();
  const output = outputOf(instance);
  const run = async (): Promise<RunRecord> => {
    try {
      const outcome = await runProgram(setting.rig, {
        params: { ...params, instance },
        stdin: stdin?.() ?? null,
        stdout: output.stdout,
        stderr: output.stderr,
        signals,
        signal: setting.signal,
      });
      return succeededRecord(place, outcome, startedAt);
    } catch (error) {
      return failedRecord(place, error, startedAt);
    }
  };
  return { ...(await run()), ...(await output.end()) };
}

/** Makes the sinks of an instance: lines behind its name, to the two streams of rig. */
function prefixedOutput({ ui, streams }: Setting, instances: string[]): (instance: string) => OutputPair {
  const sinkOf = (stream: Setting['streams']['stdout'], colour: boolean) => {
    const terminal = stream.isTTY === true;
    const prefixOf = instancePrefixes(instances, { terminal, colour });
    const sink = new StreamSink(stream);
    const show = terminal ? (line: Uint8Array) => safeLine(line, colour) : undefined;
    return (instance: string) => new PrefixedSink(sink, prefixOf(instance), show);
  };
  const stdoutOf = sinkOf(streams.stdout, ui.colour);
  const stderrOf = sinkOf(streams.stderr, ui.colour && streams.stderr.isTTY === true);
  return (instance) => {
    const [stdout, stderr] = [stdoutOf(instance), stderrOf(instance)];
    return {
      stdout,
      stderr,
      async end() {
        await stdout.end();
        await stderr.end();
        return {};
      },
    };
  };
}
