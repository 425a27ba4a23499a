import { readMessage } from './protobuf.ts';

/** A step of a build as BuildKit knows it: one instruction, or work of its own. */
export interface BuildVertex {
  readonly digest: string;
  /** As `[2/3] RUN npm ci`; what is BuildKit's own begins with `[internal]`. */
  readonly name: string;
  readonly cached: boolean;
  /** Milliseconds since the epoch; null before. */
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  /** Why it failed; empty otherwise. */
  readonly error: string;
}

/** How far something goes, as the download of a layer. */
interface BuildProgress {
  readonly vertex: string;
  readonly id: string;
  readonly current: number;
  readonly total: number;
  readonly completed: boolean;
}

/** What a step has printed. */
interface BuildOutput {
  readonly vertex: string;
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

export interface BuildTrace {
  readonly vertices: readonly BuildVertex[];
  readonly progress: readonly BuildProgress[];
  readonly output: readonly BuildOutput[];
  /** What BuildKit advises, a sentence each. */
  readonly warnings: readonly string[];
}

/** Reads a `StatusResponse` (moby/buildkit, `api/services/control/control.proto`). */
export function readTrace(message: Buffer): BuildTrace {
  const trace = {
    vertices: [] as BuildVertex[],
    progress: [] as BuildProgress[],
    output: [] as BuildOutput[],
    warnings: [] as string[],
  };
  for (const { number, bytes } of readMessage(message)) {
    if (number === 1) trace.vertices.push(readVertex(bytes));
    else if (number === 2) trace.progress.push(readProgress(bytes));
    else if (number === 3) trace.output.push(readOutput(bytes));
    else if (number === 4) trace.warnings.push(readWarning(bytes));
  }
  return trace;
}

function readVertex(message: Buffer): BuildVertex {
  const vertex = {
    digest: '',
    name: '',
    cached: false,
    startedAt: null as number | null,
    completedAt: null as number | null,
    error: '',
  };
  for (const { number, value, bytes } of readMessage(message)) {
    if (number === 1) vertex.digest = bytes.toString();
    else if (number === 3) vertex.name = bytes.toString();
    else if (number === 4) vertex.cached = value !== 0;
    else if (number === 5) vertex.startedAt = readTimestamp(bytes);
    else if (number === 6) vertex.completedAt = readTimestamp(bytes);
    else if (number === 7) vertex.error = bytes.toString();
  }
  return vertex;
}

function readProgress(message: Buffer): BuildProgress {
  const progress = { vertex: '', id: '', current: 0, total: 0, completed: false };
  for (const { number, value, bytes } of readMessage(message)) {
    if (number === 1) progress.id = bytes.toString();
    else if (number === 2) progress.vertex = bytes.toString();
    else if (number === 4) progress.current = value;
    else if (number === 5) progress.total = value;
    else if (number === 8) progress.completed = true;
  }
  return progress;
}

function readOutput(message: Buffer): BuildOutput {
  let vertex = '';
  let stream: BuildOutput['stream'] = 'stdout';
  let content: Buffer = Buffer.alloc(0);
  for (const { number, value, bytes } of readMessage(message)) {
    if (number === 1) vertex = bytes.toString();
    else if (number === 3) stream = value === 2 ? 'stderr' : 'stdout';
    else if (number === 4) content = bytes;
  }
  return { vertex, stream, bytes: content };
}

function readWarning(message: Buffer): string {
  for (const { number, bytes } of readMessage(message)) if (number === 3) return bytes.toString();
  return '';
}

/** `google.protobuf.Timestamp`, in milliseconds. */
function readTimestamp(message: Buffer): number {
  let milliseconds = 0;
  for (const { number, value } of readMessage(message))
    milliseconds += number === 1 ? value * 1000 : value / 1e6;
  return Math.round(milliseconds);
}
