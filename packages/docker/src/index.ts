export type * from './daemon-types.ts';
export { DockerClient } from './docker-client.ts';
export { isDockerAway, isDockerNotFound } from './docker-errors.ts';
export { DEFAULT_DOCKER_HOST } from '@rig-ops/contract/docker-host';
export { describeDockerHost, type DockerHost, parseDockerHost } from './docker-host.ts';
export type { ImageProgress } from './image-calls.ts';
export type { DockerLogPiece } from './log-lines.ts';
export { platformIdOf } from './platform-id.ts';
export { readFrames, type StreamFrame } from './stream-frames.ts';
