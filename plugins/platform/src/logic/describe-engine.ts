import type { EngineDescription } from './read-engine.ts';

/** As `docker, version 20.10.24 at unix:///var/run/docker.sock`. */
export function describeEngine({ docker, engine }: EngineDescription): string {
  if (docker === null) return engine;
  const version = docker.version === null ? '' : `version ${docker.version} `;
  const daemon = `${version}at ${docker.host}`;
  return engine === 'docker' ? `docker, ${daemon}` : `${engine}; Docker daemon ${daemon}`;
}
