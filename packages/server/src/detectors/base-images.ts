import type { PlanStep, ProcessPlan } from './plan.ts';

/** References of images, as `docker pull` takes them. */
export interface BaseImages {
  /** That the steps of the build run in. */
  build: string;
  /** That the artifact is put on; null where nothing but rig's own programs runs in it. */
  run: string | null;
}

const [nodeMajor = '24'] = process.versions.node.split('.');

/** By the detector that knows the language; the versions are those that are supported at the moment. */
const LANGUAGES: Readonly<Record<string, BaseImages & { programs: RegExp }>> = {
  node: {
    build: `node:${nodeMajor}`,
    run: `node:${nodeMajor}-slim`,
    programs: /(?:^|[\s;&|(])(?:node|npm|npx|pnpm|yarn|corepack|tsx|ts-node|next|vite)(?:\s|$)/,
  },
  python: {
    build: 'python:3.13',
    run: 'python:3.13-slim',
    programs: /(?:^|[\s;&|(])(?:python3?|pip3?|uv|uvicorn|gunicorn|flask|celery|django-admin)(?:\s|$)/,
  },
  ruby: {
    build: 'ruby:3.4',
    run: 'ruby:3.4-slim',
    programs: /(?:^|[\s;&|(])(?:ruby|bundle|rails|rake|rackup|puma)(?:\s|$)/,
  },
  go: { build: 'golang:1', run: 'debian:bookworm-slim', programs: /(?:^|[\s;&|(])go(?:\s|$)/ },
};

/** Of what no detector knows. */
const OTHER: BaseImages = { build: 'buildpack-deps:bookworm', run: 'debian:bookworm-slim' };

export const isLanguage = (detector: string): boolean => detector in LANGUAGES;

/** What an app is built in where nothing else is said. */
export const buildImageOf = (language: string): string => (LANGUAGES[language] ?? OTHER).build;

export interface BaseImagesInput {
  /** Name of the detector that gave the steps, or the processes; null for none that knows a language. */
  language: string | null;
  steps: readonly PlanStep[];
  processes: readonly ProcessPlan[];
  /** What rig.toml says. */
  said: Partial<BaseImages>;
}

/** What an app is built in and put on: what it says, else what its language needs, which may show in its commands alone. */
export function baseImagesOf({ language, steps, processes, said }: BaseImagesInput): BaseImages {
  const commands = processes.flatMap((process) => ('argv' in process ? [process.argv] : []));
  const words = [...steps.map(({ argv }) => argv), ...commands].map((argv) =>
    argv.join(' ').replace(/^sh -c /, ''),
  );
  const shown = Object.keys(LANGUAGES).find((name) =>
    words.some((line) => LANGUAGES[name]?.programs.test(line)),
  );
  const usual = LANGUAGES[language ?? ''] ?? LANGUAGES[shown ?? ''] ?? OTHER;
  return { build: said.build ?? usual.build, run: said.run ?? (commands.length === 0 ? null : usual.run) };
}
