import type { DockerfileFacts } from './read-dockerfile.ts';

/** Every builder knows them without `ARG`, and keeps them out of the image (docs.docker.com/reference/dockerfile). */
const PROXIES = /^(?:HTTP_PROXY|HTTPS_PROXY|ALL_PROXY|NO_PROXY)$/i;

export interface BuildArgumentsInput {
  facts: DockerfileFacts;
  /** `[build] args` of rig.toml. */
  args: Readonly<Record<string, string>>;
  /** `[env]` of rig.toml. */
  env: Readonly<Record<string, string>>;
  /** Variables of the app that are for builds. */
  config: Readonly<Record<string, string>>;
  /** Those of them that nobody may read. */
  secretNames: ReadonlySet<string>;
  baseEnvironment: Readonly<Record<string, string>>;
}

export interface BuildArguments {
  args: Record<string, string>;
  /** For people, a sentence each. */
  notes: string[];
}

/**
 * The build arguments of a Dockerfile: what it asks for by `ARG`. An image tells its arguments to whoever has it, so a
 * secret variable is never one: steps mount it as a file.
 */
export function buildArguments(input: BuildArgumentsInput): BuildArguments {
  const { args, baseEnvironment, config, env, facts, secretNames } = input;
  const known: Record<string, string> = { ...env };
  for (const [name, value] of Object.entries(config)) {
    delete known[name];
    if (!secretNames.has(name)) known[name] = value;
  }
  Object.assign(known, args);
  const wanted = Object.entries(known).filter(([name]) => facts.args.has(name));
  const proxies = Object.entries(baseEnvironment).filter(([name]) => PROXIES.test(name));
  const notes = [
    ...Object.keys(args)
      .filter((name) => !facts.args.has(name))
      .map((name) => `[build] args: the Dockerfile has no ARG ${name}.`),
    ...[...secretNames]
      .filter((name) => facts.args.has(name) && args[name] === undefined)
      .map(
        (name) =>
          `${name} is secret, and an image tells its arguments: mount it with RUN --mount=type=secret,id=${name}.`,
      ),
  ];
  return { args: Object.fromEntries([...proxies, ...wanted]), notes };
}
