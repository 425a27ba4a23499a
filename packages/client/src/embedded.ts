export { checkDatabaseUrl, readDatabasePlace } from './embedded/database-url.ts';
export { type EmbeddedStatus, embeddedStatus } from './embedded/embedded-status.ts';
export {
  type EnsureOptions,
  ensureEmbedded,
  findEmbedded,
  type PlatformEntries,
} from './embedded/ensure-embedded.ts';
export { readCluster } from './embedded/cluster-file.ts';
export { keepDockerConfig } from './embedded/keep-docker-config.ts';
export { checkDaemonPlace } from './embedded/named-daemon.ts';
export { checkPodUrl } from './embedded/pod-settings.ts';
export { checkRegistry } from './embedded/registry-setting.ts';
export { readSupervisorConfig } from './embedded/platform-records.ts';
export { stopEmbedded } from './embedded/stop-embedded.ts';
